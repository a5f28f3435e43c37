"""Fresh databases for tests, quickly: each is a copy of one that was migrated once per test process."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import make_url

Migrate = Callable[[str], None]


def migrate(url: str) -> None:
    """Open the database once, which brings its schema up to date."""
    from gcrm.services.database import Database

    Database.open(url).close()


class SqliteOffices:
    """Makes SQLite files in one folder."""

    def __init__(self, folder: Path) -> None:
        self._template = folder / "template.gcrm"

    @contextmanager
    def empty(self, folder: Path) -> Iterator[str]:
        """Yield the URL of a file that does not exist yet."""
        yield f"sqlite:///{folder / 'office.gcrm'}"

    @contextmanager
    def migrated(self, folder: Path) -> Iterator[str]:
        """Yield the URL of a file with the newest schema and no records."""
        if not self._template.exists():
            migrate(f"sqlite:///{self._template}")
        shutil.copyfile(self._template, folder / "office.gcrm")
        yield f"sqlite:///{folder / 'office.gcrm'}"


class PostgresOffices:
    """Makes databases on one PostgreSQL server and drops them again."""

    def __init__(self, server: str) -> None:
        self._server = make_url(server).set(drivername="postgresql")
        self._connection = psycopg.connect(self._url(self._server.database or "postgres"), autocommit=True)
        self._template = ""

    def close(self) -> None:
        """Drop the template and leave the server."""
        if self._template:
            self._drop(self._template)
        self._connection.close()

    @contextmanager
    def empty(self, folder: Path) -> Iterator[str]:
        """Yield the URL of a database without any table."""
        name = self._create("template0")
        try:
            yield self._url(name)
        finally:
            self._drop(name)

    @contextmanager
    def migrated(self, folder: Path) -> Iterator[str]:
        """Yield the URL of a database with the newest schema and no records."""
        if not self._template:
            self._template = self._create("template0")
            migrate(self._url(self._template))
        name = self._create(self._template)
        try:
            yield self._url(name)
        finally:
            self._drop(name)

    @contextmanager
    def reader(self, office: str) -> Iterator[str]:
        """Yield the URL of an office for a login that may read it and not write."""
        name, url = f"gcrm_reader_{secrets.token_hex(6)}", make_url(office)
        who = sql.Identifier(name)
        with psycopg.connect(office, autocommit=True) as owner:
            owner.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(who, sql.Literal(name)))
            owner.execute(sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {}").format(who))
            try:
                yield url.set(username=name, password=name).render_as_string(hide_password=False)
            finally:
                owner.execute(sql.SQL("DROP OWNED BY {}").format(who))
                owner.execute(sql.SQL("DROP ROLE {}").format(who))

    def _url(self, name: str) -> str:
        return self._server.set(database=name).render_as_string(hide_password=False)

    def _create(self, template: str) -> str:
        name = f"gcrm_test_{secrets.token_hex(6)}"
        command = sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE {}")
        self._connection.execute(command.format(sql.Identifier(name), sql.Identifier(template)))
        return name

    def _drop(self, name: str) -> None:
        self._connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
