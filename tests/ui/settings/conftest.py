"""What tests of the settings get besides: `context`, a desk in a fresh office."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from gcrm.services.database import Database
from gcrm.ui.context import Context
from tests.databases import SqliteOffices
from tests.ui.desk import sit_down


@pytest.fixture
def context(qapp: QApplication, sqlite_offices: SqliteOffices, data_folder: Path) -> Iterator[Context]:
    """Give everything a window is given, in an empty office in a file."""
    with sqlite_offices.migrated(data_folder) as url:
        database = Database.open(url)
        with sit_down(database, data_folder) as seat:
            yield seat
        database.close()
