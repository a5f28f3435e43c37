"""A program that is started with a restored office puts it in its place before it opens it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gcrm.app import Program
from gcrm.cli import run_command
from gcrm.services.backup.create import create
from gcrm.services.backup.restore import restore
from gcrm.services.opening import open_office
from gcrm.ui.main_window import MainWindow
from gcrm.ui.state import WindowState
from gcrm.ui.tasks import Tasks
from gcrm.ui.theme import Theme


def test_the_restored_office_opens_in_its_place(
    theme: Theme, qapp: QApplication, qtbot: QtBot, data_folder: Path
) -> None:
    office, restored, backup = (data_folder / name for name in ("office.gcrm", "restored.gcrm", "a.gcrmbackup"))
    with closing(open_office(str(office))) as database:
        create(database.engine, backup)
    restore(backup, str(restored))
    tasks = Tasks()
    window = MainWindow(theme, WindowState())
    window.tasks = tasks
    qtbot.addWidget(window)
    window.show()
    program = Program(qapp, window, tasks, theme, "en", "light")
    program.open(str(office), restored=restored)
    qtbot.waitUntil(lambda: program.context is not None, timeout=60_000)
    assert "The restored office is in its place" in window.banner.message()
    assert not restored.exists()
    assert list(data_folder.glob("office-before-restore-*.gcrm"))
    tasks.wait_idle()
    program.close()


def test_it_takes_the_place_of_a_file_and_opens_the_window() -> None:
    assert run_command(["--restored", "x.gcrm"]) == 2
    assert run_command(["--database", "x.gcrm", "--restored", "y.gcrm", "find"]) == 2
