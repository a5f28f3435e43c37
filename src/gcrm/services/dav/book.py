"""What a collection of a user is, whatever it holds: an address book, a calendar, a list of tasks.

To add one: a class with these methods, and a line in books.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol
from xml.etree.ElementTree import Element

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from gcrm.errors import ConflictError
from gcrm.i18n import _
from gcrm.services.database import Database

ADDRESS_BOOK, CALENDAR = "VADDRESSBOOK", "VCALENDAR"
ALWAYS = (0, 253_402_214_400)
"""All time that a device can ask for, in POSIX seconds: to the end of the year 9999."""


@dataclass(frozen=True, slots=True)
class Mark:
    """An entry without its content: its name, identifier and state, and between which POSIX seconds it lies."""

    name: str
    uid: str
    record: int
    etag: str
    changed_at: datetime
    span: tuple[int, int] = ALWAYS


class Book(Protocol):
    """A collection: what is in it, and how it is written. Methods that write raise what services raise."""

    @property
    def kind(self) -> str:
        """Return ADDRESS_BOOK or CALENDAR."""

    @property
    def component(self) -> str:
        """Return what it holds: VCARD, VEVENT or VTODO."""

    @property
    def has_tokens(self) -> bool:
        """Tell whether the change table says what changed in it; else a device reads it whole."""

    @property
    def home(self) -> str:
        """Return what stands before names that are taken elsewhere; "" where there is no other list of the kind."""

    @property
    def title(self) -> str:
        """Return the name that a device shows."""

    def marks(self, session: Session, names: Sequence[str] | None = None) -> list[Mark]:
        """Return the entries of these names, of all without them."""

    def texts(self, session: Session, marks: Sequence[Mark]) -> dict[str, str]:
        """Return the contents of entries by name; those that are gone meanwhile are left out."""

    def changed(self, session: Session, after: ColumnElement[bool]) -> Collection[str]:
        """Return the names of what may have changed."""

    def found(self, session: Session, filters: Sequence[Element]) -> Collection[str] | None:
        """Return the names of entries that a search may find, None for all of them; what it finds is compared then."""

    def has_uid(self, session: Session, uid: str) -> bool:
        """Tell whether an entry has this identifier."""

    def put(self, database: Database, name: str, data: bytes, mark: Mark | None) -> None:
        """Write an entry: over the one in the state of `mark`, or anew."""

    def delete(self, database: Database, mark: Mark) -> None:
        """Take an entry away."""

    def keep(self, database: Database, name: str, data: bytes) -> None:
        """Keep what a device wanted to write over something newer."""


def etag(*parts: object) -> str:
    """Return the state of an entry, in quotes as HTTP has it."""
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


def seconds(moment: datetime) -> int:
    """Return an instant as POSIX seconds, never before 1970."""
    return max(0, int(moment.astimezone(UTC).timestamp()))


def by_key(rows: Iterator[Any]) -> Mapping[int, tuple[Any, ...]]:
    """Return rows by their first column."""
    return {row[0]: tuple(row[1:]) for row in rows}


def require_state(found: Sequence[Mark], mark: Mark) -> None:
    """Raise ConflictError where an entry is not in the state any more that a device knows."""
    if not any(one.etag == mark.etag for one in found):
        raise ConflictError(_("Somebody else changed this record at the same moment. Read it again."))
