"""What the tests of the calendar do again and again: a page over a week, appointments in it, keys."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gcrm.services import appointment, calendar
from gcrm.services.calendar_entry import Entry
from gcrm.ui.calendar.grid import Grid
from gcrm.ui.calendar.page import VIEWS, CalendarPage
from gcrm.ui.context import Context

MONDAY = date(2026, 11, 23)
NINE = datetime(2026, 11, 23, 9)


def at(hour: int, minute: int = 0) -> datetime:
    return NINE.replace(hour=hour, minute=minute)


def page_of(context: Context, qtbot: QtBot, view: str) -> CalendarPage:
    page = CalendarPage(context, clock=lambda: MONDAY)
    qtbot.addWidget(page)
    page.resize(1100, 800)
    page.tabs.setCurrentIndex([key for key, _name in VIEWS].index(view))
    page.show()
    context.tasks.wait_idle()
    return page


def book(context: Context, subject: str = "Offer", **more: Any) -> int:
    values = {"zone": "UTC", "subject": subject, **more}
    return appointment.book(context.database, "2026-11-23T09:00:00", "2026-11-23T10:00:00", **values)


def shown(context: Context) -> list[Entry]:
    with context.database.read() as session:
        me = context.database.user_id
        return calendar.entries(session, me, MONDAY - timedelta(days=30), MONDAY + timedelta(days=30), [me])


def view_of(page: CalendarPage) -> Grid:
    view = page.view()
    assert isinstance(view, Grid)
    return view


def press(context: Context, page: CalendarPage, key: Qt.Key, held: Qt.KeyboardModifier | None = None) -> None:
    QTest.keyClick(view_of(page), key, held or Qt.KeyboardModifier.NoModifier)
    context.tasks.wait_idle()


def drag(view: Grid, start: QPoint, end: QPoint) -> None:
    port, button = view.viewport(), Qt.MouseButton.LeftButton
    QTest.mousePress(port, button, Qt.KeyboardModifier.NoModifier, start)
    for point in (start + QPoint(0, 12), end):
        QTest.mouseMove(port, point)
        moved = QMouseEvent(
            QEvent.Type.MouseMove, QPointF(point), QPointF(port.mapToGlobal(point)), button, button,
            Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        view.mouseMoveEvent(moved)
    QTest.mouseRelease(port, button, Qt.KeyboardModifier.NoModifier, end)


CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
