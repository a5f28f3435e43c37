"""A program that is killed while it saves loses nothing it had acknowledged, and uses no number up."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url

from gcrm.services.check import check
from gcrm.services.opening import open_office
from gcrm.services.seals import seal_pending
from tests.bench.raw import raw

ROUNDS = {"sqlite": 3, "postgresql": 2}
"""Each kills two programs that save in the same office at once."""


def start(office: str | Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.reliability.saver", str(office)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])


def kill(saver: subprocess.Popen[str]) -> list[str]:
    """Kill a program and return what it still had acknowledged."""
    saver.kill()
    rest, _errors = saver.communicate()
    return rest.split("\n")[:-1]


def read(saver: subprocess.Popen[str]) -> str:
    assert saver.stdout is not None
    return saver.stdout.readline().strip()


def state(office: str | Path) -> tuple[str, list[int], int, int, int]:
    """Return SQLite's verdict, the numbers, the counts of children, and the next number."""
    with raw(f"sqlite:///{office}" if isinstance(office, Path) else office) as connection:
        verdict = connection.rows("PRAGMA integrity_check")[0][0] if connection.is_sqlite else "ok"
        numbers = [int(row[0]) for row in connection.rows("SELECT number FROM contact ORDER BY id")]
        children = [connection.rows(f"SELECT count(*) FROM {name}")[0][0] for name in ("address", "contact_point")]
        following = connection.rows("SELECT next_value FROM number_range WHERE key = 'customer'")[0][0]
    return verdict, numbers, children[0], children[1], following


def is_whole(office: str | Path, acknowledged: set[int]) -> None:
    """Fail where something acknowledged is not there, a number is missing, or a contact has not all its children."""
    verdict, numbers, addresses, points, following = state(office)
    assert verdict == "ok"
    assert acknowledged <= set(numbers)
    assert sorted(numbers) == list(range(10001, 10001 + len(numbers)))
    assert following == 10001 + len(numbers)
    assert addresses == points == len(numbers)


def is_sealed(office: str) -> None:
    """Fail where the history of an office does not fit."""
    with closing(open_office(office, user="saver")) as database:
        seal_pending(database)  # what killed programs left, as the next window does when it opens
        report = check(database, full=True)
    assert report.ok, report.findings


@pytest.mark.skipif(sys.platform == "win32", reason="ending a program is no kill there")
def test_programs_that_are_killed_lose_nothing(
    database_url: str, runs: Callable[[int], int], noted: Callable[[str, str], None]
) -> None:
    open_office(database_url, user="saver").close()
    engine = make_url(database_url).get_backend_name()
    dice, acknowledged, rounds = random.Random(20), set[int](), (runs(2 * ROUNDS[engine]) + 1) // 2
    for _round in range(rounds):
        savers = [start(database_url), start(database_url)]
        assert [read(saver) for saver in savers] == ["ready", "ready"]
        acknowledged |= {int(read(dice.choice(savers))) for _each in range(dice.randrange(6))}
        for saver in savers:
            acknowledged |= {int(line) for line in kill(saver)}
        is_whole(database_url, acknowledged)
    is_sealed(database_url)
    assert len(acknowledged) >= rounds
    noted(f"two programs killed while they save, {engine}", f"{2 * rounds} kills, {len(acknowledged)} saved, 0 lost")
