"""What is left of erased rows below the surface: pages of the database file, its journal, copies on this computer.

A deleted row stays readable in a file until its place is written over. So a SQLite office is written anew (VACUUM) and
its journal emptied; the full-text index drops what it only marked as deleted. A server is told to clean its tables;
what its own journal, copies and backups keep is beyond the program, and it says so.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Collection, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from gcrm.i18n import N_, _
from gcrm.model.base import now
from gcrm.model.erasure import Erasure
from gcrm.services.database import Database, prepare_sqlite
from gcrm.services.drafts import DraftStore
from gcrm.services.opened_files import forget
from gcrm.services.personal_data.register import erased_tables
from gcrm.services.unit_of_work import unit_of_work
from gcrm.services.unreachable import translated

SWEPT = ("contact", "activity", "attachment")
"""The tables whose rows have drafts and opened copies on this computer."""


@dataclass(frozen=True, slots=True)
class Swept:
    """Whether nothing of what was erased can be read in the database any more; `notes` say what to do where it can,
    and what lies beyond the program.
    """

    is_clean: bool
    notes: tuple[str, ...]


def sweep(database: Database, gone: Mapping[str, Collection[int]] | None = None) -> Swept:
    """Clean the database, and drop drafts and opened copies of rows that are `gone`, from this computer.

    Erasures note that it was done; where it could not be, `is_due` tells so.
    """
    erased = gone or {}
    _drop_drafts(database, erased.get("contact", ()), erased.get("activity", ()))
    forget(database, erased.get("attachment", ()))
    if not database.is_owner:
        return Swept(False, (_owner(), _server(), _backups()))
    if database.path is not None:
        database.engine.dispose()
        stopped = _clean_file(database.path)
    else:
        stopped = _clean_server(database)
    is_clean = not stopped
    if is_clean and is_due(database):
        with unit_of_work(database, N_("Traces of erased data cleaned"), kind="system") as work:
            work.session.execute(_unswept(update(Erasure).values(swept_at=now())))
    notes = (stopped,) if stopped else ()
    return Swept(is_clean, (*notes, *((_server(),) if database.path is None else ()), _backups()))


def is_due(database: Database) -> bool:
    """Tell whether there are erasures after which the database was not cleaned: it was busy, or the power failed."""
    with database.read() as session:
        return session.scalar(_unswept(select(Erasure.id)).limit(1)) is not None


def _unswept(statement: Any) -> Any:
    return statement.where(Erasure.swept_at.is_(None)).execution_options(synchronize_session=False)


def _busy() -> str:
    """Say that another program stands in the way of cleaning."""
    return _(
        "The office is in use, so traces may be left in the database. The next start of gCRM, or “gcrm privacy "
        "clean”, cleans it."
    )


def _full() -> str:
    """Say that there is no room for cleaning."""
    return _(
        "The disk is too full to clean the database, so traces may be left in it. Make room; the next start of gCRM, "
        "or “gcrm privacy clean”, cleans it."
    )


def _owner() -> str:
    """Say who cleans the tables of a server."""
    return _(
        "The tables of the server are cleaned of traces at the next start of gCRM as the owner of the office, or by "
        "“gcrm privacy clean”."
    )


def _backups() -> str:
    """Say what becomes of backups."""
    return _(
        "Backups from before still hold the data until they are deleted. After restoring one of them, erase again."
    )


def _server() -> str:
    """Say what a server keeps."""
    return _(
        "The server may keep traces in its journal, in free space and on replicas until it writes over them. Its "
        "administrator can tell for how long."
    )


def _clean_file(path: Path) -> str:
    """Write an office file anew without what was deleted, and empty its journal; return what stands in the way."""
    with closing(sqlite3.connect(path)) as raw:
        prepare_sqlite(raw)
        raw.execute("PRAGMA temp_store = FILE")  # a large office does not fit into memory twice
        try:
            raw.execute("INSERT INTO contact_search_fts (contact_search_fts) VALUES ('rebuild')")
            if raw.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat4'").fetchone():
                raw.execute("ANALYZE")  # its samples are values out of the rows
            raw.execute("VACUUM")
            busy, _pages, _done = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError as problem:
            return _full() if problem.sqlite_errorcode & 0xFF == sqlite3.SQLITE_FULL else _busy()
    return _busy() if busy else ""


def _clean_server(database: Database) -> str:
    """Let a server take dead rows out of its tables, and forget the samples that it keeps of their values.

    Return what stands in the way.
    """
    from psycopg import Error, sql
    from psycopg.errors import DiskFull

    names = [*erased_tables(), "blob", "blob_chunk", "change", "operation"]
    with translated(database.url), database.reader.connect() as connection:
        raw: Any = connection.connection.driver_connection
        try:
            for name in names:
                command = sql.SQL("VACUUM (ANALYZE) {}").format(sql.Identifier(name))
                raw.execute(command)
                _forget_samples(raw, name)
        except DiskFull:
            return _full()
        except Error:
            return _busy()
    return ""


_SAMPLED = """
SELECT a.attname, format_type(a.atttypid, a.atttypmod), quote_ident(n.nspname) || '.' || quote_ident(c.collname)
FROM pg_stats s JOIN pg_attribute a ON a.attrelid = %s::regclass AND a.attname = s.attname
LEFT JOIN pg_collation c ON c.oid = a.attcollation LEFT JOIN pg_namespace n ON n.oid = c.collnamespace
WHERE s.tablename = %s AND s.schemaname = current_schema()
"""


def _forget_samples(raw: Any, name: str) -> None:
    """Let a server forget the samples of a table that became empty: it takes none of nothing, and keeps the old ones.

    They go with a change of the column's type, to the same one. Where a view or a policy needs the column (on a server
    that enforces rights) that is refused; there they stay until the table has a row again.
    """
    from psycopg import sql
    from psycopg.errors import FeatureNotSupported, LockNotAvailable

    table = sql.Identifier(name)
    first = sql.SQL("SELECT 1 FROM {} LIMIT 1").format(table)
    if raw.execute(first).fetchone():
        return
    for column, kind, collation in raw.execute(_SAMPLED, (name, name)).fetchall():
        alter = sql.SQL("ALTER TABLE {} ALTER COLUMN {} TYPE {}").format(table, sql.Identifier(column), sql.SQL(kind))
        told = sql.SQL("{} COLLATE {}").format(alter, sql.SQL(collation)) if collation else alter
        with contextlib.suppress(FeatureNotSupported, LockNotAvailable), raw.transaction():
            raw.execute("SET LOCAL lock_timeout = '1s'")
            raw.execute(told)


def _drop_drafts(database: Database, contacts: Collection[int], activities: Collection[int]) -> None:
    """Drop what was typed about the erased and never saved."""
    store = DraftStore.of(database)
    for draft in store.unfinished():
        if draft.data.get("contact_id") in contacts or draft.data.get("activity_id") in activities:
            store.remove(draft.key)
