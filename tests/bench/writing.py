"""Writing a whole office, against the driver's own way to write the very same rows into the same tables."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from psycopg import sql
from psycopg.types.json import Jsonb

from gcrm.services import demo
from tests.bench.lines import Goal, Line
from tests.bench.offices import ENGINES, Bench, opened
from tests.bench.raw import Raw, raw

CHUNK = 10_000
# Tables that the program or the triggers fill by themselves.
DERIVED = frozenset({"change", "seal", "operation", "current_operation", "alembic_version", "setting", "number_range"})
OPERATION = (
    "INSERT INTO operation (id, at, database_user, kind, label, params) "
    "VALUES (1000000, '2026-01-01 00:00:00.000000', 'bench', 'demo', 'Bench', '{}')"
)


def write(bench: Bench) -> Iterator[Line]:
    """Make the demo office with history and search index, then write its rows by hand into another fresh office."""
    for engine in ENGINES:
        with bench.empty(engine) as url, bench.empty(engine) as other:
            begin = time.perf_counter()
            with opened(url) as database:
                demo.create(database, bench.size, seed=bench.seed, activities=bench.activities, language="de")
            ours = time.perf_counter() - begin
            with raw(url) as source, raw(other) as target:
                floor = copy_office(source, target)
        name = f"write {bench.size} contacts, {bench.activities} activities (demo), {engine}"
        yield Line(name, ours, floor, "s", Goal(ratio=3))


def copy_office(source: Raw, target: Raw) -> float:
    """Write all rows of one office into another one, triggers on; return the seconds spent in writing."""
    spent = 0.0
    target.run("BEGIN")
    _clear(target)
    _open_operation(target)
    for table in tables(source):
        columns = _columns(source, table)
        for rows in _chunks(source, table, columns):
            begin = time.perf_counter()
            _write(target, table, columns, rows)
            spent += time.perf_counter() - begin
    begin = time.perf_counter()
    target.run("COMMIT")
    return spent + time.perf_counter() - begin


@contextmanager
def write_by_hand(target: Raw) -> Iterator[Callable[[str, Sequence[str], list[tuple[Any, ...]]], None]]:
    """Give a way to write rows in one transaction, as one operation for the triggers."""
    target.run("BEGIN")
    _open_operation(target)
    yield partial(_write, target)
    target.run("COMMIT")


def _clear(target: Raw) -> None:
    """Remove the few records that a fresh office begins with; they come again with the others."""
    # What number ranges belong to comes again under the same id.
    target.run("PRAGMA defer_foreign_keys = ON" if target.is_sqlite else "SET LOCAL session_replication_role = replica")
    for table in reversed(tables(target)):
        target.run(f'DELETE FROM "{table}"')
    if not target.is_sqlite:
        target.run("SET LOCAL session_replication_role = origin")


def _open_operation(target: Raw) -> None:
    """Tell the triggers that everything is one operation."""
    target.run(OPERATION)
    if target.is_sqlite:
        target.run("INSERT OR REPLACE INTO current_operation (id, operation_id) VALUES (1, 1000000)")
    else:
        target.run("SELECT set_config('gcrm.operation', '1000000', true)")


def tables(connection: Raw) -> list[str]:
    """Return the tables of an office in an order in which they can be filled."""
    from gcrm.model.base import Base

    known = [table.name for table in Base.metadata.sorted_tables]
    return [name for name in known if name not in DERIVED and connection.rows(f'SELECT count(*) FROM "{name}"')]


def _columns(connection: Raw, table: str) -> list[str]:
    if connection.is_sqlite:
        return [row[1] for row in connection.rows(f'PRAGMA table_info("{table}")')]
    statement = "SELECT column_name FROM information_schema.columns WHERE table_name = ? ORDER BY ordinal_position"
    return [row[0] for row in connection.rows(statement, (table,))]


def _chunks(connection: Raw, table: str, columns: Sequence[str]) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows of a table; reading them is not measured."""
    names = ", ".join(f'"{column}"' for column in columns)
    cursor = connection.connection.execute(f'SELECT {names} FROM "{table}"')
    while rows := cursor.fetchmany(CHUNK):
        yield rows


def _write(target: Raw, table: str, columns: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
    """Write rows as the driver does it best: executemany, COPY."""
    if target.is_sqlite:
        marks = ", ".join("?" * len(columns))
        names = ", ".join(f'"{column}"' for column in columns)
        target.connection.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)
        return
    quoted = sql.SQL(", ").join(map(sql.Identifier, columns))
    with target.connection.cursor().copy(
        sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), quoted)
    ) as stream:
        for row in rows:
            stream.write_row([Jsonb(value) if isinstance(value, dict | list) else value for value in row])
