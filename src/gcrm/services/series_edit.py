"""What becomes of the rule of a series when it is cut in two, ended or moved to another day."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from gcrm.model.appointment_times import instant, is_day, is_zone, read_wall, write_wall
from gcrm.model.rrule import DAYS, occurrences, parse

_EVENING = time(23, 59)
"""From here on an end is that of its day."""


def shifted(wall: str, delta: timedelta) -> str:
    """Return a kept wall time, moved; whole days move by whole days."""
    moved = read_wall(wall) + delta
    return write_wall(moved.date() if is_day(wall) else moved)


def without(rule: str, *names: str) -> list[str]:
    """Return the parts of a rule but for some."""
    return [part for part in rule.split(";") if part and part.partition("=")[0].strip().upper() not in names]


def written_end(until: datetime, starts: str, zone: str) -> str:
    """Return UNTIL for a last wall time: a day for whole days, in UTC where the series has a zone (RFC 5545 3.3.10)."""
    if is_day(starts):
        return until.strftime("%Y%m%d")
    if is_zone(zone):
        return instant(until, zone).astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    return until.strftime("%Y%m%dT%H%M%S")


def ended(rule: str, zone: str, occurrence: str) -> str:
    """Return a rule that ends before an occurrence."""
    if not rule:
        return rule
    until = read_wall(occurrence) - timedelta(seconds=1)
    return ";".join([*without(rule, "COUNT", "UNTIL"), f"UNTIL={written_end(until, occurrence, zone)}"])


def rest_of(rule: str, zone: str, start: datetime, occurrence: datetime) -> str:
    """Return the rule of what comes from an occurrence on: of so many times, those that are left."""
    known = parse(rule, zone)
    if known is None or not known.count:
        return rule
    before = sum(1 for _wall in occurrences(known, start, start, occurrence - timedelta(seconds=1)))
    return ";".join([*without(rule, "COUNT"), f"COUNT={max(1, known.count - before)}"])


def moved_rule(rule: str, before: datetime, after: datetime) -> str:
    """Return a rule whose weekdays, or one day of the month, move with the series; workdays and others stay."""
    parts = []
    for part in rule.split(";"):
        name, _equals, value = part.partition("=")
        if name.upper() == "BYDAY":
            value = _moved_days(value.upper().split(","), before, after)
        elif name.upper() == "BYMONTHDAY" and value == str(before.day):
            value = str(after.day)
        elif name.upper() == "BYMONTH" and value == str(before.month):
            value = str(after.month)
        parts.append(f"{name}={value}" if value else part)
    return ";".join(parts)


def moved_end(rule: str, zone: str, starts: str, new_starts: str, new_zone: str) -> str:
    """Return a rule whose UNTIL goes with the series, so that as many take place as before.

    The end of a day stays the end of a day. UNTIL is written as the new beginning asks for (RFC 5545 3.3.10).
    """
    try:
        known = parse(rule, zone)
    except ValueError:
        return rule
    if known is None or known.until is None:
        return rule
    before, after, until = read_wall(starts), read_wall(new_starts), known.until
    is_end_of_day = until.time() >= _EVENING
    if is_day(new_starts) and not is_day(starts) and until.time() < before.time():
        until -= timedelta(days=1)
    moved_by_days = is_end_of_day or is_day(starts) or is_day(new_starts)
    until += timedelta(days=(after.date() - before.date()).days) if moved_by_days else after - before
    if (until, is_day(starts), zone) == (known.until, is_day(new_starts), new_zone):
        return rule
    return ";".join([*without(rule, "UNTIL"), f"UNTIL={written_end(until, new_starts, new_zone)}"])


def _moved_days(days: list[str], before: datetime, after: datetime) -> str:
    """Return weekdays, moved as far as the beginning; all workdays, and several of a month ("2MO,4MO"), stay."""
    by = after.weekday() - before.weekday()
    if by and len(days) == 1 and days[0] not in DAYS:
        return f"{-1 if days[0].startswith('-') else (after.day - 1) // 7 + 1}{DAYS[after.weekday()]}"
    if all(day in DAYS for day in days) and set(days) != set(DAYS[:5]):
        days = [DAYS[(DAYS.index(day) + by) % 7] for day in days]
    return ",".join(days)
