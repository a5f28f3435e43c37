"""Upgrades offices and is killed on the way: `python -m tests.reliability.migrator`, a job on each line of input.

A job is `STEP URL`. A child of this program upgrades the office at URL and kills itself at that step; the answer is a
line `killed` or `whole STEPS`. Each statement is two steps, before it and after it, and so is each commit.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from contextlib import closing
from typing import Any

from alembic import command  # noqa: F401 - loaded once, not again by each child
from sqlalchemy import event

from gcrm.services import schema_opening
from gcrm.services.backup import before_change  # noqa: F401 - as above
from gcrm.services.database import Database


class Steps:
    """Counts what goes to the database, and kills this process at one step; 0 for none."""

    def __init__(self, last: int) -> None:
        self._last = last
        self.count = 0

    def take(self, *_told: Any) -> None:
        """Take one more step."""
        self.count += 1
        if self.count == self._last:
            os.kill(os.getpid(), signal.SIGKILL)


def upgrade(url: str, last: int) -> int:
    """Upgrade an office; return how many steps that took, unless it is killed at one."""
    steps = Steps(last)
    with closing(Database.at(url)) as database:
        for moment in ("before_cursor_execute", "after_cursor_execute", "commit"):
            event.listen(database.engine, moment, steps.take)
        schema_opening.open_up(database.engine, database.path, upgrades=True)
        steps.take()
    return steps.count


def in_child(job: str, work: Callable[[str, int], int]) -> str:
    """Carry out one job, `STEP REST`, in a child and return what became of it."""
    step, rest = job.split(maxsplit=1)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, str(work(rest, int(step))).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        steps = answer.read()
    _pid, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return "killed"
    return f"whole {steps}" if status == 0 else f"failed {status}"


if __name__ == "__main__":
    for line in sys.stdin:
        print(in_child(line.strip(), upgrade), flush=True)
