"""The backup of the day and its age in the status line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from gcrm.errors import GcrmError
from gcrm.services import settings
from gcrm.services.backup import automatic
from gcrm.services.backup.automatic import Last
from gcrm.ui.backup_clock import BackupClock, age
from gcrm.ui.context import Context
from gcrm.ui.widgets.status_line import StatusLine

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)


@pytest.fixture
def status(context: Context, qtbot: QtBot) -> StatusLine:
    """Give the window a status line."""
    line = StatusLine()
    qtbot.addWidget(line)
    context.window.status = line  # type: ignore[attr-defined]  # the main window has one
    return line


@pytest.mark.parametrize(
    ("hours", "said"),
    [(0, "today"), (9, "today"), (10, "yesterday"), (33, "yesterday"), (34, "2 days ago"), (-50, "today")],
)
def test_the_age_is_said_in_days(hours: int, said: str) -> None:
    assert age(Last(NOW - timedelta(hours=hours), "x"), NOW) == f"Backup: {said}"
    assert age(None, NOW) == "No backup yet"


def test_the_backup_of_the_day_is_made_by_itself(
    context: Context, status: StatusLine, data_folder: Path, qtbot: QtBot
) -> None:
    clock = BackupClock(context, start_ms=10)
    context.tasks.wait_idle()
    qtbot.waitUntil(lambda: status.aside() == "Backup: today", timeout=60_000)
    assert len(list((data_folder / "backups").glob("*.gcrmbackup"))) == 1
    clock.check()
    context.tasks.wait_idle()
    assert len(list((data_folder / "backups").glob("*.gcrmbackup"))) == 1
    clock.stop()


def test_the_age_follows_a_backup_made_elsewhere(context: Context, status: StatusLine) -> None:
    clock = BackupClock(context)
    context.tasks.wait_idle()
    assert status.aside() == "No backup yet"
    automatic.run(context.database)
    for _turn in range(4):
        context.tasks.wait_idle()
    assert status.aside() == "Backup: today"
    clock.stop()


def test_a_folder_that_is_away_is_told_once(
    context: Context, status: StatusLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[GcrmError] = []
    monkeypatch.setattr(context.window, "fail", told.append)
    settings.set(context.database, "backup.folder", str(tmp_path / "stick"))
    clock = BackupClock(context)
    for _turn in range(3):
        clock.check()
        context.tasks.wait_idle()
    assert len(told) == 1
    assert "cannot be reached" in told[0].sentence
    clock.stop()


def test_a_window_without_a_status_line_is_no_trouble(context: Context) -> None:
    assert not isinstance(context.window, SimpleNamespace)
    clock: Any = BackupClock(context)
    context.tasks.wait_idle()
    clock.stop()
