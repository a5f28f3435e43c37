"""Finding the same contact twice: while a new one is typed, and over the whole office.

Candidates come from indexes only (numbers, e-mail, beginnings of names, full text), a few hundred at most; only those
are scored (model/duplicate.py). So the radar answers in milliseconds however many contacts there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from gcrm.i18n import _
from gcrm.model.address import Address, present
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.contact_point import ContactPoint
from gcrm.model.duplicate import Candidate, Match, best, keys, possible
from gcrm.model.fold import fold, sort_key
from gcrm.services import search
from gcrm.services.search_shape import like
from gcrm.services.verdicts import strangers, told_apart

MOST = 120
"""Candidates that one way of looking may bring."""
BATCH = 400
MANY = 4000
"""Contacts that are read at once where all are."""
CROWD = 40
"""Contacts under one key from which on the key tells nothing (a street of offices, a common name)."""
LONGEST = 300
"""Characters of a field that are looked at."""
_HIGH = "\U0010ffff"
Among = Callable[[Any], ColumnElement[bool]]
"""Makes of the column that names a contact the condition for a batch of them."""


@dataclass(frozen=True, slots=True)
class DuplicateRow:
    """A contact that may be the same: what to show, the score from 0 to 1 and the reasons in the user's language."""

    contact: int
    name: str
    town: str
    number: str
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two contacts that may be the same, the older first."""

    one: int
    other: int
    score: float
    reasons: tuple[str, ...]


def radar(session: Session, candidate: Candidate, limit: int = 5, *, exclude: Iterable[int] = ()) -> list[DuplicateRow]:
    """Return the likeliest duplicates of what is being typed, best first; contacts in the trash stay out."""
    candidate = _cleaned(candidate)
    found = set(_candidate_ids(session, candidate)) - set(exclude)
    known = candidates(session, sorted(found))
    ids = {id(other): contact for contact, other in known.items()}
    hits = [(ids[id(other)], match) for other, match in best(candidate, known.values(), limit)]
    return _rows(session, hits, known)


def alike(session: Session, contact: Contact, limit: int) -> list[DuplicateRow]:
    """Return the likeliest duplicates of a saved contact, without those that were told apart from it."""
    return radar(session, candidate_of(contact), limit, exclude={contact.id, *strangers(session, contact.id)})


def candidate_of(contact: Contact, points: Iterable[ContactPoint] | None = None) -> Candidate:
    """Return what is compared of a contact, saved or just being typed (its numbers derived already, or not)."""
    address = next((a for a in contact.addresses if a.is_present()), None)
    wanted = list(contact.points if points is None else points)
    return Candidate(
        organisation=contact.name or "",
        first_name=contact.first_name or "",
        last_name=contact.last_name or "",
        phones=frozenset(point.e164 for point in wanted if point.e164),
        emails=frozenset(point.value for point in wanted if point.kind == "email" and point.value),
        street=f"{address.street or ''} {address.house_number or ''}".strip() if address else "",
        postcode=(address.postcode or "") if address else "",
        town=(address.town or "") if address else "",
        vat_number=contact.vat_number or "",
    )


def _cleaned(candidate: Candidate) -> Candidate:
    """Return a candidate without what no database can look for."""
    texts: dict[str, Any] = {
        name: value.replace("\0", "")[:LONGEST] for name, value in vars(candidate).items() if isinstance(value, str)
    }
    emails = frozenset(mail.replace("\0", "")[:LONGEST] for mail in candidate.emails)
    return replace(candidate, emails=emails, **texts)


def _candidate_ids(session: Session, candidate: Candidate) -> Iterator[int]:
    """Yield the ids of contacts that share something with the candidate, by indexes only."""
    for statement in _ways(session, candidate):
        yield from session.execute(statement.limit(MOST)).scalars()


def _ways(session: Session, candidate: Candidate) -> Iterator[Select[Any]]:
    """Yield the selects that look for candidates, each over one index."""
    point = ContactPoint.contact_id
    if candidate.phones:
        yield select(point).where(ContactPoint.e164.in_(sorted(candidate.phones)))
    if candidate.mails:
        yield select(point).where(ContactPoint.value_key.in_(sorted(sort_key(mail) for mail in candidate.mails)))
    for domain in sorted(candidate.domains)[:2]:
        yield from _full_text(session, f"@{domain}")
    if candidate.vat:
        yield from _full_text(session, candidate.vat)
    yield from _by_name(session, candidate)
    street, postcode, town = candidate.place
    if street and postcode:
        on_street = Address.street.like(like(candidate.street[:5])[1:], escape="\\")
        yield select(Address.contact_id).where(Address.postcode == candidate.postcode.strip(), on_street)
    if town and candidate.words:
        longest = max(candidate.words, key=len)
        yield from _full_text(session, f"{longest[:4]} {candidate.town}")


def _by_name(session: Session, candidate: Candidate) -> Iterator[Select[Any]]:
    """Yield the selects over names: their beginnings, so that a mistake later in the word is forgiven."""
    name = fold(candidate.organisation)
    if name:
        for length in (len(name), 8, 4):
            yield _starting(Contact.name_key, select(Contact.id), name[:length])
        yield from _full_text(session, " ".join(word[: max(4, len(word) - 2)] for word in candidate.words))
    last, first = fold(candidate.last_name), fold(candidate.first_name)
    if len(last) < 2:
        return
    for start in dict.fromkeys((f"{last} {first}".strip(), f"{last} {first[:1]}".strip(), last[:4])):
        yield _starting(Contact.name_key, select(Contact.id), start)
        own = select(ContactPerson.contact_id).join(Person, Person.id == ContactPerson.person_id)
        yield _starting(Person.name_key, own, start)


def _starting(column: Any, statement: Select[Any], start: str) -> Select[Any]:
    """Narrow a select to keys that begin with a text: a range, which every index understands."""
    return statement.where(and_(column >= start, column < start + _HIGH)).order_by(column)


def _full_text(session: Session, words: str) -> Iterator[Select[Any]]:
    """Yield the select of contacts whose index text holds these words, if they are long enough to be looked up."""
    terms = [term for term in words.split() if len(term) >= 3]
    found = search.matching(" ".join(terms), session.get_bind().dialect.name) if terms else None
    if found is not None:
        yield found


def candidates(session: Session, ids: Sequence[int]) -> dict[int, Candidate]:
    """Return what is compared of these contacts, by id; contacts in the trash are left out."""
    found: dict[int, Candidate] = {}
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        found.update(_batch(session, _these(batch)))
    return found


def _these(ids: Sequence[int]) -> Among:
    """Return the condition that a column names one of some contacts."""
    return lambda column: column.in_(ids)


def _between(low: int, high: int) -> Among:
    """Return the condition that a column names a contact above `low` and not above `high`."""
    return lambda column: and_(column > low, column <= high)


def _batch(session: Session, among: Among) -> dict[int, Candidate]:
    """Read one batch of candidates, those whose id is `among` them, in three statements."""
    names = session.execute(
        select(Contact.id, Contact.name, Contact.first_name, Contact.last_name, Contact.vat_number)
        .where(among(Contact.id), Contact.deleted_at.is_(None))
        .order_by(Contact.id)
    ).all()
    phones: dict[int, set[str]] = {}
    mails: dict[int, set[str]] = {}
    own = select(ContactPoint.contact_id, ContactPoint.kind, ContactPoint.value, ContactPoint.e164)
    for contact, kind, value, e164 in session.execute(own.where(among(ContactPoint.contact_id))):
        if e164:
            phones.setdefault(contact, set()).add(e164)
        elif kind == "email":
            mails.setdefault(contact, set()).add(value)
    places = _places(session, among)
    return {
        row.id: Candidate(
            row.name,
            row.first_name,
            row.last_name,
            frozenset(phones.get(row.id, ())),
            frozenset(mails.get(row.id, ())),
            *places.get(row.id, ("", "", "")),
            vat_number=row.vat_number,
        )
        for row in names
    }


def _places(session: Session, among: Among) -> dict[int, tuple[str, str, str]]:
    """Return street with number, postcode and town of the first present address of these contacts."""
    rows = session.execute(
        select(Address.contact_id, Address.street, Address.house_number, Address.postcode, Address.town)
        .where(among(Address.contact_id), present())
        .order_by(Address.is_default, Address.id.desc())
    )
    return {row[0]: (f"{row[1]} {row[2]}".strip(), row[3], row[4]) for row in rows}


def _rows(session: Session, hits: list[tuple[int, Match]], known: dict[int, Candidate]) -> list[DuplicateRow]:
    """Return the hits as they are shown."""
    wanted = [contact for contact, _match in hits]
    numbers = {
        row.id: row.number for row in session.execute(select(Contact.id, Contact.number).where(Contact.id.in_(wanted)))
    }
    rows = []
    for contact, match in hits:
        other = known[contact]
        name = other.organisation or f"{other.first_name} {other.last_name}".strip()
        reasons = tuple(_(reason) for reason in match.reasons)
        rows.append(DuplicateRow(contact, name, other.town, numbers.get(contact) or "", match.score, reasons))
    return rows


def find_pairs(session: Session, limit: int = 500, progress: Callable[[int, int], bool] | None = None) -> list[Pair]:
    """Look through the whole office for contacts that may be the same; the likeliest pairs first.

    Those that somebody has told apart stay out. `progress(done, total)` is called now and then; where it returns False
    the look ends with what was found.
    """
    apart = told_apart(session)
    total = session.scalar(select(func.count()).select_from(Contact).where(Contact.deleted_at.is_(None))) or 0
    tell = progress or (lambda _done, _total: True)
    known: dict[int, Candidate] = {}
    groups: dict[str, list[int]] = {}
    for batch in _all_batches(session):
        if not tell(len(known), 2 * total):
            break
        for contact, candidate in batch.items():
            known[contact] = candidate
            for key in keys(candidate):
                groups.setdefault(key, []).append(contact)
    found: list[Pair] = []
    for done, (one, others) in enumerate(_mates(groups).items()):
        if done % BATCH == 0 and not tell(total + done, 2 * total):
            break
        mine = known[one]
        for other in others:
            match = possible(mine, known[other])
            if match is not None and (one, other) not in apart:
                found.append(Pair(one, other, match.score, tuple(_(reason) for reason in match.reasons)))
    return sorted(found, key=lambda pair: (-pair.score, pair.one, pair.other))[:limit]


def _all_batches(session: Session) -> Iterator[dict[int, Candidate]]:
    """Yield what is compared of all contacts, oldest first."""
    last: int | None = 0
    while last is not None:
        after = select(Contact.id).where(Contact.id > last).order_by(Contact.id).limit(MANY).subquery()
        upper = session.scalar(select(func.max(after.c.id)))
        if upper is not None:
            yield _batch(session, _between(last, upper))
        last = upper


def _mates(groups: dict[str, list[int]]) -> dict[int, set[int]]:
    """Return, for each contact, the younger ones with which it shares a key that tells something."""
    mates: dict[int, set[int]] = {}
    for group in groups.values():
        if 1 < len(group) <= CROWD:
            for place, one in enumerate(group[:-1], 1):
                mates.setdefault(one, set()).update(group[place:])
    return mates
