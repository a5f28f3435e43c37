"""The field that understands when, and the words in which it says what it understood."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QDate, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCalendarWidget, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gcrm.i18n import LANGUAGES, language, set_language
from gcrm.model.follow_up import When, parse_when
from gcrm.ui.day_words import clock_time, duration_words, moment_words, relative_day, short_day, when_words
from gcrm.ui.follow_up_edit import FollowUpEdit
from gcrm.ui.theme import Theme
from gcrm.ui.time_edit import read_minutes, read_time

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard", extend=True)
NOW = datetime(2026, 11, 24, 10, 30)
TODAY = NOW.date()


def type_in(edit: FollowUpEdit, text: str) -> None:
    """Type any letters: QTest knows the ASCII ones only."""
    for letter in text:
        event = QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, letter)
        QApplication.sendEvent(edit, event)


@pytest.fixture
def host(qtbot: QtBot, theme: Theme) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(400, 500)
    QVBoxLayout(window)
    return window


def make(host: QWidget, qtbot: QtBot) -> FollowUpEdit:
    edit = FollowUpEdit(clock=lambda: NOW)
    other = QLineEdit()
    layout = host.layout()
    assert layout is not None
    layout.addWidget(edit)
    layout.addWidget(other)
    with qtbot.waitExposed(host):
        host.show()
    with qtbot.waitActive(host):
        host.activateWindow()
    edit.setFocus()
    return edit


@pytest.mark.parametrize(
    ("code", "typed", "shown"),
    [
        ("en", "in 2w", "Tue 8 Dec"),
        ("en", "tomorrow", "Wed 25 Nov"),
        ("en", "fri 14:00", "Fri 27 Nov 14:00"),
        ("en", "1.12.", "Tue 1 Dec"),
        ("de", "in 2 Wochen", "Di. 8. Dez."),
        ("de", "Fr 14 Uhr", "Fr. 27. Nov. 14:00"),
        ("pt", "amanhã", "qua 25 nov"),
        ("pt", "em 2 semanas", "ter 8 dez"),
    ],
)
def test_it_says_what_it_understood(host: QWidget, qtbot: QtBot, code: str, typed: str, shown: str) -> None:
    set_language(code)
    edit = make(host, qtbot)
    type_in(edit, typed)
    assert edit.value() is not None
    QTest.keyClick(edit, Qt.Key.Key_Tab)
    assert edit.text() == shown
    assert not edit.box.isVisible()


def test_the_box_tells_the_meaning_while_typing(host: QWidget, qtbot: QtBot) -> None:
    edit = make(host, qtbot)
    QTest.keyClicks(edit, "in 2")
    assert edit.box.isVisible()
    assert edit.hasFocus()
    QTest.keyClick(edit, Qt.Key.Key_Down)
    QTest.keyClick(edit, Qt.Key.Key_Down)
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert edit.value() == parse_when("in 2 weeks", NOW)
    assert edit.text() == "Tue 8 Dec"


def test_escape_hides_the_box_and_keeps_the_text(host: QWidget, qtbot: QtBot) -> None:
    edit = make(host, qtbot)
    QTest.keyClicks(edit, "tom")
    QTest.keyClick(edit, Qt.Key.Key_Escape)
    assert not edit.box.isVisible()
    assert edit.text() == "tom"


def test_control_enter_is_sent_also_with_the_box_open(host: QWidget, qtbot: QtBot) -> None:
    edit = make(host, qtbot)
    sent: list[When | None] = []
    edit.submitted.connect(lambda: sent.append(edit.value()))
    QTest.keyClicks(edit, "in 2w")
    QTest.keyClick(edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert sent == [parse_when("in 2w", NOW)]


def test_what_names_no_day_stays_and_is_marked(host: QWidget, qtbot: QtBot) -> None:
    edit = make(host, qtbot)
    QTest.keyClicks(edit, "whenever")
    QTest.keyClick(edit, Qt.Key.Key_Tab)
    assert edit.text() == "whenever"
    assert edit.has_error()
    assert edit.property("invalid") is True
    edit.set_value(None)
    assert not edit.has_error()
    assert edit.property("invalid") is False


def test_down_opens_the_usual_days_and_the_calendar(host: QWidget, qtbot: QtBot) -> None:
    edit = make(host, qtbot)
    QTest.keyClick(edit, Qt.Key.Key_Down)
    assert edit.box.isVisible()
    edit.open_calendar()
    calendar = edit.findChild(QCalendarWidget)
    assert isinstance(calendar, QCalendarWidget)
    calendar.clicked.emit(QDate(2026, 12, 24))
    assert edit.value() == When(datetime(2026, 12, 24), all_day=True)
    assert edit.text() == "Thu 24 Dec"


def test_the_box_stays_inside_the_window(host: QWidget, qtbot: QtBot) -> None:
    edit = make(host, qtbot)
    host.resize(240, 260)
    QTest.keyClicks(edit, "in 2")
    assert host.rect().contains(edit.box.geometry())


def test_workdays_are_told_with_where_they_come_from(host: QWidget, qtbot: QtBot) -> None:
    edit = make(host, qtbot)
    edit.set_workdays(lambda day: day.weekday() < 5)
    QTest.keyClicks(edit, "in 4 days")
    assert edit.meaning() == "Mon 30 Nov, as Sat 28 Nov is free"


@given(day=st.dates(TODAY + timedelta(days=1), TODAY + timedelta(days=290)), code=st.sampled_from(LANGUAGES))
def test_what_is_shown_can_be_typed_again(day: date, code: str) -> None:
    with language(code):
        shown = when_words(When(datetime.combine(day, time()), all_day=True), TODAY)
        assert parse_when(shown, NOW, code) == When(datetime.combine(day, time()), all_day=True)


def test_days_in_words() -> None:
    assert relative_day(TODAY, TODAY) == "Today"
    assert relative_day(TODAY - timedelta(days=1), TODAY) == "Yesterday"
    assert short_day(date(2025, 11, 20), TODAY) == "20 Nov 2025"
    assert short_day(date(2027, 1, 4), TODAY, weekday=True) == "Mon 4 Jan"
    assert moment_words(datetime(2026, 11, 24, 9, 12), TODAY) == "Today 09:12"
    assert moment_words(datetime(2026, 11, 20, 9, 12), TODAY) == "20 Nov"
    assert clock_time(time(7, 5)) == "07:05"


@pytest.mark.parametrize(
    ("seconds", "words"), [(42, "42 s"), (60, "1 min"), (372, "6 min"), (3600, "1 h"), (4800, "1 h 20 min")]
)
def test_lengths_in_words(seconds: int, words: str) -> None:
    assert duration_words(seconds) == words


@pytest.mark.parametrize(
    ("typed", "read"),
    [("9", time(9)), ("9:12", time(9, 12)), ("0912", time(9, 12)), ("9.12", time(9, 12)), ("2 pm", time(14)),
     ("14 Uhr", time(14)), ("14h30", time(14, 30)), ("25", None), ("9:75", None), ("noon", None), ("13 pm", None)],
)  # fmt: skip
def test_times_of_day(typed: str, read: time | None) -> None:
    assert read_time(typed) == read


@pytest.mark.parametrize(
    ("typed", "read"), [("45", 45), ("45 min", 45), ("1:30", 90), ("1 h 30", 90), ("2h", 120), ("", None), ("x", None)]
)
def test_lengths_typed(typed: str, read: int | None) -> None:
    assert read_minutes(typed) == read


@given(st.text(max_size=40))
def test_no_typed_time_raises(text: str) -> None:
    read_time(text)
    read_minutes(text)
