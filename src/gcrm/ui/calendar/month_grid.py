"""The month: six weeks of days, each with the entries that find room, and how many more there are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from PySide6.QtCore import QItemSelection, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from gcrm.i18n import _
from gcrm.services.calendar_entry import Entry
from gcrm.ui.calendar.arrange import lanes
from gcrm.ui.calendar.canvas import Box
from gcrm.ui.calendar.drag import DAY, Drag
from gcrm.ui.calendar.grid import Grid
from gcrm.ui.calendar.painting import Pens, paint_bar, paint_words
from gcrm.ui.calendar.picture import Picture
from gcrm.ui.calendar.words import short_month, weekday_name
from gcrm.ui.theme import color, px, role_font

HEAD = 28
NUMBER = 24
BAR = 20
WEEKS = 6


Week = tuple[list[int], list[tuple[int, int]], list[int | None]]
"""Rows of entries, their first and last days, and their lines: None for what finds no room."""


class MonthGrid(Grid):
    """Six weeks; days of other months are quieter."""

    STEP = DAY

    _roomless: frozenset[int] = frozenset()
    _lifted: int | None = None
    _weeks: Sequence[Week] = ()
    _days: Sequence[tuple[int, int]] = ()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.month = date.today().month
        self.days = WEEKS * 7
        self._more: dict[int, int] = {}
        self._picture = Picture()
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    # --- measures -------------------------------------------------------------------------------------------------
    def _cell(self, place: int) -> QRect:
        """Return the rectangle of a day."""
        width, height = self.viewport().width(), self.viewport().height() - px(HEAD)
        week, day = divmod(place, 7)
        left, right = width * day // 7, width * (day + 1) // 7
        top, bottom = height * week // WEEKS, height * (week + 1) // WEEKS
        return QRect(left, px(HEAD) + top, right - left, bottom - top)

    def _capacity(self) -> int:
        """Return how many entries a day can show."""
        height = (self.viewport().height() - px(HEAD)) // WEEKS
        return max(0, (height - px(NUMBER) - px(2)) // px(BAR))

    @override
    def arrange(self) -> list[Box]:
        self._days = days = self._places()
        rows_of: list[list[int]] = [[] for _week in range(WEEKS)]
        for row, (begin, end) in enumerate(days):
            for week in range(max(0, begin // 7), min(WEEKS - 1, end // 7) + 1):
                rows_of[week].append(row)
        weeks: list[Week] = []
        for week, rows in enumerate(rows_of):
            spans = [(max(week * 7, days[row][0]), min(week * 7 + 6, days[row][1])) for row in rows]
            weeks.append((rows, spans, self._lines(spans)))
        self._weeks = weeks
        lined = [each for rows, _spans, lines in weeks for each in zip(rows, lines, strict=True)]
        self._roomless = frozenset(row for row, _line in lined) - {row for row, line in lined if line is not None}
        return self._placed()

    def _placed(self) -> list[Box]:
        """Return the boxes of all weeks, the entry that is chosen among them."""
        self._more, self._lifted = {}, self._to_lift()
        boxes: list[Box] = []
        unshown = set(self._roomless)
        for rows, spans, lines in self._weeks:
            if self._lifted in rows:
                lines = self._with(rows.index(self._lifted), spans, lines)
                unshown.update(row for row, line in zip(rows, lines, strict=True) if line is None)
            boxes += self._of_week(rows, spans, lines)
        self.entries_.unshown = frozenset(unshown - {box.row for box in boxes})
        return boxes

    def _places(self) -> list[tuple[int, int]]:
        """Return the numbers of the first and last day of every entry, which may lie outside of what is shown."""
        first, places = self.first.toordinal(), []
        for entry in self.entries_.entries:
            begin = entry.begins.toordinal() - first
            is_short = entry.ends.day == entry.begins.day and entry.ends - entry.begins < DAY
            places.append((begin, begin if is_short else entry.last_day.toordinal() - first))
        return places

    def _lines(self, spans: list[tuple[int, int]]) -> list[int | None]:
        """Return the lines of the entries of a week, None for what finds no room."""
        capacity = self._capacity()
        lines = lanes(spans)
        full = {day for (begin, end), line in zip(spans, lines, strict=True) if line >= capacity
                for day in range(begin, end + 1)}  # fmt: skip
        return [
            line if line < capacity - 1 or (line < capacity and not full.intersection(range(begin, end + 1))) else None
            for (begin, end), line in zip(spans, lines, strict=True)
        ]

    def _to_lift(self) -> int | None:
        """Return the entry that is chosen where it finds no room: it is shown all the same."""
        row = self.currentIndex().row()
        return row if row in self._roomless and self.chosen() is not None else None

    def _with(self, which: int, spans: list[tuple[int, int]], lines: list[int | None]) -> list[int | None]:
        """Return lines with one for an entry that had none: the last; what stood there on its days has none then."""
        last_line = max(0, self._capacity() - 2)
        first, last = spans[which]
        found = [None if line == last_line and begin <= last and end >= first else line
                 for line, (begin, end) in zip(lines, spans, strict=True)]  # fmt: skip
        found[which] = last_line
        return found

    @override
    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        if self._to_lift() != self._lifted:
            self.boxes = self._placed()
            self.edition += 1
            self.viewport().update()

    def _of_week(self, rows: list[int], spans: list[tuple[int, int]], lines: list[int | None]) -> list[Box]:
        """Return the boxes of one week; what finds no room is counted."""
        boxes = []
        for row, (begin, end), line in zip(rows, spans, lines, strict=True):
            if line is None:
                for day in range(begin, end + 1):
                    self._more[day] = self._more.get(day, 0) + 1
                continue
            left, right = self._cell(begin), self._cell(end)
            top = min(left.top() + px(NUMBER) + line * px(BAR), left.bottom() - px(BAR))
            rect = QRect(left.left() + px(3), top, right.right() - left.left() - px(6), px(BAR) - px(2))
            boxes.append(Box(row, rect, goes_on=self._days[row][1] > end))
        return boxes

    @override
    def slot_at(self, point: QPoint) -> tuple[datetime, bool] | None:
        if point.y() < px(HEAD):
            return None
        day = min(6, max(0, point.x() * 7 // max(1, self.viewport().width())))
        height = max(1, self.viewport().height() - px(HEAD))
        week = min(WEEKS - 1, (point.y() - px(HEAD)) * WEEKS // height)
        return datetime.combine(self.first + timedelta(days=week * 7 + day), time()), True

    @override
    def is_edge(self, box: Box, point: QPoint) -> bool:
        entry = self.entries_.entries[box.row]
        can_be_longer = entry.kind == "appointment" and entry.is_all_day and not box.goes_on
        return can_be_longer and point.x() > box.rect.right() - px(6)

    @override
    def cursor_step(self) -> timedelta:
        return 7 * DAY

    @override
    def down_step(self, entry: Entry) -> timedelta:
        return 7 * DAY

    @override
    def make_at_cursor(self) -> None:
        begin = datetime.combine(self.cursor_at.date(), time(9))
        self.wanted.emit(begin, begin + timedelta(hours=1), False)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        slot = self.slot_at(point)
        if slot is not None and self.box_at(point) is None and event.button() == Qt.MouseButton.LeftButton:
            place = (slot[0].date() - self.first).days
            cell = self._cell(place)
            is_more = place in self._more and point.y() > cell.bottom() - px(BAR)
            if is_more or (point.y() < cell.top() + px(NUMBER) and point.x() < cell.left() + px(NUMBER + 12)):
                self.day_wanted.emit(slot[0].date())
                return
        super().mousePressEvent(event)

    # --- painting -------------------------------------------------------------------------------------------------
    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what was painted before while nothing of it changed, and over it what is chosen or dragged."""
        self.pens = Pens(self.hues)
        shown = (self.edition, self.month, self.pens.small.key())
        picture = self._picture.of(self, self.viewport().size(), self._paint_month, *shown)
        painter = QPainter(self.viewport())
        painter.drawPixmap(0, 0, picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_cursor(painter)
        if self.chosen() is not None:
            self._paint_chosen(painter, self.currentIndex().row())
        if self.drag is not None and self.drag.is_moving:
            self.paint_drag(painter, self.drag)
        painter.end()

    def _paint_month(self, painter: QPainter) -> None:
        """Paint all days with their entries."""
        self._paint_days(painter)
        self.paint_boxes(painter, self.boxes)

    def _paint_chosen(self, painter: QPainter, row: int) -> None:
        """Paint the entry that is chosen once more, with its ring."""
        self.paint_boxes(painter, [box for box in self.boxes if box.row == row], is_chosen=True)

    def _paint_cursor(self, painter: QPainter) -> None:
        """Paint where the keyboard is, while the view has it."""
        place = (self.cursor_at.date() - self.first).days
        if self.hasFocus() and 0 <= place < self.days and self.chosen() is None:
            painter.setPen(QPen(color("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.cursor_rect()).adjusted(2, 2, -1, -1), px(4), px(4))

    @override
    def cursor_rect(self) -> QRect:
        return self._cell((self.cursor_at.date() - self.first).days)

    def _paint_days(self, painter: QPainter) -> None:
        """Paint days and lines."""
        painter.fillRect(self.viewport().rect(), color("surface"))
        font = self.pens.small
        for number in range(7):
            cell = self._cell(number)
            name = weekday_name((self.first + timedelta(days=number)).weekday())
            place = QRect(cell.left() + px(8), 0, cell.width() - px(8), px(HEAD))
            paint_words(painter, place, name, font, "text2")
        for place_ in range(self.days):
            self._paint_day(painter, place_)

    def _paint_day(self, painter: QPainter, place: int) -> None:
        """Paint a day: its number, whether it is today, and how many more entries it has."""
        cell, day = self._cell(place), self.first + timedelta(days=place)
        is_other = day.month != self.month
        if is_other or day.weekday() > 4:
            painter.fillRect(cell, color("window"))
        painter.fillRect(QRect(cell.left(), cell.top(), cell.width(), 1), color("line"))
        painter.fillRect(QRect(cell.left(), cell.top(), 1, cell.height()), color("line"))
        text = str(day.day) if day.day > 1 or not place else f"{day.day} {short_month(day)}"
        spot = QRect(cell.left() + px(6), cell.top() + px(2), cell.width() - px(8), px(NUMBER) - px(4))
        if day == self.today:
            self._paint_today(painter, spot, text)
        else:
            paint_words(painter, spot.adjusted(px(2), 0, 0, 0), text, self.pens.small,
                        "text2" if is_other else "text")  # fmt: skip
        more = self._more.get(place)
        if more:
            words = _("{count} more").format(count=more)
            line = QRect(cell.left() + px(8), cell.bottom() - px(BAR), cell.width() - px(12), px(BAR))
            paint_words(painter, line, words, self.pens.strong, "accent_text")

    def _paint_today(self, painter: QPainter, spot: QRect, text: str) -> None:
        """Paint the number of today on the accent."""
        font = role_font("small", semibold=True)
        painter.setFont(font)
        width = max(spot.height(), painter.fontMetrics().horizontalAdvance(text) + px(10))
        pill = QRect(spot.left() - px(2), spot.top(), width, spot.height())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("accent"))
        painter.drawRoundedRect(QRectF(pill), pill.height() / 2, pill.height() / 2)
        painter.setPen(color("on_accent"))
        painter.drawText(pill, int(Qt.AlignmentFlag.AlignCenter), text)

    @override
    def paint_box(self, painter: QPainter, box: Box, entry: Entry, *, is_chosen: bool) -> None:
        words = entry.title if entry.is_all_day else f"{self.clock(entry.begins)} {entry.title}"
        paint_bar(painter, box.rect, entry, self.pens, words, is_chosen=is_chosen)

    @override
    def paint_drag(self, painter: QPainter, drag: Drag) -> None:
        first, last = drag.begin.date(), (drag.end - timedelta(microseconds=1)).date()
        painter.setPen(QPen(color("focus"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for place in range(max(0, (first - self.first).days), min(self.days - 1, (last - self.first).days) + 1):
            painter.drawRoundedRect(QRectF(self._cell(place)).adjusted(2, 2, -2, -2), px(4), px(4))
