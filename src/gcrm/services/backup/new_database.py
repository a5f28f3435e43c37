"""The database on a server that a backup is restored into: made where it is missing and the login may make one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from gcrm.errors import EnvironmentProblem
from gcrm.i18n import _
from gcrm.services.unreachable import is_unreachable, unreachable

if TYPE_CHECKING:
    import psycopg
    from sqlalchemy import Engine

MAINTENANCE = "postgres"
"""A database that every server has, to ask from when another one is missing."""
THERE = "SELECT 1 FROM pg_database WHERE datname = %s"


@contextmanager
def made_if_missing(engine: Engine) -> Iterator[None]:
    """Make the database of an engine where the server has none; it goes again when what is done inside fails.

    Raises EnvironmentProblem with the command to give where this login may not make one, or the server is away.
    """
    is_made = _make(engine)
    try:
        yield
    except BaseException:
        if is_made:
            engine.dispose()
            dropped(engine.url)
        raise


def _make(engine: Engine) -> bool:
    """Make the database; False where it is there."""
    try:
        with engine.connect():
            return False
    except DBAPIError as problem:
        if not is_unreachable(problem):
            raise
        if not _is_missing(engine.url):
            raise unreachable(engine.url, problem) from problem
    _create(engine.url)
    return True


def _is_missing(url: URL) -> bool:
    """Tell whether the server is there, lets this login in, and has no such database."""
    import psycopg

    try:
        with server_of(url) as connection:
            return connection.execute(THERE, (url.database,)).fetchone() is None
    except psycopg.OperationalError:
        return False  # what was said of the database itself is said to the person


def _create(url: URL) -> None:
    """Make the database. Raises EnvironmentProblem where the login may not."""
    import psycopg
    from psycopg import sql

    with server_of(url) as connection:
        wanted = sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0").format(
            sql.Identifier(url.database or ""), sql.Identifier(connection.info.user)
        )
        try:
            connection.execute(wanted)
        except psycopg.errors.InsufficientPrivilege as problem:
            sentence = _(
                "There is no database “{name}”, and your login may not make one. "
                "Let an administrator give “{command};” on the server first."
            )
            command = wanted.as_string(connection)
            raise EnvironmentProblem(sentence.format(name=url.database, command=command)) from problem


def dropped(url: URL) -> None:
    """Drop a database that was made a moment ago and is not of use."""
    from psycopg import sql

    unwanted = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(url.database or ""))
    with server_of(url) as connection:
        connection.execute(unwanted)


@contextmanager
def server_of(url: URL) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """Connect to the server of an address as its login, to no office."""
    import psycopg

    from gcrm.services.team.connection import arguments

    with psycopg.connect(autocommit=True, **arguments(url.set(database=MAINTENANCE))) as connection:
        yield connection
