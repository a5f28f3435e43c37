"""Invitations by mail as other calendars take them: iMIP (RFC 6047), one mail to all participants with an address."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.model.activity import Activity
from gcrm.model.appointment import ANSWERS, Appointment, Participant
from gcrm.model.appointment_times import read_wall
from gcrm.model.show import format_moment
from gcrm.services.database import Database
from gcrm.services.exchange.ical_answer import answer, reply
from gcrm.services.exchange.ical_export import invitation
from gcrm.services.mail import sending
from gcrm.services.mail.account import password_of, read_account
from gcrm.services.showing import here, show_date


def invited(database: Database, activity_id: int) -> list[str]:
    """Return the addresses that an invitation goes to. Raises UserError where it cannot be sent."""
    invitation(database, activity_id)
    with database.read() as session:
        read_account(session, database.user_id)
        return _addresses(session, activity_id)


def send_invitation(database: Database, activity_id: int) -> list[str]:
    """Send the invitation to an appointment and return to whom. Raises what `sending.send` and `invitation` raise."""
    calendar = invitation(database, activity_id).decode()
    with database.read() as session:
        account = read_account(session, database.user_id)
        wanted = select(Activity, Appointment).join(Appointment, Appointment.activity_id == Activity.id)
        activity, appointment = session.execute(wanted.where(Activity.id == activity_id)).one()
        guests = _addresses(session, activity_id)
        subject = _("Invitation: {text}").format(text=activity.subject or _("Appointment"))
        text = "\n".join(part for part in (activity.subject, _when(appointment), appointment.location) if part)
    message = sending.written(account.sender, guests, subject, f"{text}\n", datetime.now().astimezone(), by_person=True)
    message.add_alternative(calendar, subtype="calendar", params={"method": "REQUEST"})
    sending.send(account, password_of(account), message)
    return guests


def can_send(database: Database) -> bool:
    """Tell whether whoever works has an account to send from."""
    with database.read() as session:
        try:
            read_account(session, database.user_id)
        except UserError:
            return False
    return True


def send_answer(database: Database, activity_id: int, said: str) -> str:
    """Send the answer to an invitation, keep it, and return to whom it went.

    Raises what `sending.send` and `reply` raise; then it is not kept.
    """
    with database.read() as session:
        account = read_account(session, database.user_id)
        made = reply(session, activity_id, database.user_id, said)
        named = session.scalar(select(Activity.subject).where(Activity.id == activity_id)) or _("Appointment")
    word = _(dict(ANSWERS)[said])
    subject = _("{answer}: {text}").format(answer=word, text=named)
    message = sending.written(
        account.sender, [made.organizer], subject, f"{subject}\n", datetime.now().astimezone(), by_person=True
    )
    message.add_alternative(made.data.decode(), subtype="calendar", params={"method": "REPLY"})
    sending.send(account, password_of(account), message)
    answer(database, activity_id, said)
    return made.organizer


def _addresses(session: Session, activity_id: int) -> list[str]:
    """Return the addresses of participants, each once."""
    found = session.scalars(
        select(Participant.email)
        .where(Participant.activity_id == activity_id, Participant.email != "")
        .order_by(Participant.id)
    )
    return list(dict.fromkeys(found))


def _when(appointment: Appointment) -> str:
    """Return when it begins, as the clock on the wall of its place says, with that place."""
    begins = read_wall(appointment.starts)
    if appointment.is_all_day:
        return show_date(begins.date())
    told = format_moment(begins, *here())
    return f"{told} ({appointment.zone})" if appointment.zone else told
