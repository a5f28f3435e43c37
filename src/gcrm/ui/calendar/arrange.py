"""Where entries stand beside and below each other; numbers only, nothing is painted here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from heapq import heappop, heappush

from gcrm.services.calendar_entry import Entry, order


@dataclass(frozen=True, slots=True)
class Share:
    """Column `column` of `columns` beside each other."""

    column: int
    columns: int


def side_by_side(spans: Sequence[tuple[datetime, datetime]]) -> list[Share]:
    """Return how entries of one day share its width, in the order given; `spans` are sorted by their begin.

    Entries that overlap, directly or through others, form a group of equally wide columns.
    """
    found: list[Share] = []
    group: list[int] = []
    ends: list[datetime] = []
    until = datetime.min
    for begin, end in spans:
        if begin >= until:
            found = _closed(found, group, len(ends))
            group, ends = [], []
        free = next((column for column, busy in enumerate(ends) if busy <= begin), len(ends))
        ends[free : free + 1] = [end]
        until = max(until, end) if group else end
        group.append(len(found))
        found.append(Share(free, 1))
    return _closed(found, group, len(ends))


def _closed(found: list[Share], group: Sequence[int], columns: int) -> list[Share]:
    """Tell the entries of a group how many columns it came to have."""
    for place in group:
        found[place] = Share(found[place].column, columns)
    return found


def lanes(spans: Sequence[tuple[int, int]]) -> list[int]:
    """Return the line on which each entry stands in a row of days: the topmost that is free.

    `spans` are first and last day, both included, and sorted by the first.
    """
    busy: list[tuple[int, int]] = []  # a heap: the last day that is taken, and the line
    free: list[int] = []  # a heap of lines that were taken before
    found = []
    for first, last in spans:
        while busy and busy[0][0] < first:
            heappush(free, heappop(busy)[1])
        lane = heappop(free) if free else len(busy)
        heappush(busy, (last, lane))
        found.append(lane)
    return found


def is_above(entry: Entry) -> bool:
    """Tell whether an entry stands in the row of whole days: it is for whole days, or lasts one and more."""
    return entry.is_all_day or entry.ends - entry.begins >= timedelta(days=1)


def place_of(former: Entry | None, entries: Sequence[Entry], first: date, last: date) -> int:
    """Return the place of an entry in a list that was read anew; of one that is gone what comes after it.

    It is 0 where other days are shown than before, or nothing was chosen.
    """
    if former is None:
        return 0
    places = [place for place, entry in enumerate(entries) if entry.key == former.key]
    if places or not first <= former.begins.date() <= last:
        return (places or [0])[0]
    after = [place for place, entry in enumerate(entries) if order(entry) > order(former)]
    return (after or [max(0, len(entries) - 1)])[0]


def end_of(entry: Entry) -> datetime:
    """Return the end of an entry, later than its begin."""
    return max(entry.ends, entry.begins + timedelta(minutes=1))


def week_start(day: date, first_weekday: int) -> date:
    """Return the first day of a week; `first_weekday` is 0 for Monday, 6 for Sunday."""
    return day - timedelta(days=(day.weekday() - first_weekday) % 7)


def month_range(day: date, first_weekday: int) -> tuple[date, date]:
    """Return first and last day of the six weeks that show a month."""
    first = week_start(day.replace(day=1), first_weekday)
    return first, first + timedelta(days=41)


def next_month(day: date, months: int) -> date:
    """Return the first day of the month so many months on."""
    number = day.year * 12 + day.month - 1 + months
    number = min(max(number, 12), 9999 * 12 + 11)
    return date(number // 12, number % 12 + 1, 1)
