"""Follow-ups: done, next, postponed, recurring."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from gcrm.model.activity import Activity
from gcrm.model.follow_up import Step, When
from gcrm.model.recurrence import Recurrence, Unit, decode
from gcrm.services import activity, follow_up, undo
from gcrm.services.activity import chronicle
from gcrm.services.database import Database
from gcrm.services.follow_up import _next_planned
from gcrm.services.moment import day_of, instant_of, when_of
from gcrm.services.today import today
from gcrm.services.unit_of_work import unit_of_work
from tests.services.chronicle_office import MONDAY, at, colleague, count, customer, stored, timed, whole
from tests.services.offices import enter_company


def due(database: Database, activity_id: int) -> When | None:
    found = stored(database, activity_id)
    return when_of(found.follow_up_at, found.follow_up_all_day)


def test_done_keeps_who_and_when(database: Database) -> None:
    made = activity.log(database, customer(database), "x", follow_up=whole(MONDAY))
    assert follow_up.complete(database, made, at=at(9)) is None
    found = stored(database, made)
    assert (found.state, found.done_at, found.done_by) == ("done", at(9), database.user_id)
    follow_up.reopen(database, made)
    found = stored(database, made)
    assert (found.state, found.done_at, found.done_by) == ("open", None, None)


def test_done_twice_by_two_colleagues_is_done_once(database: Database) -> None:
    rule = Recurrence(1, Unit.WEEK, MONDAY)
    made = activity.log(database, customer(database), "x", follow_up=whole(MONDAY), recurrence=rule)
    with colleague(database) as anna:
        assert follow_up.complete(anna, made, at=at(9)) is not None
        assert follow_up.complete(database, made, at=at(10)) is None
        assert stored(database, made).done_by == anna.user_id
    assert count(database, Activity) == 2


def test_the_next_one_keeps_the_own_values(database: Database) -> None:
    rule = Recurrence(1, Unit.WEEK, MONDAY)
    made = activity.log(database, customer(database), "x", follow_up=whole(MONDAY), recurrence=rule)
    loaded = activity.load(database, made)
    loaded.record.custom = {"f1": "North", "f2": ["Red"]}
    activity.save(database, loaded)
    after = follow_up.complete(database, made, at=at(9))
    assert after is not None
    assert stored(database, after).custom == {"f1": "North", "f2": ["Red"]}


def test_done_offers_the_next_one(database: Database) -> None:
    who = customer(database)
    made = activity.log(database, who, "call again", type="call", follow_up=whole(MONDAY), priority="high")
    after = follow_up.complete(database, made, next_follow_up=timed(MONDAY + timedelta(days=2), 14), at=at(9))
    assert after is not None
    found = stored(database, after)
    assert (found.text, found.type, found.priority, found.follows_id) == ("call again", "call", "high", made)
    assert due(database, after) == timed(MONDAY + timedelta(days=2), 14)
    undo.undo_last(database)
    with database.read() as session:
        [row] = chronicle(session, who)
    assert (row.id, row.state) == (made, "open")


def test_a_recurring_one_makes_its_next_with_the_same_time(database: Database) -> None:
    rule = Recurrence(1, Unit.MONTH, date(2025, 1, 31))
    made = activity.log(database, customer(database), "x", follow_up=timed(date(2025, 1, 31), 15, 30), recurrence=rule)
    days = []
    for _n in range(4):
        day = due(database, made)
        assert day is not None
        days.append(day)
        following = follow_up.complete(database, made, at=at(16, day=day.on))
        assert following is not None
        made = following
    assert [when.at.isoformat(" ", "minutes") for when in days] == [
        "2025-01-31 15:30",
        "2025-02-28 15:30",
        "2025-03-31 15:30",
        "2025-04-30 15:30",
    ]


def test_the_next_one_lies_on_a_workday_of_the_office(database: Database) -> None:
    enter_company(database, name="We", country="DE", region="BE")
    rule = Recurrence(1, Unit.YEAR, date(2024, 10, 3))
    made = activity.log(database, customer(database), "x", follow_up=whole(date(2024, 10, 3)), recurrence=rule)
    after = follow_up.complete(database, made, at=at(9, day=date(2024, 10, 4)))
    assert after is not None
    found = stored(database, after)
    assert found.follow_up_at is not None
    assert day_of(found.follow_up_at, True) == date(2025, 10, 6)
    assert found.recurrence == rule.encode()


def test_what_lay_for_months_comes_back_once(database: Database) -> None:
    rule = Recurrence(1, Unit.DAY, date(2025, 1, 6))
    made = activity.log(database, customer(database), "x", follow_up=whole(date(2025, 1, 6)), recurrence=rule)
    after = follow_up.complete(database, made, at=at(9))
    assert after is not None
    assert due(database, after) == whole(MONDAY + timedelta(days=1))


@settings(max_examples=200)
@given(
    every=st.integers(1, 40),
    unit=st.sampled_from(list(Unit)),
    start=st.dates(date(2000, 1, 1), date(2060, 12, 31)),
    late=st.integers(-400, 800),
    steps=st.integers(0, 30),
)
def test_the_next_one_always_lies_ahead_on_a_planned_day(
    every: int, unit: Unit, start: date, late: int, steps: int
) -> None:
    rule = Recurrence(every, unit, start)
    planned = rule.nth(steps)
    assert planned is not None
    item = Activity(follow_up_at=instant_of(whole(planned)), follow_up_all_day=True, recurrence=rule.encode())
    today = planned + timedelta(days=late)
    coming = _next_planned(item, at(12, day=today), lambda day: day.weekday() < 5)
    assert coming is not None
    meant = coming.moved_from or coming.on
    assert meant > max(today, planned)
    assert rule.next_after(meant - timedelta(days=1)) == meant
    assert coming.on.weekday() < 5
    assert 0 <= (coming.on - meant).days <= 2


def test_postponing_by_a_key_counts_from_today_and_keeps_the_time(database: Database) -> None:
    who = customer(database)
    friday, overdue = MONDAY + timedelta(days=4), MONDAY - timedelta(days=20)
    a = activity.log(database, who, "a", follow_up=timed(overdue, 9, 15))
    b = activity.log(database, who, "b", follow_up=whole(friday))
    c = activity.log(database, who, "c", type="task")
    done = activity.log(database, who, "done")
    assert follow_up.postpone(database, [a, b, c, done], Step.DAY, at=at(12)) == 3
    assert due(database, a) == timed(MONDAY + timedelta(days=1), 9, 15)
    assert due(database, b) == whole(MONDAY + timedelta(days=7))
    assert due(database, c) == whole(MONDAY + timedelta(days=1))
    assert due(database, done) is None
    follow_up.postpone(database, [a], Step.WEEK, at=at(12))
    assert due(database, a) == timed(MONDAY + timedelta(days=7), 9, 15)


def test_many_are_postponed_to_a_date_in_one_step_to_undo(database: Database) -> None:
    who = customer(database)
    ids = [activity.log(database, who, f"n{n}", follow_up=whole(MONDAY - timedelta(days=n))) for n in range(12)]
    assert follow_up.postpone(database, ids, whole(date(2025, 7, 1)), at=at(12)) == 12
    assert {due(database, i) for i in ids} == {whole(date(2025, 7, 1))}
    undo.undo_last(database)
    assert [due(database, i) for i in ids] == [whole(MONDAY - timedelta(days=n)) for n in range(12)]


def test_somebody_elses_private_one_is_not_postponed(database: Database) -> None:
    made = activity.log(database, customer(database), "x", follow_up=whole(MONDAY), is_private=True)
    with colleague(database) as anna:
        assert follow_up.postpone(anna, [made], Step.DAY, at=at(12)) == 0
    assert due(database, made) == whole(MONDAY)


def test_priority_is_set_for_several(database: Database) -> None:
    who = customer(database)
    ids = [activity.log(database, who, "n", follow_up=whole(MONDAY)) for _n in range(3)]
    follow_up.set_priority(database, ids, "high")
    assert {stored(database, i).priority for i in ids} == {"high"}


def missed_call(database: Database, contact: int | None) -> int:
    made = activity.log(database, contact, "", type="call", phone="+4934199", at=at(9))
    with unit_of_work(database, "missed", kind="system") as work:
        call = work.session.get(Activity, made)
        assert call is not None
        call.state, call.done_at, call.done_by = "missed", None, None
    return made


def loose(database: Database) -> list[int]:
    with database.read() as session:
        return [row.id for row in today(session, database.user_id, at(12)).loose_ends.rows]


@pytest.mark.parametrize(("to", "when"), [
    (Step.DAY, whole(MONDAY + timedelta(days=1))),
    (Step.WEEK, whole(MONDAY + timedelta(days=7))),
    (timed(MONDAY, 16), timed(MONDAY, 16)),
])  # fmt: skip
def test_postponing_a_missed_call_plans_to_call_back(database: Database, to: Step | When, when: When) -> None:
    who = customer(database)
    made = missed_call(database, who)
    assert loose(database) == [made]
    assert follow_up.postpone(database, [made], to, at=at(12)) == 1
    assert loose(database) == []
    with database.read() as session:
        [planned] = session.scalars(select(Activity).where(Activity.follows_id == made))
    assert (planned.type, planned.state, planned.contact_id) == ("task", "open", who)
    assert planned.responsible_id == database.user_id
    assert "99" in planned.subject
    assert due(database, planned.id) == when
    assert stored(database, made).state == "missed"
    undo.undo_last(database)
    assert loose(database) == [made]


def test_a_missed_call_that_is_postponed_again_is_moved_and_a_handled_one_is_left(database: Database) -> None:
    made, handled = missed_call(database, None), missed_call(database, None)
    follow_up.complete(database, handled, at=at(10))
    assert follow_up.postpone(database, [made, handled], Step.DAY, at=at(12)) == 1
    assert follow_up.postpone(database, [made], Step.DAY, at=at(12)) == 1
    with database.read() as session:
        [planned] = session.scalars(select(Activity).where(Activity.follows_id.is_not(None)))
    assert due(database, planned.id) == whole(MONDAY + timedelta(days=2))


@pytest.mark.parametrize("first", [whole(MONDAY), timed(MONDAY, 15, 30)])
def test_putting_one_off_for_minutes_leaves_the_later_ones_where_they_were(database: Database, first: When) -> None:
    rule = Recurrence(1, Unit.WEEK, MONDAY)
    made = activity.log(database, customer(database), "x", follow_up=first, recurrence=rule)
    follow_up.postpone(database, [made], timed(MONDAY, 16, 49), at=at(16, 39))
    follow_up.postpone(database, [made], timed(MONDAY, 17, 49), at=at(17, 39))
    assert due(database, made) == timed(MONDAY, 17, 49)
    for week in (1, 2):
        following = follow_up.complete(database, made, at=at(18, day=MONDAY + timedelta(days=7 * week - 7)))
        assert following is not None
        made = following
        expected = replace(first, at=first.at + timedelta(days=7 * week))
        assert due(database, made) == expected
    assert decode(stored(database, made).recurrence) is not None


def test_a_step_does_not_change_what_recurs(database: Database) -> None:
    rule = Recurrence(1, Unit.MONTH, MONDAY)
    made = activity.log(database, customer(database), "x", follow_up=whole(MONDAY), recurrence=rule)
    follow_up.postpone(database, [made], Step.DAY, at=at(12))
    assert stored(database, made).recurrence == rule.encode()
