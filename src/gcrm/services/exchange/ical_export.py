"""Writing calendar files: one appointment, a range, everything, tasks, and invitations."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from gcrm import __version__
from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.model.activity import Activity
from gcrm.model.appointment import Appointment, Participant
from gcrm.model.appointment_times import day_begin, is_zone, read_wall
from gcrm.model.base import now
from gcrm.model.user import User
from gcrm.services.atomic_file import replacing
from gcrm.services.calendar import in_range
from gcrm.services.database import Database
from gcrm.services.exchange.ical_event import Event, Guest, event_lines
from gcrm.services.exchange.ical_task import task_lines
from gcrm.services.exchange.ical_tree import Component, parse_lines, write_lines
from gcrm.services.exchange.ical_values import Moment
from gcrm.services.exchange.ical_zone import zone_lines
from gcrm.services.privacy import viewer, visible_to

BATCH = 400
PRODUCT = f"-//gCRM//gCRM {__version__}//EN"


def range_bytes(
    session: Session, users: Collection[int], first: date | None = None, last: date | None = None, *,
    with_tasks: bool = False,
) -> bytes:  # fmt: skip
    """Return the appointments of users between two days, both included, all without them; perhaps open tasks too."""
    wanted: list[ColumnElement[bool]] = [Activity.responsible_id.in_(users), visible_to(viewer(session))]
    if first is not None and last is not None:
        wanted.append(in_range(day_begin(first), day_begin(last) + timedelta(days=1)))
    ids = session.scalars(
        select(Appointment.activity_id).join(Activity, Activity.id == Appointment.activity_id).where(*wanted)
    ).all()
    series = session.scalars(select(Appointment.activity_id).where(Appointment.series_id.in_(ids))).all()
    tasks = list(_tasks(session, users)) if with_tasks else []
    return calendar_bytes(session, sorted({*ids, *series}), tasks=tasks)


def calendar_bytes(
    session: Session, activities: Sequence[int], *, method: str = "", tasks: Sequence[Activity] = (),
    organizer: str = "",
) -> bytes:  # fmt: skip
    """Return a calendar file of appointments, with what was moved out of a series beside it."""
    batches = (activities[start : start + BATCH] for start in range(0, len(activities), BATCH))
    found = (record for batch in batches for record in records(session, batch))
    return file_bytes(found, now(), method=method, tasks=tasks, organizer=organizer)


Booked = tuple[Activity, Appointment, list[Participant]]


def file_bytes(
    booked: Iterable[Booked], moment: datetime, *, method: str = "", tasks: Sequence[Activity] = (),
    organizer: str = "",
) -> bytes:  # fmt: skip
    """Return a calendar file of appointments that were read; `moment` is when it was written."""
    body: list[str] = []
    zones: dict[str, int] = {}
    foreign: dict[str, list[str]] = {}
    for activity, appointment, people in booked:
        event = event_of(activity, appointment, people)
        event.organizer = event.organizer or organizer
        kept = appointment.kept.get("raw", []) if isinstance(appointment.kept, dict) else []
        given = _given(appointment)
        foreign |= {name: lines for name, lines in given.items() if not is_zone(name)}
        body += event_lines(event, kept, dict(_parsed(given)), moment)
        year = read_wall(event.starts).year
        for name in {event.zone, event.end_zone, *given} - {"", "UTC"}:
            if is_zone(name):
                zones[name] = min(year, zones.get(name, year))
    for task in tasks:
        body += task_lines(task, moment)
    return whole_bytes(body, zones, foreign, method)


def whole_bytes(body: list[str], zones: Mapping[str, int], foreign: Mapping[str, list[str]], method: str = "") -> bytes:
    """Return a calendar file with these components; `zones` are those it names, with the first year."""
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN"]
    head += [f"METHOD:{method}"] if method else []
    for name in sorted(zones):
        head += zone_lines(name, max(1971, zones[name]))
    for name in sorted(foreign):
        head += foreign[name]
    return write_lines([*head, *body, "END:VCALENDAR"])


def _given(appointment: Appointment) -> dict[str, list[str]]:
    """Return the zones that came with an appointment."""
    zones = appointment.kept.get("zones", {}) if isinstance(appointment.kept, dict) else {}
    return {str(name): list(lines) for name, lines in zones.items()}


def _parsed(given: dict[str, list[str]]) -> Iterator[tuple[str, Component]]:
    for name, lines in given.items():
        found = parse_lines(lines)
        if found is not None:
            yield name, found


def records(session: Session, ids: Sequence[int]) -> Iterator[Booked]:
    """Yield appointments with their activities and participants."""
    people: dict[int, list[Participant]] = {}
    for one in session.scalars(select(Participant).where(Participant.activity_id.in_(ids)).order_by(Participant.id)):
        people.setdefault(one.activity_id, []).append(one)
    wanted = select(Activity, Appointment).join(Appointment, Appointment.activity_id == Activity.id)
    for activity, appointment in session.execute(
        wanted.where(Activity.id.in_(ids), visible_to(viewer(session))).order_by(Appointment.begins_at, Activity.id)
    ):
        yield activity, appointment, people.get(activity.id, [])


def event_of(activity: Activity, appointment: Appointment, people: Sequence[Participant]) -> Event:
    """Return an appointment in the words of calendar files."""
    return Event(
        appointment.starts,
        appointment.ends,
        appointment.zone,
        appointment.end_zone,
        appointment.uid or f"activity-{activity.id}@gcrm",
        Moment(appointment.original, appointment.zone) if appointment.original else None,
        activity.subject,
        activity.text,
        appointment.location,
        appointment.rule,
        list(appointment.left_out),
        list(appointment.added),
        appointment.status,
        appointment.is_busy,
        activity.is_private,
        list(appointment.categories),
        appointment.reminder_minutes,
        appointment.sequence,
        appointment.organizer,
        [Guest(one.name, one.email, one.role, one.answer) for one in people if one.email],
    )


def invitation(database: Database, activity_id: int) -> bytes:
    """Return an invitation to an appointment, to be sent by mail. Raises UserError where nobody can be invited."""
    with database.read() as session:
        people = session.scalars(select(Participant.email).where(Participant.activity_id == activity_id)).all()
        if not any(people):
            raise UserError(_("Nobody with an e-mail address takes part. Add participants, then invite them."))
        own = session.scalar(select(User.email).where(User.id == database.user_id)) or ""
        if not own:
            raise UserError(_("You have no e-mail address yet. Enter it under Settings, Users, then invite."))
        moved = session.scalars(select(Appointment.activity_id).where(Appointment.series_id == activity_id)).all()
        return calendar_bytes(session, [activity_id, *moved], method="REQUEST", organizer=own)


def write_for_others(session: Session, activity_id: int, path: Path) -> None:
    """Write an appointment into a calendar file that another program of this computer opens."""
    moved = session.scalars(select(Appointment.activity_id).where(Appointment.series_id == activity_id)).all()
    seen = select(Activity.id).where(Activity.id.in_([activity_id, *moved]), visible_to(viewer(session)))
    data = calendar_bytes(session, session.scalars(seen.order_by(Activity.id)).all())
    with replacing(path) as file:
        file.write(data)


# --- tasks --------------------------------------------------------------------------------------------------------
def _tasks(session: Session, users: Collection[int]) -> Iterator[Activity]:
    """Yield the open follow-ups of users."""
    mine = (Activity.state == "open", Activity.responsible_id.in_(users), visible_to(viewer(session)))
    yield from session.scalars(select(Activity).where(*mine).order_by(Activity.follow_up_at, Activity.id))
