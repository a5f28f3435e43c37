"""Time zones of calendar files: names that other programs use, and VTIMEZONEs that they understand.

Outlook ignores a zone that is told by RDATEs alone and then moves a weekly series by an hour; so rules are written, and
a zone without summer time has its STANDARD part all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from gcrm.model.appointment_times import is_zone
from gcrm.model.rrule import DAYS
from gcrm.services.exchange.ical_tree import Component

# Names of Windows (CLDR, windowsZones.xml), as Outlook and Exchange write them, and the IANA zone of their main place.
WINDOWS: Mapping[str, str] = {
    "W. Europe Standard Time": "Europe/Berlin", "Central Europe Standard Time": "Europe/Budapest",
    "Central European Standard Time": "Europe/Warsaw", "Romance Standard Time": "Europe/Paris",
    "GMT Standard Time": "Europe/London", "Greenwich Standard Time": "Atlantic/Reykjavik",
    "E. Europe Standard Time": "Europe/Chisinau", "FLE Standard Time": "Europe/Kyiv",
    "GTB Standard Time": "Europe/Bucharest", "Turkey Standard Time": "Europe/Istanbul",
    "Russian Standard Time": "Europe/Moscow", "Belarus Standard Time": "Europe/Minsk",
    "Kaliningrad Standard Time": "Europe/Kaliningrad", "Morocco Standard Time": "Africa/Casablanca",
    "W. Central Africa Standard Time": "Africa/Lagos", "South Africa Standard Time": "Africa/Johannesburg",
    "E. Africa Standard Time": "Africa/Nairobi", "Egypt Standard Time": "Africa/Cairo",
    "Israel Standard Time": "Asia/Jerusalem", "Arabian Standard Time": "Asia/Dubai",
    "Arab Standard Time": "Asia/Riyadh", "Arabic Standard Time": "Asia/Baghdad", "Iran Standard Time": "Asia/Tehran",
    "Pakistan Standard Time": "Asia/Karachi", "India Standard Time": "Asia/Kolkata",
    "Nepal Standard Time": "Asia/Kathmandu", "SE Asia Standard Time": "Asia/Bangkok",
    "China Standard Time": "Asia/Shanghai", "Singapore Standard Time": "Asia/Singapore",
    "Taipei Standard Time": "Asia/Taipei", "Tokyo Standard Time": "Asia/Tokyo", "Korea Standard Time": "Asia/Seoul",
    "W. Australia Standard Time": "Australia/Perth", "AUS Central Standard Time": "Australia/Darwin",
    "Cen. Australia Standard Time": "Australia/Adelaide", "E. Australia Standard Time": "Australia/Brisbane",
    "AUS Eastern Standard Time": "Australia/Sydney", "Tasmania Standard Time": "Australia/Hobart",
    "New Zealand Standard Time": "Pacific/Auckland", "Eastern Standard Time": "America/New_York",
    "US Eastern Standard Time": "America/Indiana/Indianapolis", "Central Standard Time": "America/Chicago",
    "Canada Central Standard Time": "America/Regina", "Mountain Standard Time": "America/Denver",
    "US Mountain Standard Time": "America/Phoenix", "Pacific Standard Time": "America/Los_Angeles",
    "Alaskan Standard Time": "America/Anchorage", "Hawaiian Standard Time": "Pacific/Honolulu",
    "Atlantic Standard Time": "America/Halifax", "Newfoundland Standard Time": "America/St_Johns",
    "E. South America Standard Time": "America/Sao_Paulo", "SA Eastern Standard Time": "America/Cayenne",
    "Argentina Standard Time": "America/Argentina/Buenos_Aires", "Pacific SA Standard Time": "America/Santiago",
    "SA Pacific Standard Time": "America/Bogota", "SA Western Standard Time": "America/La_Paz",
    "Central America Standard Time": "America/Guatemala", "Azores Standard Time": "Atlantic/Azores",
    "Cape Verde Standard Time": "Atlantic/Cape_Verde", "Greenland Standard Time": "America/Nuuk",
}  # fmt: skip
# Offsets of winter and summer → a zone that has them, for files that bring their own zone under a name of its own.
_BY_OFFSETS: Mapping[tuple[str, str], str] = {
    ("+0100", "+0200"): "Europe/Berlin", ("+0000", "+0100"): "Europe/London", ("+0200", "+0300"): "Europe/Helsinki",
    ("-0500", "-0400"): "America/New_York", ("-0600", "-0500"): "America/Chicago",
    ("-0700", "-0600"): "America/Denver", ("-0800", "-0700"): "America/Los_Angeles",
    ("-0400", "-0300"): "America/Halifax", ("-0330", "-0230"): "America/St_Johns",
    ("+1000", "+1100"): "Australia/Sydney", ("+1200", "+1300"): "Pacific/Auckland",
    ("+0100", ""): "Africa/Lagos", ("+0000", ""): "UTC", ("+0300", ""): "Europe/Moscow",
    ("+0530", ""): "Asia/Kolkata", ("+0800", ""): "Asia/Shanghai", ("+0900", ""): "Asia/Tokyo",
    ("-0700", ""): "America/Phoenix", ("-0300", ""): "America/Sao_Paulo",
}  # fmt: skip
_UTC_NAMES = frozenset({"UTC", "GMT", "Z", "ETC/UTC", "ETC/GMT", "GMT0"})
_GMT = re.compile(r"GMT ?([+-])0?(\d{1,2})(?::?00)?", re.ASCII)


def zone_named(name: str, given: Mapping[str, Component]) -> str:
    """Return the IANA zone that a TZID means, "" when nobody can tell; `given` are the VTIMEZONEs of the file."""
    plain = name.strip().strip('"')
    if plain.upper() in _UTC_NAMES:
        return "UTC"
    for wanted in _readings(plain):
        if wanted in WINDOWS:
            return WINDOWS[wanted]
        if is_zone(wanted):
            return wanted
    told = given.get(name)
    if told is None:
        return ""
    place = told.value("X-LIC-LOCATION")
    return place if is_zone(place) else _BY_OFFSETS.get(_offsets(told), "")


def _readings(name: str) -> Iterator[str]:
    """Yield what a name could mean: as it is, and without the path of its maker (/mozilla.org/20050126_1/…)."""
    yield name
    parts = [part for part in name.split("/") if part]
    for count in (3, 2, 1):
        if len(parts) > count:
            yield "/".join(parts[-count:])
    found = _GMT.search(name)
    if found:  # the names of Etc count the other way round
        yield f"Etc/GMT{'-' if found[1] == '+' else '+'}{int(found[2])}"


def _offsets(zone: Component) -> tuple[str, str]:
    """Return the offsets of the last STANDARD and DAYLIGHT part."""
    found = {"STANDARD": "", "DAYLIGHT": ""}
    for part in zone.parts:
        if part.name in found:
            found[part.name] = part.value("TZOFFSETTO")[:5]
    return found["STANDARD"], found["DAYLIGHT"]


# --- writing ------------------------------------------------------------------------------------------------------
@lru_cache(maxsize=512)
def zone_lines(name: str, year: int) -> tuple[str, ...]:
    """Return the VTIMEZONE of an IANA zone, with the rules that are in force from `year` on."""
    zone = ZoneInfo(name)
    changes = [_changes(zone, each) for each in range(year - 1, year + 9)]
    head = ["BEGIN:VTIMEZONE", f"TZID:{name}", f"X-LIC-LOCATION:{name}"]
    if len(changes[0]) != 2 or len(changes[1]) != 2:
        offset = zone.utcoffset(datetime(year, 1, 1, 12)) or timedelta()
        return (*head, *_part("STANDARD", datetime(1970, 1, 1), offset, offset, ""), "END:VTIMEZONE")
    lines = []
    for place in range(2):
        moments = [found[place] for found in changes if len(found) == 2]
        before, after = (_offset(zone, moments[0] + timedelta(hours=hours)) for hours in (-1, 1))
        onset = moments[0].replace(tzinfo=None) + before
        rule = _rule([(moment + before).date() for moment in moments])
        lines += _part("DAYLIGHT" if after > before else "STANDARD", onset, before, after, rule)
    return (*head, *lines, "END:VTIMEZONE")


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _changes(zone: ZoneInfo, year: int) -> list[datetime]:
    """Return the instants of a year at which the offset changes."""
    found = []
    day = datetime(year, 1, 1, tzinfo=UTC)
    while day.year == year:
        after = day + timedelta(days=1)
        if _offset(zone, day) != _offset(zone, after):
            low, high = day, after
            while high - low > timedelta(minutes=1):
                middle = low + (high - low) / 2
                low, high = (middle, high) if _offset(zone, middle) == _offset(zone, day) else (low, middle)
            found.append(high.replace(second=0, microsecond=0))
        day = after
    return found


def _rule(days: list[date]) -> str:
    """Return the yearly rule that these days follow, the first year's day where there is none."""
    first = days[0]
    place = (first.day - 1) // 7 + 1
    weekday = first.weekday()
    is_regular = all(day.weekday() == weekday and day.month == first.month for day in days)
    if is_regular and all((day.day - 1) // 7 + 1 == place for day in days):
        return f"FREQ=YEARLY;BYMONTH={first.month};BYDAY={place}{DAYS[weekday]}"
    if is_regular and all((day + timedelta(days=7)).month != day.month for day in days):
        return f"FREQ=YEARLY;BYMONTH={first.month};BYDAY=-1{DAYS[weekday]}"
    return f"FREQ=YEARLY;BYMONTH={first.month};BYMONTHDAY={first.day}"


def _part(kind: str, onset: datetime, before: timedelta, after: timedelta, rule: str) -> list[str]:
    """Return the lines of a STANDARD or DAYLIGHT part."""
    lines = [
        f"BEGIN:{kind}", f"DTSTART:{onset:%Y%m%dT%H%M%S}", f"TZOFFSETFROM:{_hours(before)}",
        f"TZOFFSETTO:{_hours(after)}",
    ]  # fmt: skip
    return [*lines, *([f"RRULE:{rule}"] if rule else []), f"END:{kind}"]


def _hours(offset: timedelta) -> str:
    minutes = int(offset.total_seconds()) // 60
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"
