"""Birthdays and anniversaries of the next days, of contacts and of contact persons.

Somebody born on 29 February has the birthday on 28 February in years without that day: a greeting that comes a day
early pleases, one that comes late does not; German law ends a year of life on that day, too (BGB section 187 (2) and
188 (2)). The same holds for anniversaries.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, extract, select
from sqlalchemy.orm import Session

from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson, Person

MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Birthday:
    """A day to congratulate: `on` is when, `years` how old (0 for the day itself), `kind` birthday or anniversary.

    `name` is who has it; for a contact person `contact` is the name of the organisation, else the same name.
    """

    on: date
    kind: str
    contact_id: int
    contact_person_id: int | None
    name: str
    contact: str
    years: int


def celebrated_on(born: date, year: int) -> date:
    """Return the day in `year` on which somebody born on `born` has the birthday."""
    if (born.month, born.day) == (2, 29) and not _is_leap(year):
        return date(year, 2, 28)
    return date(year, born.month, born.day)


def next_celebration(born: date, today: date) -> date:
    """Return the next birthday from `today` on, today included; the day of birth itself when it lies ahead."""
    if born >= today:
        return born
    this_year = celebrated_on(born, today.year)
    return this_year if this_year >= today else celebrated_on(born, today.year + 1)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def birthdays(session: Session, today: date, days: int = 7) -> list[Birthday]:
    """Return what is to be celebrated from `today` to `days` later, the earliest first.

    Contacts in the trash or archived stay out; a person at several organisations comes with the first of them.
    """
    last = today + timedelta(days=min(days, MOST_DAYS))
    found = [*_of_contacts(session, today, last), *_of_persons(session, today, last)]
    near = [birthday for birthday in found if birthday.on <= last and birthday.years >= 0]
    return sorted(near, key=lambda birthday: (birthday.on, birthday.name, birthday.contact_id))


def _falls_within(column: Any, today: date, last: date) -> ColumnElement[bool]:
    """Return the condition that day and month of a date come up; 29 February is looked up with the 28th as well."""
    count = (last - today).days + 1
    wanted = {day.month * 100 + day.day for day in (today + timedelta(days=n) for n in range(min(count, MOST_DAYS)))}
    if 228 in wanted:
        wanted.add(229)
    number = extract("month", column) * 100 + extract("day", column)
    return and_(column.is_not(None), number.in_(sorted(wanted)))


def _of_contacts(session: Session, today: date, last: date) -> Iterator[Birthday]:
    for kind, column in (("birthday", Contact.birthday), ("anniversary", Contact.anniversary)):
        shown = (Contact.deleted_at.is_(None), Contact.archived_at.is_(None))
        for row in session.execute(
            select(*_NAME, column.label("born")).where(_falls_within(column, today, last), *shown)
        ):
            name = display_name(row)
            on = next_celebration(row.born, today)
            yield Birthday(on, kind, row.id, None, name, name, on.year - row.born.year)


def _of_persons(session: Session, today: date, last: date) -> Iterator[Birthday]:
    rows = session.execute(
        select(
            *_NAME,
            Person.id.label("person"),
            ContactPerson.id.label("role"),
            Person.birthday.label("born"),
            Person.title.label("own_title"),
            Person.first_name.label("own_first"),
            Person.last_name.label("own_last"),
        )
        .join(ContactPerson, ContactPerson.person_id == Person.id)
        .join(Contact, Contact.id == ContactPerson.contact_id)
        .where(_falls_within(Person.birthday, today, last), Contact.deleted_at.is_(None), Contact.archived_at.is_(None))
        .order_by(Person.id, ContactPerson.id)
    )
    seen = set()
    for row in rows:
        if row.person in seen:
            continue
        seen.add(row.person)
        on = next_celebration(row.born, today)
        name = " ".join(part for part in (row.own_title, row.own_first, row.own_last) if part)
        yield Birthday(on, "birthday", row.id, row.role, name, display_name(row), on.year - row.born.year)


_NAME = (Contact.id, Contact.name, Contact.title, Contact.first_name, Contact.last_name)


def display_name(row: Any) -> str:
    """Return the name in lists from a row with the name columns of a contact."""
    return row.name or " ".join(part for part in (row.title, row.first_name, row.last_name) if part)
