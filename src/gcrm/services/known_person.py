"""People who are known already: a person exists once and has a role at any number of organisations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.fold import collapse, query_terms, sort_key

MOST = 50


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody who can be given one more role: `person` is the id, 0 for a contact that is a person itself.

    `roles` are the present functions with their organisations, in words; `contacts` the ids of these.
    """

    person: int
    first_name: str
    last_name: str
    salutation: str = ""
    title: str = ""
    birthday: date | None = None
    roles: tuple[str, ...] = ()
    contacts: frozenset[int] = frozenset()

    @property
    def full_name(self) -> str:
        """Return title, first and last name in reading order."""
        return " ".join(part for part in (self.title, self.first_name, self.last_name) if part)


def find(session: Session, words: str, limit: int = MOST) -> list[KnownPerson]:
    """Return the people whose name, or whose organisation's name, holds every one of these words; by name."""
    terms = query_terms(words)
    mine, theirs = _holding(Person.name_key, terms), _holding(Contact.name_key, terms)
    people = _people(session, mine, limit)
    if terms and len(people) < limit:
        people += [one for one in _people(session, _works_at(theirs), limit) if one not in people]
    return (people + _person_contacts(session, theirs, limit))[:limit]


def named(session: Session, first_name: str, last_name: str, limit: int = 3) -> list[KnownPerson]:
    """Return the people of exactly this name, whatever its accents; nobody without first and last name."""
    if not (first_name.strip() and last_name.strip()):
        return []
    key = sort_key(f"{last_name} {first_name}")
    keys = {key, collapse(key)}
    people = _people(session, Person.name_key.in_(keys), limit)
    return (people + _person_contacts(session, Contact.name_key.in_(keys), limit))[:limit]


def role(known: KnownPerson, contact: Contact, function: str = "") -> ContactPerson:
    """Return the role of a known person at a contact, to be appended to its persons.

    Raises UserError where the person has a role there already.
    """
    if known.person and any(link.person_id == known.person for link in contact.persons):
        raise UserError(_("{name} is a person of this contact already.").format(name=known.full_name))
    link = ContactPerson(contact_id=contact.id, function=function, points=[], custom={})
    if known.person:
        link.person_id = known.person
    else:
        link.person = Person(
            salutation=known.salutation, title=known.title, first_name=known.first_name, last_name=known.last_name,
            birthday=known.birthday,
        )  # fmt: skip
    return link


def _holding(column: ColumnElement[str] | object, terms: Iterable[tuple[str, ...]]) -> ColumnElement[bool]:
    """Return the condition that a key holds one spelling of every term."""
    key: ColumnElement[str] = column  # type: ignore[assignment]  # a mapped column is one
    spelled = [or_(*(key.contains(spelling, autoescape=True) for spelling in term)) for term in terms]
    return and_(*spelled) if spelled else key.is_not(None)


def _works_at(named_so: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that a person has a role at a contact of this name."""
    at = select(ContactPerson.id).join(Contact, Contact.id == ContactPerson.contact_id)
    return at.where(ContactPerson.person_id == Person.id, named_so).exists()


def _people(session: Session, condition: ColumnElement[bool], limit: int) -> list[KnownPerson]:
    """Return people with a role at a contact that is not in the trash."""
    lives = _works_at(Contact.deleted_at.is_(None))
    wanted = select(Person).where(condition, lives).order_by(Person.name_key, Person.id).limit(limit)
    people = list(session.scalars(wanted))
    roles = _roles(session, [person.id for person in people])
    return [
        KnownPerson(
            person.id, person.first_name, person.last_name, person.salutation, person.title, person.birthday,
            tuple(text for _contact, text in roles[person.id]),
            frozenset(contact for contact, _text in roles[person.id]),
        )
        for person in people
    ]  # fmt: skip


def _roles(session: Session, persons: list[int]) -> dict[int, list[tuple[int, str]]]:
    """Return (contact, "Function, Organisation") of each of these persons, by the organisations' names."""
    found: dict[int, list[tuple[int, str]]] = {person: [] for person in persons}
    rows = session.execute(
        select(ContactPerson.person_id, ContactPerson.function, Contact)
        .join(Contact, Contact.id == ContactPerson.contact_id)
        .where(ContactPerson.person_id.in_(persons), Contact.deleted_at.is_(None))
        .order_by(Contact.name_key, ContactPerson.id)
    )
    for person, function, contact in rows:
        text = ", ".join(part for part in (function, contact.display_name) if part)
        found[person].append((contact.id, text))
    return found


def _person_contacts(session: Session, condition: ColumnElement[bool], limit: int) -> list[KnownPerson]:
    """Return contacts that are persons themselves."""
    wanted = select(Contact).where(condition, Contact.kind == "person", Contact.deleted_at.is_(None))
    return [
        KnownPerson(
            0, one.first_name, one.last_name, one.salutation, one.title, one.birthday,
            (_("Contact {number}").format(number=one.number or ""),), frozenset({one.id}),
        )
        for one in session.scalars(wanted.order_by(Contact.name_key, Contact.id).limit(limit))
        if one.first_name or one.last_name
    ]  # fmt: skip
