"""What the form of an appointment begins with, read off the window's thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gcrm.services.activity_types import TypeRow
from gcrm.services.booking import Booking
from gcrm.services.database import Database
from gcrm.services.repeats import Repeat
from gcrm.ui.activity_fields import Choice


@dataclass(frozen=True, slots=True)
class Start:
    """What a new appointment begins with: naive moments here, the contact it is with, and in whose calendar it is."""

    begin: datetime
    end: datetime
    all_day: bool = False
    contact: int | None = None
    whose: int | None = None


@dataclass(frozen=True, slots=True)
class FormRead:
    """What the form needs to begin."""

    booking: Booking
    types: Sequence[TypeRow]
    users: Sequence[Choice]
    persons: Sequence[Choice]
    repeat: Repeat
    invited_by: str


def read_form(database: Database, activity: int | None, occurrence: str, start: Start | None, zone: str) -> FormRead:
    """Read an appointment, or begin a new one (`activity` None), and what can be chosen for it."""
    from gcrm.services import activity_types, appointment, repeats, user
    from gcrm.services.exchange.ical_answer import who_invites

    if activity is not None:
        booking = appointment.load(database, activity, occurrence)
    else:
        now = datetime.now()
        begins = start or Start(now, now)
        booking = appointment.blank(
            database, begins.begin, begins.end, zone=zone, all_day=begins.all_day, contact_id=begins.contact
        )
        booking.activity.responsible_id = begins.whose or database.user_id
    persons, record = read_persons(database, booking.activity.contact_id), booking.appointment
    with database.read() as session:
        everybody = [(row.name, row.id) for row in user.users(session)]
        repeat = repeats.describe(record.rule or "", record.zone or "")
        invites = who_invites(session, booking, database.user_id) if activity is not None else ""
        return FormRead(booking, activity_types.types(session), everybody, persons, repeat, invites)


def read_persons(database: Database, contact: int | None) -> list[Choice]:
    """Read the persons of a contact, by name."""
    from gcrm.services import contact as contacts

    if contact is None:
        return []
    with database.read() as session:
        return [(row.person.full_name, row.id) for row in contacts.read(session, contact).persons]
