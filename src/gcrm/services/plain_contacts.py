"""Many contacts with their children, to look at and not to edit: four times as fast as records of a session.

They are objects of the mapped classes that belong to no session and never will: their values lie in them as the
database gave them, so that every property works, but they cannot be saved. User-defined fields, unless asked for, and,
for children, bookkeeping are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from gcrm.model.address import Address
from gcrm.model.base import BOOKKEEPING, Record
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.contact_point import ContactPoint
from gcrm.model.registry import table_of
from gcrm.services.unseen import empty_value, unseen_fields

R = TypeVar("R", bound=Record)


Classes = Mapping[type[Record], type[Any]]


def plain_contacts(
    session: Session, contacts: Sequence[int], classes: Classes | None = None, *, with_own: bool = False
) -> dict[int, Contact]:
    """Return contacts by id with addresses, points and persons; contacts that are gone are left out.

    `classes` says of what to make them instead of the mapped classes, for whoever reads each field of each; `with_own`
    reads the user-defined fields of contact, address and contact person too.
    """
    made = classes or {}
    own = frozenset[str]() if with_own else frozenset({"custom"})
    rows = _read(session, Contact, Contact.id.in_(contacts), own, made)
    found = {contact.id: contact for contact in rows}
    for contact in rows:
        contact.__dict__.update(addresses=[], points=[], persons=[])
    addresses = _read(session, Address, Address.contact_id.in_(contacts), own.union(BOOKKEEPING), made)
    _hang(found, addresses, "addresses", "contact_id")
    persons = _read(session, ContactPerson, ContactPerson.contact_id.in_(contacts), own.union(BOOKKEEPING), made)
    mine = select(ContactPerson.person_id).where(ContactPerson.contact_id.in_(contacts))
    people = {person.id: person for person in _children(session, Person, Person.id.in_(mine), made)}
    for role in persons:
        role.__dict__.update(person=people.get(role.person_id), points=[])
    _hang(found, persons, "persons", "contact_id")
    points = _children(session, ContactPoint, ContactPoint.contact_id.in_(contacts), made)
    _hang(found, [point for point in points if point.contact_person_id is None], "points", "contact_id")
    of_persons = [point for point in points if point.contact_person_id is not None]
    _hang({role.id: role for role in persons}, of_persons, "points", "contact_person_id")
    return found


def _children(session: Session, cls: type[R], chosen: ColumnElement[bool], classes: Classes) -> list[R]:
    """Return children in the order of ids."""
    return _read(session, cls, chosen, frozenset({*BOOKKEEPING, "custom"}), classes)


def _read(
    session: Session, cls: type[R], chosen: ColumnElement[bool], without: frozenset[str], classes: Classes
) -> list[R]:
    """Return an object for each row that is chosen."""
    table = table_of(cls)
    columns = [column for column in table.columns if column.name not in without]
    names = [column.name for column in columns]
    found = []
    made: Any = classes.get(cls, cls)
    unseen = {name: empty_value(table.columns[name]) for name in unseen_fields(session, table.name) if name in names}
    for row in session.connection().execute(select(*columns).where(chosen).order_by(table.c.id)).all():
        record = made.__new__(made)
        record.__dict__.update(zip(names, row, strict=True))
        record.__dict__.update(unseen)
        found.append(record)
    return found


def _hang(owners: dict[int, Any], children: Iterable[Record], name: str, by: str) -> None:
    """Put children into the lists of their owners."""
    for child in children:
        owner = owners.get(child.__dict__[by])
        if owner is not None:
            owner.__dict__[name].append(child)
