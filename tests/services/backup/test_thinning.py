"""Which backups stay: the rule by itself, over years of days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from gcrm.services.backup.thinning import ALL_FOR, DAYS, MONTHS, WEEKS, kept

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 27, 9, tzinfo=BERLIN)
MOMENTS = st.sets(
    st.datetimes(datetime(2024, 1, 1), datetime(2027, 6, 1)).map(lambda at: at.replace(tzinfo=UTC)), max_size=60
)


@given(MOMENTS)
def test_the_newest_always_stays_and_nothing_of_two_days_goes(times: set[datetime]) -> None:
    staying = kept(times, NOW)
    assert staying <= times
    assert not times or max(times) in staying
    assert {at for at in times if at > NOW - ALL_FOR} <= staying
    assert kept(staying, NOW) == staying
    old = [at for at in staying if at <= NOW - ALL_FOR]
    assert len(old) <= 1 + DAYS + WEEKS + MONTHS


@given(MOMENTS)
def test_each_period_that_counts_keeps_its_newest(times: set[datetime]) -> None:
    staying = kept(times, NOW)
    for most, period in ((DAYS, "%Y-%m-%d"), (WEEKS, "%G-%V"), (MONTHS, "%Y-%m")):
        newest = {at.astimezone(BERLIN).strftime(period): at for at in sorted(times)}
        assert {newest[each] for each in sorted(newest, reverse=True)[:most]} <= staying


def test_a_year_of_working_days_leaves_what_was_promised() -> None:
    kept_now: set[datetime] = set()
    day = datetime(2025, 1, 1, 8, tzinfo=BERLIN)
    for _turn in range(700):
        if day.weekday() < 5:
            for hour in (8, 11, 15):
                at = day.replace(hour=hour)
                kept_now = kept(kept_now | {at}, at)
        day += timedelta(days=1)
    last = max(kept_now)
    assert last.date() == datetime(2026, 12, 1).date()
    assert len([at for at in kept_now if at > last - ALL_FOR]) == 6
    assert len({at.date() for at in kept_now}) >= DAYS
    assert len({(at.year, at.month) for at in kept_now}) == MONTHS
    assert len(kept_now) <= 6 + DAYS + WEEKS + MONTHS


def test_a_long_holiday_pushes_nothing_out() -> None:
    days = {NOW - timedelta(days=90 + each) for each in range(7)}
    assert kept(days, NOW) == days


def test_a_clock_that_was_wrong_costs_nothing() -> None:
    ahead = NOW + timedelta(days=400)
    usual = {NOW - timedelta(days=each) for each in range(1, 6)}
    assert kept({ahead, *usual}, NOW) == {ahead, *usual}
