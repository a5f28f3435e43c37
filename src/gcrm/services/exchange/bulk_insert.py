"""Writing many new contacts at once: ids drawn beforehand, one statement per table, history and numbers as always."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Table, func, insert, select, text
from sqlalchemy.orm import Session
from sqlalchemy.sql.schema import CallableColumnDefault, ScalarElementColumnDefault

from gcrm.model.address import Address
from gcrm.model.bank_account import BankAccount
from gcrm.model.base import BOOKKEEPING, Record, now
from gcrm.model.category import ContactCategory
from gcrm.model.consent import Consent
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.contact_point import ContactPoint
from gcrm.model.registry import table_of
from gcrm.services.contact import category_named
from gcrm.services.unit_of_work import UnitOfWork

BATCH = 1000
_ORDER: tuple[type[Record], ...] = (Address, BankAccount, Consent, Person, ContactPerson, ContactPoint)
"""Who is pointed at is written first."""
_SEQUENCE = text("SELECT seq FROM sqlite_sequence WHERE name = :name")


class BulkInsert:
    """Collects records and writes them; everything lies in the transaction of `work`."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._categories: dict[str, int] = {}

    def add_contacts(self, contacts: Sequence[Contact], categories: Sequence[Sequence[str]]) -> list[int]:
        """Write contacts with their children and categories, and return their ids; numbers are there already."""
        ids = reserve_ids(self._work, table_of(Contact), len(contacts))
        children: list[Record] = []
        for contact, contact_id in zip(contacts, ids, strict=True):
            contact.id = contact_id
            children += _with_contact(contact)
        self.write(Contact, list(contacts))
        for cls in _ORDER:
            mine = [child for child in children if child.__tablename__ == cls.__tablename__]
            if mine:
                self._write_kind(cls, mine)
        self._write_links(ids, categories)
        return ids

    def _write_kind(self, cls: type[Record], records: list[Any]) -> None:
        """Draw ids for children of one kind and write them; whoever points at them is written later."""
        ids = reserve_ids(self._work, table_of(cls), len(records))
        for record, record_id in zip(records, ids, strict=True):
            record.id = record_id
        for record in records:
            _POINTERS.get(cls.__tablename__, _nothing)(record)
        self.write(cls, records)

    def write(self, cls: type[Record], records: list[Any]) -> None:
        """Insert records of one class that have their ids."""
        moment, user, home = now(), self._work.user_id, self._work.database.home
        table = table_of(cls)
        defaults = _defaults(table)
        stamp = {"version": 1, "created_at": moment, "created_by": user, "changed_at": moment, "changed_by": user}
        rows = []
        for record in records:
            if not (cls is ContactPoint and record.value_key):  # numbers are read once, they cost most
                record.derive(home)
            rows.append({**defaults, **{n: v for n, v in record.__dict__.items() if n in defaults}, **stamp})
        for start in range(0, len(rows), BATCH):
            self._work.connection.execute(insert(table), rows[start : start + BATCH])

    def _write_links(self, ids: Sequence[int], categories: Sequence[Sequence[str]]) -> None:
        """Give the contacts their categories."""
        links: list[Record] = []
        for contact, names in zip(ids, categories, strict=True):
            wanted = dict.fromkeys(self._category(name) for name in names)
            links += [ContactCategory(contact_id=contact, category_id=category) for category in wanted]
        if links:
            self._write_kind(ContactCategory, links)

    def _category(self, name: str) -> int:
        """Return the id of a category, made when it is new."""
        if name not in self._categories:
            self._categories[name] = category_named(self._work, name).id
        return self._categories[name]


def _with_contact(contact: Contact) -> list[Record]:
    """Return the children of a contact, each knowing its contact."""
    children: list[Record] = [*contact.addresses, *contact.bank_accounts, *contact.consents]
    children += [person.person for person in contact.persons]
    children += contact.persons
    children += contact.points
    for person in contact.persons:
        children += person.points
    for child in children:
        if child.__tablename__ != Person.__tablename__:
            child.__dict__["contact_id"] = contact.id
    return children


def _nothing(record: Any) -> None:
    """Most children are pointed at by nobody."""


def _point_at_role(role: Any) -> None:
    """Tell the numbers of a contact person whose they are, and the role whose it is."""
    role.__dict__["person_id"] = role.person.id
    for point in role.points:
        point.__dict__["contact_person_id"] = role.id


_POINTERS: dict[str, Callable[[Any], None]] = {"contact_person": _point_at_role}


def _defaults(table: Table) -> dict[str, Any]:
    """Return the value of each column of a table that was not set, in the form the column takes."""
    values: dict[str, Any] = {}
    for column in table.columns:
        default = column.default
        if column.name in BOOKKEEPING:
            continue
        if isinstance(default, ScalarElementColumnDefault):
            values[column.name] = default.arg
        elif isinstance(default, CallableColumnDefault):
            values[column.name] = default.arg(None)  # type: ignore[arg-type]  # our defaults ask for no context
        else:
            values[column.name] = "" if column.server_default is not None else None
    return values


def reserve_ids(work: UnitOfWork, table: Table, count: int) -> list[int]:
    """Draw ids for `count` rows; the writer of a SQLite file is alone, a server hands them out by its sequence."""
    if not count:
        return []
    session: Session = work.session
    if work.database.is_sqlite:
        last = session.scalar(_SEQUENCE, {"name": table.name}) or 0
        return list(range(last + 1, last + count + 1))
    sequence = func.pg_get_serial_sequence(f'"{table.name}"', "id")
    drawn = select(func.nextval(sequence)).select_from(func.generate_series(1, count))
    return list(session.scalars(drawn))
