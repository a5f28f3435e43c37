"""Records of every class with a value in every field, made from the registry: a new field is covered by itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, Integer, Text
from sqlalchemy.orm import Session

from gcrm.model.attachment import Blob
from gcrm.model.base import BOOKKEEPING, Home, Record
from gcrm.model.registry import class_of, table_of
from gcrm.model.types import Scaled, UtcDateTime

START = datetime(2026, 3, 29, 1, 30, 15, 123456, tzinfo=UTC)


def value_of(column: Column[Any], turn: int) -> Any:
    """Return a value of a column's type; another `turn` gives another value. Hard ones, on purpose."""
    told = column.info.get("field")
    if told is not None and told.choices and not column.nullable:
        choices = [key for key, _label in told.choices]
        return choices[turn % len(choices)]
    return _by_type(column, turn)


def _by_type(column: Column[Any], turn: int) -> Any:
    kind = column.type
    if isinstance(kind, UtcDateTime):
        return START + timedelta(days=turn, microseconds=turn)
    if isinstance(kind, Scaled):
        return Decimal(turn * 100 + 1).scaleb(-2) - 5
    if isinstance(kind, JSON):
        return _json(column, turn)
    if isinstance(kind, Boolean):
        return bool(turn % 2)
    if isinstance(kind, Date):
        return date(2024, 2, 29) + timedelta(days=turn)
    if isinstance(kind, BigInteger | Integer):
        return turn + 2**40 if isinstance(kind, BigInteger) and not column.foreign_keys else turn + 1
    if isinstance(kind, Text):
        return f"Größe „{column.name}“ 'x' \\ \"{turn}\" 🙂"
    raise TypeError(f"no sample for {kind!r}")


def _json(column: Column[Any], turn: int) -> Any:
    """Return an object or an array, as the column's default is one."""
    default: Any = column.default
    is_list = default.arg(None) == [] if default is not None else bool(turn % 2)
    if is_list:
        return [f"é{turn}", None, {"a": [turn, 1.5, True, None]}]
    return {"k": f"\"'{turn}", "none": None, "deep": {"a": [turn, 1.5, True, None]}}


def make(session: Session, cls: type[Any], turn: int = 1, **given: Any) -> Any:
    """Add a record of a class with a value in every column, and the records it needs; flush and return it."""
    table = table_of(cls)
    values: dict[str, Any] = {}
    for column in table.columns:
        if column.name in BOOKKEEPING or column.name == "id" or column.name in given:
            continue
        if column.name == "restricted_until":  # nothing finds or lists what is restricted
            continue
        if column.foreign_keys:
            values[column.name] = _parent(session, column, turn, cls)
        else:
            values[column.name] = value_of(column, turn)
    record = cls(**values, **given)
    record.derive(Home())
    session.add(record)
    session.flush()
    return record


def _parent(session: Session, column: Column[Any], turn: int, cls: type[Record]) -> Any:
    """Return the id of a new record that a column can point to; a class that points to itself points to nothing."""
    table = next(iter(column.foreign_keys)).column.table
    if table is table_of(cls) or (column.nullable and turn % 2 == 0):
        return None
    if table.name == "blob":
        blob = session.get(Blob, f"{turn:064d}") or Blob(sha256=f"{turn:064d}", size=0)
        session.add(blob)
        session.flush()
        return blob.sha256
    session.info["turns"] = session.info.get("turns", 1000) + 1
    return make(session, class_of(table.name), session.info["turns"]).id
