"""The list of the Today page: keys, menu, and buttons on the line under the mouse."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QListView, QMenu, QWidget
from typing_extensions import override

from gcrm.i18n import N_, _
from gcrm.ui.allowed import shut
from gcrm.ui.chronicle.entry_view import is_plain
from gcrm.ui.follow_up_actions import KEYS
from gcrm.ui.theme import icon, px, set_role
from gcrm.ui.today.items import Item, TodayModel
from gcrm.ui.today.painting import DUE_WIDTH, TodayDelegate
from gcrm.ui.widgets.button import IconButton, native_keys

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_KEYS = {
    Qt.Key.Key_Space: "done",
    Qt.Key.Key_Plus: "day",
    Qt.Key.Key_W: "week",
    Qt.Key.Key_D: "date",
    Qt.Key.Key_G: "delegate",
    Qt.Key.Key_F2: "open",
    Qt.Key.Key_Delete: "delete",
}
# What can be done with a line: what is asked for, text, icon, and whether its button stands on the line.
_OFFERED = (
    ("done", N_("Done"), "check", True),
    ("day", N_("Postpone by one day"), "chevron-right", True),
    ("week", N_("Postpone to next week"), "chevrons-right", True),
    ("date", N_("Postpone to a day…"), "calendar", True),
    ("delegate", N_("Delegate…"), "user-plus", True),
    ("open", N_("Open the activity"), "pencil", False),
    ("delete", N_("Delete"), "trash", False),
)


class TodayView(QListView):
    """`asked` carries what to do; what is chosen is read from the view.

    `refusal` tells why something may not be done ("": it may); the menu then shows it shut.
    """

    asked = Signal(str)
    entered_contact = Signal(int)

    def __init__(
        self, model: TodayModel, parent: QWidget | None = None, refusal: Callable[[str], str] = lambda _what: ""
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._refusal = refusal
        self.setModel(model)
        self.setItemDelegate(TodayDelegate(self))
        self.setAccessibleName(_("Follow-ups"))
        self.setMouseTracking(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.verticalScrollBar().setSingleStep(px(26))
        set_role(self, "plain")
        self.tools: QWidget = self._make_tools()
        self.verticalScrollBar().valueChanged.connect(lambda _value: self.tools.hide())

    def _make_tools(self) -> QWidget:
        """Make the buttons of the line under the mouse; the keyboard has keys instead."""
        tools = QWidget(self.viewport())
        set_role(tools, "overlay")
        row = QHBoxLayout(tools)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(2))
        for what, text, symbol, on_line in _OFFERED:
            if on_line:
                button = IconButton(symbol, _(text), KEYS[what], on_click=partial(self._from_tools, what))
                button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
                button.setObjectName(what)
                row.addWidget(button)
        tools.hide()
        return tools

    # --- what is chosen -------------------------------------------------------------------------------------------
    def chosen(self) -> list[Item]:
        """Return the chosen lines in their order."""
        rows = sorted(self.selectionModel().selectedRows(), key=QModelIndex.row)
        return [self._model.item(index) for index in rows]

    def current_item(self) -> Item | None:
        """Return the line the cursor is on."""
        index = self.currentIndex()
        return self._model.item(index) if index.isValid() else None

    def put_cursor(self, row: int | None) -> None:
        """Go to a line and choose it."""
        if row is not None:
            flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.selectionModel().setCurrentIndex(self._model.index(row), flag)

    def choose_keys(self, keys: set[str]) -> None:
        """Choose lines anew after they were read again."""
        selection = self.selectionModel()
        for key in keys:
            place = self._model.place(key)
            if place is not None:
                selection.select(self._model.index(place), QItemSelectionModel.SelectionFlag.Select)

    # --- keys and mouse -------------------------------------------------------------------------------------------
    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        item = self.current_item()
        if key in _KEYS and is_plain(event):
            self.asked.emit(_KEYS[key])
        elif key in _ENTER and item is not None:
            self._enter(item)
        else:
            super().keyPressEvent(event)

    def _enter(self, item: Item) -> None:
        """Open the contact of a line, or the activity when it has no contact."""
        if item.contact is not None:
            self.entered_contact.emit(item.contact)
        else:
            self.asked.emit("open")

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        item = self.current_item()
        if item is not None and event.button() == Qt.MouseButton.LeftButton:
            self._enter(item)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._place_tools(event.position().toPoint())

    @override
    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.tools.hide()

    def _place_tools(self, point: QPoint) -> None:
        """Put the buttons on the line under the mouse."""
        index = self.indexAt(point)
        if not index.isValid() or self._model.item(index).kind != "follow_up":
            self.tools.hide()
            return
        rect: QRect = self.visualRect(index)
        for button in self.tools.findChildren(IconButton):
            button.setEnabled(not self._refusal(button.objectName()))
        size = self.tools.sizeHint()
        left = rect.right() - px(DUE_WIDTH) - px(22) - size.width()
        self.tools.setGeometry(left, rect.center().y() - size.height() // 2, size.width(), size.height())
        self.tools.setProperty("line", self._model.item(index).key)
        self.tools.show()

    def _from_tools(self, what: str) -> None:
        """Do it with the line of the buttons, or with all chosen lines when it is one of them."""
        key = str(self.tools.property("line") or "")
        if key not in {item.key for item in self.chosen()}:
            self.put_cursor(self._model.place(key))
        self.tools.hide()
        self.asked.emit(what)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.chosen():
            self.make_menu().popup(event.globalPos())

    def make_menu(self) -> QMenu:
        """Return the menu of the chosen lines."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        for what, text, symbol, _on_line in _OFFERED:
            shown = f"{_(text)}\t{native_keys(KEYS[what])}"
            action = shut(menu.addAction(icon(symbol), shown), self._refusal(what))
            action.triggered.connect(lambda _checked=False, what=what: self.asked.emit(what))
        return menu
