"""A row of an office file as a line of text, made within SQLite in one expression (services/table_rows.py)."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    LargeBinary,
    Select,
    String,
    Table,
    Text,
    case,
    cast,
    column,
    func,
    literal,
    select,
)

from gcrm.model.types import UtcDateTime

ESCAPES = {"\\": "\\", "\b": "b", "\t": "t", "\n": "n", "\v": "v", "\f": "f", "\r": "r"}
"""What stands after a backslash for a character."""
OFTEN, RARE = "\\\t\n", "\b\v\f\r"
"""In that order: a backslash must not be escaped twice. The rare ones stand nowhere but in texts."""
NULL = "\\N"


@cache
def lines_of(table: Table) -> Select[bytes]:
    """Return the statement that makes the lines of a table; to put it together takes longer than a small table."""
    parts: list[ColumnElement[Any]] = []
    for each in table.columns:
        parts += [*([literal("\t", Text)] if parts else []), _sqlite_text(each)]
    return select(cast(_concatenated(parts), LargeBinary)).select_from(table).order_by(*table.primary_key.columns)


def _concatenated(parts: list[ColumnElement[Any]]) -> ColumnElement[Any]:
    """Join texts, half and half: SQLite's parser goes only so deep."""
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return _concatenated(parts[:middle]).op("||")(_concatenated(parts[middle:]))


def _sqlite_text(source: Column[Any]) -> ColumnElement[Any]:
    """Return the expression of a column's value in a line."""
    value = _sqlite_value(source, column(source.name))
    return func.coalesce(value, NULL) if source.nullable else value


def _sqlite_value(source: Column[Any], plain: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the expression of a value that is there."""
    kind = source.type
    if isinstance(kind, Boolean):
        return case((plain == literal(1), "t"), (plain == literal(0), "f"), else_=plain)
    if isinstance(kind, UtcDateTime):
        shortened = func.rtrim(func.rtrim(plain, "0"), ".")
        return case((func.instr(plain, ".") > 0, shortened), else_=plain).op("||")("+00")
    if isinstance(kind, LargeBinary):
        return literal("\\\\x", Text).op("||")(func.lower(func.hex(plain)))
    if isinstance(kind, JSON):
        return case((plain.in_(("{}", "[]")), plain), else_=func.gcrm_jsonb(cast(plain, LargeBinary)))
    return _sqlite_escaped(plain) if isinstance(kind, String) else plain


def _sqlite_escaped(value: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a text with backslashes before what would end a column or a line; the rest is done block by block."""
    for character in OFTEN:
        value = func.replace(value, character, "\\" + ESCAPES[character])
    return value
