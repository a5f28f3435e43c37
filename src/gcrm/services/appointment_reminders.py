"""Reminders of appointments: so many minutes before they begin; of whole days before eight o'clock of the first.

What was made, or changed, when that time had passed and it had not begun yet reminds at once.

Only appointments of whoever works remind, or those the person takes part in; a series reminds of each occurrence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from gcrm.model.activity import Activity
from gcrm.model.appointment import Appointment, Participant
from gcrm.model.series import takes_place
from gcrm.services.calendar import in_range, moved_of, times_of
from gcrm.services.moment import NOON
from gcrm.services.today import TodayRow, is_shown, row_of, rows_select

LONGEST = timedelta(days=15)
"""How long before an appointment a reminder is looked for; a longer one comes this early."""
MORNING = timedelta(hours=8)
AHEAD = timedelta(days=3)
"""How far the next reminder is looked for; nearer than any timer is set."""


def due(session: Session, user: int, since: datetime, until: datetime) -> list[TodayRow]:
    """Return the appointments that remind after `since` and not after `until`; their rows are due when they begin."""
    return [row for _at, row in _reminders(session, user, since, until)]


def next_at(session: Session, user: int, now: datetime) -> datetime | None:
    """Return the instant of the next reminder after `now`, None when none comes soon."""
    return min((at for at, _row in _reminders(session, user, now, now + AHEAD)), default=None)


def _reminders(session: Session, user: int, since: datetime, until: datetime) -> Iterator[tuple[datetime, TodayRow]]:
    """Yield instants of reminders around a stretch of time, with what they are of."""
    begin, end = (moment.astimezone().replace(tzinfo=None) for moment in (since, until))
    last = end + LONGEST
    mine = _mine(session, user, begin, last)
    series = (found.Appointment for found in mine if found.Appointment.rule or found.Appointment.added)
    moved = moved_of(session, [each.activity_id for each in series])
    for found in mine:
        appointment: Appointment = found.Appointment
        before = min(timedelta(minutes=appointment.reminder_minutes or 0), LONGEST)
        times = times_of(appointment, appointment.left_out, appointment.added)
        for one in takes_place(times, begin, last, moved[appointment.activity_id]):
            base = one.begins + (MORNING if appointment.is_all_day else timedelta())
            at = (base - before).astimezone(UTC)
            if at < appointment.changed_at < base.astimezone(UTC):
                at = appointment.changed_at
            if since < at <= until:
                yield at, _row(found, user, one.begins, until, all_day=appointment.is_all_day)


def _mine(session: Session, user: int, begin: datetime, last: datetime) -> list[Any]:
    """Return the appointments of a user that remind."""
    takes_part = select(Participant.activity_id).where(Participant.user_id == user, Participant.answer != "declined")
    wanted = (
        rows_select()
        .add_columns(Appointment)
        .join(Appointment, Appointment.activity_id == Activity.id)
        .where(Appointment.reminder_minutes.is_not(None), Appointment.status != "cancelled", is_shown())
        .where(or_(Activity.responsible_id == user, Activity.id.in_(takes_part)), in_range(begin, last))
    )
    return list(session.execute(wanted))


def _row(found: Any, user: int, begins: datetime, now: datetime, *, all_day: bool) -> TodayRow:
    """Return the row of one occurrence: due when it begins."""
    at = datetime.combine(begins.date(), NOON, UTC) if all_day else begins.astimezone(UTC)
    return replace(row_of(found, user, now), follow_up_at=at, follow_up_all_day=all_day, is_overdue=False)
