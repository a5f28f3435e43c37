"""Moments, lengths and lists of calendar files, as our wall times, and back (RFC 5545 3.3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from gcrm.model.appointment_times import in_zone, instant, is_day, is_zone, read_wall, write_wall
from gcrm.services.exchange.ical_tree import Component, Property
from gcrm.services.exchange.ical_zone import zone_named

FIRST_YEAR, LAST_YEAR = 1000, 9980
"""Moments outside of these stand for "never" in some programs; no zone can tell them, and nothing takes place then."""
_MOMENT = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:T?(\d\d):?(\d\d):?(\d\d)?(?:\.\d+)?(Z?))?", re.ASCII)
_LENGTH = re.compile(
    r"([+-]?)P(?:(\d{1,5})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,7})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A wall time with its zone: "UTC", an IANA name, "" for none; a whole day has no time in its text."""

    wall: str
    zone: str = ""

    @property
    def is_day(self) -> bool:
        """Tell whether it is a whole day."""
        return is_day(self.wall)

    def in_zone(self, zone: str) -> str:
        """Return its wall time in another zone; whole days, and moments without a zone, stay what they are."""
        if self.is_day or not self.zone or self.zone == zone:
            return self.wall
        return write_wall(in_zone(instant(read_wall(self.wall), self.zone), zone))


def read_moment(line: Property, zones: Mapping[str, Component], value: str = "") -> Moment | None:
    """Return the moment of a line, or of one `value` of its list; None when it is none, or one that never comes."""
    found = _MOMENT.match((value or line.value).strip())
    if not found:
        return None
    year, month, day, hour, minute, second, is_utc = found.groups()
    if not FIRST_YEAR <= int(year) <= LAST_YEAR:
        return None
    try:
        on = date(int(year), int(month), int(day))
        if hour is None or line.params.get("VALUE") == "DATE":
            return Moment(write_wall(on))
        wall = datetime(on.year, on.month, on.day, int(hour), int(minute), min(59, int(second or 0)))
    except ValueError:
        return None
    if is_utc:
        return Moment(write_wall(wall), "UTC")
    name = line.params.get("TZID", "")
    return Moment(write_wall(wall), zone_named(name, zones) if name else "")


def read_moments(lines: list[Property], zones: Mapping[str, Component]) -> list[Moment]:
    """Return the moments of lists of them; of periods the beginning."""
    found = (read_moment(line, zones, part.partition("/")[0]) for line in lines for part in line.value.split(","))
    return [moment for moment in found if moment is not None]


def read_length(text: str) -> timedelta | None:
    """Return a DURATION, None when it is none."""
    found = _LENGTH.fullmatch(text.strip().upper())
    if not found or not any(found.groups()[1:]):
        return None
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    try:
        length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError:
        return None
    return -length if found[1] == "-" else length


def moment_line(name: str, wall: str, zone: str) -> str:
    """Return the line of a moment; UTC is written by its Z, other zones by their name."""
    if is_day(wall):
        return f"{name};VALUE=DATE:{read_wall(wall):%Y%m%d}"
    text = f"{read_wall(wall):%Y%m%dT%H%M%S}"
    if zone == "UTC":
        return f"{name}:{text}Z"
    return f"{name};TZID={zone}:{text}" if is_zone(zone) else f"{name}:{text}"


def minutes_before(trigger: Property) -> int | None:
    """Return how many minutes before the beginning an alarm comes, None for one that is told otherwise."""
    length = read_length(trigger.value)
    if length is None or trigger.params.get("RELATED", "START").upper() != "START" or length > timedelta():
        return None
    return int(-length.total_seconds() // 60)


def stamp(moment: datetime) -> str:
    """Return an instant as DTSTAMP has it."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
