"""Moving an office from a file to the server of a team, and back: all of it, or nothing.

The old place is locked against writing, its rows go table by table into the new one, which is then compared with it
byte by byte. Only then the old place is marked (services/moved.py), and after that the new place becomes an office.
Whatever breaks off before the mark changes nothing, and what is half-made is removed or begun anew by the next try.
Broken off behind the mark, the same call again does the last step. So there are never two offices, and never none.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Table, func, insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from gcrm.errors import EnvironmentProblem, GcrmError, UserError
from gcrm.i18n import N_, _
from gcrm.model.base import now
from gcrm.model.registry import table_of
from gcrm.model.setting import Setting
from gcrm.services import table_rows
from gcrm.services.changed import Changed
from gcrm.services.database import Database
from gcrm.services.moved import KEY, Moved, guard, read_moved
from gcrm.services.seals import seal_pending
from gcrm.services.team import verify
from gcrm.services.team.target import FileTarget, ServerTarget, Target, run, unlimited
from gcrm.services.trip import ask
from gcrm.services.unit_of_work import UnitOfWork, begun, finished, opening, told
from gcrm.services.unreachable import is_forbidden, is_unreachable, translated, unreachable

LOCK_WAIT = "20s"
"""How long the move waits for those who are writing."""


class Progress(Protocol):
    """Hears how far the move is; `check` may raise to stop it, nothing is changed then."""

    def report(self, done: int, total: int = 0, text: str = "") -> None:
        """Say that `done` of `total` rows are done, and with what; may raise as `check` does."""

    def check(self) -> None:
        """Stop here when somebody wants to."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was moved where: rows of each table."""

    place: str
    rows: Mapping[str, int]

    @property
    def total(self) -> int:
        """Return how many rows there are."""
        return sum(self.rows.values())


@dataclass(slots=True)
class _Steps:
    """Counts what is done: every row is copied once and compared once, every contact indexed."""

    progress: Progress | None
    total: int
    text: str = ""
    done: int = 0

    def at(self, text: str) -> None:
        """Begin something else."""
        self.text = text
        self.more(0)

    def more(self, count: int) -> None:
        """Say that so many rows more are done; stops here when somebody wants to."""
        self.done += count
        if self.progress is not None:
            self.progress.report(min(self.done, self.total), self.total, self.text)


def share(source: Database, address: str, progress: Progress | None = None, *, password: str = "") -> Report:
    """Move the office in a file into the empty database at `address`; afterwards the file can only be read.

    `password` is for an address that does not hold it.

    Raises UserError when the database is not empty or not fit, EnvironmentProblem when file or server are away or the
    copy is not like the original; the office is then where it was.
    """
    if not source.is_sqlite:
        raise UserError(_("This office is on a server already. Only an office in a file can be shared."))
    return _moved(source, ServerTarget(address, password), progress)


def unshare(source: Database, path: Path, progress: Progress | None = None) -> Report:
    """Move the office on a server into a new file; afterwards the database can only be read. Raises as `share` does."""
    if source.is_sqlite:
        raise UserError(_("This office is in a file already. Name the one on the server with --database."))
    seal_pending(source)
    return _moved(source, FileTarget(path), progress)


def _moved(source: Database, target: Target, progress: Progress | None) -> Report:
    """Move an office, or end a move that was broken off behind the mark."""
    try:
        with target.alone():
            with source.read() as session:
                source.moved = read_moved(session)  # an answer to an earlier try may have been lost
            if source.moved is not None:
                return _ended(source, source.moved, target)
            target.empty()
            return _move(source, target, progress)
    finally:
        target.close()


def _ended(source: Database, moved: Moved, target: Target) -> Report:
    """Do the last step of a move, when it is missing and this is its place."""
    if moved.place != target.place or not target.holds(moved.move):
        raise UserError(moved.notice)
    with target.writing() as connection:
        rows = verify.count(connection)
    target.complete()
    return Report(target.place, rows)


def _move(source: Database, target: Target, progress: Progress | None) -> Report:
    """Copy, compare, mark the old place, complete the new one."""
    moved = Moved(target.place, now(), secrets.token_hex(8))
    with _locked(source) as reading:
        rows = verify.count(reading)
        steps = _Steps(progress, 2 * sum(rows.values()) + rows["contact"])
        try:
            target.prepare(moved.move)
            _fill(reading, source, target, rows, steps)
            target.stay_alone()
            operation, changed = _marked(reading, source, moved)
        except BaseException:
            _cleaned(target)
            raise
    source.moved = moved
    told(source, operation, changed)
    target.complete()
    return Report(target.place, rows)


def _cleaned(target: Target) -> None:
    """Remove what is half-made; where that fails too, the next try does it."""
    try:
        target.empty()
    except (GcrmError, DBAPIError, OSError):
        return


@contextmanager
def _locked(source: Database) -> Iterator[Connection]:
    """Give a connection to read an office from, in which nobody can write meanwhile; it is committed at the end."""
    try:
        with source.engine.connect().execution_options(gcrm_write=True) as connection, connection.begin():
            if not source.is_sqlite:
                unlimited(connection)
                _lock_tables(connection)
            yield connection
    except DBAPIError as problem:
        if getattr(problem.orig, "sqlstate", None) == "55P03":  # lock_not_available
            sentence = _("Somebody is writing in the office. Try again when nobody works in it.")
            raise EnvironmentProblem(sentence, details=str(problem.orig)) from problem
        if not is_unreachable(problem) and not is_forbidden(problem):
            raise
        raise unreachable(source.url, problem) from problem


def _lock_tables(connection: Connection) -> None:
    """Let others read, and nobody write."""
    connection.execute(select(func.set_config("lock_timeout", LOCK_WAIT, True)))
    run(connection, "LOCK TABLE {} IN EXCLUSIVE MODE", *(table.name for table in table_rows.tables()))


def _fill(reading: Connection, source: Database, target: Target, rows: Mapping[str, int], steps: _Steps) -> None:
    """Copy every table in a transaction of its own, make what follows from them, and compare."""
    passed = {table.name: verify.Passed() for table in table_rows.tables()}
    for table in table_rows.tables():
        steps.at(_("Copying: {table}").format(table=table.name))
        with target.writing() as connection:
            blocks = passed[table.name].by(_read(source, reading, table), steps.more)
            written = table_rows.write_rows(connection, table, blocks)
        if not written == passed[table.name].rows == rows[table.name]:
            raise verify.unlike(table.name, f"{written} of {rows[table.name]}")
    steps.at(_("Making the search index"))
    with target.writing() as connection:
        table_rows.finish(connection, steps.more)
        connection.execute(text("ANALYZE"))
    steps.at(_("Comparing with the original"))
    with target.writing() as connection:
        verify.compare(reading, connection, passed, steps.more)


def _read(source: Database, reading: Connection, table: Table) -> Iterator[bytes]:
    """Yield the rows of a table; what goes wrong with the old place is not said of the new one."""
    with translated(source.url):
        yield from table_rows.read_rows(reading, table)


def _marked(reading: Connection, source: Database, moved: Moved) -> tuple[int, frozenset[Changed]]:
    """Mark the old place as left, in the transaction that kept others from writing; return operation and changes."""
    opened = opening(source, N_("Office moved to {place}"), kind="system", params={"place": moved.place})
    number = begun(reading, opened)[0] if source.is_sqlite else int(ask(reading, [opened])[0][0][0])
    values = {"key": KEY, "value": moved.as_json(), "version": 1, "created_by": source.user_id}
    values |= {"created_at": moved.at, "changed_at": moved.at, "changed_by": source.user_id}
    reading.execute(insert(table_of(Setting)).values(values))
    with Session(reading, autoflush=False) as session:
        changed = finished(UnitOfWork(source, session, number), index=True)
    guard(reading)
    return number, changed
