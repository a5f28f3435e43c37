"""The window of all settings: pages at the left, found by any word; what is changed is kept at once."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from gcrm.errors import GcrmError
from gcrm.i18n import _
from gcrm.ui.context import Context
from gcrm.ui.settings.page import Page, SettingsPage
from gcrm.ui.settings.pages import Hit, all_pages, search
from gcrm.ui.theme import px, set_role
from gcrm.ui.widgets.banner import Banner
from gcrm.ui.widgets.card import Card
from gcrm.ui.widgets.empty_state import EmptyState
from gcrm.ui.widgets.nav import NavItem
from gcrm.ui.widgets.safe import PlainLabel
from gcrm.ui.widgets.search_edit import SearchEdit
from gcrm.ui.widgets.status_line import StatusLine
from gcrm.ui.widgets.two_line_list import Line, TwoLineList


class SettingsWindow(QDialog):
    """Stands beside the main window; nothing waits for it."""

    def __init__(self, context: Context, page: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._made: dict[str, SettingsPage] = {}
        self._buttons: dict[str, NavItem] = {}
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Settings"))
        self.search = SearchEdit(_("Find a setting"), _("Find a setting"))
        self.hits = TwoLineList(_("Settings found"))
        self.nothing = EmptyState("search-x", "")
        self.banner = Banner()
        self.status = StatusLine()
        self.stack = QStackedWidget()
        self.stack.addWidget(self._results())
        self._lay_out()
        self._wire()
        if not context.state.restore_window("settings", self):
            self.resize(px(940), px(680))
        self.open_page(page)

    def _results(self) -> QWidget:
        """Return the list of what was found, with what is said when there is nothing."""
        results = QWidget()
        column = QVBoxLayout(results)
        column.setContentsMargins(px(24), px(20), px(24), px(20))
        column.setSpacing(px(12))
        column.addWidget(PlainLabel(_("Settings found"), "title"))
        card = Card()
        card.body.addWidget(self.hits)
        card.body.addWidget(self.nothing)
        column.addWidget(card, 1)
        return results

    def _nav(self) -> QWidget:
        """Return the column of pages."""
        nav = QWidget()
        set_role(nav, "sidebar")
        nav.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(nav)
        column.setContentsMargins(px(10), px(10), px(10), px(10))
        column.setSpacing(px(4))
        column.addWidget(self.search)
        column.addSpacing(px(6))
        group = QButtonGroup(self)
        for page in all_pages():
            item = NavItem(_(page.title), page.icon, is_whole=True)
            item.clicked.connect(lambda _checked=False, key=page.key: self.open_page(key))
            group.addButton(item)
            self._buttons[page.key] = item
            column.addWidget(item)
        column.addStretch(1)
        return nav

    def _lay_out(self) -> None:
        """Pages at the left, the chosen one at the right, what was done last below."""
        self.nav = self._nav()
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self.banner)
        right.addWidget(self.stack, 1)
        right.addWidget(self.status)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.nav)
        row.addLayout(right, 1)
        self._fit_nav()

    def _fit_nav(self) -> None:
        """Make the column as wide as its longest title."""
        widest = max(item.sizeHint().width() for item in self._buttons.values())
        self.nav.setFixedWidth(max(px(220), widest + px(36)))

    def _wire(self) -> None:
        self.search.textChanged.connect(self._find)
        self.search.down_pressed.connect(self._enter_hits)
        self.search.returnPressed.connect(lambda: self._follow(self.hits.current()))
        self.hits.wanted.connect(self._follow)
        self.hits.itemClicked.connect(lambda _item: self._follow(self.hits.current()))
        self._context.theme.changed.connect(self._fit_nav)
        QShortcut("Ctrl+F", self, self.search.setFocus)

    # --- pages --------------------------------------------------------------------------------------------------
    def page(self, key: str) -> SettingsPage:
        """Return a page, made when it is first asked for; KeyError for an unknown one."""
        if key not in self._made:
            described = self._described(key)
            made = described.make(self._context, described)
            made.said.connect(self._say)
            made.done.connect(self._say_done)
            made.troubled.connect(self._fail)
            self._made[key] = made
            self.stack.addWidget(made)
            made.load()
        return self._made[key]

    def _described(self, key: str) -> Page:
        return {page.key: page for page in all_pages()}[key]

    def open_page(self, key: str, entry: str = "") -> None:
        """Show a page (the first one for "" or an unknown key) and put the focus on an entry of it."""
        chosen = key if key in self._buttons else next(iter(self._buttons))
        self._buttons[chosen].setChecked(True)
        self.stack.setCurrentWidget(self.page(chosen))
        if entry:
            self.page(chosen).show_entry(entry)

    def current(self) -> str:
        """Return the key of the page that is chosen."""
        return next(key for key, item in self._buttons.items() if item.isChecked())

    # --- search -------------------------------------------------------------------------------------------------
    def _find(self, words: str) -> None:
        """Show what the words find, or the page again when there are none."""
        if not words.strip():
            self.stack.setCurrentWidget(self.page(self.current()))
            return
        found = search(words)
        self.hits.set_lines(_line_of(hit) for hit in found)
        self.hits.setCurrentRow(0)
        self.hits.setVisible(bool(found))
        self.nothing.setVisible(not found)
        self.nothing.sentence.setText(_("No setting is called “{words}”.").format(words=words.strip()))
        self.stack.setCurrentIndex(0)

    def _enter_hits(self) -> None:
        if self.hits.count() and self.stack.currentIndex() == 0:
            self.hits.setFocus()

    def _follow(self, key: object) -> None:
        """Go to what was found."""
        if isinstance(key, tuple) and self.stack.currentIndex() == 0:
            page, entry = key
            self.search.clear()
            self.open_page(page, entry)

    # --- saying -------------------------------------------------------------------------------------------------
    def _say(self, sentence: str) -> None:
        """Say what was kept, with the way back."""
        self.banner.hide()
        self.status.show_message(sentence, self._undo)
        self._context.window.say(sentence, undo=True)

    def _say_done(self, sentence: str) -> None:
        """Say what was done for good."""
        self.banner.hide()
        self.status.show_message(sentence)
        self._context.window.say(sentence)

    def _undo(self) -> None:
        """Take back what was done last."""
        from gcrm.services.undo import undo_last

        database = self._context.database
        self._context.tasks.write(lambda: undo_last(database), self._undone, self._fail, owner=self)

    def _undone(self, step: object) -> None:
        label = getattr(step, "label", "")
        self.status.show_message(_("Undone: {label}").format(label=label) if label else "")

    def _fail(self, error: GcrmError) -> None:
        self.banner.show_message(error.sentence, "bad")

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Enter belongs to the field that has the focus: there is nothing to confirm.
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)

    @override
    def done(self, result: int) -> None:
        for key, page in self._made.items():
            if not page.may_leave():
                self.open_page(key)
                return
        self._context.state.save_window("settings", self)
        super().done(result)


def _line_of(hit: Hit) -> Line:
    title = _(hit.page.title)
    return Line((hit.page.key, hit.name), hit.label, title if hit.name else "", hit.page.icon)


def open_settings(context: Context, page: str = "") -> SettingsWindow:
    """Open the settings at a page; a window that is open already comes to the front."""
    parent = context.window if isinstance(context.window, QWidget) else None
    known = parent.findChildren(SettingsWindow) if parent is not None else []
    for window in known:
        if window.isVisible():
            window.raise_()
            window.activateWindow()
            if page:
                window.open_page(page)
            return window
    window = SettingsWindow(context, page, parent)
    window.show()
    return window
