"""What the tests of backups need: an office with everything in it, and empty places to restore to."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from gcrm.model.change import Operation
from gcrm.services import attachment, contact, table_rows, undo
from gcrm.services.backup.lock import Lock, Secret
from gcrm.services.database import Database
from gcrm.services.opening import open_office
from gcrm.services.seals import seal_pending
from tests.conftest import ENGINES
from tests.databases import PostgresOffices, SqliteOffices
from tests.services.offices import organisation

PASSWORD = "Donaudampfschiff"
BIG = random.Random(3).randbytes(2_500_000)
"""A file of several pieces that cannot be packed."""


FILES = {"plan.pdf": BIG, "note.txt": b"Guten Tag\n" * 1000, "empty.txt": b""}


@dataclass
class Filled:
    """An office with contacts, files and history; `first` has all kinds of children."""

    database: Database
    first: int
    files: dict[str, bytes] = field(default_factory=dict)

    def attach(self, name: str, data: bytes) -> str:
        """Attach a file to the first contact; return its SHA-256."""
        attachment.attach_bytes(self.database, data, name, contact_id=self.first)
        sha256 = hashlib.sha256(data).hexdigest()
        self.files[sha256] = data
        seal_pending(self.database)
        return sha256


def filled(database: Database) -> Filled:
    office = Filled(database, organisation(database))
    second = organisation(database, "Zoë's “Käse” & Søn\t\\N 🧀", town="København")
    loaded = contact.load(database, office.first)
    loaded.record.notes = "Zeile 1\nZeile 2\\n\ttab"
    contact.save(database, loaded)
    contact.trash(database, [second])
    contact.purge(database, [second])
    undo.undo_last(database)
    for name, data in FILES.items():
        office.attach(name, data)
    attachment.attach_link(database, "/shared/else.odt", contact_id=office.first)
    return office


@pytest.fixture
def office(offices: SqliteOffices | PostgresOffices, data_folder: Path) -> Iterator[Filled]:
    """Give an office with everything in it, on either engine."""
    with offices.filled(data_folder, filled) as url, closing(open_office(url)) as database:
        files = {hashlib.sha256(data).hexdigest(): data for data in FILES.values()}
        yield Filled(database, 1, files)


@pytest.fixture(params=ENGINES)
def empty_target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the URL of a place on either engine that holds nothing yet."""
    maker: Any = request.getfixturevalue({"sqlite": "sqlite_offices", "postgresql": "postgres_offices"}[request.param])
    folder = tmp_path / "target"
    folder.mkdir()
    with maker.empty(folder) as url:
        yield url


@pytest.fixture(autouse=True)
def cheap_guess(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a key cost nothing here; what it costs people is paid by the tests of the command line and of the window."""
    monkeypatch.setattr(Lock.__init__, "__defaults__", (1, 1, 64))


@pytest.fixture
def secret() -> Secret:
    """Give a password."""
    return Secret(PASSWORD)


def rows_of(database: Database) -> dict[str, bytes]:
    """Return every row of an office as neutral lines."""
    with database.engine.connect() as connection:
        return {table.name: b"".join(table_rows.read_rows(connection, table)) for table in table_rows.tables()}


def last_operation(database: Database) -> int:
    with database.read() as session:
        return session.scalars(select(Operation.id).order_by(Operation.id.desc())).first() or 0
