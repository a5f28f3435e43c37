"""Rows for mass writing: tuples in the order of the table's columns, already as the engine takes them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Column, Table

from gcrm.model.registry import RECORDS, table_of
from gcrm.model.types import UtcDateTime

TABLES = (
    "user",
    "category",
    "contact",
    "person",
    "address",
    "contact_person",
    "contact_point",
    "bank_account",
    "open_item",
    "contact_category",
    "consent",
    "activity",
    "saved_filter",
)
"""Tables that a made-up office fills, parents before children."""


class Stamps:
    """Writes instants the way an engine reads them from text."""

    def __init__(self, is_sqlite: bool) -> None:
        self._zone = "" if is_sqlite else "+00"

    def text(self, moment: datetime) -> str:
        """Return an aware instant as text."""
        return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds") + self._zone


class Sheet:
    """The rows of one table that wait to be written; `next_id` is the id of the next row."""

    def __init__(self, table: Table, first_id: int, stamp: str, user: int) -> None:
        self.table = table
        self.columns = tuple(column.name for column in table.columns)
        self.rows: list[tuple[Any, ...]] = []
        self.next_id = first_id
        book = {"version": 1, "created_at": stamp, "created_by": user, "changed_at": stamp, "changed_by": user}
        self._blank = {column.name: book.get(column.name, _default(column)) for column in table.columns}

    def add(self, **values: Any) -> int:
        """Add a row and return its id; what is not given has the column's default."""
        row = self._blank | values
        row["id"] = found = self.next_id
        self.next_id = found + 1
        self.rows.append(tuple(row.values()))
        return found

    def take(self) -> list[tuple[Any, ...]]:
        """Return the rows that wait and begin anew."""
        rows, self.rows = self.rows, []
        return rows


def _default(column: Column[Any]) -> Any:
    """Return the default of a column as the engine takes it."""
    default: Any = column.default
    if default is None or isinstance(column.type, UtcDateTime):
        return None
    value = default.arg(None) if default.is_callable else default.arg
    return json.dumps(value) if isinstance(column.type, JSON) else value


def make_sheets(first_ids: dict[str, int], stamp: str, user: int) -> dict[str, Sheet]:
    """Return an empty sheet for each table of a made-up office."""
    tables = {cls.__tablename__: table_of(cls) for cls in RECORDS}
    return {name: Sheet(tables[name], first_ids[name], stamp, user) for name in TABLES}
