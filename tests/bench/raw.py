"""The databases without gCRM: one connection of the driver, with the settings gCRM uses."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import make_url

from gcrm.services.database import prepare_sqlite


class Raw:
    """A connection that takes `?` for parameters on both engines."""

    def __init__(self, connection: Any, is_sqlite: bool) -> None:
        self.connection = connection
        self.is_sqlite = is_sqlite

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        """Return the rows of a statement."""
        return list(self.connection.execute(self.spelled(statement), values).fetchall())

    def run(self, statement: str, values: Sequence[Any] = ()) -> None:
        """Carry out a statement."""
        self.connection.execute(self.spelled(statement), values)

    def spelled(self, statement: str) -> str:
        """Return a statement as the driver wants it."""
        return statement if self.is_sqlite else statement.replace("%", "%%").replace("?", "%s")


@contextmanager
def raw(url: str) -> Iterator[Raw]:
    """Open a connection in autocommit mode."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        plain = sqlite3.connect(address.database or "")
        prepare_sqlite(plain)
        try:
            yield Raw(plain, True)
        finally:
            plain.close()
    else:
        server = address.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(server, autocommit=True) as connection:
            yield Raw(connection, False)
