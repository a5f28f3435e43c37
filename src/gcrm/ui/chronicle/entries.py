"""The entries of a chronicle as a list model: open follow-ups first, then the newest; older ones when scrolled to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from typing_extensions import override

from gcrm.services.chronicle import ChronicleRow
from gcrm.ui.chronicle.words import EntryWords, words_of

Index = QModelIndex | QPersistentModelIndex
PAGE = 50
IdRole = int(Qt.ItemDataRole.UserRole) + 1


class EntryModel(QAbstractListModel):
    """What the chronicle shows; `more_wanted` asks for the page before an entry `(at, id)`."""

    more_wanted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[ChronicleRow] = []
        self._words: list[EntryWords] = []
        self._expanded: set[int] = set()
        self._me: tuple[int, str] = (0, "")
        self._has_more = False
        self._is_asking = False

    def show(self, rows: list[ChronicleRow], me: tuple[int, str], now: datetime, *, has_more: bool) -> None:
        """Show other entries; `me` is id and name of whoever looks. What was expanded stays so."""
        self.beginResetModel()
        self._me = me
        self._rows = list(rows)
        self._words = [words_of(row, me, now) for row in rows]
        self._expanded &= {row.id for row in rows}
        self._has_more, self._is_asking = has_more, False
        self.endResetModel()

    def extend(self, rows: list[ChronicleRow], now: datetime, *, has_more: bool) -> None:
        """Add the next page at the end."""
        known = {row.id for row in self._rows}
        new = [row for row in rows if row.id not in known]
        self._has_more, self._is_asking = has_more, False
        if not new:
            return
        count = len(self._rows)
        self.beginInsertRows(QModelIndex(), count, count + len(new) - 1)
        self._rows += new
        self._words += [words_of(row, self._me, now) for row in new]
        self.endInsertRows()

    def clear(self) -> None:
        """Show nothing."""
        self.show([], self._me, datetime.now().astimezone(), has_more=False)
        self._expanded.clear()

    # --- what stands where ----------------------------------------------------------------------------------------
    def row(self, index: Index) -> ChronicleRow:
        """Return the entry of a row."""
        return self._rows[index.row()]

    def words(self, index: Index) -> EntryWords:
        """Return what is painted of an entry."""
        return self._words[index.row()]

    def loaded(self) -> int:
        """Return how many entries are loaded that are not pinned."""
        return sum(not row.is_pinned for row in self._rows)

    def has_pinned(self) -> bool:
        """Tell whether a follow-up is open: its words change with the clock."""
        return any(row.is_pinned for row in self._rows)

    def place(self, activity: int) -> int | None:
        """Return the row of an activity, None when it is not loaded."""
        return next((place for place, row in enumerate(self._rows) if row.id == activity), None)

    def is_appointment(self, activity: int) -> bool:
        """Tell whether an activity is an appointment."""
        place = self.place(activity)
        return place is not None and self._rows[place].span is not None

    def is_last(self, index: Index) -> bool:
        """Tell whether nothing older follows."""
        return index.row() == len(self._rows) - 1 and not self._has_more

    def is_expanded(self, index: Index) -> bool:
        """Tell whether the whole text of an entry is shown."""
        return self.row(index).id in self._expanded

    def toggle(self, index: Index) -> None:
        """Show the whole text of an entry, or two lines of it."""
        self._expanded ^= {self.row(index).id}
        self.dataChanged.emit(index, index)

    # --- Qt -------------------------------------------------------------------------------------------------------
    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    @override
    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        if role == IdRole:
            return self._rows[index.row()].id
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._words[index.row()].spoken
        return None

    @override
    def canFetchMore(self, parent: Index) -> bool:
        return self._has_more and not self._is_asking and not parent.isValid()

    @override
    def fetchMore(self, parent: Index) -> None:
        last = next((row for row in reversed(self._rows) if not row.is_pinned), None)
        if last is not None and self.canFetchMore(parent):
            self._is_asking = True
            self.more_wanted.emit((last.at, last.id))
