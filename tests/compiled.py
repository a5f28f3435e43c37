"""Statements that are compiled once for all tests of a process: each test opens an office by an engine of its own.

An engine keeps what it compiled by its dialect. Here two dialects of a kind count as the same, and all engines keep
in one place; what the program sends is the same text either way.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Engine
from sqlalchemy.util import LRUCache

KEPT = 3000
KINDS: tuple[Any, ...] = (SQLiteDialect_pysqlite, PGDialect_psycopg)


def share_compiled_statements() -> None:
    """Let all engines of this process find what one of them compiled."""
    kept: dict[type, LRUCache[Any, Any]] = {kind: LRUCache(KEPT) for kind in KINDS}
    for kind in KINDS:
        kind.__hash__ = lambda self: hash(type(self))
        kind.__eq__ = lambda self, other: type(self) is type(other)
    engine: Any = Engine
    engine._compiled_cache = property(lambda self: kept[type(self.dialect)], lambda self, _own: None)
