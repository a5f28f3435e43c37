"""An upgrade that is killed at many steps, or at all of them, leaves the office old or new and never between.

`tear(offices, folder, most)` is what the normal tests call for a few steps and `python3 dev.py bench torture` for all.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from gcrm.model.migrations import HEAD
from gcrm.services import schema
from gcrm.services.check import check
from gcrm.services.database import Database
from gcrm.services.opening import open_office
from gcrm.services.seals import seal_pending
from tests.databases import PostgresOffices, SqliteOffices
from tests.old_offices import OLDEST, Rows, load, lost, rows


@dataclass
class Torn:
    """How many upgrades were killed, and how many offices were old and new afterwards."""

    killed: int = 0
    old: int = 0
    new: int = 0


class Migrator:
    """The program that upgrades offices and is killed (migrator.py), or another one that takes such jobs."""

    def __init__(self, module: str = "migrator") -> None:
        self._module = f"tests.reliability.{module}"

    def __enter__(self) -> Migrator:
        self._process = subprocess.Popen(
            [sys.executable, "-m", self._module],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()

    def upgrade(self, url: str, step: int = 0) -> str:
        """Upgrade an office and be killed at a step (0: never); return what the program says of it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{step} {url}\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()


def some(steps: int, most: int) -> list[int]:
    """Return the first and the last two steps and others between at equal distances, `most` of them; 0 for all."""
    if not most or most >= steps:
        return list(range(1, steps + 1))
    ends = {1, 2, steps - 1, steps}
    between = most - len(ends)
    return sorted(ends | {2 + (steps - 3) * turn // (between + 1) for turn in range(1, between + 1)})


def tear(offices: SqliteOffices | PostgresOffices, folder: Path, most: int = 0, revision: str = OLDEST) -> Torn:
    """Upgrade an office of a former schema again and again, killed at another step each time; return what was left."""
    torn = Torn()
    with Migrator() as migrator:
        with offices.empty(_place(folder, 0)) as url:
            load(url, revision)
            before = _rows(url)
            said = migrator.upgrade(url)
        assert said.startswith("whole "), said
        steps = some(int(said.split()[1]), most)
        for step in steps:
            with offices.empty(_place(folder, step)) as url:
                load(url, revision)
                assert migrator.upgrade(url, step) == "killed", step
                torn.killed += 1
                _judge(url, revision, before, torn)
                if not most or step == steps[-2]:
                    _open_as_ever(url, before)
                else:
                    _end(url, before)
    return torn


def _place(folder: Path, step: int) -> Path:
    place = folder / f"step-{step}"
    place.mkdir()
    return place


def _rows(url: str) -> Rows:
    with closing(Database.at(url)) as database, database.engine.connect() as connection:
        return rows(connection)


def _judge(url: str, revision: str, before: Rows, torn: Torn) -> None:
    """Look at an office whose upgrade was killed: it is as it was, or new."""
    with closing(Database.at(url)) as database, database.engine.connect() as connection:
        found = schema.revision(connection)
        after = rows(connection)
    assert found in (revision, HEAD)
    if found == revision:
        assert after == before
        torn.old += 1
    else:
        assert lost(before, after) == []
        torn.new += 1


def _end(url: str, before: Rows) -> None:
    """End what was begun, without the backup and the check that cost most of the time."""
    with closing(Database.at(url)) as database:
        schema.upgrade(database.engine)
        with database.engine.connect() as connection:
            assert lost(before, rows(connection)) == []


def _open_as_ever(url: str, before: Rows) -> None:
    """Open an office whose upgrade was killed, which ends what was begun, and check it."""
    with closing(open_office(url, user="anna", upgrades=True)) as office:
        with office.engine.connect() as connection:
            assert schema.revision(connection) == HEAD
            assert lost(before, rows(connection)) == []
        seal_pending(office)
        assert check(office).findings == ()
