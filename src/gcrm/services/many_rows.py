"""Many new rows of a table of an office in a file, by statements that take many rows each.

What a statement begins and ends with is done once for all of its rows: looking at the triggers, a place to go back to,
and above all the full-text index, which writes down at the end of each statement what it has gathered.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Table, insert
from sqlalchemy.dialects import sqlite

SIZES = (500, 100, 10, 1)
"""How many rows a statement may take: few sizes, for the driver compiles each once and keeps it."""
MOST_VALUES = 5000
"""How many values; SQLite takes 32766, but what is kept of a statement grows with them."""


def insert_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows into a file, in their order, their values in that of the table's columns. Raises DBAPIError.

    Where a statement fails, those before it stay: the transaction is the caller's to take back.
    """
    done = 0
    for size in SIZES:
        if size > 1 and size * len(table.columns) > MOST_VALUES:
            continue
        end = len(rows) - (len(rows) - done) % size
        starts = range(done, end, size)
        if starts:
            groups = [tuple(chain.from_iterable(rows[start : start + size])) for start in starts]
            connection.exec_driver_sql(_statement(table, size), groups)
        done = end


@cache
def _statement(table: Table, size: int) -> str:
    """Return the INSERT of so many rows with a question mark for each value."""
    head, values, marks = str(insert(table).compile(dialect=sqlite.dialect())).partition(" VALUES ")
    return head + values + ", ".join([marks] * size)
