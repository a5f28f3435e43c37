"""Rows of one organisation: a table has a row for each person of it, the office one contact with several persons.

Joined are rows of a table that name the same organisation at the same place, with the same number or none, where
nothing else contradicts; what is said about the person stays with the person.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gcrm.model.contact import Contact
from gcrm.model.fold import fold
from gcrm.services.exchange.import_fill import filled_fields
from gcrm.services.exchange.import_plan import ImportRow


def join_rows(rows: Sequence[ImportRow], tables: Iterable[int]) -> None:
    """Note the rows that add a person to the organisation of an earlier row; `tables` are the places of such files."""
    wanted = frozenset(tables)
    firsts: dict[tuple[int, str, str], int] = {}
    for place, row in enumerate(rows):
        contact = row.imported.contact
        if row.file not in wanted or not row.is_contact or row.twin is not None or not _has_person(contact):
            continue
        first = firsts.setdefault((row.file, fold(contact.name), contact.number or ""), place)
        if first != place and _agrees(rows[first].imported.contact, contact):
            row.twin, row.twin_line, row.match_name = first, rows[first].line, rows[first].name
            row.is_joined = True
            person = contact.persons[0]
            person.notes, contact.notes = contact.notes, ""


def part_rows(rows: Sequence[ImportRow]) -> None:
    """Let rows stand alone again whose first row is here already, or who are here themselves."""
    for row in rows:
        if row.is_joined and row.twin is not None and (row.match is not None or rows[row.twin].match is not None):
            person = row.imported.contact.persons[0]
            row.imported.contact.notes, person.notes = person.notes, ""
            row.twin, row.is_joined = None, False


def _has_person(contact: Contact) -> bool:
    """Tell whether a row stands for an organisation with one person."""
    return contact.kind == "organisation" and bool(contact.name) and len(contact.persons) == 1


def _agrees(contact: Contact, other: Contact) -> bool:
    """Tell whether nothing that two rows say of their organisation contradicts."""
    names = (name for name in filled_fields() if name != "notes")
    pairs = ((getattr(contact, name), getattr(other, name)) for name in names)
    if any(mine and theirs and mine != theirs for mine, theirs in pairs):
        return False
    return _places(contact) == _places(other) or not _places(other) or not _places(contact)


def _places(contact: Contact) -> frozenset[tuple[str, str]]:
    """Return where an organisation is."""
    return frozenset((fold(address.postcode or ""), fold(address.town or "")) for address in contact.addresses)
