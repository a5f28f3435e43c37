"""One office, opened: the engine, sessions to read, and the unit of work in which everything is written.

SQLite runs in WAL mode with `synchronous=FULL` (NORMAL loses acknowledged commits when the power fails), foreign keys
on, and a busy timeout, so that several programs may have the same file open on one computer. Writers begin with
BEGIN IMMEDIATE: whoever waits, waits at the start and never fails half way.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from gcrm.errors import EnvironmentProblem, GcrmError, UserError
from gcrm.i18n import _
from gcrm.model.base import Home
from gcrm.model.fold import fold
from gcrm.model.rights import Rights
from gcrm.model.types import read_json
from gcrm.services.address import parse
from gcrm.services.changed import MUCH, Changed, Latest
from gcrm.services.home import read_home
from gcrm.services.moved import Moved, read_moved
from gcrm.services.place import check_place
from gcrm.services.privacy import RIGHTS, UNINDEXED, VIEWER
from gcrm.services.seals import seal_pending
from gcrm.services.still_there import listen_for_loss
from gcrm.services.team.connection import Secured, secured, with_password
from gcrm.services.team.programs import GCRM
from gcrm.services.team.rights_in_force import load
from gcrm.services.unreachable import translated
from gcrm.services.unseen import shut_tables

BUSY_SECONDS = 20
STEPS = 20_000
"""Steps of SQLite's machine, about a millisecond, after which a read asks whether it is still wanted."""
PRAGMAS = (
    f"busy_timeout = {BUSY_SECONDS * 1000}",
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "temp_store = MEMORY",
    "cache_size = -32000",
    "mmap_size = 268435456",
)
"""What every connection to an office file begins with; the tests of power loss use the same."""
PATIENCE = {
    "connect_timeout": 10, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}  # fmt: skip
"""After how long a server that does not answer counts as gone: seconds, the last one milliseconds."""
# An office lies in the server's memory or on a disk without moving parts: reading a row by its index costs little
# more than the next one, and compiling a statement takes longer than carrying it out.
# A server that asks in vain whether we are still there ends the session, and with it the locks of a pulled cable.
SERVER_OPTIONS = (
    "-c timezone=UTC -c random_page_cost=1.1 -c jit=off -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5"
)

OLDEST_SERVER = 150_000
"""The oldest PostgreSQL that the tests run on, as the server writes it."""


def digest(salt: str | None, table: str, record: int, action: str, old: str | None, new: str | None) -> bytes:
    """Return the SHA-256 of one change, as the triggers of both engines make it."""
    text = f"{salt or ''}|{table}|{record}|{action}|{old or ''}|{new or ''}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _folded(text: object) -> str | None:
    """Return the key of a text, as PostgreSQL does by model/fold_sql.py."""
    return None if text is None else fold(str(text))


def prepare_sqlite(raw: sqlite3.Connection) -> None:
    """Set up one connection to an office file; also used by tools that write beside the program."""
    raw.isolation_level = None
    raw.create_function("gcrm_digest", 6, digest, deterministic=True)
    raw.create_function("gcrm_fold", 1, _folded, deterministic=True)
    for pragma in PRAGMAS:
        raw.execute(f"PRAGMA {pragma}")


HOME_TABLES = frozenset({"company", "setting", MUCH.table})
"""Where it is written where the office is."""
RIGHTS_TABLES = frozenset({"user", "user_group", "group_right", "group_field", "invitation", MUCH.table})
"""Where it is written who may do what."""


@dataclass(slots=True)
class Database:
    """An open office. `user_id` is the person who works; `warnings` are sentences to show once after opening.

    `rights` are what that person may do; `is_owner` is false for logins that a server lets do no more than that.
    `moved` tells where the office went when it is kept here only to be read (services/moved.py).
    `weaker_than_usual` is the sentence to show as long as it is open when others could listen in (services/team).
    `is_unsealed` tells that something was written, on a server or by a migration, which no seal holds yet
    (services/seals.py). `latest` is what this program did last that can be undone. `wait_for_server` waits so many
    seconds before a server that was lost in the middle of a write is asked once more, and says False to give up
    (services/landing.py).

    `reader` and `writer` are the engine as it reads and writes. On a server each statement sees what is committed when
    it begins, inside a transaction or not: reading without one saves the trips that begin and end it. A transaction
    that writes begins with its operation (services/unit_of_work.py).
    """

    url: URL
    engine: Engine
    sessions: sessionmaker[Session]
    user_id: int = 0
    home: Home = field(default_factory=Home)
    warnings: list[str] = field(default_factory=list)
    listeners: list[Callable[[int, frozenset[Changed]], None]] = field(default_factory=list)
    is_unsealed: bool = False
    wait_for_server: Callable[[float], bool] | None = None
    weaker_than_usual: str = ""
    rights: Rights = field(default_factory=Rights)
    is_owner: bool = True
    moved: Moved | None = None
    latest: Latest | None = None
    reader: Engine = field(init=False)
    writer: Engine = field(init=False)

    def __post_init__(self) -> None:
        at_once = {"isolation_level": "AUTOCOMMIT"}
        self.reader = self.engine if self.is_sqlite else self.engine.execution_options(**at_once)
        self.writer = self.engine.execution_options(**({"gcrm_write": True} if self.is_sqlite else at_once))

    @property
    def is_read_only(self) -> bool:
        """Tell whether nothing can be written here."""
        return self.moved is not None

    @property
    def is_sqlite(self) -> bool:
        """Tell whether the office is a file on this computer."""
        return self.url.get_backend_name() == "sqlite"

    @property
    def path(self) -> Path | None:
        """Return the office file, None for a server."""
        return Path(self.url.database) if self.is_sqlite and self.url.database else None

    @staticmethod
    def at(address: str, *, password: str = "", program: str = GCRM) -> Database:
        """Return an office without opening it: nothing is read or made, nobody signs in.

        `password` is for a server, whose address need not hold it; without one that is taken which this computer keeps.
        `program` is what it is told by which of our programs somebody is there (services/team/programs.py).
        """
        url = parse(address)
        if url.get_backend_name() == "sqlite":
            warnings, secure = check_place(Path(url.database or "")), Secured({})
        else:
            url, warnings = with_password(url.set(password=password or None)), []
            secure = secured(url)
        engine = _engine(url, secure, program)
        database = Database(url, engine, sessionmaker(engine, expire_on_commit=False, autoflush=False))
        database.warnings.extend(warnings)
        database.weaker_than_usual = secure.weaker
        return database

    @contextmanager
    def read(self, is_stopped: Callable[[], bool] | None = None) -> Iterator[Session]:
        """Give a session to read with, for the eyes of whoever works; whatever it holds is detached afterwards.

        An office in a file breaks a statement off, with an error of the driver, as soon as `is_stopped` says so: for
        long reads whose result may be overtaken. Raises EnvironmentProblem when the server or the disk is away.
        """
        with translated(self.url), self.sessions(bind=self.reader, info=self.session_info()) as session:
            if self.is_sqlite:
                shut_tables(session)
            if is_stopped is None or not self.is_sqlite:
                yield session
                return
            raw: Any = session.connection().connection.dbapi_connection
            raw.set_progress_handler(is_stopped, STEPS)
            try:
                yield session
            finally:
                raw.set_progress_handler(None, 0)

    def session_info(self) -> dict[Any, Any]:
        """Return what a session to read with knows: whose eyes it has, what they may see, what is not searched."""
        return {VIEWER: self.user_id, RIGHTS: self.rights, UNINDEXED: self.rights.unindexed}

    def publish(self, operation: int, changed: frozenset[Changed]) -> None:
        """Tell all listeners of this program what an operation changed."""
        with suppress(EnvironmentProblem):  # it is written; whoever reads next says that the office is away
            self.follow_home(changed)
        for listener in tuple(self.listeners):
            listener(operation, changed)

    def follow_home(self, changed: frozenset[Changed]) -> None:
        """Read again where the office is, its own place or another one, and who may do what, when that may be among
        what changed.
        """
        if any(change.table in RIGHTS_TABLES for change in changed):
            self.read_rights()
        if any(change.table in HOME_TABLES for change in changed):
            with self.read() as session:
                self.home = read_home(session)
                self.moved = read_moved(session)

    def read_rights(self) -> None:
        """Read what the person who works may do."""
        with self.read() as session:
            self.rights = load(session, self.user_id, is_enforced=not self.is_owner)

    def close(self) -> None:
        """Seal what this program wrote, where that is still to do, and close all connections."""
        if self.is_unsealed:
            with suppress(DBAPIError, GcrmError):  # whoever opens the office next does it
                seal_pending(self)
        self.engine.dispose()


def _check_server(raw: Any, record: Any) -> None:
    """Refuse a server that is too old, and a database that cannot keep every letter."""
    if raw.info.server_version < OLDEST_SERVER:
        sentence = _("The server is PostgreSQL {found}; gCRM needs {oldest} or newer. Update the server.")
        found, oldest = raw.info.server_version // 10_000, OLDEST_SERVER // 10_000
        raise UserError(sentence.format(found=found, oldest=oldest))
    encoding = raw.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        sentence = _("This database keeps its texts in {encoding}. Make one with the encoding UTF8.")
        raise UserError(sentence.format(encoding=encoding))


def _engine(url: URL, secure: Secured, program: str) -> Engine:
    """Make the engine with its events."""
    if url.get_backend_name() == "sqlite":
        patience = {"timeout": BUSY_SECONDS}
        engine = create_engine(url, hide_parameters=True, connect_args=patience, json_deserializer=read_json)

        @event.listens_for(engine, "connect")
        def connected(raw: sqlite3.Connection, record: Any) -> None:
            prepare_sqlite(raw)

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            wanted = connection.get_execution_options().get("gcrm_write")
            connection.exec_driver_sql("BEGIN IMMEDIATE" if wanted else "BEGIN")

        return engine
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=6,
        connect_args={**PATIENCE, "application_name": program, "options": SERVER_OPTIONS, **secure.options},
    )
    event.listen(engine, "connect", _check_server, insert=True)  # before SQLAlchemy asks anything
    listen_for_loss(engine)
    return engine
