"""Appointments: made, changed, moved and deleted, alone or as occurrences of a series.

What is edited is loaded whole (services/booking.py); for one occurrence of a series the times are those of the
occurrence, and `Scope` says how far a change reaches: to this one, to this and the following, or to all.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import delete as delete_rows
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from gcrm.errors import GcrmError, UserError
from gcrm.i18n import N_, _
from gcrm.model.activity import Activity, ActivityLink
from gcrm.model.appointment import Appointment, Participant
from gcrm.model.appointment_times import is_day, read_wall, write_wall
from gcrm.model.base import Record
from gcrm.model.fold import clean
from gcrm.services.activity import add, find
from gcrm.services.aggregate import Force, apply, difference, plain_columns, values_of
from gcrm.services.answers import ask_all_anew, ask_anew, goes_on_elsewhere, is_other_time
from gcrm.services.booking import (
    PLANNED,
    Booking,
    blank,
    check,
    is_appointment,
    load,
    new_uid,
    read_booking,
    set_here,
    settle,
    times_copy,
)
from gcrm.services.database import Database
from gcrm.services.delegation import tell_of
from gcrm.services.privacy import visible_to
from gcrm.services.restricted import refuse_any
from gcrm.services.series_edit import ended, moved_end, moved_rule, rest_of, shifted
from gcrm.services.unit_of_work import UnitOfWork, unit_of_work

__all__ = [
    "Booking",
    "Scope",
    "blank",
    "book",
    "end_before",
    "insert",
    "is_appointment",
    "load",
    "move",
    "move_to",
    "remove",
    "save",
    "times_copy",
]
SHOWN_SUBJECT = 60
_TELLING = ("starts", "ends", "zone", "end_zone", "location", "rule", "left_out", "added", "status")
"""Fields whose change makes a new revision for those who were invited (RFC 5545 3.8.7.4)."""
_NOT_COPIED = frozenset({"call_key", "follow_up_at", "recurrence", "done_at", "done_by", "delegated_by"})


class Scope(StrEnum):
    """How far a change of a series reaches."""

    ONE = "one"
    FOLLOWING = "following"
    ALL = "all"


def book(
    database: Database,
    starts: str,
    ends: str,
    *,
    subject: str = "",
    zone: str = "",
    type: str = "meeting",
    text: str = "",
    contact_id: int | None = None,
    contact_person_id: int | None = None,
    responsible_id: int | None = None,
    is_private: bool = False,
    participants: Sequence[Participant] = (),
    **more: Any,
) -> int:
    """Make an appointment and return the id of its activity; `more` are fields of Appointment.

    Raises UserError for an end before the beginning or a rule that is none.
    """
    activity = Activity(
        type=type, subject=clean(subject), text=clean(text), contact_id=contact_id, contact_person_id=contact_person_id,
        responsible_id=responsible_id or database.user_id, is_private=is_private, state=PLANNED, custom={},
    )  # fmt: skip
    values = {"left_out": [], "added": [], "categories": [], "kept": {}, "uid": new_uid(), **more}
    appointment = Appointment(starts=starts, ends=ends, zone=zone, **values)
    check(appointment)
    with unit_of_work(database, N_("Appointment “{text}” made"), kind="create", params=_named(activity)) as work:
        refuse_any(work.session, [contact_id])
        insert(work, activity, appointment, participants)
    return activity.id


def insert(
    work: UnitOfWork, activity: Activity, appointment: Appointment, participants: Sequence[Participant] = ()
) -> None:
    """Add a new appointment inside a unit of work."""
    settle(activity, appointment)
    add(work, activity)
    appointment.activity_id = activity.id
    for one in participants:
        one.activity_id = activity.id
    work.session.add_all([appointment, *participants])
    work.session.flush()


def _named(activity: Activity) -> dict[str, str]:
    """Return the words of an activity for the undo menu; nothing of a private one."""
    words = "" if activity.is_private else " ".join((activity.subject or activity.text or "").split())
    return {"text": words if len(words) <= SHOWN_SUBJECT else f"{words[: SHOWN_SUBJECT - 1]}…"}


# --- saving -------------------------------------------------------------------------------------------------------
def save(database: Database, booking: Booking, scope: Scope = Scope.ALL, *, force: Force = frozenset()) -> int:
    """Save what was edited and return the activity that now holds it.

    Raises ConflictError when somebody else changed the same fields, UserError when it is gone or the times are wrong;
    then what was edited is as it was handed over.
    """
    before = values_of(booking.appointment)
    try:
        return _save(database, booking, scope, force)
    except GcrmError:
        for name, value in before.items():
            setattr(booking.appointment, name, value)
        raise


def _save(database: Database, booking: Booking, scope: Scope, force: Force) -> int:
    activity, appointment = booking.activity, booking.appointment
    activity.text, activity.subject = clean(activity.text), clean(activity.subject)
    check(appointment)
    if activity.id is None:
        return _save_new(database, booking)
    for one in booking.participants:
        one.activity_id = activity.id
    occurrence = booking.occurrence
    if occurrence and scope is Scope.FOLLOWING and occurrence <= _base(booking)["starts"]:
        scope = Scope.ALL
    if occurrence and scope is Scope.ONE:
        return _save_one(database, booking)
    if occurrence and scope is Scope.FOLLOWING:
        return _save_following(database, booking)
    delta = timedelta()
    if occurrence:
        delta = _to_series(booking)
    settle(activity, appointment)
    if not difference(booking.loaded):
        return activity.id
    with unit_of_work(database, N_("Appointment “{text}” changed"), params=_named(activity)) as work:
        is_other = any(_base(booking).get(name) != getattr(appointment, name) for name in _TELLING)
        if is_other or _takes_off(booking):
            appointment.sequence = _base(booking)["sequence"] + 1
        apply(work, difference(booking.loaded), force=force)
        tell_of(work, activity, _owner(booking))
        if is_other_time(_base(booking), appointment):
            ask_all_anew(work.session, work.user_id, appointment)
        if delta:
            for other in _overrides(work.session, activity.id):
                other.original = shifted(other.original, delta)
    return activity.id


def _save_new(database: Database, booking: Booking) -> int:
    """Save an appointment for the first time."""
    activity = booking.activity
    with unit_of_work(database, N_("Appointment “{text}” made"), kind="create", params=_named(activity)) as work:
        refuse_any(work.session, [activity.contact_id])
        insert(work, activity, booking.appointment, booking.participants)
        tell_of(work, activity, work.user_id)
    return activity.id


def _takes_off(booking: Booking) -> bool:
    """Tell whether somebody with an address takes part no more, who is then told by a new revision (RFC 5546 3.2.5)."""
    stay = {one.id for one in booking.participants}
    base = booking.loaded.base.items()
    return any(key[0] == "participant" and key[1] not in stay and values["email"] for key, values in base)


def _owner(booking: Booking) -> int | None:
    """Return whose calendar an appointment stood in when it was read."""
    owner: int | None = booking.loaded.base["activity", booking.activity.id]["responsible_id"]
    return owner


def _base(booking: Booking) -> dict[str, Any]:
    """Return the values the appointment was read with."""
    return booking.loaded.base["appointment", booking.appointment.id]


def _to_series(booking: Booking) -> timedelta:
    """Turn the times of one occurrence into those of its whole series; return how far it was moved."""
    appointment, base = booking.appointment, _base(booking)
    starts, ends = appointment.starts, appointment.ends
    length = read_wall(ends) - read_wall(starts)
    if is_day(starts) != is_day(booking.occurrence):  # from a time of day to whole days, or back
        first = read_wall(base["starts"]).date()
        begin = first if is_day(starts) else datetime.combine(first, read_wall(starts).time())
        delta = timedelta()
        appointment.left_out, appointment.added = [], []
    else:
        delta = read_wall(starts) - read_wall(booking.occurrence)
        moved = read_wall(base["starts"]) + delta
        begin = moved.date() if is_day(starts) else moved
        appointment.left_out = [shifted(each, delta) for each in base["left_out"]]
        appointment.added = [shifted(each, delta) for each in base["added"]]
    if appointment.rule == base["rule"]:
        rule = moved_rule(base["rule"], read_wall(base["starts"]), read_wall(write_wall(begin)))
        appointment.rule = moved_end(rule, base["zone"], base["starts"], write_wall(begin), appointment.zone)
    appointment.starts, appointment.ends = write_wall(begin), write_wall(begin + length)
    return delta


def _save_one(database: Database, booking: Booking) -> int:
    """Give one occurrence an appointment of its own."""
    occurrence = booking.occurrence
    with unit_of_work(database, N_("Appointment “{text}” changed"), params=_named(booking.activity)) as work:
        activity, appointment, participants = _copied(work, booking)
        appointment.series_id, appointment.original = booking.activity.id, occurrence
        appointment.rule, appointment.left_out, appointment.added = "", [], []
        appointment.sequence = _base(booking)["sequence"] + 1
        if is_other_time(_base(booking), booking.appointment, occurrence):
            ask_anew(work.session, work.user_id, appointment, participants)
        insert(work, activity, appointment, participants)
        tell_of(work, activity, _owner(booking))
        _copy_links(work, booking.activity.id, activity.id)
    return activity.id


def _save_following(database: Database, booking: Booking) -> int:
    """End the series before an occurrence and go on with another one."""
    base, occurrence = _base(booking), booking.occurrence
    delta = timedelta()
    if is_day(booking.appointment.starts) == is_day(occurrence):
        delta = read_wall(booking.appointment.starts) - read_wall(occurrence)
    with unit_of_work(database, N_("Appointment “{text}” changed"), params=_named(booking.activity)) as work:
        former = _series(work.session, booking.activity.id)
        activity, appointment, participants = _copied(work, booking)
        if appointment.rule == base["rule"]:
            rest = rest_of(base["rule"], base["zone"], read_wall(base["starts"]), read_wall(occurrence))
            rule = moved_rule(rest, read_wall(occurrence), read_wall(appointment.starts))
            appointment.rule = moved_end(rule, base["zone"], occurrence, appointment.starts, appointment.zone)
        appointment.uid, appointment.sequence = new_uid(), 0
        is_new_rule = booking.appointment.rule != base["rule"]
        if is_new_rule or is_other_time(base, booking.appointment, occurrence):
            ask_anew(work.session, work.user_id, appointment, participants)
        goes_on_elsewhere(participants)
        appointment.left_out = [shifted(each, delta) for each in base["left_out"] if each >= occurrence]
        appointment.added = [shifted(each, delta) for each in base["added"] if each >= occurrence]
        insert(work, activity, appointment, participants)
        tell_of(work, activity, _owner(booking))
        _copy_links(work, booking.activity.id, activity.id)
        for other in _overrides(work.session, booking.activity.id):
            if other.original >= occurrence:
                other.series_id, other.original = activity.id, shifted(other.original, delta)
                other.uid = appointment.uid
        end_before(former, occurrence)
    return activity.id


def end_before(series: Appointment, occurrence: str) -> None:
    """Let a series end before one of its occurrences."""
    series.rule = ended(series.rule, series.zone, occurrence)
    series.left_out = [each for each in series.left_out if each < occurrence]
    series.added = [each for each in series.added if each < occurrence]
    series.sequence += 1


def _copied(work: UnitOfWork, booking: Booking) -> tuple[Activity, Appointment, list[Participant]]:
    """Return new records with what stands in those that are edited."""
    find(work.session, booking.activity.id, work.user_id)

    def copy(record: Record, *but: str) -> Any:
        cls: type[Record] = type(record)
        names = (name for name in plain_columns(cls) if name not in _NOT_COPIED and name not in but)
        return cls(**{name: getattr(record, name) for name in names})

    activity = copy(booking.activity)
    activity.state = PLANNED
    appointment = copy(booking.appointment, "activity_id", "begins_at", "ends_at", "is_long")
    return activity, appointment, [copy(one, "activity_id") for one in booking.participants]


def _copy_links(work: UnitOfWork, source: int, target: int) -> None:
    """Let an activity speak of what another one speaks of."""
    links = work.session.scalars(select(ActivityLink).where(ActivityLink.activity_id == source)).all()
    work.session.add_all(
        ActivityLink(activity_id=target, table_name=link.table_name, record_id=link.record_id) for link in links
    )


def _series(session: Session, activity_id: int) -> Appointment:
    """Return the appointment of a series, locked. Raises UserError when it is gone."""
    found = session.scalar(select(Appointment).where(Appointment.activity_id == activity_id).with_for_update())
    if found is None:
        raise UserError(_("This appointment does not exist any more."))
    return found


def _overrides(session: Session, series: int) -> list[Appointment]:
    """Return the occurrences of a series that have appointments of their own."""
    return list(session.scalars(select(Appointment).where(Appointment.series_id == series).order_by(Appointment.id)))


def move(database: Database, activity_id: int, occurrence: str, starts: str, ends: str, scope: Scope) -> int:
    """Move an appointment, or occurrences of a series, to another time; return the activity that now holds it."""
    booking = load(database, activity_id, occurrence)
    booking.appointment.starts, booking.appointment.ends = starts, ends
    return save(database, booking, scope)


def move_to(
    database: Database, activity_id: int, occurrence: str, begin: datetime, end: datetime, scope: Scope, *,
    all_day: bool, zone: str = "",
) -> int:  # fmt: skip
    """Move an appointment to naive moments here; it keeps its zone, and gets `zone` where it was for whole days."""
    booking = load(database, activity_id, occurrence)
    if not all_day and is_day(booking.appointment.starts):
        booking.appointment.zone = zone
    set_here(booking.appointment, begin, end, all_day=all_day)
    return save(database, booking, scope)


# --- deleting -----------------------------------------------------------------------------------------------------
def remove(database: Database, activity_id: int, scope: Scope = Scope.ALL, occurrence: str = "") -> None:
    """Delete an appointment, or occurrences of a series; undo brings them back. Raises UserError when it is gone."""
    with database.read() as session:
        booking = read_booking(session, activity_id, database.user_id)
        session.expunge_all()
    with unit_of_work(database, N_("Appointment “{text}” deleted"), params=_named(booking.activity)) as work:
        former = _series(work.session, activity_id)
        if former.series_id is not None:
            series = _series(work.session, former.series_id)
            series.left_out = sorted({*series.left_out, former.original})
            series.sequence += 1
            remove_rows(work, [activity_id])
        elif scope is Scope.ALL or not occurrence or (scope is Scope.FOLLOWING and occurrence <= former.starts):
            remove_rows(work, [activity_id])
        elif scope is Scope.ONE:
            former.left_out = sorted({*former.left_out, occurrence})
            former.sequence += 1
        else:
            gone = [o.activity_id for o in _overrides(work.session, activity_id) if o.original >= occurrence]
            remove_rows(work, gone)
            end_before(former, occurrence)


def remove_rows(work: UnitOfWork, activities: Collection[int]) -> None:
    """Delete activities, and with a series what was moved out of it, as far as whoever works may see them."""
    moved = select(Appointment.activity_id).where(Appointment.series_id.in_(activities))
    wanted = select(Activity.id).where(
        or_(Activity.id.in_(activities), Activity.id.in_(moved)), visible_to(work.user_id)
    )
    found = work.session.scalars(wanted).all()
    work.session.execute(delete_rows(Activity).where(Activity.id.in_(found)))
