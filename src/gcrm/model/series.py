"""When an appointment takes place between two days, as whoever looks sees it: once, or as often as its rule says."""

from __future__ import annotations

import time as clock
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from gcrm.model.appointment_times import here, in_zone, instant, is_day, read_wall, write_wall
from gcrm.model.rrule import Rule, occurrences, parse

_MARGIN = timedelta(days=2)
"""More than any two wall clocks differ."""
MOST = 10_000
"""Occurrences of one series in one range at most; a rule with many times a day could have more."""


@dataclass(frozen=True, slots=True)
class Times:
    """What decides when an appointment takes place (model/appointment.py says what the texts are)."""

    starts: str
    ends: str
    zone: str = ""
    end_zone: str = ""
    rule: str = ""
    left_out: Sequence[str] = ()
    added: Sequence[str] = ()

    @property
    def is_all_day(self) -> bool:
        """Tell whether it is for whole days."""
        return is_day(self.starts)

    @property
    def length(self) -> timedelta:
        """Return how long it takes by the clock."""
        return max(timedelta(), read_wall(self.ends) - read_wall(self.starts))


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time: `original` is its wall time in the series ("" for what comes once), the others are naive and here."""

    original: str
    begins: datetime
    ends: datetime


def rule_of(times: Times) -> Rule | None:
    """Return the rule, None for what comes once or has a rule that cannot be read."""
    try:
        return parse(times.rule, times.zone)
    except ValueError:
        return None


def takes_place(times: Times, first: datetime, last: datetime, moved: Collection[str] = ()) -> Iterator[Occurrence]:
    """Yield what lies between two naive moments here, `last` not included; `moved` have appointments of their own."""
    rule = rule_of(times) if times.rule else None
    length = times.length
    if rule is None and not times.added:
        found = Occurrence("", *_here(times, read_wall(times.starts), length))
        if _touches(found, first, last):
            yield found
        return
    hidden = {*times.left_out, *moved}
    is_all_day = times.is_all_day
    for count, wall in enumerate(_walls(times, rule, first, last, length)):
        original = write_wall(wall.date() if is_all_day else wall)
        if original in hidden:
            continue
        found = Occurrence(original, *_here(times, wall, length))
        if _touches(found, first, last):
            yield found
        if count == MOST:
            return


def _walls(times: Times, rule: Rule | None, first: datetime, last: datetime, length: timedelta) -> Iterator[datetime]:
    """Yield the wall times at which a series could begin, in order and each once."""
    start = read_wall(times.starts)
    begin, end = (first, last) if times.is_all_day else _range_in(first, last, times.zone, clock.tzname)
    begin, end = begin - _MARGIN - length, end + _MARGIN
    more = sorted({read_wall(wall) for wall in times.added} | (set() if rule else {start}))
    regular = occurrences(rule, start, begin, end) if rule else iter(())
    seen: set[datetime] = set()
    for wall in regular:
        while more and more[0] < wall:
            yield more.pop(0)
        if wall not in seen:
            seen.add(wall)
            yield wall
        if more:
            more = [each for each in more if each != wall]
    yield from more


@lru_cache(maxsize=64)
def _range_in(first: datetime, last: datetime, zone: str, _of_computer: tuple[str, str]) -> tuple[datetime, datetime]:
    """Return two naive moments here as wall times of a zone; all series of a calendar ask for the same."""
    return in_zone(first.astimezone(), zone), in_zone(last.astimezone(), zone)


def _here(times: Times, wall: datetime, length: timedelta) -> tuple[datetime, datetime]:
    """Return begin and end of one time as they are here."""
    if times.is_all_day:
        return wall, wall + (length or timedelta(days=1))
    begins = here(wall, times.zone)
    if times.end_zone and times.end_zone != times.zone:
        lasts = instant(read_wall(times.ends), times.end_zone) - instant(read_wall(times.starts), times.zone)
        ends = (instant(wall, times.zone) + max(timedelta(), lasts)).astimezone().replace(tzinfo=None)
    else:
        ends = here(wall + length, times.zone)
    return begins, max(begins, ends)


def _touches(found: Occurrence, first: datetime, last: datetime) -> bool:
    """Tell whether something lies in a range; what takes no time lies at its moment."""
    return found.begins < last and (found.ends > first or found.begins >= first)
