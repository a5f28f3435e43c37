"""Lists of contacts in a file (KIND:group): no contacts themselves, they give their members a category.

A list keeps its name and its members; every other line of it, and every member that is neither in the file nor in the
office, is reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gcrm.i18n import N_, _
from gcrm.model.contact import Contact
from gcrm.model.contact_point import ContactPoint
from gcrm.model.fold import clean, fold, sort_key
from gcrm.services.contact_data import category_names
from gcrm.services.exchange.card import Card, CardFile, Reported, Source
from gcrm.services.exchange.contact_card import uid_of
from gcrm.services.exchange.import_match import all_points, own_id
from gcrm.services.exchange.import_plan import ImportRow

BATCH = 300
LEFT_OUT = N_("A list keeps only its name and its members; this line was left out")
NOBODY = N_("This member of the list is neither in the file nor in the office")
NAMELESS = N_("List without name")
_MEMBERS = ("MEMBER", "X-ADDRESSBOOKSERVER-MEMBER")
_FRAME = frozenset(
    {
        *("VERSION", "PROFILE", "PRODID", "REV", "UID", "FN", "N"),
        *("KIND", "X-KIND", "X-ADDRESSBOOKSERVER-KIND"),
    }
)
"""What makes a list: how to read it, and its name."""
_URN = "urn:uuid:"
_MAIL = "mailto:"


@dataclass(slots=True)
class MemberList:
    """A list with the lines of those members that were not found yet."""

    row: ImportRow
    card: Card
    unknown: list[Source] = field(default_factory=list)


def is_list(card: Card) -> bool:
    """Tell whether a card is a list: a group that names its members; any other group is a contact."""
    return card.kind == "group" and any(source.name in _MEMBERS for source in card.sources)


def list_name(card: Card) -> str:
    """Return the category a list stands for."""
    return clean(card.display_name()) or _(NAMELESS)


def find_members(lists: Sequence[MemberList], rows: Sequence[ImportRow]) -> None:
    """Find the members among the rows of the import: these get the list's category."""
    if not lists:
        return
    by_key: dict[str, int] = {}
    for place, row in enumerate(rows):
        if not row.is_contact:
            continue
        contact = row.imported.contact
        keys = [_bare(contact.uid)] if contact.uid else []
        keys += [_MAIL + fold(point.value) for point in all_points(contact) if point.kind == "email"]
        for key in keys:
            by_key.setdefault(key, place)
    for each in lists:
        found: dict[int, None] = {}
        for source in each.card.sources:
            if source.name in _MEMBERS:
                member = by_key.get(_member_key(source.value))
                if member is None:
                    each.unknown.append(source)
                else:
                    found[member] = None
        each.row.members = tuple(found)
        for place in found:
            rows[place].group_categories = (*rows[place].group_categories, each.row.list_name)


def find_here(session: Session, lists: Sequence[MemberList]) -> None:
    """Find the other members in the office, by exchange id or by an e-mail address that only one contact has."""
    values = {source.value for each in lists for source in each.unknown}
    if not values:
        return
    known = _by_uid(session, values) | _by_mail(session, values)
    for each in lists:
        found = {known[key] for source in each.unknown if (key := _member_key(source.value)) in known}
        each.unknown = [source for source in each.unknown if _member_key(source.value) not in known]
        carried = category_names(session, found)
        wanted = fold(each.row.list_name)
        each.row.here = tuple(sorted(i for i in found if wanted not in map(fold, carried.get(i, ()))))


def _by_uid(session: Session, values: Iterable[str]) -> dict[str, int]:
    """Return contacts by the bare exchange ids among the values."""
    bare = {_bare(value) for value in values if not value.lower().startswith(_MAIL)}
    spellings = sorted({each for value in values for each in _spellings(value)})
    found: dict[str, int] = {}
    here = Contact.deleted_at.is_(None)
    for start in range(0, len(spellings), BATCH):
        some = spellings[start : start + BATCH]
        for contact, uid in session.execute(select(Contact.id, Contact.uid).where(Contact.uid.in_(some), here)):
            found[_bare(uid)] = contact
    own = sorted({int(part) for uid in bare if (part := own_id(uid))})
    columns = (Contact.id, Contact.uid, Contact.created_at)
    for start in range(0, len(own), BATCH):
        of_these = Contact.id.in_(own[start : start + BATCH])
        contact_row: Any
        for contact_row in session.execute(select(*columns).where(of_these, here)):
            found.setdefault(_bare(uid_of(contact_row)), contact_row.id)
    return {uid: contact for uid, contact in found.items() if uid in bare}


def _by_mail(session: Session, values: Iterable[str]) -> dict[str, int]:
    """Return contacts by the e-mail addresses among the values; what several contacts share tells nobody."""
    keys = sorted({sort_key(value[len(_MAIL) :]) for value in values if value.lower().startswith(_MAIL)})
    owners: dict[str, set[int]] = {}
    for start in range(0, len(keys), BATCH):
        of_these = ContactPoint.value_key.in_(keys[start : start + BATCH])
        rows = session.execute(
            select(ContactPoint.contact_id, ContactPoint.value)
            .join(Contact, Contact.id == ContactPoint.contact_id)
            .where(of_these, ContactPoint.kind == "email", Contact.deleted_at.is_(None))
        )
        for contact, value in rows:
            owners.setdefault(_MAIL + fold(value), set()).add(contact)
    return {key: contacts.pop() for key, contacts in owners.items() if len(contacts) == 1}


def _member_key(value: str) -> str:
    """Return what a member is found by."""
    is_mail = value.lower().startswith(_MAIL)
    return _MAIL + fold(value[len(_MAIL) :]) if is_mail else _bare(value)


def _bare(uid: str) -> str:
    """Return an exchange id without the prefix that only some programs write."""
    return uid.strip().lower().removeprefix(_URN)


def _spellings(value: str) -> set[str]:
    """Return how an exchange id may stand in the database."""
    uid = value.strip()
    bare = uid[len(_URN) :] if uid.lower().startswith(_URN) else uid
    bares = {bare, bare.lower(), bare.upper()}
    return {uid, *bares, *(_URN + each for each in bares)}


def told_files(files: Sequence[CardFile], lists: Iterable[MemberList]) -> tuple[CardFile, ...]:
    """Return the files with the account of what became of the lines of lists."""
    told = list(files)
    for each in lists:
        told[each.row.file] = _told(told[each.row.file], each)
    return tuple(told)


def _told(file: CardFile, each: MemberList) -> CardFile:
    """Move the lines of one list to where they went: members are mapped, what found no place is reported."""
    unknown = {source.line for source in each.unknown}
    mapped, kept, reported = file.account.mapped, file.account.kept, list(file.account.reported)
    for source in each.card.sources:
        kept -= source.physical if source.is_kept else 0
        mapped -= 0 if source.is_kept else source.physical
        if source.name in _MEMBERS:
            reason = NOBODY if source.line in unknown else ""
        else:
            reason = LEFT_OUT if source.name not in _FRAME and source.value else ""
        mapped += 0 if reason else source.physical
        if reason:
            reported += [Reported(source.line + offset, reason) for offset in range(source.physical)]
    account = replace(file.account, mapped=mapped, kept=kept, reported=tuple(sorted(reported)))
    return replace(file, account=account)
