"""Who is here already: for the cards of an import, the contacts they seem to be, found by index look-ups.

By exchange id, by customer number, by e-mail address, by telephone number, by name; what is found by the last three
is compared in full (model/duplicate.py) and proposed from LIKELY on, or when it says nothing new. Every office counts
its contacts from the same number on, so a number alone tells nothing: the name has to be the same, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from gcrm.i18n import N_
from gcrm.model.attachment import Attachment
from gcrm.model.base import Home
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson
from gcrm.model.contact_point import ContactPoint
from gcrm.model.duplicate import LIKELY, Candidate, score
from gcrm.model.fold import fold
from gcrm.services.contact_data import category_names
from gcrm.services.exchange.contact_card import UID_PREFIX, uid_of
from gcrm.services.exchange.import_fill import missing
from gcrm.services.exchange.import_plan import ImportRow, MatchBy
from gcrm.services.exchange.import_replace import differing
from gcrm.services.exchange.point_keys import PointKeys

BATCH = 300
MOST = 20
SAME_ID = N_("Same exchange id")
SAME_ROW = N_("Imported before")
SAME_NUMBER = N_("Same number")
SAME_NAME = N_("Same name")
SAME_REACH = N_("Same number or address")
PICTURE = N_("Picture")


@dataclass(slots=True)
class _Found:
    """Ids of contacts by what they were found with; names of their categories, and which have a picture.

    `taken` are numbers that contacts have, those in the trash among them.
    """

    by_uid: dict[str, int] = field(default_factory=dict)
    by_number: dict[str, int] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    by_reach: dict[str, list[int]] = field(default_factory=dict)
    by_name: dict[str, list[int]] = field(default_factory=dict)
    contacts: dict[int, Contact] = field(default_factory=dict)
    categories: dict[int, tuple[str, ...]] = field(default_factory=dict)
    pictured: frozenset[int] = frozenset()


def match_rows(session: Session, rows: Sequence[ImportRow], home: Home, by: MatchBy = "any") -> None:
    """Name for each row the contact it seems to be, known again by one thing alone where that was chosen."""
    keys = PointKeys(home)
    for row in rows:
        _derive(row.imported.contact, home, keys)
    if session.scalar(select(Contact.id).limit(1)) is None:
        return  # the first contacts of an office are nobody's duplicates
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        found = _look_up(session, batch)
        for row in batch:
            row.is_number_taken = row.imported.contact.number in found.taken
            before = found.contacts.get(row.known or 0)
            if before is not None:
                _take(row, before, SAME_ROW, found)
            elif by == "any":
                _match(row, found)
            else:
                _match_by(row, found, by)


def _derive(contact: Contact, home: Home, keys: PointKeys) -> None:
    """Fill the keys of a contact that is in no database."""
    contact.derive(home)
    for point in all_points(contact):
        keys.derive(point)


def all_points(contact: Contact) -> list[ContactPoint]:
    """Return the numbers of a contact and of its persons."""
    if not contact.persons:
        return list(contact.points)
    return [*contact.points, *(point for person in contact.persons for point in person.points)]


def _look_up(session: Session, rows: Sequence[ImportRow]) -> _Found:
    """Find everybody who could be meant by a batch of rows."""
    found = _Found()
    contacts = [row.imported.contact for row in rows]
    uids = {contact.uid for contact in contacts if contact.uid}
    numbers = {contact.number for contact in contacts if contact.number}
    names = {contact.name_key for contact in contacts if contact.name_key}
    points = [point for contact in contacts for point in all_points(contact)]
    here = Contact.deleted_at.is_(None)
    own = [int(part) for uid in uids if (part := own_id(uid))]
    if uids:
        found.by_uid = {uid: i for i, uid in session.execute(select(Contact.id, Contact.uid).where(
            Contact.uid.in_(uids), here))}  # fmt: skip
    if numbers:
        for i, number, deleted in session.execute(
            select(Contact.id, Contact.number, Contact.deleted_at).where(Contact.number.in_(numbers))
        ):
            found.taken.add(number or "")
            if number and deleted is None:
                found.by_number[number] = i
    for i, key in session.execute(select(Contact.id, Contact.name_key).where(Contact.name_key.in_(names), here)):
        _note(found.by_name, key, i)
    emails = {point.value_key for point in points if point.kind == "email" and point.value_key}
    phones = {point.e164 for point in points if point.e164}
    _look_up_points(session, found, ContactPoint.value_key, emails, ContactPoint.kind == "email")
    _look_up_points(session, found, ContactPoint.e164, phones)
    wanted = {*found.by_uid.values(), *found.by_number.values(), *own}
    wanted |= {row.known for row in rows if row.known is not None}
    wanted |= {i for ids in (*found.by_reach.values(), *found.by_name.values()) for i in ids}
    found.contacts = _read(session, wanted, with_accounts=any(contact.bank_accounts for contact in contacts))
    for i in own:
        if i in found.contacts:
            found.by_uid.setdefault(uid_of(found.contacts[i]), i)
    found.categories = category_names(session, found.contacts)
    if any(row.imported.photo is not None for row in rows):
        found.pictured = _pictured(session, found.contacts)
    return found


def _pictured(session: Session, contacts: Iterable[int]) -> frozenset[int]:
    """Return those of some contacts that have a picture."""
    wanted, found = sorted(contacts), set[int | None]()
    for start in range(0, len(wanted), BATCH):
        of_these = Attachment.contact_id.in_(wanted[start : start + BATCH])
        found |= set(session.scalars(select(Attachment.contact_id).where(of_these, Attachment.is_picture.is_(True))))
    return frozenset(contact for contact in found if contact is not None)


def own_id(uid: str) -> str:
    """Return the contact's id in an exchange id of our own making, "" in any other."""
    part = uid[len(UID_PREFIX) :].partition("-")[0] if uid.startswith(UID_PREFIX) else ""
    return part if part.isascii() and part.isdecimal() and len(part) < 19 else ""


def _note(found: dict[str, list[int]], key: str, contact: int) -> None:
    """Remember a contact under a key; very common keys tell nothing."""
    ids = found.setdefault(key, [])
    if len(ids) < MOST and contact not in ids:
        ids.append(contact)


def _look_up_points(session: Session, found: _Found, column: Any, keys: set[str], *more: Any) -> None:
    """Find contacts by numbers or addresses."""
    if keys:
        for contact, key in session.execute(select(ContactPoint.contact_id, column).where(column.in_(keys), *more)):
            _note(found.by_reach, key, contact)


def _read(session: Session, ids: Iterable[int], *, with_accounts: bool = False) -> dict[int, Contact]:
    """Read contacts with what is compared and filled; those in the trash stay out."""
    wanted, found = sorted(ids), {}
    more = (selectinload(Contact.bank_accounts),) if with_accounts else ()
    for start in range(0, len(wanted), BATCH):
        statement = (
            select(Contact)
            .where(Contact.id.in_(wanted[start : start + BATCH]), Contact.deleted_at.is_(None))
            .options(
                selectinload(Contact.addresses),
                selectinload(Contact.points),
                selectinload(Contact.persons).selectinload(ContactPerson.points),
                selectinload(Contact.persons).selectinload(ContactPerson.person),
                *more,
            )
        )
        found.update({contact.id: contact for contact in session.scalars(statement)})
    return found


def _match(row: ImportRow, found: _Found) -> None:
    """Decide whom a row means."""
    contact = row.imported.contact
    same = found.contacts.get(found.by_uid.get(contact.uid, 0)) if contact.uid else None
    numbered = found.contacts.get(found.by_number.get(contact.number, 0)) if contact.number else None
    if same is not None:
        _take(row, same, SAME_ID, found)
        return
    if numbered is not None and numbered.name_key == contact.name_key:
        _take(row, numbered, SAME_NUMBER, found)
        return
    reach = (point.e164 or point.value_key for point in all_points(contact))
    ids = dict.fromkeys(i for key in reach if key for i in found.by_reach.get(key, ()))
    ids |= dict.fromkeys(found.by_name.get(contact.name_key, ()))
    others = [found.contacts[i] for i in list(ids)[:MOST] if i in found.contacts]
    if not others:
        return
    mine = candidate_of(contact)
    rated = [(score(mine, candidate_of(other)), other) for other in others]
    best, likeliest = max(rated, key=lambda pair: pair[0].score)
    if best.score >= LIKELY:
        _take(row, likeliest, best.reasons[0] if best.reasons else SAME_NAME, found)
        return
    for other in others:
        if other.name_key == contact.name_key and not missing(other, contact):
            _take(row, other, SAME_NAME, found)
            return


def _match_by(row: ImportRow, found: _Found, by: MatchBy) -> None:
    """Decide whom a row means by one thing alone: number, e-mail address, telephone number, or name and town."""
    contact = row.imported.contact
    points = all_points(contact)
    if by == "number":
        ids, why = [found.by_number.get(contact.number or "", 0)], SAME_NUMBER
    elif by == "name":
        towns = {fold(address.town or "") for address in contact.addresses}
        named = (found.contacts.get(i) for i in found.by_name.get(contact.name_key, ()))
        same = (each for each in named if each is not None)
        ids, why = [each.id for each in same if _is_in(each, towns)], SAME_NAME
    else:
        keys = [
            point.value_key if by == "email" else point.e164
            for point in points
            if (point.kind == "email") == (by == "email")
        ]
        ids, why = [i for key in keys if key for i in found.by_reach.get(key, ())], SAME_REACH
    known = next((found.contacts[i] for i in ids if i in found.contacts), None)
    if known is not None:
        _take(row, known, why, found)


def _is_in(contact: Contact, towns: set[str]) -> bool:
    """Tell whether a contact lives in one of these towns; where one of both names none, the name tells."""
    mine = {fold(address.town or "") for address in contact.addresses}
    return not towns or not mine or bool(mine & towns)


def _take(row: ImportRow, contact: Contact, why: str, found: _Found) -> None:
    """Note the match, and what the row would add to it."""
    row.match, row.match_name, row.why = contact.id, contact.display_name, why
    row.carried = frozenset(map(fold, found.categories.get(contact.id, ())))
    row.news = missing(contact, row.imported.contact)
    row.changes = differing(contact, row.imported.contact)
    if row.imported.photo is not None and contact.id not in found.pictured:
        row.news += (PICTURE,)


def candidate_of(contact: Contact) -> Candidate:
    """Return what is compared of a contact."""
    address = contact.addresses[0] if contact.addresses else None
    points = all_points(contact)
    is_person = contact.kind == "person" or not contact.name
    return Candidate(
        organisation="" if is_person else contact.name,
        first_name=(contact.first_name or "") if is_person else "",
        last_name=(contact.last_name or "") if is_person else "",
        phones=frozenset(point.e164 for point in points if point.e164),
        emails=frozenset(point.value for point in points if point.kind == "email"),
        street=f"{address.street} {address.house_number}" if address else "",
        postcode=address.postcode if address else "",
        town=address.town if address else "",
        vat_number=contact.vat_number or "",
    )
