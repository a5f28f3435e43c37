"""What keys and mouse do with the entries of day, week and month.

Keys: arrows move the cursor, Ctrl+Up and Ctrl+Down go from entry to entry, Enter opens or makes one, Ctrl+Shift+arrows
move the chosen one, Shift+Up and Shift+Down change its end, Delete deletes it, Menu or Shift+F10 open its menu.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget
from typing_extensions import override

from gcrm.services.calendar_entry import Entry
from gcrm.ui.calendar.canvas import Canvas
from gcrm.ui.calendar.drag import DAY, Drag
from gcrm.ui.theme import px

DRIFT_MS = 40
DRIFTS_AT_SIDE = 18
"""Ticks that what is dragged rests at a side before the page is turned: some 0.7 s."""
SIDE = 14
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_CTRL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_KEYPAD = Qt.KeyboardModifier.KeypadModifier
_ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}


class Grid(Canvas):
    """A painted view with keys and mouse."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._at = QPoint()
        self._at_side = 0
        self._drift = QTimer(self)
        self._drift.setInterval(DRIFT_MS)
        self._drift.timeout.connect(self.drift)

    # --- keys -----------------------------------------------------------------------------------------------------
    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, held = Qt.Key(event.key()), event.modifiers() & ~_KEYPAD
        entry = self.chosen()
        if key == Qt.Key.Key_Escape and self.drag is not None:
            self._give_up()
        elif key in _ENTER and not held:
            self._enter(entry)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and not held and entry is not None:
            if not event.isAutoRepeat():
                self.unwanted.emit(entry)
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown) and not held:
            self.stepped.emit(1 if key == Qt.Key.Key_PageDown else -1)
        elif key == Qt.Key.Key_Home and not held:
            self.stepped.emit(0)
        elif key in _ARROWS and self._arrow(key, held, entry):
            event.accept()
        elif key not in _ARROWS:
            event.ignore()

    def _enter(self, entry: Entry | None) -> None:
        """Open what is chosen, else make something at the cursor."""
        if entry is not None:
            self.opened.emit(entry)
        else:
            self.make_at_cursor()

    def make_at_cursor(self) -> None:
        """Ask for an appointment where the cursor is."""
        length = DAY if self.is_on_whole_days else timedelta(hours=1)
        self.wanted.emit(self.cursor_at, self.cursor_at + length, self.is_on_whole_days)

    def _arrow(self, key: Qt.Key, held: Qt.KeyboardModifier, entry: Entry | None) -> bool:
        """Do what an arrow asks for; tell whether it asks for anything."""
        across, down = _ARROWS[key]
        if held == _CTRL and down:
            self._next_entry(down)
        elif held == (_CTRL | _SHIFT) and entry is not None:
            by = DAY * across + self.down_step(entry) * down
            self._move(entry, entry.begins + by, entry.ends + by)
        elif held == _SHIFT and down and entry is not None:
            by = (DAY if entry.is_all_day else self.STEP) * down
            least = min(abs(by), entry.ends - entry.begins)  # shorter than a step stays as it is
            self._move(entry, entry.begins, max(entry.begins + least, entry.ends + by))
        elif not held:
            self.selectionModel().clear()
            self.go(self.cursor_at + DAY * across + self.cursor_step() * down)
        else:
            return False
        return True

    def _move(self, entry: Entry, begin: datetime, end: datetime, *, all_day: bool | None = None) -> None:
        """Ask for an entry to be moved; it stands there at once, so that the next key goes on from there."""
        row, whole = self.entries_.place(entry.key), entry.is_all_day if all_day is None else all_day
        is_elsewhere = (begin, end, whole) != (entry.begins, entry.ends, entry.is_all_day)
        if entry.kind != "appointment" or not is_elsewhere:
            return
        if row is not None:
            self.entries_.entries[row] = replace(entry, begins=begin, ends=end, is_all_day=whole)
            self.rearrange()
        self.moved.emit(entry, begin, end, whole)

    def down_step(self, entry: Entry) -> timedelta:
        """Return how far one press moves an entry downwards; a whole day has no time of day."""
        return timedelta() if entry.is_all_day else self.STEP

    def cursor_step(self) -> timedelta:
        """Return how far one press moves the cursor downwards."""
        return timedelta(minutes=30)

    def go(self, moment: datetime) -> None:
        """Put the cursor on a moment; beyond the range the page follows."""
        self.cursor_at, self.is_on_whole_days = moment, False
        if not self.first <= moment.date() < self.first + timedelta(days=self.days):
            self.stepped.emit(1 if moment.date() >= self.first else -1)
        self.viewport().update()

    def _next_entry(self, by: int) -> None:
        """Choose the next entry, or the one before."""
        count = len(self.entries_.entries)
        if not count:
            return
        if self.chosen() is not None:
            row = self.currentIndex().row() + by
        else:
            after = [n for n, entry in enumerate(self.entries_.entries) if entry.begins >= self.cursor_at]
            row = after[0] if after else count - 1
        self.choose(min(max(row, 0), count - 1))

    # --- mouse ----------------------------------------------------------------------------------------------------
    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        box, slot = self.box_at(point), self.slot_at(point)
        if event.button() != Qt.MouseButton.LeftButton or slot is None:
            return
        if box is None:
            self._put_cursor(*slot)
            self.drag = Drag("create", point, slot[0], slot[0], slot[0] + self.STEP * 2, slot[1], slot[1])
            return
        self.choose(box.row)
        entry = self.entries_.entries[box.row]
        if entry.kind == "appointment":
            kind = "resize" if self.is_edge(box, point) else "move"
            self.drag = Drag(kind, point, slot[0], entry.begins, entry.ends, entry.is_all_day, slot[1], entry)

    def _put_cursor(self, moment: datetime, by_days: bool) -> None:
        """Put the cursor where the mouse is, with nothing chosen."""
        self.choose(None)
        self.cursor_at, self.is_on_whole_days = moment, by_days

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the entry at that point, or of the free time there; by keys for where the cursor is."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            place = self.visualRect(self.currentIndex()) if self.chosen() is not None else self.cursor_rect()
            self.menu_wanted.emit(self.viewport().mapToGlobal(place.center()))
            return
        box, slot = self.box_at(event.pos()), self.slot_at(event.pos())
        if box is not None:
            self.choose(box.row)
        elif slot is not None:
            self._put_cursor(*slot)
        else:
            return
        self.menu_wanted.emit(event.globalPos())

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        drag = self.drag
        if drag is None or not event.buttons() & Qt.MouseButton.LeftButton:
            self._show_shape(point)
            return
        far = (point - drag.start).manhattanLength() >= QApplication.startDragDistance()
        if not (far or drag.is_moving):
            return
        drag.is_moving = drag.is_moving or self.slot_at(point) is not None
        self._come_to(drag, point)
        self._at = point
        if not self._drift.isActive():
            self._at_side = 0
            self._drift.start()

    def drift(self) -> None:
        """While something is dragged: scroll at the upper and lower edge, turn the page when it rests at a side."""
        drag = self.drag
        if drag is None or not drag.is_moving:
            self._drift.stop()
            return
        by = self.side_of(self._at) if drag.entry is not None and drag.kind == "move" else 0
        self._at_side = self._at_side + 1 if by else 0
        if by and self._at_side >= DRIFTS_AT_SIDE:
            self._at_side = -DRIFTS_AT_SIDE  # so that there is time to see where one is, and to go back
            self.stepped.emit(by)
        if self.creep(self._at) or by:
            self._come_to(drag, self._at)

    def _come_to(self, drag: Drag, point: QPoint) -> None:
        """Let what is dragged come to a point of the viewport, as it is scrolled now."""
        slot = self.slot_at(point)
        if slot is not None:
            drag.come_to(*slot, self.STEP)
            self.viewport().update()

    def creep(self, point: QPoint) -> bool:
        """Scroll by a little where a point is at an edge beyond which there is more; tell whether that was so."""
        return False

    def side_of(self, point: QPoint) -> int:
        """Return -1 at the left edge, 1 at the right one, else 0."""
        return -1 if point.x() < px(SIDE) else int(point.x() > self.viewport().width() - px(SIDE))

    def _give_up(self) -> None:
        """Leave everything where it was."""
        self.drag = None
        self.viewport().update()

    def _show_shape(self, point: QPoint) -> None:
        """Show by the pointer what can be taken hold of."""
        box = self.box_at(point)
        shape = Qt.CursorShape.ArrowCursor
        if box is not None and self.is_edge(box, point):
            is_wide = self.entries_.entries[box.row].is_all_day
            shape = Qt.CursorShape.SizeHorCursor if is_wide else Qt.CursorShape.SizeVerCursor
        self.viewport().setCursor(shape)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        drag, self.drag = self.drag, None
        if drag is None or not drag.is_moving:
            return
        self._come_to(drag, event.position().toPoint())
        if drag.entry is None:
            self.wanted.emit(drag.begin, drag.end, drag.all_day)
        else:
            self._move(drag.entry, drag.begin, drag.end, all_day=drag.all_day)
        self.viewport().update()

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        box, slot = self.box_at(point), self.slot_at(point)
        self.drag = None
        if box is not None:
            self.opened.emit(self.entries_.entries[box.row])
        elif slot is not None:
            length = DAY if slot[1] else timedelta(hours=1)
            self.wanted.emit(slot[0], slot[0] + length, slot[1])
