"""All fields of contacts as a table. Its headings are names of targets, so that an import knows every column again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from gcrm.i18n import _
from gcrm.model.address import PURPOSES, Address, present
from gcrm.model.bank_account import BankAccount
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson
from gcrm.model.contact_point import POINT_PURPOSES, ContactPoint
from gcrm.model.custom_field import CustomField
from gcrm.model.fields import fields_of
from gcrm.model.parse import Money
from gcrm.model.rights import Rights
from gcrm.services import custom_field
from gcrm.services.exchange.card import CardPoint
from gcrm.services.exchange.out.cells import OutColumn, OutTable, Purpose
from gcrm.services.exchange.out.whole import LINED, Whole, wholes
from gcrm.services.exchange.tables.own_headings import (
    NAMES,
    PERSON_PARTS,
    PLACE,
    RESPONSIBLE,
    person_heading,
    point_parts,
)
from gcrm.services.exchange.tables.setters import BANK_PARTS, LINES, POINTS
from gcrm.services.exchange.tables.target_names import name_of
from gcrm.services.exchange.tables.values import contact_fields
from gcrm.services.privacy import rights_of
from gcrm.services.progress import Progress

MOST_POINTS = 12
"""Columns for numbers of one kind; further ones stand in the last, between three colons, as Google writes them."""
_CHUNK = 5000
_OF_PERSON = ("department", "function")
_OF_CARD = ("salutation", "title", "first_name", "last_name", "birthday")
_ADDRESS_KEYS = {"work": "postal", "home": "private"}


_REACH = {"phone": ("phone", "mobile"), "email": ("email",)}


@dataclass(frozen=True, slots=True)
class Source:
    """A column, and where its values come from."""

    column: OutColumn
    value: Callable[[Whole], Any]


def whole_table(
    session: Session, contacts: Sequence[int], purpose: Purpose, progress: Progress | None = None
) -> OutTable:
    """Return the table of all fields that may be seen."""
    found = list(sources(session, contacts, purpose))
    rows = ([source.value(whole) for source in found] for whole in wholes(session, contacts, progress))
    return OutTable(tuple(source.column for source in found), rows)


def sources(session: Session, contacts: Sequence[int], purpose: Purpose) -> Iterator[Source]:
    """Yield the columns, as many for addresses and numbers as the fullest contact needs."""
    rights = rights_of(session)
    yield from _fields(rights)
    yield from _addresses(_most(session, contacts, Address))
    for kind in POINTS:
        yield from _points(kind, min(_most(session, contacts, ContactPoint, kind), MOST_POINTS))
    if rights.sees("bank_account"):
        yield from _accounts(_most(session, contacts, BankAccount))
    own = custom_field.fields(session, "contact") if rights.sees("contact", "custom") else []
    yield from (_own(field) for field in own if purpose == "spreadsheet" or field.kind not in LINED)
    if purpose == "exchange":
        yield Source(OutColumn(name_of(LINES)), Whole.lines)
    else:
        yield from _persons(_most(session, contacts, ContactPerson))


def _fields(rights: Rights) -> Iterator[Source]:
    """Yield the fields of the contact and of the person its names are of."""
    for name in dict.fromkeys((*NAMES[:-1], *contact_fields(), NAMES[-1])):
        record = ContactPerson if name in _OF_PERSON else Contact
        told = fields_of(record).get(name)
        is_seen = rights.sees(record.__tablename__, name) if told else rights.sees("contact_category")
        if is_seen:
            column = OutColumn(name_of(name), told.kind, tuple(told.choices)) if told else OutColumn(name_of(name))
            yield Source(column, partial(_field, name))
    if rights.sees("contact", "responsible_id"):
        yield Source(OutColumn(_(RESPONSIBLE)), lambda whole: whole.responsible)


def _field(name: str, whole: Whole) -> Any:
    """Return a field of the contact, or of the person whose name stands beside it."""
    contact, person = whole.contact, whole.person
    if name == "name":
        return whole.card.organisation
    if name == "name2":
        return contact.name2 if contact.kind != "person" or contact.name else ""
    if name == "categories":
        return ", ".join(whole.card.categories)
    if name in _OF_PERSON:
        return getattr(person, name) if person is not None else ""
    if name in _OF_CARD and person is not None:
        return getattr(person.person, name)
    if name == "credit_limit" and contact.credit_limit is not None:
        return Money(contact.credit_limit, contact.currency or "")
    return getattr(contact, name)


def _addresses(count: int) -> Iterator[Source]:
    """Yield the parts of so many addresses; the default one of its purpose comes first."""
    for place in range(count):
        for part in ("type", *PLACE):
            heading = name_of(f"address:{place + 1}.{part}")
            column = OutColumn(heading, "choice", PURPOSES) if part == "type" else OutColumn(heading)
            column = OutColumn(heading, "country") if part == "country" else column
            yield Source(column, partial(_address, place, part))


def _address(place: int, part: str, whole: Whole) -> str:
    """Return a part of one address."""
    found = sorted(whole.card.addresses, key=lambda address: not address.is_preferred)
    if place >= len(found):
        return ""
    if part == "type":
        return _ADDRESS_KEYS.get(found[place].purpose, found[place].purpose)
    return str(getattr(found[place], part))


def _points(kind: str, count: int) -> Iterator[Source]:
    """Yield so many numbers of one kind, each with its use and its label."""
    for place in range(count):
        value, use, label = (target.replace(":1", f":{place + 1}") for target in point_parts(kind))
        is_last = place + 1 == MOST_POINTS
        yield Source(OutColumn(name_of(value)), partial(_value, kind, place, is_last))
        yield Source(OutColumn(name_of(use), "choice", POINT_PURPOSES), partial(_part, kind, place, "purpose"))
        yield Source(OutColumn(name_of(label)), partial(_part, kind, place, "label"))


def _mine(whole: Whole, kind: str) -> list[CardPoint]:
    """Return the numbers of one kind, the default one first."""
    found = (point for point in whole.card.points if point.kind == kind)
    return sorted(found, key=lambda point: not point.is_preferred)


def _value(kind: str, place: int, is_last: bool, whole: Whole) -> str:
    found = [point.value for point in _mine(whole, kind)]
    return " ::: ".join(found[place:] if is_last else found[place : place + 1])


def _part(kind: str, place: int, part: str, whole: Whole) -> str:
    found = _mine(whole, kind)
    if place >= len(found):
        return ""
    return found[place].purpose if part == "purpose" else found[place].name or found[place].service


def _accounts(count: int) -> Iterator[Source]:
    """Yield the parts of so many bank accounts."""
    for place in range(count):
        for part in BANK_PARTS:
            heading = name_of(f"bank{place + 1 if place else ''}.{part}")
            yield Source(OutColumn(heading), partial(_account, place, part))


def _account(place: int, part: str, whole: Whole) -> str:
    return str(getattr(whole.accounts[place], part) or "") if place < len(whole.accounts) else ""


def _own(field: CustomField) -> Source:
    """Return the column of a user-defined field."""
    told = field.as_field()
    is_link = field.kind == "contact"

    def value(whole: Whole) -> Any:
        found = (whole.contact.custom or {}).get(field.key)
        return whole.named.get(found, ("", ""))[1] if is_link and isinstance(found, int) else found

    kind, currency = "text" if is_link else told.kind, str(field.options.get("currency") or "")
    return Source(OutColumn(field.label, kind, tuple(told.choices), currency), value)


def _persons(count: int) -> Iterator[Source]:
    """Yield the further contact persons for people to read; for exchange they stand in the lines."""
    for place in range(1, count):
        for part, label in PERSON_PARTS:
            yield Source(OutColumn(person_heading(place + 1, label)), partial(_person, place, part))


def _person(place: int, part: str, whole: Whole) -> str:
    """Return what is told of a further contact person."""
    others = [person for person in whole.contact.persons if person is not whole.person]
    if place > len(others):
        return ""
    person = others[place - 1]
    if part in ("name", "function"):
        return person.person.full_name if part == "name" else person.function or ""
    return ", ".join(point.value for point in person.points if point.kind in _REACH[part])


def _most(session: Session, contacts: Sequence[int], record: type[Any], kind: str = "") -> int:
    """Return how many children of a class (or numbers of a kind) one contact has at most."""
    most = 0
    for start in range(0, len(contacts), _CHUNK):
        chosen = record.contact_id.in_(list(contacts[start : start + _CHUNK]))
        counted = select(func.count().label("count")).select_from(record).where(chosen).group_by(record.contact_id)
        if record is Address:
            counted = counted.where(present())
        if kind:
            mine = or_(ContactPoint.contact_person_id.is_(None), ContactPerson.is_default)
            counted = counted.outerjoin(ContactPerson, ContactPerson.id == ContactPoint.contact_person_id)
            counted = counted.where(ContactPoint.kind == kind, mine)
        most = max(most, session.scalar(select(func.max(counted.subquery().c.count))) or 0)
    return most
