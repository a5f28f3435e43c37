"""The Today page: order, keys, several at once, colleagues, notices, and nothing that moves under the hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from gcrm.model.activity import Activity
from gcrm.model.follow_up import When
from gcrm.services import absence, activity, contact, delegation, follow_up, user
from gcrm.services.opening import open_office
from gcrm.ui.context import Context
from gcrm.ui.follow_up_actions import KEYS
from gcrm.ui.theme import Theme
from gcrm.ui.today import TodayPage
from gcrm.ui.today.items import Item
from gcrm.ui.today.reading import EVERYBODY
from tests.ui.fake_window import FakeWindow
from tests.ui.office import Office
from tests.ui.turning import move_mouse, settle

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard", extend=True)
NOW = datetime(2026, 11, 24, 10, 30).astimezone()  # a Tuesday
Plan = Callable[..., int]


def when(days: int, hour: int | None = None) -> When:
    at = NOW.replace(tzinfo=None, hour=hour or 0, minute=0) + timedelta(days=days)
    return When(at, all_day=hour is None)


@pytest.fixture
def plan(context: Context, office: Office) -> Plan:
    """Plan a follow-up so many days from now."""

    def make(days: int, text: str = "Call back", hour: int | None = None, **values: object) -> int:
        given: dict[str, object] = {"type": "call", "follow_up": when(days, hour), **values}
        return activity.log(context.database, office.becker, text, **given)  # type: ignore[arg-type]  # test values

    return make


@pytest.fixture
def page(context: Context, office: Office, qtbot: QtBot) -> TodayPage:
    with context.database.read() as session:
        from sqlalchemy import select

        filled = session.scalars(select(Activity.id).where(Activity.state == "open")).all()
    activity.remove(context.database, filled)
    made = TodayPage(context, clock=lambda: NOW)
    qtbot.addWidget(made)
    made.resize(1100, 800)
    with qtbot.waitExposed(made):
        made.show()
    settle(context)
    with qtbot.waitActive(made):
        made.activateWindow()
    return made


def items(page: TodayPage) -> list[Item]:
    return [page.model.item(page.model.index(row)) for row in range(page.model.rowCount())]


def texts(page: TodayPage) -> list[str]:
    return [item.title if item.kind == "header" else item.text or item.title for item in items(page)]


def go_to(page: TodayPage, made: int) -> None:
    place = page.model.place(f"activity:{made}")
    assert place is not None
    page.view.put_cursor(place)
    page.view.setFocus()


def stored(context: Context, made: int) -> Activity:
    with context.database.read() as session:
        found = session.get(Activity, made)
        assert found is not None
        return found


def test_overdue_comes_first_then_today_then_this_week(page: TodayPage, context: Context, plan: Plan) -> None:
    plan(2, "thursday")
    plan(0, "today")
    plan(-3, "late")
    plan(9, "next week")
    settle(context)
    assert texts(page) == ["Overdue", "late", "Today", "today", "This week", "thursday"]
    heading, late = items(page)[:2]
    assert heading.tone == "bad"
    assert (late.title, late.due, late.is_bad) == ("Becker & Söhne <b>KG</b>", "Sat 21 Nov", True)
    assert "1 overdue · 1 today · 1 this week" in page.subtitle.full_text()


def test_nothing_due_is_said_calmly(page: TodayPage) -> None:
    assert page.body.currentWidget() is page.empty
    sentence = page.empty.sentence.full_text()
    assert sentence
    assert "!" not in sentence


def test_birthdays_loose_ends_and_notices_are_there(page: TodayPage, context: Context, office: Office) -> None:
    born = NOW.date().replace(year=1976)
    contact.create(context.database, contact.empty(kind="person", last_name="Lindner", birthday=born))
    activity.log(context.database, office.becker, "", type="call", direction="in", at=NOW - timedelta(hours=1))
    with Called(context) as call:
        call.state, call.done_at, call.done_by = "missed", None, None
    other = user.add_user(context.database, "bruno", "Bruno")
    theirs = open_office(context.database.url.render_as_string(hide_password=False), user="bruno")
    given = activity.log(theirs, office.becker, "Take over", type="task", follow_up=when(20))
    delegation.delegate(theirs, given, context.database.user_id)
    theirs.close()
    page.load()
    settle(context)
    assert other
    found = {item.kind: item for item in items(page) if item.kind != "header"}
    assert found["birthday"].text == "turns 50"
    assert "Bruno gave you “Take over”" in found["notice"].title
    assert found["follow_up"].icon == "phone-missed"
    place = page.model.place(found["notice"].key)
    page.view.put_cursor(place)
    page.view.setFocus()
    QTest.keyClick(page.view, Qt.Key.Key_Space)
    settle(context)
    assert all(item.kind != "notice" for item in items(page))


class Called:
    """Changes the newest activity behind the services' back."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def __enter__(self) -> Activity:
        from sqlalchemy import select

        from gcrm.services.unit_of_work import unit_of_work

        self._unit = unit_of_work(self._context.database, "missed", kind="system")
        work = self._unit.__enter__()
        found = work.session.scalars(select(Activity).order_by(Activity.id.desc())).first()
        assert found is not None
        return found

    def __exit__(self, *_error: object) -> None:
        self._unit.__exit__(None, None, None)


# --- keys ---------------------------------------------------------------------------------------------------------


def test_enter_opens_the_contact(
    page: TodayPage, context: Context, plan: Plan, window: FakeWindow, office: Office
) -> None:
    go_to_first(page, context, plan)
    QTest.keyClick(page.view, Qt.Key.Key_Return)
    assert ("open_contact", office.becker, "", False) in window.calls


def go_to_first(page: TodayPage, context: Context, plan: Plan) -> int:
    made = plan(0)
    settle(context)
    go_to(page, made)
    return made


def test_space_is_done_and_the_next_one_is_offered(page: TodayPage, context: Context, plan: Plan) -> None:
    made = go_to_first(page, context, plan)
    QTest.keyClick(page.view, Qt.Key.Key_Space)
    settle(context)
    assert stored(context, made).state == "done"
    assert page.bar.is_asking() == "next"
    assert page.bar.when.hasFocus()
    QTest.keyClicks(page.bar.when, "thu 14:00")
    QTest.keyClick(page.bar.when, Qt.Key.Key_Return)
    settle(context)
    assert texts(page) == ["This week", "Call back"]
    assert items(page)[1].due == "Thu 26 Nov 14:00"
    assert page.view.hasFocus()


def test_the_offer_is_put_away_by_escape_or_an_empty_answer(page: TodayPage, context: Context, plan: Plan) -> None:
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_Return):
        go_to_first(page, context, plan)
        QTest.keyClick(page.view, Qt.Key.Key_Space)
        settle(context)
        QTest.keyClick(page.bar.when, key)
        settle(context)
        assert page.bar.is_asking() == ""
        assert items(page) == []


def test_the_offer_never_takes_the_keyboard_from_elsewhere(page: TodayPage, context: Context, plan: Plan) -> None:
    go_to_first(page, context, plan)
    QTest.keyClick(page.view, Qt.Key.Key_Space)
    page.whose.show()
    page.whose.setFocus()
    settle(context)
    assert page.bar.is_asking() == "next"
    assert not page.bar.when.hasFocus()


@pytest.mark.parametrize(("key", "due"), [("+", "Tomorrow 14:00"), ("w", "")])
def test_one_key_postpones(page: TodayPage, context: Context, plan: Plan, key: str, due: str) -> None:
    made = plan(0, hour=14)
    settle(context)
    go_to(page, made)
    before = stored(context, made).follow_up_at
    QTest.keyClicks(page.view, key)
    settle(context)
    after = stored(context, made).follow_up_at
    assert before is not None
    assert after is not None
    assert after > before


def test_a_date_is_chosen_in_words(page: TodayPage, context: Context, plan: Plan) -> None:
    made = go_to_first(page, context, plan)
    QTest.keyClick(page.view, Qt.Key.Key_D)
    QTest.keyClicks(page.bar.when, "27.11.")
    QTest.keyClick(page.bar.when, Qt.Key.Key_Return)
    settle(context)
    assert stored(context, made).follow_up_at is not None
    assert items(page)[1].due == "Fri 27 Nov"


def test_g_delegates_and_the_colleague_hears_of_it(page: TodayPage, context: Context, plan: Plan) -> None:
    bruno = user.add_user(context.database, "bruno", "Bruno")
    made = go_to_first(page, context, plan)
    QTest.keyClick(page.view, Qt.Key.Key_G)
    assert page.bar.is_asking() == "delegate"
    QTest.keyClicks(page.bar.who, "Bru")
    QTest.keyClick(page.bar.who, Qt.Key.Key_Return)
    QTest.keyClick(page.bar.who, Qt.Key.Key_Return)
    settle(context)
    assert stored(context, made).responsible_id == bruno
    with context.database.read() as session:
        assert delegation.unread_count(session, bruno) == 1
    assert items(page) == []


def test_a_whole_selection_is_postponed_in_one_step(page: TodayPage, context: Context, plan: Plan) -> None:
    made = [plan(-days, f"old {days}") for days in range(1, 13)]
    settle(context)
    page.view.setFocus()
    page.view.selectAll()
    QTest.keyClicks(page.view, "w")
    settle(context)
    assert items(page) == []
    from gcrm.services.undo import undo_last

    undo_last(context.database)
    settle(context)
    assert len(items(page)) == len(made) + 1


def test_the_cursor_goes_on_to_the_next_line(page: TodayPage, context: Context, plan: Plan) -> None:
    made = [plan(0, text) for text in ("a", "b", "c")]
    settle(context)
    go_to(page, made[1])
    follow_up.complete(context.database, made[1])  # a colleague was quicker
    settle(context)
    current = page.view.current_item()
    assert current is not None
    assert current.activity == made[2]


def test_reading_anew_keeps_cursor_place_and_what_is_typed(page: TodayPage, context: Context, plan: Plan) -> None:
    made = [plan(0, f"number {number}") for number in range(40)]
    settle(context)
    go_to(page, made[30])
    top = page.view.verticalScrollBar().value()
    QTest.keyClick(page.view, Qt.Key.Key_D)
    QTest.keyClicks(page.bar.when, "in 3")
    follow_up.set_priority(context.database, [made[2]], "high")
    settle(context)
    current = page.view.current_item()
    assert current is not None
    assert current.activity == made[30]
    assert abs(page.view.verticalScrollBar().value() - top) <= page.bar.height() + 20
    assert page.bar.when.text() == "in 3"
    assert page.bar.when.hasFocus()


def test_headings_are_stepped_over(page: TodayPage, context: Context, plan: Plan) -> None:
    made = [plan(-1), plan(0), plan(1)]
    settle(context)
    go_to(page, made[0])
    for wanted in made[1:]:
        QTest.keyClick(page.view, Qt.Key.Key_Down)
        current = page.view.current_item()
        assert current is not None
        assert current.activity == wanted


def test_keys_mean_one_thing_each() -> None:
    assert len(set(KEYS.values())) == len(KEYS)


# --- mouse --------------------------------------------------------------------------------------------------------


def test_buttons_stand_on_the_line_under_the_mouse(page: TodayPage, context: Context, plan: Plan) -> None:
    made = [plan(0, "a"), plan(0, "b")]
    settle(context)
    place = page.model.place(f"activity:{made[1]}")
    assert place is not None
    rect = page.view.visualRect(page.model.index(place))
    move_mouse(page.view.viewport(), QPointF(200, rect.center().y()))
    settle(context)
    assert page.view.tools.isVisible()
    buttons = [child for child in page.view.tools.children() if isinstance(child, QAbstractButton)]
    assert all(button.accessibleName() and button.toolTip() and button.width() >= 24 for button in buttons)
    QTest.mouseClick(buttons[0], Qt.MouseButton.LeftButton)
    settle(context)
    assert stored(context, made[1]).state == "done"
    assert stored(context, made[0]).state == "open"


def test_f2_opens_the_activity_beside_the_list(page: TodayPage, context: Context, plan: Plan) -> None:
    go_to_first(page, context, plan)
    QTest.keyClick(page.view, Qt.Key.Key_F2)
    settle(context)
    assert page.beside.count() == 1
    assert page.view.isVisible()
    page.close_activity()
    assert page.beside.count() == 0


# --- colleagues ---------------------------------------------------------------------------------------------------


def test_colleagues_and_everybody_can_be_looked_at(page: TodayPage, context: Context, plan: Plan) -> None:
    bruno = user.add_user(context.database, "bruno", "Bruno")
    plan(0, "mine")
    plan(0, "Bruno's", responsible_id=bruno)
    theirs = open_office(context.database.url.render_as_string(hide_password=False), user="bruno")
    activity.log(theirs, None, "secret", type="task", follow_up=when(0), is_private=True)
    theirs.close()
    settle(context)
    assert texts(page) == ["Today", "mine"]
    page.show_user(bruno)
    settle(context)
    assert texts(page) == ["Today", "Bruno's"]
    page.show_user(EVERYBODY)
    settle(context)
    assert texts(page) == ["Today", "mine", "Bruno's"]
    assert items(page)[2].who == "Bruno"
    assert page.whose.isVisible()


def test_a_deputy_sees_for_whom(page: TodayPage, context: Context, plan: Plan) -> None:
    bruno = user.add_user(context.database, "bruno", "Bruno")
    me = context.database.user_id
    day = NOW.date()
    absence.set_absence(context.database, bruno, day - timedelta(days=1), day + timedelta(days=5), me)
    plan(0, "Bruno's", responsible_id=bruno)
    page.load()
    settle(context)
    assert items(page)[1].who == "for Bruno"
    assert "You stand in for Bruno until 29 Nov." in page.away.full_text()


def test_who_comes_back_reads_what_happened(page: TodayPage, context: Context, plan: Plan) -> None:
    day = NOW.date()
    me = context.database.user_id
    bruno = user.add_user(context.database, "bruno", "Bruno")
    made = plan(-5, "while away")
    absence.set_absence(context.database, me, day - timedelta(days=9), day - timedelta(days=2), bruno)
    theirs = open_office(context.database.url.render_as_string(hide_password=False), user="bruno")
    follow_up.complete(theirs, made)
    theirs.close()
    page.load()
    settle(context)
    assert "1 follow-up was done, 0 are open" in page.banner.message()
    assert "while away" in page.banner.message()
    page.banner._buttons[0].click()
    settle(context)
    assert not page.banner.isVisible()


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_rows_grow_with_the_text(page: TodayPage, context: Context, plan: Plan, theme: Theme, scale: float) -> None:
    plan(0, "Ask " + "very " * 60 + "long")
    theme.set_scale(scale)
    page.resize(round(1024 * scale), 700)
    settle(context)
    rect = page.view.visualRect(page.model.index(1))
    assert rect.height() >= 2 * QFontMetrics(QApplication.font()).height() + 4
    assert rect.right() <= page.view.viewport().width()
    page.grab()
