"""The list of entries: keys, menu, a click that unfolds a long text."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QMenu, QWidget
from typing_extensions import override

from gcrm.i18n import N_, _
from gcrm.ui.allowed import shut
from gcrm.ui.chronicle.entries import EntryModel
from gcrm.ui.chronicle.painting import EntryDelegate
from gcrm.ui.follow_up_actions import KEYS
from gcrm.ui.theme import icon, px, set_role
from gcrm.ui.widgets.button import native_keys

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
# Keys that work on open follow-ups, and what they ask for (ui/follow_up_actions.py).
_WORK = {
    Qt.Key.Key_Space: "done",
    Qt.Key.Key_Plus: "day",
    Qt.Key.Key_W: "week",
    Qt.Key.Key_D: "date",
    Qt.Key.Key_G: "delegate",
}
# The menu of an entry: what it asks for, text, icon; only open follow-ups have the first group.
_OPEN_MENU = (
    ("done", N_("Done"), "check"),
    ("day", N_("Postpone by one day"), "chevron-right"),
    ("week", N_("Postpone to next week"), "chevrons-right"),
    ("date", N_("Postpone to a day…"), "calendar"),
    ("delegate", N_("Delegate…"), "user-plus"),
)
_MENU = (
    ("open", N_("Open"), "pencil"),
    ("attach", N_("Attach files…"), "paperclip"),
    ("delete", N_("Delete"), "trash"),
)


def is_plain(event: QKeyEvent) -> bool:
    """Tell whether a key was pressed without Ctrl, Alt or Meta; "+" needs Shift on some keyboards."""
    harmless = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
    return not event.modifiers() & ~harmless


class EntryView(QListView):
    """Shows an EntryModel; `asked` carries what to do and the activities to do it with.

    `refusal` tells why something may not be done ("": it may); the menu then shows it shut.
    """

    asked = Signal(str, list)

    def __init__(
        self, model: EntryModel, parent: QWidget | None = None, refusal: Callable[[str], str] = lambda _what: ""
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._refusal = refusal
        self._painter = EntryDelegate(self)
        self.setModel(model)
        self.setItemDelegate(self._painter)
        self.setAccessibleName(_("Chronicle"))
        self.setMouseTracking(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.verticalScrollBar().setSingleStep(px(24))
        set_role(self, "plain")

    # --- what is chosen -------------------------------------------------------------------------------------------
    def current_activity(self) -> int | None:
        """Return the activity the cursor is on."""
        index = self.currentIndex()
        return self._model.row(index).id if index.isValid() else None

    def activity_at(self, point: QPoint) -> int | None:
        """Return the activity at a place of the viewport."""
        index = self.indexAt(point)
        return self._model.row(index).id if index.isValid() else None

    def chosen(self) -> list[int]:
        """Return the chosen activities in the order of the list."""
        rows = sorted(self.selectionModel().selectedRows(), key=QModelIndex.row)
        return [self._model.row(index).id for index in rows]

    def chosen_open(self) -> list[int]:
        """Return those of the chosen activities that are open or missed calls."""
        rows = sorted(self.selectionModel().selectedRows(), key=QModelIndex.row)
        found = [self._model.row(index) for index in rows]
        return [row.id for row in found if row.state == "open" or (row.state == "missed" and row.done_at is None)]

    def settle(self, activity: int | None, top: int) -> None:
        """Put the cursor back on an activity and the list back where it stood."""
        place = self._model.place(activity) if activity is not None else None
        if place is not None:
            flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.selectionModel().setCurrentIndex(self._model.index(place), flag)
        self.verticalScrollBar().setValue(top)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Measure the entries anew: with another width, as when the scroll bar appears, their texts break elsewhere."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.scheduleDelayedItemsLayout()

    # --- keys, mouse, menu ----------------------------------------------------------------------------------------
    def _ask(self, what: str) -> None:
        """Ask for something with what is chosen."""
        wanted = self.chosen_open() if what in _WORK.values() else self.chosen()
        if wanted:
            self.asked.emit(what, wanted)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, plain = Qt.Key(event.key()), not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
        keypad = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if (plain and key in _WORK) or (key == Qt.Key.Key_Plus and not keypad):
            self._ask(_WORK[key])
        elif key == Qt.Key.Key_F2:
            self._ask("open")
        elif key in _ENTER:
            self._enter()
        elif key == Qt.Key.Key_Delete and plain:
            self._ask("delete")
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.asked.emit("paste", self.chosen())
        elif key in (Qt.Key.Key_Right, Qt.Key.Key_Left):
            self._unfold(key == Qt.Key.Key_Right)
        else:
            super().keyPressEvent(event)

    def _enter(self) -> None:
        """Unfold a text that is shortened; else open the entry."""
        index = self.currentIndex()
        if index.isValid() and not self._model.is_expanded(index) and self._painter.is_folded(self._model, index):
            self._model.toggle(index)
        else:
            self._ask("open")

    def _unfold(self, wanted: bool) -> None:
        """Unfold or fold the text of the entry the cursor is on."""
        index = self.currentIndex()
        if index.isValid() and self._model.is_expanded(index) != wanted and self._painter.is_folded(self._model, index):
            self._model.toggle(index)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        is_plain = event.button() == Qt.MouseButton.LeftButton and not event.modifiers()
        if is_plain and index.isValid() and self._painter.is_folded(self._model, index):
            self._model.toggle(index)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.indexAt(event.position().toPoint()).isValid():
            self._ask("open")

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.chosen():
            menu = self.make_menu()
            menu.popup(event.globalPos())

    def make_menu(self) -> QMenu:
        """Return the menu of the chosen entries."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        for group in (_OPEN_MENU if self.chosen_open() else (), _MENU):
            for what, text, symbol in group:
                shown = f"{_(text)}\t{native_keys(KEYS[what])}" if what in KEYS else _(text)
                action = shut(menu.addAction(icon(symbol), shown), self._refusal(what))
                action.triggered.connect(lambda _checked=False, what=what: self._ask(what))
            menu.addSeparator()
        return menu
