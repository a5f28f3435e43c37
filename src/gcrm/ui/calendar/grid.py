"""What day, week and month have in common: entries painted in boxes, chosen, dragged, and worked with by keys.

It is a list view whose rows stand where the calendar puts them, so that each entry is a child that a screen reader
finds, with its text and its place. Keys: arrows move the cursor, Ctrl+Up and Ctrl+Down go from entry to entry, Enter
opens or makes one, Ctrl+Shift+arrows move the chosen one, Shift+Up and Shift+Down change its end, Delete deletes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from PySide6.QtCore import QItemSelection, QModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QListView, QWidget
from typing_extensions import override

from gcrm.services.calendar import Entry
from gcrm.ui.calendar.drag import DAY, Drag
from gcrm.ui.calendar.entry_model import EntryModel, Index
from gcrm.ui.calendar.hues import Hues
from gcrm.ui.calendar.painting import Pens
from gcrm.ui.day_words import clock_time
from gcrm.ui.theme import set_role

QUARTER = timedelta(minutes=15)
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_CTRL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_KEYPAD = Qt.KeyboardModifier.KeypadModifier
_ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}


@dataclass(frozen=True, slots=True)
class Box:
    """A place of an entry: its row, where it is painted (in content coordinates), and whether it goes on beyond."""

    row: int
    rect: QRect
    is_bar: bool = False
    goes_on: bool = False


class Grid(QListView):
    """The base of the painted views. A subclass places boxes, tells slots and paints what lies behind."""

    opened = Signal(object)
    wanted = Signal(object, object, bool)
    moved = Signal(object, object, object, bool)
    unwanted = Signal(object)
    stepped = Signal(int)
    day_wanted = Signal(object)
    STEP = QUARTER

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hues = Hues()
        self.pens = Pens(self.hues)
        self.first = date.today()
        self.days = 7
        self.today = date.today()
        self.cursor_at = datetime.combine(self.today, datetime.min.time()).replace(hour=9)
        self.boxes: list[Box] = []
        self.edition = 0
        self._clock: dict[int, str] = {}
        self.drag: Drag | None = None
        self.colleagues: Sequence[int] = ()
        """All who have a colour, in the order of their colours."""
        self.whose: int | None = None
        """In whose calendar something new is made, None for one's own."""
        self._followed: tuple[int, datetime] | None = None
        self.entries_ = EntryModel(self)
        self.setModel(self.entries_)
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        set_role(self, "plain")

    # --- for subclasses -------------------------------------------------------------------------------------------
    def arrange(self) -> list[Box]:
        """Return the places of all entries."""
        return []

    def slot_at(self, point: QPoint) -> tuple[datetime, bool] | None:
        """Return the moment at a point of the viewport, and whether it is one of whole days."""
        return None

    def paint_behind(self, painter: QPainter) -> None:
        """Paint days and lines."""

    def paint_box(self, painter: QPainter, box: Box, entry: Entry, *, is_chosen: bool) -> None:
        """Paint an entry."""

    def paint_drag(self, painter: QPainter, drag: Drag) -> None:
        """Paint what the mouse is about to make."""

    def is_edge(self, box: Box, point: QPoint) -> bool:
        """Tell whether a point of a box is where its end is taken hold of."""
        return False

    def shift(self) -> QPoint:
        """Return by how much content coordinates are scrolled."""
        return QPoint(0, 0)

    def clock(self, moment: datetime) -> str:
        """Return a time of day; few are different, and writing one takes a while."""
        minute = moment.hour * 60 + moment.minute
        found = self._clock.get(minute)
        if found is None:
            found = self._clock[minute] = clock_time(moment)
        return found

    # --- what is shown --------------------------------------------------------------------------------------------
    def show_entries(
        self, entries: Sequence[Entry], names: dict[int, str], first: date, days: int, today: date
    ) -> None:
        """Show the entries of a range of days; what is chosen stays."""
        chosen = self.chosen()
        self.first, self.days, self.today = first, days, today
        self.hues = Hues(self.colleagues or sorted(names))
        self.entries_.show(entries, names, today)
        if not first <= self.cursor_at.date() < first + timedelta(days=days):
            self.cursor_at = datetime.combine(first, self.cursor_at.time())
        self.rearrange()
        place = self.entries_.place(chosen.key) if chosen is not None else None
        if place is not None:
            self.setCurrentIndex(self.entries_.index(place))
        self._choose_followed()

    def rearrange(self) -> None:
        """Place all entries anew."""
        self.boxes = self.arrange()
        self.edition += 1
        self.updateGeometries()
        self.viewport().update()

    def chosen(self) -> Entry | None:
        """Return the entry that is chosen."""
        index = self.currentIndex()
        return self.entries_.entry(index) if index.isValid() and self.selectionModel().isSelected(index) else None

    def choose(self, row: int | None) -> None:
        """Choose an entry, None for none."""
        if row is None:
            self.selectionModel().clear()
        else:
            entry = self.entries_.entries[row]
            self.cursor_at = max(entry.begins, datetime.combine(self.first, datetime.min.time()))
            self.setCurrentIndex(self.entries_.index(row))
        self.viewport().update()

    def follow(self, activity: int, begins: datetime) -> None:
        """Choose what was moved where it will stand when it is read next: one of a series then has another name."""
        self._followed = (activity, begins)

    def _choose_followed(self) -> None:
        wanted, self._followed = self._followed, None
        for row, entry in enumerate(self.entries_.entries):
            if wanted == (entry.activity_id, entry.begins):
                self.choose(row)

    # --- Qt's list view -------------------------------------------------------------------------------------------
    @override
    def doItemsLayout(self) -> None:
        """Place nothing: `arrange` does, when entries or size change."""

    @override
    def visualRect(self, index: Index) -> QRect:
        found = QRect()
        for box in self.boxes:
            if box.row == index.row():
                found = found.united(box.rect.translated(-self.shift() if not box.is_bar else QPoint(0, 0)))
        return found

    @override
    def indexAt(self, point: QPoint) -> QModelIndex:
        box = self.box_at(point)
        return self.entries_.index(box.row) if box is not None else QModelIndex()

    def box_at(self, point: QPoint) -> Box | None:
        """Return the box at a point of the viewport; those painted last lie on top."""
        scrolled = point + self.shift()
        return next((box for box in reversed(self.boxes) if box.rect.contains(point if box.is_bar else scrolled)), None)

    @override
    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        return QRegion(self.viewport().rect())

    @override
    def isIndexHidden(self, index: Index) -> bool:
        return False

    @override
    def scrollTo(
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        """A month needs no scrolling; a day does (TimeGrid)."""

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.rearrange()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_behind(painter)
        chosen = self.currentIndex().row() if self.chosen() is not None else -1
        self.pens = Pens(self.hues)
        self.paint_boxes(painter, chosen)
        if self.drag is not None and self.drag.is_moving:
            self.paint_drag(painter, self.drag)
        painter.end()

    def paint_boxes(self, painter: QPainter, chosen: int) -> None:
        """Paint all entries that are in sight."""
        for box in self.boxes:
            self.paint_box(painter, box, self.entries_.entries[box.row], is_chosen=box.row == chosen)

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
        self.wanted.emit(self.cursor_at, self.cursor_at + timedelta(hours=1), False)

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
            self._move(entry, entry.begins, max(entry.begins + abs(by), entry.ends + by))
        elif not held:
            self.selectionModel().clear()
            self.go(self.cursor_at + DAY * across + self.cursor_step() * down)
        else:
            return False
        return True

    def _move(self, entry: Entry, begin: datetime, end: datetime, *, all_day: bool | None = None) -> None:
        """Ask for an entry to be moved; it stands there at once, so that the next key goes on from there."""
        if entry.kind != "appointment":
            return
        row, whole = self.entries_.place(entry.key), entry.is_all_day if all_day is None else all_day
        if row is not None:
            self.entries_.entries[row] = replace(entry, begins=begin, ends=end, is_all_day=whole)
            self.rearrange()
        self.moved.emit(entry, begin, end, whole)

    def down_step(self, entry: Entry) -> timedelta:
        """Return how far one press moves an entry downwards."""
        return self.STEP

    def cursor_step(self) -> timedelta:
        """Return how far one press moves the cursor downwards."""
        return timedelta(minutes=30)

    def go(self, moment: datetime) -> None:
        """Put the cursor on a moment; beyond the range the page follows."""
        self.cursor_at = moment
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
            self.choose(None)
            self.cursor_at = slot[0]
            self.drag = Drag("create", point, slot[0], slot[0], slot[0] + self.STEP * 2, slot[1], slot[1])
            return
        self.choose(box.row)
        entry = self.entries_.entries[box.row]
        if entry.kind == "appointment":
            kind = "resize" if self.is_edge(box, point) else "move"
            self.drag = Drag(kind, point, slot[0], entry.begins, entry.ends, entry.is_all_day, slot[1], entry)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        drag = self.drag
        if drag is None or not event.buttons() & Qt.MouseButton.LeftButton:
            self._show_shape(point)
            return
        far = (point - drag.start).manhattanLength() >= QApplication.startDragDistance()
        slot = self.slot_at(point)
        if slot is None or not (far or drag.is_moving):
            return
        drag.is_moving = True
        drag.come_to(*slot, self.STEP)
        self.viewport().update()

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
        if drag.entry is None:
            self.wanted.emit(drag.begin, drag.end, drag.all_day)
        elif (drag.begin, drag.end) != (drag.entry.begins, drag.entry.ends):
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
