"""Starting the program and its memory, against an empty window of the same tool kit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator

from tests.bench.desk import private_place
from tests.bench.lines import Goal, Line
from tests.bench.offices import ROOT, Bench
from tests.bench.timing import median

ROUNDS = 9
WARM_UP = 1


def _run(*words: str) -> dict[str, float]:
    """Run a window in a process; return milliseconds from its birth to "painted" and "usable", and "memory" in MB.

    Modules are compiled once, as in an installed program.
    """
    begin = time.monotonic_ns()
    command = [sys.executable, "-m", "tests.bench.window", *words]
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
    done = subprocess.run(command, cwd=ROOT, env=kept, stdout=pipe, stdin=nothing, check=True)
    found = json.loads(done.stdout)
    painted, usable = ((found[name] - begin) / 1e6 for name in ("painted", "usable"))
    return {"painted": painted, "usable": usable, "memory": found["memory"]}


def _measure(bench: Bench, rounds: int) -> tuple[list[dict[str, float]], list[dict[str, float]]]:
    """Start program and empty window in turn; the first start of each does not count."""
    url = bench.office("sqlite")
    mine, theirs = [], []
    with private_place():
        for _turn in range(rounds + WARM_UP):
            mine.append(_run("program", url))
            theirs.append(_run("bare"))
    return mine[WARM_UP:], theirs[WARM_UP:]


def start(bench: Bench) -> Iterator[Line]:
    """From the start of the process to the first painted window and to a list that can be used."""
    mine, theirs = _measure(bench, ROUNDS)
    floor = median([each["painted"] for each in theirs])
    painted, usable = (median([each[name] for each in mine]) for name in ("painted", "usable"))
    yield Line("start to first painted window", painted, floor, "ms", Goal(ratio=1.5))
    yield Line("start to a list that can be used", usable, floor, "ms", Goal(ratio=3))


def memory(bench: Bench) -> Iterator[Line]:
    """Resident memory of the main window with its whole list and a record open."""
    mine, theirs = _measure(bench, 3)
    ours, floor = (median([each["memory"] for each in runs]) for runs in (mine, theirs))
    yield Line(f"memory of the main window, {bench.size} contacts", ours, floor, "MB", Goal(above=80))
