"""A contact in a window of its own, beside a record that is just being edited.

A call must not cost the place: while somebody types, the caller's record opens here. Esc closes it, and the window
in which was typed has the keyboard again, in the same field with the same cursor.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QPlainTextEdit, QTextEdit, QWidget
from shiboken6 import isValid
from typing_extensions import override

from gcrm.i18n import _
from gcrm.ui.context import Context
from gcrm.ui.leave import Leave
from gcrm.ui.theme import px, set_role
from gcrm.ui.widgets.panes import Panes
from gcrm.ui.widgets.search_edit import SearchEdit

if TYPE_CHECKING:
    from gcrm.ui.activity_form import ActivityForm

RAIL_WIDTH = 316


class BesideWindow(QWidget):
    """Record and chronicle of one contact."""

    def __init__(self, context: Context, contact: int, name: str, parent: QWidget | None = None) -> None:
        from gcrm.ui.chronicle import ChronicleRail
        from gcrm.ui.contact import ContactPage

        super().__init__(parent, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_role(self, "page")
        self.setWindowTitle(_("Caller: {name}").format(name=name))
        self._context = context
        self._leave = Leave(self)
        self._home = QApplication.activeWindow()
        self.contact = contact
        self.page = ContactPage(context)
        self.rail = ChronicleRail(context)
        self.page.rights.restricted.connect(self.rail.box.lock)
        splitter = Panes()
        splitter.addWidget(self.page)
        splitter.addWidget(self.rail)
        splitter.setStretchFactor(0, 1)
        splitter.setSizes([px(700), px(RAIL_WIDTH)])
        for keys, steps in (("F8", 1), ("Shift+F8", -1)):  # as in the main window
            QShortcut(QKeySequence(keys), self, lambda steps=steps: splitter.widen(1, 0, steps))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(splitter)
        self.page.show_contact(contact)
        self.rail.show_contact(contact)
        if not context.state.restore_window("beside", self):
            self.resize(px(1040), px(720))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._leave.may_go(self._context):
            event.ignore()
            return
        self._context.state.save_window("beside", self)
        super().closeEvent(event)
        main = self._context.window
        home = self._home if isValid(self._home) else None
        back = home if home is not None and home.isVisible() else main
        if isinstance(back, QWidget):
            back.activateWindow()


def is_typing(window: object) -> bool:
    """Tell whether somebody is in the middle of something: a dialog, an open editor or activity, a field with text."""
    from gcrm.ui.activity_form import ActivityForm
    from gcrm.ui.contact import ContactPage

    if QApplication.activeModalWidget() is not None:
        return True
    if not isinstance(window, QWidget):
        return False
    if any(page.open_rows() for page in window.findChildren(ContactPage)):
        return True
    if any(_is_open(form) for form in window.findChildren(ActivityForm)):
        return True
    return _holds_text(window.focusWidget()) or _holds_text(QApplication.focusWidget())


def _is_open(form: ActivityForm) -> bool:
    """Tell whether an activity is being looked at, or was left open with something typed."""
    return form.isVisible() or (not form.isHidden() and bool(form.touched()))


def _holds_text(focus: QWidget | None) -> bool:
    """Tell whether the keyboard is in a field in which something stands."""
    if isinstance(focus, QLineEdit) and not isinstance(focus, SearchEdit):
        return not focus.isReadOnly() and bool(focus.text() or focus.isModified())
    if isinstance(focus, QPlainTextEdit | QTextEdit):
        return not focus.isReadOnly() and not focus.document().isEmpty()
    return False


def open_kindly(context: Context, contact: int, name: str, *, focus_log: bool = False) -> BesideWindow | None:
    """Open a contact in the main window, or beside it while somebody types there; return the window beside."""
    main = context.window
    if is_typing(main):
        beside = BesideWindow(context, contact, name, main if isinstance(main, QWidget) else None)
        beside.show()
        beside.activateWindow()
        if focus_log:
            beside.rail.focus_log()
        return beside
    main.open_contact(contact, focus_log=focus_log)
    if isinstance(main, QWidget):
        main.activateWindow()
    return None
