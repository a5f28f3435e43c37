"""Proving a backup: it is restored into a scratch database, and what came out is compared with what was told.

Compared are the counts and digests of every table, read again from the scratch database; the SHA-256 of every file;
references; and the chain of the history.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from gcrm.i18n import _, ngettext
from gcrm.services import table_rows
from gcrm.services.backup.container import damaged
from gcrm.services.backup.create import mended_words
from gcrm.services.backup.load import Loaded, Loading
from gcrm.services.backup.lock import Secret
from gcrm.services.backup.plan import RowSum, tables_of
from gcrm.services.backup.restore import opened, quick_engine, scratch_folder
from gcrm.services.check import history, structure
from gcrm.services.progress import Progress
from gcrm.services.unreachable import translated


@dataclass(frozen=True, slots=True)
class Verdict:
    """A backup that can be restored: what it holds. `findings` are sentences about faults the office had itself."""

    at: datetime
    office: str
    contacts: int
    files: int
    rows: int
    findings: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Tell whether the office in the backup is in order as well."""
        return not self.findings


def verify(
    path: Path, *, secret: Secret | None = None, progress: Progress | None = None, reads_store: bool = True
) -> Verdict:
    """Restore a backup into a scratch database and compare; raises as `restore` does when it is not as written.

    Without `reads_store` it only looks whether the contents beside the backup are there.
    """
    with opened(path, secret, progress) as loading, scratch_folder("gcrm-verify-") as folder:
        loading.reads_store = reads_store
        engine = quick_engine(folder / "scratch")
        try:
            with (
                translated(engine.url),
                engine.connect().execution_options(gcrm_write=True) as connection,
                connection.begin(),
            ):
                return _judge(connection, loading)
        finally:
            engine.dispose()


def skim(path: Path, *, secret: Secret | None = None, progress: Progress | None = None) -> None:
    """Read a backup to its end and compare it with itself: a fast proof that it lies on the disk as it was written."""
    with opened(path, secret, progress) as loading:
        loading.skim()


def _judge(connection: Connection, loading: Loading) -> Verdict:
    """Fill the scratch database, read it again, and say what is in it."""
    loaded = loading.into(connection, with_files=False)
    for table in tables_of(connection):
        again = RowSum()
        for _block in again.passing(table_rows.read_rows(connection, table)):
            pass
        if again.told != loaded.sums[table.name]:
            raise damaged(loading.name, f"{table.name}: {again.told}")
    loading.upgrade(connection)
    with Session(connection, autoflush=False) as session:
        findings = tuple(_findings(session, loaded))
    header = loaded.header
    rows = sum(told["rows"] for told in loaded.sums.values())
    return Verdict(loading.at, header["office"], header["contacts"], loaded.files, rows, findings)


def _findings(session: Session, loaded: Loaded) -> Iterator[str]:
    """Yield what is wrong with the office itself, which the backup kept faithfully."""
    if loaded.damaged:
        count = len(loaded.damaged)
        one = ngettext("{count} file was damaged before.", "{count} files were damaged before.", count)
        yield _("In the office itself: {sentence}").format(sentence=one.format(count=count))
    if loaded.mended:
        yield _("In the office itself: {sentence}").format(sentence=mended_words(loaded.mended))
    for part in (structure.references, history.digests, history.seals):
        for finding in part(session):
            yield _("In the office itself: {sentence}").format(sentence=finding.sentence)
