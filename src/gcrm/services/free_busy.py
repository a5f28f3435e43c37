"""When people are busy, and when all of them are free."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from gcrm.services.calendar import entries
from gcrm.services.moment import office_workdays

WORKDAY = (time(8), time(18))
"""Between which times of day a free moment is looked for."""
SEARCHED_DAYS = 30
STEP = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Busy:
    """A time in which somebody is busy; naive and here. `title` is "" for what may not be seen."""

    begins: datetime
    ends: datetime
    user_id: int | None
    title: str


def busy(
    session: Session, viewer: int, users: Collection[int], begin: datetime, end: datetime, *, but: int | None = None
) -> list[Busy]:
    """Return when `users` are busy between two naive moments here, without the activity `but`; the earliest first.

    Whole days count only where they say that one is busy.
    """
    found = entries(session, viewer, begin.date(), end.date(), users)
    return [
        Busy(entry.begins, entry.ends, entry.user_id, "" if entry.kind == "busy" else entry.title)
        for entry in found
        if entry.is_busy and entry.begins < end and entry.ends > begin and (but is None or entry.activity_id != but)
    ]


def first_free(
    session: Session, viewer: int, users: Collection[int], begin: datetime, *, minutes: int, but: int | None = None
) -> datetime | None:
    """Return the first moment from `begin` on at which all are free for so long, on a workday; None within a month."""
    taken = busy(session, viewer, users, begin, begin + timedelta(days=SEARCHED_DAYS), but=but)
    is_workday, length = office_workdays(session), timedelta(minutes=minutes)
    for number in range(SEARCHED_DAYS):
        day = begin.date() + timedelta(days=number)
        if not is_workday(day):
            continue
        moment = max(begin, datetime.combine(day, WORKDAY[0]))
        while moment + length <= datetime.combine(day, WORKDAY[1]):
            clash = next((span for span in taken if span.begins < moment + length and span.ends > moment), None)
            if clash is None:
                return moment
            moment = max(moment + STEP, clash.ends)
    return None
