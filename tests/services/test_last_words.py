"""A server that says why it ends when all was answered: what was asked counts, the line is not used again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url

from gcrm.errors import Unreachable
from gcrm.services import activity, contact
from gcrm.services.check import check
from gcrm.services.database import Database
from gcrm.services.opening import open_office
from tests.databases import PostgresOffices
from tests.line import Line
from tests.services.offices import organisation


@pytest.fixture
def line(postgres_offices: PostgresOffices, tmp_path: Path) -> Iterator[tuple[Line, Database]]:
    with postgres_offices.migrated(tmp_path) as url:
        parts = make_url(url)
        with (
            Line(str(parts.host), int(parts.port or 5432)) as made,
            closing(open_office(made.url(url))) as database,
        ):
            yield made, database


def test_what_was_committed_counts_once(line: tuple[Line, Database]) -> None:
    relay, database = line
    made = organisation(database)
    loaded = contact.load(database, made)
    loaded.record.notes = "Asked for a catalogue"
    relay.leave_after(b"COMMIT\0")
    assert contact.save(database, loaded).version == 2
    relay.leave_after(b"COMMIT\0")
    logged = activity.log(database, made, "Called")
    assert activity.load(database, logged).record.text == "Called"
    assert check(database).ok


def test_what_was_only_read_is_read_again(line: tuple[Line, Database]) -> None:
    relay, database = line
    made = organisation(database)
    relay.leave_after(b"SELECT ")
    with pytest.raises(Unreachable):
        contact.load(database, made)
    assert contact.load(database, made).record.id == made
