"""Offices as former programs left them, one of each schema that was ever released (CONTRIBUTING.md says how)."""

from __future__ import annotations

import json
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, column, inspect, literal_column, make_url, select, table

from gcrm.model.migrations import REVISIONS

FOLDER = Path(__file__).parent / "fixtures" / "schema"
FORMER = REVISIONS[:-1]
OLDEST = REVISIONS[0]
# What a revision may write in the rows that were there before; everything else stays as it was.
WRITTEN = {"number_range": {"company_id", "version", "changed_at", "changed_by"}}
DERIVED = ("contact_search", "alembic_version", "office_version")
Rows = dict[str, list[dict[str, Any]]]


def load(url: str, revision: str) -> None:
    """Fill an empty database with the office of a former schema."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        shutil.copyfile(FOLDER / f"{revision}.sqlite", str(address.database))
        return
    plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute((FOLDER / f"{revision}.sql").read_bytes())


def rows(connection: Connection) -> Rows:
    """Return all rows of all tables, whatever the schema; values are as the database keeps them, but JSON is read."""
    keys = inspect(connection).get_multi_pk_constraint()
    read = {name: key["constrained_columns"] for (_schema, name), key in keys.items() if not name.startswith(DERIVED)}
    return {
        name: [{column: _told(value) for column, value in row._mapping.items()} for row in _all(connection, name, key)]
        for name, key in read.items()
    }


def _all(connection: Connection, name: str, key: list[str]) -> Any:
    return connection.execute(select(literal_column("*")).select_from(table(name)).order_by(*map(column, key)))


def _told(value: Any) -> Any:
    """Return what a JSON text says, in which keys have no order; other values as they are."""
    with suppress(ValueError):
        return json.loads(value) if isinstance(value, str) and value.startswith(("{", "[")) else value
    return value


def lost(before: Rows, after: Rows) -> list[str]:
    """Return what of `before` is not in `after` any more: rows that are gone, values that are others."""
    found = []
    for name, old in before.items():
        new = {row.get("id", index): row for index, row in enumerate(after.get(name, []))}
        allowed = WRITTEN.get(name, set())
        for index, row in enumerate(old):
            other = new.get(row.get("id", index))
            if other is None:
                found.append(f"{name} {row}")
            else:
                found += [
                    f"{name}.{column} of {row.get('id')}: {value!r}, now {other[column]!r}"
                    for column, value in row.items()
                    if column in other and column not in allowed and other[column] != value
                ]
    return found
