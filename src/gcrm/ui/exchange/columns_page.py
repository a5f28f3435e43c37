"""How a table is read, and where its columns go: found by itself, every part can be said otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from gcrm.i18n import N_, _, ngettext
from gcrm.services.exchange.tables import target_names
from gcrm.services.exchange.tables.choice import Choice, Where
from gcrm.services.exchange.tables.facts import TableFacts
from gcrm.ui.exchange.columns_model import COLUMN, FILLED, TARGET, VALUES, ColumnsModel
from gcrm.ui.theme import icon, px
from gcrm.ui.widgets.button import Button, IconButton
from gcrm.ui.widgets.combo import FilterCombo
from gcrm.ui.widgets.form_fields import FormField
from gcrm.ui.widgets.safe import PlainLabel

DELIMITERS = (
    (N_("Semicolon"), ";"), (N_("Comma"), ","), (N_("Tab"), "\t"), (N_("Vertical bar"), "|"), (N_("Colon"), ":"),
    ("^", "^"), ("~", "~"),
)  # fmt: skip
ENCODINGS = (
    ("UTF-8", "utf-8"), ("Windows (cp1252)", "cp1252"), ("DOS (cp850)", "cp850"), ("Mac (mac-roman)", "mac-roman"),
    ("UTF-16", "utf-16"), ("cp1250", "cp1250"), ("cp1251", "cp1251"),
)  # fmt: skip
_HEADING_LINES = 20
Tables = Sequence[tuple[Path, TableFacts]]


class ColumnsPage(QWidget):
    """Shows one table at a time; `changed` carries its file and how it shall be read now."""

    changed = Signal(object, object)
    save_wanted = Signal(object)
    mapping_wanted = Signal(object, str)
    rename_wanted = Signal(str)
    delete_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tables: Tables = ()
        self._choices: Mapping[Path, Choice] = {}
        self._taken: dict[Path, str] = {}
        self._make_parts()
        self._lay_out()
        self._connect()

    def _make_parts(self) -> None:
        self.file = QComboBox()
        self.encoding = QComboBox()
        self.delimiter = QComboBox()
        self.sheet = QComboBox()
        self.header = QComboBox()
        self.mapping = QComboBox()
        self.save = Button(_("Save mapping…"))
        self.more = IconButton("ellipsis", _("More for the mapping"), on_click=self._open_menu)
        self.told = PlainLabel("", "meta", elide=True)
        self.model = ColumnsModel()
        self.table = columns_table(self.model)
        self.target = FilterCombo(_("Goes into"))

    def _lay_out(self) -> None:
        fields = QHBoxLayout()
        fields.setSpacing(px(12))
        self._file_field = FormField(_("File"), self.file)
        self._encoding_field = FormField(_("Encoding"), self.encoding)
        self._delimiter_field = FormField(_("Between the cells"), self.delimiter)
        self._sheet_field = FormField(_("Sheet"), self.sheet)
        told = (self._file_field, self._encoding_field, self._delimiter_field, self._sheet_field)
        for field in (*told, FormField(_("Headings in line"), self.header), FormField(_("Mapping"), self.mapping)):
            fields.addWidget(field, 1)
        for button in (self.save, self.more):
            fields.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        below = QHBoxLayout()
        below.setSpacing(px(12))
        below.addWidget(PlainLabel(_("The chosen columns go into:"), "meta"))
        below.addWidget(self.target, 1)
        below.addWidget(self.told, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(12))
        column.addLayout(fields)
        column.addWidget(self.table, 1)
        column.addLayout(below)

    def _connect(self) -> None:
        self.file.activated.connect(lambda _place: self._show_table())
        self.encoding.activated.connect(lambda _place: self._change(encoding=self.encoding.currentData()))
        self.delimiter.activated.connect(lambda _place: self._change(delimiter=self.delimiter.currentData()))
        self.sheet.activated.connect(lambda _place: self._change(sheet=self.sheet.currentData()))
        self.header.activated.connect(lambda _place: self._change(header=self.header.currentData()))
        self.mapping.activated.connect(self._take_mapping)
        self.save.clicked.connect(lambda: self.save_wanted.emit(self.choice()))
        self.table.selectionModel().selectionChanged.connect(lambda *_args: self._show_target())
        self.target.chosen.connect(self._set_target)
        self.table.doubleClicked.connect(lambda _index: self._offer_targets())

    # --- what is shown ------------------------------------------------------------------------------------------
    def show_tables(self, tables: Tables, choices: Mapping[Path, Choice], where: Where) -> None:
        """Show the tables of an import; the one that was shown stays shown."""
        path = self.path()
        self._tables, self._choices = tables, choices
        self.target.set_choices(target_names.choices(where))
        self.file.clear()
        for each, _facts in tables:
            self.file.addItem(each.name, each)
        places = [place for place, (each, _facts) in enumerate(tables) if each == path]
        self.file.setCurrentIndex(places[0] if places else 0)
        self._file_field.setVisible(len(tables) > 1)
        self._show_table()

    def show_mappings(self, names: Sequence[str]) -> None:
        """Offer the saved mappings."""
        self.mapping.clear()
        self.mapping.addItem(_("Recognised"), "")
        for name in names:
            self.mapping.addItem(name, name)
        self._show_taken()

    def _show_taken(self) -> None:
        """Show which mapping the file that is shown is read by."""
        path = self.path()
        name = self._taken.get(path, "") if path is not None else ""
        self.mapping.setCurrentIndex(max(self.mapping.findData(name), 0))
        self.more.setEnabled(bool(self.mapping.currentData()))

    def make_menu(self) -> QMenu:
        """Return what can be done with the mapping that is chosen."""
        menu = QMenu(self)
        name = str(self.mapping.currentData())
        menu.addAction(icon("pencil"), _("Rename mapping…"), lambda: self.rename_wanted.emit(name))
        menu.addAction(icon("trash-2"), _("Delete mapping…"), lambda: self.delete_wanted.emit(name))
        return menu

    def _open_menu(self) -> None:
        menu = self.make_menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def path(self) -> Path | None:
        """Return the file that is shown."""
        place = self.file.currentIndex()
        return self._tables[place][0] if 0 <= place < len(self._tables) else None

    def facts(self) -> TableFacts:
        """Return what was found in the file that is shown."""
        place = self.file.currentIndex()
        return self._tables[place][1] if 0 <= place < len(self._tables) else TableFacts()

    def choice(self) -> Choice:
        """Return how the file that is shown is read, with every target as it stands."""
        path, facts = self.path(), self.facts()
        said = self._choices.get(path, Choice()) if path is not None else Choice()
        return replace(said, targets={column.key: column.target for column in facts.columns})

    def _show_table(self) -> None:
        """Show how a table is read, and its columns."""
        facts = self.facts()
        chosen = self._chosen()
        encodings = [(text, code) for text, code in ENCODINGS if code != facts.encoding]
        _fill(self.encoding, [(facts.encoding.upper(), facts.encoding), *encodings], facts.encoding)
        delimiters = [(_(text), mark) for text, mark in DELIMITERS]
        if facts.delimiter and facts.delimiter not in [mark for _text, mark in delimiters]:
            delimiters.append((facts.delimiter, facts.delimiter))
        _fill(self.delimiter, delimiters, facts.delimiter)
        _fill(self.sheet, [(name, name) for name in facts.sheets], facts.sheet)
        is_text = not facts.sheets
        self._encoding_field.setVisible(is_text)
        self._delimiter_field.setVisible(is_text)
        self._sheet_field.setVisible(not is_text)
        lines = sorted({*range(1, _HEADING_LINES + 1), facts.header} - {0})
        _fill(self.header, [(_("None"), 0), *((str(line), line) for line in lines)], facts.header)
        self.told.setText(_told_words(facts))
        self._show_taken()
        self.model.show(facts)
        self._choose(chosen or [0])

    def _chosen(self) -> list[int]:
        """Return the places of the chosen columns."""
        return sorted({index.row() for index in self.table.selectionModel().selectedRows()})

    def _choose(self, places: Sequence[int]) -> None:
        """Choose columns."""
        model = self.table.selectionModel()
        for place in places:
            if place < self.model.rowCount():
                flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
                model.select(self.model.index(place, 0), flags)
        self._show_target()

    def _show_target(self) -> None:
        """Show where the chosen columns go."""
        targets = {self.model.column(place).target for place in self._chosen()}
        self.target.setEnabled(bool(targets))
        target = targets.pop() if len(targets) == 1 else None
        if target is not None and self.target.findData(target) < 0:
            self.target.addItem(target_names.name_of(target), target)
        self.target.set_value(target)

    def _offer_targets(self) -> None:
        """Let the next keys say where the chosen columns go."""
        self.target.setFocus()
        self.target.showPopup()

    # --- what is said -------------------------------------------------------------------------------------------
    def _change(self, **said: object) -> None:
        """Tell that the file shall be read in another way."""
        path = self.path()
        if path is not None:
            self.changed.emit(path, replace(self._choices.get(path, Choice()), **said))  # type: ignore[arg-type]  # fields of Choice

    def _set_target(self, target: object) -> None:
        """Tell that the chosen columns go somewhere else."""
        path = self.path()
        if path is None or not isinstance(target, str):
            return
        choice = self._choices.get(path, Choice())
        for place in self._chosen():
            choice = choice.with_target(self.model.column(place).key, target)
        self.changed.emit(path, choice)

    def _take_mapping(self, _place: int) -> None:
        """Tell that a saved mapping is wanted, or none."""
        path = self.path()
        if path is not None:
            self._taken[path] = str(self.mapping.currentData())
            self.more.setEnabled(bool(self._taken[path]))
            self.mapping_wanted.emit(path, self._taken[path])


def columns_table(model: ColumnsModel) -> QTableView:
    """Return the table that shows columns; several can be chosen."""
    table = QTableView()
    table.setModel(model)
    table.setAccessibleName(_("Columns of the table"))
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    table.setTabKeyNavigation(False)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(px(28))
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    for part, width in ((COLUMN, 200), (FILLED, 70), (TARGET, 240)):
        table.setColumnWidth(part, px(width))
        header.setSectionResizeMode(part, QHeaderView.ResizeMode.Fixed)
    header.setSectionResizeMode(VALUES, QHeaderView.ResizeMode.Stretch)
    return table


def _fill(combo: QComboBox, choices: Sequence[tuple[str, object]], value: object) -> None:
    """Offer choices and choose one."""
    combo.clear()
    for text, data in choices:
        combo.addItem(text, data)
    combo.setCurrentIndex(combo.findData(value))


def _told_words(facts: TableFacts) -> str:
    """Say which program wrote the table, and how many rows it has."""
    rows = ngettext("{count} row", "{count} rows", facts.rows).format(count=facts.rows)
    return _("Recognised: {program}, {rows}").format(program=facts.program, rows=rows) if facts.program else rows
