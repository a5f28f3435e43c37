"""What the import window is made of, and what it shows in which state."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QListWidget,
    QProgressBar,
    QStackedWidget,
    QTabBar,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from gcrm.i18n import N_, _, ngettext
from gcrm.services.exchange.import_plan import ImportPlan, MatchBy, Rule
from gcrm.services.exchange.tables.facts import TableFacts
from gcrm.ui.exchange.bad_rows_page import BadRowsPage, count_of
from gcrm.ui.exchange.columns_page import ColumnsPage
from gcrm.ui.exchange.import_words import file_lines, plan_sentence
from gcrm.ui.exchange.left_out_page import LeftOutList
from gcrm.ui.exchange.plan_table import ACTION, LINE, NAME, PlanModel
from gcrm.ui.theme import px
from gcrm.ui.widgets.banner import Banner
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.empty_state import EmptyState
from gcrm.ui.widgets.form_fields import FormField
from gcrm.ui.widgets.safe import PlainLabel

RULES: tuple[tuple[Rule, str, str], ...] = (
    ("skip", N_("Leave them out"), N_("Leave out")),
    ("update", N_("Fill their empty fields"), N_("Fill")),
    ("replace", N_("Take over the values of the file"), N_("Replace")),
    ("add", N_("Add them again"), N_("Add again")),
)

MATCHES: tuple[tuple[MatchBy, str], ...] = (
    ("any", N_("Whatever tells")),
    ("number", N_("Number alone")),
    ("email", N_("E-mail address alone")),
    ("phone", N_("Telephone number alone")),
    ("name", N_("Name and town alone")),
)
PLAN, COLUMNS, BAD_ROWS, LEFT_OUT = range(4)
FEW = 4
"""Files for which a low list is enough."""


EMPTY, READING, PAGE = range(3)


class ImportParts:
    """The widgets of the import window, laid out in it."""

    def __init__(self, dialog: QDialog) -> None:
        self._make_files()
        self._make_choices()
        self._make_table()
        self.banner = Banner()
        self.summary = PlainLabel("", "strong", wrap=True)
        self.step = PlainLabel("", "meta", elide=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Progress"))
        self.cancel = Button(_("Cancel"))
        self.go = Button(_("Import"), "primary")
        self.go.setDefault(True)
        self._lay_out(dialog)

    def _make_files(self) -> None:
        self.files = QListWidget()
        self.files.setAccessibleName(_("Files"))
        self.files.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.files.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.files.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.files.setUniformItemSizes(True)
        self.add_files = Button(_("Add files…"), icon_name="file-plus")
        self.add_folder = Button(_("Add folder…"), icon_name="folder-plus")
        self.remove = Button(_("Remove file"), icon_name="x")

    def _make_choices(self) -> None:
        self.rule = QComboBox()
        self.row_buttons: dict[Rule, Button] = {}
        for rule, text, short in RULES:
            self.rule.addItem(_(text), rule)
            self.row_buttons[rule] = Button(_(short))
        self.by = QComboBox()
        for match, text in MATCHES:
            self.by.addItem(_(text), match)
        self.categories = QLineEdit()
        self.categories.setPlaceholderText(_("Such as: Trade fair 2026, Press"))

    def _make_table(self) -> None:
        self.model = PlanModel()
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setAccessibleName(_("What happens to each contact"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.setTabKeyNavigation(False)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(px(28))
        header = self.table.horizontalHeader()
        header.setStretchLastSection(True)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, width in ((LINE, 130), (NAME, 250), (ACTION, 120)):
            self.table.setColumnWidth(column, px(width))
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
        self.reported = LeftOutList()

    def _lay_out(self, dialog: QDialog) -> None:
        self.stack = QStackedWidget()
        self.empty = EmptyState(
            "file-input",
            _(
                "Choose files of contacts (vCard, CSV, Excel, LDIF, FRITZ!Box), calendars or e-mails, or drop files or "
                "a whole folder here."
            ),
            _("Choose files…"),
        )
        if self.empty.button is not None:
            self.empty.button.clicked.connect(self.add_files.click)
        self.stack.addWidget(self.empty)
        self.stack.addWidget(EmptyState("file-input", _("The files are read. Nothing is imported yet.")))
        self.stack.addWidget(self._plan_page())
        column = QVBoxLayout(dialog)
        column.setContentsMargins(px(20), px(20), px(20), px(20))
        column.setSpacing(px(12))
        column.addWidget(PlainLabel(_("Import contacts"), "title"))
        column.addWidget(self.banner)
        column.addWidget(self.stack, 1)
        column.addLayout(self._buttons())

    def _plan_page(self) -> QWidget:
        page = QWidget()
        files = QHBoxLayout()
        buttons = QVBoxLayout()
        buttons.setSpacing(px(6))
        for button in (self.add_files, self.add_folder, self.remove):
            buttons.addWidget(button)
        buttons.addStretch(1)
        files.addWidget(self.files, 1)
        files.addLayout(buttons)
        choices = QHBoxLayout()
        choices.setSpacing(px(12))
        choices.addWidget(FormField(_("Contacts that seem to be here"), self.rule), 1)
        choices.addWidget(FormField(_("Known again by"), self.by), 1)
        choices.addWidget(FormField(_("Categories for all, with commas between them"), self.categories), 1)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(12))
        column.addLayout(files)
        column.addLayout(choices)
        self._make_tabs()
        column.addWidget(self.tabs)
        column.addWidget(self.pages, 1)
        return page

    def _make_tabs(self) -> None:
        """Make what happens, where columns go, and what is to be corrected; one at a time is shown."""
        self.columns = ColumnsPage()
        self.bad_rows = BadRowsPage()
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.tabs.setAccessibleName(_("Parts of the import"))
        self.pages = QStackedWidget()
        shown = (self._rows_page(), _("What happens")), (self.columns, _("Columns")), (self.bad_rows, "")
        for page, text in (*shown, (self.reported, "")):
            self.tabs.addTab(text)
            self.pages.addWidget(page)
        self.tabs.currentChanged.connect(self.pages.setCurrentIndex)

    def _rows_page(self) -> QWidget:
        page = QWidget()
        rows = QHBoxLayout()
        rows.setSpacing(px(6))
        rows.addWidget(self.summary, 1)
        self.row_label = PlainLabel(_("Chosen rows:"), "meta")
        rows.addWidget(self.row_label)
        for each in self.row_buttons.values():
            rows.addWidget(each)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(12))
        column.addLayout(rows)
        column.addWidget(self.table, 1)
        return page

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(px(6))
        self.bar.setFixedWidth(px(220))
        row.addWidget(self.bar)
        row.addWidget(self.step, 1)
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.go)
        return row

    def chosen_rows(self) -> list[int]:
        """Return the places of the chosen rows."""
        return sorted({index.row() for index in self.table.selectionModel().selectedRows()})

    def show_plan(self, plan: ImportPlan, named: Callable[[Path], str]) -> None:
        """Show files, cards and what is left out; `named` says how a file is called."""
        self.files.clear()
        self.files.addItems(list(file_lines(plan, named)))
        self.files.setFixedHeight(px(84) if self.files.count() <= FEW else px(120))
        self.model.show(plan)
        self.table.setColumnWidth(LINE, px(130) if len(plan.paths) <= 1 else px(220))
        self.reported.show_plan(plan, named)
        self._show_tabs(tables_of(plan))

    def _show_tabs(self, tables: list[tuple[Path, TableFacts]]) -> None:
        """Show the parts that tables have beyond other files."""
        count = count_of(tables)
        self.bad_rows.show_tables(tables)
        words = ngettext("{count} row to correct", "{count} rows to correct", count).format(count=count)
        self.tabs.setTabText(BAD_ROWS, words)
        self.tabs.setTabVisible(COLUMNS, bool(tables))
        self.tabs.setTabVisible(BAD_ROWS, count > 0)
        self.tabs.setTabText(LEFT_OUT, self.reported.title())
        self.tabs.setTabVisible(LEFT_OUT, self.reported.topLevelItemCount() > 0)

    def show_progress(self, done: int, total: int, text: str) -> None:
        """Show how far it is."""
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        if text:
            self.step.setText(text)

    def show_state(self, plan: ImportPlan, *, count: int, busy: bool, writes: bool, done: bool) -> None:
        """Show what can be done now; what is being written is not said otherwise meanwhile."""
        has_files = bool(plan.every)
        self.stack.setCurrentIndex(PAGE if has_files else READING if busy else EMPTY)
        self.bar.setVisible(busy)
        self.step.setVisible(busy)
        if not busy:
            self.step.setText("")
        self.summary.setText(plan_sentence(plan))
        for widget in (self.add_files, self.add_folder, self.remove, self.rule, self.by, self.categories):
            widget.setEnabled(not busy and not done)
        self.columns.setEnabled(not done and not writes)
        self.bad_rows.setEnabled(not writes)
        self.remove.setEnabled(has_files and not busy and not done)
        self.go.setVisible(has_files)
        self.go.setEnabled(done or (not busy and (count > 0 or bool(plan.others))))
        words = ngettext("Import {count} contact", "Import {count} contacts", count).format(count=count)
        self.go.setMinimumWidth(self.cancel.sizeHint().width())  # its ring takes the place of its padding
        self.go.setText(_("Close") if done else _("Import all of this") if plan.others else words)
        self.cancel.setVisible(busy or not done)


def tables_of(plan: ImportPlan) -> list[tuple[Path, TableFacts]]:
    """Return the tables of a plan with their files."""
    pairs = zip(plan.paths, plan.files, strict=True)
    return [(path, file.table) for path, file in pairs if file.table is not None]
