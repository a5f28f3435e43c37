"""When a follow-up comes back, as people say it: "tomorrow", "in 2w", "Fr 14 Uhr", "23.11.", "daqui a 3 dias".

Rules, where language leaves a choice:

* What names a day is taken at its word (a date, a weekday, "today"). What counts days ("in 3 days", "next week",
  "tomorrow") moves on to the next workday where a rule for workdays is given, and tells from where.
* A weekday is the next one, never today. "next friday" is the one in the week after this one.
* "next week" is its Monday, "next month" its first day, "end of month" its last day or workday.
* A date without year is the next such date, today included; with two digits the year is 20xx.
* "1/2" is 1 February. Only where that is no date and the language is English, the month may come first ("11/23").
* A time alone is today, or tomorrow if it has passed. "14h" is a time; "2h" (below 7) means hours from now.
* A bare number means nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from gcrm.model import follow_up_words as words
from gcrm.model.fold import fold
from gcrm.model.follow_up_days import Day, find_day, find_delay
from gcrm.model.follow_up_times import take_time
from gcrm.model.holidays import first_workday

LONGEST_TEXT = 60
LAST_DAY = date(2199, 12, 31)
"""No follow-up lies beyond it; whoever types more zeros has slipped."""

WorkdayRule = Callable[[date], bool]


@dataclass(frozen=True, slots=True)
class When:
    """A moment in the office's wall time.

    `at` is naive local time, midnight if `all_day`; `moved_from` is the day that was counted when it was a free day.
    """

    at: datetime
    all_day: bool
    moved_from: date | None = None

    @property
    def on(self) -> date:
        """The day."""
        return self.at.date()


class Step(StrEnum):
    """How far one key postpones."""

    DAY = "day"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A text to offer and what it means."""

    text: str
    when: When


def parse_when(text: str, now: datetime, language: str = "en", is_workday: WorkdayRule | None = None) -> When | None:
    """Read a text; None if it says no moment, all of it counts. `now` is local time, naive or aware; never raises."""
    if len(text) > LONGEST_TEXT:
        return None
    said = " ".join(fold(text).replace(",", " ").split())
    delay = find_delay(said)
    if delay is not None:
        return _after(now, delay)
    found = take_time(said)
    if found is None:
        return None
    rest, at_time = found
    today = now.replace(tzinfo=None)
    day = find_day(rest, today.date(), language) if rest else _day_for(at_time, today)
    return None if day is None else _moment(day, at_time, is_workday)


def suggest(
    text: str, now: datetime, language: str = "en", is_workday: WorkdayRule | None = None, limit: int = 7
) -> list[Suggestion]:
    """Return what a half-typed text could become, the text itself first if it already says a moment."""
    typed = fold(text)
    phrases = [*words.PHRASES.get(language, words.PHRASES["en"])]
    if typed:
        more = words.MORE_PHRASES.get(language, words.MORE_PHRASES["en"])
        phrases = [text.strip(), *_counted(typed, language), *(p for p in (*phrases, *more) if _begins(p, typed))]
    found: dict[str, Suggestion] = {}
    for phrase in phrases:
        when = parse_when(phrase, now, language, is_workday)
        if when is not None:
            found.setdefault(fold(phrase), Suggestion(phrase, when))
    return list(found.values())[:limit]


def postpone(at: datetime, step: Step, today: date, is_workday: WorkdayRule | None = None) -> datetime:
    """Return a later moment at the same time of day: one day on, or Monday of the next week.

    Counted from today if the moment has passed, so that something overdue never stays overdue.
    """
    base = max(at.date(), today)
    day = base + timedelta(days=1 if step is Step.DAY else 7 - base.weekday())
    return datetime.combine(first_workday(day, is_workday) if is_workday else day, at.time())


def _after(now: datetime, delay: timedelta) -> When | None:
    """Return the wall time after a delay; with an aware `now` across a change of the clocks, too."""
    try:
        if now.tzinfo is None:
            return When((now + delay).replace(second=0, microsecond=0), all_day=False)
        later = (now.astimezone(UTC) + delay).astimezone(now.tzinfo)
    except OverflowError:
        return None
    return When(later.replace(tzinfo=None, fold=0, second=0, microsecond=0), all_day=False)


def _day_for(at_time: time | None, now: datetime) -> Day | None:
    """Return the day of a time that stands alone."""
    if at_time is None:
        return None
    if at_time > now.time():
        return Day(now.date(), is_named=True)
    return Day(now.date() + timedelta(days=1))


def _moment(day: Day, at_time: time | None, is_workday: WorkdayRule | None) -> When | None:
    """Put day and time together, on a workday unless the day was named."""
    on = day.resolve(is_workday)
    if on > LAST_DAY:
        return None
    moved_from = day.on if on != day.on and not day.workdays else None
    return When(datetime.combine(on, at_time or time()), at_time is None, moved_from)


def _counted(typed: str, language: str) -> list[str]:
    """Return "in 3 days", "in 3 weeks" … for a text that begins with a number or "in" and a number."""
    number = "".join(char for char in typed if char.isdigit())
    head = typed.split(number)[0].strip() if number else ""
    if not number or len(number) > 3 or head not in ("", "+", "in", "em", "daqui a"):
        return []
    tail = typed.split(number, 1)[1].strip()
    pairs = words.COUNTED.get(language, words.COUNTED["en"])
    phrases = (pair[int(number) != 1].format(n=int(number)) for pair in pairs)
    return [phrase for phrase in phrases if fold(phrase).split()[-1].startswith(tail)]


def _begins(phrase: str, typed: str) -> bool:
    """Tell whether a phrase begins with what was typed, or one of its words does."""
    folded = fold(phrase)
    return folded.startswith(typed) or any(word.startswith(typed) for word in folded.split())
