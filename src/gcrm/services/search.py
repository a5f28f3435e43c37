"""The search index and finding contacts in it.

One row per contact holds the folded texts of everything that belongs to it (model/fold.py). SQLite looks in an FTS5
table with trigrams, PostgreSQL by pg_trgm; both then compare the same text, so both find the same. Terms of one or
two letters are shorter than a trigram and are looked for in the text itself.

Ranked: exact number, start of the name, start of a word, inside a word, anything else; within a rank by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    column,
    delete,
    insert,
    literal,
    or_,
    select,
    table,
    union_all,
)
from sqlalchemy.orm import Session

from gcrm.model.address import Address
from gcrm.model.bank_account import BankAccount
from gcrm.model.category import Category, ContactCategory
from gcrm.model.change import ContactSearch
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.contact_point import ContactPoint
from gcrm.model.fold import clean, digits, fold, index_text, query_terms
from gcrm.services.database import Changed

FTS = table("contact_search_fts", column("rowid"), column("text"), column("contact_search_fts"))
BATCH = 400
TRIGRAM = 3
# Table → columns that the index text is made of (`index_texts`), or that say to which contact it belongs.
SEARCHED: Mapping[str, tuple[str, ...]] = {
    "contact": ("number", "name", "name2", "first_name", "last_name", "vat_number", "custom"),
    "address": ("contact_id", "town", "postcode", "street", "supplement"),
    "contact_point": ("contact_id", "value", "e164"),
    "bank_account": ("contact_id", "iban"),
    "contact_person": ("contact_id", "person_id", "function"),
    "person": ("first_name", "last_name"),
    "contact_category": ("contact_id", "category_id"),
    "category": ("name",),
}


def is_searched(change: Changed, payload: str | None) -> bool:
    """Tell whether a change may touch the index; `payload` is the JSON text of an update's new values."""
    names = SEARCHED.get(change.table)
    if names is None:
        return False
    return change.action != "U" or payload is None or any(f'"{name}":' in payload for name in names)


def touched_contacts(session: Session, changed: Iterable[Changed]) -> set[int]:
    """Return the contacts whose index row may be out of date after these changes."""
    relevant = [change for change in changed if change.table in SEARCHED]
    contacts = {change.contact for change in relevant if change.contact is not None}
    persons = {change.record for change in relevant if change.table == "person"}
    if persons:
        contacts |= set(session.scalars(select(ContactPerson.contact_id).where(ContactPerson.person_id.in_(persons))))
    categories = {change.record for change in relevant if change.table == "category" and change.action == "U"}
    if categories:
        contacts |= set(
            session.scalars(select(ContactCategory.contact_id).where(ContactCategory.category_id.in_(categories)))
        )
    return contacts


def reindex(session: Session, contacts: Iterable[int]) -> None:
    """Write the index rows of these contacts anew; rows of contacts that are gone disappear."""
    wanted = sorted(contacts)
    for start in range(0, len(wanted), BATCH):
        batch = wanted[start : start + BATCH]
        texts = index_texts(session, batch)
        known = {
            row.contact_id: row.text
            for row in session.execute(
                select(ContactSearch.contact_id, ContactSearch.text).where(ContactSearch.contact_id.in_(batch))
            )
        }
        stale = [contact for contact in batch if known.get(contact) != texts.get(contact)]
        if not stale:
            continue
        gone = [contact for contact in stale if contact in known]
        if gone:
            session.execute(delete(ContactSearch).where(ContactSearch.contact_id.in_(gone)))
        fresh = [{"contact_id": contact, "text": texts[contact]} for contact in stale if contact in texts]
        if fresh:
            session.execute(insert(ContactSearch), fresh)


def index_texts(session: Session, contacts: Sequence[int]) -> dict[int, str]:
    """Return the index text of each of these contacts that exists."""
    parts: dict[int, list[str]] = {}
    rows = session.execute(
        select(
            Contact.id,
            Contact.number,
            Contact.name,
            Contact.name2,
            Contact.first_name,
            Contact.last_name,
            Contact.vat_number,
            Contact.custom,
        ).where(Contact.id.in_(contacts))
    )
    for row in rows:
        texts = [row.name, row.name2, row.first_name, row.last_name, row.number or "", row.vat_number]
        parts[row.id] = [*texts, *_custom_texts(row.custom)]
    for _place, _id, contact, *texts in session.execute(_children(contacts)):
        parts.setdefault(contact, []).extend(text for text in texts if text)
    points = select(ContactPoint.contact_id, ContactPoint.value, ContactPoint.e164)
    for row in session.execute(points.where(ContactPoint.contact_id.in_(contacts)).order_by(ContactPoint.id)):
        parts.setdefault(row.contact_id, []).extend(point_texts(row.value, row.e164))
    return {contact: index_text([text for text in texts if text]) for contact, texts in parts.items()}


def _children(contacts: Sequence[int]) -> Any:
    """Return one statement for the texts of addresses, persons, accounts and categories, always in the same order."""
    none = literal("")
    town = (Address.town, Address.postcode, Address.street, Address.supplement)
    person = (Person.first_name, Person.last_name, ContactPerson.function, none)
    rows = union_all(
        _texts(1, Address, *town).where(Address.contact_id.in_(contacts)),
        _texts(2, ContactPerson, *person)
        .join(Person, Person.id == ContactPerson.person_id)
        .where(ContactPerson.contact_id.in_(contacts)),
        _texts(3, BankAccount, BankAccount.iban, none, none, none).where(BankAccount.contact_id.in_(contacts)),
        _texts(4, ContactCategory, Category.name, none, none, none)
        .join(Category, Category.id == ContactCategory.category_id)
        .where(ContactCategory.contact_id.in_(contacts)),
    )
    return rows.order_by("place", "child")


def _texts(place: int, cls: Any, *texts: Any) -> Select[Any]:
    """Return the select of a kind of children: its place in the text, id, contact, and four texts."""
    return select(literal(place).label("place"), cls.id.label("child"), cls.contact_id, *texts).select_from(cls)


def point_texts(value: str, e164: str | None) -> list[str]:
    """Return what a number or address is found by: as typed, as digits, international and national."""
    if not e164:
        plain = digits(value)
        return [value, plain] if len(plain) >= 3 and "@" not in value and "." not in value else [value]
    return [value, digits(value), e164[1:], f"0{e164[3:]}"]


def _custom_texts(custom: dict[str, Any] | None) -> list[str]:
    """Return the texts of the user-defined fields."""
    texts: list[str] = []
    for value in (custom or {}).values():
        texts.extend(str(item) for item in (value if isinstance(value, list) else [value]) if item is not None)
    return texts


def like(term: str) -> str:
    """Return a LIKE pattern that looks for `term` anywhere; the escape character is a backslash."""
    escaped = term.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _number_like(query: str) -> str:
    """Return the digits of a query that looks like a telephone number, else nothing."""
    plain = digits(query)
    stripped = query.strip()
    looks = len(plain) >= 4 and all(letter in "0123456789 +-/().\u00a0" for letter in stripped)
    if not looks:
        return ""
    return plain[2:] if stripped.startswith("00") else plain


def terms_of(query: str) -> list[tuple[str, ...]]:
    """Return the terms of a query: words, or the digits of a telephone number as one term."""
    query = clean(query)
    number = _number_like(query)
    return [(number,)] if number else query_terms(query)


def _fts_match(terms: list[tuple[str, ...]]) -> str:
    """Return the FTS5 expression for the terms that are long enough for trigrams; quoted, so nothing is syntax."""
    groups = []
    for spellings in terms:
        if all(len(spelling) >= 3 for spelling in spellings):
            quoted = " OR ".join('"' + spelling.replace('"', '""') + '"' for spelling in spellings)
            groups.append(f"({quoted})")
    return " AND ".join(groups)


def _contains(spellings: tuple[str, ...]) -> ColumnElement[bool]:
    """Return the condition that one of the spellings stands in the text."""
    return or_(*(ContactSearch.text.like(like(spelling), escape="\\") for spelling in spellings))


def matching(query: str, dialect: str) -> Select[Any] | None:
    """Return a select of the ids of contacts that match, None when the query has no words (all match)."""
    terms = terms_of(query)
    if not terms:
        return None
    conditions = [_contains(spellings) for spellings in terms]
    if dialect == "sqlite":
        long_enough = _fts_match(terms)
        short = [c for c, s in zip(conditions, terms, strict=True) if any(len(spelling) < 3 for spelling in s)]
        if long_enough and not short:
            return select(FTS.c.rowid.label("contact_id")).where(FTS.c.contact_search_fts.op("MATCH")(long_enough))
        if long_enough:
            found = select(FTS.c.rowid).where(FTS.c.contact_search_fts.op("MATCH")(long_enough))
            return select(ContactSearch.contact_id).where(ContactSearch.contact_id.in_(found), *short)
    return select(ContactSearch.contact_id).where(and_(*conditions))


def rank(query: str) -> ColumnElement[int]:
    """Return the rank of a contact for a query.

    0 exact number, 1 start of the name, 2 start of a word in the name, 3 inside the name, 4 in anything else of it.
    """
    query = query.replace("\0", "")
    first = terms_of(query)[0]
    whole = fold(query)
    starts = or_(*(Contact.name_key.like(f"{like(term)[1:]}", escape="\\") for term in dict.fromkeys((whole, *first))))
    words = or_(*(Contact.name_key.like(like(f" {term}"), escape="\\") for term in first))
    inside = or_(*(Contact.name_key.like(like(term), escape="\\") for term in first))
    return case((is_number(query), 0), (starts, 1), (words, 2), (inside, 3), else_=4)


def is_number(query: str) -> ColumnElement[bool]:
    """Return the condition that a query is a contact's number, in whatever case it is written."""
    typed = clean(query)
    return Contact.number.in_(sorted({typed, typed.upper(), typed.lower()}))


def single_term(query: str) -> tuple[str, ...] | None:
    """Return the spellings of a query of one word, None for several words or a telephone number."""
    terms = terms_of(query)
    if len(terms) != 1 or _number_like(query.replace("\0", "")):
        return None
    return terms[0]


def name_starts(spellings: tuple[str, ...]) -> ColumnElement[bool]:
    """Return the condition that the name starts with a spelling, as ranges that an index serves."""
    return or_(
        *(and_(Contact.name_key >= spelling, Contact.name_key < spelling + "\U0010ffff") for spelling in spellings)
    )


def short_ranks(spellings: tuple[str, ...]) -> Iterator[ColumnElement[bool]]:
    """Yield what makes the ranks of a short word after the start of the name, each including the ones before it."""
    name = Contact.name_key
    yield or_(*(name.like(like(f" {spelling}"), escape="\\") for spelling in spellings))
    yield or_(*(name.like(like(spelling), escape="\\") for spelling in spellings))
    yield select(ContactSearch.contact_id).where(ContactSearch.contact_id == Contact.id, _contains(spellings)).exists()
