"""Writing calendar files: one appointment, a range, everything, tasks, and invitations."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, select, union
from sqlalchemy.orm import Session

from gcrm import __version__
from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.model.activity import Activity
from gcrm.model.appointment import Appointment, Participant
from gcrm.model.appointment_times import day_begin, is_zone
from gcrm.model.base import now
from gcrm.model.dav_name import DavName
from gcrm.model.user import User
from gcrm.services.atomic_file import replacing
from gcrm.services.calendar import in_range
from gcrm.services.collector import collector_paused
from gcrm.services.database import Database
from gcrm.services.exchange.ical_event import TOLD, Event, Guest, event_lines, fingerprint_of
from gcrm.services.exchange.ical_rows import Booked, records
from gcrm.services.exchange.ical_task import task_lines, zones_of
from gcrm.services.exchange.ical_tree import Component, parse_lines, write_lines
from gcrm.services.exchange.ical_values import LAST_YEAR, Moment
from gcrm.services.exchange.ical_zone import zone_lines
from gcrm.services.privacy import viewer, visible_to

BATCH = 2000
PRODUCT = f"-//gCRM//gCRM {__version__}//EN"


def range_bytes(
    session: Session, users: Collection[int], first: date | None = None, last: date | None = None, *,
    with_tasks: bool = False,
) -> bytes:  # fmt: skip
    """Return the appointments of users between two days, both included, all without them; perhaps open tasks too."""
    wanted: list[ColumnElement[bool]] = [Activity.responsible_id.in_(users), visible_to(viewer(session))]
    if first is not None and last is not None:
        wanted.append(in_range(day_begin(first), day_begin(last) + timedelta(days=1)))
    mine = select(Appointment.activity_id).join(Activity, Activity.id == Appointment.activity_id).where(*wanted).cte()
    moved = select(Appointment.activity_id).where(Appointment.series_id.in_(select(mine.c.activity_id)))
    ids = session.connection().scalars(union(select(mine.c.activity_id), moved)).all()
    tasks = list(_tasks(session, users)) if with_tasks else []
    return calendar_bytes(session, sorted(ids), tasks=tasks)


@collector_paused()
def calendar_bytes(
    session: Session, activities: Sequence[int], *, method: str = "", tasks: Sequence[Activity] = (),
    organizer: str = "",
) -> bytes:  # fmt: skip
    """Return a calendar file of appointments, with what was moved out of a series beside it, and of tasks."""
    found = (record for batch in _batches(activities) for record in records(session, batch))
    kept = kept_tasks(session, [task.id for task in tasks])
    return file_bytes(found, now(), method=method, tasks=[(t, kept.get(t.id, ())) for t in tasks], organizer=organizer)


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield ids in lists that a statement can take."""
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


Kept = tuple[Activity, Sequence[str]]
"""A task, and the lines it came as."""


def file_bytes(
    booked: Iterable[Booked], moment: datetime, *, method: str = "", tasks: Iterable[Kept] = (), organizer: str = "",
) -> bytes:  # fmt: skip
    """Return a calendar file of appointments that were read, and of tasks; `moment` is when it was written."""
    body: list[str] = []
    zones: dict[str, int] = {}
    foreign: dict[str, list[str]] = {}
    parsed = cache(_parsed)
    noted: set[tuple[str, str, str]] = set()
    for row, people in booked:
        kept = row.kept if isinstance(row.kept, dict) else {}
        body += _event_lines(row, people, kept, parsed, moment, organizer)
        which = row.zone, row.end_zone, row.starts[:4]
        if which not in noted:
            noted.add(which)
            _note_zones(zones, which[:2], int(which[2]))
        if given := kept.get("zones"):
            foreign |= {str(name): lines for name, lines in given.items() if not is_zone(name)}
            _note_zones(zones, given, int(which[2]))
    for task, lines in tasks:
        body += task_lines(task, moment, lines)
        given, more = zones_of(lines)
        foreign |= more
        _note_zones(zones, given, moment.year)
    return whole_bytes(body, zones, foreign, method)


def _event_lines(
    row: Any, people: Sequence[Any], kept: Mapping[str, Any],
    parsed: Callable[[tuple[str, ...]], Component | None], moment: datetime, organizer: str,
) -> list[str]:  # fmt: skip
    """Return the lines of an appointment: as it came where nothing was changed here."""
    raw: list[str] = kept.get("raw", [])
    is_told = raw and (row.organizer or not organizer)
    if is_told and kept.get("told") == fingerprint_of(row[: len(TOLD)], row.original, _with_address(people)):
        return raw
    event = event_of(row, row, people)
    event.organizer = event.organizer or organizer
    zones = {str(name): parsed(tuple(lines)) for name, lines in kept.get("zones", {}).items()} if raw else {}
    return event_lines(event, raw, {name: zone for name, zone in zones.items() if zone is not None}, moment)


def _note_zones(zones: dict[str, int], named: Iterable[str], year: int) -> None:
    """Note which zones are named, and the first year in which they are."""
    for name in named:
        if name and name != "UTC" and zones.get(name, 10_000) > year and is_zone(name):
            zones[name] = year


def whole_bytes(body: list[str], zones: Mapping[str, int], foreign: Mapping[str, list[str]], method: str = "") -> bytes:
    """Return a calendar file with these components; `zones` are those it names, with the first year."""
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN"]
    head += [f"METHOD:{method}"] if method else []
    for name in sorted(zones):
        head += zone_lines(name, min(max(1971, zones[name]), LAST_YEAR))
    for name in sorted(foreign):
        head += foreign[name]
    return write_lines([*head, *body, "END:VCALENDAR"])


def _parsed(lines: tuple[str, ...]) -> Component | None:
    """Return a component; many appointments name the same zone."""
    return parse_lines(lines)


def _with_address(people: Sequence[Any]) -> list[Any]:
    """Return those whom a calendar file can name."""
    return [one for one in people if one.email]


def event_of(activity: Any, appointment: Any, people: Sequence[Any]) -> Event:
    """Return an appointment in the words of calendar files; one row may have the fields of both records."""
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
        [Guest(one.name, one.email, one.role, one.answer) for one in _with_address(people)],
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
def kept_tasks(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the lines that tasks came as."""
    found: dict[int, list[str]] = {}
    for batch in _batches(ids):
        wanted = select(DavName.activity_id, DavName.kept).where(DavName.activity_id.in_(batch))
        rows = session.execute(wanted.order_by(DavName.id.desc()))  # the first of several stays
        found |= {row.activity_id: row.kept for row in rows if row.activity_id is not None}
    return found


def _tasks(session: Session, users: Collection[int]) -> Iterator[Activity]:
    """Yield the open follow-ups of users."""
    mine = (Activity.state == "open", Activity.responsible_id.in_(users), visible_to(viewer(session)))
    yield from session.scalars(select(Activity).where(*mine).order_by(Activity.follow_up_at, Activity.id))
