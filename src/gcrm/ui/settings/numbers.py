"""Numbers: how numbers of customers and suppliers are made, and which one comes next."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit
from typing_extensions import override

from gcrm.errors import GcrmError, UserError
from gcrm.i18n import N_, _
from gcrm.services import number_range
from gcrm.services.number_range import RangeRow
from gcrm.ui.settings.list_card import InlineForm, ListCard
from gcrm.ui.settings.option_editor import WholeEdit
from gcrm.ui.settings.page import Entry, Page, SettingsPage
from gcrm.ui.widgets.safe import PlainLabel
from gcrm.ui.widgets.two_line_list import Line


class NumbersPage(SettingsPage):
    """One line per range with the number that comes next."""

    tables = frozenset({"number_range", "contact"})

    @override
    def build(self) -> None:
        self._ranges: dict[str, RangeRow] = {}
        self.card = ListCard(_("Number ranges"), _("Change"), "", can_remove=False, add_icon="pencil")
        self.card.change_button.hide()
        self.card.add_wanted.connect(lambda: self._open_form(str(self.card.list.current())))
        self.card.change_wanted.connect(self._open_form)
        self.column.addWidget(self.card)
        self.add_target("ranges", self.card.list)

    @override
    def load(self) -> None:
        database = self.context.database

        def read() -> list[RangeRow]:
            with database.read() as session:
                return number_range.ranges(session)

        self.read(read, self._show)

    def _show(self, rows: list[RangeRow]) -> None:
        self._ranges = {row.key: row for row in rows}
        self.card.set_lines(
            Line(row.key, row.label, _("Next number: {number}").format(number=row.sample), "hash") for row in rows
        )

    def _open_form(self, key: str) -> None:
        """Open the form of a range; the next number is shown as it is typed."""
        row = self._ranges.get(key)
        if row is None:
            return
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
                lambda: number_range.set_range(database, key, *values),
                _("Number range “{name}” changed").format(name=row.label), lambda _nothing: self._kept(), failed,
            )  # fmt: skip

        def failed(error: GcrmError) -> None:
            form.show_error(error.sentence, error.field if isinstance(error, UserError) else "")

        prefix.textChanged.connect(lambda _text: show_sample())
        digits.changed.connect(lambda _value: show_sample())
        following.changed.connect(lambda _value: show_sample())
        show_sample()
        self.card.open_form(form)

    def _kept(self) -> None:
        """The next number alone is no change that the history follows: read it anew here."""
        self.card.close_form()
        self.load()


PAGE = Page(
    "numbers", N_("Numbers"), "hash", 70, NumbersPage,
    entries=(Entry("ranges", N_("Number ranges"), N_("Customer number, supplier number, prefix, digits")),),
)  # fmt: skip
