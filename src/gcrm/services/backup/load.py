"""Reading a backup into an empty database: the schema it was made of, rows, files, then up to the schema of today.

What the backup says of itself is believed only as far as the database agrees: a table or a column that is not there is
refused, and counts and digests are compared with those at its end.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, inspect

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.i18n import _
from gcrm.model.attachment import CHUNK, BlobChunk
from gcrm.model.migrations import REVISIONS
from gcrm.services import schema, table_rows
from gcrm.services.backup.container import END, Reader, damaged
from gcrm.services.backup.create import HEADER, NAME_LENGTH, NEEDS, PART, ROWS, TABLE
from gcrm.services.backup.lock import Secret
from gcrm.services.backup.plan import LEFT_OUT, RowSum, columns_of, table_of, tables_of
from gcrm.services.backup.store import CONTENT, DATA, SHA256, Store, missing
from gcrm.services.progress import Progress, Silence

Block = tuple[bytes, bytes]


@dataclass(slots=True)
class Loaded:
    """What was read: the header, and what the rows and files gave on the way.

    `sums` are the digests of the lines; `damaged` the contents that were damaged in the office already, `mended` the
    records that were backed up without a character that does not exist.
    """

    header: dict[str, Any]
    sums: dict[str, dict[str, Any]] = field(default_factory=dict)
    damaged: tuple[str, ...] = ()
    files: int = 0
    mended: tuple[str, ...] = ()


class Loading:
    """One backup that is being read. `folder` is where its contents lie beside it, when it is not whole."""

    def __init__(
        self, reader: Reader, folder: Path, secret: Secret | None = None, progress: Progress | None = None
    ) -> None:
        self._reader = reader
        self._store = Store(folder, secret)
        self._progress = progress or Silence()
        self._blocks = reader.blocks()
        self._needed: list[str] = []
        self._waiting: Block | None = None
        self._done = 0
        self.reads_store = True
        kind, payload = next(self._blocks)
        if kind != HEADER:
            raise self._damaged("header")
        self.header = reader.json_of(payload)
        self._check_header()

    @property
    def name(self) -> str:
        """Return what the file is called."""
        return self._reader.name

    @property
    def is_encrypted(self) -> bool:
        """Tell whether a password opened it."""
        return self._reader.lock is not None

    @property
    def at(self) -> datetime:
        """Return the moment the backup shows."""
        return datetime.fromisoformat(self.header["at"])

    def _damaged(self, details: str) -> EnvironmentProblem:
        return damaged(self._reader.name, details)

    def _check_header(self) -> None:
        """Refuse a header that does not hold together, and a schema that this program does not know."""
        kinds = {"at": str, "schema": str, "office": str, "contacts": int, "files": int, "bytes": int, "is_whole": bool}
        if any(type(self.header.get(name)) is not kind for name, kind in kinds.items()):
            raise self._damaged("header")
        try:
            is_moment = self.at.tzinfo is not None
        except ValueError:
            is_moment = False
        if not is_moment:
            raise self._damaged("header")
        if self.header["schema"] not in REVISIONS:
            sentence = _("The backup “{file}” was made by a newer gCRM. Update gCRM.")
            raise UserError(sentence.format(file=self._reader.name))

    # --- blocks ---------------------------------------------------------------------------------------------------
    def _next(self) -> Block:
        """Return the next block, or the one that was given back."""
        found, self._waiting = self._waiting, None
        if found is None:
            found = next(self._blocks, None)
        if found is None:
            raise self._damaged("nothing follows")
        self._progress.check()
        return found

    def _while(self, *kinds: bytes) -> Iterator[Block]:
        """Yield the blocks of these kinds that come now."""
        while True:
            block = self._next()
            if block[0] not in kinds:
                self._waiting = block
                return
            yield block

    def needs(self) -> list[str]:
        """Return the contents that the backup names; to be asked first."""
        for _kind, payload in self._while(NEEDS):
            names = payload.decode("ascii", "replace")
            self._needed.extend(names[at : at + NAME_LENGTH] for at in range(0, len(names), NAME_LENGTH))
        if len(self._needed) != self.header["files"] or not all(map(SHA256.fullmatch, self._needed)):
            raise self._damaged("names of files")
        return self._needed

    def content(self, sha256: str) -> Iterator[bytes]:
        """Yield the bytes of one file out of the backup. Raises EnvironmentProblem when it is not there whole."""
        if not self.header["is_whole"]:
            yield from self._store.pieces(sha256, self._reader.lock, self.name)
            return
        total = hashlib.sha256()
        is_it = False
        for kind, payload in self._blocks:
            if kind == CONTENT:
                is_it = self._reader.json_of(payload).get("sha256") == sha256
            elif kind == DATA and is_it:
                total.update(payload)
                yield payload
        if total.hexdigest() != sha256:
            raise self._damaged(sha256)

    def places(self) -> Iterator[Path]:
        """Yield where the contents lie that the backup needs beside it."""
        if not self.header["is_whole"]:
            for sha256 in self.needs():
                yield self._store.place(sha256, self._reader.lock)

    # --- into a database ------------------------------------------------------------------------------------------
    def into(self, connection: Connection, *, with_files: bool = True) -> Loaded:
        """Fill an empty database with the schema, the rows and, if wanted, the files; files are read in any case."""
        self.needs()
        schema.migrate(connection, self.header["schema"])
        schema.drop_triggers(connection)
        known = {table.name: table for table in tables_of(connection)}
        for table in reversed(known.values()):
            connection.execute(delete(table))
        loaded = Loaded(self.header)
        for _kind, payload in self._while(TABLE):
            table = self._known(payload, known)
            passed = RowSum()
            table_rows.write_rows(connection, table, passed.passing(self._rows()))
            loaded.sums[table.name] = passed.told
        if loaded.sums.keys() != known.keys():
            raise self._damaged("tables")
        bad = set(self._files(connection if with_files else None, loaded))
        self._check_end(loaded, bad)
        return loaded

    def upgrade(self, connection: Connection) -> None:
        """Bring what was read to the schema of this program; what follows from the rows is not there yet."""
        schema.migrate(connection, with_triggers=False)

    def finish(self, connection: Connection) -> None:
        """Bring what was read to the schema of this program, with all that follows from the rows."""
        self.upgrade(connection)
        table_rows.finish(connection, lambda _contacts: self._progress.check())

    def skim(self) -> None:
        """Read everything and compare it with what the end says, without a database.

        Of the contents beside the backup it only looks whether they are there.
        """
        self.reads_store = False
        self.needs()
        loaded = Loaded(self.header)
        for _kind, payload in self._while(TABLE):
            passed = RowSum()
            for _block in passed.passing(self._rows()):
                pass
            loaded.sums[str(self._reader.json_of(payload).get("name"))] = passed.told
        self._check_end(loaded, set(self._files(None, loaded)))

    def _known(self, payload: bytes, known: dict[str, Table]) -> Table:
        """Return the table that a block names; it must be the one the schema has, column by column."""
        told = self._reader.json_of(payload)
        name, columns = told.get("name"), told.get("columns")
        if not isinstance(name, str) or name not in known or name in LEFT_OUT:
            raise self._damaged(f"table {name}")
        ours = columns_of(known[name])
        if not isinstance(columns, list) or sorted(map(str, columns)) != sorted(map(str, ours)):
            raise self._damaged(f"columns of {name}")
        return known[name] if columns == ours else table_of(name, columns)

    def _rows(self) -> Iterator[bytes]:
        """Yield lines as they were read, joined where a row was split."""
        begun = bytearray()
        for kind, payload in self._while(ROWS, PART):
            self._progress.report(self._done, 0)
            if kind == PART or begun:
                begun += payload
                if kind == ROWS:
                    yield bytes(begun)
                    begun.clear()
            else:
                yield payload
        if begun:
            raise self._damaged("rows")

    # --- files ----------------------------------------------------------------------------------------------------
    def _files(self, connection: Connection | None, loaded: Loaded) -> Iterator[str]:
        """Read every content, and yield those whose bytes are not what they should be."""
        if self.header["is_whole"]:
            wanted = set(self._needed)
            for _kind, payload in self._while(CONTENT):
                sha256 = str(self._reader.json_of(payload).get("sha256"))
                if sha256 not in wanted:
                    raise self._damaged("a file that is not named, or twice")
                wanted.remove(sha256)
                if not self._take(connection, sha256, (data for _k, data in self._while(DATA))):
                    yield sha256
                loaded.files += 1
            if wanted:
                raise self._damaged("files are missing")
            return
        kind, payload = self._next()
        if kind != END:
            raise self._damaged("no end")
        self._waiting = kind, payload
        bad = set(map(str, self._reader.json_of(payload).get("damaged", ())))
        for sha256 in self._needed:
            if sha256 in bad:
                yield sha256
                continue
            if self.reads_store:
                self._take(connection, sha256, self._store.pieces(sha256, self._reader.lock, self._reader.name))
            elif not self._store.place(sha256, self._reader.lock).exists():
                raise missing(self._reader.name, sha256)
            loaded.files += 1

    def _take(self, connection: Connection | None, sha256: str, pieces: Iterator[bytes]) -> bool:
        """Write one content, or only read it; tell whether its bytes are those of its name."""
        total = hashlib.sha256()
        for position, piece in enumerate(pieces):
            total.update(piece)
            if len(piece) > CHUNK:
                raise self._damaged("length of a file")
            if connection is not None:
                connection.execute(insert(BlobChunk), {"sha256": sha256, "position": position, "data": piece})
            self._done += len(piece)
            self._progress.report(self._done, self.header["bytes"])
        return total.hexdigest() == sha256

    def _check_end(self, loaded: Loaded, bad: set[str]) -> None:
        """Compare what was read with what the end says was written."""
        kind, payload = self._next()
        if kind != END or next(self._blocks, None) is not None:
            raise self._damaged("no end")
        told = self._reader.json_of(payload)
        if told.get("tables") != loaded.sums:
            raise self._damaged("counts and digests")
        if set(map(str, told.get("damaged", ()))) != bad:
            raise self._damaged("files")
        loaded.damaged = tuple(sorted(bad))
        loaded.mended = tuple(map(str, told.get("mended", ())))


def is_empty(connection: Connection) -> bool:
    """Tell whether a database holds nothing of anybody."""
    return not inspect(connection).get_table_names()
