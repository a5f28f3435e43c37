"""What stories get: an office file with a few contacts, and a person at the real program over it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.databases import SqliteOffices
from tests.gui_thread import Audit, GuiThread, watched
from tests.stories.sitting import Person, at_the_desk, make_office
from tests.ui.office import Office


@pytest.fixture(autouse=True)
def gui_thread(audit: Audit) -> Iterator[GuiThread]:
    """Fail a story in which the thread of the windows asks the database, touches a file or reaches the network."""
    with watched(audit) as watcher:
        yield watcher


@pytest.fixture
def address(sqlite_offices: SqliteOffices, data_folder: Path) -> Iterator[str]:
    """Give the URL of an office file without records."""
    with sqlite_offices.migrated(data_folder) as url:
        yield url


@pytest.fixture(scope="session")
def filled(sqlite_offices: SqliteOffices, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Office]:
    """Fill an office with the contacts of the design pictures once for all stories."""
    folder = tmp_path_factory.mktemp("filled")
    with sqlite_offices.migrated(folder) as url:
        filled = make_office(url)
    assert filled is not None
    return folder / "office.gcrm", filled


@pytest.fixture
def office(filled: tuple[Path, Office], address: str) -> Office:
    """Give the office with the contacts of the design pictures; its database is closed."""
    file, contents = filled
    shutil.copyfile(file, address.removeprefix("sqlite:///"))
    return contents


@pytest.fixture
def me(office: Office, address: str, qapp: QApplication) -> Iterator[Person]:
    """Give a person who has just opened the program over the filled office."""
    with at_the_desk(address) as person:
        yield person
