"""The entries of the calendar as a list: what is painted, chosen, spoken and copied is a row of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from gcrm.i18n import _
from gcrm.services.calendar_entry import Entry
from gcrm.ui.calendar.words import spoken

Index = QModelIndex | QPersistentModelIndex
_TEXT_ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)


class EntryModel(QAbstractListModel):
    """Entries in the order in which a day is read."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.entries: list[Entry] = []
        self.unshown: frozenset[int] = frozenset()
        """Rows that find no room where they are painted; whoever hears them is told."""
        self._names: Mapping[int, str] = {}
        self._today = date.today()

    def show(self, entries: Sequence[Entry], names: Mapping[int, str], today: date) -> None:
        """Show other entries; `names` are those of the users whose calendars are shown."""
        self.beginResetModel()
        self.entries, self.unshown = list(entries), frozenset()
        self._names, self._today = names, today
        self.endResetModel()

    def entry(self, index: Index) -> Entry:
        """Return the entry of a row."""
        return self.entries[index.row()]

    def spoken(self, entry: Entry) -> str:
        """Return an entry as one sentence."""
        return spoken(entry, self._names, self._today)

    def place(self, key: str) -> int | None:
        """Return the row of an entry, None when it is gone."""
        return next((place for place, entry in enumerate(self.entries) if entry.key == key), None)

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.entries)

    @override
    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid() or index.row() >= len(self.entries):
            return None
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"<span>{escape(self.spoken(self.entries[index.row()]))}</span>"  # as it is: no markup of anybody's
        if role not in _TEXT_ROLES:
            return None
        told = self.spoken(self.entries[index.row()])
        return ", ".join((told, _("among those not shown"))) if index.row() in self.unshown else told
