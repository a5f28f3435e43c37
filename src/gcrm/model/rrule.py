"""Rules of repetition of other calendars and ours (RFC 5545 3.3.10), expanded between two moments.

Whoever asks names the moments, and only periods that lie between them are looked at: an endless rule costs no more than
a short one, and a rule that never comes true ("30 February") ends with the range. COUNT is counted once, over at most
MOST_PERIODS. Rules that come more often than daily are kept and given back, and come once here.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import product

from gcrm.model.appointment_times import in_zone
from gcrm.model.recurrence import Unit

MOST_PERIODS = 40_000
"""Days, weeks, months or years that are looked through for the last of so many times."""
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_UNTIL = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?", re.ASCII)
_BY_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
_LIMITS = {
    "BYMONTH": 12, "BYMONTHDAY": 31, "BYYEARDAY": 366, "BYWEEKNO": 53, "BYSETPOS": 366, "BYHOUR": 23, "BYMINUTE": 59,
    "BYSECOND": 60,
}  # fmt: skip
_ONLY_UP = ("BYMONTH", "BYHOUR", "BYMINUTE", "BYSECOND")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that was read. `until` is naive wall time of the series, `days` are (ordinal or 0, weekday)."""

    unit: Unit
    every: int = 1
    count: int = 0
    until: datetime | None = None
    days: tuple[tuple[int, int], ...] = ()
    months: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    year_days: tuple[int, ...] = ()
    weeks: tuple[int, ...] = ()
    places: tuple[int, ...] = ()
    hours: tuple[int, ...] = ()
    minutes: tuple[int, ...] = ()
    seconds: tuple[int, ...] = ()
    week_start: int = 0

    @property
    def is_endless(self) -> bool:
        """Tell whether nothing ends it."""
        return not self.count and self.until is None


def parse(text: str, zone: str = "") -> Rule | None:
    """Read a rule; `zone` is that of its series, for an UNTIL in UTC. None for "" and for more often than daily.

    Raises ValueError for what is no rule.
    """
    parts = _parts(text)
    if not parts or parts.get("FREQ") in ("HOURLY", "MINUTELY", "SECONDLY"):
        return None
    unit = Unit(parts.get("FREQ", ""))
    every = int(parts.get("INTERVAL", "1"))
    count = int(parts.get("COUNT", "0"))
    if not 1 <= every <= 9999 or count < 0:
        raise ValueError(f"not a rule: {text[:80]!r}")
    numbers = {name: _numbers(parts[name], name) if name in parts else () for name in _LIMITS}
    return Rule(
        unit,
        every,
        count,
        _until(parts["UNTIL"], zone) if parts.get("UNTIL") else None,
        tuple(_by_day(each) for each in parts["BYDAY"].split(",")) if parts.get("BYDAY") else (),
        numbers["BYMONTH"],
        numbers["BYMONTHDAY"],
        numbers["BYYEARDAY"],
        numbers["BYWEEKNO"],
        numbers["BYSETPOS"],
        numbers["BYHOUR"],
        numbers["BYMINUTE"],
        numbers["BYSECOND"],
        DAYS.index(parts["WKST"]) if parts.get("WKST") in DAYS else 0,
    )


def _parts(text: str) -> dict[str, str]:
    """Return the parts of a rule by name."""
    found: dict[str, str] = {}
    for part in text.strip().upper().split(";"):
        name, equals, value = part.partition("=")
        if name.strip():
            if not equals:
                raise ValueError(f"not a rule: {text[:80]!r}")
            found[name.strip()] = value.strip()
    return found


def _numbers(text: str, name: str) -> tuple[int, ...]:
    """Return the numbers of a part; ValueError for impossible ones."""
    found = tuple(sorted({int(each) for each in text.split(",") if each.strip()}))
    most, least = _LIMITS[name], 0 if name in _ONLY_UP else -_LIMITS[name]
    if any(not least <= number <= most for number in found):
        raise ValueError(f"not a number for {name}: {text[:80]!r}")
    return found


def _by_day(text: str) -> tuple[int, int]:
    found = _BY_DAY.fullmatch(text.strip())
    if not found:
        raise ValueError(f"not a day: {text[:80]!r}")
    return int(found[1] or 0), DAYS.index(found[2])


def _until(text: str, zone: str) -> datetime | None:
    """Return the last moment of a rule in the wall time of its series; a day counts whole. None for the year 9999."""
    found = _UNTIL.fullmatch(text)
    if not found:
        raise ValueError(f"not a moment: {text[:80]!r}")
    day = date(int(found[1]), int(found[2]), int(found[3]))
    if day.year == date.max.year:  # some programs write so what has no end; in another zone it may lie behind all time
        return None
    if found[4] is None:
        return datetime.combine(day, time(23, 59, 59))
    moment = datetime.combine(day, time(int(found[4]), int(found[5]), min(59, int(found[6]))))
    return in_zone(moment.replace(tzinfo=UTC), zone) if found[7] else moment


def occurrences(rule: Rule, start: datetime, first: datetime, last: datetime) -> Iterator[datetime]:
    """Yield the beginnings between two naive wall times, both included; `start` is the first of the series."""
    until = min(last, rule.until) if rule.until else last
    if rule.count:
        until = min(until, last_of(rule, start) or until)
    first = max(first, start)
    number = _period_of(rule, start, first)
    while first <= until:
        base = _base(rule, start, number)
        if base is None or base > until.date():
            return
        for moment in _within(rule, start, base):
            if first <= moment <= until:
                yield moment
        number += 1


@lru_cache(maxsize=4096)
def last_of(rule: Rule, start: datetime) -> datetime | None:
    """Return the beginning of the last one of a rule that counts; None where it is not within MOST_PERIODS."""
    left = rule.count
    found = None
    for number in range(MOST_PERIODS):
        base = _base(rule, start, number)
        if base is None or (rule.until is not None and base > rule.until.date()):
            break
        for moment in _within(rule, start, base):
            if moment >= start and (rule.until is None or moment <= rule.until):
                found, left = moment, left - 1
                if not left:
                    return found
    return found


def _period_of(rule: Rule, start: datetime, moment: datetime) -> int:
    """Return a number whose period is not after a moment."""
    days = (moment.date() - start.date()).days
    months = (moment.year - start.year) * 12 + moment.month - start.month
    steps = {Unit.DAY: days, Unit.WEEK: days // 7, Unit.MONTH: months, Unit.YEAR: moment.year - start.year}
    return max(0, steps[rule.unit] // rule.every - 1)


def _base(rule: Rule, start: datetime, number: int) -> date | None:
    """Return the first day of a period; None after the year 9999."""
    steps = number * rule.every
    try:
        if rule.unit is Unit.DAY:
            return start.date() + timedelta(days=steps)
        if rule.unit is Unit.WEEK:
            monday = start.date() - timedelta(days=(start.weekday() - rule.week_start) % 7)
            return monday + timedelta(weeks=steps)
        months = (start.year if rule.unit is Unit.YEAR else start.year * 12 + start.month - 1) + steps
        return date(months, 1, 1) if rule.unit is Unit.YEAR else date(months // 12, months % 12 + 1, 1)
    except (OverflowError, ValueError):
        return None


def _within(rule: Rule, start: datetime, base: date) -> list[datetime]:
    """Return the moments of one period in order."""
    days = sorted(set(_DAYS_OF[rule.unit](rule, start, base)))
    if not (rule.hours or rule.minutes or rule.seconds or rule.places):
        return [datetime.combine(day, start.time()) for day in days]
    hours, minutes = rule.hours or (start.hour,), rule.minutes or (start.minute,)
    clock = [time(h, m, min(59, s)) for h, m, s in product(hours, minutes, rule.seconds or (start.second,))]
    found = [datetime.combine(day, at) for day in days for at in clock]
    if not rule.places:
        return found
    count = len(found)
    chosen = {place - 1 if place > 0 else count + place for place in rule.places}
    return [found[place] for place in sorted(chosen) if 0 <= place < count]


def _of_day(rule: Rule, start: datetime, base: date) -> list[date]:
    is_right = (
        (not rule.months or base.month in rule.months)
        and (not rule.month_days or _is_month_day(base, rule.month_days))
        and (not rule.days or base.weekday() in {weekday for _ordinal, weekday in rule.days})
    )
    return [base] if is_right else []


def _of_week(rule: Rule, start: datetime, base: date) -> list[date]:
    weekdays = {weekday for _ordinal, weekday in rule.days} or {start.weekday()}
    ahead, room = base.weekday(), date.max.toordinal() - base.toordinal()
    steps = ((weekday - ahead) % 7 for weekday in weekdays)
    week = [base + timedelta(days=number) for number in sorted(steps) if number <= room]
    return [day for day in week if not rule.months or day.month in rule.months]


def _of_month(rule: Rule, start: datetime, base: date) -> list[date]:
    if rule.months and base.month not in rule.months:
        return []
    month = _days(base, calendar.monthrange(base.year, base.month)[1])
    if rule.month_days:
        weekdays = {weekday for _ordinal, weekday in rule.days}
        found = [day for day in month if _is_month_day(day, rule.month_days)]
        return [day for day in found if not weekdays or day.weekday() in weekdays]
    if rule.days:
        return _by_weekday(month, rule.days)
    return [day for day in month if day.day == start.day]


def _of_year(rule: Rule, start: datetime, base: date) -> list[date]:
    year = _days(base, 366 if calendar.isleap(base.year) else 365)
    weekdays = {weekday for _ordinal, weekday in rule.days}
    if rule.weeks:
        wanted = weekdays or {start.weekday()}
        found = [day for day in year if day.weekday() in wanted and _is_week(day, rule)]
    elif rule.year_days:
        count = len(year)
        chosen = {number - 1 if number > 0 else count + number for number in rule.year_days}
        found = [year[place] for place in chosen if 0 <= place < count]
        found = [day for day in found if not weekdays or day.weekday() in weekdays]
    elif rule.days and not rule.months and not rule.month_days:
        return _by_weekday(year, rule.days)
    else:
        months = rule.months or (range(1, 13) if rule.month_days or rule.days else (start.month,))
        inner = Rule(Unit.MONTH, days=rule.days, month_days=rule.month_days)
        return [day for month in months for day in _of_month(inner, start, date(base.year, month, 1))]
    return [day for day in found if not rule.months or day.month in rule.months]


def _days(base: date, count: int) -> list[date]:
    """Return so many days from a first one on."""
    return [date.fromordinal(base.toordinal() + number) for number in range(count)]


def _by_weekday(days: Sequence[date], wanted: Sequence[tuple[int, int]]) -> list[date]:
    """Return the days of a month or year that are "every Monday" or "the last Friday"."""
    found: list[date] = []
    for ordinal, weekday in wanted:
        matching = [day for day in days if day.weekday() == weekday]
        if not ordinal:
            found += matching
        elif abs(ordinal) <= len(matching):
            found.append(matching[ordinal - 1 if ordinal > 0 else ordinal])
    return found


def _is_month_day(day: date, wanted: Sequence[int]) -> bool:
    return day.day in wanted or day.day - calendar.monthrange(day.year, day.month)[1] - 1 in wanted


def _is_week(day: date, rule: Rule) -> bool:
    """Tell whether a day lies in one of the weeks by number, counted as RFC 5545 has it (four days make a week)."""
    first = _week_one(day.year, rule.week_start)
    number = (day - first).days // 7 + 1
    count = (_week_one(day.year + 1, rule.week_start) - first).days // 7
    return (1 <= number <= count and number in rule.weeks) or number - count - 1 in rule.weeks


def _week_one(year: int, week_start: int) -> date:
    """Return the first day of week 1 of a year."""
    fourth = date(min(year, 9999), 1, 4)
    return fourth - timedelta(days=(fourth.weekday() - week_start) % 7)


_DAYS_OF: Mapping[Unit, Callable[[Rule, datetime, date], list[date]]] = {
    Unit.DAY: _of_day, Unit.WEEK: _of_week, Unit.MONTH: _of_month, Unit.YEAR: _of_year,
}  # fmt: skip
"""How the days of one period are found."""
