"""Who changed what and when, in words, grouped by operation: as a tab of the record and as a window of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from gcrm.i18n import N_, _
from gcrm.model.activity import BUILT_IN_TYPES, Activity
from gcrm.model.address import Address
from gcrm.model.attachment import Attachment
from gcrm.model.bank_account import BankAccount
from gcrm.model.base import Record
from gcrm.model.category import ContactCategory
from gcrm.model.consent import Consent
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.contact_point import ContactPoint
from gcrm.model.fields import fields_of
from gcrm.model.open_item import OpenItem
from gcrm.services import changes, contact_data, contact_page, custom_field, showing
from gcrm.services.changes import HistoryEntry
from gcrm.services.contact_page import ContactView, Surroundings
from gcrm.services.database import Database
from gcrm.ui.contact.layout import scrolling
from gcrm.ui.context import Context
from gcrm.ui.forms.binding import here
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.card import Card
from gcrm.ui.widgets.empty_state import EmptyState
from gcrm.ui.widgets.safe import PlainLabel

LIMIT = 300
SHOWN = 40
_CLASSES: dict[str, type[Record]] = {
    cls.__tablename__: cls
    for cls in (Contact, Address, ContactPoint, BankAccount, OpenItem, ContactPerson, Person, ContactCategory, Consent,
                Activity, Attachment)
}  # fmt: skip
_PREFIXES = {
    "address": N_("Address"), "contact_point": N_("Number"), "bank_account": N_("Bank account"),
    "contact_person": N_("Contact person"), "person": N_("Person"), "consent": N_("Permission"),
    "activity": N_("Activity"), "attachment": N_("File"), "open_item": N_("Open item"),
}  # fmt: skip
_QUIET = frozenset({
    "contact_id", "person_id", "contact_person_id", "activity_id", "uid", "sha256", "media_type", "size",
    "follow_up_all_day", "call_key", "replaces_id",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One field of one record in words."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class HistoryGroup:
    """What one operation did."""

    operation: int
    at: datetime
    who: str
    label: str
    lines: tuple[HistoryLine, ...]


def groups(database: Database, contact: int) -> list[HistoryGroup]:
    """Read the newest changes of a contact, grouped by operation, in words."""
    with database.read() as session:
        entries = changes.contact_history(session, contact, LIMIT, user=database.user_id)
        around = contact_page.surroundings(session)
        around = replace(around, contacts=contact_data.names_of(session, _pointed(entries)))
    found: dict[int, list[HistoryEntry]] = {}
    for entry in entries:
        found.setdefault(entry.operation_id, []).append(entry)
    return [_group(rows, around) for rows in found.values()]


def _group(rows: Sequence[HistoryEntry], around: Surroundings) -> HistoryGroup:
    first = rows[0]
    lines = [line for row in rows if row.field not in _QUIET for line in _lines(row, around)]
    return HistoryGroup(first.operation_id, first.at, first.who, first.operation, tuple(dict.fromkeys(lines)))


def _lines(entry: HistoryEntry, around: Surroundings) -> list[HistoryLine]:
    """Return a change in words; user-defined values one by one."""
    if entry.is_erased:
        return [HistoryLine(_("Personal data was erased"), "", "")]
    if entry.field == "custom":
        return _custom_lines(entry, around)
    told = fields_of(_CLASSES[entry.table])[entry.field] if entry.table in _CLASSES else None
    kind, choices = (told.kind, told.choices) if told else ("text", ())
    known = _names(entry.field, around)
    old, new = (
        known.get(value, str(value)) if known and value is not None else showing.show(value, kind, choices)
        for value in (entry.old, entry.new)
    )
    prefix = _PREFIXES.get(entry.table)
    label = _("{record} · {field}").format(record=_(prefix), field=entry.label) if prefix else entry.label
    return [HistoryLine(label, old, new)] if old or new else []


def _names(field: str, around: Surroundings) -> dict[Any, str]:
    """Return the names behind the ids of a field."""
    if field == "type":
        return {key: _(name) for key, name, _icon, _colour in BUILT_IN_TYPES}
    if field == "category_id":
        return dict(around.categories)
    return dict(around.users) if field in ("responsible_id", "done_by", "delegated_by") else {}


def _pointed(entries: Iterable[HistoryEntry]) -> set[int]:
    """Return the whole numbers among user-defined values: those of the kind "contact" are ids."""
    sides = [side or {} for entry in entries if entry.field == "custom" for side in (entry.old, entry.new)]
    return {value for side in sides for value in side.values() if type(value) is int}


def _custom_lines(entry: HistoryEntry, around: Surroundings) -> list[HistoryLine]:
    """Return the user-defined values that changed, hidden fields too."""
    old, new = entry.old or {}, entry.new or {}
    told = {field.key: field for field in around.every_field}
    lines = []
    for key in dict.fromkeys([*old, *new]):
        before, after = old.get(key), new.get(key)
        if before != after:
            field = told.get(key)
            if field is None:
                lines.append(HistoryLine(_("Removed field"), showing.show(before), showing.show(after)))
                continue
            where = here(around)
            old_text, new_text = (
                custom_field.show_value(field, value, where) or showing.show(value) for value in (before, after)
            )
            lines.append(HistoryLine(field.label, old_text, new_text))
    return lines


class HistoryView(QWidget):
    """The history of a contact; cards below each other, the newest on top."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._groups: list[HistoryGroup] = []
        self._content = QWidget()
        self._column = QVBoxLayout(self._content)
        self._column.setContentsMargins(0, 0, 0, px(12))
        self._column.setSpacing(px(8))
        self._column.addStretch(1)
        self.more = Button(_("Show older changes"), "link", on_click=self._show_more)
        self.empty = EmptyState("history", _("Nothing has been changed yet."))
        self.empty.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._area = scrolling(self._content)
        column.addWidget(self._area)
        column.addWidget(self.empty)

    def show_view(self, view: ContactView) -> None:
        """Show the history of the contact of a record page."""
        self.show_contact(view.contact.id)

    def show_contact(self, contact: int) -> None:
        """Read and show the history of a contact."""
        database = self._context.database
        self._context.tasks.read(
            lambda: groups(database, contact), self._show, self._context.window.fail, key=("history", id(self)),
            owner=self,
        )  # fmt: skip

    def _show(self, found: list[HistoryGroup]) -> None:
        while self._column.count() > 1:
            item = self._column.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None and widget is not self.more:
                widget.deleteLater()
        self.more.setParent(None)
        self._groups = found
        self._area.setVisible(bool(found))
        self.empty.setVisible(not found)
        self._show_more()

    def _show_more(self) -> None:
        shown = self._column.count() - 1 - (1 if self.more.parent() is not None else 0)
        self._column.removeWidget(self.more)
        self.more.setParent(None)
        for group in self._groups[shown : shown + SHOWN]:
            self._column.insertWidget(self._column.count() - 1, _card(group))
        if len(self._groups) > shown + SHOWN:
            self._column.insertWidget(self._column.count() - 1, self.more)


def _card(group: HistoryGroup) -> Card:
    """Return the card of one operation."""
    card = Card()
    head = QHBoxLayout()
    head.addWidget(PlainLabel(group.label, "strong", wrap=True), 1)
    when = " · ".join((showing.show_instant(group.at), group.who))
    head.addWidget(PlainLabel(when, "small"), 0, Qt.AlignmentFlag.AlignTop)
    card.body.addLayout(head)
    for line in group.lines:
        card.body.addWidget(PlainLabel(line_text(line), wrap=True))
    return card


def line_text(line: HistoryLine) -> str:
    """Return "Street: Hauptstraße → Ring"."""
    if not line.old and not line.new:
        return line.field
    if not line.old:
        return _("{field}: {new}").format(field=line.field, new=line.new)
    if not line.new:
        return _("{field}: {old} removed").format(field=line.field, old=line.old)
    return _("{field}: {old} → {new}").format(field=line.field, old=line.old, new=line.new)


class HistoryDialog(QDialog):
    """The history in a window of its own."""

    def __init__(self, context: Context, contact: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("History"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.view = HistoryView(context)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(20), px(20), px(20))
        column.setSpacing(px(12))
        column.addWidget(PlainLabel(_("Who changed what"), "title"))
        column.addWidget(self.view, 1)
        close = Button(_("Close"), "primary", on_click=self.close)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        self.resize(px(620), px(560))
        self.view.show_contact(contact)
        close.setFocus()


def open_history(context: Context, contact: int) -> HistoryDialog:
    """Show the history of a contact in a window."""
    window = context.window
    dialog = HistoryDialog(context, contact, window if isinstance(window, QWidget) else None)
    dialog.show()
    return dialog
