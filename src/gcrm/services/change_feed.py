"""Hearing of changes that other programs make in the same office.

SQLite: `PRAGMA data_version` tells cheaply that somebody else committed. PostgreSQL: LISTEN on a connection of its own.
In both cases what changed is then read from the change table, so nothing is missed after a pause.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from gcrm.model.change import Change
from gcrm.services.changes import latest_change
from gcrm.services.database import PATIENCE, Changed, Database
from gcrm.services.unit_of_work import seal_pending
from gcrm.services.unreachable import translated

if TYPE_CHECKING:
    import psycopg

CHANNEL = "gcrm_change"


@dataclass(slots=True)
class ChangeWatcher:
    """Reads what was changed since the last look; one per program, used from one thread at a time."""

    database: Database
    last: int = 0
    _file: sqlite3.Connection | None = None
    _file_version: int = 0
    _listener: psycopg.Connection[tuple[object, ...]] | None = None
    _own: set[int] = field(default_factory=set)

    def start(self) -> None:
        """Begin at the present end of the change table."""
        with self.database.read() as session:
            self.last = latest_change(session)
        if self.database.path is not None:
            self._file = sqlite3.connect(self.database.path, check_same_thread=False)
            self._file_version = self._version()
        else:
            self._listen()

    def _listen(self) -> None:
        """Open the connection that hears of changes on a server."""
        import psycopg  # not needed, and not loaded, where the office is a file

        url = self.database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with translated(self.database.url):
            self._listener = psycopg.connect(url, autocommit=True, **PATIENCE)  # type: ignore[arg-type]  # libpq's names
            self._listener.execute("LISTEN gcrm_change")

    def _version(self) -> int:
        """Return the counter that moves when another connection commits to the file."""
        if self._file is None:
            return 0
        return int(self._file.execute("PRAGMA data_version").fetchone()[0])

    def mark_own(self, operation: int) -> None:
        """Remember an operation of this program: its windows were told at once."""
        self._own.add(operation)

    def wait(self, seconds: float) -> frozenset[Changed]:
        """Wait up to `seconds` for a change by another program; return what changed (empty when nothing did).

        On SQLite this returns at once: the caller paces its looks. Raises EnvironmentProblem while the office cannot
        be reached; a later look connects again and tells of everything since the last one.
        """
        with translated(self.database.url):
            return self._look(seconds)

    def _look(self, seconds: float) -> frozenset[Changed]:
        """Look for changes once."""
        if not self.database.is_sqlite:
            is_new = self._listener is None or self._listener.closed
            if is_new:
                self._listen()
            notices = list(self._listener.notifies(timeout=seconds, stop_after=1)) if self._listener else []
            if not notices and not is_new:
                return frozenset()
            seal_pending(self.database)
            return self._news()
        version = self._version()
        if version == self._file_version:
            return frozenset()
        self._file_version = version
        return self._news()

    def _news(self) -> frozenset[Changed]:
        """Read the changes after the last one seen, without this program's own."""
        with self.database.read() as session:
            rows = session.execute(
                select(
                    Change.id,
                    Change.operation_id,
                    Change.table_name,
                    Change.record_id,
                    Change.contact_id,
                    Change.action,
                )
                .where(Change.id > self.last)
                .order_by(Change.id)
                .limit(50_000)
            ).all()
        if rows:
            self.last = rows[-1].id
        foreign = frozenset(Changed(*row[2:]) for row in rows if row.operation_id not in self._own)
        self._own.clear()
        return foreign

    def stop(self) -> None:
        """Close the own connections."""
        if self._file is not None:
            self._file.close()
        if self._listener is not None:
            self._listener.close()
