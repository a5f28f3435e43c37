"""Pointing everything that belongs to one contact to another.

The tables are found in the metadata, so a new kind of record is covered before anyone thinks of it. What the other has
already is left behind: a category, or a child that says nothing new (`is_covered`). Two persons of the same name become
one where the second says nothing new, with everything that points to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Table, UniqueConstraint, delete, func, select, update
from sqlalchemy.orm import Session

from gcrm.model.activity import ActivityLink
from gcrm.model.address import Address
from gcrm.model.bank_account import BankAccount
from gcrm.model.base import Base, Record, now
from gcrm.model.change import ContactSearch
from gcrm.model.consent import Consent
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.contact_point import ContactPoint
from gcrm.model.custom_field import OWNERS
from gcrm.model.fields import fields_of
from gcrm.model.fold import fold
from gcrm.model.open_item import OpenItem
from gcrm.model.registry import RECORDS, class_of, table_of
from gcrm.services import verdicts
from gcrm.services.custom_field import fields as custom_fields
from gcrm.services.unit_of_work import UnitOfWork

ALIKE: tuple[tuple[type[Any], tuple[str, ...]], ...] = (
    (Address, ("purpose", "street", "house_number", "postcode", "town", "until_on")),
    (BankAccount, ("iban",)),
    (OpenItem, ("number", "kind", "document_on")),
    (Consent, ("contact_person_id", "channel", "is_allowed")),
)
"""Children that are the same when these fields are, and the rest of the second says nothing new."""


def pointing_tables(target: Table | None = None) -> list[Column[Any]]:
    """Return the columns of records that point to a table (contacts by default), in the order of tables."""
    wanted = table_of(Contact) if target is None else target
    names = {cls.__tablename__ for cls in RECORDS}
    return [
        key.parent
        for table in Base.metadata.sorted_tables
        for key in sorted(table.foreign_keys, key=lambda key: key.parent.name)
        if key.column.table is wanted and table.name in names
    ]


def repoint(work: UnitOfWork, other: int, keep: int) -> None:
    """Point what belongs to the contact `other` to `keep`; what says nothing new stays behind and goes with it."""
    session = work.session
    for cls, same in ALIKE:
        _move_children(session, cls, same, other, keep)
    _move_points(session, None, None, other, keep)
    _move_strange_points(session, other, keep)
    _move_persons(work, other, keep)
    verdicts.repoint(work, other, keep)
    moved = {cls.__tablename__ for cls, _same in ALIKE} | {"contact_point", "contact_person", "duplicate_verdict"}
    session.flush()
    for column in pointing_tables():
        if column.table.name not in moved:
            _move_rows(work, column, other, keep)
    _move_links(work, other, keep)
    _move_values(work, other, keep)
    session.execute(delete(ContactSearch).where(ContactSearch.contact_id == other))
    if not work.database.is_owner:  # what is private to others, and so on, goes along unseen
        session.execute(select(func.gcrm_repoint(other, keep)))


def is_covered(record: Record, by: Record) -> bool:
    """Tell whether a record says nothing that another of its kind does not say."""
    for name in fields_of(type(record)):
        if name.endswith("_id") or name in ("is_default", "e164"):
            continue
        value = getattr(record, name)
        if value not in (None, "", False, [], {}) and _comparable(value) != _comparable(getattr(by, name)):
            return False
    return True


def _comparable(value: Any) -> Any:
    """Return a value as it is compared: texts without regard to case and accents."""
    return fold(value) if isinstance(value, str) else value


def _children(session: Session, cls: type[Any], *conditions: Any) -> list[Any]:
    """Return the children that meet these conditions, by id."""
    return list(session.scalars(select(cls).where(*conditions).order_by(cls.id)))


def _move_children(session: Session, cls: type[Any], same: tuple[str, ...], other: int, keep: int) -> None:
    """Move the children of one class that are new to the contact that stays."""
    known = _children(session, cls, cls.contact_id == keep)
    for child in _children(session, cls, cls.contact_id == other):
        alike = [
            mate for mate in known if all(_comparable(getattr(mate, n)) == _comparable(getattr(child, n)) for n in same)
        ]
        if any(is_covered(child, mate) for mate in alike):
            continue
        child.contact_id = keep
        if hasattr(child, "is_default"):
            child.is_default = False
        known.append(child)


def _move_points(session: Session, own: int | None, mate: int | None, other: int, keep: int) -> None:
    """Move the numbers of a contact, or of its person `own` to the person `mate` of the one that stays."""
    known = _children(session, ContactPoint, ContactPoint.contact_id == keep, _of_person(mate))
    for point in _children(session, ContactPoint, ContactPoint.contact_id == other, _of_person(own)):
        if any(_same_point(point, kept) for kept in known):
            continue
        point.contact_id, point.contact_person_id, point.is_default = keep, mate, False
        known.append(point)


def _move_strange_points(session: Session, other: int, keep: int) -> None:
    """Move numbers that say they belong to a person of a third contact; such data may come from other programs."""
    own = select(ContactPerson.id).where(ContactPerson.contact_id == other)
    column = ContactPoint.contact_person_id
    for point in _children(session, ContactPoint, ContactPoint.contact_id == other, column.not_in(own)):
        point.contact_id = keep


def _of_person(person: int | None) -> Any:
    """Return the condition for the numbers of a contact person, or of the contact itself."""
    column = ContactPoint.contact_person_id
    return column.is_(None) if person is None else column == person


def _same_point(one: ContactPoint, other: ContactPoint) -> bool:
    """Tell whether two numbers or addresses are the same, whatever their spelling."""
    same = one.e164 == other.e164 if one.e164 and other.e164 else one.value_key == other.value_key
    return one.kind == other.kind and same and is_covered(one, _with_value(other, one.value))


def _with_value(point: ContactPoint, value: str) -> ContactPoint:
    """Return a number as it would be in another spelling."""
    return ContactPoint(kind=point.kind, purpose=point.purpose, label=point.label, value=value)


def _move_persons(work: UnitOfWork, other: int, keep: int) -> None:
    """Move contact persons; one that is there already hands over what points to it."""
    session = work.session
    known = _people(session, keep)
    for link, person in _people(session, other):
        mate = next((m for m, p in known if _is_same_person(link, person, m, p)), None)
        if mate is None:
            _hand_over_person(session, link, other, keep)
            known.append((link, person))
            continue
        _move_points(session, link.id, mate.id, other, keep)
        session.flush()
        for column in pointing_tables(table_of(ContactPerson)):
            if column.table.name != "contact_point":
                _update(work, column, link.id, mate.id)
        _drop_orphan(session, link, person, mate)


def _people(session: Session, contact: int) -> list[tuple[ContactPerson, Person]]:
    """Return the contact persons of a contact with their names."""
    statement = select(ContactPerson, Person).join(Person, Person.id == ContactPerson.person_id)
    found = statement.where(ContactPerson.contact_id == contact).order_by(ContactPerson.id)
    return [(row[0], row[1]) for row in session.execute(found)]


def _is_same_person(link: ContactPerson, person: Person, mate: ContactPerson, known: Person) -> bool:
    """Tell whether a contact person says nothing new about somebody who is there already."""
    named = bool(person.name_key) and person.name_key == known.name_key and is_covered(person, known)
    return (link.person_id == mate.person_id or named) and is_covered(link, mate)


def _hand_over_person(session: Session, link: ContactPerson, other: int, keep: int) -> None:
    """Move a contact person with the own numbers."""
    link.contact_id, link.is_default = keep, False
    for point in _children(session, ContactPoint, ContactPoint.contact_id == other, _of_person(link.id)):
        point.contact_id = keep


def _drop_orphan(session: Session, link: ContactPerson, person: Person, mate: ContactPerson) -> None:
    """Delete a contact person that is there already, and the person where nobody else refers to it."""
    session.delete(link)
    session.flush()
    if person.id == mate.person_id:
        return
    if not session.scalar(select(ContactPerson.id).where(ContactPerson.person_id == person.id).limit(1)):
        session.delete(person)
        session.flush()


def _move_rows(work: UnitOfWork, column: Column[Any], other: int, keep: int) -> None:
    """Move all rows of a table, but those that would stand there twice; one picture of the contact is enough."""
    table = column.table
    twice: list[Any] = []
    for rest in _unique_beside(table, column):
        mate = table.alias()
        same = [mate.c[name] == table.c[name] for name in rest]
        twice.append(~select(mate.c.id).where(mate.c[column.name] == keep, *same).exists())
    if "is_picture" in table.c:
        _leave_one_picture(work, table, column, other, keep)
    _update(work, column, other, keep, *twice)


def _leave_one_picture(work: UnitOfWork, table: Table, column: Column[Any], other: int, keep: int) -> None:
    """Make the picture of the contact that goes an ordinary file where the one that stays has one."""
    has_one = select(table.c.id).where(column == keep, table.c.is_picture.is_(True)).limit(1)
    if work.session.scalar(has_one) is not None:
        statement = update(table).where(column == other, table.c.is_picture.is_(True))
        work.session.execute(statement.values(is_picture=False, **_stamp(work, table)))


def _unique_beside(table: Table, column: Column[Any]) -> Iterator[list[str]]:
    """Yield the other columns of each unique constraint that a column belongs to."""
    for constraint in table.constraints:
        names = [each.name for each in constraint.columns] if isinstance(constraint, UniqueConstraint) else []
        if column.name in names:
            yield [name for name in names if name != column.name]


def _stamp(work: UnitOfWork, table: Table) -> dict[str, Any]:
    """Return the bookkeeping of a row that is changed by a statement."""
    return {"version": table.c.version + 1, "changed_at": now(), "changed_by": work.user_id}


def _update(work: UnitOfWork, column: Column[Any], old: int, new: int, *conditions: Any) -> None:
    """Point the rows of a table from one record to another."""
    table = column.table
    statement = update(table).where(column == old, *conditions)
    work.session.execute(statement.values({column.name: new, **_stamp(work, table)}))


def _move_links(work: UnitOfWork, other: int, keep: int) -> None:
    """Point the activities that speak of the contact to the one that stays."""
    table = table_of(ActivityLink)
    mine = update(table).where(table.c.table_name == "contact", table.c.record_id == other)
    work.session.execute(mine.values(record_id=keep, **_stamp(work, table)))


def _move_values(work: UnitOfWork, other: int, keep: int) -> None:
    """Point user-defined fields of the kind "contact" to the contact that stays."""
    session = work.session
    for owner, _label in OWNERS:
        cls: Any = class_of(owner)
        for found in custom_fields(session, owner, hidden=True):
            if found.kind == "contact":
                value = table_of(cls).c.custom[found.key].as_integer()
                for record in session.scalars(select(cls).where(value == other)):
                    record.custom = {**record.custom, found.key: keep}
    session.flush()
