"""Workdays are those of the office's own region."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.model.holidays import first_workday, holiday_name, is_workday, next_workday, regions, workdays


@pytest.mark.parametrize(
    ("day", "country", "region", "works"),
    [
        (date(2026, 11, 24), "DE", "BE", True),
        (date(2026, 11, 28), "DE", "BE", False),  # Saturday
        (date(2026, 3, 8), "DE", "BE", False),  # Sunday
        (date(2027, 3, 8), "DE", "BE", False),  # women's day, a Monday, Berlin only
        (date(2027, 3, 8), "DE", "BY", True),
        (date(2027, 3, 8), "DE", "", True),
        (date(2026, 6, 4), "DE", "BY", False),  # Corpus Christi
        (date(2026, 6, 4), "DE", "de-by", False),
        (date(2026, 6, 4), "DE", "BE", True),
        (date(2026, 6, 4), "PT", "", False),
        (date(2026, 6, 10), "PT", "", False),
        (date(2026, 10, 26), "AT", "9", False),
        (date(2026, 12, 25), "DE", "nowhere", False),
        (date(2026, 12, 25), "XX", "", True),
        (date(2026, 12, 26), "XX", "", False),  # Saturday
        (date(2300, 1, 1), "DE", "BE", True),  # beyond what the library knows, a Monday
        (date(2026, 11, 27), "IL", "", False),  # Friday
        (date(2026, 11, 29), "IL", "", True),  # Sunday
    ],
)
def test_weekends_and_holidays_are_free(day: date, country: str, region: str, works: bool) -> None:
    assert is_workday(day, country, region) is works


def test_the_next_workday_lies_behind_easter() -> None:
    assert next_workday(date(2026, 4, 3), "DE", "BE") == date(2026, 4, 7)
    assert next_workday(date(2026, 4, 2), "DE", "BE") == date(2026, 4, 2)


def test_a_holiday_has_a_name_and_a_weekend_has_none() -> None:
    assert holiday_name(date(2026, 12, 25), "DE")
    assert not holiday_name(date(2026, 11, 28), "DE")


def test_regions_are_listed_by_name() -> None:
    german = {region.code: region.name for region in regions("DE")}
    assert german["BE"] == "Berlin"
    assert german["BW"] == "Baden-Württemberg"
    assert len(german) >= 16
    assert {region.code: region.name for region in regions("AT")}["9"] == "Wien"
    assert {region.name for region in regions("PT")} > {"Lisboa", "Porto"}
    assert regions("XX") == ()


def test_every_region_of_three_countries_can_be_asked() -> None:
    for country in ("DE", "AT", "PT", "CH"):
        for region in regions(country):
            assert not is_workday(date(2026, 1, 1), country, region.code)


@given(st.dates(date(1990, 1, 1), date(2120, 1, 1)), st.sampled_from([("DE", "BY"), ("PT", ""), ("XX", "")]))
def test_the_next_workday_is_the_first_one(day: date, office: tuple[str, str]) -> None:
    found = next_workday(day, *office)
    rule = workdays(*office)
    assert rule(found)
    assert not any(rule(day + timedelta(ahead)) for ahead in range((found - day).days))


def test_a_rule_that_never_holds_ends() -> None:
    assert first_workday(date(2026, 11, 24), lambda _day: False) == date(2026, 11, 24)
    assert first_workday(date.max, lambda _day: False) == date.max


def test_importing_the_module_does_not_load_the_library() -> None:
    code = "import sys, gcrm.model.holidays; sys.exit('holidays' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
