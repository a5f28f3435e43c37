"""Numbers: how numbers of customers and suppliers are made in each company, and which one comes next."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit
from typing_extensions import override

from gcrm.errors import GcrmError, UserError
from gcrm.i18n import N_, _
from gcrm.services import number_range
from gcrm.services.number_range import CompanyRanges, RangeRow
from gcrm.ui.settings.list_card import InlineForm, ListCard
from gcrm.ui.settings.option_editor import WholeEdit
from gcrm.ui.settings.page import Entry, Page, SettingsPage
from gcrm.ui.widgets.safe import PlainLabel
from gcrm.ui.widgets.tab_order import tab_as_read
from gcrm.ui.widgets.two_line_list import Line


class NumbersPage(SettingsPage):
    """A card for each company; in it one line per range with the number that comes next."""

    tables = frozenset({"number_range", "contact", "company"})

    @override
    def build(self) -> None:
        self._found: list[CompanyRanges] = []
        self.others: dict[int, ListCard] = {}
        self.card = self._card(_("Number ranges"), "", 0)
        self.column.addWidget(self.card)
        self.add_target("ranges", self.card.list)

    def _card(self, title: str, empty: str, place: int) -> ListCard:
        """Return the card of the company at a place of what was found."""
        card = ListCard(title, _("Change"), empty, can_remove=False, add_icon="pencil")
        card.change_button.hide()
        card.add_wanted.connect(lambda: self._open_form(card, place, str(card.list.current())))
        card.change_wanted.connect(lambda key: self._open_form(card, place, str(key)))
        return card

    @override
    def load(self) -> None:
        database = self.context.database

        def read() -> list[CompanyRanges]:
            with database.read() as session:
                return number_range.all_ranges(session)

        self.read(read, self._show)

    def _show(self, found: list[CompanyRanges]) -> None:
        if [(each.company, each.name) for each in found] != [(each.company, each.name) for each in self._found]:
            self._make_cards(found)
        self._found = found
        for each, card in zip(found, (self.card, *self.others.values()), strict=True):
            card.set_lines(
                Line(row.key, row.label, _("Next number: {number}").format(number=row.sample), "hash")
                for row in each.ranges
            )
            card.add_button.setVisible(bool(each.ranges))

    def _make_cards(self, found: list[CompanyRanges]) -> None:
        """Make the cards of the companies besides the main one anew."""
        for card in self.others.values():
            self.column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.others.clear()
        empty = _("This company has no ranges of its own: its numbers are drawn from those of the main company.")
        for place, each in enumerate(found[1:], 1):
            title = _("Number ranges of {company}").format(company=each.name or _("Company without a name"))
            self.others[each.company] = self._card(title, empty, place)
            self.column.insertWidget(self.column.indexOf(self.card) + place, self.others[each.company])
        tab_as_read(self)

    def _open_form(self, card: ListCard, place: int, key: str) -> None:
        """Open the form of a range; the next number is shown as it is typed."""
        each = self._found[place] if place < len(self._found) else None
        row = next((one for one in each.ranges if one.key == key), None) if each is not None else None
        if each is None or row is None:
            return
        company = each.company if place else None
        prefix, digits, following = QLineEdit(row.prefix), WholeEdit(), WholeEdit()
        digits.set_value(row.digits)
        following.set_value(row.next_value)
        form = InlineForm(_("Save range"), lambda: submit())
        form.add_row((
            ("prefix", _("Prefix"), prefix), ("digits", _("Digits at least"), digits),
            ("next_value", _("Next number"), following),
        ))  # fmt: skip
        sample = PlainLabel("", "small", wrap=True)
        form.add_wide(sample)

        def show_sample() -> None:
            shown = RangeRow(key, prefix.text().strip(), digits.value() or 1, following.value() or 1)
            sample.setText(_("{name} get numbers such as {number}").format(name=row.label, number=shown.sample))

        def submit() -> None:
            for name, edit in (("digits", digits), ("next_value", following)):
                edit.commit()
                if edit.value() is None:
                    form.show_error(_("Enter a whole number."), name)
                    return
            database, values = self.context.database, (prefix.text(), digits.value(), following.value())
            self.write(
                lambda: number_range.set_range(database, key, *values, company),
                _("Number range “{name}” changed").format(name=row.label), lambda _nothing: self._kept(card), failed,
            )  # fmt: skip

        def failed(error: GcrmError) -> None:
            form.show_error(error.sentence, error.field if isinstance(error, UserError) else "")

        prefix.textChanged.connect(lambda _text: show_sample())
        digits.changed.connect(lambda _value: show_sample())
        following.changed.connect(lambda _value: show_sample())
        show_sample()
        card.open_form(form)

    def _kept(self, card: ListCard) -> None:
        """The next number alone is no change that the history follows: read it anew here."""
        card.close_form()
        self.load()


PAGE = Page(
    "numbers", N_("Numbers"), "hash", 70, NumbersPage, needs="settings.settings",
    entries=(Entry("ranges", N_("Number ranges"), N_("Customer number, supplier number, prefix, digits")),),
)  # fmt: skip
