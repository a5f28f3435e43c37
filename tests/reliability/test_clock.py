"""A clock that is set back by a day, or jumps by an hour: order, undo, seals and backups hang on numbers, not on it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.bench.raw import raw
from tests.reliability.test_kill import is_sealed

BACK = timedelta(days=-1).total_seconds()
# The hours in which the clocks of Berlin go forward (one is missing) and back (one comes twice).
SPRING, AUTUMN = datetime(2027, 3, 28, 1, tzinfo=UTC), datetime(2027, 10, 31, 1, tzinfo=UTC)
AROUND = ((SPRING, -1800), (AUTUMN, 1800), (AUTUMN, -1700), (SPRING, 1800), (AUTUMN, 3600))
SHORT = 4


def test_a_clock_that_jumps_breaks_nothing(
    database_url: str, tmp_path: Path, runs: Callable[[int], int], noted: Callable[[str, str], None]
) -> None:
    here = datetime.now(UTC)
    around = [(change - here).total_seconds() + beside for change, beside in AROUND]
    shifts = [0.0, *around[:2], BACK, *around[2:]]
    shifts = [shifts[turn % len(shifts)] for turn in range(runs(SHORT))]
    command = [sys.executable, "-m", "tests.reliability.shifted_clock", database_url, *map(str, shifts)]
    more = {"TZ": "Europe/Berlin"}
    root = Path(__file__).parents[2]
    done = subprocess.run(command, cwd=root, env={**os.environ, **more}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "ok\n" * len(shifts)), done.stderr
    with raw(database_url) as connection:
        moments = [str(row[0]) for row in connection.rows("SELECT at FROM operation ORDER BY id")]
    assert moments != sorted(moments)
    is_sealed(database_url)
    noted("clock set back a day, over both changes of summer time", f"{len(shifts)} times, nothing wrong")
