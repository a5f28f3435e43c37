"""One window with every part of the kit: what the look is tested on, and what a person looks at."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QListWidget,
    QMainWindow,
    QMenu,
    QProgressBar,
    QRadioButton,
    QScrollArea,
    QTableView,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from gcrm.model.parse_date import parse_date
from gcrm.ui.theme import icon, set_role
from gcrm.ui.widgets.avatar import Avatar
from gcrm.ui.widgets.banner import Banner
from gcrm.ui.widgets.button import Button, IconButton
from gcrm.ui.widgets.card import Card, KeyFigureCard
from gcrm.ui.widgets.chip import Chip
from gcrm.ui.widgets.combo import FilterCombo
from gcrm.ui.widgets.date_edit import DateEdit
from gcrm.ui.widgets.empty_state import EmptyState
from gcrm.ui.widgets.flow import FlowLayout
from gcrm.ui.widgets.form_fields import FormField
from gcrm.ui.widgets.money_edit import MoneyEdit
from gcrm.ui.widgets.nav import Sidebar
from gcrm.ui.widgets.safe import PlainLabel
from gcrm.ui.widgets.search_edit import SearchEdit
from gcrm.ui.widgets.status_line import StatusLine
from gcrm.ui.widgets.text_area import TextArea

GERMAN = QLocale(QLocale.Language.German, QLocale.Country.Germany)
TODAY = date(2026, 11, 23)


def parse_day(text: str) -> date:
    """Stand-in for the service that understands dates."""
    words = {"today": TODAY, "tomorrow": TODAY + timedelta(days=1)}
    if text in words:
        return words[text]
    return parse_date(text, "de", "DE", TODAY)


def build_sidebar() -> Sidebar:
    bar = Sidebar()
    bar.add_search("palette", "Search…", "Ctrl+K")
    for key, name, symbol, count in (
        ("today", "Today", "sun", "3"), ("contacts", "Contacts", "users", "12 480"),
        ("calendar", "Calendar", "calendar", ""),
        ("billing", "Billing", "file-text", "7"), ("projects", "Projects", "folder-kanban", ""),
    ):  # fmt: skip
        bar.add_item(key, name, symbol).set_count(count)
    bar.add_heading("Saved lists")
    bar.add_item("a", "A customers", "star")
    bar.add_item("overdue", "Overdue invoices", "clock-alert")
    bar.add_stretch()
    bar.add_item("database", "Team · 4 online", "database")
    bar.set_current("contacts")
    return bar


def build_list() -> QWidget:
    pane = QWidget()
    set_role(pane, "rail")
    pane.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    pane.setFixedWidth(300)
    column = QVBoxLayout(pane)
    head = QHBoxLayout()
    head.addWidget(PlainLabel("Contacts", "section"), 1)
    head.addWidget(Button("New", "primary", "plus"))
    column.addLayout(head)
    line = QHBoxLayout()
    line.addWidget(SearchEdit("Name, phone, city, customer no."), 1)
    line.addWidget(IconButton("list-filter", "Filter", "Ctrl+Shift+F"))
    column.addLayout(line)
    rows = QListWidget()
    set_role(rows, "plain")
    rows.setAccessibleName("Contacts")
    rows.addItems(["Albrecht Metallbau GmbH", "Becker & Söhne KG", "Cardoso Arquitetura Lda"])
    rows.setCurrentRow(0)
    rows.setMaximumHeight(120)
    column.addWidget(rows)
    empty = EmptyState(
        "inbox", "No contacts yet. Add the first one or bring them over.", "New contact", "Import a file"
    )
    column.addWidget(empty, 1)
    column.addWidget(PlainLabel("12 of 12 480 · sorted by name", "meta"))
    return pane


def build_header() -> Card:
    card = Card()
    row = QHBoxLayout()
    row.setSpacing(14)
    row.addWidget(Avatar("Albrecht Metallbau GmbH"))
    names = QVBoxLayout()
    names.addWidget(PlainLabel("Albrecht Metallbau GmbH", "title", elide=True))
    chips = FlowLayout()
    chips.addWidget(Chip("Customer 10042"))
    chips.addWidget(Chip("Priority A", "info"))
    chips.addWidget(Chip("2 invoices overdue", "bad"))
    chips.addWidget(Chip("Follow-up today", "warn"))
    chips.addWidget(Chip("Paid", "ok"))
    names.addLayout(chips)
    row.addLayout(names, 1)
    card.body.addLayout(row)
    buttons = FlowLayout()
    for text, symbol in (("Call", "phone"), ("E-mail", "mail"), ("Route", "navigation"), ("Letter", "file-pen-line")):
        buttons.addWidget(Button(text, icon_name=symbol))
    buttons.addWidget(Button("New invoice", "primary", "file-plus-2"))
    buttons.addWidget(Button("Delete", "danger", "trash"))
    buttons.addWidget(IconButton("ellipsis", "More"))
    disabled = Button("Not now", icon_name="clock-alert")
    disabled.setEnabled(False)
    buttons.addWidget(disabled)
    card.body.addLayout(buttons)
    return card


def build_form() -> Card:
    card = Card("Form", editable=True)
    grid = QGridLayout()
    grid.setSpacing(12)
    name = MarkedFields.line("Albrecht Metallbau GmbH")
    grid.addWidget(FormField("Company or person", name, required=True), 0, 0, 1, 2)
    mail = MarkedFields.line("info@albrecht")
    field = FormField("E-mail", mail)
    grid.addWidget(field, 1, 0)
    field.set_error("The address has no ending such as “.de”.")
    choice = FilterCombo()
    choice.set_choices([("Customer", 1), ("Supplier", 2), ("Prospect", 3)])
    choice.set_value(1)
    grid.addWidget(FormField("Category", choice), 1, 1, Qt.AlignmentFlag.AlignTop)
    day = DateEdit(parse_day)
    day.setLocale(GERMAN)
    day.set_value(TODAY)
    grid.addWidget(FormField("Invoice date", day), 2, 0)
    amount = MoneyEdit("€")
    amount.setLocale(GERMAN)
    amount.set_value(Decimal("1234.56"))
    grid.addWidget(FormField("Credit limit", amount), 2, 1)
    plain = QComboBox()
    plain.addItems(["14 days 2 %, 30 days net", "At once"])
    grid.addWidget(FormField("Terms", plain), 3, 0)
    copies = MoneyEdit(decimals=0)
    copies.set_value(Decimal(7))
    grid.addWidget(FormField("Copies", copies), 3, 1)
    note = TextArea(2, "What happened?")
    grid.addWidget(FormField("Note", note), 4, 0, 1, 2)
    checks = QHBoxLayout()
    for text, on in (("Country only when it differs", True), ("Sender line", False)):
        box = QCheckBox(text)
        box.setChecked(on)
        checks.addWidget(box)
    radio = QRadioButton("Net")
    radio.setChecked(True)
    checks.addWidget(radio)
    checks.addStretch(1)
    grid.addLayout(checks, 5, 0, 1, 2)
    card.body.addLayout(grid)
    return card


class MarkedFields:
    """Editors with a text in them."""

    @staticmethod
    def line(text: str) -> SearchEdit:
        edit = SearchEdit("Name")
        edit.setText(text)
        return edit


def build_table() -> QTableView:
    model = QStandardItemModel(0, 4)
    model.setHorizontalHeaderLabels(["Item", "Qty", "Price", "Total"])
    for row in (("Stahltor 3 × 2,4 m", "1", "3.100,00", "3.100,00"), ("Montage vor Ort", "6", "68,00", "408,00")):
        cells = [QStandardItem(text) for text in row]
        for cell in cells[1:]:
            cell.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        model.appendRow(cells)
    table = QTableView()
    model.setParent(table)
    table.setModel(model)
    table.setAccessibleName("Lines")
    table.setShowGrid(False)
    table.setTabKeyNavigation(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(40)
    table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    for column in (1, 2, 3):
        model.setHeaderData(
            column, Qt.Orientation.Horizontal, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
            Qt.ItemDataRole.TextAlignmentRole,
        )  # fmt: skip
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.selectRow(1)
    table.setWordWrap(False)
    table.setFixedHeight(124)
    return table


def build_record() -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(16, 14, 16, 14)
    column.setSpacing(12)
    banner = Banner("warn")
    banner.add_button("Open it", lambda: None)
    banner.show_message("Looks like an existing contact: Albrecht Metall, Leipzig", "warn")
    column.addWidget(banner)
    column.addWidget(build_header())
    tabs = QTabWidget()
    for name in ("Overview", "People 3", "Billing 8", "Documents 12"):
        tabs.addTab(QFrame(), name)
    tabs.setFixedHeight(40)
    tabs.tabBar().setAccessibleName("Parts of the record")
    column.addWidget(tabs)
    figures = QHBoxLayout()
    figures.setSpacing(12)
    for caption, value, tone in (
        ("Revenue 2026", "€ 48.310,00", ""),
        ("Open", "€ 5.200,00", ""),
        ("Overdue", "€ 1.020,00", "bad"),
    ):
        figures.addWidget(KeyFigureCard(caption, value, tone))
    column.addLayout(figures)
    cards = QHBoxLayout()
    cards.setSpacing(12)
    facts = Card("Address", editable=True)
    facts.set_rows([("Street", "Hauptstraße 7"), ("City", "04103 Leipzig"), ("Country", "Germany")])
    facts.body.addStretch(1)
    left = QVBoxLayout()
    left.addWidget(facts)
    left.addWidget(build_table())
    progress = QProgressBar()
    progress.setValue(60)
    progress.setTextVisible(False)
    progress.setAccessibleName("Import")
    left.addWidget(progress)
    cards.addLayout(left, 1)
    cards.addWidget(build_form(), 1)
    column.addLayout(cards)
    column.addStretch(1)
    return page


def build_menu(parent: QWidget) -> QMenu:
    menu = QMenu("&Contact", parent)
    menu.addAction(icon("file-plus-2"), "New &invoice").setShortcut("Ctrl+Shift+I")
    menu.addAction("&Log action").setShortcut("Ctrl+L")
    menu.addSeparator()
    archive = menu.addAction("&Archive")
    archive.setEnabled(False)
    shown = menu.addAction("&Show archived")
    shown.setCheckable(True)
    shown.setChecked(True)
    more = menu.addMenu("&Export")
    more.addAction("vCard")
    return menu


def build_gallery() -> QMainWindow:
    """Return the window, not yet shown."""
    window = QMainWindow()
    window.resize(1360, 900)
    for name in ("&File", "&Edit", "&View"):
        window.menuBar().addMenu(name).addAction("Nothing")
    window.menuBar().addMenu(build_menu(window))
    middle = QWidget()
    row = QHBoxLayout(middle)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    row.addWidget(build_sidebar())
    row.addWidget(build_list())
    scroll = QScrollArea()
    scroll.setWidgetResizable(True)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroll.setWidget(build_record())
    row.addWidget(scroll, 1)
    window.setCentralWidget(middle)
    status = StatusLine()
    status.show_message("Saved 09:14 · Contact “Albrecht Metallbau GmbH” changed", lambda: None)
    window.statusBar().addWidget(status, 1)
    return window
