"""Fresh databases for tests, quickly: each is a copy of one that was migrated once per test process."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql
from sqlalchemy import make_url
from sqlalchemy.engine import URL

if TYPE_CHECKING:
    from gcrm.services.database import Database

Fill = Callable[["Database"], object]
"""A function of a module that fills an office; what it makes is kept by its name."""


def migrate(url: str) -> None:
    """Open the database once, which brings its schema up to date."""
    from gcrm.services.opening import open_office

    open_office(url).close()


def fill(url: str, filled: Fill) -> None:
    """Open the database and let it be filled."""
    from gcrm.services.opening import open_office

    with closing(open_office(url)) as database:
        filled(database)


class SqliteOffices:
    """Makes SQLite files in one folder."""

    def __init__(self, folder: Path) -> None:
        self._template = folder / "template.gcrm"
        self._filled: dict[Fill, Path] = {}

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

    @contextmanager
    def filled(self, folder: Path, by: Fill) -> Iterator[str]:
        """Yield the URL of a copy of an office that was filled once for all tests of this process."""
        if by not in self._filled:
            place = self._template.with_name(f"filled-{len(self._filled)}")
            place.mkdir()
            with self.migrated(place) as url:
                fill(url, by)
            self._filled[by] = place / "office.gcrm"
        shutil.copyfile(self._filled[by], folder / "office.gcrm")
        yield f"sqlite:///{folder / 'office.gcrm'}"


class PostgresOffices:
    """Makes databases on one PostgreSQL server and drops them again."""

    def __init__(self, server: str) -> None:
        self.server = make_url(server).set(drivername="postgresql")
        self._connection = psycopg.connect(self._url(self.server.database or "postgres"), autocommit=True)
        self._template = ""
        self._filled: dict[Fill, str] = {}
        self._owned = ""

    def close(self) -> None:
        """Drop the templates and leave the server."""
        for name in (*self._filled.values(), self._template, self._owned):
            if name:
                self._drop(name)
        if self._owned:
            self._connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(f"{self._owned}_owner")))
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
        with self._copied(self._migrated()) as url:
            yield url

    @contextmanager
    def filled(self, folder: Path, by: Fill) -> Iterator[str]:
        """Yield the URL of a copy of an office that was filled once for all tests of this process."""
        if by not in self._filled:
            name = self._create(self._migrated())
            fill(self._url(name), by)
            self._filled[by] = name
        with self._copied(self._filled[by]) as url:
            yield url

    def owned(self, url: URL) -> None:
        """Make the database of a URL for its user, who is no superuser, with the newest schema, opened once as "chef".

        The schema belongs to the owner of a template; what it owns becomes the user's.
        """
        owner, name = sql.Identifier(str(url.username)), sql.Identifier(str(url.database))
        role = sql.SQL("CREATE ROLE {} LOGIN CREATEROLE PASSWORD {}")
        self._connection.execute(role.format(owner, sql.Literal(str(url.password))))
        template = sql.Identifier(self._owned or self._make_owned())
        create = sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE {} STRATEGY FILE_COPY")
        self._connection.execute(create.format(name, owner, template))
        with psycopg.connect(self._url(str(url.database)), autocommit=True) as inside:
            former = sql.Identifier(f"{self._owned}_owner")
            inside.execute(sql.SQL("REASSIGN OWNED BY {} TO {}").format(former, owner))

    def _make_owned(self) -> str:
        from gcrm.model.guards import HARDENED
        from gcrm.services.opening import open_office

        name = self._create("template0")
        database, owner, password = sql.Identifier(name), sql.Identifier(f"{name}_owner"), secrets.token_hex(8)
        role = sql.SQL("CREATE ROLE {} LOGIN CREATEROLE PASSWORD {}")
        self._connection.execute(role.format(owner, sql.Literal(password)))
        self._connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(database, owner))
        with psycopg.connect(self._url(name), autocommit=True) as inside:
            inside.execute(HARDENED)
        url = self.server.set(username=f"{name}_owner", password=password, database=name)
        open_office(url.render_as_string(hide_password=False), user="chef").close()
        self._connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO CURRENT_USER").format(database))
        self._owned = name
        return name

    def _migrated(self) -> str:
        if not self._template:
            self._template = self._create("template0")
            migrate(self._url(self._template))
        return self._template

    @contextmanager
    def _copied(self, template: str) -> Iterator[str]:
        name = self._create(template)
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
        return self.server.set(database=name).render_as_string(hide_password=False)

    def _create(self, template: str) -> str:
        name = f"gcrm_test_{secrets.token_hex(6)}"
        command = sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE {} STRATEGY FILE_COPY")
        self._connection.execute(command.format(sql.Identifier(name), sql.Identifier(template)))
        return name

    def _drop(self, name: str) -> None:
        self._connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
