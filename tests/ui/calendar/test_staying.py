"""What stays as it is in the calendar while colleagues save, days pass and forms are put away."""

from __future__ import annotations

from datetime import timedelta
from threading import Event

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication
from pytestqt.qtbot import QtBot

from gcrm.services import appointment
from gcrm.services.mail import notices
from gcrm.ui.calendar.page import CalendarPage
from gcrm.ui.context import Context
from tests.ui.calendar.steps import CTRL, MONDAY, SHIFT, at, book, drag, page_of, press, shown, view_of

NO = Qt.KeyboardModifier.NoModifier


def read_anew(context: Context, page: CalendarPage) -> None:
    page.load()
    context.tasks.wait_idle()


def read_meanwhile(page: CalendarPage, qtbot: QtBot) -> None:
    """Read anew while something is written, as when a colleague saves."""
    was = page.shown
    page.load()
    qtbot.waitUntil(lambda: page.shown is not was)


@pytest.mark.parametrize("view", ["agenda", "list"])
def test_a_list_stays_where_it_is(context: Context, qtbot: QtBot, view: str) -> None:
    for letter in "ABCDEFGHIJKL":
        book(context, letter)
    page = page_of(context, qtbot, view)
    page.resize(1100, 360)
    rows = page.view()
    assert isinstance(rows, QAbstractItemView)
    opened: list[object] = []
    page.opener.opened.connect(lambda: opened.append(page.opener.form))
    for _row in range(10):
        QTest.keyClick(rows, Qt.Key.Key_Down)
    scrolled = rows.verticalScrollBar().value()
    read_anew(context, page)
    chosen = page.selected()
    assert chosen is not None
    assert (chosen.title, rows.verticalScrollBar().value()) == ("K", scrolled)
    assert scrolled > 0
    QTest.keyClick(rows, Qt.Key.Key_Delete)
    context.tasks.wait_idle()
    chosen = page.selected()
    assert chosen is not None
    assert (chosen.title, rows.verticalScrollBar().value() > 0) == ("L", True)
    page.step(1)
    context.tasks.wait_idle()
    page.step(-1)
    context.tasks.wait_idle()
    chosen = page.selected()
    assert chosen is not None
    assert (chosen.title, rows.verticalScrollBar().value()) == ("A", 0)
    page.resize(1100, 1200)
    beside = rows.viewport().rect().bottomLeft() if view == "list" else rows.viewport().rect().topLeft()
    QTest.mouseDClick(rows.viewport(), Qt.MouseButton.LeftButton, NO, beside)  # below all rows, or on a day
    assert opened == []


def test_a_week_stays_scrolled(context: Context, qtbot: QtBot) -> None:
    book(context)
    page = page_of(context, qtbot, "week")
    press(context, page, Qt.Key.Key_Down, CTRL)
    bar = view_of(page).verticalScrollBar()
    bar.setValue(bar.maximum())
    read_anew(context, page)
    assert page.selected() is not None
    assert bar.value() == bar.maximum()


def test_another_day_is_today_after_midnight(context: Context, qtbot: QtBot) -> None:
    days = [MONDAY]
    page = CalendarPage(context, clock=lambda: days[0])
    qtbot.addWidget(page)
    context.tasks.wait_idle()
    days[0] += timedelta(days=1)
    page._minute.timeout.emit()
    context.tasks.wait_idle()
    assert page.week.today == MONDAY + timedelta(days=1)


def test_keys_change_no_more_than_they_say(context: Context, qtbot: QtBot) -> None:
    book(context)
    page = page_of(context, qtbot, "month")
    press(context, page, Qt.Key.Key_Down, CTRL)
    press(context, page, Qt.Key.Key_Up, SHIFT)  # a day shorter than an hour
    assert [(each.begins, each.ends) for each in shown(context)] == [(at(9), at(10))]
    appointment.book(context.database, "2026-11-24", "2026-11-25", subject="Fair")
    page.show_view("week")
    context.tasks.wait_idle()
    press(context, page, Qt.Key.Key_Down, CTRL)
    press(context, page, Qt.Key.Key_Down, CTRL)
    press(context, page, Qt.Key.Key_Up, CTRL | SHIFT)  # a quarter of an hour earlier: on the day before
    fair = page.selected()
    assert fair is not None
    assert (fair.title, fair.begins.day, fair.last_day.day) == ("Fair", 24, 24)


def test_what_lasts_over_night_keeps_its_length_where_it_is_dragged(context: Context, qtbot: QtBot) -> None:
    appointment.book(context.database, "2026-11-24T09:00:00", "2026-11-25T17:00:00", zone="UTC", subject="Fair")
    page = page_of(context, qtbot, "week")
    view = view_of(page)
    rect = view.visualRect(view.entries_.index(0))
    drag(view, rect.center(), QPoint(rect.left() + 10, 300))
    context.tasks.wait_idle()
    (entry,) = shown(context)
    assert (entry.begins.day, entry.ends - entry.begins) == (24, timedelta(hours=32))


def test_keys_go_on_from_where_the_last_one_led(
    context: Context, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    book(context)
    page = page_of(context, qtbot, "week")
    press(context, page, Qt.Key.Key_Down, CTRL)
    real, may_move = notices.move, Event()
    monkeypatch.setattr(notices, "move", lambda *args, **more: may_move.wait(10) and real(*args, **more))
    for _key in range(2):
        QTest.keyClick(view_of(page), Qt.Key.Key_Down, CTRL | SHIFT)
        read_meanwhile(page, qtbot)
    assert [each.begins for each in view_of(page).entries_.entries] == [at(9, 30)]
    may_move.set()
    context.tasks.wait_idle()
    assert [each.begins for each in shown(context)] == [at(9, 30)]


def test_a_held_delete_key_takes_one_entry(context: Context, qtbot: QtBot) -> None:
    for letter in "AB":
        book(context, letter)
    page = page_of(context, qtbot, "agenda")
    for is_again in (False, True, True):
        held = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Delete, NO, "", is_again)
        QApplication.sendEvent(page.view(), held)
        context.tasks.wait_idle()
    assert [each.title for each in shown(context)] == ["B"]


def test_without_any_calendar_nothing_of_them_is_shown(context: Context, qtbot: QtBot) -> None:
    book(context)
    page = page_of(context, qtbot, "week")
    page.side.users[context.database.user_id].setChecked(False)
    context.tasks.wait_idle()
    assert view_of(page).entries_.entries == []
    page.side.users[context.database.user_id].setChecked(True)
    context.tasks.wait_idle()
    assert len(view_of(page).entries_.entries) == 1
