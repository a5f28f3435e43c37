"""Writing a backup: one moment of the office, row by row and file by file, into one file that is whole or not there.

The order of blocks: the header, the names of the files' contents, each table with its lines, each content (unless a
store beside the backups keeps it), and the end with counts and digests.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, func, select

from gcrm import __version__
from gcrm.i18n import ngettext
from gcrm.model.attachment import Blob, BlobChunk
from gcrm.model.base import now
from gcrm.model.change import Operation
from gcrm.model.contact import Contact
from gcrm.model.user import Company
from gcrm.services import schema, table_rows
from gcrm.services.atomic_file import replacing
from gcrm.services.backup.container import BLOCK, Writer
from gcrm.services.backup.lock import Secret
from gcrm.services.backup.plan import RowSum, columns_of, tables_of
from gcrm.services.backup.snapshot import snapshot
from gcrm.services.backup.store import CONTENT, DATA, Store
from gcrm.services.progress import Progress, Silence

SUFFIX = ".gcrmbackup"
HEADER, NEEDS, TABLE, ROWS, PART = b"h", b"n", b"t", b"r", b"p"
"""Kinds of blocks; PART is the beginning of lines that go on in the next block."""
NAME_LENGTH = 64
SPLIT = 8 * BLOCK
MOST_MENDED, NAMED_MENDED = 1000, 5
"""Mended records that a backup tells of at its end, and those that a sentence names."""
_CONTACTS = select(func.count()).select_from(Contact).where(Contact.deleted_at.is_(None))


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was written: where, of which moment, what is in it.

    `written` are the bytes on the disk, `operation` is the last one in it; `damaged` are the contents that were damaged
    in the office already, `mended` the records (as "contact 17") of which a character that does not exist was left out.
    """

    path: Path
    at: datetime
    contacts: int
    files: int
    rows: int
    written: int
    operation: int = 0
    damaged: tuple[str, ...] = ()
    mended: tuple[str, ...] = ()

    @property
    def notice(self) -> str:
        """Return the sentence about records that were mended, "" for none."""
        return mended_words(self.mended)


def create(
    engine: Engine,
    path: Path,
    *,
    secret: Secret | None = None,
    store: Store | None = None,
    progress: Progress | None = None,
    proof: Callable[[Path], object] | None = None,
) -> Made:
    """Back an office up into `path`, while others write. With `secret` encrypted, with `store` without the files.

    `proof` may refuse what was written before it gets its name. Raises EnvironmentProblem when it cannot be read or
    written; nothing is left behind then.
    """
    watched = progress or Silence()
    with replacing(path, proof=proof) as file, snapshot(engine) as connection:
        making = _Making(connection, Writer(file, secret), store, watched)
        making.write()
        written = file.tell()
    return Made(
        path, making.at, making.header["contacts"], len(making.contents), making.rows,
        written + (store.written if store else 0), making.header["operation"], tuple(making.damaged),
        tuple(making.mended),
    )  # fmt: skip


class _Making:
    """One backup that is being written."""

    def __init__(self, connection: Connection, writer: Writer, store: Store | None, progress: Progress) -> None:
        self._connection, self._writer, self._store, self._progress = connection, writer, store, progress
        self.at = now()
        self.tables = tables_of(connection)
        self.contents = self._contents()
        self.header = self._header()
        self.damaged: list[str] = []
        self.mended: list[str] = []
        self.rows = 0
        self._done = 0
        self._total = sum(size for _name, size in self.contents)

    def write(self) -> None:
        """Write all blocks."""
        self._writer.put_json(HEADER, self.header)
        names = [sha256 for sha256, _size in self.contents]
        for start in range(0, len(names), BLOCK // NAME_LENGTH):
            self._writer.put(NEEDS, "".join(names[start : start + BLOCK // NAME_LENGTH]).encode())
        told = {table.name: self._write_table(table) for table in self.tables}
        self._write_contents()
        self._writer.end({"tables": told, "damaged": self.damaged, "mended": self.mended[:MOST_MENDED]})

    def _header(self) -> dict[str, Any]:
        """Return what is known of a backup without reading all of it."""
        return {
            "at": self.at.isoformat(),
            "program": __version__,
            "schema": schema.revision(self._connection),
            "engine": self._connection.dialect.name,
            "office": office_name(self._connection),
            "identity": identity(self._connection),
            "contacts": self._connection.execute(_CONTACTS).scalar() or 0,
            "operation": self._connection.execute(select(func.max(Operation.id))).scalar() or 0,
            "files": len(self.contents),
            "bytes": sum(size for _name, size in self.contents),
            "is_whole": self._store is None,
        }

    def _contents(self) -> list[tuple[str, int]]:
        found = self._connection.execute(select(Blob.sha256, Blob.size).order_by(Blob.sha256))
        return [(row.sha256, row.size) for row in found]

    def _write_table(self, table: Any) -> dict[str, Any]:
        """Write the lines of a table and return what the end says about them."""
        self._writer.put_json(TABLE, {"name": table.name, "columns": columns_of(table)})
        passed = RowSum()

        def mended(key: str) -> None:
            self.mended.append(f"{table.name} {key}")

        for block in passed.passing(table_rows.read_rows(self._connection, table, mended)):
            self._progress.report(self._done, 0)
            self._put_rows(block)
        self.rows += passed.rows
        return passed.told

    def _put_rows(self, block: bytes) -> None:
        """Write lines; a row that is too large for a block goes on in the next."""
        start = 0
        while len(block) - start > SPLIT:
            self._writer.put(PART, block[start : start + SPLIT])
            start += SPLIT
        self._writer.put(ROWS, block[start:])

    def _write_contents(self) -> None:
        """Write every content, or give it to the store; only what the store has not is read."""
        if self._store is None:
            left = {sha256 for sha256, _size in self.contents}
            for sha256, pieces in self._all_pieces():
                self._write_content(sha256, pieces)
                left.discard(sha256)
            for sha256 in sorted(left):  # an empty file has no pieces, nor has one that lost them
                self._write_content(sha256, ())
            return
        for sha256, size in self.contents:
            self._progress.report(self._done, self._total)
            if not self._store.keep(sha256, self._pieces(sha256)):
                self.damaged.append(sha256)
            self._done += size

    def _write_content(self, sha256: str, pieces: Iterable[bytes]) -> None:
        total = hashlib.sha256()
        self._writer.put_json(CONTENT, {"sha256": sha256})
        for piece in pieces:
            total.update(piece)
            self._writer.put(DATA, piece)
            self._done += len(piece)
            self._progress.report(self._done, self._total)
        if total.hexdigest() != sha256:
            self.damaged.append(sha256)

    def _all_pieces(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Yield each content that has bytes with its pieces, in one read."""
        columns = select(BlobChunk.sha256, BlobChunk.data).order_by(BlobChunk.sha256, BlobChunk.position)
        rows = self._connection.execute(columns, execution_options={"yield_per": 4})
        for sha256, group in groupby(rows, key=lambda row: row.sha256):
            yield str(sha256), (bytes(row.data) for row in group)

    def _pieces(self, sha256: str) -> Iterator[bytes]:
        """Yield one content piece by piece."""
        columns = select(BlobChunk.data).where(BlobChunk.sha256 == sha256).order_by(BlobChunk.position)
        for data in self._connection.execute(columns, execution_options={"yield_per": 4}).scalars():
            yield bytes(data)


def mended_words(mended: Sequence[str]) -> str:
    """Return the sentence about records that a backup has without a character that does not exist, "" for none."""
    if not mended:
        return ""
    sentence = ngettext(
        "{count} record has a text with a character that does not exist, and which the backup leaves out: {records}. "
        "Type that text again.",
        "{count} records have texts with characters that do not exist, and which the backup leaves out: {records}. "
        "Type those texts again.",
        len(mended),
    )
    return sentence.format(count=len(mended), records=", ".join(mended[:NAMED_MENDED]))


def office_name(connection: Connection) -> str:
    """Return what the office is called: its company, else its file or database."""
    company = connection.execute(select(Company.name).order_by(Company.id).limit(1)).scalar()
    return str(company or Path(connection.engine.url.database or "").stem)


def identity(connection: Connection) -> str:
    """Return what tells this office from any other, and stays when it moves: the moment it was made."""
    moment = connection.execute(select(Operation.at).order_by(Operation.id).limit(1)).scalar()
    told = moment.isoformat() if moment else ""
    return hashlib.sha256(told.encode()).hexdigest()[:8]
