"""The repetitions that people choose, as rules and back: every day, on workdays, every week on some days, and so on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time

from gcrm.i18n import N_
from gcrm.model.appointment_times import read_wall
from gcrm.model.recurrence import Unit
from gcrm.model.rrule import DAYS, Rule, parse
from gcrm.services.series_edit import written_end

# Key, text. To offer another repetition: a line here and in `_BASES`.
KINDS = (
    ("", N_("Once")),
    ("daily", N_("Every day")),
    ("workdays", N_("Every workday")),
    ("weekly", N_("Every week")),
    ("biweekly", N_("Every 2 weeks")),
    ("monthly", N_("Every month")),
    ("monthly_day", N_("Every month on this weekday")),
    ("quarterly", N_("Every 3 months")),
    ("yearly", N_("Every year")),
)
WITH_DAYS = ("weekly", "biweekly")
OTHER = "other"
"""Stands for a rule that none of these is; it stays as it is."""
_BASES = {
    "daily": "FREQ=DAILY", "workdays": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "weekly": "FREQ=WEEKLY",
    "biweekly": "FREQ=WEEKLY;INTERVAL=2", "monthly": "FREQ=MONTHLY", "monthly_day": "FREQ=MONTHLY",
    "quarterly": "FREQ=MONTHLY;INTERVAL=3", "yearly": "FREQ=YEARLY",
}  # fmt: skip
_UNITS = {
    (Unit.DAY, 1): "daily", (Unit.WEEK, 1): "weekly", (Unit.WEEK, 2): "biweekly", (Unit.MONTH, 1): "monthly",
    (Unit.MONTH, 3): "quarterly", (Unit.YEAR, 1): "yearly",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Repeat:
    """A chosen repetition: kind, weekdays (0 is Monday) for weekly ones, the last day, and of so many times."""

    kind: str = ""
    days: tuple[int, ...] = ()
    until: date | None = None
    count: int = 0


def compose(repeat: Repeat, starts: str, zone: str) -> str:
    """Return the rule of a repetition that begins with `starts`; not for OTHER."""
    if not repeat.kind:
        return ""
    begin = read_wall(starts)
    parts = [_BASES[repeat.kind]]
    if repeat.kind in WITH_DAYS:
        parts.append(f"BYDAY={','.join(DAYS[day] for day in sorted(repeat.days or (begin.weekday(),)))}")
    elif repeat.kind == "monthly_day":
        place = (begin.day - 1) // 7 + 1
        parts.append(f"BYDAY={-1 if place == 5 else place}{DAYS[begin.weekday()]}")
    if repeat.until is not None:
        parts.append(f"UNTIL={_last_moment(repeat.until, starts, zone)}")
    elif repeat.count:
        parts.append(f"COUNT={repeat.count}")
    return ";".join(parts)


def _last_moment(day: date, starts: str, zone: str) -> str:
    """Return UNTIL for a last day: in UTC where the series has a zone (RFC 5545 3.3.10)."""
    return written_end(datetime.combine(day, time(23, 59, 59)), starts, zone)


def describe(rule: str, zone: str) -> Repeat:
    """Return which repetition a rule is; OTHER for one that cannot be chosen here."""
    if not rule:
        return Repeat()
    try:
        known = parse(rule, zone)
    except ValueError:
        known = None
    if known is None:
        return Repeat(OTHER)
    kind, days = _kind_of(known)
    until = known.until.date() if known.until else None
    return Repeat(kind, days, until, known.count)


def _kind_of(rule: Rule) -> tuple[str, tuple[int, ...]]:
    """Return kind and weekdays of a rule."""
    kind = _UNITS.get((rule.unit, rule.every), OTHER)
    special = (rule.months, rule.month_days, rule.year_days, rule.weeks, rule.places, rule.hours, rule.minutes)
    if kind == OTHER or any(special):
        return OTHER, ()
    days = tuple(weekday for _ordinal, weekday in rule.days)
    if kind in WITH_DAYS and not _has_ordinals(rule.days):
        return ("workdays", ()) if kind == "weekly" and set(days) == set(range(5)) else (kind, days)
    if kind == "monthly" and len(rule.days) == 1 and rule.days[0][0]:
        return "monthly_day", ()
    return (OTHER, ()) if days else (kind, ())


def _has_ordinals(days: Collection[tuple[int, int]]) -> bool:
    return any(ordinal for ordinal, _weekday in days)
