"""Altering what an office holds, past all triggers, as only the owner of the tables can."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing, contextmanager

from gcrm.services.check import check
from gcrm.services.opening import open_office
from tests.bench.raw import Raw, raw

# What is altered: table, column, and the new value in SQL.
ALTERATIONS = (
    ("contact", "notes", "notes || ' and more'"),
    ("contact", "discount", "3"),
    ("address", "street", "street || 'x'"),
    ("contact_point", "value", "value || '9'"),
    ("activity", "text", "text || '.'"),
    ("activity", "contact_id", "contact_id + 1"),
    ("change", "record_id", "record_id + 1"),
    ("change", "action", "CASE action WHEN 'U' THEN 'I' ELSE 'U' END"),
    ("operation", "label", "label || '!'"),
    ("operation", "user_id", "coalesce(user_id, 0) + 1"),
    ("seal", "operation_id", "operation_id - 1000000"),
    ("seal", "digest", "content"),
)


def altered_and_found(office: str, times: int) -> int:
    """Alter a row and put it back, so many times; fail where a check does not find it. Returns how many."""
    dice = random.Random(times)
    with closing(open_office(office, user="first")) as database, raw(office) as connection:
        for _turn in range(times):
            table, column, value = dice.choice(ALTERATIONS)
            chosen = connection.rows(f"SELECT id, {column} FROM {table} ORDER BY id")
            record, before = dice.choice(chosen)
            with unguarded(connection, table):
                connection.run(f"UPDATE {table} SET {column} = {value} WHERE id = ?", (record,))
            report = check(database, full=True)
            assert not report.ok, f"{table}.{column} of {record} was altered, and the check found nothing"
            with unguarded(connection, table):
                connection.run(f"UPDATE {table} SET {column} = ? WHERE id = ?", (before, record))
        report = check(database, full=True)
        assert report.ok, report.findings
    return times


@contextmanager
def unguarded(connection: Raw, table: str) -> Iterator[None]:
    """Take the triggers of a table away for a moment, and what refers to it."""
    if not connection.is_sqlite:
        connection.run("SET session_replication_role = replica")
        yield
        connection.run("SET session_replication_role = origin")
        return
    asked = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?"
    triggers = connection.rows(asked, (table,))
    connection.run("PRAGMA foreign_keys = OFF")
    for name, _text in triggers:
        connection.run(f"DROP TRIGGER {name}")
    yield
    for _name, text in triggers:
        connection.run(text)
    connection.run("PRAGMA foreign_keys = ON")
