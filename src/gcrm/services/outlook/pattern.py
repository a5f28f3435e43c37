"""How a series repeats, between a rule of calendars (RFC 5545) and Outlook's pattern.

Outlook knows six kinds ("RecurrencePattern object"), each for one day or a set of weekdays; a rule beyond that stays
here. A day that a month lacks is its last one in Outlook and left out by a rule, so the 31st is "the last day".
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from gcrm.model.recurrence import Unit
from gcrm.model.rrule import DAYS, Rule, last_of
from gcrm.services.outlook.link import Link, told_of
from gcrm.services.outlook.object_model import DAILY, MONTH_NTH, MONTHLY, WEEKLY, YEAR_NTH, YEARLY, Pattern

LAST = 5
"""The `Instance` that means the last one of a month."""
SURE_DAYS = 28
_MASK = {weekday: 1 << (weekday + 1) % 7 for weekday in range(7)}
"""Weekday, Monday being 0 → OlDaysOfWeek, where Sunday is 1 and Saturday 64."""


@dataclass(frozen=True, slots=True)
class Repeats:
    """Outlook's pattern in plain values; 0 where a kind has no use for it. `until` is its last day, "" for never."""

    kind: int
    interval: int = 1
    mask: int = 0
    day: int = 0
    month: int = 0
    instance: int = 0
    until: str = ""

    def told(self) -> dict[str, Any]:
        """Return it as it is compared and kept."""
        return asdict(self)


def of_rule(rule: Rule, start: datetime) -> Repeats | None:
    """Return the pattern of a rule, None where Outlook has none for it."""
    if rule.hours or rule.minutes or rule.seconds or rule.weeks or rule.year_days:
        return None
    found = _KINDS[rule.unit](rule, start)
    if found is None:
        return None
    until = rule.until
    if rule.count:
        until = last_of(rule, start)
        if until is None:
            return None
    if until is None:
        return found
    last = until.date() if until.time() >= start.time() else until.date() - timedelta(days=1)
    return replace(found, until=last.isoformat())


def _mask(rule: Rule, start: datetime) -> int:
    """Return the weekdays of a rule without ordinals, 0 where it has some."""
    if any(ordinal for ordinal, _weekday in rule.days):
        return 0
    return sum(_MASK[weekday] for weekday in {weekday for _ordinal, weekday in rule.days} or {start.weekday()})


def _of_days(rule: Rule, start: datetime) -> Repeats | None:
    if rule.months or rule.month_days or rule.places:
        return None
    if not rule.days:
        return Repeats(DAILY, rule.every)
    mask = _mask(rule, start)
    return Repeats(WEEKLY, 1, mask) if rule.every == 1 and mask else None


def _of_weeks(rule: Rule, start: datetime) -> Repeats | None:
    mask = _mask(rule, start)
    is_split = rule.every > 1 and mask & 1 and mask != 1  # which week a Sunday belongs to differs between programs
    if rule.months or rule.month_days or rule.places or not mask or is_split:
        return None
    return Repeats(WEEKLY, rule.every, mask)


def _of_months(rule: Rule, start: datetime) -> Repeats | None:
    if rule.months:
        return None
    if rule.days:
        nth = _nth(rule, start)
        return Repeats(MONTH_NTH, rule.every, nth[0], instance=nth[1]) if nth else None
    day = _month_day(rule, start, SURE_DAYS)
    return Repeats(MONTHLY, rule.every, day=day) if day else None


def _of_years(rule: Rule, start: datetime) -> Repeats | None:
    months = rule.months or (start.month,)
    if len(months) != 1:
        return None
    if rule.days:
        nth = _nth(rule, start) if rule.months else None
        return Repeats(YEAR_NTH, rule.every, nth[0], month=months[0], instance=nth[1]) if nth else None
    sure = calendar.monthrange(2001, months[0])[1]
    day = _month_day(rule, start, sure)
    return Repeats(YEARLY, rule.every, day=min(day, 29 if months[0] == 2 else sure), month=months[0]) if day else None


def _month_day(rule: Rule, start: datetime, sure: int) -> int:
    """Return the day of a month as Outlook counts, 0 where it has none: 31 is the last one."""
    days = rule.month_days or (start.day,)
    if not rule.places:
        return 31 if days == (-1,) else days[0] if len(days) == 1 and 0 < days[0] <= sure else 0
    if rule.places == (-1,) and days == tuple(range(SURE_DAYS, days[-1] + 1)):
        return days[-1]
    return 0


def _nth(rule: Rule, start: datetime) -> tuple[int, int] | None:
    """Return weekdays and which of them: the second Tuesday, the last working day."""
    if rule.month_days:
        return None
    if len(rule.days) == 1 and not rule.places and rule.days[0][0]:
        ordinal, mask = rule.days[0][0], _MASK[rule.days[0][1]]
    elif len(rule.places) == 1:
        ordinal, mask = rule.places[0], _mask(rule, start)
    else:
        return None
    return (mask, LAST if ordinal == -1 else ordinal) if mask and (1 <= ordinal < LAST or ordinal == -1) else None


_KINDS: Mapping[Unit, Callable[[Rule, datetime], Repeats | None]] = {
    Unit.DAY: _of_days, Unit.WEEK: _of_weeks, Unit.MONTH: _of_months, Unit.YEAR: _of_years,
}  # fmt: skip


def rule_of(pattern: Repeats, starts: str) -> str:
    """Return the rule of a pattern, for a series that begins at a wall time or on a day."""
    head = {DAILY: "DAILY", WEEKLY: "WEEKLY", MONTHLY: "MONTHLY", MONTH_NTH: "MONTHLY"}.get(pattern.kind, "YEARLY")
    parts = [f"FREQ={head}"]
    if pattern.interval > 1:
        parts.append(f"INTERVAL={pattern.interval}")
    if pattern.kind in (YEARLY, YEAR_NTH):
        parts.append(f"BYMONTH={pattern.month}")
    if pattern.kind in (MONTHLY, YEARLY):
        parts += _day_parts(pattern)
    if pattern.kind in (WEEKLY, MONTH_NTH, YEAR_NTH):
        parts += _weekday_parts(pattern)
    if pattern.until:
        day, at = pattern.until.replace("-", ""), starts[10:].replace(":", "")
        parts.append(f"UNTIL={day}{at}")
    return ";".join(parts)


def _day_parts(pattern: Repeats) -> list[str]:
    """Return which day of the month; one that some lack is the last they have."""
    sure = SURE_DAYS if pattern.kind == MONTHLY else calendar.monthrange(2001, pattern.month)[1]
    if pattern.day <= sure:
        return [f"BYMONTHDAY={pattern.day}"]
    if pattern.day == 31:
        return ["BYMONTHDAY=-1"]
    return [f"BYMONTHDAY={','.join(map(str, range(SURE_DAYS, pattern.day + 1)))}", "BYSETPOS=-1"]


def _weekday_parts(pattern: Repeats) -> list[str]:
    """Return which weekdays, and which of them in a month."""
    days = [DAYS[weekday] for weekday in range(7) if pattern.mask & _MASK[weekday]]
    ordinal = -1 if pattern.instance == LAST else pattern.instance
    if pattern.kind == WEEKLY or not ordinal:
        return [f"BYDAY={','.join(days)}"]
    if len(days) == 1:
        return [f"BYDAY={ordinal}{days[0]}"]
    return [f"BYDAY={','.join(days)}", f"BYSETPOS={ordinal}"]


# --- Outlook -------------------------------------------------------------------------------------------------------
_FIELDS: Mapping[int, tuple[tuple[str, str], ...]] = {
    DAILY: (),
    WEEKLY: (("DayOfWeekMask", "mask"),),
    MONTHLY: (("DayOfMonth", "day"),),
    MONTH_NTH: (("DayOfWeekMask", "mask"), ("Instance", "instance")),
    YEARLY: (("DayOfMonth", "day"), ("MonthOfYear", "month")),
    YEAR_NTH: (("DayOfWeekMask", "mask"), ("Instance", "instance"), ("MonthOfYear", "month")),
}
"""Kind → the fields that are valid for it, by the table of the page "RecurrencePattern object"."""


def read_pattern(link: Link, pattern: Pattern) -> Repeats | None:
    """Return how a series repeats, None for a kind that is not known."""
    kind = int(link.get(pattern, "RecurrenceType"))
    if kind not in _FIELDS:
        return None
    values = {mine: int(link.get(pattern, name)) for name, mine in _FIELDS[kind]}
    last = None if link.get(pattern, "NoEndDate") else link.moment(pattern, "PatternEndDate")
    until = last.date().isoformat() if last is not None else ""
    return Repeats(kind, max(1, int(link.get(pattern, "Interval"))), until=until, **values)


def write_pattern(link: Link, pattern: Pattern, told: Repeats, start: datetime, minutes: int) -> None:
    """Set how a series repeats: the kind first, the interval before the end (page "RecurrencePattern.Interval")."""
    link.set(pattern, "RecurrenceType", told.kind)
    link.set(pattern, "Interval", told.interval)
    for name, mine in _FIELDS[told.kind]:
        link.set(pattern, name, getattr(told, mine))
    link.set(pattern, "PatternStartDate", told_of(start.date()))
    link.set(pattern, "StartTime", told_of(start))
    link.set(pattern, "Duration", minutes)
    if told.until:
        link.set(pattern, "PatternEndDate", told_of(datetime.combine(date.fromisoformat(told.until), time())))
    else:
        link.set(pattern, "NoEndDate", True)
