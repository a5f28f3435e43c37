"""Reminders at the minute, also for what fell due while the program was closed.

A follow-up with a time reminds at that time; one for a whole day in the morning at ALL_DAY_AT. The instant up to which
reminders were shown is kept per user, so that none is lost and none comes twice; the window asks for what lies between,
shows it, and then calls `mark_shown`. There is no timer here: `next_due` tells when to ask again.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from gcrm.i18n import N_
from gcrm.model.activity import Activity
from gcrm.model.setting import Setting
from gcrm.services.absence import is_for, stands_in_for
from gcrm.services.database import Database
from gcrm.services.moment import NOON, day_of, day_start, today_of
from gcrm.services.today import TodayRow, is_shown, row_of, rows_select
from gcrm.services.unit_of_work import unit_of_work

ALL_DAY_AT = time(8)
"""Local time at which follow-ups for a whole day remind."""

SHOWN_UNTIL = "reminders.shown_until"
MOST = 200


def reminds_at(follow_up_at: datetime, all_day: bool) -> datetime:
    """Return the instant at which a follow-up reminds."""
    if not all_day:
        return follow_up_at
    return datetime.combine(day_of(follow_up_at, all_day), ALL_DAY_AT).astimezone(UTC)


def due_reminders(session: Session, user: int, since: datetime, until: datetime, most: int = MOST) -> list[TodayRow]:
    """Return the follow-ups that remind after `since` and not after `until`, the earliest first, at most `most`.

    Those of colleagues one stands in for are among them. Whoever got as many as asked for asks for more before calling
    `mark_shown`: many may remind at the same instant, so that no instant between them can be noted.
    """
    day = today_of(until)
    mine = and_(Activity.state == "open", is_for(user, stands_in_for(session, user, day, day)))
    wanted = rows_select().where(mine, _reminds_within(since, until), is_shown())
    by = (Activity.follow_up_at, Activity.id)
    rows = [row_of(found, user, until) for found in session.execute(wanted.order_by(*by).limit(most))]
    return sorted(rows, key=_key)


def _key(row: TodayRow) -> tuple[datetime, int]:
    at = row.follow_up_at
    return (reminds_at(at, row.follow_up_all_day) if at else datetime.max.replace(tzinfo=UTC), row.id)


def _reminds_within(since: datetime, until: datetime) -> ColumnElement[bool]:
    """Return the condition that a follow-up reminds in the half-open interval (since, until]."""
    due, first, last = Activity.follow_up_at, _last_morning(since), _last_morning(until)
    timed = and_(~Activity.follow_up_all_day, due > since, due <= until)
    whole = and_(Activity.follow_up_all_day, due > _noon(first), due <= _noon(last))
    bounds = and_(due > min(since, _noon(first)), due <= max(until, _noon(last)))
    return and_(bounds, or_(timed, whole))


def _last_morning(moment: datetime) -> date:
    """Return the last day whose morning reminder is due at an instant."""
    day = today_of(moment)
    return day if datetime.combine(day, ALL_DAY_AT).astimezone(UTC) <= moment else day - timedelta(days=1)


def _noon(day: date) -> datetime:
    return datetime.combine(day, NOON, UTC)


def next_due(session: Session, user: int, now: datetime) -> datetime | None:
    """Return the instant after `now` at which the next reminder is due, None when nothing lies ahead."""
    far = today_of(now) + timedelta(days=366)
    mine = and_(Activity.state == "open", is_for(user, stands_in_for(session, user, today_of(now), far)))
    due, whole = Activity.follow_up_at, Activity.follow_up_all_day
    noon = _noon(_last_morning(now))
    ahead = and_(due > min(now, noon), or_(and_(~whole, due > now), and_(whole, due > noon)))
    earliest = select(func.min(case((whole, None), else_=due)), func.min(case((whole, due), else_=None)))
    row = session.execute(earliest.where(mine, ahead, is_shown())).one()
    timed, day = (_aware(value) for value in row)
    found = [timed] if timed else []
    if day is not None:
        found.append(reminds_at(day, True))
    return min(found) if found else None


def _aware(value: datetime | None) -> datetime | None:
    return value if value is None or value.tzinfo else value.replace(tzinfo=UTC)


def shown_until(session: Session, user: int, now: datetime) -> datetime:
    """Return the instant up to which reminders were shown; the beginning of today when that was never noted."""
    text = session.scalar(select(Setting.value).where(Setting.key == SHOWN_UNTIL, Setting.user_id == user))
    return datetime.fromisoformat(str(text)) if text else min(day_start(today_of(now)), now)


def mark_shown(database: Database, until: datetime) -> None:
    """Note that the reminders up to `until` were shown, never going back; this is not a step to undo."""
    with unit_of_work(database, N_("Reminders shown"), kind="system", index=True) as work:
        wanted = select(Setting).where(Setting.key == SHOWN_UNTIL, Setting.user_id == work.user_id)
        found = work.session.scalar(wanted.with_for_update())
        if found is None:
            work.session.add(Setting(key=SHOWN_UNTIL, user_id=work.user_id, value=until.astimezone(UTC).isoformat()))
        elif datetime.fromisoformat(str(found.value)) < until:
            found.value = until.astimezone(UTC).isoformat()
