"""What those who were invited to an appointment are to be told: it changed, is called off, or goes on without them.

Who was told of an appointment is kept with the participants: by which revision (SEQUENCE), and in whose name. Whoever
answered knows of it as well. An appointment to which somebody else invites is none of our business.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gcrm.i18n import N_
from gcrm.model.activity import Activity
from gcrm.model.appointment import Appointment, Participant
from gcrm.model.appointment_times import read_wall
from gcrm.model.show import format_moment
from gcrm.model.user import User
from gcrm.services import activity
from gcrm.services import appointment as appointments
from gcrm.services.aggregate import Force
from gcrm.services.appointment import Scope
from gcrm.services.booking import Booking, go_to, read_booking
from gcrm.services.database import Database
from gcrm.services.exchange.ical_cancel import cancellation
from gcrm.services.exchange.ical_export import calendar_bytes
from gcrm.services.invitees import INVITED, organizer_of
from gcrm.services.privacy import visible_to
from gcrm.services.showing import here, show_date
from gcrm.services.unit_of_work import unit_of_work

CHANGED, OFF, WITHOUT, AGAIN = "changed", "off", "without", "again"
_TOLD = ("starts", "ends", "zone", "end_zone", "location", "rule", "left_out", "added", "status")


@dataclass(frozen=True, slots=True)
class Notice:
    """A file for some addresses: `kind` is CHANGED, OFF, WITHOUT (them) or AGAIN; `title` and `when` are for the mail.

    `called_off` is the activity that was deleted, or lost one `occurrence`; `sequence` the revision by which this is
    told, and `follow_up` the activity that keeps it until then (services/mail/called_off.py).
    """

    kind: str
    title: str
    when: str
    to: tuple[str, ...]
    data: bytes
    activities: tuple[int, ...] = ()
    called_off: int = 0
    occurrence: str = ""
    sequence: int = 0
    follow_up: int = 0

    @property
    def method(self) -> str:
        """Return what calendars call it."""
        return "REQUEST" if self.kind in (CHANGED, AGAIN) else "CANCEL"


def when_words(appointment: Appointment) -> str:
    """Return when it begins, as the clock on the wall of its place says, with that place."""
    begins = read_wall(appointment.starts)
    if appointment.is_all_day:
        return show_date(begins.date())
    told = format_moment(begins, *here())
    return f"{told} ({appointment.zone})" if appointment.zone else told


def invited_of(people: Sequence[Participant]) -> list[Participant]:
    """Return those who know of an appointment: they were invited, or have answered."""
    return [one for one in people if one.email and (INVITED in (one.kept or {}) or one.answer)]


# --- what is done, with whom it has to be told to -----------------------------------------------------------------
def remove(database: Database, activity_id: int, scope: Scope = Scope.ALL, occurrence: str = "") -> list[Notice]:
    """Delete as `appointment.remove` does, and return what is to be told to whom."""
    found = calling_off(database, activity_id, scope, occurrence)
    appointments.remove(database, activity_id, scope, occurrence)
    if not found and scope is Scope.FOLLOWING and occurrence:
        return updates(database, [activity_id])
    return found


def remove_activities(database: Database, activities: Sequence[int]) -> list[Notice]:
    """Delete activities of all kinds, and return what is to be told to whom of the appointments among them."""
    with database.read() as session:
        wanted = select(Appointment.activity_id).where(Appointment.activity_id.in_(activities))
        booked = list(session.scalars(wanted.order_by(Appointment.begins_at)))
    found = [notice for one in booked for notice in calling_off(database, one)]
    activity.remove(database, activities)
    return found


def save(database: Database, booking: Booking, scope: Scope, force: Force = frozenset()) -> list[Notice]:
    """Save as `appointment.save` does, and return what is to be told to whom."""
    gone, is_other = _gone(booking), _is_other(booking)
    former = booking.activity.id
    saved = appointments.save(database, booking, scope, force=force)
    found = _without(database, saved, gone) if gone else []
    both = [former, saved] if scope is Scope.FOLLOWING and former else [saved]
    return found + (updates(database, dict.fromkeys(both)) if is_other else [])


def move(database: Database, activity_id: int, occurrence: str, begin: datetime, end: datetime, scope: Scope, *,
         all_day: bool, zone: str = "") -> tuple[int, list[int]]:  # fmt: skip
    """Move as `appointment.move_to` does; return the activity that now holds it, and those of which to tell."""
    moved = appointments.move_to(database, activity_id, occurrence, begin, end, scope, all_day=all_day, zone=zone)
    ids = list(dict.fromkeys([activity_id, moved]))
    return moved, ids if updates(database, ids) else []


def _is_other(booking: Booking) -> bool:
    """Tell whether something was edited that those who are invited see."""
    base = booking.loaded.base
    what, appointment = booking.activity, booking.appointment
    if what.id is None:
        return False
    was, had = base["activity", what.id], base["appointment", appointment.id]
    if booking.occurrence:
        had = {**had, "starts": booking.occurrence, "ends": _end_of(booking)}
    known = {key[1] for key in base if key[0] == "participant"}
    return (
        any((was[name] or "") != (getattr(what, name) or "") for name in ("subject", "text"))
        or any(had[name] != getattr(appointment, name) for name in _TOLD)
        or any(one.id not in known for one in booking.participants if one.email)
    )


def _end_of(booking: Booking) -> str:
    """Return the end that the occurrence in hand had when it was read."""
    base = booking.loaded.base["appointment", booking.appointment.id]
    former = Appointment(starts=base["starts"], ends=base["ends"])
    length = former.length
    end = read_wall(booking.occurrence) + length
    return (end.date() if former.is_all_day else end).isoformat()


def _gone(booking: Booking) -> list[Participant]:
    """Return who knew of it and is taken off."""
    stay = {(one.email or "").casefold() for one in booking.participants}
    base = (values for key, values in booking.loaded.base.items() if key[0] == "participant")
    former = [Participant(**{name: values[name] for name in ("name", "email", "role", "answer", "kept")})
              for values in base]  # fmt: skip
    return [one for one in invited_of(former) if one.email.casefold() not in stay]


# --- the files ----------------------------------------------------------------------------------------------------
def calling_off(database: Database, activity_id: int, scope: Scope = Scope.ALL, occurrence: str = "") -> list[Notice]:
    """Return what is to be told before an appointment, or one of a series, is deleted; nothing for the rest of one."""
    with database.read() as session:
        booking = read_booking(session, activity_id, database.user_id)
        record = booking.appointment
        if scope is Scope.FOLLOWING and occurrence and occurrence > record.starts:
            return []
        is_kin = Appointment.series_id == activity_id
        if record.series_id is not None:
            is_kin = Appointment.activity_id == record.series_id
        kin = list(session.scalars(select(Appointment).where(is_kin)))
        others = [] if scope is Scope.ONE or record.series_id is not None else kin
        people = [*booking.participants, *_people(session, [other.activity_id for other in others])]
        organizer = organizer_of(session, database.user_id, record, people)
        guests = _once(_besides(organizer, invited_of(people)))
        if not guests or not organizer or record.status == "cancelled":
            return []
        session.expunge_all()
        if scope is Scope.ONE:
            go_to(booking, occurrence)
        sequence = max(each.sequence for each in (record, *kin)) + 1
        data = cancellation(booking, guests, organizer, sequence)
        title, at = booking.activity.subject or "", booking.occurrence
        return [
            Notice(OFF, title, when_words(record), _to(guests), data, (), activity_id, at, sequence)
        ]


def _without(database: Database, activity_id: int, gone: Sequence[Participant]) -> list[Notice]:
    """Return what is told to those who were taken off."""
    with database.read() as session:
        booking = read_booking(session, activity_id, database.user_id)
        record = booking.appointment
        organizer = organizer_of(session, database.user_id, record, gone)
        gone = _besides(organizer, gone)
        if not gone or not organizer:
            return []
        data = cancellation(booking, gone, organizer, record.sequence, is_whole=False)
        return [Notice(WITHOUT, booking.activity.subject or "", when_words(record), _to(gone), data)]


def updates(database: Database, activities: Collection[int], *, is_stale: bool = False) -> list[Notice]:
    """Return what those who take part are told of appointments that changed, nothing where nobody was invited.

    `is_stale` asks only for those of which somebody was told an older revision. What is gone meanwhile is passed over.
    """
    found = []
    with database.read() as session:
        seen = select(Appointment.activity_id).join(Activity, Activity.id == Appointment.activity_id)
        present = set(session.scalars(seen.where(Activity.id.in_(activities), visible_to(database.user_id))))
        for activity_id in (each for each in activities if each in present):
            booking = read_booking(session, activity_id, database.user_id)
            record, people = booking.appointment, booking.participants
            organizer = organizer_of(session, database.user_id, record, people)
            guests = _besides(organizer, people)
            knowing = invited_of(guests)
            old = any(one.kept.get(INVITED) != record.sequence for one in knowing)
            if not knowing or not organizer or (is_stale and not old):
                continue
            title, when = booking.activity.subject or "", when_words(record)
            if record.status == "cancelled":
                data = cancellation(booking, knowing, organizer, record.sequence)
                found.append(Notice(OFF, title, when, _to(knowing), data))
                continue
            moved = session.scalars(select(Appointment.activity_id).where(Appointment.series_id == activity_id)).all()
            data = calendar_bytes(session, [activity_id, *moved], method="REQUEST", organizer=organizer)
            found.append(Notice(CHANGED, title, when, _to(guests), data, (activity_id, *moved)))
    return found


def note(database: Database, activities: Collection[int]) -> None:
    """Keep that those who take part in appointments with an address were told of them as they are now."""
    if database.rights.lacks("activities.change"):
        return
    with unit_of_work(database, N_("Invitation sent")) as work:
        own: str = work.session.scalar(select(User.email).where(User.id == work.user_id)) or ""
        for activity_id in activities:
            booking = read_booking(work.session, activity_id, work.user_id)
            organizer = organizer_of(work.session, work.user_id, booking.appointment, booking.participants) or own
            told = {INVITED: booking.appointment.sequence, "organizer": organizer}
            for one in booking.participants:
                if one.email and {**one.kept, **told} != one.kept:
                    one.kept = {**one.kept, **told}


def _people(session: Session, activities: Collection[int]) -> list[Participant]:
    """Return who takes part in appointments."""
    wanted = select(Participant).where(Participant.activity_id.in_(activities)).order_by(Participant.id)
    return list(session.scalars(wanted)) if activities else []


def _besides(organizer: str, people: Sequence[Participant]) -> list[Participant]:
    """Return those with an address that is not the organiser's own."""
    return [one for one in people if one.email and one.email.casefold() != organizer.casefold()]


def _once(people: Sequence[Participant]) -> list[Participant]:
    """Return people, each address once."""
    return list({one.email.casefold(): one for one in reversed(people)}.values())[::-1]


def _to(people: Sequence[Participant]) -> tuple[str, ...]:
    """Return their addresses, each once."""
    return tuple(one.email for one in _once(people))
