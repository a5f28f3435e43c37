"""Writing many new contacts at once: ids drawn beforehand, one statement per table, history and numbers as always."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Table, func, select, text
from sqlalchemy.orm import Session

from gcrm.model.address import Address
from gcrm.model.bank_account import BankAccount
from gcrm.model.category import ContactCategory
from gcrm.model.change import ContactSearch
from gcrm.model.consent import Consent
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.contact_point import ContactPoint
from gcrm.model.open_item import OpenItem
from gcrm.model.registry import table_of
from gcrm.services.contact import category_named
from gcrm.services.exchange.import_index import text_of
from gcrm.services.exchange.point_keys import PointKeys
from gcrm.services.exchange.table_rows import Row, RowMaker, write_rows
from gcrm.services.unit_of_work import UnitOfWork

_ORDER = (Address, BankAccount, OpenItem, Consent, Person, ContactPerson, ContactPoint)
"""Who is pointed at is written first."""
_CHILDREN = (
    ("addresses", "address"), ("bank_accounts", "bank_account"), ("open_items", "open_item"), ("consents", "consent"),
)  # fmt: skip
_SEQUENCE = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
_OPTION = text("INSERT INTO contact_search_fts (contact_search_fts, rank) VALUES (:option, :value)")
_IN_MASSES = {"automerge": 0, "hashsize": 32_000_000}
_USUAL = {"automerge": 4, "hashsize": 1_048_576}
"""How SQLite's full-text index gathers what is new: nothing is merged and more is kept in memory for masses."""
Category = tuple[int, str]


class BulkInsert:
    """Writes contacts with all that belongs to them; everything lies in the transaction of `work`.

    Records may be mapped or plain (plain_records.py): only their fields are read.
    """

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._categories: dict[str, Category] = {}
        self._makers: dict[str, RowMaker] = {}
        self._points = PointKeys(work.database.home)

    def add_contacts(self, contacts: Sequence[Any], categories: Sequence[Sequence[str]]) -> list[int]:
        """Write contacts with their children, categories and index text, and return their ids.

        Their numbers are there already.
        """
        ids = reserve_ids(self._work, table_of(Contact), len(contacts))
        children: dict[str, list[Any]] = {cls.__tablename__: [] for cls in _ORDER}
        for contact, contact_id in zip(contacts, ids, strict=True):
            contact.__dict__["id"] = contact_id
            _sort_children(contact, children)
        self._write(Contact, contacts)
        for cls in _ORDER:
            self._write_kind(cls, children[cls.__tablename__])
        links = [self._categories_named(names) for names in categories]
        self._write_links(ids, links)
        self._write_texts(contacts, links)
        return ids

    def _write_kind(self, cls: type[Any], records: list[Any]) -> None:
        """Draw ids for children of one kind and write them; whoever points at them is written later."""
        if records:
            self._work.database.rights.require_write(cls.__tablename__, "insert")
        ids = reserve_ids(self._work, table_of(cls), len(records))
        for record, record_id in zip(records, ids, strict=True):
            record.__dict__["id"] = record_id
        if cls is ContactPerson:
            _point_at_roles(records)
        self._write(cls, records)

    def _write(self, cls: type[Any], records: Sequence[Any]) -> None:
        """Insert records of one class that have their ids."""
        if cls is ContactPoint:
            for record in records:
                if not record.value_key:  # most were read when the import was looked at
                    self._points.derive(record)
        else:
            home = self._work.database.home
            for record in records:
                record.derive(home)
        row = self._maker(table_of(cls)).row
        write_rows(self._work.connection, table_of(cls), [row(record.__dict__) for record in records])

    def _maker(self, table: Table) -> RowMaker:
        """Return who makes the rows of a table."""
        if table.name not in self._makers:
            self._makers[table.name] = RowMaker(table, self._work.connection, self._work.user_id)
        return self._makers[table.name]

    def _write_links(self, ids: Sequence[int], links: Sequence[Sequence[Category]]) -> None:
        """Give the contacts their categories."""
        table = table_of(ContactCategory)
        pairs = [(contact, known[0]) for contact, found in zip(ids, links, strict=True) for known in found]
        drawn = reserve_ids(self._work, table, len(pairs))
        row = self._maker(table).row
        rows = [
            row({"id": link, "contact_id": contact, "category_id": category})
            for link, (contact, category) in zip(drawn, pairs, strict=True)
        ]
        write_rows(self._work.connection, table, rows)

    def _write_texts(self, contacts: Sequence[Any], links: Sequence[Sequence[Category]]) -> None:
        """Write the search index."""
        rows: list[Row] = []
        hidden = self._work.database.rights.unindexed
        for contact, found in zip(contacts, links, strict=True):
            points = contact.points
            if contact.persons:
                points = [*points, *(point for role in contact.persons for point in role.points)]
            rows.append((contact.id, text_of(contact, points, [name for _id, name in found], hidden=hidden)))
        write_rows(self._work.connection, table_of(ContactSearch), rows)

    def _categories_named(self, names: Iterable[str]) -> list[Category]:
        """Return id and name of categories, each once; those that are new are made."""
        return list(dict.fromkeys(map(self._category, names)))

    def _category(self, name: str) -> Category:
        """Return id and name of a category, made when it is new."""
        if name not in self._categories:
            found = category_named(self._work, name)
            self._categories[name] = found.id, found.name
        return self._categories[name]


@contextmanager
def index_in_masses(work: UnitOfWork) -> Iterator[None]:
    """Let the full-text index of a file take many new contacts at once; what fails is rolled back, the options too."""
    if not work.database.is_sqlite:
        yield
        return
    _set_options(work.connection, _IN_MASSES)
    yield
    _set_options(work.connection, _USUAL)


def _set_options(connection: Connection, options: Mapping[str, int]) -> None:
    connection.execute(_OPTION, [{"option": option, "value": value} for option, value in options.items()])


def _sort_children(contact: Any, children: dict[str, list[Any]]) -> None:
    """Put the children of a contact to those of their kind, each knowing its contact."""
    fields = contact.__dict__
    mine = fields["id"]
    for name, kind in _CHILDREN:
        for child in fields[name]:
            child.__dict__["contact_id"] = mine
            children[kind].append(child)
    points = children["contact_point"]
    for point in fields["points"]:
        point.__dict__["contact_id"] = mine
        points.append(point)
    for role in fields["persons"]:
        role.__dict__["contact_id"] = mine
        children["person"].append(role.person)
        children["contact_person"].append(role)
        for point in role.points:
            point.__dict__["contact_id"] = mine
            points.append(point)


def _point_at_roles(roles: Sequence[Any]) -> None:
    """Tell the roles whose they are, and the numbers of contact persons which role they belong to."""
    for role in roles:
        role.__dict__["person_id"] = role.person.id
        for point in role.points:
            point.__dict__["contact_person_id"] = role.id


def reserve_ids(work: UnitOfWork, table: Table, count: int) -> list[int]:
    """Draw ids for `count` rows; the writer of a SQLite file is alone, a server hands them out by its sequence."""
    if not count:
        return []
    session: Session = work.session
    if work.database.is_sqlite:
        last = session.scalar(_SEQUENCE, {"name": table.name}) or 0
        return list(range(last + 1, last + count + 1))
    sequence = func.pg_get_serial_sequence(f'public."{table.name}"', "id")  # not a view of that name
    drawn = select(func.nextval(sequence)).select_from(func.generate_series(1, count))
    return list(session.scalars(drawn))
