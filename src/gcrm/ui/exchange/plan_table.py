"""The table of an import: one row for each card with what becomes of it, and why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from gcrm.i18n import N_, _
from gcrm.services.exchange.import_plan import ImportPlan, ImportRow, Rule
from gcrm.ui.theme import color

Index = QModelIndex | QPersistentModelIndex
COLUMNS = (N_("Line"), N_("Contact"), N_("What happens"), N_("Why"))
LINE, NAME, ACTION, REASON = range(4)
ACTIONS = {"create": N_("Create"), "update": N_("Fill"), "skip": N_("Leave out"), "error": N_("Error")}

REPLACES = N_("Replace")


class PlanModel(QAbstractTableModel):
    """The rows of a plan; with several files the line says the file, too."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._plan = ImportPlan()

    def show(self, plan: ImportPlan) -> None:
        """Show another plan."""
        self.beginResetModel()
        self._plan = plan
        self.endResetModel()

    def decide(self, places: Iterable[int], rule: Rule) -> None:
        """Decide single rows; those that are new stay new."""
        self._plan.decide(places, rule)
        self._show_decisions()

    def decide_all(self, rule: Rule) -> None:
        """Decide all duplicates in the same way."""
        self._plan.set_duplicates(rule)
        self._show_decisions()

    def set_categories(self, names: Iterable[str]) -> None:
        """Give categories to all contacts; somebody who is here already may lack only these."""
        self._plan.set_categories(names)
        self._show_decisions()

    def _show_decisions(self) -> None:
        """Show every row anew: lists follow their members."""
        if self._plan.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._plan.rows) - 1, len(COLUMNS) - 1))

    def row(self, place: int) -> ImportRow:
        """Return the row at a place."""
        return self._plan.rows[place]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return the number of cards."""
        return 0 if parent.isValid() else len(self._plan.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return the number of columns."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> Any:
        """Return the name of a column."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _(COLUMNS[section])
        return super().headerData(section, orientation, role)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        """Return the text of a cell; what is left out is grey and says so."""
        row = self._plan.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, index.column())
        if role == Qt.ItemDataRole.ForegroundRole and row.action in ("skip", "error"):
            return color("text2" if row.action == "skip" else "bad")
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(self._text(row, column) for column in range(len(COLUMNS)))
        return None

    def _text(self, row: ImportRow, column: int) -> str:
        """Return the text of one column."""
        if column == LINE:
            name = self._plan.paths[row.file].name if len(self._plan.paths) > 1 else ""
            return f"{name} {row.line}".strip()
        if column == NAME:
            return row.name
        return _(REPLACES if row.is_replacing else ACTIONS[row.action]) if column == ACTION else row.reason()
