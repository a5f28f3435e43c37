"""Rows with values that do not fit: what is wrong, corrected in place and checked again, or saved as a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QTableView, QVBoxLayout, QWidget

from gcrm.i18n import _
from gcrm.services.exchange.tables.facts import BadRow, TableFacts
from gcrm.ui.exchange.columns_page import Tables
from gcrm.ui.theme import color, px
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.form_fields import FormField
from gcrm.ui.widgets.safe import PlainLabel

Index = QModelIndex | QPersistentModelIndex
LINE, REASON = 0, 1
_TOLD = 2


class BadRowsModel(QAbstractTableModel):
    """Line, reason, then the cells; those can be changed. `corrections` are the cells of changed lines."""

    corrected = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._facts = TableFacts()
        self._places: list[int] = []
        self.corrections: dict[int, tuple[str, ...]] = {}

    def show(self, facts: TableFacts, corrections: Mapping[int, tuple[str, ...]]) -> None:
        """Show the rows of another table, with what was corrected in them already."""
        self.beginResetModel()
        self._facts = facts
        filled = {place for row in facts.bad_rows for place, cell in enumerate(row.cells) if cell.strip()}
        flawed = {place for row in facts.bad_rows for place, _reason in row.flaws if place >= 0}
        first = sorted(flawed)
        self._places = first + [place for place in range(len(facts.columns)) if place in filled - flawed]
        lines = {row.line for row in facts.bad_rows}
        self.corrections = {line: cells for line, cells in corrections.items() if line in lines}
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return the number of rows to correct."""
        return 0 if parent.isValid() else len(self._facts.bad_rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return line, reason and the cells that say anything."""
        return 0 if parent.isValid() else _TOLD + len(self._places)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> Any:
        """Return the heading of a column."""
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return super().headerData(section, orientation, role)
        if section < _TOLD:
            return _("Line") if section == LINE else _("Reason")
        column = self._facts.columns[self._places[section - _TOLD]]
        return column.heading or column.key

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        """Return the text of a cell; what does not fit is marked in colour, the reason says it in words."""
        row = self._facts.bad_rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self._text(row, index.column())
        if role == Qt.ItemDataRole.ForegroundRole and self._is_flawed(row, index.column()):
            return color("bad")
        return None

    def _text(self, row: BadRow, section: int) -> str:
        """Return the text of one cell."""
        if section == LINE:
            return str(row.line)
        if section == REASON:
            return row.reasons(self._facts.columns)
        cells = self.corrections.get(row.line, row.cells)
        place = self._places[section - _TOLD]
        return cells[place] if place < len(cells) else ""

    def _is_flawed(self, row: BadRow, section: int) -> bool:
        """Tell whether a cell does not fit and was not changed yet."""
        if section < _TOLD or row.line in self.corrections:
            return False
        return any(place == self._places[section - _TOLD] for place, _reason in row.flaws)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let the cells be changed."""
        known = super().flags(index)
        return known | Qt.ItemFlag.ItemIsEditable if index.column() >= _TOLD else known

    def setData(self, index: Index, value: Any, role: int = int(Qt.ItemDataRole.EditRole)) -> bool:
        """Take a corrected cell."""
        if role != Qt.ItemDataRole.EditRole or index.column() < _TOLD:
            return False
        row = self._facts.bad_rows[index.row()]
        cells = list(self.corrections.get(row.line, row.cells))
        place = self._places[index.column() - _TOLD]
        cells += [""] * (place + 1 - len(cells))
        if cells[place] != value:
            cells[place] = str(value)
            self.corrections[row.line] = tuple(cells)
            self.dataChanged.emit(self.index(index.row(), 0), self.index(index.row(), self.columnCount() - 1))
            self.corrected.emit()
        return True


@dataclass(frozen=True, slots=True)
class _Typed:
    """Cells that were corrected, by line, in a table with these columns."""

    columns: tuple[str, ...]
    cells: dict[int, tuple[str, ...]]


class BadRowsPage(QWidget):
    """Shows the rows of one table at a time. `checked` carries its file and the corrected cells by line."""

    checked = Signal(object, object)
    save_wanted = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tables: Tables = ()
        self._typed: dict[Path, _Typed] = {}
        self.file = QComboBox()
        self.model = BadRowsModel()
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setAccessibleName(_("Rows to correct"))
        self.table.setTabKeyNavigation(False)
        self.table.setWordWrap(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(px(28))
        self.table.setShowGrid(False)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.check = Button(_("Check corrected rows"), on_click=self.check_all)
        self.save = Button(_("Save as file…"), on_click=self._save)
        self._lay_out()
        self.model.corrected.connect(self._show_state)
        self.file.activated.connect(lambda _place: self._show_table())

    def _lay_out(self) -> None:
        note = _(
            "Values that do not fit are kept as other data, doubtful ones in their field; rows that name nobody are "
            "left out. Correct them here."
        )
        self._file_field = FormField(_("File"), self.file)
        buttons = QHBoxLayout()
        buttons.setSpacing(px(6))
        buttons.addWidget(PlainLabel(note, "meta", wrap=True), 1)
        buttons.addWidget(self.save)
        buttons.addWidget(self.check)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(12))
        column.addWidget(self._file_field)
        column.addWidget(self.table, 1)
        column.addLayout(buttons)

    def show_tables(self, tables: Tables) -> None:
        """Show the rows to correct of an import; return nothing where there are none."""
        path = self._path()
        self._tables = [(each, facts) for each, facts in tables if facts.bad_rows]
        still = {each for each, _facts in self._tables}
        self._typed = {each: typed for each, typed in self._typed.items() if each in still}
        self.file.clear()
        for each, _facts in self._tables:
            self.file.addItem(each.name, each)
        places = [place for place, (each, _facts) in enumerate(self._tables) if each == path]
        self.file.setCurrentIndex(places[0] if places else 0)
        self._file_field.setVisible(len(self._tables) > 1)
        self._show_table()

    def _path(self) -> Path | None:
        place = self.file.currentIndex()
        return self._tables[place][0] if 0 <= place < len(self._tables) else None

    def _facts(self) -> TableFacts:
        place = self.file.currentIndex()
        return self._tables[place][1] if 0 <= place < len(self._tables) else TableFacts()

    def _show_table(self) -> None:
        """Show the rows of the chosen file."""
        facts, path = self._facts(), self._path()
        columns = tuple(column.key for column in facts.columns)
        typed = self._typed.get(path) if path is not None else None
        self.model.show(facts, typed.cells if typed is not None and typed.columns == columns else {})
        if path is not None:
            self._typed[path] = _Typed(columns, self.model.corrections)
        for section, width in ((LINE, 70), (REASON, 300)):
            self.table.setColumnWidth(section, px(width))
        for section in range(_TOLD, self.model.columnCount()):
            self.table.setColumnWidth(section, px(140))
        self._show_state()

    def _show_state(self) -> None:
        """Offer what can be done."""
        self.check.setEnabled(self.has_typed())

    def has_typed(self) -> bool:
        """Tell whether rows were corrected that nobody has read yet."""
        return any(typed.cells for typed in self._typed.values())

    def check_all(self) -> None:
        """Tell of each file that its corrected rows shall be read."""
        for path, typed in list(self._typed.items()):
            if typed.cells:
                del self._typed[path]
                self.checked.emit(path, dict(typed.cells))

    def _save(self) -> None:
        """Tell that the rows shall be saved."""
        path = self._path()
        if path is not None:
            self.save_wanted.emit(path, self._facts())


def count_of(tables: Sequence[tuple[Path, TableFacts]]) -> int:
    """Return how many rows are to be corrected."""
    return sum(len(facts.bad_rows) for _path, facts in tables)
