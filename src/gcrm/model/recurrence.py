"""Follow-ups that come again: every n days, weeks, months or years.

The policy for the 31st: the day of the *first* date is kept and clamped in each month on its own. 31 January is
followed by 28 February and then by 31 March, not by 28 March; 29 February comes on the 28th in other years. RFC 7529
calls this SKIP=BACKWARD; plain RFC 5545 would leave the short months out, and a follow-up must not be left out.

Dates are counted from the first date, never from the last one done: postponing one does not move the others, nor does
a weekend. Whoever shows a date moves it to a workday (`holidays.next_workday`) and keeps the planned date for the next.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import count

_TEXT = re.compile(
    r"FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY);INTERVAL=(\d{1,3})(;SKIP=BACKWARD)?;START=(\d{4}-\d\d-\d\d)"
    r"(?:;USUAL=(DAY|[01]\d:[0-5]\d|2[0-3]:[0-5]\d))?",
    re.ASCII,
)
WHOLE_DAY = "DAY"
MOST_INTERVAL = 999


class Unit(StrEnum):
    """The step; the values are the words of RFC 5545."""

    DAY = "DAILY"
    WEEK = "WEEKLY"
    MONTH = "MONTHLY"
    YEAR = "YEARLY"


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Every `every` units from `start` on; ValueError for an interval outside of 1 to 999.

    `usual` is the time of day at which the others come, where one was put off to another: "15:30" or WHOLE_DAY; "" for
    that of the follow-up itself.
    """

    every: int
    unit: Unit
    start: date
    usual: str = ""

    def __post_init__(self) -> None:
        """Refuse what would never come or cannot be written."""
        if not 1 <= self.every <= MOST_INTERVAL:
            raise ValueError(f"interval {self.every} is not between 1 and {MOST_INTERVAL}")

    def nth(self, index: int) -> date | None:
        """Return the planned date number `index`, 0 being `start`; None after the year 9999."""
        steps = index * self.every
        try:
            if self.unit in (Unit.DAY, Unit.WEEK):
                return self.start + timedelta(days=steps * (7 if self.unit is Unit.WEEK else 1))
            return _add_months(self.start, steps * (12 if self.unit is Unit.YEAR else 1))
        except (OverflowError, ValueError):
            return None

    def next_after(self, day: date) -> date | None:
        """Return the first planned date after `day`, `start` itself if that lies ahead; None after the year 9999."""
        if day < self.start:
            return self.start
        index = self._reached(day)
        found = self.nth(index)
        return found if found is None or found > day else self.nth(index + 1)

    def dates(self) -> Iterator[date]:
        """Yield the planned dates from `start` on, to the year 9999."""
        for index in count():
            planned = self.nth(index)
            if planned is None:
                return
            yield planned

    def _reached(self, day: date) -> int:
        """Return a number whose date is at most one step before the first one after `day`."""
        if self.unit in (Unit.DAY, Unit.WEEK):
            length = self.every * (7 if self.unit is Unit.WEEK else 1)
            return (day - self.start).days // length
        months = (day.year - self.start.year) * 12 + day.month - self.start.month
        return months // (self.every * (12 if self.unit is Unit.YEAR else 1))

    def encode(self) -> str:
        """Return the text that is stored: in the manner of an RRULE, with the first date, whose day is the anchor."""
        skip = ";SKIP=BACKWARD" if self.unit in (Unit.MONTH, Unit.YEAR) else ""
        usual = f";USUAL={self.usual}" if self.usual else ""
        return f"FREQ={self.unit};INTERVAL={self.every}{skip};START={self.start.isoformat()}{usual}"


def decode(text: str) -> Recurrence | None:
    """Read a stored text; None for "" (comes once). ValueError if it was not written by `encode`."""
    if not text:
        return None
    found = _TEXT.fullmatch(text)
    if not found:
        raise ValueError(f"not a recurrence: {text[:80]!r}")
    unit, every, _skip, start, usual = found.groups()
    return Recurrence(int(every), Unit(unit), date.fromisoformat(start), usual or "")


def _add_months(start: date, months: int) -> date:
    """Add months and clamp the day to the month's length."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))
