"""What comes again comes on the day it began with, as far as the month has one."""

from __future__ import annotations

from datetime import date
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.model.recurrence import WHOLE_DAY, Recurrence, Unit, decode

RECURRENCES = st.builds(
    Recurrence, st.integers(1, 60), st.sampled_from(Unit), st.dates(date(1990, 1, 1), date(2090, 12, 31))
)


def first(recurrence: Recurrence, number: int) -> list[date]:
    return list(islice(recurrence.dates(), number))


def test_the_31st_is_clamped_in_each_month_and_comes_back() -> None:
    assert first(Recurrence(1, Unit.MONTH, date(2026, 1, 31)), 5) == [
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
        date(2026, 5, 31),
    ]


def test_the_leap_day_comes_back_in_leap_years() -> None:
    found = first(Recurrence(1, Unit.YEAR, date(2024, 2, 29)), 5)
    assert [day.day for day in found] == [29, 28, 28, 28, 29]


def test_every_two_weeks_and_every_ten_days() -> None:
    assert first(Recurrence(2, Unit.WEEK, date(2026, 11, 24)), 3)[2] == date(2026, 12, 22)
    assert first(Recurrence(10, Unit.DAY, date(2026, 11, 24)), 3)[2] == date(2026, 12, 14)


def test_postponing_one_does_not_move_the_others() -> None:
    monthly = Recurrence(1, Unit.MONTH, date(2026, 1, 31))
    assert monthly.next_after(date(2026, 3, 5)) == date(2026, 3, 31)  # February's was done late


@pytest.mark.parametrize("every", [0, -1, 1000])
def test_a_strange_interval_is_refused(every: int) -> None:
    with pytest.raises(ValueError, match="interval"):
        Recurrence(every, Unit.DAY, date(2026, 1, 1))


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=MONTHLY",
        "FREQ=SECONDLY;INTERVAL=1;START=2026-01-31",
        "FREQ=DAILY;INTERVAL=0;START=2026-01-31",
        "FREQ=DAILY;INTERVAL=1;START=2026-02-31",
        "FREQ=DAILY;INTERVAL=1;START=2026-01-31;COUNT=3",
        "x" * 1_000_000,
    ],
)
def test_a_text_that_was_not_written_here_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"recurrence|interval|day|date"):
        decode(text)


def test_the_stored_text() -> None:
    text = "FREQ=MONTHLY;INTERVAL=1;SKIP=BACKWARD;START=2026-01-31"
    assert Recurrence(1, Unit.MONTH, date(2026, 1, 31)).encode() == text
    assert decode("") is None


def test_it_ends_with_the_calendar() -> None:
    assert Recurrence(1, Unit.YEAR, date(9999, 5, 1)).next_after(date(9999, 6, 1)) is None
    assert first(Recurrence(999, Unit.YEAR, date(9000, 1, 1)), 9) == [date(9000, 1, 1), date(9999, 1, 1)]


@given(RECURRENCES)
def test_what_is_stored_is_read_back(recurrence: Recurrence) -> None:
    assert decode(recurrence.encode()) == recurrence


@given(RECURRENCES, st.dates(date(1985, 1, 1), date(2095, 12, 31)))
def test_the_next_date_is_the_first_one_after(recurrence: Recurrence, day: date) -> None:
    expected = next(planned for planned in recurrence.dates() if planned > day)
    assert recurrence.next_after(day) == expected


@given(RECURRENCES)
def test_months_and_years_keep_their_day_where_it_exists(recurrence: Recurrence) -> None:
    for before, after in zip(first(recurrence, 30), first(recurrence, 31)[1:], strict=True):
        assert before < after
        if recurrence.unit in (Unit.MONTH, Unit.YEAR):
            assert after.day == recurrence.start.day or after.day in (28, 29, 30)


@pytest.mark.parametrize("usual", [WHOLE_DAY, "00:00", "08:05", "23:59"])
def test_the_usual_time_is_stored_with_it(usual: str) -> None:
    weekly = Recurrence(1, Unit.WEEK, date(2026, 1, 5), usual)
    assert decode(weekly.encode()) == weekly
    assert weekly.next_after(date(2026, 1, 5)) == date(2026, 1, 12)


@pytest.mark.parametrize("usual", ["24:00", "8:05", "noon", ""])
def test_a_usual_time_that_is_none_is_refused(usual: str) -> None:
    with pytest.raises(ValueError, match="recurrence"):
        decode(f"FREQ=DAILY;INTERVAL=1;START=2026-01-31;USUAL={usual}")
