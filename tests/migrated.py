"""Empty offices get their schema from the statements that a first one got it by.

Alembic makes each table of each revision anew, in Python and in words: a fifth of a second for each new office, and for
each backup that is looked through. What a process has sent once is sent again as it was; only the first changes get a
moment and a salt of their own, by which one office is told from another. Revisions themselves are tested on offices
that were there before (test_old_offices.py), which this leaves alone.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, event, inspect

Sent = list[tuple[str, Any]]
TOGETHER = object()
"""Stands for the values of several statements in one, in which the driver looks for no values."""


@contextmanager
def listening(connection: Connection) -> Iterator[Sent]:
    """Give what is sent meanwhile; questions are left out."""
    sent: Sent = []

    def hear(_connection: Connection, _cursor: object, statement: str, values: Any, *_more: object) -> None:
        if not statement.lstrip().startswith(("SELECT", "PRAGMA")):
            sent.append((statement, values))

    event.listen(connection, "before_cursor_execute", hear)
    yield sent
    event.remove(connection, "before_cursor_execute", hear)


def renewed(statement: str, values: Any) -> Any:
    """Give the first changes, where they are sent again, the moment and the salt that tell one office from another."""
    if not statement.startswith(("INSERT INTO change ", "INSERT INTO operation ")):
        return values or None
    names = statement.partition("(")[2].partition(")")[0].split(", ")
    row = dict(values) if isinstance(values, dict) else dict(zip(names, values, strict=True))
    if "at" in row:
        now = datetime.now(UTC)
        row["at"] = now.strftime("%Y-%m-%d %H:%M:%S.%f") if isinstance(row["at"], str) else now
    else:  # see revision 0002
        row["salt"] = secrets.token_hex(16)
        told = [str(row[name] or "") for name in ("salt", "table_name", "record_id", "action", "old", "new")]
        row["digest"] = hashlib.sha256("|".join(told).encode()).digest()
    return row if isinstance(values, dict) else tuple(row[name] for name in names)


def together(sent: Sent) -> Iterator[tuple[str, Any]]:
    """Give what follows on each other without values as one: a server takes it in one trip."""
    for has_values, several in groupby(sent, lambda each: bool(each[1])):
        if has_values:
            yield from several
        else:
            yield ";\n".join(statement.replace("%%", "%") for statement, _none in several), TOGETHER


def share_migrations() -> None:
    """Let all empty offices of this process be migrated by what the first of their kind was sent."""
    from alembic import command

    upgrade = command.upgrade
    known: dict[tuple[str, str, str], Sent] = {}

    def replayed(config: Any, revision: str, *more: Any, **options: Any) -> None:
        connection: Connection = config.attributes["connection"]
        if more or options or inspect(connection).has_table("alembic_version"):
            upgrade(config, revision, *more, **options)
            return
        kind = (connection.dialect.name, revision, str(config.attributes["country"]))
        if kind in known:
            for statement, values in known[kind]:
                as_it_is = values is TOGETHER
                new = None if as_it_is else renewed(statement, values)
                connection.exec_driver_sql(statement, new, execution_options={"no_parameters": as_it_is}).close()
        else:
            with listening(connection) as sent:
                upgrade(config, revision)
            known[kind] = sent if connection.dialect.name == "sqlite" else list(together(sent))

    command.upgrade = replayed
