"""The columns of a table that is imported: heading, some values, how many are filled, and where they go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from gcrm.i18n import N_, _
from gcrm.services.exchange.tables.facts import ColumnFacts, TableFacts
from gcrm.services.exchange.tables.target_names import KEEP, LEAVE, name_of
from gcrm.ui.theme import color

Index = QModelIndex | QPersistentModelIndex
HEADINGS = (N_("Column"), N_("Values"), N_("Filled"), N_("Goes into"))
COLUMN, VALUES, FILLED, TARGET = range(4)


class ColumnsModel(QAbstractTableModel):
    """One row for each column of the table."""

    def __init__(self, parent: QObject | None = None, named: Callable[[str], str] = name_of) -> None:
        super().__init__(parent)
        self._facts = TableFacts()
        self._named = named

    def show(self, facts: TableFacts) -> None:
        """Show another table."""
        self.beginResetModel()
        self._facts = facts
        self.endResetModel()

    def column(self, place: int) -> ColumnFacts:
        """Return a column of the table."""
        return self._facts.columns[place]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return the number of columns of the table."""
        return 0 if parent.isValid() else len(self._facts.columns)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return what is told of each."""
        return 0 if parent.isValid() else len(HEADINGS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> Any:
        """Return the name of a part."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _(HEADINGS[section])
        return super().headerData(section, orientation, role)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        """Return the text of a cell; what goes into no field is grey and says so."""
        column = self._facts.columns[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._text(column, index.column())
        if role == Qt.ItemDataRole.ForegroundRole and column.target in (KEEP, LEAVE):
            return color("text2")
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(self._text(column, part) for part in range(len(HEADINGS)))
        return None

    def _text(self, column: ColumnFacts, part: int) -> str:
        """Return the text of one part."""
        if part == COLUMN:
            return column.heading or column.key
        if part == VALUES:
            return " · ".join(column.samples)
        if part == FILLED:
            rows = max(self._facts.rows, 1)
            return _("{percent} %").format(percent=round(100 * column.filled / rows))
        return self._named(column.target)
