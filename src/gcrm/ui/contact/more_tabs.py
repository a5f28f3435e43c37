"""The tabs Bank & terms, Notes and those of user-defined groups; files and history, loaded when first asked for."""

from __future__ import annotations

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
from gcrm.ui.contact.open_item_rows import item_rows, new_item_row, settled_row
from gcrm.ui.contact.rows import Host, RowSpec
from gcrm.ui.contact.saving import Change
from gcrm.ui.context import Context
from gcrm.ui.theme import px


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


class TermsTab(Tab):
    """Terms, tax numbers, e-invoice, bank accounts and open items."""

    def __init__(self, context: Context, host: Host) -> None:
        super().__init__(context, host)
        home = self._home
        self.banks = FactCard(
            host, home, _("Bank accounts"), self._bank_rows, make_new=new_account_row, new_name=_("Add account")
        )
        self.items = FactCard(
            host, home, _("Open items"), self._item_rows, make_new=new_item_row, new_name=_("Add open item")
        )
        self.cards = (
            FactCard(host, home, _("Terms"), _terms_without_tax),
            self.banks,
            self.items,
            FactCard(host, home, _("Tax and accounting"), tax_rows),
            FactCard(host, home, _("E-invoice"), einvoice_rows),
        )
        self._columns = Columns(self.cards, 2, 1)
        self._column.addWidget(self._columns)
        self._column.addStretch(1)

    def _bank_rows(self, sheet: Sheet) -> list[RowSpec]:
        if not self._host.rights.sees("bank_account"):
            return []
        accounts = sheet.view.contact.bank_accounts
        rows = [row for account in accounts for row in bank_rows(sheet, account, self._commit)]
        if rows or self.banks.is_adding():
            return rows
        return [RowSpec("empty:bank", _("IBAN"), "", blank=_("Add"), opens=self.banks.add_new)]

    def _item_rows(self, sheet: Sheet) -> list[RowSpec]:
        if not self._host.rights.sees("open_item"):
            return []
        rows = [*item_rows(sheet, self._commit), *settled_row(sheet, self.items.toggle)]
        if rows or self.items.is_adding():
            return rows
        return [RowSpec("empty:open_item", _("Document number"), "", blank=_("Add"), opens=self.items.add_new)]

    def show_view(self, view: ContactView) -> None:
        """Show a contact."""
        for card in self.cards:
            card.show_view(view)
        self._columns.show_only([card for card in self.cards if not card.is_blank()])


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
        from gcrm.services.exchange.kept_words import in_words  # few contacts have any

        told = in_words(sheet.view.contact.kept or [])
        return [RowSpec(f"kept:{place}", label, text) for place, (label, text) in enumerate(told)]

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


def files_tab(context: Context) -> QWidget:
    """Make the tab of the files."""
    from gcrm.ui.files import FilesTab

    return FilesTab(context)


def history_tab(context: Context) -> QWidget:
    """Make the tab of the history."""
    from gcrm.ui.history import HistoryView

    return HistoryView(context)
