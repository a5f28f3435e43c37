"""When appointments are: wall time as text in a zone, and the instants that follow from it.

An appointment is kept as people mean it: "2026-11-27T14:00:00" in "Europe/Berlin", so that it stays at two o'clock when
a country changes its rules. A text without a time of day ("2026-11-27") is a whole day, wherever one looks from; the
end of whole days is the day *after* the last one, as RFC 5545 3.6.1 has it (DTEND is exclusive). A zone "" is the wall
time of whoever looks.
"""

from __future__ import annotations

import re
import time as clock
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gcrm.model.wall_time import to_utc

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""The end of a series that has none."""
LONG = timedelta(days=7)
"""An appointment that is longer, or comes again, is looked for among the long ones (`Appointment.is_long`)."""
_WIDEST = timedelta(hours=14)  # UTC+14 is where a day begins first, UTC-12 where it ends last
_DAY_TEXT = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def is_day(text: str) -> bool:
    """Tell whether a kept text is a whole day."""
    return len(text) == len("2026-11-27") and _DAY_TEXT.fullmatch(text) is not None


def read_wall(text: str) -> datetime:
    """Return the naive wall time of a kept text, midnight for a whole day. ValueError when it is none."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is not None:
        raise ValueError(f"not a wall time: {text!r}")
    return found


def write_wall(moment: datetime | date) -> str:
    """Return the text that is kept of a naive wall time, or of a day."""
    if isinstance(moment, datetime):
        return moment.replace(microsecond=0, tzinfo=None).isoformat()
    return moment.isoformat()


@lru_cache(maxsize=256)
def is_zone(name: str) -> bool:
    """Tell whether this computer knows a time zone of this IANA name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return bool(name)


def instant(wall: datetime, zone: str) -> datetime:
    """Return the instant of a wall time; one without a known zone is taken for that of this computer."""
    if zone == "UTC":
        return wall.replace(tzinfo=UTC)
    return to_utc(wall, zone) if is_zone(zone) else wall.astimezone(UTC)


def here(wall: datetime, zone: str) -> datetime:
    """Return a wall time of a zone as the naive wall time of this computer."""
    return _here(wall, zone, clock.tzname)


@lru_cache(maxsize=16384)
def _here(wall: datetime, zone: str, _of_computer: tuple[str, str]) -> datetime:
    """Return what `here` does; a calendar asks for the same quarters of an hour again and again."""
    known = _known(zone)
    moment = wall.replace(tzinfo=known, fold=0).astimezone() if known else wall.astimezone()
    return moment.replace(tzinfo=None, fold=0)


@lru_cache(maxsize=256)
def _known(name: str) -> tzinfo | None:
    """Return a time zone, None for a name this computer does not know."""
    return UTC if name == "UTC" else ZoneInfo(name) if is_zone(name) else None


def in_zone(moment: datetime, zone: str) -> datetime:
    """Return an instant as the naive wall time of a zone; without a known one as that of this computer."""
    if zone == "UTC":
        return moment.astimezone(UTC).replace(tzinfo=None)
    return moment.astimezone(ZoneInfo(zone) if is_zone(zone) else None).replace(tzinfo=None)


def bounds(starts: datetime, ends: datetime, zone: str, end_zone: str, *, all_day: bool) -> tuple[datetime, datetime]:
    """Return the instants between which an appointment lies, seen from anywhere: wider for whole days and no zone."""
    if all_day or not is_zone(zone):
        first, last = starts.replace(tzinfo=UTC), ends.replace(tzinfo=UTC)
        return _moved(first, -_WIDEST), _moved(last, _WIDEST)
    return instant(starts, zone), instant(ends, end_zone or zone)


def _moved(moment: datetime, by: timedelta) -> datetime:
    """Return a moment earlier or later, within what a calendar can hold."""
    try:
        return moment + by
    except OverflowError:
        return NEVER if by > timedelta() else datetime.min.replace(tzinfo=UTC)


def day_begin(day: date) -> datetime:
    """Return the naive midnight at which a day begins."""
    return datetime.combine(day, time())
