"""Customer numbers: whose they are, and which one the name of a file or folder holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

from sqlalchemy import select
from sqlalchemy.orm import Session

from gcrm.model.contact import Contact
from gcrm.services.exchange.cut_over.account import NO_NUMBER_IN_NAME, NUMBER_NOT_KNOWN, SEVERAL_NUMBERS
from gcrm.services.exchange.import_plan import ImportPlan, ImportRow

_PIECES = re.compile(r"[^0-9a-z]+")
_WORDS = re.compile(r"[\s_,;+()\[\]{}]+")
_LIKE_A_NUMBER = re.compile(r"[a-z]{0,4}[-.]?\d{3,}")


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a number is: a new contact, by the place of its row in the import, or one of the office, by its id."""

    place: int | None = None
    contact: int | None = None


class Numbers:
    """Finds contacts by customer number; those of the files count before those of the office."""

    def __init__(self, plan: ImportPlan, office: Mapping[str, int]) -> None:
        self._known: dict[str, Owner] = {}
        for place, row in enumerate(plan.rows):
            if row.is_contact and row.imported.contact.number:
                owner = _owner(plan, place, row)
                if owner is not None:
                    self._known.setdefault(key_of(row.imported.contact.number), owner)
        for number, contact in office.items():
            self._known.setdefault(key_of(number), Owner(contact=contact))
        self._short = _without_zeros(self._known)

    def find(self, number: str) -> Owner | None:
        """Return whose a number is; zeros before it, which spreadsheets take away, do not count where that is clear."""
        key = key_of(number)
        return self._known.get(key) or self._short.get(key.lstrip("0"))

    def of_path(self, path: PurePath) -> tuple[Owner | None, str]:
        """Return whose a file is, by its folders from the inmost outwards and then its name, else why nobody's."""
        is_told = False
        for name in (*reversed(path.parent.parts), path.stem):
            found, is_like = self._in_name(name)
            if len(found) == 1:
                return found[0], ""
            if found:
                return None, SEVERAL_NUMBERS
            is_told = is_told or is_like
        return None, NUMBER_NOT_KNOWN if is_told else NO_NUMBER_IN_NAME

    def _in_name(self, name: str) -> tuple[list[Owner], bool]:
        """Return whose numbers a name holds, longer ones before their parts; and whether one might be a number."""
        folded = name.casefold()
        pieces = {*_PIECES.split(folded), *_WORDS.split(folded)} - {""}
        owners: dict[Owner, None] = {}
        taken: list[str] = []
        for piece in sorted(pieces, key=lambda piece: (-len(piece), piece)):
            owner = None if any(piece in longer for longer in taken) else self.find(piece)
            if owner is not None:
                owners[owner] = None
                taken.append(piece)
        return list(owners), any(_LIKE_A_NUMBER.fullmatch(piece) for piece in pieces)


def key_of(number: str) -> str:
    """Return what makes two numbers the same."""
    return number.strip().casefold()


def office_numbers(session: Session) -> dict[str, int]:
    """Return the contacts of the office by their numbers."""
    wanted = select(Contact.number, Contact.id).where(Contact.number.is_not(None), Contact.deleted_at.is_(None))
    return {number: contact for number, contact in session.execute(wanted) if number}


def _owner(plan: ImportPlan, place: int, row: ImportRow) -> Owner | None:
    """Return the contact a row becomes, fills or repeats."""
    while row.action != "create" and row.match is None and row.twin is not None:
        place, row = row.twin, plan.rows[row.twin]
    if row.action == "create":
        return Owner(place=place)
    return Owner(contact=row.match) if row.match is not None else None


def _without_zeros(known: Mapping[str, Owner]) -> dict[str, Owner]:
    """Return the owners of numbers by what is left without zeros at the beginning, where only one is like that."""
    found: dict[str, set[Owner]] = {}
    for number, owner in known.items():
        found.setdefault(number.lstrip("0"), set()).add(owner)
    return {short: owners.pop() for short, owners in found.items() if short and len(owners) == 1}
