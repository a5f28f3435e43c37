"""Day and week: hours from top to bottom, days beside each other, whole days in a row above."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractItemView, QWidget
from typing_extensions import override

from gcrm.services.calendar_entry import Entry
from gcrm.ui.calendar.arrange import end_of, is_above, lanes, side_by_side
from gcrm.ui.calendar.canvas import Box
from gcrm.ui.calendar.drag import DAY, Drag
from gcrm.ui.calendar.entry_model import Index
from gcrm.ui.calendar.grid import Grid
from gcrm.ui.calendar.painting import Pens, paint_bar, paint_ground, paint_marks, paint_text, paint_words
from gcrm.ui.calendar.picture import Picture
from gcrm.ui.calendar.words import day_title, span_words
from gcrm.ui.day_words import clock_time
from gcrm.ui.theme import color, px, role_font

HOUR = 44
GUTTER = 52
HEAD = 34
BAR = 22
MOST_BARS = 6
EDGE = 24
"""Pixels at the upper and lower edge where dragging scrolls."""
SHORTEST = 18
"""Pixels of an entry at least, so that it can be read and caught."""
WORKDAY = (8, 18)


class TimeGrid(Grid):
    """One day or several; one day of several `people` (user and name) has a column for each of them."""

    _lanes = 1
    _is_scrolled = False
    people: Sequence[tuple[int, str]] = ()
    _at_person = 0

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._hours, self._above = Picture(), Picture()

    # --- measures -------------------------------------------------------------------------------------------------
    def _columns(self) -> int:
        """Return how many columns there are."""
        return len(self.people) or self.days

    def _day_of(self, place: int) -> date:
        """Return the day of a column."""
        return self.first if self.people else self.first + timedelta(days=place)

    def _columns_of(self, day: date) -> list[int]:
        """Return the columns of a day, none for one that is not shown."""
        return [place for place in range(self._columns()) if self._day_of(place) == day]

    def _persons(self, entry: Entry) -> list[int]:
        """Return the columns of the people an entry is of, none where it is nobody's."""
        return [place for place, (user, _name) in enumerate(self.people) if user in (entry.user_id, *entry.also)]

    def _top(self) -> int:
        """Return where the hours begin: below names and whole days."""
        return px(HEAD) + self._lanes * px(BAR) + px(6)

    def _column(self, place: int) -> tuple[int, int]:
        """Return left and right of a day."""
        room, columns = self.viewport().width() - px(GUTTER), self._columns()
        return px(GUTTER) + room * place // columns, px(GUTTER) + room * (place + 1) // columns

    @override
    def shift(self) -> QPoint:
        return QPoint(0, self.verticalScrollBar().value())

    @override
    def updateGeometries(self) -> None:
        bar = self.verticalScrollBar()
        visible = max(1, self.viewport().height() - self._top())
        bar.setRange(0, max(0, 24 * px(HOUR) - visible))
        bar.setPageStep(visible)
        bar.setSingleStep(px(HOUR) // 2)
        if not self._is_scrolled and self.isVisible() and visible > px(HOUR):
            self._is_scrolled = True
            bar.setValue(px(HOUR) * WORKDAY[0] - px(8))

    @override
    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()

    def _y(self, moment: datetime, day: datetime) -> int:
        """Return how far down a moment of a day is, in content coordinates."""
        return self._top() + round((moment - day).total_seconds() / 3600 * px(HOUR))

    # --- places ---------------------------------------------------------------------------------------------------
    @override
    def arrange(self) -> list[Box]:
        rows = list(enumerate(self.entries_.entries))
        whole = [(row, entry, span) for row, entry in rows if is_above(entry) for span in self._spans(entry)]
        whole.sort(key=lambda each: each[2][0])
        lines = lanes([span for _row, _entry, span in whole])
        self._lanes = min(MOST_BARS, max([*lines, 0]) + 1)
        boxes = []
        timed = [(row, entry) for row, entry in rows if not is_above(entry)]
        for place in range(self._columns()):
            boxes += self._of_day(place, [(row, entry) for row, entry in timed if self._is_in(entry, place)])
        for (row, entry, (first, last)), line in zip(whole, lines, strict=True):
            if line < MOST_BARS:
                left, right = self._column(first)[0], self._column(last)[1]
                top = px(HEAD) + line * px(BAR)
                rect = QRect(left + px(2), top, right - left - px(4), px(BAR) - px(2))
                goes_on = entry.last_day > self._day_of(last)
                boxes.append(Box(row, rect, is_bar=True, goes_on=goes_on))
        return boxes

    def _is_in(self, entry: Entry, place: int) -> bool:
        """Tell whether an entry of a day stands in one of its columns; what is nobody's stands in the first."""
        return not self.people or place in (self._persons(entry) or [0])

    def _spans(self, entry: Entry) -> list[tuple[int, int]]:
        """Return the first and the last column of an entry of whole days, once for each person it is of."""
        if self.people:
            return [(place, place) for place in self._persons(entry)] or [(0, len(self.people) - 1)]
        first, last = (entry.begins.date() - self.first).days, (entry.last_day - self.first).days
        return [(min(max(0, first), self.days - 1), min(max(0, last), self.days - 1))]

    def _of_day(self, place: int, rows: list[tuple[int, Entry]]) -> list[Box]:
        """Return the boxes of one day."""
        day = datetime.combine(self._day_of(place), time())
        after = day + DAY
        mine = [(row, entry) for row, entry in rows if entry.begins < after and end_of(entry) > day]
        spans = [(max(entry.begins, day), min(end_of(entry), after)) for _row, entry in mine]
        order = sorted(range(len(mine)), key=lambda n: (spans[n][0], -spans[n][1].timestamp()))
        shares = side_by_side([self._seen(spans[n]) for n in order])
        left, right = self._column(place)
        room = right - left - px(8)
        boxes = []
        for share, number in zip(shares, order, strict=True):
            begin, end = spans[number]
            x = left + px(2) + room * share.column // share.columns
            width = max(px(6), room // share.columns - px(2))
            y = self._y(begin, day)
            height = max(px(SHORTEST), self._y(end, day) - y - px(1))
            goes_on = mine[number][1].ends > after
            boxes.append(Box(mine[number][0], QRect(x, y, width, height), goes_on=goes_on))
        return boxes

    def _seen(self, span: tuple[datetime, datetime]) -> tuple[datetime, datetime]:
        """Return the span that an entry takes on screen, short ones being taller than they last."""
        least = timedelta(hours=px(SHORTEST) / px(HOUR))
        return span[0], max(span[1], span[0] + least)

    @override
    def slot_at(self, point: QPoint) -> tuple[datetime, bool] | None:
        if point.x() < px(GUTTER):
            return None
        room = max(1, self.viewport().width() - px(GUTTER))
        place = min(self._columns() - 1, (point.x() - px(GUTTER)) * self._columns() // room)
        day = datetime.combine(self._day_of(place), time())
        if point.y() < self._top():
            return day, True
        minutes = (point.y() + self.shift().y() - self._top()) * 60 // px(HOUR)
        return day + timedelta(minutes=min(max(0, minutes // 15 * 15), 24 * 60 - 15)), False

    @override
    def is_edge(self, box: Box, point: QPoint) -> bool:
        entry = self.entries_.entries[box.row]
        if entry.kind != "appointment" or box.goes_on:
            return False
        if box.is_bar:
            return entry.is_all_day and point.x() > box.rect.right() - px(6)
        return (point + self.shift()).y() > box.rect.bottom() - px(6)

    @override
    def scrollTo(
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        rect = self.visualRect(index)
        if rect.isValid() and not any(box.row == index.row() and box.is_bar for box in self.boxes):
            self._bring(rect.top(), rect.bottom())

    def _bring(self, top: int, bottom: int) -> None:
        """Bring a stretch of the viewport into sight."""
        bar = self.verticalScrollBar()
        if top < self._top():
            bar.setValue(bar.value() + top - self._top() - px(8))
        elif bottom > self.viewport().height():
            bar.setValue(bar.value() + min(top - self._top(), bottom - self.viewport().height() + px(8)))

    @override
    def creep(self, point: QPoint) -> bool:
        bar, edge = self.verticalScrollBar(), px(EDGE)
        above, below = self._top() + edge - point.y(), point.y() - self.viewport().height() + edge
        was = bar.value()
        if below > 0:
            bar.setValue(was + px(2) + min(below, 2 * edge) // 2)
        elif 0 < above <= edge:  # above the hours it is about whole days
            bar.setValue(was - px(2) - above // 2)
        return bar.value() != was

    @override
    def go(self, moment: datetime) -> None:
        if moment.date() != self.cursor_at.date() and moment.time() < time(1) and self.cursor_at.time() > time(22):
            moment = datetime.combine(self.cursor_at.date(), time(23, 30))
        super().go(moment)
        day = datetime.combine(self.cursor_at.date(), time())
        top = self._y(self.cursor_at, day) - self.shift().y()
        self._bring(top, top + px(HOUR))

    def _be_at(self, place: int) -> None:
        """Put cursor and new appointments into the column of a person."""
        self._at_person = place
        self.whose = self.people[place][0] if place < len(self.people) else None

    @override
    def make_at_cursor(self) -> None:
        self._be_at(min(self._at_person, max(0, len(self.people) - 1)))
        super().make_at_cursor()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        by = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        beyond = not 0 <= self._at_person + by < len(self.people)
        if not by or beyond or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
            return
        self.selectionModel().clear()
        self._be_at(self._at_person + by)
        self.viewport().update()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        room = max(1, self.viewport().width() - px(GUTTER))
        place = (event.position().toPoint().x() - px(GUTTER)) * self._columns() // room
        self._be_at(min(max(0, place), self._columns() - 1))
        super().mousePressEvent(event)

    # --- painting -------------------------------------------------------------------------------------------------
    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what was painted before while nothing of it changed, and over it what is chosen or dragged."""
        self.pens = Pens(self.hues)
        shown = (self.edition, tuple(self.people), self.pens.small.key())
        width, top, view = self.viewport().width(), self._top(), self.viewport().rect()
        hours = self._hours.of(self, QSize(width, 24 * px(HOUR)), self._paint_day, *shown)
        above = self._above.of(self, QSize(width, top), self._paint_above, *shown)
        row = self.currentIndex().row() if self.chosen() is not None else -1
        chosen = [box for box in self.boxes if box.row == row]
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(view, color("surface"))
        painter.save()
        painter.setClipRect(view.adjusted(0, top, 0, 0))
        painter.translate(-self.shift())
        painter.drawPixmap(0, top, hours)
        self.paint_boxes(painter, [box for box in chosen if not box.is_bar], is_chosen=True)
        self._paint_now(painter)
        self._paint_cursor(painter)
        painter.restore()
        painter.drawPixmap(0, 0, above)
        self.paint_boxes(painter, [box for box in chosen if box.is_bar], is_chosen=True)
        if self.drag is not None and self.drag.is_moving:
            self.paint_drag(painter, self.drag)
        painter.end()

    def _paint_day(self, painter: QPainter) -> None:
        """Paint all hours with their entries, as they are scrolled."""
        size = QSize(self.viewport().width(), 24 * px(HOUR))
        painter.translate(0, -self._top())
        painter.fillRect(QRect(QPoint(0, self._top()), size), color("surface"))
        self._paint_hours(painter, size)
        self.paint_boxes(painter, [box for box in self.boxes if not box.is_bar])

    def _paint_above(self, painter: QPainter) -> None:
        """Paint what stays above: the names of the days, and whole days."""
        self._paint_head(painter)
        self.paint_boxes(painter, [box for box in self.boxes if box.is_bar])

    def _paint_hours(self, painter: QPainter, size: QSize) -> None:
        """Paint the hours, and what lies outside of a workday."""
        top, hour = self._top(), px(HOUR)
        for place in range(self._columns()):
            left, right = self._column(place)
            day = self._day_of(place)
            off = [(0, 24)] if day.weekday() > 4 else [(0, WORKDAY[0]), (WORKDAY[1], 24)]
            for first, last in off:
                painter.fillRect(QRect(left, top + first * hour, right - left, (last - first) * hour), color("window"))
            painter.fillRect(QRect(left, top, 1, 24 * hour), color("line"))
        font = role_font("caption", semibold=False)
        for number in range(24):
            painter.fillRect(QRect(px(GUTTER), top + number * hour, size.width(), 1), color("line"))
            if number:
                place_ = QRect(0, top + number * hour - px(8), px(GUTTER) - px(8), px(16))
                painter.setFont(font)
                painter.setPen(color("text2"))
                painter.drawText(
                    place_, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), clock_time(time(number))
                )

    def _paint_cursor(self, painter: QPainter) -> None:
        """Paint where the keyboard is, over all, while the view has it."""
        places = self._columns_of(self.cursor_at.date())
        if not self.hasFocus() or not places or self.chosen() is not None:
            return
        painter.setPen(QPen(color("focus"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        place = QRectF(self.cursor_rect().translated(self.shift()))
        painter.drawRoundedRect(place.adjusted(2, 1, -2, -1), px(4), px(4))

    @override
    def cursor_rect(self) -> QRect:
        places = self._columns_of(self.cursor_at.date()) or [0]
        left, right = self._column(places[min(self._at_person, len(places) - 1)])
        y = self._y(self.cursor_at, datetime.combine(self.cursor_at.date(), time()))
        return QRect(left, y - self.shift().y(), right - left, px(HOUR) // 2)

    def _paint_now(self, painter: QPainter) -> None:
        """Paint a line where the clock is."""
        places = self._columns_of(self.today) if self.today == datetime.now().date() else []
        if places:
            left, right = self._column(places[0])[0], self._column(places[-1])[1]
            y = self._y(datetime.now(), datetime.combine(self.today, time()))
            painter.fillRect(QRect(left, y, right - left, px(2)), color("bad"))

    def _paint_head(self, painter: QPainter) -> None:
        """Paint the names of the days over everything."""
        width = self.viewport().width()
        painter.fillRect(QRect(0, 0, width, self._top()), color("surface"))
        painter.fillRect(QRect(0, self._top() - 1, width, 1), color("line"))
        for place in range(self._columns()):
            left, right = self._column(place)
            day = self._day_of(place)
            is_today = day == self.today
            font = role_font("body", semibold=is_today)
            metrics, text = QFontMetrics(font), day_title(day)
            if self.people:
                text = metrics.elidedText(self.people[place][1], Qt.TextElideMode.ElideRight, right - left - px(8))
            elif metrics.horizontalAdvance(text) > right - left - px(8):
                text = day_title(day, is_narrow=True)
            painter.setFont(font)
            painter.setPen(color("accent_text" if is_today else "text2"))
            painter.drawText(QRect(left, 0, right - left, px(HEAD)), int(Qt.AlignmentFlag.AlignCenter), text)
            if is_today:
                painter.fillRect(QRect(left + px(2), px(HEAD) - px(4), right - left - px(4), px(2)), color("accent"))

    @override
    def paint_box(self, painter: QPainter, box: Box, entry: Entry, *, is_chosen: bool) -> None:
        pens = self.pens
        if box.is_bar:
            paint_bar(painter, box.rect, entry, pens, entry.title, is_chosen=is_chosen)
            return
        if box.rect.height() < 2 * pens.line:
            words = f"{self.clock(entry.begins)} {entry.title}"
            paint_bar(painter, box.rect, entry, pens, words, is_chosen=is_chosen)
            return
        paint_ground(painter, box.rect, entry, pens, is_chosen=is_chosen)
        place = box.rect.adjusted(px(7), px(2), -px(4), 0)
        place.setHeight(pens.line)
        taken = paint_marks(painter, place, entry)
        title = place.adjusted(0, 0, -taken, 0)
        paint_text(painter, title, entry.title, pens.strong, pens.strong_metrics, pens.text)
        where = " · ".join(part for part in (entry.contact, entry.location) if part and part not in entry.title)
        for text in (span_words(entry), where):
            place.translate(0, pens.line)
            if text and place.bottom() < box.rect.bottom():
                paint_text(painter, place, text, pens.small, pens.metrics, pens.text2)

    @override
    def paint_drag(self, painter: QPainter, drag: Drag) -> None:
        painter.setClipRect(QRect(0, 0 if drag.all_day else self._top(), self.viewport().width(), 10_000))
        painter.setPen(QPen(color("focus"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        persons = self._persons(drag.entry) if drag.entry is not None else [self._at_person]
        for place in range(self._columns()):
            if self.people and persons and place not in persons:
                continue
            day = datetime.combine(self._day_of(place), time())
            begin, end = max(drag.begin, day), min(drag.end, day + DAY)
            if begin >= end:
                continue
            left, right = self._column(place)
            if drag.all_day:
                painter.drawRoundedRect(QRectF(left + 2, px(HEAD), right - left - 4, px(BAR) - 2), px(4), px(4))
            else:
                top, bottom = (self._y(moment, day) - self.shift().y() for moment in (begin, end))
                painter.drawRoundedRect(QRectF(left + 2, top, right - left - 6, bottom - top), px(4), px(4))
                text = f"{clock_time(drag.begin)} – {clock_time(drag.end)}"
                paint_words(
                    painter, QRect(left + px(8), top + px(2), right - left, self.pens.line), text, self.pens.small
                )
