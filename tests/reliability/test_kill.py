"""A program that is killed while it saves loses nothing it had acknowledged, and uses no number up."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from gcrm.services.check import check
from gcrm.services.database import Database

ROUNDS = 25
"""Each kills two programs that save in the same office at once: fifty kills."""


def start(path: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.reliability.saver", str(path)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])


def kill(saver: subprocess.Popen[str]) -> list[str]:
    """Kill a program and return what it still had acknowledged."""
    saver.kill()
    rest, _errors = saver.communicate()
    return rest.split("\n")[:-1]


def read(saver: subprocess.Popen[str]) -> str:
    assert saver.stdout is not None
    return saver.stdout.readline().strip()


def state(path: Path) -> tuple[str, list[int], int, int, int]:
    """Return SQLite's verdict, the numbers, the counts of children, and the next number."""
    with closing(sqlite3.connect(path)) as raw:
        verdict = raw.execute("PRAGMA integrity_check").fetchone()[0]
        numbers = [int(row[0]) for row in raw.execute("SELECT number FROM contact ORDER BY id")]
        children = [raw.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in ("address", "contact_point")]
        following = raw.execute("SELECT next_value FROM number_range WHERE key = 'customer'").fetchone()[0]
    return verdict, numbers, children[0], children[1], following


@pytest.mark.skipif(sys.platform == "win32", reason="ending a program is no kill there")
def test_fifty_kills_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "office.gcrm"
    Database.open(str(path), user="saver").close()
    dice, acknowledged = random.Random(20), set[int]()
    for _round in range(ROUNDS):
        savers = [start(path), start(path)]
        assert [read(saver) for saver in savers] == ["ready", "ready"]
        acknowledged |= {int(read(dice.choice(savers))) for _each in range(dice.randrange(6))}
        for saver in savers:
            acknowledged |= {int(line) for line in kill(saver)}
        verdict, numbers, addresses, points, following = state(path)
        assert verdict == "ok"
        assert acknowledged <= set(numbers)
        assert sorted(numbers) == list(range(10001, 10001 + len(numbers)))
        assert following == 10001 + len(numbers)
        assert addresses == points == len(numbers)
    database = Database.open(str(path), user="saver")
    report = check(database, full=True)
    database.close()
    assert report.ok, report.findings
    assert len(acknowledged) >= ROUNDS
