"""Writing single records by statements that are compiled once: what a mapper does, without its session.

Values are brought into the form in which they would be read back, so that nothing has to be read again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC
from functools import cache, lru_cache
from typing import Any, TypeVar

from sqlalchemy import JSON, BigInteger, Boolean, Column, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm.attributes import set_committed_value

from gcrm.model.base import Base, Home, Record, now
from gcrm.model.change import ContactSearch
from gcrm.model.registry import class_of, table_of
from gcrm.model.types import Scaled, UtcDateTime, decode
from gcrm.services.aggregate import Key, plain_columns
from gcrm.services.contact_rows import record_of
from gcrm.services.tidy import tidy
from gcrm.services.trip import Asked, Prepared

R = TypeVar("R", bound=Record)


def as_kept(column: Column[Any], value: Any, engine: str) -> Any:
    """Return a value as it would be read back from the database."""
    kind = column.type
    if value is None or isinstance(value, str):
        return value
    if isinstance(kind, UtcDateTime):
        return value.astimezone(UTC)
    if isinstance(kind, Scaled):
        return decode(kind, kind.scaled(value))
    if isinstance(kind, JSON):
        return _in_order(json.loads(json.dumps(value)), engine)
    return bool(value) if isinstance(kind, Boolean) else value


def _in_order(value: Any, engine: str) -> Any:
    """Return a JSON value with its keys in the order in which the engine keeps them: jsonb has the short ones first."""
    if isinstance(value, list):
        return [_in_order(each, engine) for each in value]
    if not isinstance(value, dict):
        return value
    keys = list(value)
    if engine == "postgresql":
        keys.sort(key=lambda key: (len(key.encode()), key.encode()))
    return {key: _in_order(value[key], engine) for key in keys}


def settle(record: Record, before: Mapping[str, Any], home: Home, engine: str) -> tuple[str, ...]:
    """Derive the keys of a record that may have been edited; return the names of the columns that differ now."""
    if vars(record) == before:
        return ()
    tidy(record)
    record.derive(home)
    columns, loaded, changed = table_of(type(record)).columns, vars(record), []
    for name in plain_columns(type(record)):
        if loaded[name] is not before[name]:
            value = as_kept(columns[name], loaded[name], engine)
            set_committed_value(record, name, value)
            if value != before[name]:
                changed.append(name)
    return tuple(changed)


def copied(record: R, home: Home, engine: str) -> R:
    """Return a new record as a detached one with every column filled; it has no id yet."""
    cls, values = type(record), {}
    for column in table_of(cls).columns:
        value = vars(record).get(column.key)
        default: Any = column.default
        if value is None and default is not None:
            value = default.arg if default.is_scalar else default.arg(None)
        values[column.key] = value
    made = cls(**values)
    tidy(made)
    made.derive(home)
    fresh = record_of(cls, {})
    for column in table_of(cls).columns:
        set_committed_value(fresh, column.key, as_kept(column, getattr(made, column.key), engine))
    return fresh


def updated(record: Record, names: tuple[str, ...], user: int, engine: str) -> Asked:
    """Return what writes some columns of a record; its version counts up."""
    stamp = {"version": record.version + 1, "changed_at": now(), "changed_by": user}
    for name, value in stamp.items():
        set_committed_value(record, name, value)
    values = {name: getattr(record, name) for name in (*names, *stamp)}
    return _update(type(record), tuple(values), engine), {**values, "record": record.id}


def inserted(record: Record, user: int, engine: str) -> Asked:
    """Return what inserts a record; a row is the id that it has then."""
    moment = now()
    stamp = {"version": 1, "created_at": moment, "created_by": user, "changed_at": moment, "changed_by": user}
    for name, value in stamp.items():
        set_committed_value(record, name, value)
    names = table_of(type(record)).columns.keys()
    given = {name: getattr(record, name) for name in names if name != "id" or record.id}
    return _insert(type(record), tuple(given), engine), given


def deleted(key: Key, engine: str) -> Asked:
    """Return what deletes a record."""
    return _delete(class_of(key[0]), engine), {"record": key[1]}


def place_of(cls: type[Record]) -> int:
    """Return where a class stands among all: those that refer to it stand behind it."""
    return Base.metadata.sorted_tables.index(table_of(cls))


def ids_drawn(cls: type[Record], count: int) -> Asked:
    """Return what draws ids for new records, on a server."""
    return _draw(), {"sequence": f'public."{cls.__tablename__}"', "count": count}


def text_kept(contact: int, text: str, engine: str) -> Asked:
    """Return what writes the row of a contact in the search index."""
    return _text(engine), {"contact_id": contact, "text": text}


def _its_id() -> Any:
    return bindparam("record", type_=BigInteger)


@lru_cache(500)
def _update(cls: type[Record], names: tuple[str, ...], engine: str) -> Prepared:
    table = table_of(cls)
    return Prepared(update(table).where(table.c.id == _its_id()), engine, names)


@lru_cache(100)
def _insert(cls: type[Record], names: tuple[str, ...], engine: str) -> Prepared:
    table = table_of(cls)
    return Prepared(insert(table).returning(table.c.id), engine, names)


@lru_cache(100)
def _delete(cls: type[Record], engine: str) -> Prepared:
    table = table_of(cls)
    return Prepared(delete(table).where(table.c.id == _its_id()), engine)


@cache
def _draw() -> Prepared:
    numbers = func.generate_series(1, bindparam("count", type_=BigInteger)).table_valued("number")
    sequence = func.pg_get_serial_sequence(bindparam("sequence"), "id")
    return Prepared(select(func.nextval(sequence)).select_from(numbers), "postgresql")


@cache
def _text(engine: str) -> Prepared:
    make = sqlite.insert if engine == "sqlite" else postgresql.insert
    table = table_of(ContactSearch)
    made: Any = make(table)
    changed = made.on_conflict_do_update(
        index_elements=["contact_id"], set_={"text": made.excluded.text}, where=table.c.text != made.excluded.text
    )
    return Prepared(changed, engine, table.columns.keys())
