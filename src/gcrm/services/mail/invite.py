"""Invitations by mail as other calendars take them: iMIP (RFC 6047), one mail to all participants with an address."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import N_, _
from gcrm.model.activity import Activity
from gcrm.model.appointment import ANSWERS, Appointment, Participant
from gcrm.services.atomic_file import replacing, usual_mode
from gcrm.services.database import Database
from gcrm.services.exchange.ical_answer import answer, reply
from gcrm.services.exchange.ical_export import invitation
from gcrm.services.mail import sending
from gcrm.services.mail.account import password_of, read_account
from gcrm.services.mail.called_off import note_told, renewed
from gcrm.services.mail.notices import AGAIN, CHANGED, OFF, WITHOUT, Notice, note, when_words
from gcrm.services.privacy import visible_to

_SUBJECTS = {
    CHANGED: N_("Changed: {text}"),
    OFF: N_("Called off: {text}"),
    WITHOUT: N_("You are no longer invited: {text}"),
    AGAIN: N_("Takes place after all: {text}"),
}


def invited(database: Database, activity_id: int) -> list[str]:
    """Return the addresses that an invitation goes to. Raises UserError where it cannot be sent."""
    invitation(database, activity_id)
    with database.read() as session:
        read_account(session, database.user_id)
        return _addresses(session, activity_id)


def send_invitation(database: Database, activity_id: int) -> list[str]:
    """Send the invitation to an appointment, keep that it was, and return to whom it went.

    Raises what `sending.send` and `invitation` raise.
    """
    calendar = invitation(database, activity_id).decode()
    with database.read() as session:
        account = read_account(session, database.user_id)
        wanted = select(Activity, Appointment).join(Appointment, Appointment.activity_id == Activity.id)
        activity, appointment = session.execute(wanted.where(Activity.id == activity_id)).one()
        guests = _addresses(session, activity_id)
        subject = _("Invitation: {text}").format(text=activity.subject or _("Appointment"))
        text = "\n".join(part for part in (activity.subject, when_words(appointment), appointment.location) if part)
    message = sending.written(account.sender, guests, subject, f"{text}\n", datetime.now().astimezone(), by_person=True)
    message.add_alternative(calendar, subtype="calendar", params={"method": "REQUEST"})
    sending.send(account, password_of(account), message)
    note(database, _with_moved(database, activity_id))
    return guests


def save_invitation(database: Database, activity_id: int, path: Path) -> None:
    """Write the invitation to an appointment, to be sent by hand; it counts as sent. Raises what `invitation` does."""
    data = invitation(database, activity_id)
    with replacing(path, mode=usual_mode(path)) as file:
        file.write(data)
    note(database, _with_moved(database, activity_id))


def send_notice(database: Database, notice: Notice) -> None:
    """Send what those who were invited have to know, and keep that they do. Raises what `sending.send` raises."""
    with database.read() as session:
        account = read_account(session, database.user_id)
    notice = renewed(database, notice) if notice.kind == AGAIN else notice
    subject = _(_SUBJECTS[notice.kind]).format(text=notice.title or _("Appointment"))
    text = "\n".join(part for part in (subject, notice.when) if part)
    at = datetime.now().astimezone()
    message = sending.written(account.sender, notice.to, subject, f"{text}\n", at, by_person=True)
    message.add_alternative(notice.data.decode(), subtype="calendar", params={"method": notice.method})
    sending.send(account, password_of(account), message)
    note(database, notice.activities)
    note_told(database, notice)


def save_notice(database: Database, notice: Notice, path: Path) -> None:
    """Write what those who were invited have to know, to be sent by hand; it counts as sent."""
    notice = renewed(database, notice) if notice.kind == AGAIN else notice
    with replacing(path, mode=usual_mode(path)) as file:
        file.write(notice.data)
    note(database, notice.activities)
    note_told(database, notice)


def _with_moved(database: Database, activity_id: int) -> list[int]:
    """Return an appointment and what was moved out of its series: they go together, but for what others hid."""
    with database.read() as session:
        moved = select(Appointment.activity_id).join(Activity, Activity.id == Appointment.activity_id)
        mine = (Appointment.series_id == activity_id, visible_to(database.user_id))
        return [activity_id, *session.scalars(moved.where(*mine))]


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
