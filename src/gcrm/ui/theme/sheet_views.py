"""The part of the style sheet that dresses surfaces, lists, tabs, menus and scroll bars."""

from __future__ import annotations

SURFACES = """
QMainWindow, QDialog, QWizard, QMessageBox { background: $window; }
QWidget[role="page"] { background: $window; }
QWidget[role="sidebar"] { background: $sidebar; border: none; }
QWidget[role="rail"] { background: $surface; border: none; }
QFrame[role="card"] { background: $surface; border: 1px solid $line; border-radius: $px8; }
QFrame[role="overlay"] { background: $raised; border: 1px solid $field; border-radius: $px10; }
QFrame[role="separator"] { background: $line; border: none; min-height: 1px; max-height: 1px; }
QFrame[role="separator-v"] { background: $line; border: none; min-width: 1px; max-width: 1px; }
QFrame[role="banner-ok"] { background: $ok_bg; border: 1px solid $ok; border-radius: $px8; }
QFrame[role="banner-warn"] { background: $warn_bg; border: 1px solid $warn; border-radius: $px8; }
QFrame[role="banner-bad"] { background: $bad_bg; border: 1px solid $bad; border-radius: $px8; }
QFrame[role="banner-info"] { background: $info_bg; border: 1px solid $info; border-radius: $px8; }
QGroupBox {
    background: $surface; border: 1px solid $line; border-radius: $px8; margin-top: $px24; padding: $px8;
}
QGroupBox::title {
    subcontrol-origin: margin; subcontrol-position: top left; left: 0; padding: 0 0 $px4 0; color: $text2;
}
QSplitter::handle { background: $line; }
QSplitter::handle:hover, QSplitter::handle:pressed { background: $accent; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QStatusBar { background: $window; color: $text2; border-top: 1px solid $line; }
QStatusBar::item { border: none; }
QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget[role="content"] { background: transparent; }
"""

ITEMS = """
QAbstractItemView {
    background: $surface; alternate-background-color: $window; color: $text; border: 1px solid $line;
    border-radius: $px8; padding: 1px; gridline-color: $line; outline: none;
    selection-background-color: $sel; selection-color: $text;
}
QAbstractItemView:focus { border: 2px solid $focus; padding: 0; }
QListView[role="plain"], QTableView[role="plain"], QTreeView[role="plain"] {
    border: 2px solid transparent; border-radius: $px6; padding: 0;
}
QFrame[role="overlay"] QListView[role="plain"] { background: transparent; }
QListView[role="plain"]:focus, QTableView[role="plain"]:focus, QTreeView[role="plain"]:focus {
    border: 2px solid $focus;
}
QAbstractItemView::item:hover { background: $hover; }
QAbstractItemView::item:selected { background: $sel; color: $text; }
QTableView[painted="true"] { selection-background-color: transparent; }
QTableView[painted="true"]::item, QTableView[painted="true"]::item:selected,
QTableView[painted="true"]::item:hover { background: transparent; border: none; }
QListView::item {
    min-height: $px32; padding: 0 $px6 0 $px3; border-left: $px3 solid transparent; border-radius: $px6;
}
QListView::item:selected { border-left: $px3 solid $accent; }
QTableView::item { padding: 0 $px7; border: none; border-bottom: 1px solid $line; }
QTableView::item:selected { border-bottom: 1px solid $accent; }
QTableView::item:focus { border: 2px solid $focus; padding: 0 $px5; }
QTreeView::item { min-height: $px28; padding: 0 $px7; border-bottom: 1px solid transparent; }
QTreeView::item:selected { border-bottom: 1px solid $accent; }
QTreeView::branch { background: transparent; }
QTreeView::branch:closed:has-children { image: url($img_chevron_right); }
QTreeView::branch:open:has-children { image: url($img_chevron); }
QHeaderView { background: $surface; border: none; }
QHeaderView::section {
    background: $surface; color: $text2; border: none; border-bottom: 1px solid $line;
    padding: 0 $px10; min-height: $px34; font-size: $pt_caption; font-weight: 600;
}
QHeaderView::section:hover { background: $hover; }
QHeaderView::up-arrow { image: url($img_chevron_up); width: $px12; height: $px12; }
QHeaderView::down-arrow { image: url($img_chevron); width: $px12; height: $px12; }
QTableCornerButton::section { background: $surface; border: none; }
"""

TABS = """
QTabWidget::pane { border: none; }
QTabBar { background: transparent; border: none; qproperty-drawBase: 0; }
QTabBar::tab {
    background: transparent; color: $text2; border: 2px solid transparent; border-radius: $px4;
    min-height: $px28; padding: 0 $px8; margin-right: $px4;
}
QTabBar::tab:hover { color: $text; background: $hover; }
QTabBar::tab:selected {
    color: $text; font-weight: 600; background: transparent; border-radius: 0; border-bottom: 2px solid $accent;
}
QTabBar::tab:selected:focus { border: 2px solid $focus; border-radius: $px4; }
QTabBar::tab:disabled { color: $text3; }
QTabBar::close-button { image: url($img_x); }
QTabBar::close-button:hover { background: $hover; border-radius: $px4; }
"""

MENUS = """
QMenuBar { background: $window; color: $text; border: none; padding: 0 $px4; }
QMenuBar::item { background: transparent; padding: $px5 $px10; border-radius: $px4; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: $hover; }
QMenu { background: $raised; color: $text; border: 1px solid $field; padding: $px4; }
QMenu::item { background: transparent; padding: $px6 $px24 $px6 $px12; border-radius: $px4; min-height: $px16; }
QMenu::item:selected { background: $sel; color: $text; }
QMenu::item:disabled { color: $text3; background: transparent; }
QMenu::icon { padding-left: $px8; }
QMenu::separator { height: 1px; background: $line; margin: $px4 $px8; }
QMenu::right-arrow { image: url($img_chevron_right); width: $px12; height: $px12; right: $px6; }
QMenu::indicator { left: $px6; }
QToolTip {
    background: $raised; color: $text; border: 1px solid $field; padding: $px4 $px6; font-size: $pt_small;
}
"""

SCROLLING = """
QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: $px12; }
QScrollBar:horizontal { height: $px12; }
QScrollBar::handle { background: $field; border-radius: $half6; margin: $px3; }
QScrollBar::handle:hover, QScrollBar::handle:pressed { background: $text3; }
QScrollBar::handle:vertical { min-height: $px32; }
QScrollBar::handle:horizontal { min-width: $px32; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: none; background: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: none; }
QAbstractScrollArea::corner { background: transparent; }
"""

CALENDAR = """
QCalendarWidget QWidget#qt_calendar_navigationbar { background: $raised; }
QCalendarWidget QAbstractItemView { border: none; border-radius: 0; background: $raised; padding: 0; }
QCalendarWidget QAbstractItemView:focus { border: none; }
QCalendarWidget QAbstractItemView::item { padding: 0; border: none; }
QCalendarWidget QAbstractItemView::item:selected {
    background: $accent; color: $on_accent; border: none; border-radius: $px6; padding: 0;
}
QCalendarWidget QToolButton { color: $text; padding: 0 $px4; }
QCalendarWidget QSpinBox { min-height: $px24; }
"""

VIEWS = SURFACES + ITEMS + TABS + MENUS + SCROLLING + CALENDAR
