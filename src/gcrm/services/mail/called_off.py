"""Appointments that were called off: some take place after all, of some nobody was told yet.

To whom a cancellation went, knows by its revision. Where an undo brings the appointment back, they are invited anew by
a higher one (RFC 5546 3.2.2). What a phone deletes is told by nobody but us: a follow-up keeps the file until then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import N_, _
from gcrm.model.activity import Activity
from gcrm.model.appointment import Appointment
from gcrm.model.attachment import Attachment
from gcrm.model.follow_up import When
from gcrm.services import activity, attachment, follow_up, settings
from gcrm.services.answers import ask_all_anew
from gcrm.services.booking import read_booking
from gcrm.services.database import Database
from gcrm.services.exchange.ical_read import read_calendar
from gcrm.services.mail.notices import AGAIN, OFF, Notice, remove, updates, when_words
from gcrm.services.privacy import visible_to
from gcrm.services.unit_of_work import unit_of_work

SETTING = "calendar.called_off"
MOST = 100
"""Cancellations that are kept in mind; the oldest go first."""
KEY = "unsent:"
LARGEST = 1 << 20


# --- what was told ------------------------------------------------------------------------------------------------
def note_told(database: Database, notice: Notice) -> None:
    """Keep that people were told that an appointment, or one date of a series, is off; its follow-up is done."""
    if notice.kind != OFF or not notice.called_off:
        return
    with database.read() as session:
        known = dict(settings.get(session, SETTING, database.user_id))
    known[f"{notice.called_off} {notice.occurrence}".strip()] = notice.sequence
    settings.set(database, SETTING, dict(list(known.items())[-MOST:]))
    if notice.follow_up:
        follow_up.complete(database, notice.follow_up)


def are_back(database: Database) -> list[str]:
    """Return what takes place after all although people were told that it is off, as `back` knows it."""
    with database.read() as session:
        known = settings.get(session, SETTING, database.user_id)
        here = _here(session, database.user_id, [int(key.split()[0]) for key in known]) if known else {}
    split = {key: key.partition(" ") for key in known}
    return [
        key
        for key, (activity_id, _space, occurrence) in split.items()
        if int(activity_id) in here and occurrence not in here[int(activity_id)].left_out
    ]


def back(database: Database) -> list[Notice]:
    """Return what is to be told of these; each once."""
    found = are_back(database)
    with database.read() as session:
        known = dict(settings.get(session, SETTING, database.user_id))
    told = {key: int(known.pop(key)) for key in found}
    if told:
        settings.set(database, SETTING, known)
    return [
        replace(notice, kind=AGAIN, sequence=sequence, occurrence=key.partition(" ")[2], data=b"")
        for key, sequence in told.items()
        for notice in updates(database, [int(key.split()[0])])
    ]


def _here(session: Session, user: int, activities: Sequence[int]) -> dict[int, Appointment]:
    """Return the appointments of these that take place."""
    wanted = select(Appointment).join(Activity, Activity.id == Appointment.activity_id)
    wanted = wanted.where(Appointment.activity_id.in_(activities), Appointment.status != "cancelled")
    return {row.activity_id: row for row in session.scalars(wanted.where(visible_to(user)))}


def renewed(database: Database, notice: Notice) -> Notice:
    """Give what takes place after all a revision above the one that called it off; return what is told then.

    Where it is off their calendars everybody is asked anew; one date of a series asks nobody for the others.
    """
    first = notice.activities[0]
    with unit_of_work(database, N_("Invitation renewed"), kind="system") as work:
        read_booking(work.session, first, work.user_id)
        mine = or_(Appointment.activity_id == first, Appointment.series_id == first)
        rows = work.session.scalars(select(Appointment).where(mine).with_for_update()).all()
        sequence = max(notice.sequence, *(row.sequence for row in rows)) + 1
        for row in rows:
            row.sequence = sequence
            if not notice.occurrence:
                ask_all_anew(work.session, work.user_id, row)
    return replace(updates(database, [first])[0], kind=AGAIN)


# --- what nobody was told -----------------------------------------------------------------------------------------
def remove_unseen(database: Database, activity_id: int) -> None:
    """Delete an appointment for a device; whom a desk would offer to tell becomes a follow-up with the file to send."""
    with database.read() as session:
        wanted = select(Activity.contact_id, Activity.is_private).where(Activity.id == activity_id)
        former = session.execute(wanted).first()
    for notice in remove(database, activity_id):
        if former is not None:
            _keep(database, notice, former.contact_id, former.is_private)


def _keep(database: Database, notice: Notice, contact: int | None, is_private: bool) -> None:
    """Write the follow-up; whoever may not write activities or files leaves that out."""
    title = notice.title or _("Appointment")
    head = _("A phone deleted this appointment. Those invited do not know that it is called off:")
    today = When(datetime.combine(datetime.now().date(), time()), all_day=True)
    try:
        made = activity.log(
            database, contact, "\n".join((head, f"{title}, {notice.when}", "", *notice.to)),
            subject=_("Cancellation not sent: {title}").format(title=title), follow_up=today, is_private=is_private,
            call_key=f"{KEY}{notice.called_off}:{datetime.now().timestamp():.0f}",
        )  # fmt: skip
        attachment.attach_bytes(database, notice.data, _("Cancellation") + ".ics", activity_id=made)
    except UserError:
        return


def unsent(database: Database) -> list[Notice]:
    """Return the cancellations that a follow-up of whoever works still keeps; none of what is back meanwhile."""
    mine = (Activity.call_key.startswith(KEY), Activity.responsible_id == database.user_id, Activity.state == "open")
    with database.read() as session:
        files = select(Activity.id, Activity.call_key, Attachment.id).join(
            Attachment, Attachment.activity_id == Activity.id
        )
        rows = session.execute(files.where(*mine, visible_to(database.user_id)).order_by(Activity.id)).all()
        gone = [int(str(row.call_key).split(":")[1]) for row in rows]
        here = set(session.scalars(select(Appointment.activity_id).where(Appointment.activity_id.in_(gone))))
        return [
            notice
            for (note, _key, file), activity_id in zip(rows, gone, strict=True)
            if activity_id not in here
            for notice in _read(attachment.read_bytes(session, file, LARGEST), activity_id, note)
        ]


def _read(data: bytes, activity_id: int, note: int) -> list[Notice]:
    """Return what a kept file tells, nothing where somebody changed it into something else."""
    found = read_calendar(data)
    if found.method != "CANCEL" or len(found.incoming) != 1:
        return []
    event = found.incoming[0].event
    when = when_words(Appointment(starts=event.starts, ends=event.ends, zone=event.zone))
    to = tuple(guest.email for guest in event.guests)
    return [
        Notice(OFF, event.subject, when, to, data, called_off=activity_id, sequence=event.sequence, follow_up=note)
    ]
