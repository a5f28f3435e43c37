"""An appointment in hand: its activity, its times and who takes part, read whole, made anew, and checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.model.activity import Activity
from gcrm.model.appointment import Appointment, Participant
from gcrm.model.appointment_times import in_zone, instant, is_day, read_wall, write_wall
from gcrm.model.base import Record
from gcrm.model.rrule import parse
from gcrm.services.activity import find
from gcrm.services.aggregate import Loaded
from gcrm.services.database import Database
from gcrm.services.moment import NOON

PLANNED = "planned"


@dataclass(slots=True)
class Booking:
    """An appointment to edit: its activity, its times and who takes part; `occurrence` where one of a series is."""

    activity: Activity
    appointment: Appointment
    participants: list[Participant]
    loaded: Loaded[Activity]
    occurrence: str = ""

    @property
    def is_series(self) -> bool:
        """Tell whether it comes more than once."""
        base = self.loaded.base.get(("appointment", self.appointment.id), {})
        return bool(base.get("rule") or base.get("added"))


def blank(
    database: Database, begin: datetime, end: datetime, *, zone: str, all_day: bool = False,
    contact_id: int | None = None,
) -> Booking:  # fmt: skip
    """Return a new appointment between two naive moments here, to fill in and save."""
    activity = Activity(
        type="meeting", subject="", text="", contact_id=contact_id, responsible_id=database.user_id, is_private=False,
        state=PLANNED, custom={},
    )  # fmt: skip
    appointment = Appointment(
        zone="" if all_day else zone, end_zone="", original="", location="", rule="", left_out=[], added=[], kept={},
        status="confirmed", is_busy=not all_day, reminder_minutes=None if all_day else 15, categories=[],
        uid=new_uid(), sequence=0, organizer="",
    )  # fmt: skip
    set_here(appointment, begin, end, all_day=all_day)
    return _in_hand(activity, appointment, [])


def new_uid() -> str:
    """Return an identifier that no other appointment of the world has."""
    return f"{uuid4()}@gcrm"


def _in_hand(activity: Activity, appointment: Appointment, participants: list[Participant]) -> Booking:
    def walk(_root: Activity) -> Iterator[Record]:
        yield activity
        yield appointment
        yield from participants

    return Booking(activity, appointment, participants, Loaded(activity, walk).remember())


def is_appointment(session: Session, activity_id: int) -> bool:
    """Tell whether an activity stands in the calendar."""
    return session.scalar(select(Appointment.id).where(Appointment.activity_id == activity_id)) is not None


def load(database: Database, activity_id: int, occurrence: str = "") -> Booking:
    """Return an appointment to edit; one `occurrence` of a series has its own begin and end.

    Raises UserError when it is gone, or private to somebody else.
    """
    with database.read() as session:
        booking = read_booking(session, activity_id, database.user_id)
        session.expunge_all()
    go_to(booking, occurrence)
    return booking


def read_booking(session: Session, activity_id: int, user: int) -> Booking:
    """Return an appointment that `user` may see. Raises UserError."""
    activity = find(session, activity_id, user)
    appointment = session.scalar(select(Appointment).where(Appointment.activity_id == activity_id))
    if appointment is None:
        raise UserError(_("This activity is no appointment any more. Open it in the chronicle."))
    people = select(Participant).where(Participant.activity_id == activity_id).order_by(Participant.id)
    return _in_hand(activity, appointment, list(session.scalars(people)))


def go_to(booking: Booking, occurrence: str) -> None:
    """Let the times be those of one occurrence."""
    appointment = booking.appointment
    if occurrence and booking.is_series:
        length = appointment.length
        booking.occurrence = appointment.starts = occurrence
        ends = read_wall(occurrence) + length
        appointment.ends = write_wall(ends.date() if is_day(occurrence) else ends)


def settle(activity: Activity, appointment: Appointment) -> None:
    """Let an activity stand in the chronicle where its appointment begins."""
    starts, ends = read_wall(appointment.starts), read_wall(appointment.ends)
    if is_day(appointment.starts):
        activity.at, activity.seconds = datetime.combine(starts.date(), NOON, UTC), None
        return
    zone = appointment.zone or ""
    first, last = (instant(starts, zone), instant(ends, appointment.end_zone or zone))
    activity.at, activity.seconds = first, int((last - first).total_seconds()) or None


def check(appointment: Appointment) -> None:
    """Raise UserError for times that are none, an end before the beginning, and a rule that cannot be read."""
    try:
        starts, ends = read_wall(appointment.starts), read_wall(appointment.ends)
        if not is_day(appointment.starts):
            zone = appointment.zone or ""
            instants = instant(starts, zone), instant(ends, appointment.end_zone or zone)
            starts, ends = instants if appointment.end_zone and appointment.end_zone != zone else (starts, ends)
    except (ValueError, OverflowError) as problem:
        raise UserError(_("This is no day or time. Enter begin and end again."), field="starts") from problem
    if ends < starts or (is_day(appointment.starts) != is_day(appointment.ends)):
        raise UserError(_("The appointment ends before it begins. Choose a later end."), field="ends")
    try:
        parse(appointment.rule or "", appointment.zone or "")
    except ValueError as problem:
        sentence = _("The appointment repeats by a rule that cannot be read. Choose another.")
        raise UserError(sentence, field="rule") from problem


def set_here(appointment: Appointment, begin: datetime, end: datetime, *, all_day: bool) -> None:
    """Give an appointment begin and end as they are here; for whole days the end is the day after the last."""
    if all_day:
        appointment.starts, appointment.ends = write_wall(begin.date()), write_wall(end.date())
        appointment.zone = appointment.end_zone = ""
        return
    zone = appointment.zone or ""
    appointment.starts = write_wall(in_zone(begin.astimezone(), zone))
    appointment.ends = write_wall(in_zone(end.astimezone(), appointment.end_zone or zone))


def times_copy(appointment: Appointment) -> Appointment:
    """Return another appointment at the same time, to try something on."""
    return Appointment(
        starts=appointment.starts, ends=appointment.ends, zone=appointment.zone, end_zone=appointment.end_zone
    )
