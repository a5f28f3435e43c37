"""Writing what a device says of an appointment: the series, and each occurrence that was moved out of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from gcrm.errors import UserError
from gcrm.i18n import N_, _
from gcrm.model.activity import Activity
from gcrm.model.appointment import Appointment, Participant
from gcrm.services.answers import ask_all_anew, is_other_time, time_of
from gcrm.services.appointment import insert, remove_rows
from gcrm.services.booking import PLANNED, new_uid, settle
from gcrm.services.database import Database
from gcrm.services.dav import names
from gcrm.services.dav.book import Mark, require_state
from gcrm.services.exchange.ical_event import original_in
from gcrm.services.exchange.ical_fill import bring_guests, fill, participant_of
from gcrm.services.exchange.ical_read import Incoming, read_calendar
from gcrm.services.invitees import recognise
from gcrm.services.unit_of_work import UnitOfWork, unit_of_work

if TYPE_CHECKING:
    from gcrm.services.dav.calendar_book import CalendarBook

SHOWN_SUBJECT = 60


def read_events(data: bytes) -> list[Incoming]:
    """Return the appointment of a body with its exceptions, the series first. Raises UserError for anything else."""
    found = read_calendar(data)
    if found.tasks or not found.incoming or len({each.event.uid for each in found.incoming}) > 1:
        raise UserError(_("Only one appointment can be saved at a time. Save each by itself."))
    return sorted(found.incoming, key=lambda each: each.event.original is not None)


def create(database: Database, book: CalendarBook, name: str, incoming: Sequence[Incoming]) -> int:
    """Make an appointment that is called `name`; return its activity."""
    names.check(name)
    label = N_("Appointment “{text}” made")
    with unit_of_work(database, label, kind="create", params=_named(incoming)) as work:
        activity = add(work, incoming)
        names.give(work, book, name, activity)
    return activity


def add(work: UnitOfWork, incoming: Sequence[Incoming]) -> int:
    """Make an appointment of whoever works inside a unit of work, the series first; return its activity."""
    event = incoming[0].event
    root = _add(work, incoming[0], None, event.uid or new_uid(), original_in(event, event.zone, all_day=False))
    for each in incoming[1:]:
        _add(work, each, root.activity_id, root.uid, _original(each, root))
    return root.activity_id


def change(
    database: Database, book: CalendarBook, mark: Mark, incoming: Sequence[Incoming], *, asks_anew: bool = False
) -> None:
    """Write over the appointment in the state of `mark`. Raises ConflictError where it is in another one.

    `asks_anew`: answers to a time that becomes another one hold no more. A device sends them along as they were; a
    calendar elsewhere that invites by itself knows better.
    """
    with unit_of_work(database, N_("Appointment “{text}” changed"), params=_named(incoming)) as work:
        work.session.execute(select(Activity.id).where(Activity.id == mark.record).with_for_update())
        with database.read() as reading:
            require_state(book.marks(reading, [mark.name]), mark)
        write_over(work, mark.record, incoming, asks_anew=asks_anew)


def write_over(
    work: UnitOfWork, activity: int, incoming: Sequence[Incoming], *, asks_anew: bool = False
) -> None:
    """Write over an appointment inside a unit of work: its series, each exception, and those that are left out go."""
    session = work.session
    mine = or_(Appointment.activity_id == activity, Appointment.series_id == activity)
    rows = {row.original: row for row in session.scalars(select(Appointment).where(mine))}
    root = next(row for row in rows.values() if row.activity_id == activity)
    seen = set()
    for each in incoming:
        original = _original(each, root)
        present = rows.get(original)
        if present is None:
            made = _add(work, each, root.activity_id, root.uid, original)
            if asks_anew and is_other_time(time_of(root), made, original):
                ask_all_anew(work.session, work.user_id, made)
        else:
            was, revision = time_of(present), present.sequence
            _update(work, each, present)
            if asks_anew and is_other_time(was, present):
                present.sequence = max(present.sequence, revision + 1)
                ask_all_anew(work.session, work.user_id, present)
        seen.add(original)
    gone = [row.activity_id for row in rows.values() if row is not root and row.original not in seen]
    session.flush()
    if gone:
        remove_rows(work, gone)


def _named(incoming: Sequence[Incoming]) -> dict[str, str]:
    """Return the words of an appointment for the undo menu; nothing of a private one."""
    event = incoming[0].event
    return {"text": "" if event.is_private else " ".join(event.subject.split())[:SHOWN_SUBJECT]}


def _original(each: Incoming, root: Appointment) -> str:
    """Return which occurrence is meant, "" for the series itself."""
    return original_in(each.event, root.zone, all_day=root.is_all_day)


def _add(work: UnitOfWork, each: Incoming, series: int | None, uid: str, original: str) -> Appointment:
    """Make one appointment of whoever works."""
    activity = Activity(type="meeting", responsible_id=work.user_id, state=PLANNED, custom={})
    made = Appointment(uid=uid, original=original, series_id=series)
    if series is not None:
        _take_over(work, activity, series)
    fill(activity, made, each)
    people = [participant_of(guest, Participant) for guest in each.event.guests]
    recognise(work.session, people)
    insert(work, activity, made, people)
    return made


def _take_over(work: UnitOfWork, activity: Activity, series: int) -> None:
    """Let an occurrence be about whom its series is about."""
    former = work.session.get_one(Activity, series)
    for name in ("type", "contact_id", "contact_person_id", "responsible_id"):
        setattr(activity, name, getattr(former, name))


def _update(work: UnitOfWork, each: Incoming, present: Appointment) -> None:
    """Write over one appointment; its contact and what else was added here stay."""
    activity = work.session.get_one(Activity, present.activity_id)
    each.event.sequence = max(each.event.sequence, present.sequence or 0)
    fill(activity, present, each)
    settle(activity, present)
    mine = select(Participant).where(Participant.activity_id == present.activity_id)
    bring_guests(work.session, present.activity_id, each.event.guests, list(work.session.scalars(mine)))
