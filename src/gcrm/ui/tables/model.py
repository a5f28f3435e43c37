"""The table of contacts: one row per id, one column per chosen column of services/contact_columns.py."""

from __future__ import annotations

from array import array
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from gcrm.i18n import _
from gcrm.services.contact_columns import Column
from gcrm.services.contact_list import ContactRow
from gcrm.services.database import Database
from gcrm.services.showing import show
from gcrm.ui.tables.rows import Rows
from gcrm.ui.tasks import Tasks

Index = QModelIndex | QPersistentModelIndex
RIGHT = frozenset({"money", "number", "percent"})


class ContactTableModel(QAbstractTableModel):
    """Contacts as rows; headers are aligned like their cells."""

    def __init__(self, database: Database, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns: tuple[Column, ...] = ()
        self._rows = Rows(database, tasks, (), self)
        self._rows.arrived.connect(self._on_arrived)

    def set_columns(self, columns: tuple[Column, ...]) -> None:
        """Show other columns."""
        self.beginResetModel()
        self._columns = columns
        self._rows.set_columns(tuple(column.name for column in columns))
        self.endResetModel()

    def columns(self) -> tuple[Column, ...]:
        """Return the columns in model order."""
        return self._columns

    def set_ids(self, ids: array[int], rows: dict[int, ContactRow] | None = None) -> None:
        """Show another result."""
        self.beginResetModel()
        self._rows.set_ids(ids, rows)
        self.endResetModel()

    def ids(self) -> array[int]:
        """Return all ids in order."""
        return self._rows.ids

    def place(self, contact: int) -> int | None:
        """Return the row of a contact."""
        return self._rows.place(contact)

    def forget(self, contacts: set[int]) -> None:
        """Read these rows anew."""
        self._rows.forget(contacts)
        self._on_arrived(0, max(0, self.rowCount() - 1))

    def _on_arrived(self, low: int, high: int) -> None:
        """Let the view paint rows that came to be known."""
        if self.rowCount() and self._columns:
            self.dataChanged.emit(self.index(low, 0), self.index(high, len(self._columns) - 1))

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._rows.ids)

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._columns)

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        known = super().flags(index)
        return known | Qt.ItemFlag.ItemIsDragEnabled if index.isValid() else known

    @override
    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid() or index.row() >= self.rowCount():
            return None
        column = self._columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        row = self._rows.row(index.row())
        return "" if row is None else show(row[column.name], column.kind, column.choices).replace("\n", " ")

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        column = self._columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.label if column.is_custom else _(column.label)
        return _alignment(column) if role == Qt.ItemDataRole.TextAlignmentRole else None


def _alignment(column: Column) -> Qt.AlignmentFlag:
    """Return left for texts, right for numbers."""
    side = Qt.AlignmentFlag.AlignRight if column.kind in RIGHT else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
