"""Finding anything by a few letters, for the palette: contacts first, then the people at organisations."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.services import contact_list
from gcrm.services.search import in_name, terms_of

MOST = 8


@dataclass(frozen=True, slots=True)
class QuickHit:
    """A hit: the contact to open, its title and what stands beside it, and whether it is a person."""

    contact: int
    title: str
    detail: str
    is_person: bool = False


def quick_contacts(session: Session, words: str, limit: int = MOST) -> list[QuickHit]:
    """Return the best contacts for some words."""
    query = contact_list.ContactQuery(words=words)
    ids = contact_list.ids(session, query, limit)
    rows = contact_list.rows(session, ids, ("display_name", "town", "number", "kind"))
    return [_hit(rows[contact]) for contact in ids if contact in rows]


def recent_contacts(session: Session, contacts: list[int], limit: int = MOST) -> list[QuickHit]:
    """Return contacts that were open lately, in the order given; those that are gone are left out."""
    rows = contact_list.rows(session, contacts[:limit], ("display_name", "town", "number", "kind", "deleted_at"))
    return [_hit(rows[contact]) for contact in contacts[:limit] if contact in rows]


def _hit(row: contact_list.ContactRow) -> QuickHit:
    """Turn a row of the list into a hit."""
    detail = " · ".join(str(part) for part in (row["town"], row["number"]) if part)
    return QuickHit(row.id, str(row["display_name"] or ""), detail, row["kind"] == "person")


def quick_people(session: Session, words: str, limit: int = MOST) -> list[QuickHit]:
    """Return people at organisations whose first or last name begins with each of the words."""
    terms = terms_of(words)
    if not terms:
        return []
    name = Person.__table__.c.name_key
    starts = [or_(in_name(name, term, "{}%"), in_name(name, term, "% {}%")) for term in terms]
    rows = session.execute(
        select(ContactPerson.contact_id, Person.first_name, Person.last_name, Contact.name)
        .join(Person, Person.id == ContactPerson.person_id)
        .join(Contact, Contact.id == ContactPerson.contact_id)
        .where(and_(*starts), Contact.deleted_at.is_(None))
        .order_by(Person.name_key, ContactPerson.id)
        .limit(limit)
    )
    return [
        QuickHit(row.contact_id, f"{row.first_name} {row.last_name}".strip(), row.name, is_person=True) for row in rows
    ]
