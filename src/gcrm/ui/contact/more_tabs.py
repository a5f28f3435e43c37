"""The tabs People, Bank & terms, Notes and those of user-defined groups."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gcrm.i18n import _
from gcrm.model.base import Home
from gcrm.services.contact_page import ContactView
from gcrm.ui.contact.detail_rows import (
    bank_rows,
    custom_group_rows,
    einvoice_rows,
    new_account_row,
    tax_rows,
    term_rows,
)
from gcrm.ui.contact.fact_card import FactCard
from gcrm.ui.contact.fields import Sheet, field_row
from gcrm.ui.contact.layout import Columns
from gcrm.ui.contact.person_rows import new_person_row, person_commands, person_rows, sorted_persons
from gcrm.ui.contact.reach_rows import new_point_row
from gcrm.ui.contact.related_card import RelatedCard
from gcrm.ui.contact.rows import Host, RowSpec
from gcrm.ui.contact.saving import Change
from gcrm.ui.context import Context
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import Button


class Tab(QWidget):
    """What the tabs share: cards below or beside each other, and the way to save."""

    def __init__(self, context: Context, host: Host) -> None:
        super().__init__()
        self._context = context
        self._host = host
        self._home: Home = context.database.home
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(px(12))

    def _commit(self, change: Change) -> None:
        self._host.commit(change, lambda: None, self._context.window.fail)


class PersonCard(FactCard):
    """One contact person."""

    def __init__(self, host: Host, home: Home, commit: Callable[[Change], None]) -> None:
        self.person_id = 0
        self._commit = commit
        super().__init__(
            host, home, " ", self._person_rows, make_new=self._new_point, new_name=_("Add number or address")
        )

    def set_person(self, person_id: int) -> None:
        """Say which person of the contact is shown."""
        if person_id != self.person_id:
            self.rows.close_editors()
        self.person_id = person_id

    def _person_rows(self, sheet: Sheet) -> list[RowSpec]:
        link = next((link for link in sheet.view.contact.persons if link.id == self.person_id), None)
        if link is None:
            return []
        name = link.person.full_name or _("Without a name")
        self.title.setText(f"{name} · {_('default')}" if link.is_default else name)
        if self.edit_button is not None:
            self.edit_button.setAccessibleName(_("Edit {title}").format(title=name))
        rows = person_rows(sheet, link, self._commit)
        first = rows[0]
        commands = person_commands(link, self._commit)
        return [replace(first, commands=commands), *rows[1:]]

    def _new_point(self, sheet: Sheet) -> RowSpec:
        return new_point_row(sheet, self.person_id)


class PeopleTab(Tab):
    """A card for each person, and one for a new person."""

    def __init__(self, context: Context, host: Host) -> None:
        super().__init__(context, host)
        self._cards: list[PersonCard] = []
        self.new_card = FactCard(host, self._home, _("New person"), lambda _sheet: [], make_new=new_person_row)
        self._columns = Columns([], 2, 1)
        self.add_button = Button(_("Add person"), icon_name="plus", on_click=self.add_person)
        self._column.addWidget(self._columns)
        self._column.addWidget(self.new_card)
        self._column.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        self._column.addStretch(1)
        self.new_card.hide()
        self.related = RelatedCard(context)
        self._column.insertWidget(self._column.count() - 1, self.related)

    def show_view(self, view: ContactView) -> None:
        """Show the persons of a contact."""
        persons = sorted_persons(view.contact.persons)
        while len(self._cards) < len(persons):
            self._cards.append(PersonCard(self._host, self._home, self._commit))
        self._columns.set_widgets(self._cards[: len(persons)])
        for place, card in enumerate(self._cards):
            card.setVisible(place < len(persons))
            if place < len(persons):
                card.set_person(persons[place].id)
                card.show_view(view)
        self.new_card.show_view(view)
        self.new_card.setVisible(self.new_card.is_adding())
        self.related.show_contact(view.contact.id)

    def add_person(self) -> None:
        """Open the row for a new person; the cursor stands in the first name."""
        self.new_card.show()
        self.new_card.add_new()
        row = self.new_card.rows.row("new:person")
        if row is not None:
            row.closed.connect(self.new_card.hide)

    def edit_person(self, person_id: int) -> None:
        """Open the first editor of a person."""
        for card in self._cards:
            if card.person_id == person_id and card.isVisibleTo(self):
                first = card.rows.rows()[:1]
                if first:
                    first[0].view.setFocus()


class TermsTab(Tab):
    """Terms, tax numbers, e-invoice and bank accounts."""

    def __init__(self, context: Context, host: Host) -> None:
        super().__init__(context, host)
        home = self._home
        self.banks = FactCard(
            host, home, _("Bank accounts"), self._bank_rows, make_new=new_account_row, new_name=_("Add account")
        )
        self.cards = (
            FactCard(host, home, _("Terms"), _terms_without_tax),
            self.banks,
            FactCard(host, home, _("Tax and accounting"), tax_rows),
            FactCard(host, home, _("E-invoice"), einvoice_rows),
        )
        self._column.addWidget(Columns(self.cards, 2, 1))
        self._column.addStretch(1)

    def _bank_rows(self, sheet: Sheet) -> list[RowSpec]:
        accounts = sheet.view.contact.bank_accounts
        rows = [row for account in accounts for row in bank_rows(sheet, account, self._commit)]
        if rows or self.banks.is_adding():
            return rows
        return [RowSpec("empty:bank", _("IBAN"), "", blank=_("Add"), opens=self.banks.add_new)]

    def show_view(self, view: ContactView) -> None:
        """Show a contact."""
        for card in self.cards:
            card.show_view(view)


def _terms_without_tax(sheet: Sheet) -> list[RowSpec]:
    """Return the rows of the terms; the VAT number stands in the card beside them."""
    return [row for row in term_rows(sheet) if not row.key.endswith(":vat_number")]


class NotesTab(Tab):
    """The notes of a contact, and what an import kept without a field for it."""

    def __init__(self, context: Context, host: Host) -> None:
        super().__init__(context, host)
        self.card = FactCard(host, self._home, _("Notes"), self._rows)
        self.kept = FactCard(host, self._home, _("Other data from imports"), self._kept_rows)
        self._column.addWidget(self.card)
        self._column.addWidget(self.kept)
        self._column.addStretch(1)

    def _rows(self, sheet: Sheet) -> list[RowSpec]:
        row = field_row(sheet, sheet.view.contact, "notes", always=True)
        if row is None:
            return []
        return [RowSpec(row.key, "", row.text, row.inputs, row.change, blank=_("Write a note"), judge=row.judge)]

    @staticmethod
    def _kept_rows(sheet: Sheet) -> list[RowSpec]:
        return [RowSpec(f"kept:{place}", "", str(line)) for place, line in enumerate(sheet.view.contact.kept or [])]

    def show_view(self, view: ContactView) -> None:
        """Show a contact."""
        self.card.show_view(view)
        self.kept.show_view(view)
        self.kept.setVisible(bool(view.contact.kept))


class GroupTab(Tab):
    """One group of user-defined fields."""

    def __init__(self, context: Context, host: Host, group: str, title: str) -> None:
        super().__init__(context, host)
        self.card = FactCard(host, self._home, title, lambda sheet: custom_group_rows(sheet, group))
        self._column.addWidget(self.card)
        self._column.addStretch(1)

    def show_view(self, view: ContactView) -> None:
        """Show a contact."""
        self.card.show_view(view)
