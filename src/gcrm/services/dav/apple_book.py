"""The address book as devices of Apple get it: contacts, and categories as groups among them (groups.py)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session
from typing_extensions import override

from gcrm.services.database import Database
from gcrm.services.dav.address_book import AddressBook, shown
from gcrm.services.dav.book import Mark
from gcrm.services.dav.groups import Groups, read_group


class AppleBook(AddressBook):
    """All contacts, and the groups that they make."""

    def __init__(self, user: int | None) -> None:
        self._groups = Groups(user, shown())

    @override
    def marks(self, session: Session, names: Sequence[str] | None = None) -> list[Mark]:
        if names is None:
            return [*super().marks(session), *self._groups.marks(session)]
        grouped = {name for name in names if self._groups.is_group(session, name)}
        found = super().marks(session, [name for name in names if name not in grouped])
        return [*found, *(mark for mark in self._groups.marks(session) if mark.name in grouped)] if grouped else found

    @override
    def texts(self, session: Session, marks: Sequence[Mark]) -> dict[str, str]:
        grouped = [mark for mark in marks if self._groups.is_group(session, mark.name)]
        return {
            **super().texts(session, [mark for mark in marks if mark not in grouped]),
            **self._groups.texts(session, grouped),
        }

    @override
    def changed(self, session: Session, after: ColumnElement[bool]) -> set[str]:
        return super().changed(session, after) | self._groups.changed(session, after)

    @override
    def has_uid(self, session: Session, uid: str) -> bool:
        return super().has_uid(session, uid) or self._groups.has_uid(session, uid)

    @override
    def put(self, database: Database, name: str, data: bytes, mark: Mark | None) -> None:
        group = read_group(data)
        if group is None:
            super().put(database, name, data, mark)
        else:
            self._groups.put(database, name, group, mark)

    @override
    def delete(self, database: Database, mark: Mark) -> None:
        with database.read() as session:
            is_group = self._groups.is_group(session, mark.name)
        if is_group:
            self._groups.delete(database, mark)
        else:
            super().delete(database, mark)

    @override
    def keep(self, database: Database, name: str, data: bytes) -> None:
        """Keep what came too late; a group is read anew and changed once more."""
        if read_group(data) is None:
            super().keep(database, name, data)
