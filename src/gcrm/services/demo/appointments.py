"""Appointments of a made-up office: the weeks around today, for oneself and the colleagues."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from gcrm.i18n import N_, _
from gcrm.model.activity import Activity
from gcrm.model.appointment import Appointment, Participant
from gcrm.model.appointment_times import write_wall
from gcrm.model.contact import Contact
from gcrm.model.user import User
from gcrm.services.appointment import insert
from gcrm.services.booking import PLANNED, new_uid
from gcrm.services.database import Database
from gcrm.services.unit_of_work import unit_of_work

# Day from Monday of this week, hour, minutes, subject, whether with a contact, and what else is to be said of it.
_PLANNED: tuple[tuple[int, float, int, str, bool, dict[str, Any]], ...] = (
    (0, 9, 45, N_("Weekly planning"), False, {"rule": "FREQ=WEEKLY;BYDAY=MO"}),
    (0, 11, 60, N_("Offer presented"), True, {}),
    (1, 10, 90, N_("Site visit"), True, {"reminder_minutes": 30}),
    (1, 14, 60, N_("Offer presented"), True, {"status": "tentative"}),
    (2, 8.5, 60, N_("Contract review"), True, {}),
    (2, 13, 30, N_("Telephone conference"), True, {"reminder_minutes": 5}),
    (3, 9, 120, N_("Site visit"), True, {}),
    (3, 15.5, 45, N_("Dentist"), False, {"is_private": True}),
    (4, 10, 60, N_("Contract review"), True, {}),
    (4, 13, 60, N_("Team lunch"), False, {"rule": "FREQ=MONTHLY;BYDAY=-1FR"}),
    (8, 10, 90, N_("Site visit"), True, {}),
    (9, 14, 60, N_("Offer presented"), True, {}),
    (-6, 10, 60, N_("Site visit"), True, {}),
    (-4, 14, 90, N_("Contract review"), True, {}),
)


def add_appointments(database: Database, today: date | None = None) -> None:
    """Make the appointments, in one operation of the kind that sample data is taken out by."""
    day = today or date.today()
    monday = day - timedelta(days=day.weekday())
    with unit_of_work(database, N_("Appointments of the demo office made"), kind="demo") as work:
        shown = Contact.deleted_at.is_(None)
        contacts = list(work.session.scalars(select(Contact.id).where(shown).order_by(Contact.id).limit(12)))
        users = list(work.session.scalars(select(User.id).where(User.is_active).order_by(User.id).limit(4)))
        users = [work.user_id, *(user for user in users if user != work.user_id)]
        for place, (number, hour, minutes, subject, with_contact, more) in enumerate(_PLANNED):
            begin = datetime.combine(monday + timedelta(days=number), datetime.min.time()) + timedelta(hours=hour)
            values = dict(more)
            activity = Activity(
                type="meeting", subject=_(subject), text="", state=PLANNED, custom={},
                is_private=bool(values.pop("is_private", False)),
                responsible_id=users[(0, 0, 1, 0, 2)[place % 5] % len(users)],
                contact_id=contacts[place % len(contacts)] if with_contact and contacts else None,
            )  # fmt: skip
            end = begin + timedelta(minutes=minutes)
            insert(work, activity, _made(write_wall(begin), write_wall(end), values), _invited(users, place))
        fair = Activity(
            type="meeting", subject=_("Trade fair"), text="", state=PLANNED, custom={}, responsible_id=work.user_id
        )
        first = monday + timedelta(days=15)
        insert(work, fair, _made(write_wall(first), write_wall(first + timedelta(days=3)), {"is_busy": True}))


def _made(starts: str, ends: str, values: dict[str, Any]) -> Appointment:
    """Return the times of an appointment, by the clock of this computer."""
    return Appointment(starts=starts, ends=ends, uid=new_uid(), **values)


def _invited(users: list[int], place: int) -> list[Participant]:
    """Let a colleague take part in some of them."""
    return [Participant(user_id=users[1], answer="accepted")] if place % 4 == 0 and len(users) > 1 else []
