"""Wall time and instants agree, also in the two nights in which clocks change."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.model.wall_time import exists, to_utc, to_wall

BERLIN = "Europe/Berlin"


def test_summer_and_winter() -> None:
    assert to_utc(datetime(2026, 7, 1, 9), BERLIN) == datetime(2026, 7, 1, 7, tzinfo=UTC)
    assert to_utc(datetime(2026, 11, 23, 9), BERLIN) == datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert to_utc(datetime(2026, 11, 23, 9), "Europe/Lisbon") == datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_the_skipped_hour_moves_on() -> None:
    skipped = datetime(2026, 3, 29, 2, 30)
    assert not exists(skipped, BERLIN)
    assert to_wall(to_utc(skipped, BERLIN), BERLIN) == datetime(2026, 3, 29, 3, 30)


def test_of_the_repeated_hour_the_first_is_meant() -> None:
    twice = datetime(2026, 10, 25, 2, 30)
    assert exists(twice, BERLIN)
    assert to_utc(twice, BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert to_utc(twice.replace(fold=1), BERLIN) == to_utc(twice, BERLIN)
    assert to_wall(datetime(2026, 10, 25, 1, 30, tzinfo=UTC), BERLIN) == twice


def test_an_unknown_zone_is_told() -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        to_utc(datetime(2026, 1, 1), "Europe/Atlantis")


@given(
    st.datetimes(datetime(1980, 1, 1), datetime(2100, 1, 1)),
    st.sampled_from([BERLIN, "Europe/Lisbon", "Atlantic/Azores", "America/New_York", "Asia/Kolkata", "Pacific/Apia"]),
)
def test_there_and_back(wall: datetime, zone: str) -> None:
    back = to_wall(to_utc(wall, zone), zone)
    assert (back == wall) == exists(wall, zone)
    assert back >= wall  # never earlier than said
