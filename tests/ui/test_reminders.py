"""Reminders: at the minute, without taking the keyboard, silent when wanted, and none lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from gcrm.model.activity import Activity
from gcrm.model.follow_up import When
from gcrm.services import activity, settings
from gcrm.services.follow_up import complete
from gcrm.services.moved import Moved
from gcrm.services.reminders import due_reminders
from gcrm.ui import focus_mode
from gcrm.ui.context import Context
from gcrm.ui.reminders import LONGEST_MS, Reminders, lies_within
from tests.ui.fake_window import FakeWindow
from tests.ui.office import Office
from tests.ui.turning import settle

START = datetime(2026, 11, 24, 10, 30).astimezone()


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def reminders(context: Context, office: Office, clock: Clock) -> Iterator[Reminders]:
    from sqlalchemy import select

    with context.database.read() as session:
        filled = session.scalars(select(Activity.id).where(Activity.state == "open")).all()
    activity.remove(context.database, filled)
    made = Reminders(context, clock=clock)
    settle(context)
    yield made
    made.stop()
    settle(context)


def plan(context: Context, contact: int, minutes: int, text: str = "Call back") -> int:
    at = (START + timedelta(minutes=minutes)).replace(tzinfo=None)
    return activity.log(context.database, contact, text, type="call", follow_up=When(at, all_day=False))


def shown(reminders: Reminders) -> list[str]:
    return [row.text for row in reminders.popup.rows()]


def at(reminders: Reminders, context: Context, clock: Clock, minutes: int) -> list[str]:
    clock.now = START + timedelta(minutes=minutes)
    reminders.check()
    settle(context)
    return shown(reminders)


def press(reminders: Reminders, name: str) -> None:
    buttons = reminders.popup.findChildren(QAbstractButton)
    next(button for button in buttons if button.isVisible() and button.accessibleName().startswith(name)).click()


def test_it_reminds_at_the_minute_and_not_before(
    reminders: Reminders, context: Context, clock: Clock, office: Office
) -> None:
    plan(context, office.becker, 1)
    settle(context)
    assert shown(reminders) == []
    assert 0 < reminders._timer.remainingTime() <= LONGEST_MS + 50
    assert at(reminders, context, clock, 1) == ["Call back"]


def test_the_timer_goes_to_the_next_one(reminders: Reminders, context: Context, clock: Clock, office: Office) -> None:
    clock.now = START + timedelta(minutes=5) - timedelta(seconds=2)
    plan(context, office.becker, 5)
    settle(context)
    assert reminders._timer.remainingTime() <= 2100


def test_it_never_takes_the_keyboard(
    reminders: Reminders, context: Context, clock: Clock, office: Office, qtbot: QtBot
) -> None:
    edit = QLineEdit()
    qtbot.addWidget(edit)
    with qtbot.waitActive(edit):
        edit.show()
        edit.activateWindow()
    edit.setFocus()
    plan(context, office.becker, 1)
    until = START + timedelta(minutes=2)
    with context.database.read() as session:
        rows = due_reminders(session, context.database.user_id, START, until)
    reminders.popup.show_rows(rows, until)  # the offscreen platform ignores the wish a turn of the event loop later
    assert reminders.popup.isVisible()
    assert QApplication.focusWidget() is edit
    handle = reminders.popup.windowHandle()
    assert handle.property("_q_showWithoutActivating")
    assert handle.flags() & Qt.WindowType.WindowStaysOnTopHint
    QTest.keyClicks(edit, "typing on")
    assert edit.text() == "typing on"


def test_what_is_planned_for_this_morning_does_not_pop_up_at_once(
    reminders: Reminders, context: Context, clock: Clock, office: Office
) -> None:
    whole = When(datetime.combine(START.date(), time()), all_day=True)
    activity.log(context.database, office.becker, "Some time today", type="task", follow_up=whole)
    settle(context)
    assert shown(reminders) == []


def test_done_and_open(
    reminders: Reminders, context: Context, clock: Clock, office: Office, window: FakeWindow
) -> None:
    first, second = plan(context, office.becker, 1, "first"), plan(context, office.albrecht, 2, "second")
    assert at(reminders, context, clock, 3) == ["first", "second"]
    press(reminders, "Done")
    settle(context)
    assert shown(reminders) == ["second"]
    press(reminders, "Open")
    settle(context)
    assert ("open_contact", office.albrecht, "", False) in window.calls
    assert not reminders.popup.isVisible()
    with context.database.read() as session:
        states = [found.state for made in (first, second) if (found := session.get(Activity, made))]
    assert states == ["done", "open"]
    assert at(reminders, context, clock, 10) == []  # it is not said twice


def test_later_comes_back(reminders: Reminders, context: Context, clock: Clock, office: Office) -> None:
    plan(context, office.becker, 1)
    assert at(reminders, context, clock, 1) == ["Call back"]
    menu = reminders.popup.findChild(QMenu)
    assert isinstance(menu, QMenu)
    menu.actions()[0].trigger()
    settle(context)
    assert shown(reminders) == []
    assert at(reminders, context, clock, 10) == []
    assert at(reminders, context, clock, 11) == ["Call back"]


def test_what_was_done_elsewhere_goes_by_itself(
    reminders: Reminders, context: Context, clock: Clock, office: Office
) -> None:
    made = plan(context, office.becker, 1)
    at(reminders, context, clock, 1)
    complete(context.database, made)
    settle(context)
    assert not reminders.popup.isVisible()


def test_focus_mode_collects(reminders: Reminders, context: Context, clock: Clock, office: Office) -> None:
    day = START.date()
    focus_mode.switch(context.state, day, True)
    plan(context, office.becker, 1, "first")
    plan(context, office.becker, 30, "second")
    assert at(reminders, context, clock, 5) == []
    assert at(reminders, context, clock, 45) == []
    focus_mode.switch(context.state, day, False)
    assert at(reminders, context, clock, 46) == ["first", "second"]


def test_focus_mode_ends_at_midnight(context: Context) -> None:
    day = START.date()
    focus_mode.switch(context.state, day, True)
    assert focus_mode.is_on(context.state, day)
    assert not focus_mode.is_on(context.state, day + timedelta(days=1))


def test_quiet_times_collect(reminders: Reminders, context: Context, clock: Clock, office: Office) -> None:
    for key, value in (("focus.enabled", True), ("focus.from", "10:00"), ("focus.until", "11:00")):
        settings.set(context.database, key, value)
    plan(context, office.becker, 1)
    assert at(reminders, context, clock, 10) == []
    assert at(reminders, context, clock, 30) == ["Call back"]


@pytest.mark.parametrize(
    ("first", "last", "hour", "quiet"),
    [(12, 13, 12, True), (12, 13, 13, False), (22, 6, 23, True), (22, 6, 5, True), (22, 6, 12, False),
     (9, 9, 9, False)],
)  # fmt: skip
def test_quiet_times_may_go_over_midnight(first: int, last: int, hour: int, quiet: bool) -> None:
    assert lies_within(time(hour), time(first), time(last)) is quiet


def test_none_is_lost_while_the_program_was_closed(
    reminders: Reminders, context: Context, clock: Clock, office: Office
) -> None:
    plan(context, office.becker, 1, "closed")
    reminders.stop()
    clock.now = START + timedelta(days=3)
    again = Reminders(context, clock=clock)
    settle(context)
    assert shown(again) == ["closed"]
    again.stop()


def test_nothing_is_noted_in_an_office_that_moved(
    reminders: Reminders, context: Context, clock: Clock, window: FakeWindow
) -> None:
    asked: list[object] = []
    context.tasks.ended.connect(lambda task: asked.append(task) if task.writes else None)
    context.database.moved = Moved("postgresql://office-pc/office", clock.now, "ab")
    reminders.stop()
    settle(context)
    assert (asked, window.errors) == ([], [])


def test_none_is_lost_when_the_program_dies_with_the_window_open(
    reminders: Reminders, context: Context, clock: Clock, office: Office
) -> None:
    plan(context, office.becker, 1, "not answered")
    assert at(reminders, context, clock, 2) == ["not answered"]
    again = Reminders(context, clock=clock)  # the same office after a crash
    settle(context)
    assert shown(again) == ["not answered"]
    again.stop()


def test_dismissed_ones_do_not_come_again(reminders: Reminders, context: Context, clock: Clock, office: Office) -> None:
    for minute in range(1, 6):
        plan(context, office.becker, minute, f"number {minute}")
    assert len(at(reminders, context, clock, 10)) == 5
    assert "2" in reminders.popup.more.full_text()
    reminders.popup.close_button.click()
    settle(context)
    assert at(reminders, context, clock, 20) == []
    again = Reminders(context, clock=clock)
    settle(context)
    assert shown(again) == []
    again.stop()


def test_every_button_says_whose_it_is(reminders: Reminders, context: Context, clock: Clock, office: Office) -> None:
    plan(context, office.becker, 1)
    at(reminders, context, clock, 1)
    names = [b.accessibleName() for b in reminders.popup.findChildren(QAbstractButton) if b.isVisible()]
    assert sum("Becker" in name for name in names) == 3
    assert all(names)


def test_more_than_are_shown_at_once_all_come(
    reminders: Reminders, context: Context, clock: Clock, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gcrm.services.reminders.MOST", 4)
    whole = When(datetime.combine(START.date() + timedelta(days=1), time()), all_day=True)
    for number in range(6):  # all remind at the same instant
        activity.log(context.database, office.becker, f"day {number}", type="task", follow_up=whole)
    for minute in range(3):
        plan(context, office.becker, 1440 + minute, f"minute {minute}")
    seen: list[str] = []
    now = at(reminders, context, clock, 3000)
    while now:
        seen += now
        reminders.popup.close_button.click()
        settle(context)
        now = shown(reminders)
    assert sorted(seen) == [*(f"day {number}" for number in range(6)), *(f"minute {minute}" for minute in range(3))]
    again = Reminders(context, clock=clock)
    settle(context)
    assert shown(again) == []
    again.stop()


def test_stopping_when_the_windows_are_gone_already(context: Context, office: Office, clock: Clock) -> None:
    made = Reminders(context, clock=clock)
    settle(context)
    made.popup.deleteLater()
    QApplication.sendPostedEvents(None, int(QEvent.Type.DeferredDelete.value))
    made.stop()
    settle(context)
