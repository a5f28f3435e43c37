"""Between wall time and database: days stay days, times stay instants, in every zone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from gcrm.model.activity import Activity
from gcrm.model.follow_up import When
from gcrm.services import activity, moment
from gcrm.services.database import Database
from tests.services.chronicle_office import MONDAY, customer, in_zone, timed, whole

ZONES = ("UTC", "Europe/Berlin", "America/Sao_Paulo", "Pacific/Honolulu", "Asia/Tokyo", "Pacific/Kiritimati")


@pytest.fixture(params=ZONES)
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    in_zone(monkeypatch, request.param)
    yield request.param
    monkeypatch.undo()
    time.tzset()


@given(st.dates(date(1980, 1, 1), date(2100, 1, 1)))
def test_a_whole_day_keeps_its_day(zone: str, day: date) -> None:
    kept = moment.instant_of(whole(day))
    assert kept == datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    assert moment.day_of(kept, True) == day
    assert moment.when_of(kept, True) == whole(day)


@given(st.datetimes(datetime(1980, 1, 1), datetime(2100, 1, 1)))
def test_a_time_comes_back_as_it_was_said(zone: str, wall: datetime) -> None:
    wall = wall.replace(second=0, microsecond=0)
    back = moment.wall_of(moment.instant_of(When(wall, all_day=False)), False)
    assert back in (wall, wall + timedelta(hours=1))  # an hour that the change of the clocks leaves out moves on


def test_the_database_finds_the_same_days_as_the_wall_shows(zone: str, database: Database) -> None:
    who = customer(database)
    said = [whole(MONDAY + timedelta(days=n)) for n in range(-2, 3)]
    said += [timed(MONDAY + timedelta(days=n), hour, 30) for n in range(-2, 3) for hour in (0, 11, 12, 23)]
    ids = {activity.log(database, who, "x", follow_up=when): when.on for when in said}
    with database.read() as session:
        for first in (None, *(MONDAY + timedelta(days=n) for n in range(-2, 3))):
            for last in (MONDAY + timedelta(days=n) for n in range(-2, 3)):
                found = set(session.scalars(select(Activity.id).where(moment.falls_between(first, last))))
                assert found == {i for i, day in ids.items() if (first is None or first <= day) and day <= last}


def test_a_day_is_over_when_the_next_begins_and_a_time_when_it_has_passed() -> None:
    now = datetime(2025, 6, 16, 15, 0).astimezone()
    assert not moment.is_past(moment.instant_of(whole(MONDAY)), True, now)
    assert moment.is_past(moment.instant_of(whole(MONDAY - timedelta(days=1))), True, now)
    assert moment.is_past(moment.instant_of(timed(MONDAY, 14, 59)), False, now)
    assert not moment.is_past(moment.instant_of(timed(MONDAY, 15)), False, now)
