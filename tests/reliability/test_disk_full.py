"""A full disk: one clear sentence, nothing lost, no number used up, and saving goes on when there is room again."""

from __future__ import annotations

import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import event, text

from gcrm.errors import EnvironmentProblem
from gcrm.services import contact
from gcrm.services.backup import copy_beside
from gcrm.services.check import check
from gcrm.services.database import Database
from gcrm.services.opening import open_office
from tests.databases import SqliteOffices
from tests.reliability.saver import record
from tests.reliability.test_kill import state


def fill(database: Database) -> None:
    """Save contacts until something stops it."""
    for turn in count():
        contact.create(database, record(turn))


def test_a_full_disk_is_said_and_loses_nothing(sqlite_offices: SqliteOffices, data_folder: Path) -> None:
    with sqlite_offices.migrated(data_folder) as url:
        database = open_office(url)
    with database.engine.connect() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar() or 0
    room = [pages + 60]
    database.engine.dispose()
    event.listen(database.engine, "connect", lambda raw, _r: raw.execute(f"PRAGMA max_page_count = {room[0]}"))
    with pytest.raises(EnvironmentProblem, match="The disk is full; nothing was saved"):
        fill(database)
    with database.read() as session:
        saved = contact.count(session)
    assert saved > 2
    with pytest.raises(EnvironmentProblem, match="disk is full"):
        contact.create(database, record(6))
    assert database.path is not None
    assert state(database.path)[1] == list(range(10001, 10001 + saved))
    room[0] = 1 << 30
    database.engine.dispose()
    contact.create(database, record(saved))
    assert state(database.path)[4] == 10001 + saved + 1
    assert check(database, full=True).ok
    database.close()


@pytest.mark.skipif(sys.platform == "win32", reason="there are no limits for files there")
def test_a_file_that_cannot_grow_is_said_and_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "office.gcrm"
    open_office(str(path), user="saver").close()
    command = [sys.executable, "-m", "tests.reliability.saver", str(path), str(path.stat().st_size + 300_000)]
    saver = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )
    output, _errors = saver.communicate("go on\n")
    assert saver.returncode == 0
    lines = output.split("\n")[1:-1]
    refused = [line for line in lines if line.startswith("!")]
    assert len(refused) == 1
    assert "nothing was saved" in refused[0]
    numbers = [int(line) for line in lines if not line.startswith("!")]
    assert len(numbers) > 4
    verdict, kept, addresses, _points, following = state(path)
    assert (verdict, kept, addresses) == ("ok", numbers, len(numbers))
    assert following == 10001 + len(numbers)


def test_a_backup_that_finds_no_room_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "office.gcrm"
    open_office(str(path)).close()
    real = __import__("sqlite3").connect

    def narrow(target: object, *rest: object) -> object:
        raw = real(target, *rest)
        if "before" in str(target):
            raw.execute("PRAGMA max_page_count = 10")
        return raw

    monkeypatch.setattr("gcrm.services.backup.copy.sqlite3.connect", narrow)
    with pytest.raises(EnvironmentProblem, match="backup failed"):
        copy_beside(path, "before-upgrade")
    assert [file.name for file in tmp_path.glob("office*") if "before" in file.name] == []
