"""A desk for tests of windows: an open office, and a window that notes what it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication, QWidget

from gcrm.errors import GcrmError
from gcrm.services.change_feed import ChangeWatcher
from gcrm.services.contact_list import ContactQuery
from gcrm.services.database import Database
from gcrm.ui.changes import ChangeFeed
from gcrm.ui.context import Context
from gcrm.ui.state import WindowState
from gcrm.ui.tasks import Tasks
from gcrm.ui.theme import Theme


class Desk(QWidget):
    """Stands for the main window: carries out writes and remembers what it was asked for."""

    def __init__(self, tasks: Tasks) -> None:
        super().__init__()
        self.tasks = tasks
        self.said: list[str] = []
        self.errors: list[GcrmError] = []
        self.opened: list[int] = []
        self.sections: list[str] = []
        self.chosen: list[int] = []

    def open_contact(self, contact: int, *, tab: str = "", focus_log: bool = False) -> None:
        self.opened.append(contact)

    def open_section(self, key: str) -> None:
        self.sections.append(key)

    def current_contact(self) -> int | None:
        return self.chosen[0] if self.chosen else None

    def selected_contacts(self) -> list[int]:
        return list(self.chosen)

    def current_query(self) -> ContactQuery:
        return ContactQuery()

    def current_columns(self) -> tuple[str, ...]:
        return ()

    def say(self, text: str, *, undo: bool = False) -> None:
        self.said.append(text)

    def fail(self, error: GcrmError) -> None:
        self.errors.append(error)

    def write(self, function: Callable[[], Any], done: Callable[[Any], None] | None = None, *, label: str = "") -> None:
        self.tasks.write(function, done or (lambda _result: None), self.fail, label)


@contextmanager
def sit_down(database: Database, folder: Path) -> Iterator[Context]:
    """Give the context of a desk in an open office, and tidy up afterwards."""
    app = QApplication.instance()
    tasks = Tasks(app)
    crashes: list[str] = []
    tasks.crashed.connect(lambda sentence, details: crashes.append(details))
    desk = Desk(tasks)
    watcher = ChangeWatcher(database)
    watcher.start()
    feed = ChangeFeed(database, tasks, watcher, desk)
    theme = Theme("light", 1.0)
    context = Context(database, tasks, theme, feed, WindowState(folder / "windows.ini"), desk)
    yield context
    tasks.close()
    feed.stop()
    desk.deleteLater()
    assert not crashes, crashes[0]
