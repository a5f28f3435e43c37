"""An office with two colleagues and a customer, for the tests of chronicle, follow-ups, calls and files."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from gcrm.model.activity import Activity
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.contact_point import ContactPoint
from gcrm.model.follow_up import When
from gcrm.model.user import User
from gcrm.services import contact
from gcrm.services.database import Database
from gcrm.services.opening import open_office
from gcrm.services.unit_of_work import unit_of_work

MONDAY = date(2025, 6, 16)


def at(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    """Return an instant by the clock on the wall."""
    return datetime(day.year, day.month, day.day, hour, minute).astimezone()


def whole(day: date) -> When:
    """Return a whole day."""
    return When(datetime(day.year, day.month, day.day), all_day=True)


def timed(day: date, hour: int, minute: int = 0) -> When:
    """Return a time on a day."""
    return When(datetime(day.year, day.month, day.day, hour, minute), all_day=False)


def customer(database: Database, name: str = "Müller GmbH", **values: Any) -> int:
    """Create a contact."""
    return contact.create(database, contact.empty(name=name, **values))


def with_number(database: Database, name: str, *numbers: str) -> int:
    """Create a contact with telephone numbers."""
    record = contact.empty(name=name)
    record.points.extend(ContactPoint(kind="phone", value=number) for number in numbers)
    return contact.create(database, record)


def person_at(database: Database, contact_id: int, first: str, last: str, number: str = "", **values: Any) -> int:
    """Add a contact person, perhaps with a number, and return its id."""
    with unit_of_work(database, "person") as work:
        person = Person(first_name=first, last_name=last, **values)
        work.session.add(person)
        work.session.flush()
        role = ContactPerson(contact_id=contact_id, person_id=person.id, function="Buyer", custom={})
        work.session.add(role)
        work.session.flush()
        if number:
            point = ContactPoint(contact_id=contact_id, contact_person_id=role.id, kind="mobile", value=number)
            work.session.add(point)
    return role.id


@contextmanager
def colleague(database: Database, login: str = "anna") -> Iterator[Database]:
    """Open the same office as somebody else."""
    opened = open_office(database.url.render_as_string(hide_password=False), user=login)
    with unit_of_work(opened, "name", kind="system") as work:
        user = work.session.get(User, opened.user_id)
        assert user is not None
        user.name = login.capitalize()
    try:
        yield opened
    finally:
        opened.close()


def stored(database: Database, activity_id: int) -> Activity:
    """Return an activity as it lies in the database."""
    with database.read() as session:
        found = session.get(Activity, activity_id)
        assert found is not None
        return found


def count(database: Database, cls: Any) -> int:
    """Return how many records of a class there are."""
    with database.read() as session:
        return len(session.scalars(select(cls)).all())


def in_zone(monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    """Set the clock on the wall to a zone."""
    monkeypatch.setenv("TZ", zone)
    time.tzset()


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """Return an instant in UTC."""
    return datetime(year, month, day, hour, minute, tzinfo=UTC)
