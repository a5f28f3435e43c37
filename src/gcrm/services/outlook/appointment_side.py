"""The calendar of whoever works as one side of the exchange, and Outlook's calendar as the other."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.model.activity import Activity
from gcrm.model.appointment import Appointment
from gcrm.model.fold import fold
from gcrm.services.appointment import remove_rows
from gcrm.services.database import Database
from gcrm.services.dav import event_put
from gcrm.services.dav.calendar_book import BACK, CalendarBook
from gcrm.services.dav.names import batches
from gcrm.services.exchange.ical_event import Event
from gcrm.services.exchange.ical_export import event_of
from gcrm.services.exchange.ical_read import Incoming
from gcrm.services.exchange.ical_rows import Booked, records
from gcrm.services.outlook.appointment_fields import (
    OF_ORGANISER,
    TIMES,
    Values,
    events_with,
    is_foreign,
    label_of,
    values_of_events,
)
from gcrm.services.outlook.appointment_item import is_invitation, read_appointment, write_appointment
from gcrm.services.outlook.folder import Folder
from gcrm.services.outlook.link import Link, wall_of
from gcrm.services.outlook.object_model import APPOINTMENT_ITEM, FOLDER_CALENDAR
from gcrm.services.unit_of_work import UnitOfWork


class Appointments:
    """What stands in the calendar of whoever works and is not long past; a series with its exceptions is one."""

    kind = "appointment"
    column = "activity_id"

    def __init__(self, database: Database) -> None:
        self._database = database
        self._user = database.user_id

    def marks(self, session: Session) -> dict[int, str]:
        """Return the state of every appointment that takes part."""
        return {mark.record: mark.etag for mark in CalendarBook(self._user).marks(session)}

    def gone(self, session: Session, records: Collection[int]) -> set[int]:
        """Return which of some appointments are there no more."""
        left = set[int]()
        for some in batches(sorted(records)):
            left |= set(session.scalars(select(Activity.id).where(Activity.id.in_(some))))
        return set(records) - left

    def values(self, session: Session, records: Sequence[int]) -> dict[int, Values]:
        """Return what Outlook can hold of appointments."""
        return {
            record: values_of_events([event_of(row, row, people) for row, people in booked])
            for record, booked in _booked(session, records).items()
        }

    def twins(self, session: Session, there: Mapping[str, Values]) -> dict[str, int]:
        """Return which appointments new ones of Outlook seem to be: the same subject at the same time."""
        here: dict[tuple[str, ...], list[int]] = {}
        for record, values in self.values(session, list(self.marks(session))).items():
            here.setdefault(_key(values), []).append(record)
        found = {}
        for entry, values in there.items():
            same = here.get(_key(values))
            if same:
                found[entry] = same.pop(0)
        return found

    def create(self, work: UnitOfWork, values: Values) -> int:
        """Make an appointment."""
        return event_put.add(work, [Incoming(event, []) for event in events_with([], values)])

    def arriving(self, values: Mapping[str, Any]) -> Values:
        """Return what comes from Outlook."""
        return dict(values)

    def change(self, work: UnitOfWork, record: int, changes: Mapping[str, Any]) -> None:
        """Write the fields that changed in Outlook over an appointment; what has no field stays with it."""
        work.session.execute(select(Activity.id).where(Activity.id == record).with_for_update())
        with self._database.read() as session:
            booked = _booked(session, [record]).get(record, [])
            session.expunge_all()
        if not booked:
            raise UserError(_("This appointment does not exist any more."))
        kept = {row.original[:10]: row.kept for row, _people in booked}
        events = events_with([event_of(row, row, people) for row, people in booked], changes)
        event_put.write_over(work, record, [_incoming(event, kept) for event in events])

    def delete(self, work: UnitOfWork, record: int) -> None:
        """Delete an appointment, a series whole."""
        remove_rows(work, [record])

    def contact_of(self, session: Session, record: int) -> tuple[int | None, bool]:
        """Return in whose chronicle something about a record stands, and whether it is private."""
        row = session.execute(select(Activity.contact_id, Activity.is_private).where(Activity.id == record)).first()
        return (row.contact_id, row.is_private) if row is not None else (None, False)

    def name(self, values: Mapping[str, Any]) -> str:
        """Return what an appointment is called."""
        return str(values.get("Subject") or values.get(TIMES, {}).get("starts", "–").replace("T", " "))

    def label(self, name: str) -> str:
        """Return the (marked) label of a field."""
        return label_of(name)


class OutlookCalendar(Folder):
    """The calendar in Outlook."""

    number, item_type, class_ = FOLDER_CALENDAR, APPOINTMENT_ITEM, "IPM.Appointment"
    columns = ("End", "IsRecurring")

    def is_wanted(self, *more: Any) -> bool:
        """Leave out what was over long ago, so that it is not opened again and again."""
        end, is_recurring = more
        wall = wall_of(end)
        return bool(is_recurring) or wall is None or wall.date() > date.today() - BACK

    def read(self, link: Link, item: Any) -> Values | None:
        """Return what an appointment says, None for one that is long past."""
        return read_appointment(link, item, date.today() - BACK + timedelta(days=1))

    def write(self, link: Link, item: Any, changes: Mapping[str, Any]) -> None:
        """Write fields and save."""
        write_appointment(link, item, changes)

    def create(self, values: Mapping[str, Any]) -> str:
        """Make an appointment; Outlook would remind of each new one, so what is not wanted is said."""
        return super().create({"Reminder": "", **values})

    def refused(self, entry: str) -> frozenset[str]:
        """Return which fields of an appointment somebody else decides on: it is an invitation."""
        return OF_ORGANISER if is_invitation(self.link, self.open(entry)) else frozenset()

    def has_words(self, changes: Mapping[str, Any]) -> bool:
        """Tell whether Outlook has a pattern and a zone for the times."""
        return not is_foreign(changes)


def _booked(session: Session, roots: Sequence[int]) -> dict[int, list[Booked]]:
    """Return appointments with all that belongs to each, the series first."""
    found: dict[int, list[Booked]] = {root: [] for root in roots}
    for some in batches(roots):
        of_these = or_(Appointment.activity_id.in_(some), Appointment.series_id.in_(some))
        for part in batches(session.scalars(select(Appointment.activity_id).where(of_these))):
            for one in records(session, part):
                found[one[0].series_id or one[0].id].append(one)
    return {root: sorted(one, key=_series_first) for root, one in found.items() if one}


def _series_first(one: Booked) -> tuple[bool, str]:
    return one[0].series_id is not None, one[0].original


def _incoming(event: Event, kept: Mapping[str, Any]) -> Incoming:
    """Return an appointment with what other calendars said of it."""
    told = kept.get(event.original.wall[:10] if event.original is not None else "")
    told = told if isinstance(told, dict) else {}
    return Incoming(event, list(told.get("raw", [])), dict(told.get("zones", {})))


def _key(values: Mapping[str, Any]) -> tuple[str, ...]:
    times = values.get(TIMES, {})
    return fold(str(values.get("Subject", ""))), str(times.get("starts")), str(times.get("ends"))
