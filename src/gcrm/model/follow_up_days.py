"""The day in a text: counted ("in 3 days", "next week"), named ("friday", "23.11.", "KW 48"); or a delay in hours.

The rules where language leaves a choice stand in `follow_up`.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from gcrm.model import follow_up_words as words
from gcrm.model.holidays import first_workday
from gcrm.model.recurrence import Recurrence, Unit

WorkdayRule = Callable[[date], bool]


def _any(names: Iterable[str]) -> str:
    """Return an expression for one of some words, the longest first."""
    return "|".join(sorted(map(re.escape, names), key=len, reverse=True))


_COUNT = rf"\d{{1,4}}|(?:{_any(words.NUMBERS)})(?= )"
_PERIOD = re.compile(rf"\+? ?({_COUNT}) ?({_any(words.UNIT_OF)})")
_DELAY = re.compile(rf"(\+ ?|(?:in|em|daqui a|dentro de) )?({_COUNT}) ?({_any(words.UNIT_OF)})")
_FILLER = re.compile(rf"^(?:{_any(words.FILLERS)}) ")
_NEXT = re.compile(rf"(?:{_any(words.NEXT)}) (.+)|(.+) (?:{_any(words.NEXT_BEHIND)})")
_CALENDAR_WEEK = re.compile(rf"(?:{_any(words.CALENDAR_WEEK)}) ?(\d{{1,2}})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_NUMERIC = re.compile(r"(\d{1,2})([./-])(\d{1,2})(?:\2(\d{4}|\d\d)?)?")
_OF_MONTH = re.compile(r"(\d{1,2})\.|(\d{1,2})(?:st|nd|rd|th)|dia (\d{1,2})")
_DAY_MONTH = re.compile(
    rf"(\d{{1,2}})(?:\.|st|nd|rd|th)? ?(?:de |of )?({_any(words.MONTHS)})(?: (?:de |of )?(\d{{4}}|\d\d))?"
)
_MONTH_DAY = re.compile(rf"({_any(words.MONTHS)}) (\d{{1,2}})(?:st|nd|rd|th)?(?: (\d{{4}}))?")
_DOT_OF_SHORT_WORD = re.compile(r"(?<=[a-z])\.(?= |$)")
_YEARS_TO_TRY = 9
"""29 February can be eight years away (1896 to 1904, 2096 to 2104)."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day as it was said; `is_named` ones are not moved, `workdays` are still to be counted from `on`.

    `is_last` moves back instead of on: the last workday of a month lies in that month.
    """

    on: date
    is_named: bool = False
    workdays: int = 0
    is_last: bool = False

    def resolve(self, rule: WorkdayRule | None) -> date:
        """Return the day on which people work, by `rule`; without one only counted workdays skip weekends."""
        if self.workdays:
            return _count_workdays(self.on, self.workdays, rule or (lambda day: day.weekday() < 5))
        if self.is_named or rule is None:
            return self.on
        if self.is_last:
            return next((day for day in _backwards(self.on) if rule(day)), self.on)
        return first_workday(self.on, rule)


def find_delay(said: str) -> timedelta | None:
    """Read "in 2h", "+30 min", "2 Stunden"; "14h" alone is no delay but a time."""
    found = _DELAY.fullmatch(said)
    if not found:
        return None
    prefix, number, unit = found[1], _number(found[2]), words.UNIT_OF[found[3]]
    if unit == "minute":
        return timedelta(minutes=number)
    is_time = found[3] == "h" and not prefix and number >= 7
    return timedelta(hours=number) if unit == "hour" and not is_time else None


def find_day(said: str, today: date, language: str) -> Day | None:
    """Read a folded text without its time; None if it is no day or does not exist."""
    text = _DOT_OF_SHORT_WORD.sub("", said).strip()
    readers = (_word, _period, _next, _weekday, _calendar_week, _of_month, _with_weekday)
    try:
        while True:
            found = next((day for day in (reader(text, today, language) for reader in readers) if day), None)
            shorter = _FILLER.sub("", text)
            if found or shorter == text:
                return found
            text = shorter
    except (ValueError, OverflowError):  # 31 February, the year 10000
        return None


def _number(text: str) -> int:
    return int(text) if text.isdigit() else words.NUMBERS[text]


def _word(text: str, today: date, language: str) -> Day | None:
    """Read "tomorrow", "end of month"."""
    if text in words.MONTH_END:
        return Day(today.replace(day=calendar.monthrange(today.year, today.month)[1]), is_last=True)
    ahead = words.DAYS.get(text)
    return None if ahead is None else Day(today + timedelta(days=ahead), is_named=ahead == 0)


def _period(text: str, today: date, language: str) -> Day | None:
    """Read "3 days", "+2w", "a month", "5 Werktage"."""
    found = _PERIOD.fullmatch(text)
    return _ahead(today, _number(found[1]), words.UNIT_OF[found[2]]) if found else None


def _ahead(today: date, count: int, unit: str) -> Day | None:
    """Return the day so many units ahead, clamped to the end of a shorter month."""
    if unit == "workday":
        return Day(today, workdays=count)
    if unit in ("day", "week"):
        return Day(today + timedelta(days=count * (7 if unit == "week" else 1)))
    if unit not in ("month", "year"):
        return None
    step = Recurrence(1, Unit.MONTH if unit == "month" else Unit.YEAR, today)
    day = step.nth(count)
    return Day(day) if day else None


def _next(text: str, today: date, language: str) -> Day | None:
    """Read "next week", "nächsten Freitag", "mês que vem"."""
    found = _NEXT.fullmatch(text)
    what = (found[1] or found[2]) if found else ""
    monday = today + timedelta(days=7 - today.weekday())
    if what in words.WEEKDAYS:
        return Day(monday + timedelta(days=words.WEEKDAYS[what]), is_named=True)
    unit = words.UNIT_OF.get(what)
    if unit == "week":
        return Day(monday)
    if unit == "month":
        return Day((today.replace(day=1) + timedelta(days=31)).replace(day=1))
    if unit == "year":
        return Day(date(today.year + 1, 1, 1))
    return _ahead(today, 1, unit) if unit in ("day", "workday") else None


def _weekday(text: str, today: date, language: str) -> Day | None:
    """Read "fri", "Freitag", "sexta-feira": the next one, never today."""
    weekday = words.WEEKDAYS.get(text)
    if weekday is None:
        return None
    return Day(today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1), is_named=True)


def _calendar_week(text: str, today: date, language: str) -> Day | None:
    """Read "KW 48": its Monday (ISO 8601), today if that week is running, next year's if it is over."""
    found = _CALENDAR_WEEK.fullmatch(text)
    if not found:
        return None
    monday = date.fromisocalendar(today.isocalendar().year, int(found[1]), 1)
    if monday + timedelta(days=6) < today:
        monday = date.fromisocalendar(today.isocalendar().year + 1, int(found[1]), 1)
    return Day(max(monday, today))


def _of_month(text: str, today: date, language: str) -> Day | None:
    """Read "23.", "the 23rd", "dia 23": the next such day, today included."""
    found = _OF_MONTH.fullmatch(text)
    if not found:
        return None
    wanted = int(found[1] or found[2] or found[3])
    days = (today + timedelta(days=ahead) for ahead in range(62))
    return next((Day(day, is_named=True) for day in days if day.day == wanted), None)


def _with_weekday(text: str, today: date, language: str) -> Day | None:
    """Read a date, with its weekday before it if that is the right one."""
    head, _blank, tail = text.partition(" ")
    weekday = words.WEEKDAYS.get(head) if tail else None
    day = _date(tail if weekday is not None else text, today, language)
    if day is None or (weekday is not None and day.weekday() != weekday):
        return None
    return Day(day, is_named=True)


def _date(text: str, today: date, language: str) -> date | None:
    """Read "2026-11-23", "23.11.", "23/11/26", "23. November 2026", "Nov 23"; ValueError if it does not exist."""
    if found := _ISO.fullmatch(text):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if found := _NUMERIC.fullmatch(text):
        day, month = int(found[1]), int(found[3])
        if month > 12 and language == "en":
            day, month = month, day
        return _with_year(day, month, found[4], today) if found[2] != "-" or found[4] else None
    if found := _DAY_MONTH.fullmatch(text):
        return _with_year(int(found[1]), words.MONTHS[found[2]], found[3], today)
    if found := _MONTH_DAY.fullmatch(text):
        return _with_year(int(found[2]), words.MONTHS[found[1]], found[3], today)
    return None


def _with_year(day: int, month: int, year: str | None, today: date) -> date:
    """Return the date, the next one from today where no year was said; ValueError if it does not exist."""
    if year:
        return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    for candidate in range(today.year, today.year + _YEARS_TO_TRY):
        exists = day <= calendar.monthrange(candidate, month)[1]
        if exists and date(candidate, month, day) >= today:
            return date(candidate, month, day)
    raise ValueError(f"no such day: {day}.{month}.")


def _count_workdays(start: date, count: int, rule: WorkdayRule) -> date:
    """Return the workday number `count` after `start`."""
    day = start
    for _step in range(count):
        day = first_workday(day + timedelta(days=1), rule)
    return day


def _backwards(day: date) -> Iterable[date]:
    """Return a day and the days of its month before it."""
    return (day - timedelta(days=behind) for behind in range(day.day))
