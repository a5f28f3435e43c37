"""Reminders: at the minute, none lost, none twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gcrm.services import absence, activity, contact, follow_up, reminders
from gcrm.services.database import Database
from tests.services.chronicle_office import MONDAY, at, colleague, customer, in_zone, timed, whole


def reminded(database: Database, since: datetime, until: datetime) -> list[str]:
    with database.read() as session:
        return [row.text for row in reminders.due_reminders(session, database.user_id, since, until)]


def coming(database: Database, now: datetime) -> datetime | None:
    with database.read() as session:
        return reminders.next_due(session, database.user_id, now)


def test_a_reminder_comes_at_its_minute_and_a_whole_day_in_the_morning(database: Database) -> None:
    who = customer(database)
    activity.log(database, who, "at ten", follow_up=timed(MONDAY, 10))
    activity.log(database, who, "today", follow_up=whole(MONDAY))
    activity.log(database, who, "tomorrow", follow_up=whole(MONDAY + timedelta(days=1)))
    assert coming(database, at(7)) == at(8)
    assert reminded(database, at(7), at(7, 59)) == []
    assert reminded(database, at(7, 59), at(8)) == ["today"]
    assert coming(database, at(8)) == at(10)
    assert reminded(database, at(8), at(9, 59)) == []
    assert reminded(database, at(9, 59), at(10)) == ["at ten"]
    assert reminded(database, at(10), at(23)) == []
    assert coming(database, at(10)) == at(8, day=MONDAY + timedelta(days=1))
    assert coming(database, at(8, day=MONDAY + timedelta(days=1))) is None


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Sao_Paulo", "Pacific/Auckland"])
def test_the_morning_is_that_of_the_wall(database: Database, monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    in_zone(monkeypatch, zone)
    activity.log(database, customer(database), "today", follow_up=whole(MONDAY))
    assert coming(database, at(7)) == at(8)
    assert reminded(database, at(7, 59), at(8)) == ["today"]
    monkeypatch.undo()
    in_zone(monkeypatch, "UTC")


def test_what_fell_due_while_the_program_was_closed_is_shown_once(database: Database) -> None:
    who = customer(database)
    with database.read() as session:
        assert reminders.shown_until(session, database.user_id, at(9)) == at(0)
    reminders.mark_shown(database, at(9))
    activity.log(database, who, "at the weekend", follow_up=timed(MONDAY + timedelta(days=5), 10))
    opened = at(8, day=MONDAY + timedelta(days=7))
    with database.read() as session:
        since = reminders.shown_until(session, database.user_id, opened)
    assert since == at(9)
    assert reminded(database, since, opened) == ["at the weekend"]
    reminders.mark_shown(database, opened)
    reminders.mark_shown(database, at(9))
    with database.read() as session:
        assert reminders.shown_until(session, database.user_id, opened) == opened
    assert reminded(database, opened, opened + timedelta(hours=1)) == []


def test_everybody_has_an_own_mark(database: Database) -> None:
    reminders.mark_shown(database, at(9))
    with colleague(database) as anna, database.read() as session:
        assert reminders.shown_until(session, anna.user_id, at(12)) == at(0)


def test_done_private_trashed_and_other_peoples_do_not_remind(database: Database) -> None:
    who, gone = customer(database), customer(database, "Gone")
    follow_up.complete(database, activity.log(database, who, "done", follow_up=timed(MONDAY, 10)))
    activity.log(database, gone, "trash", follow_up=timed(MONDAY, 10))
    contact.trash(database, [gone])
    with colleague(database) as anna:
        activity.log(anna, who, "hers", follow_up=timed(MONDAY, 10))
        activity.log(anna, who, "her secret", follow_up=timed(MONDAY, 10), is_private=True)
        assert reminded(database, at(9), at(11)) == []
        assert coming(database, at(9)) is None
        absence.set_absence(anna, anna.user_id, MONDAY, MONDAY, database.user_id)
        assert reminded(database, at(9), at(11)) == ["hers"]
        assert coming(database, at(9)) == at(10)


@settings(max_examples=25)
@given(
    offsets=st.lists(st.tuples(st.integers(-3000, 3000), st.booleans()), max_size=8),
    cuts=st.lists(st.integers(-4000, 4000), min_size=2, max_size=6, unique=True),
)
def test_however_often_one_looks_each_reminds_once(
    database: Database, offsets: list[tuple[int, bool]], cuts: list[int]
) -> None:
    who = customer(database)
    base = datetime(2025, 6, 16, 12, 0)
    wanted = []
    for n, (minutes, all_day) in enumerate(offsets):
        wall = base + timedelta(minutes=minutes)
        activity.log(
            database,
            who,
            f"n{n}",
            follow_up=whole(wall.date()) if all_day else timed(wall.date(), wall.hour, wall.minute),
        )
        due = wall.replace(hour=8, minute=0) if all_day else wall
        wanted.append((due.astimezone(), f"n{n}"))
    looks = [(base + timedelta(minutes=cut)).astimezone() for cut in sorted(cuts)]
    seen: list[str] = []
    for since, until in pairwise(looks):
        seen += reminded(database, since, until)
        ahead = sorted(due for due, _text in wanted if due > since)
        assert coming(database, since) == (ahead[0] if ahead else None)
    assert sorted(seen) == sorted(text for due, text in wanted if looks[0] < due <= looks[-1])
    contact.trash(database, [who])
