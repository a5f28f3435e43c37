"""The long runs: `python -m tests.reliability.torture [NAME…] [--runs N] [--minutes M]`, by dev.py `bench torture`.

They are the tests of this folder, done many more times. To add one: let a test ask for `runs` (conftest.py), and name
it in TESTS.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.reliability.conftest import NOTES, RUNS, SECONDS

ROOT = Path(__file__).parents[2]
# Name of a long run → what of this folder it runs.
TESTS: Mapping[str, tuple[str, ...]] = {
    "kill": ("test_kill.py",),
    "server": ("test_kill_server.py",),
    "power": ("test_power_loss.py",),
    "disk": ("test_disk_full.py", "test_disk_anywhere.py", "test_backup.py"),
    "clock": ("test_clock.py",),
    "office": ("test_team_torn.py",),
}


def arguments(words: list[str]) -> argparse.Namespace:
    """Read the command line; leaves with status 2 for wrong use."""
    parser = argparse.ArgumentParser(prog="dev.py bench torture", description="Tear gCRM apart, many times.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"only these: {', '.join(TESTS)}")
    parser.add_argument("--runs", type=int, default=200, help="how often each thing is done (200)")
    parser.add_argument("--minutes", type=float, default=10, help="how long offices work while they are torn (10)")
    chosen = parser.parse_args(words)
    for name in chosen.names:
        if name not in TESTS:
            parser.error(f"there is no run {name!r}; there are {', '.join(TESTS)}")
    if chosen.runs < 1 or chosen.minutes <= 0:
        parser.error("runs and minutes must be positive numbers")
    return chosen


def main(words: list[str]) -> int:
    """Run and say what was done; the status is that of the tests."""
    chosen = arguments(words)
    places = [f"tests/reliability/{file}" for name in chosen.names or TESTS for file in TESTS[name]]
    # A run may well take longer than the time after which a test counts as hanging.
    command = [sys.executable, "-m", "pytest", "-q", "-o", "faulthandler_timeout=0", *places]
    with tempfile.TemporaryDirectory() as folder:
        notes = Path(folder) / "notes"
        notes.touch()
        more = {RUNS: str(chosen.runs), SECONDS: str(chosen.minutes * 60), NOTES: str(notes)}
        status = subprocess.call(command, cwd=ROOT, env={**os.environ, **more}, stdout=sys.stderr)
        for line in notes.read_text(encoding="utf-8").splitlines():
            what, _tab, result = line.partition("\t")
            print(f"{what:<72}  {result}")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
