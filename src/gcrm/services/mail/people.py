"""Who a mail is between: ours, and the contacts and persons behind the other addresses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.contact_point import ContactPoint
from gcrm.model.fold import sort_key
from gcrm.model.free_mail import FREE_MAIL
from gcrm.model.user import Company, User
from gcrm.services.contact_data import names_of
from gcrm.services.mail.message import Mail, Mailbox

BATCH = 400


@dataclass(frozen=True, slots=True)
class Match:
    """Somebody who has an e-mail address: ids of contact and contact person (or None), and how they are called."""

    contact: int
    person: int | None
    name: str
    person_name: str = ""


@dataclass(frozen=True, slots=True)
class Ours:
    """The e-mail addresses of users and of our companies, and the domains that are ours alone."""

    addresses: frozenset[str]
    domains: frozenset[str]

    def has(self, one: Mailbox | None) -> bool:
        """Tell whether somebody is one of us."""
        address = one.address.lower() if one else ""
        return address in self.addresses or address.rpartition("@")[2] in self.domains


def ours(session: Session) -> Ours:
    """Return by which addresses we are known."""
    users = set(session.scalars(select(func.lower(User.email)).where(User.email != "")))
    companies = set(session.scalars(select(func.lower(Company.email)).where(Company.email != "")))
    domains = {address.rpartition("@")[2] for address in companies} - FREE_MAIL - {""}
    return Ours(frozenset(address.strip() for address in users | companies), frozenset(domains))


def direction_of(mail: Mail, us: Ours, known: Mapping[str, Sequence[Match]], contact_id: int | None = None) -> str:
    """Return "out" for what we wrote, else "in"; `known` are the owners of addresses, `contact_id` whose mail it is.

    A sender whom nobody knows counts as one of us where the contact, or in an office that has not told its addresses
    any contact, got the mail.
    """
    if us.has(mail.sender):
        return "out"
    if mail.sender is not None and known.get(mail.sender.address.lower()):
        return "in"
    got = {match.contact for one in mail.receivers() for match in known.get(one.address.lower(), ())}
    is_told = contact_id in got if contact_id is not None else bool(got) and not us.addresses
    return "out" if is_told else "in"


def others(mail: Mail, us: Ours, direction: str) -> list[Mailbox]:
    """Return the other side: who wrote to us, or those we wrote to, those addressed first."""
    if direction == "in":
        return [mail.sender] if mail.sender else []
    return [one for one in mail.receivers() if not us.has(one)]


def owners(session: Session, addresses: Iterable[str]) -> dict[str, list[Match]]:
    """Return who has each of these addresses (by the address in lower case), persons before their organisations.

    Contacts in the trash stay out, archived ones come last.
    """
    keys = {sort_key(address): address.lower() for address in addresses if address}
    found: dict[str, list[Match]] = {}
    wanted = sorted(keys)
    for begin in range(0, len(wanted), BATCH):
        rows = session.execute(
            select(
                ContactPoint.value_key,
                ContactPoint.contact_id,
                ContactPoint.contact_person_id,
                Person.first_name,
                Person.last_name,
            )
            .join(Contact, Contact.id == ContactPoint.contact_id)
            .outerjoin(ContactPerson, ContactPerson.id == ContactPoint.contact_person_id)
            .outerjoin(Person, Person.id == ContactPerson.person_id)
            .where(ContactPoint.kind == "email", ContactPoint.value_key.in_(wanted[begin : begin + BATCH]))
            .where(Contact.deleted_at.is_(None))
            .order_by(Contact.archived_at.is_not(None), ContactPoint.contact_id)
            .order_by(ContactPoint.contact_person_id.is_(None), ContactPoint.id)
        ).all()
        names = names_of(session, [row.contact_id for row in rows])
        for row in rows:
            person = " ".join(part for part in (row.first_name, row.last_name) if part)
            match = Match(row.contact_id, row.contact_person_id, names.get(row.contact_id, ""), person)
            there = found.setdefault(keys[row.value_key], [])
            if match not in there:
                there.append(match)
    return found


def matches_of(people: Sequence[Mailbox], known: dict[str, list[Match]]) -> list[Match]:
    """Return everybody behind the addresses of a mail, each once, in the order of the addresses."""
    found = [match for one in people for match in known.get(one.address.lower(), [])]
    return list(dict.fromkeys(found))
