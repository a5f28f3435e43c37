"""User-defined fields in vCards: one line of our own for each value of a contact, its addresses and persons.

    X-GCRM-FIELD:{"label":"Machine","kind":"text","value":"Press 7"}
    X-GCRM-FIELD:{"owner":"address","of":"Ring 1 04103 Leipzig","label":"Gate","kind":"text","value":"North"}

A field is known by its label, because another office counts its fields differently; a contact by number and name. A
line whose field, address, person or contact is not here stays with the contact as other data and is written back.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.model import user_field
from gcrm.model.contact import Contact
from gcrm.model.custom_field import CustomField
from gcrm.model.fold import clean, fold
from gcrm.model.user_field import Place
from gcrm.services import contact as contacts
from gcrm.services import custom_field
from gcrm.services.column import shown_name
from gcrm.services.exchange.own_line import read_object
from gcrm.services.folded import folded
from gcrm.services.unit_of_work import UnitOfWork

HEAD = "X-GCRM-FIELD:"
_POINTS = '"kind":"contact"'
OWNERS = ("contact", "address", "contact_person")
Known = Mapping[tuple[str, str], CustomField]
Finder = Callable[[str, str], int | None]


def owned(contact: Contact) -> Iterator[tuple[str, Any, str]]:
    """Yield what can have user-defined fields: its table, the record, and the words it is found by."""
    yield "contact", contact, ""
    for address in contact.addresses:
        if address.until_on is None:
            parts = (address.street, address.house_number, address.po_box, address.postcode, address.town)
            yield "address", address, " ".join(part for part in parts if part)
    for person in contact.persons:
        yield "contact_person", person, person.person.full_name


def lines_of(contact: Contact, fields: Sequence[CustomField], named: Mapping[int, tuple[str, str]]) -> list[str]:
    """Return the lines of a contact; `named` are number and name of the contacts that values point to."""
    lines = []
    for owner, record, words in owned(contact):
        for field in fields:
            value = (record.custom or {}).get(field.key) if field.owner == owner else None
            if value in (None, "", []):
                continue
            told: dict[str, Any] = {"owner": owner, "of": words} if words else {}
            told |= {"label": field.label, "kind": field.kind, "value": value}
            if field.kind == "contact":
                number, name = named.get(value, ("", ""))
                told |= {"value": name, "number": number}
            lines.append(HEAD + json.dumps(told, ensure_ascii=False, separators=(",", ":")))
    return lines


def has_lines(contact: Contact) -> bool:
    """Tell whether a contact keeps lines of user-defined fields."""
    return any(str(line).startswith(HEAD) for line in contact.kept or ())


def has_values(contact: Contact) -> bool:
    """Tell whether a contact, an address or a person of it has user-defined values."""
    if contact.custom or any(person.custom for person in contact.persons):
        return True
    return any(address.custom for address in contact.addresses if address.until_on is None)


def points_elsewhere(contact: Contact) -> bool:
    """Tell whether a contact keeps lines of fields that point to other contacts."""
    return any(str(line).startswith(HEAD) and _POINTS in str(line) for line in contact.kept or ())


def make_new(work: UnitOfWork, asked: Sequence[tuple[str, str]], imported: Iterable[Contact]) -> None:
    """Add the fields (label and kind) that are asked for and not there, and give the imported contacts their values."""
    if not asked:
        return
    here = {fold(found.label) for found in custom_field.fields(work.session, "contact", hidden=True)}
    for label, kind in asked:
        if fold(label) not in here:
            here.add(fold(label))
            custom_field.add(work, CustomField(owner="contact", label=label, kind=kind))
    work.session.flush()
    settle(work.session, imported)


def settle(session: Session, imported: Iterable[Contact]) -> None:
    """Give contacts the user-defined values of their kept lines, as far as they have a place here."""
    waiting = [contact for contact in imported if has_lines(contact)]
    if not waiting:
        return
    known = {(found.owner, fold(found.label)): found for found in custom_field.fields(session, hidden=True)}
    find = _finder(session)
    for contact in waiting:
        rest = [line for line in contact.kept if not (line.startswith(HEAD) and _take(contact, line, known, find))]
        if len(rest) < len(contact.kept):
            contact.kept = rest


def link(session: Session, ids: Iterable[int]) -> None:
    """Give contacts that were written the values that point to others, which are here by now too."""
    settle(session, [contacts.read(session, contact) for contact in ids])
    session.flush()


def _take(contact: Contact, line: str, known: Known, find: Finder) -> bool:
    """Put the value of one line where it belongs; False when there is no place for it."""
    told = read_object(line, HEAD) or {}
    owner, label, words = (clean(str(told.get(name, ""))) for name in ("owner", "label", "of"))
    field = known.get((owner or "contact", fold(label)))
    record = _record(contact, owner or "contact", words)
    value = _value(field, told, find) if field is not None and record is not None else None
    if field is None or value is None:
        return False
    custom = record.custom or {}
    if field.key in custom:
        return bool(custom[field.key] == value)
    record.custom = {**custom, field.key: value}
    return True


def _record(contact: Contact, owner: str, words: str) -> Any:
    """Return the record that a line speaks of, None when there is none like it."""
    wanted = fold(words).replace(" ", "")
    mine = (record for table, record, told in owned(contact) if table == owner and _same(told, wanted))
    return next(mine, None)


def _same(told: str, wanted: str) -> bool:
    """Tell whether words mean the same; where street and number are cut says nothing."""
    return fold(told).replace(" ", "") == wanted


def _value(field: CustomField, told: Mapping[str, Any], find: Finder) -> Any:
    """Return what is kept of the value of a line, None when it does not fit the field."""
    kept, kind = told.get("value"), told.get("kind")
    if field.kind == "contact":
        return find(clean(str(told.get("number", ""))), clean(str(kept))) if kind == "contact" else None
    definition = custom_field.definition(field)
    value = user_field.from_json(definition, kept) if kind == field.kind else None
    if value is None and isinstance(kept, str | int | float) and not isinstance(kept, bool):
        try:
            value = user_field.parse(definition, clean(str(kept)), Place())
        except UserError:
            return None
    return clean(value) if isinstance(value, str) else user_field.to_json(definition, value)


def _finder(session: Session) -> Finder:
    """Return what finds a contact by number and name, or by a name that only one has."""
    found: dict[tuple[str, str], int | None] = {}

    def find(number: str, name: str) -> int | None:
        if (number, name) not in found:
            alike = folded(shown_name()) == fold(name)
            wanted = select(Contact.id, Contact.number).where(alike, Contact.deleted_at.is_(None)).limit(50)
            rows = list(session.execute(wanted)) if name else []
            same = [row.id for row in rows if number and row.number == number]
            only = rows[0].id if len(rows) == 1 else None
            found[number, name] = same[0] if same else only
        return found[number, name]

    return find
