"""Cleaning the database of what was erased says what stands in its way."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from gcrm.services import contact
from gcrm.services.database import prepare_sqlite
from gcrm.services.opening import open_office
from gcrm.services.personal_data.sweep import sweep
from tests.databases import SqliteOffices


def test_a_full_disk_is_told_from_an_office_in_use(
    sqlite_offices: SqliteOffices, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def on_a_full_disk(raw: sqlite3.Connection) -> None:
        prepare_sqlite(raw)
        raw.execute("INSERT INTO contact_search_fts (contact_search_fts) VALUES ('delete-all')")
        raw.commit()
        raw.execute("VACUUM")
        raw.execute("PRAGMA max_page_count = 1")  # no page more than there are

    with sqlite_offices.migrated(data_folder) as url, closing(open_office(url)) as database:
        notes = " ".join(f"word{number}" for number in range(9000))
        contact.create(database, contact.empty(name="Albrecht", notes=notes))
        monkeypatch.setattr("gcrm.services.personal_data.sweep.prepare_sqlite", on_a_full_disk)
        swept = sweep(database)
    assert (swept.is_clean, "too full" in swept.notes[0]) == (False, True)
