"""Making an office of a backup: beside the present data first, and only when all of it is there does it take its place.

A file is built under another name and then renamed; the file it replaces is kept beside it. A database on a server has
to be empty, or is made where there is none, and is filled in one transaction.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, Engine, event, func, select, text
from sqlalchemy.exc import DBAPIError

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.i18n import _
from gcrm.services.atomic_file import problem_of, sync_folder
from gcrm.services.backup.container import Reader, damaged, reading
from gcrm.services.backup.load import Loaded, Loading, is_empty
from gcrm.services.backup.lock import Secret
from gcrm.services.backup.new_database import made_if_missing
from gcrm.services.database import Database
from gcrm.services.progress import Progress
from gcrm.services.schema import OPENING
from gcrm.services.unreachable import translated

QUICK = ("journal_mode = MEMORY", "synchronous = OFF")
"""For a file that nobody has yet: it is forced to the disk as a whole, before it gets its name."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of a backup: the address of the office, what was read, and where the former file is kept now."""

    address: str
    loaded: Loaded
    kept: Path | None = None


@contextmanager
def opened(path: Path, secret: Secret | None = None, progress: Progress | None = None) -> Iterator[Loading]:
    """Open a backup to read it. Raises UserError for its password, EnvironmentProblem when it cannot be read."""
    with reading(path) as file:
        yield Loading(Reader(file, path.name, secret), path.parent, secret, progress)


@contextmanager
def scratch_folder(prefix: str) -> Iterator[Path]:
    """Give a folder that is removed afterwards. Raises EnvironmentProblem where this computer has no room for one."""
    try:
        folder = TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True)
    except OSError as problem:
        sentence = _("The folder for temporary files cannot be written. Make room there, then try again.")
        raise EnvironmentProblem(sentence, details=str(problem)) from problem
    with folder as made:
        yield Path(made)


def quick_engine(path: Path) -> Engine:
    """Return the engine of a new file that may be lost when the power fails."""
    engine = Database.at(f"sqlite:///{path}").engine

    @event.listens_for(engine, "connect")
    def hurry(raw: Any, record: Any) -> None:
        for pragma in QUICK:
            raw.execute(f"PRAGMA {pragma}")

    return engine


def fill(connection: Connection, loading: Loading, *, with_files: bool = True) -> Loaded:
    """Fill an empty database on an open transaction. What the database refuses, the backup was wrong about."""
    try:
        loaded = loading.into(connection, with_files=with_files)
        loading.finish(connection)
    except DBAPIError as problem:
        if not isinstance(problem.orig, sqlite3.IntegrityError):
            raise
        raise damaged(loading.name, str(problem.orig)) from problem
    return loaded


def restore(
    path: Path,
    address: str,
    *,
    secret: Secret | None = None,
    replace: bool = False,
    progress: Progress | None = None,
) -> Restored:
    """Restore a backup to an address: a new file, with `replace` also one that is there, or an empty database.

    Raises UserError for a place that is taken and for a password, EnvironmentProblem when backup, disk or server fail;
    what was there is then as it was.
    """
    target = Database.at(address)
    with opened(path, secret, progress) as loading:
        if target.path is None:
            return _to_server(target.engine, loading)
        return _to_file(target.path, loading, replace=replace)


# --- a server -----------------------------------------------------------------------------------------------------


def _to_server(engine: Engine, loading: Loading) -> Restored:
    """Fill an empty database in one transaction; it is made where the server has none."""
    url = engine.url
    try:
        with (
            translated(url),
            made_if_missing(engine),
            engine.connect().execution_options(gcrm_write=True) as connection,
            connection.begin(),
        ):
            connection.execute(select(func.pg_advisory_xact_lock(OPENING)))
            if not is_empty(connection):
                sentence = _(
                    "The database “{name}” is not empty. Restore into a new one, or ask for it to be replaced; it is "
                    "then kept."
                )
                raise UserError(sentence.format(name=url.database))
            loaded = fill(connection, loading)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
    finally:
        engine.dispose()
    return Restored(url.render_as_string(hide_password=True), loaded)


# --- a file -------------------------------------------------------------------------------------------------------


def _to_file(path: Path, loading: Loading, *, replace: bool) -> Restored:
    """Build the office beside its place, then give it the name."""
    if path.exists() and not replace:
        sentence = _("“{file}” exists already. Restore into a new file, or ask for it to be replaced; it is then kept.")
        raise UserError(sentence.format(file=path))
    try:
        with TemporaryDirectory(prefix=".restore-", dir=path.parent, ignore_cleanup_errors=True) as folder:
            built = Path(folder) / "office"
            loaded = _build(built, loading)
            kept = put_aside(path) if path.exists() else None
            try:
                os.replace(built, path)
            except OSError:
                if kept is not None:
                    os.replace(kept, path)
                raise
            sync_folder(path.parent)
    except OSError as problem:
        raise problem_of(problem, path.name) from problem
    return Restored(str(path), loaded, kept)


def _build(path: Path, loading: Loading) -> Loaded:
    """Make the office file whole and force it to the disk."""
    engine = quick_engine(path)
    try:
        with (
            translated(engine.url),
            engine.connect().execution_options(gcrm_write=True) as connection,
            connection.begin(),
        ):
            loaded = fill(connection, loading)
    except DBAPIError as problem:
        raise EnvironmentProblem(
            _("The backup could not be restored; nothing was changed. Check the backup, or take another one."),
            details=str(problem.orig),
        ) from problem
    finally:
        engine.dispose()
    with path.open("r+b") as file:
        os.fsync(file.fileno())
    return loaded


def put_aside(path: Path) -> Path:
    """Rename the present office, which nobody may have open, and return its new name.

    Leaving WAL needs the file for oneself, and brings everything into it that was beside it.
    """
    try:
        with closing(sqlite3.connect(path, timeout=1)) as raw:
            mode = raw.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
    except sqlite3.DatabaseError as problem:  # what is no database any more is kept as it is, with all beside it
        mode = "" if "locked" in str(problem) else "delete"
    if mode != "delete":
        sentence = _("The office “{file}” is open in a program. Close it there, then restore again.")
        raise UserError(sentence.format(file=path))
    stamp = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    kept = path.with_name(f"{path.stem}-before-restore-{stamp}{path.suffix}")
    os.replace(path, kept)
    for end in ("-wal", "-shm"):  # left only where the file was damaged; they must not meet the new one
        with suppress(FileNotFoundError):
            os.replace(f"{path}{end}", f"{kept}{end}")
    return kept
