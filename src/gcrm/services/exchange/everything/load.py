"""An office out of an export of everything: into an empty one, in one transaction, compared with what was read.

What the export says of itself is believed only as far as the schema agrees. Broken off, the office is empty as before.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import N_, _
from gcrm.model.attachment import CHUNK, BlobChunk
from gcrm.model.migrations import HEAD
from gcrm.model.registry import RECORDS, table_of
from gcrm.model.user import User
from gcrm.services import schema, table_rows
from gcrm.services.backup.plan import columns_of, tables_of
from gcrm.services.backup.plan import table_of as plain_table
from gcrm.services.database import Database
from gcrm.services.exchange.everything.rules import A_ROW, RULES, SET_UP
from gcrm.services.exchange.everything.source import MOST_TOLD, Manifest, Source, Summed, Told, altered, damaged, opened
from gcrm.services.exchange.everything.values import line_reader
from gcrm.services.progress import Progress, Silence
from gcrm.services.team import verify
from gcrm.services.team.rights_in_force import in_force
from gcrm.services.team.target import unlimited
from gcrm.services.trip import ask
from gcrm.services.unit_of_work import UnitOfWork, begun, finished, opening
from gcrm.services.unreachable import translated


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was imported: the name of the office, rows of each table, and files; `left_out` as the export says."""

    office: str
    rows: dict[str, int]
    files: int
    left_out: tuple[str, ...]


class _Undone(Exception):  # noqa: N818 - no error: it was a trial
    """Takes back what was written for a trial."""


def import_everything(
    database: Database, path: Path, progress: Progress | None = None, *, is_trial: bool = False
) -> Loaded:
    """Fill an empty office with an export of everything; with `is_trial` all of it is taken back at the end.

    Its users are those of the export then: close it and open it anew. Raises UserError for an office that is not empty
    or not one's own and for a hostile export, EnvironmentProblem for a damaged one; nothing was imported then.
    """
    _refuse_foreign(database)
    with opened(path) as source:
        manifest = source.manifest()
        loading = _Loading(source, manifest, progress or Silence())
        try:
            with _writing(database, source) as connection:
                _refuse_filled(connection)
                loading.fill(database, connection)
                if is_trial:
                    raise _Undone
        except _Undone:
            pass
    if not database.is_sqlite and not is_trial:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
    return Loaded(manifest.office, loading.rows, loading.files, manifest.left_out)


@contextmanager
def _writing(database: Database, source: Source) -> Iterator[Connection]:
    """Give a connection in one transaction; records that contradict each other are a fault of the export."""
    try:
        with (
            translated(database.url),
            database.engine.connect().execution_options(gcrm_write=True) as connection,
            connection.begin(),
        ):
            if not database.is_sqlite:
                unlimited(connection)
                schema.lock(connection)
            yield connection
    except DBAPIError as problem:
        if not isinstance(problem.orig, sqlite3.IntegrityError):
            raise
        raise damaged(source.name, str(problem.orig)) from problem


def _refuse_foreign(database: Database) -> None:
    """Refuse an office that is somebody else's, shared, or moved away."""
    database.rights.require("exchange", "create")
    with database.read() as session:
        is_shared = in_force(session)
    if not database.is_owner or is_shared or database.is_read_only:
        sentence = _("An export makes an office of its own. Name a new file, or an empty database, with --database.")
        raise UserError(sentence)


def _refuse_filled(connection: Connection) -> None:
    """Refuse an office in which anybody has worked."""
    worked = [table_of(cls) for cls in RECORDS if cls.__tablename__ not in SET_UP]
    filled = [table for table in worked if connection.scalar(select(func.count()).select_from(table))]
    if filled or (connection.scalar(select(func.count()).select_from(User)) or 0) > 1:
        sentence = _("This office is not empty, and an export makes a whole one. Name a new file with --database.")
        raise UserError(sentence, details=", ".join(table.name for table in filled))


@contextmanager
def _noted(database: Database, connection: Connection, office: str) -> Iterator[None]:
    """Let an office that comes without its history begin one: each record as it came, in one operation of nobody."""
    schema.make_triggers(connection)
    label = N_("Office “{name}” imported without its history")
    statement, values = opening(database, label, kind="system", params={"name": office})
    opened = (statement, {**values, "its_user_id": None})
    number = begun(connection, opened)[0] if database.is_sqlite else int(ask(connection, [opened])[0][0][0])
    yield
    with Session(connection, autoflush=False) as session:
        finished(UnitOfWork(database, session, number), index=False)
    schema.drop_triggers(connection)


class _Loading:
    """One export that is being read."""

    def __init__(self, source: Source, manifest: Manifest, progress: Progress) -> None:
        self._source, self._manifest, self._progress = source, manifest, progress
        self.rows: dict[str, int] = {}
        self.files = 0
        self._contents: list[tuple[str, str]] = []
        self._total = 2 * sum(told.rows for told in manifest.tables.values())
        self._done = 0

    def fill(self, database: Database, connection: Connection) -> None:
        """Fill the tables of an office, under its schema, and bring it up to that of today."""
        if self._manifest.schema != HEAD:
            if self._manifest.left_out:
                sentence = _("“{name}” is not whole, and an older gCRM made it. Export the office again with this one.")
                raise UserError(sentence.format(name=self._source.name))
            schema.migrate(connection, self._manifest.schema)
        schema.drop_triggers(connection)
        known = {table.name: table for table in tables_of(connection)}
        wanted = {name for name in known if name not in RULES or RULES[name].way == "rows"}
        if self._manifest.tables.keys() != wanted:
            raise damaged(self._source.name, f"tables: {sorted(self._manifest.tables.keys() ^ wanted)}")
        for table in reversed(known.values()):
            connection.execute(delete(table))
        with _noted(database, connection, self._manifest.office) if self._manifest.left_out else nullcontext():
            for table in known.values():
                self._table(connection, table, self._manifest.tables[table.name])
        self._files(connection)
        if self._manifest.schema != HEAD:
            schema.migrate(connection, with_triggers=False)
        self._at(_("Making the search index"))
        table_rows.finish(connection, lambda _contacts: self._progress.check())

    # --- tables ---------------------------------------------------------------------------------------------------
    def _table(self, connection: Connection, table: Table, told: Told) -> None:
        """Fill a table, and compare it with what was read."""
        self.rows[table.name] = 0
        if not told.file:
            return
        table = self._fitting(table, told)
        self._at(_("Reading: {file}").format(file=told.file))
        passed, back = verify.Passed(), verify.Passed()
        table_rows.write_rows(connection, table, passed.by(self._blocks(told), self._more))
        for _block in back.by(table_rows.read_rows(connection, table), self._more):
            continue
        if not (passed.rows == back.rows == told.rows and passed.digest == back.digest):
            raise altered(told.file)
        self.rows[table.name] = passed.rows

    def _fitting(self, table: Table, told: Told) -> Table:
        """Return the table with its columns in the order of the export; they must be those of the schema."""
        shapes, ours = [fact.shape for fact in told.facts], columns_of(table)
        if sorted(map(str, shapes)) != sorted(map(str, ours)):
            raise damaged(self._source.name, f"columns of {told.name}")
        return table if shapes == ours else plain_table(told.name, shapes)

    def _blocks(self, told: Told) -> Iterator[bytes]:
        """Yield the lines of a table as an office writes them, in blocks."""
        read, summed = line_reader(told.name, told.facts), Summed()
        waiting: list[str] = []
        size = 0
        with self._source.open(told.file) as stream:
            number = 0
            while raw := summed.note(stream.readline(MOST_TOLD)):
                number += 1
                try:
                    line = read(raw)
                except (ValueError, RecursionError) as problem:
                    raise self._no_line(told, number, problem) from problem
                if told.name == "blob":
                    self._note_content(json.loads(raw), told, number)
                waiting.append(line)
                size += len(line)
                if size >= table_rows.BLOCK:
                    yield "\n".join([*waiting, ""]).encode()
                    waiting.clear()
                    size = 0
        if waiting:
            yield "\n".join([*waiting, ""]).encode()
        if summed.sha256 != told.sha256:
            raise altered(told.file)

    def _no_line(self, told: Told, number: int, problem: Exception) -> UserError:
        sentence = _("Line {line} of “{file}” is not as an export writes it. Take another copy of the export.")
        return UserError(sentence.format(line=number, file=told.file), details=repr(problem))

    # --- files ----------------------------------------------------------------------------------------------------
    def _note_content(self, row: dict[str, Any], told: Told, number: int) -> None:
        """Remember where the bytes of a content lie."""
        path = row.get("file")
        if not isinstance(path, str):
            raise self._no_line(told, number, KeyError("file"))
        self._contents.append((row["sha256"], path))
        self._total += row["size"] // A_ROW

    def _files(self, connection: Connection) -> None:
        """Bring the attached files in, piece by piece."""
        self._at(_("Reading the files"))
        for sha256, path in self._contents:
            summed, position = Summed(), 0
            with self._source.open(path) as stream:
                while piece := summed.note(stream.read(CHUNK)):
                    connection.execute(insert(BlobChunk), {"sha256": sha256, "position": position, "data": piece})
                    position += 1
                    self._more(len(piece) // A_ROW)
            if summed.sha256 != sha256 and sha256 not in self._manifest.damaged:
                raise altered(path)
            self.files += 1

    # --- how far --------------------------------------------------------------------------------------------------
    def _at(self, doing: str) -> None:
        self._progress.report(min(self._done, self._total), self._total, doing)

    def _more(self, count: int) -> None:
        self._done += count
        self._progress.report(min(self._done, self._total), self._total)
