"""Answering an invitation that came in: the answer stands here, and in a file for whoever invited (RFC 5546 3.2.3)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import N_, _
from gcrm.model.activity import Activity
from gcrm.model.appointment import Appointment, Participant
from gcrm.model.appointment_times import is_zone, read_wall
from gcrm.model.base import now
from gcrm.model.user import User
from gcrm.services.activity import find
from gcrm.services.booking import Booking, read_booking
from gcrm.services.database import Database
from gcrm.services.exchange.ical_event import Guest, event_lines
from gcrm.services.exchange.ical_export import event_of, whole_bytes
from gcrm.services.unit_of_work import unit_of_work

ANSWERED = ("accepted", "tentative", "declined")


@dataclass(frozen=True, slots=True)
class Answer:
    """The file for the organiser, and the address it is sent to."""

    data: bytes
    organizer: str


def own_part(session: Session, people: list[Participant], user: int) -> Participant | None:
    """Return who of those who take part is `user`, by name or by e-mail address."""
    address = (session.scalar(select(User.email).where(User.id == user)) or "").casefold()
    for one in people:
        if one.email and (one.user_id == user or one.email.casefold() == address):
            return one
    return None


def who_invites(session: Session, booking: Booking, user: int) -> str:
    """Return the address of whoever asks `user` to come, "" where nobody else does."""
    organizer = booking.appointment.organizer or ""
    one = own_part(session, booking.participants, user)
    is_own = one is not None and (one.email or "").casefold() == organizer.casefold()
    return "" if one is None or is_own else organizer


def invites(database: Database, activity_id: int) -> str:
    """Return the address of whoever else asks the person who works to come to an appointment, "" for nobody."""
    with database.read() as session:
        return who_invites(session, read_booking(session, activity_id, database.user_id), database.user_id)


def reply(session: Session, activity_id: int, user: int, said: str) -> Answer:
    """Return the file that tells the organiser one of ANSWERED; nothing is kept.

    Raises UserError where nobody else has invited `user`.
    """
    activity, appointment, one = _invited(session, activity_id, user)
    event = event_of(activity, appointment, [])
    event.guests = [Guest(one.name, one.email, one.role, said)]
    event.reminder_minutes = None
    lines = event_lines(event, [], {}, now())
    year = read_wall(event.starts).year
    zones = {name: year for name in (event.zone, event.end_zone) if is_zone(name) and name != "UTC"}
    return Answer(whole_bytes(lines, zones, {}, "REPLY"), appointment.organizer)


def answer(database: Database, activity_id: int, said: str) -> Answer:
    """Keep one of ANSWERED for an appointment, and return the file that tells the organiser; undo takes it back.

    Who declines is free at that time. Raises UserError where nobody else has invited whoever works.
    """
    with unit_of_work(database, N_("Invitation answered")) as work:
        _activity, appointment, one = _invited(work.session, activity_id, work.user_id)
        made = reply(work.session, activity_id, work.user_id, said)
        one.answer = said
        appointment.is_busy = said != "declined"
    return made


def _invited(session: Session, activity_id: int, user: int) -> tuple[Activity, Appointment, Participant]:
    """Return an appointment and who of those invited to it is `user`. Raises UserError."""
    activity = find(session, activity_id, user)
    appointment = session.scalars(select(Appointment).where(Appointment.activity_id == activity_id)).one()
    people = select(Participant).where(Participant.activity_id == activity_id).order_by(Participant.id)
    one = own_part(session, list(session.scalars(people)), user)
    if one is None or not appointment.organizer:
        raise UserError(_("No invitation names your e-mail address. Enter it under Settings, Users, then answer."))
    return activity, appointment, one
