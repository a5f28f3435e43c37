"""The card of addresses. A changed address asks whether it was corrected or the contact has moved.

What is typed into an address is held until that is answered: Corrected writes over the old one, Moved keeps it with
its dates. Leaving the card without an answer counts as corrected, so that nothing typed is lost; undo takes it back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import QLocale, QTimer
from PySide6.QtGui import QKeyEvent, Qt
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from typing_extensions import override

from gcrm.errors import GcrmError
from gcrm.i18n import _
from gcrm.model.address import Address
from gcrm.model.base import Home
from gcrm.model.contact import Contact
from gcrm.model.parse import parse_date
from gcrm.services.aggregate import Key, Loaded
from gcrm.services.contact_page import ContactView
from gcrm.ui.contact.address_rows import (
    new_address_row,
    open_rows,
    sorted_addresses,
    summary_row,
)
from gcrm.ui.contact.changes_of import ADDRESS_PARTS, move_address, set_values, together
from gcrm.ui.contact.fact_card import FactCard
from gcrm.ui.contact.fields import Sheet
from gcrm.ui.contact.rows import Host, RowSpec
from gcrm.ui.contact.saving import Change, find, key_of
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.date_edit import DateEdit
from gcrm.ui.widgets.flow import FlowLayout
from gcrm.ui.widgets.safe import PlainLabel, announce
from gcrm.ui.widgets.typed_edit import place

_WHERE = ("street", "house_number", "po_box", "postcode", "town", "country")


class MoveStrip(QWidget):
    """The question below a changed address."""

    def __init__(self, card: AddressCard) -> None:
        super().__init__(card)
        self._card = card
        self.question = PlainLabel(_("Was the address corrected, or has the contact moved?"), "small", wrap=True)
        self.problem = PlainLabel("", "error", wrap=True)
        self.corrected = Button(_("Corrected"), on_click=card.correct, parent=self)
        self.moved = Button(_("Moved on"), on_click=self._move, parent=self)
        self.day = DateEdit(lambda text: parse_date(text, *place(QLocale())), _("Date of the move"), self)
        self.day.setFixedWidth(px(130))
        self.give_up = Button(_("Give up"), "flat", on_click=card.give_up, parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, px(6), 0, 0)
        column.setSpacing(px(6))
        column.addWidget(self.question)
        flow = FlowLayout()
        for part in (self.corrected, self.moved, self.day, self.give_up):
            flow.addWidget(part)
        column.addLayout(flow)
        column.addWidget(self.problem)
        self.hide()

    def ask(self) -> None:
        """Show the question with today as the date of the move."""
        if self.isHidden():
            self.day.set_value(date.today())
            self.problem.hide()
            self.show()
            announce(self, self.question.full_text())

    def complain(self, sentence: str) -> None:
        """Say why it was not saved."""
        self.problem.setText(sentence)
        self.problem.show()

    def _move(self) -> None:
        self.day.commit()
        if self.day.value() is not None:
            self._card.keep_former(self.day.value())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._card.give_up()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._move() if self.moved.hasFocus() or self.day.hasFocus() else self._card.correct()
        else:
            super().keyPressEvent(event)


class AddressCard(FactCard):
    """The first address in rows, the others in a line each; with all fields, each in rows."""

    PENDING = "pending:address"
    """The row under whose name the values wait on the disk for the answer."""

    def __init__(self, host: Host, home: Home, parent: QWidget | None = None) -> None:
        self._pending: dict[Key, dict[str, Any]] = {}
        self._draft = ""
        self._seen: Loaded[Contact] | None = None
        self._expanded: int | None = None
        super().__init__(
            host, home, _("Address"), self._rows, make_new=new_address_row, new_name=_("Add address"), parent=parent
        )
        self.strip = MoveStrip(self)
        self.body.insertWidget(1, self.strip)
        self.problem = PlainLabel("", "error", wrap=True)
        self.problem.hide()
        self.body.insertWidget(2, self.problem)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus)

    @override
    def show_view(self, view: ContactView) -> None:
        if self._view is not None and self._view.contact.id != view.contact.id:
            self._expanded = None
            self.problem.hide()
            self._clear()
        super().show_view(view)

    def _rows(self, sheet: Sheet) -> list[RowSpec]:
        """Make the rows of all addresses."""
        rows: list[RowSpec] = []
        addresses = sorted_addresses(sheet.view.contact.addresses)
        is_open = [
            (place_ == 0 or one.id == self._expanded or sheet.show_all) and not one.is_former()
            for place_, one in enumerate(addresses)
        ]
        for address, opened in zip(addresses, is_open, strict=True):
            if opened:
                pending, heads = self._pending.get(key_of(address), {}), sheet.show_all or sum(is_open) > 1
                rows += open_rows(sheet, address, pending, self._take, self._commit, heads=heads)
            else:
                rows.append(summary_row(sheet, address, partial(self._expand, address.id), self._commit))
        if not rows and not self.is_adding():
            rows.append(RowSpec("new:address", _("Street"), "", blank=_("Add"), opens=self.add_new))
        return rows

    def _expand(self, address: int) -> None:
        self._expanded = address
        self.refill()
        self.rows.edit(f"address:{address}:street")

    # --- what was typed -----------------------------------------------------------------------------------------
    def _take(self, key: Key, values: Mapping[str, Any]) -> Change | None:
        """Hold the values of an address that stands for a place already; write the others at once."""
        address = find(self._shown(), key) if self._view else None
        was_there = isinstance(address, Address) and any(getattr(address, name) for name in _WHERE)
        elsewhere = any(getattr(address, name) and values[name] != getattr(address, name) for name in values)
        if not was_there or (not elsewhere and key not in self._pending):
            return set_values(key, values)
        if not self._pending:
            self._seen = next((row.seen for row in self.rows.rows() if row.is_editing()), self._host.seen())
        self._pending.setdefault(key, {}).update(values)
        self._keep()
        QTimer.singleShot(0, self, self._ask)
        return None

    def _keep(self) -> None:
        """Keep what waits for an answer on the disk."""
        texts = [str(value) for values in self._pending.values() for value in values.values() if value]
        kept = {str(address): dict(values) for (_table, address), values in self._pending.items()}
        self._draft = self._host.keep_typed(self, self.PENDING, _("Address"), texts, {"addresses": kept})

    def take_back(self, kept: Mapping[str, Any]) -> None:
        """Bring back what was typed and never answered, for the addresses that are still there, and ask again."""
        given = kept.get("addresses")
        if self._view is None or self._pending or not isinstance(given, dict):
            return
        known = {str(address.id): key_of(address) for address in self._view.contact.addresses}
        for address, values in given.items():
            if address in known and isinstance(values, dict):
                self._pending[known[address]] = dict(values)
        if self._pending:
            self._seen = self._host.seen()
            self._keep()
            self._ask()

    def _shown(self) -> Any:
        return self._view.contact if self._view is not None else None

    def _ask(self) -> None:
        if not self._pending:  # saved meanwhile, because the record was left
            return
        self.refill()
        self.strip.ask()
        focus = QApplication.focusWidget()
        if focus is None or not any(row.is_editing() for row in self.rows.rows()):
            self.strip.corrected.setFocus()

    def has_pending(self) -> bool:
        """Tell whether an address was changed and the question is not answered."""
        return bool(self._pending)

    def correct(self) -> None:
        """Write what was typed over the old address."""
        self._save([set_values(key, values) for key, values in self._pending.items()])

    def keep_former(self, day: date) -> None:
        """Keep the old address until a day and add the new one."""
        changes = []
        for key, values in self._pending.items():
            parts = {name: value for name, value in values.items() if name in ADDRESS_PARTS}
            changes.append(move_address(key, parts, day))
        self._save(changes)

    def give_up(self) -> None:
        """Show the address as it was."""
        self._forget()
        self.refill()

    def _forget(self) -> None:
        """Drop what waits for an answer, and its draft."""
        draft = self._draft
        self._clear()
        if draft:
            self._host.forget_typed(draft)

    def _clear(self) -> None:
        """Show nothing that waits any more; the draft stays."""
        self._draft = ""
        self._pending.clear()
        self.strip.hide()

    def _save(self, changes: list[Change]) -> None:
        if not changes:
            return
        draft, contact = self._draft, self._shown().id

        def saved() -> None:
            if draft:
                self._host.forget_typed(draft)
            if self._draft == draft and self._shown().id == contact:
                self._clear()
                self.refill()  # the rows were made while the change was still held

        self._host.commit(together(*changes), saved, self._failed, self._seen)

    def _failed(self, error: GcrmError) -> None:
        self.strip.complain(error.sentence)

    def _commit(self, change: Change) -> None:
        """Carry out a command of a row; what is refused is said below the addresses."""
        self.problem.hide()
        self._host.commit(change, lambda: None, self._refused)

    def _refused(self, error: GcrmError) -> None:
        self.problem.setText(error.sentence)
        self.problem.show()
        announce(self, error.sentence)

    def _on_focus(self, old: QWidget | None, new: QWidget | None) -> None:
        """Take leaving the card for a correction."""
        if self._pending and new is not None:
            QTimer.singleShot(0, self, self._correct_if_left)

    def _correct_if_left(self) -> None:
        focus = QApplication.focusWidget()
        if focus is None or focus is self or self.isAncestorOf(focus) or focus.window() is not self.window():
            return
        if self._pending and QApplication.activePopupWidget() is None:
            self.correct()
