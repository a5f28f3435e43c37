"""What tests of windows get: an office in a file with a few contacts, and a main window that only remembers."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from gcrm.services.change_feed import ChangeWatcher
from gcrm.services.opening import open_office
from gcrm.ui.changes import ChangeFeed
from gcrm.ui.context import Context
from gcrm.ui.state import WindowState
from gcrm.ui.tasks import Tasks
from gcrm.ui.theme import Theme
from tests.databases import SqliteOffices
from tests.dress import worn
from tests.gui_thread import Audit, GuiThread, watched
from tests.ui.fake_window import FakeWindow
from tests.ui.office import Office, fill_office


@pytest.fixture(autouse=True)
def gui_thread(audit: Audit) -> Iterator[GuiThread]:
    """Fail a test in which the thread of the windows asks the database, touches a file or reaches the network."""
    with watched(audit) as watcher:
        yield watcher


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    """Give the look of the application; it begins light, in the size of the design."""
    with worn(qapp) as theme:
        yield theme


@pytest.fixture
def window() -> FakeWindow:
    """Give the main window that only remembers."""
    return FakeWindow()


@pytest.fixture(scope="session")
def filled(sqlite_offices: SqliteOffices, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Office]:
    """Fill an office with the contacts of the design pictures once for all tests of windows."""
    folder = tmp_path_factory.mktemp("filled")
    with sqlite_offices.migrated(folder) as url:
        database = open_office(url, user="anna")
        filled = fill_office(database)
        database.close()
    return folder / "office.gcrm", filled


@pytest.fixture
def office(filled: tuple[Path, Office], data_folder: Path) -> Iterator[Office]:
    """Give an opened office in a file with a few contacts."""
    file, contents = filled
    shutil.copyfile(file, data_folder / "office.gcrm")
    database = open_office(str(data_folder / "office.gcrm"), user="anna")
    yield replace(contents, database=database)
    database.close()


@pytest.fixture
def context(office: Office, theme: Theme, window: FakeWindow, qapp: QApplication, tmp_path: Path) -> Iterator[Context]:
    """Give what every window gets; database, tasks, theme and change feed are real."""
    tasks = Tasks()
    crashes: list[str] = []
    tasks.crashed.connect(lambda sentence, details: crashes.append(details))
    window.tasks = tasks
    watcher = ChangeWatcher(office.database)
    watcher.start()
    feed = ChangeFeed(office.database, tasks, watcher)
    state = WindowState(tmp_path / "windows.ini")
    yield Context(office.database, tasks, theme, feed, state, window)
    tasks.close()
    feed.stop()
    assert not crashes, crashes[0]
