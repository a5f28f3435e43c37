"""What is in a backup: every table as lines (services/table_rows.py) with names and kinds of its columns, and files.

A backup tells the kinds, so that one of an older schema can be read into a database of that schema and migrated.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    Table,
    Text,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

from gcrm.model.attachment import BlobChunk
from gcrm.model.change import ContactSearch, CurrentOperation
from gcrm.model.migrations import HEAD
from gcrm.model.types import JsonValue, UtcDateTime
from gcrm.services import schema, table_rows

LEFT_OUT = frozenset(
    {ContactSearch.__tablename__, CurrentOperation.__tablename__, BlobChunk.__tablename__, "alembic_version"}
)
"""Derived, empty between operations, or kept another way: the bytes of files travel as they are."""
KINDS: dict[str, TypeEngine[Any]] = {
    "yes_no": Boolean(), "instant": UtcDateTime(), "day": Date(), "bytes": LargeBinary(), "json": JsonValue,
    "whole": BigInteger(), "number": Numeric(), "text": Text(),
}  # fmt: skip


def kind_of(column: Column[Any]) -> str:
    """Return the kind of a column, whatever an engine calls its type."""
    found = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    for kind, types in (
        ("yes_no", (Boolean,)),
        ("instant", (DateTime,)),
        ("day", (Date,)),
        ("bytes", (LargeBinary,)),
        ("json", (JSON,)),
        ("whole", (Integer,)),
        ("number", (Numeric,)),
    ):
        if isinstance(found, types):
            return kind
    return "text"


def columns_of(table: Table) -> list[list[Any]]:
    """Return of each column, in their order, the name, the kind, and whether it is of the key and may be empty."""
    return [[each.name, kind_of(each), each.primary_key, bool(each.nullable)] for each in table.columns]


def tables_of(connection: Connection) -> tuple[Table, ...]:
    """Return the tables of an office in the order of their dependencies, also of one with an older schema."""
    if schema.revision(connection) == HEAD:
        return tuple(table for table in table_rows.tables() if table.name not in LEFT_OUT)
    found = MetaData()
    found.reflect(connection)
    names = (table for table in found.sorted_tables if not table.name.startswith("contact_search"))
    return tuple(table_of(table.name, columns_of(table)) for table in names if table.name not in LEFT_OUT)


def table_of(name: str, columns: Iterable[Iterable[Any]]) -> Table:
    """Return a table with columns as `columns_of` tells them; KeyError for a kind that we do not know."""
    made = (Column(c, KINDS[kind], primary_key=is_key, nullable=is_empty) for c, kind, is_key, is_empty in columns)
    return Table(name, MetaData(), *made)


@dataclass(slots=True)
class RowSum:
    """Counts the lines that pass and makes one digest of all of them."""

    rows: int = 0
    _digest: Any = field(default_factory=hashlib.sha256)

    def passing(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the blocks again."""
        for block in blocks:
            self.rows += block.count(b"\n")
            self._digest.update(block)
            yield block

    @property
    def told(self) -> dict[str, Any]:
        """Return what the end of a backup says about a table."""
        return {"rows": self.rows, "sha256": self._digest.hexdigest()}
