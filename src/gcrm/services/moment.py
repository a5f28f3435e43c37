"""Between what people say (wall time of this computer) and what the database keeps (UTC).

A follow-up with a time of day is an instant. One for a whole day is no instant: it is that day wherever one looks from.
It is kept as 12:00 UTC of the day, so that its day is read off the UTC date, and even a reader that takes it for an
instant sees the right day between UTC-12 and UTC+11.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, true
from sqlalchemy.orm import Session

from gcrm.model.activity import Activity
from gcrm.model.follow_up import When, WorkdayRule
from gcrm.model.holidays import workdays
from gcrm.model.user import Company
from gcrm.services.home import of_main

NOON = time(12)


def instant_of(when: When) -> datetime:
    """Return what is kept for a moment people said: an aware instant, 12:00 UTC for a whole day."""
    if when.all_day:
        return datetime.combine(when.on, NOON, UTC)
    return when.at.astimezone(UTC)


def wall_of(instant: datetime, all_day: bool) -> datetime:
    """Return the naive wall time of a kept moment; midnight for a whole day."""
    if all_day:
        return datetime.combine(instant.astimezone(UTC).date(), time())
    return instant.astimezone().replace(tzinfo=None)


def day_of(instant: datetime, all_day: bool) -> date:
    """Return the day of a kept moment."""
    return wall_of(instant, all_day).date()


def when_of(instant: datetime | None, all_day: bool) -> When | None:
    """Return a kept moment as people say it, None for none."""
    return None if instant is None else When(wall_of(instant, all_day), all_day)


def day_start(day: date) -> datetime:
    """Return the instant at which a day begins here."""
    return datetime.combine(day, time()).astimezone(UTC)


def today_of(now: datetime) -> date:
    """Return the day it is here at an aware instant."""
    return now.astimezone().date()


def is_past(instant: datetime, all_day: bool, now: datetime) -> bool:
    """Tell whether a moment is over: its minute has passed, or its whole day has."""
    return day_of(instant, all_day) < today_of(now) if all_day else instant < now


def falls_between(first: date | None, last: date, activity: Any = Activity) -> ColumnElement[bool]:
    """Return the condition that a follow-up lies between two days, both included; `first` None: however early.

    The outer bounds hold for both kinds, so that the index on (state, follow_up_at) is used.
    """
    due, after = activity.follow_up_at, last + timedelta(days=1)
    timed_end, day_end = day_start(after), datetime.combine(last, time(23, 59), UTC)
    condition = and_(
        due < max(timed_end, day_end),
        or_(and_(activity.follow_up_all_day, due < day_end), and_(~activity.follow_up_all_day, due < timed_end)),
    )
    return condition if first is None else and_(_begins_on(first, activity), condition)


def _begins_on(first: date, activity: Any) -> ColumnElement[bool]:
    """Return the condition that a follow-up does not lie before a day."""
    due = activity.follow_up_at
    timed_begin, day_begin = day_start(first), datetime.combine(first, time(), UTC)
    if timed_begin == day_begin:
        return and_(true(), due >= day_begin)
    return and_(
        due >= min(timed_begin, day_begin),
        or_(and_(activity.follow_up_all_day, due >= day_begin), and_(~activity.follow_up_all_day, due >= timed_begin)),
    )


def office_workdays(session: Session) -> WorkdayRule:
    """Return the rule for workdays at the place of the main company."""
    row = session.execute(of_main(Company.country, Company.region)).one()
    return workdays(row.country or "DE", row.region)
