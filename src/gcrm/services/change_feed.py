"""Hearing of changes that other programs make in the same office.

SQLite: `PRAGMA data_version` tells cheaply that somebody else committed; writers come one after the other, so what is
new has a higher id than the last change seen. PostgreSQL: LISTEN on a connection of its own. There ids are given long
before the commit, so each notice names the operation that was committed, and its changes are read; after a pause of
that connection nobody knows which ones were, and everything counts as changed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, select

from gcrm.model.change import Change
from gcrm.services.changed import MUCH, Changed
from gcrm.services.changes import latest_change
from gcrm.services.database import PATIENCE, Database
from gcrm.services.replaced import Replaced, read_replaced
from gcrm.services.seals import seal_pending
from gcrm.services.team.connection import arguments
from gcrm.services.team.presence import CHANNEL, Presence
from gcrm.services.team.programs import WINDOW
from gcrm.services.unreachable import translated
from gcrm.services.versions import refuse_other

if TYPE_CHECKING:
    import psycopg

LIMIT = 50_000
"""Changes that are told one by one; of more than these at once it is only told that much changed."""
MOST_OPERATIONS = 1_000
"""Operations whose changes are read one by one; the same."""


@dataclass(slots=True)
class ChangeWatcher:
    """Reads what was changed since the last look; one per program, used from one thread at a time.

    `_heard` are the operations that were told of and not yet read, `_is_behind` that nobody knows which these are.
    `news` is a sentence about what happened to the office while it was away; whoever says it empties it.
    """

    database: Database
    last: int = 0
    _file: sqlite3.Connection | None = None
    _file_version: int = 0
    _listener: psycopg.Connection[tuple[object, ...]] | None = None
    _heard: set[int] = field(default_factory=set)
    _own: set[int] = field(default_factory=set)
    _is_behind: bool = False
    _replaced: Replaced | None = None
    news: str = ""
    presence: Presence = field(init=False)

    def __post_init__(self) -> None:
        self.presence = Presence(self.database.user_id)

    def start(self) -> None:
        """Begin at the present end of the change table; on a server also seal what nobody has sealed yet."""
        if self.database.path is None:
            self._listen()
            with translated(self.database.url):
                seal_pending(self.database)
            return
        self._file = sqlite3.connect(self.database.path, check_same_thread=False)
        self._file_version = self._version()
        with self.database.read() as session:
            self.last = latest_change(session)

    def _listen(self) -> None:
        """Open the connection that hears of changes on a server."""
        import psycopg  # not needed, and not loaded, where the office is a file

        told = arguments(self.database.url) | PATIENCE | {"application_name": WINDOW}
        with translated(self.database.url):
            listener = psycopg.connect(autocommit=True, **told)
            listener.execute("LISTEN gcrm_change")
            listener.execute("LISTEN gcrm_presence")
        self.presence.forget_told()
        self._listener = listener
        self._look_whether_replaced()

    def _look_whether_replaced(self) -> None:
        """Notice that the office was brought back out of a backup while this program did not hear of it."""
        with self.database.read() as session:
            found = read_replaced(session)
        if self._is_behind and found is not None and found != self._replaced:
            self.news = found.notice
            self.database.latest = None  # what this program did last may be gone, and its number another's
        self._replaced = found

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

        `MUCH` among it stands for changes that are not told one by one. On SQLite this returns at once: the caller
        paces its looks. Raises EnvironmentProblem while the office cannot be reached; a later look connects again and
        tells of everything since the last one.
        """
        with translated(self.database.url):
            changed = self._look_at_file() if self.database.is_sqlite else self._look_at_server(seconds)
            self.database.follow_home(changed)
        return changed

    def _look_at_file(self) -> frozenset[Changed]:
        """Read what is newer than the last change seen, when anybody has committed."""
        version = self._version()
        if version == self._file_version:
            return frozenset()
        own = set(self._own)
        changed, self.last = self._read(Change.id > self.last, own)
        self._own -= own
        self._file_version = version
        return changed

    def _look_at_server(self, seconds: float) -> frozenset[Changed]:
        """Read the operations whose commits were heard of."""
        if self._listener is None or self._listener.closed:
            self._is_behind = True
            self._own.clear()
            self._listen()
        self._tell_presence()
        self._heard.update(self._notices(0 if self._is_behind else seconds))
        self._is_behind |= len(self._heard) > MOST_OPERATIONS
        if not self._heard and not self._is_behind:
            return frozenset()
        seal_pending(self.database)
        changed = frozenset({MUCH})
        if not self._is_behind:
            changed, _last = self._read(Change.operation_id.in_(sorted(self._heard)), self._heard & self._own)
        self._own -= self._heard
        self._heard.clear()
        self._is_behind = False
        return changed

    def _tell_presence(self) -> None:
        """Tell the other desks what is edited here, when that is new or they may have forgotten it."""
        notice = self.presence.due()
        if notice is not None and self._listener is not None:
            self._listener.execute("SELECT pg_notify(%s, %s)", (CHANNEL, notice))

    def _notices(self, seconds: float) -> Iterable[int]:
        """Yield the operations that were committed: wait for the first, then take all that are there."""
        while self._listener is not None and len(self._heard) <= MOST_OPERATIONS:
            notices = list(self._listener.notifies(timeout=seconds, stop_after=1))
            for notice in notices:
                if notice.channel == CHANNEL:
                    self.presence.hear(notice.payload)
                elif notice.payload.isdigit():
                    yield int(notice.payload)
            if not notices:
                return
            seconds = 0

    def _read(self, wanted: ColumnElement[bool], own: set[int]) -> tuple[frozenset[Changed], int]:
        """Read changes without those of own operations; return them and where the change table ends now."""
        columns = (Change.table_name, Change.record_id, Change.contact_id, Change.action)
        foreign = select(*columns).where(wanted, Change.operation_id.not_in(sorted(own))).limit(LIMIT + 1)
        with self.database.read() as session:
            if self.database.is_sqlite:
                refuse_other(session.connection())
            rows = session.execute(foreign).all()
            latest = latest_change(session)
        return frozenset({MUCH}) if len(rows) > LIMIT else frozenset(Changed(*row) for row in rows), latest

    def stop(self) -> None:
        """Close the own connections."""
        if self._file is not None:
            self._file.close()
        if self._listener is not None:
            self._listener.close()
