"""Time zones by the names that Windows has for them, which are the only ones that Outlook knows."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from gcrm.model.appointment_times import is_zone
from gcrm.services.exchange.ical_zone import WINDOWS

_BY_ZONE = {zone: name for name, zone in WINDOWS.items()} | {"UTC": "UTC"}


@lru_cache(maxsize=256)
def windows_name(zone: str, year: int) -> str:
    """Return the Windows name of a zone, or of one whose clocks went the same in that year; "" without one."""
    if zone in _BY_ZONE:
        return _BY_ZONE[zone]
    if not is_zone(zone):
        return ""
    wanted = _clocks(zone, year)
    return next((name for name, other in WINDOWS.items() if is_zone(other) and _clocks(other, year) == wanted), "")


def zone_of(name: str, present: str, year: int) -> str:
    """Return the zone of a Windows name: `present`, what stands here already, where that has the same clocks."""
    if present and windows_name(present, year) == name:
        return present
    return "UTC" if name == "UTC" else WINDOWS.get(name, "")


def _clocks(zone: str, year: int) -> tuple[object, ...]:
    """Return how far a zone is from UTC in the middle of each month and at its end: what tells its summer time."""
    known = ZoneInfo(zone)
    days = ((month, day) for month in range(1, 13) for day in (1, 10, 20, 28))
    return tuple(datetime(year, month, day, 12, tzinfo=UTC).astimezone(known).utcoffset() for month, day in days)
