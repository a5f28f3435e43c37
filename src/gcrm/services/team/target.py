"""Where an office is moved to: an empty database on a server, or a new file. Until the end both are marked half-made.

The mark stands where the revision of the schema would be, so that no program takes the place for an office before the
move is complete. The next try finds the mark and begins anew.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, LiteralString

from sqlalchemy import Connection, column, func, inspect, select, table
from sqlalchemy.exc import DBAPIError

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.model.base import Base
from gcrm.model.migrations import HEAD
from gcrm.services import file_lock, schema
from gcrm.services.address import shown
from gcrm.services.atomic_file import problem_of, sync_folder
from gcrm.services.database import Database
from gcrm.services.unreachable import is_forbidden, is_unreachable, unreachable

MOVING_LOCK = 0x6743524E
"""The advisory lock of PostgreSQL that is held while an office is being moved into a database."""
VERSION = table("alembic_version", column("version_num"))


class Target(ABC):
    """A place that is being filled. `place` is its address as everybody may see it."""

    def __init__(self, database: Database, place: str) -> None:
        self.database = database
        self.place = place

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection in a transaction of its own. Raises EnvironmentProblem when server or disk are away."""
        with (
            self.translated(),
            self.database.engine.connect().execution_options(gcrm_write=True) as connection,
            connection.begin(),
        ):
            if not self.database.is_sqlite:
                unlimited(connection)
            yield connection

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Say in words why the place cannot be used."""
        try:
            yield
        except DBAPIError as problem:
            if is_forbidden(problem):
                sentence = _("Your login may not make tables in {place}. Ask for a database that belongs to it.")
                raise UserError(sentence.format(place=self.place), details=str(problem.orig)) from problem
            if not is_unreachable(problem):
                raise
            raise unreachable(self.database.url, problem) from problem

    def prepare(self, move: str) -> None:
        """Make empty tables without triggers, marked with the name of the move."""
        with self.writing() as connection:
            schema.migrate(connection, with_triggers=False)
            for each in reversed(Base.metadata.sorted_tables):  # a new office begins with a few records of its own
                connection.execute(each.delete())
            set_version(connection, schema.MOVING + move)

    @abstractmethod
    def alone(self) -> AbstractContextManager[None]:
        """Keep others from moving something to the same place meanwhile. Raises UserError where it is not free."""

    @abstractmethod
    def stay_alone(self) -> None:
        """Make sure that nobody else came meanwhile. Raises EnvironmentProblem when that cannot be said."""

    @abstractmethod
    def empty(self) -> None:
        """Remove what a move that was broken off has left. Raises UserError where anything else is there."""

    @abstractmethod
    def holds(self, move: str) -> bool:
        """Tell whether this move came so far that only the last step is missing."""

    @abstractmethod
    def complete(self) -> None:
        """Make the place an office: the last step."""

    def close(self) -> None:
        """Close all connections."""
        self.database.close()


class ServerTarget(Target):
    """An empty database on a server."""

    def __init__(self, address: str, password: str = "") -> None:
        database = Database.at(address, password=password)
        if database.is_sqlite:
            raise UserError(_("A team works on a server: name a database such as postgresql://USER@HOST/NAME."))
        super().__init__(database, shown(database.url))
        self._lock: Connection | None = None

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold an advisory lock, which the server lets go of when this program ends, however it ends."""
        with self.translated():
            connection = self.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        with connection:
            with self.translated():
                taken = connection.scalar(select(func.pg_try_advisory_lock(MOVING_LOCK)))
            if not taken:
                sentence = _("Somebody is moving an office to {place} at this moment. Wait until that is done.")
                raise UserError(sentence.format(place=self.place))
            connection.detach()  # closed at the end, and not kept with the lock for others to use
            self._lock = connection
            yield

    def stay_alone(self) -> None:
        """Ask the connection that holds the lock: a server that was away let go of it."""
        with self.translated():
            if self._lock is not None:
                self._lock.execute(select(1))

    def empty(self) -> None:
        """Drop the tables of a half-made office; anything else is not ours to drop."""
        with self.writing() as connection:
            found = inspect(connection)
            if not found.get_table_names() and not found.get_view_names():
                return
            if not (schema.revision(connection) or "").startswith(schema.MOVING):
                sentence = _("The database {place} is not empty. Choose another one, or have one made.")
                raise UserError(sentence.format(place=self.place))
            for name in found.get_table_names():
                run(connection, "DROP TABLE {} CASCADE", name)

    def holds(self, move: str) -> bool:
        """Tell whether the database waits for the last step of this move."""
        with self.writing() as connection:
            return schema.revision(connection) == schema.MOVING + move

    def complete(self) -> None:
        """Take the mark away."""
        with self.writing() as connection:
            set_version(connection, HEAD)


class FileTarget(Target):
    """A new office file, made beside its place under another name."""

    def __init__(self, path: Path) -> None:
        self.path = path.expanduser().absolute()
        self._half = self.path.with_name(f".{self.path.name}.moving")
        super().__init__(Database.at(str(self._half)), str(self.path))

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold a lock beside the file."""
        path = self._half.with_name(f"{self._half.name}.lock")
        lock = file_lock.take(path)
        if lock is None:
            sentence = _(
                "“{file}” cannot be made: its folder is protected, or somebody else is moving an office there. "
                "Choose another place, or wait."
            )
            raise UserError(sentence.format(file=self.path))
        try:
            yield
        finally:
            lock.close()
            path.unlink(missing_ok=True)

    def stay_alone(self) -> None:
        """Nothing: the system keeps the lock as long as this program runs."""

    def empty(self) -> None:
        """Remove a half-made file; the place itself must be free."""
        self._refuse_taken()
        self.database.engine.dispose()
        for end in ("", "-wal", "-shm", "-journal"):
            self._half.with_name(self._half.name + end).unlink(missing_ok=True)

    def _refuse_taken(self) -> None:
        if self.path.exists():
            raise UserError(_("“{file}” exists already. Choose another name.").format(file=self.path))

    def holds(self, move: str) -> bool:
        """Tell whether the file waits for the last step of this move, or for its last name."""
        if not self._half.exists():
            return False
        with self.writing() as connection:
            return schema.revision(connection) in (schema.MOVING + move, HEAD)

    def complete(self) -> None:
        """Take the mark away and give the file its name."""
        self._refuse_taken()
        with self.writing() as connection:
            set_version(connection, HEAD)
        self.database.engine.dispose()
        try:
            os.replace(self._half, self.path)
            sync_folder(self.path.parent)
        except OSError as problem:
            raise problem_of(problem, self.path.name) from problem


def set_version(connection: Connection, version: str) -> None:
    """Write what stands for the revision of the schema."""
    connection.execute(VERSION.update().values(version_num=version))


def unlimited(connection: Connection) -> None:
    """Take this transaction out of the limits for the work of every day, and out of what hides records of others.

    A row that its login may not see then makes the server refuse, where it would be missing otherwise.
    """
    limits = {"statement_timeout": "0", "idle_in_transaction_session_timeout": "0", "row_security": "off"}
    connection.execute(select(*(func.set_config(name, value, True) for name, value in limits.items())))


def run(connection: Connection, command: LiteralString, *names: str) -> None:
    """Carry out a command of PostgreSQL that takes names, which stand where its only braces are."""
    import psycopg
    from psycopg import sql

    quoted = sql.SQL(command).format(sql.SQL(", ").join(map(sql.Identifier, names)))
    raw: Any = connection.connection.driver_connection
    try:
        raw.execute(quoted)
    except psycopg.Error as problem:
        raise DBAPIError.instance(command, None, problem, psycopg.Error) from problem
