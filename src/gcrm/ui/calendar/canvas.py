"""What day, week and month have in common: entries in boxes, placed by a subclass, painted, chosen, and found.

It is a list view whose rows stand where the calendar puts them, so that each entry is a child that a screen reader
finds, with its text and its place. What keys and mouse do with it stands in ui/calendar/grid.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from PySide6.QtCore import QItemSelection, QModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QPainter, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget
from typing_extensions import override

from gcrm.services.calendar_entry import Entry
from gcrm.ui.calendar.drag import Drag
from gcrm.ui.calendar.entry_model import EntryModel, Index
from gcrm.ui.calendar.hues import Hues
from gcrm.ui.calendar.painting import Pens
from gcrm.ui.day_words import clock_time
from gcrm.ui.theme import set_role

QUARTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Box:
    """A place of an entry: its row, where it is painted (in content coordinates), and whether it goes on beyond."""

    row: int
    rect: QRect
    is_bar: bool = False
    goes_on: bool = False


class Canvas(QListView):
    """The base of the painted views. A subclass places boxes, tells slots and paints."""

    opened = Signal(object)
    wanted = Signal(object, object, bool)
    moved = Signal(object, object, object, bool)
    unwanted = Signal(object)
    stepped = Signal(int)
    day_wanted = Signal(object)
    menu_wanted = Signal(object)
    STEP = QUARTER

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hues = Hues()
        self.pens = Pens(self.hues)
        self.first = date.today()
        self.days = 7
        self.today = date.today()
        self.cursor_at = datetime.combine(self.today, datetime.min.time()).replace(hour=9)
        self.is_on_whole_days = False
        """Whether the cursor was put where whole days stand."""
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

    def paint_box(self, painter: QPainter, box: Box, entry: Entry, *, is_chosen: bool) -> None:
        """Paint an entry."""

    def paint_drag(self, painter: QPainter, drag: Drag) -> None:
        """Paint what the mouse is about to make."""

    def is_edge(self, box: Box, point: QPoint) -> bool:
        """Tell whether a point of a box is where its end is taken hold of."""
        return False

    def cursor_rect(self) -> QRect:
        """Return where the cursor is, in coordinates of the viewport."""
        return QRect()

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
        """Show the entries of a range of days; what is chosen and how far it is scrolled stay."""
        chosen = self.chosen()
        self.first, self.days, self.today = first, days, today
        self.hues = Hues(self.colleagues or sorted(names))
        self.entries_.show(entries, names, today)
        if not first <= self.cursor_at.date() < first + timedelta(days=days):
            self.cursor_at = datetime.combine(first, self.cursor_at.time())
        self.rearrange()
        place = self.entries_.place(chosen.key) if chosen is not None else None
        if place is not None:
            self.setAutoScroll(False)  # somebody may be looking elsewhere meanwhile
            self.setCurrentIndex(self.entries_.index(place))
            self.setAutoScroll(True)
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
                self.scrollTo(self.currentIndex())

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

    def paint_boxes(self, painter: QPainter, boxes: Sequence[Box], *, is_chosen: bool = False) -> None:
        """Paint entries."""
        for box in boxes:
            self.paint_box(painter, box, self.entries_.entries[box.row], is_chosen=is_chosen)
