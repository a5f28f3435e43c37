"""The appointments of a user as a calendar: a series with what was moved out of it is one entry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any
from xml.etree.ElementTree import Element

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from gcrm.i18n import _
from gcrm.model.activity import Activity
from gcrm.model.appointment import Appointment, Participant
from gcrm.model.base import now
from gcrm.services.calendar import of_users, own_besides
from gcrm.services.database import Database
from gcrm.services.dav import conflicts, event_put
from gcrm.services.dav.book import CALENDAR, Mark, by_key, etag, seconds
from gcrm.services.dav.names import ACTIVITY, batches, changed_names, names_of, records_of
from gcrm.services.dav.state import Renamed, changed, gone
from gcrm.services.exchange.ical_export import file_bytes
from gcrm.services.exchange.ical_rows import Booked, records
from gcrm.services.mail.called_off import remove_unseen
from gcrm.services.privacy import viewer, visible_to

BACK = timedelta(days=400)
"""How far back the list of a calendar goes. What is older is still there by its name."""
ROOT = func.coalesce(Appointment.series_id, Appointment.activity_id)
"""What is one entry: a series and its exceptions, or an appointment that comes once."""


class CalendarBook:
    """What stands in the calendar of a user: own appointments, and those that they take part in."""

    kind, component = CALENDAR, "VEVENT"
    has_tokens = True

    def __init__(self, user: int) -> None:
        self._user = user
        self.home = f"{user}/calendar/"

    @property
    def title(self) -> str:
        """Return the name that a device shows."""
        return _("Calendar")

    def marks(self, session: Session, names: Sequence[str] | None = None) -> list[Mark]:
        """Return the appointments of these names, of all that are not long past without them."""
        if names is None:
            roots = list(session.scalars(self._roots(session).where(Appointment.ends_at > now() - BACK)))
            named = [(name, root) for root, name in names_of(session, ACTIVITY, roots, self.home).items()]
        else:
            wanted, roots = records_of(session, ACTIVITY, names, self.home), list[int]()
            for some in batches(sorted(set(wanted.values()))):
                roots += session.scalars(self._roots(session).where(Appointment.activity_id.in_(some)))
            named = [(name, root) for name, root in wanted.items() if root in roots]
        besides = own_besides(session, roots)
        states = _states(session, [root for root in roots if (root, self._user) not in besides])
        return [_mark(name, root, states[root]) for name, root in named if root in states]

    def mark_of(self, session: Session, activity: int) -> Mark | None:
        """Return the entry of an activity, None where it is none of this calendar."""
        name = names_of(session, ACTIVITY, [activity], self.home)[activity]
        return next(iter(self.marks(session, [name])), None)

    def _roots(self, session: Session) -> Any:
        """Return the select of the entries that stand in this calendar."""
        wanted = select(Appointment.activity_id).join(Activity, Activity.id == Appointment.activity_id)
        mine = (Appointment.series_id.is_(None), of_users([self._user]), visible_to(viewer(session)))
        return wanted.where(*mine).order_by(Appointment.activity_id)

    def texts(self, session: Session, marks: Sequence[Mark]) -> dict[str, str]:
        """Return the appointments as calendars of one entry each."""
        names: dict[int, list[str]] = {}
        for mark in marks:
            names.setdefault(mark.record, []).append(mark.name)
        found: dict[str, str] = {}
        for root, booked in _booked(session, list(names)):
            moment = max(max(row.changed_at, row.times_changed_at) for row, _people in booked)
            found |= dict.fromkeys(names[root], file_bytes(booked, moment).decode())
        return found

    def changed(self, session: Session, after: ColumnElement[bool]) -> set[str]:
        """Return the names of appointments that may have changed."""
        activities, roots, former = set[int](), set[int](), Renamed()
        ids = {"appointment": set[int](), "participant": set[int]()}
        for row in changed(session, ("activity", "appointment", "participant", "dav_name"), after):
            if row.table_name == "activity":
                activities.add(row.record_id)
            elif row.table_name == "dav_name":
                former.take(row, "activity_id")
            elif row.action == "D":
                (roots if row.table_name == "appointment" else activities).add(
                    gone(row, "series_id") or gone(row, "activity_id") or 0
                )
            else:
                ids[row.table_name].add(row.record_id)
        for table, cls in (("appointment", Appointment), ("participant", Participant)):
            for some in batches(sorted(ids[table])):
                activities.update(session.scalars(select(cls.activity_id).where(cls.id.in_(some))))
        for some in batches(sorted(activities)):
            roots.update(session.scalars(select(ROOT).where(Appointment.activity_id.in_(some))))
        return changed_names(session, ACTIVITY, roots - {0}, former, self.home)

    def found(self, session: Session, filters: Sequence[Element]) -> None:
        """Return None: what is asked for beyond a range of time is compared."""

    def has_uid(self, session: Session, uid: str) -> bool:
        """Tell whether an appointment of this calendar has this identifier."""
        wanted = self._roots(session).where(Appointment.uid == uid)
        return bool(uid) and session.execute(wanted.limit(1)).first() is not None

    def put(self, database: Database, name: str, data: bytes, mark: Mark | None) -> None:
        """Write an appointment."""
        incoming = event_put.read_events(data)
        if mark is None:
            event_put.create(database, self, name, incoming)
        else:
            event_put.change(database, self, mark, incoming, asks_anew=True)

    def delete(self, database: Database, mark: Mark) -> None:
        """Delete an appointment, a series whole; a follow-up remains of those who have to be told."""
        remove_unseen(database, mark.record)

    def keep(self, database: Database, name: str, data: bytes) -> None:
        """Keep what a device wanted to write over something newer."""
        with database.read() as session:
            marks = self.marks(session, [name])
            present = self.texts(session, marks).get(name, "")
        conflicts.keep_events(database, marks[0].record if marks else None, present.encode(), data)


def _states(session: Session, roots: Sequence[int]) -> dict[int, tuple[Any, ...]]:
    """Return what tells the state of entries: identifier, begin, end, and how often and when what was changed."""
    found: dict[int, tuple[Any, ...]] = {}
    times = (func.min(Appointment.begins_at), func.max(Appointment.ends_at))
    counts = (func.count(), func.sum(Appointment.version), func.max(Appointment.changed_at), func.sum(Activity.version))
    uid = func.max(Appointment.uid)
    for some in batches(roots):
        wanted = select(ROOT, uid, *times, *counts, func.max(Activity.changed_at)).join(
            Activity, Activity.id == Appointment.activity_id
        )
        here = wanted.where(_of_roots(some), visible_to(viewer(session))).group_by(ROOT)
        people = select(ROOT, func.count(), func.sum(Participant.version), func.max(Participant.changed_at)).join(
            Participant, Participant.activity_id == Appointment.activity_id
        )
        guests = by_key(iter(session.execute(people.where(_of_roots(some)).group_by(ROOT))))
        found |= {row[0]: (*row[1:], guests.get(row[0])) for row in session.execute(here)}
    return found


def _of_roots(roots: Sequence[int]) -> ColumnElement[bool]:
    return or_(Appointment.activity_id.in_(roots), Appointment.series_id.in_(roots))


def _mark(name: str, root: int, state: tuple[Any, ...]) -> Mark:
    uid, begins, ends, *counts = state
    changed_at = max(counts[2], counts[4])
    tag = etag(root, *(str(count) for count in counts))
    return Mark(name, uid or f"activity-{root}@gcrm", root, tag, changed_at, (seconds(begins), seconds(ends)))


def ids_of(session: Session, root: int) -> list[int]:
    """Return the activities of an entry: a series, and what was moved out of it."""
    return list(session.scalars(select(Appointment.activity_id).where(_of_roots([root]))))


def _booked(session: Session, roots: Sequence[int]) -> Iterator[tuple[int, list[Booked]]]:
    """Yield entries with all that belongs to each, the series first."""
    for some in batches(roots):
        ids = session.scalars(select(Appointment.activity_id).where(_of_roots(some))).all()
        found: dict[int, list[Booked]] = {}
        for part in batches(ids):
            for one in records(session, part, is_dated=True):
                found.setdefault(one[0].series_id or one[0].id, []).append(one)
        for root, booked in found.items():
            yield root, sorted(booked, key=lambda one: (one[0].series_id is not None, one[0].original))
