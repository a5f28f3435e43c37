"""Who is calling: a million numbers, against the same index asked by hand."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import JSON, ColumnDefault, String, Table

from gcrm.model.contact import Contact
from gcrm.model.contact_point import ContactPoint
from gcrm.model.phone import suffix_key
from gcrm.model.registry import table_of
from gcrm.services.caller import who_is
from gcrm.services.database import Database
from tests.bench.lines import Goal, Line
from tests.bench.offices import ENGINES, Bench, at, opened, say
from tests.bench.raw import Raw, raw
from tests.bench.timing import interleaved, p95

NUMBERS = 1_000_000
EACH = 10
ROUNDS = 300
BY_HAND = (
    "SELECT p.contact_id, p.contact_person_id, c.name, c.first_name, c.last_name FROM contact_point p "
    "JOIN contact c ON c.id = p.contact_id WHERE p.e164 = ? AND c.deleted_at IS NULL"
)
CONTACT = ("id", "kind", "number", "name", "name_key", "created_at", "changed_at")
POINT = ("contact_id", "kind", "value", "value_key", "e164", "suffix", "created_at", "changed_at")
Rows = Iterator[tuple[Any, ...]]


def number(place: int) -> str:
    """Return one of a million numbers that all differ."""
    return f"+49341{place * 7 + 1_000_000:08d}"


def contacts() -> Rows:
    """Yield the contacts that have the numbers, ten each."""
    for place in range(1, NUMBERS // EACH + 1):
        yield place, "organisation", f"N{place}", f"Firma {place}", f"firma {place}", *_stamp()


def points() -> Rows:
    """Yield the numbers."""
    for place in range(NUMBERS):
        written = number(place)
        yield place // EACH + 1, "phone", written, written, written, suffix_key(written), *_stamp()


def _stamp() -> tuple[str, str]:
    return "2026-01-01 00:00:00.000000", "2026-01-01 00:00:00.000000"


def whole_rows() -> Iterator[tuple[str, list[str], Rows]]:
    """Yield table, columns and rows, with what the other columns must hold."""
    for cls, columns, rows in ((Contact, CONTACT, contacts()), (ContactPoint, POINT, points())):
        rest = {name: value for name, value in _must_hold(table_of(cls)) if name not in columns}
        values = tuple(rest.values())
        yield cls.__tablename__, [*columns, *rest], (row + values for row in rows)


def _must_hold(table: Table) -> Iterator[tuple[str, Any]]:
    """Yield the columns that may not be empty, with their defaults."""
    for column in table.columns:
        if not column.nullable and column.name != "id":
            default = column.default
            if isinstance(default, ColumnDefault) and default.is_scalar:
                yield column.name, default.arg
            elif isinstance(column.type, JSON):
                yield column.name, "[]" if column.name == "kept" else "{}"
            else:
                yield column.name, "" if isinstance(column.type, String) else 1


def numbers_office(bench: Bench, engine: str) -> str:
    """Return the URL of an office with a million numbers; its history stays empty, nothing here reads it."""
    name = bench.name("numbers").replace(f"_{bench.size}_", f"_{NUMBERS}_")
    if engine == "sqlite":
        path = bench.cache / f"{name}.gcrm"
        if not path.exists():
            say(f"Making an office of {NUMBERS} numbers …")
            partial = path.with_suffix(".part")
            partial.unlink(missing_ok=True)
            with opened(f"sqlite:///{partial}"), raw(f"sqlite:///{partial}") as connection:
                _fill_sqlite(connection)
            partial.replace(path)
        return f"sqlite:///{path}"
    with psycopg.connect(bench.server(), autocommit=True) as server:
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
            say(f"Making an office of {NUMBERS} numbers on PostgreSQL …")
            _fill_postgres(bench.server(), server, name)
    return at(bench.server(), name)


def _fill_sqlite(connection: Raw) -> None:
    """Write the rows with the triggers of the history taken off and put back."""
    triggers = connection.rows(
        "SELECT name, sql FROM sqlite_master WHERE name IN ('change_contact_insert', 'change_contact_point_insert')"
    )
    connection.run("BEGIN")
    for name, _statement in triggers:
        connection.run(f'DROP TRIGGER "{name}"')
    for table, columns, rows in whole_rows():
        marks = ", ".join("?" * len(columns))
        connection.connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)
    for _name, statement in triggers:
        connection.run(statement)
    connection.run("COMMIT")
    connection.run("ANALYZE")


def _fill_postgres(server: str, connection: psycopg.Connection[Any], name: str) -> None:
    """Copy the rows in with the triggers switched off."""
    partial = f"{name}_part"
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(partial)))
    connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(partial)))
    with opened(at(server, partial)), psycopg.connect(at(server, partial), autocommit=True) as office:
        office.execute("SET session_replication_role = replica")
        for table, columns, rows in whole_rows():
            _copy(office, table, columns, rows)
        office.execute("VACUUM ANALYZE")
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    connection.execute(rename.format(sql.Identifier(partial), sql.Identifier(name)))


def _copy(office: psycopg.Connection[Any], table: str, columns: Sequence[str], rows: Rows) -> None:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    with office.cursor().copy(sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)) as stream:
        for row in rows:
            stream.write_row(row)


def caller(bench: Bench) -> Iterator[Line]:
    """A number that is known, as it comes from the line."""
    for engine in ENGINES:
        url = numbers_office(bench, engine)
        chance = random.Random(2)
        wanted = [number(chance.randrange(NUMBERS)) for _turn in range(ROUNDS)]
        with opened(url) as database, raw(url) as connection, database.read() as session:
            ours = [lambda n=each: who_is(session, f"0{n[3:]}", database.home) for each in wanted]
            floor = [lambda n=each: connection.rows(BY_HAND, (n,)) for each in wanted]
            mine, theirs = interleaved(ours, floor, warm_up=20)
        name = f"who is calling, {NUMBERS} numbers, p95, {engine}"
        yield Line(name, p95(mine), p95(theirs), "ms", Goal(most=1))


def known_numbers(database: Database, count: int) -> list[str]:
    """Return numbers of the office, the same ones at every run."""
    with raw(database.url.render_as_string(hide_password=False)) as connection:
        rows = connection.rows("SELECT e164 FROM contact_point WHERE e164 IS NOT NULL ORDER BY id LIMIT 2000")
    found = [row[0] for row in rows]
    random.Random(3).shuffle(found)
    return found[:count]
