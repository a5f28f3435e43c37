"""The rows of a contact with all its children, in one statement, as a detached aggregate.

Each row comes as a JSON object, decoded with the same rules as the change table (model/types.py).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    String,
    Table,
    Text,
    bindparam,
    cast,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.model.address import Address
from gcrm.model.bank_account import BankAccount
from gcrm.model.base import Record
from gcrm.model.category import ContactCategory
from gcrm.model.consent import Consent
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.contact_point import ContactPoint
from gcrm.model.open_item import OpenItem
from gcrm.model.registry import class_of, table_of
from gcrm.model.types import decoder
from gcrm.services.trip import Asked, Prepared, Row, ask
from gcrm.services.unseen import blank

R = TypeVar("R", bound=Record)
Rows = dict[str, list[Record]]
CHILDREN: tuple[type[Record], ...] = (
    Address, ContactPoint, BankAccount, OpenItem, ContactCategory, Consent, ContactPerson,
)  # fmt: skip


def read(session: Session, contact_id: int) -> Contact:
    """Return a detached contact with all its children, in one statement. Raises UserError when it does not exist."""
    return whole(session, ask(session.connection(), [rows_asked(session, contact_id)])[0])


def rows_asked(session: Session, contact_id: int) -> Asked:
    """Return the statement for the rows of a contact, with its values."""
    return _rows_of(session.get_bind().dialect.name), {"contact": contact_id}


def whole(session: Session, rows: Iterable[Row]) -> Contact:
    """Return the contact of the rows that a session asked for. Raises UserError when there are none."""
    found = records_of((name, row) for name, row in rows)
    if "contact" not in found:
        raise UserError(_("This contact does not exist any more."))
    return blank(session, joined(found))


def records_of(rows: Iterable[tuple[str, str]]) -> Rows:
    """Return the detached records of rows (table, JSON), by table."""
    found: Rows = {}
    for name, row in rows:
        found.setdefault(name, []).append(record_of(class_of(name), json.loads(row)))
    return found


@cache
def _rows_of(engine: str) -> Prepared:
    """Return the statement that gives every row of the aggregate of :contact as (table, JSON); made once."""
    return Prepared(union_all(*aggregate_parts(engine)), engine)


def aggregate_parts(engine: str) -> list[Select[str, str]]:
    """Return the selects of the rows of the aggregate of :contact as (table, JSON)."""
    wanted: BindParameter[int] = bindparam("contact", type_=Contact.id.type)
    parts = [part(Contact, engine).where(Contact.id == wanted)]
    parts += [part(cls, engine).where(table_of(cls).c.contact_id == wanted) for cls in CHILDREN]
    mine = select(ContactPerson.person_id).where(ContactPerson.contact_id == wanted)
    return [*parts, part(Person, engine).where(Person.id.in_(mine))]


def part(cls: type[Record], engine: str, name: str = "") -> Select[str, str]:
    """Return the select of a class's rows as (table or another name, JSON)."""
    table = table_of(cls)
    return select(literal(name or table.name, String).label("t"), _json_of(table, engine).label("j"))


def _json_of(table: Table, engine: str) -> ColumnElement[str]:
    """Return a whole row as JSON text."""
    if engine == "postgresql":
        return cast(func.to_jsonb(table.table_valued()), Text)
    return func.json_object(*(part for column in table.columns for part in (column.name, column)))


def record_of(cls: type[R], values: Mapping[str, Any]) -> R:
    """Make a detached record of the values of its columns."""
    loaded = {name: values.get(name) for name in _columns(cls)}
    for name, turn in _decoders(cls):
        if loaded[name] is not None:
            loaded[name] = turn(loaded[name])
    return _detached(cls, loaded)


def twin(records: Iterable[Record]) -> Contact:
    """Return a copy of a detached contact, to be edited beside it; `records` are that contact and all its children."""
    found: dict[str, dict[int, Record]] = {}
    for record in records:
        values = {name: _own(vars(record).get(name)) for name in _columns(type(record))}
        found.setdefault(record.__tablename__, {})[record.id] = _detached(type(record), values)
    return joined({name: list(copies.values()) for name, copies in found.items()})


def _own(value: Any) -> Any:
    """Return a JSON value as a copy; others cannot be edited in place."""
    return dict(value) if isinstance(value, dict) else list(value) if isinstance(value, list) else value


def _detached(cls: type[R], values: Mapping[str, Any]) -> R:
    """Return a detached record with these values."""
    record = cls()
    vars(record).update(values)  # as from a query: no column is new
    make_transient_to_detached(record)
    return record


@cache
def _columns(cls: type[Record]) -> tuple[str, ...]:
    """Return the names of the columns of a class."""
    return tuple(table_of(cls).columns.keys())


@cache
def _decoders(cls: type[Record]) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    """Return what is to be decoded of the columns of a class; texts and whole numbers come as they are."""
    columns = [column for column in table_of(cls).columns if not isinstance(column.type, (Text, Integer))]
    return tuple((column.name, decoder(column.type)) for column in columns)


def joined(found: Rows) -> Contact:
    """Hang the children where they belong, each list in the order of ids."""
    contact = found["contact"][0]
    if not isinstance(contact, Contact):
        raise TypeError("the first row is no contact")
    rows = {name: sorted(records, key=lambda record: record.id) for name, records in found.items()}
    points: list[Any] = rows.get("contact_point", [])
    people = {person.id: person for person in rows.get("person", [])}
    for link in rows.get("contact_person", []):
        own = [point for point in points if point.contact_person_id == link.id]
        set_committed_value(link, "points", own)
        set_committed_value(link, "person", people.get(getattr(link, "person_id", 0)))
    children: dict[str, list[Any]] = {
        "addresses": rows.get("address", []),
        "points": [point for point in points if point.contact_person_id is None],
        "bank_accounts": rows.get("bank_account", []),
        "open_items": rows.get("open_item", []),
        "persons": rows.get("contact_person", []),
        "categories": rows.get("contact_category", []),
        "consents": rows.get("consent", []),
    }
    for name, records in children.items():
        set_committed_value(contact, name, records)
    return contact
