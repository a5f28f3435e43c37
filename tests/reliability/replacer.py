"""Lets a backup take the place of an office on a server and is killed meanwhile (see killed_migration.py).

A job on each line of input is `STEP URL BACKUP`. A child of this program does it and kills itself at that step; the
answer is a line `killed` or `whole STEPS`. Each statement is two steps, before it and after it, and so is each commit.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import psycopg
from alembic import command  # noqa: F401 - loaded once, not again by each child
from sqlalchemy import Engine, event

from gcrm.services.backup.server_swap import replace_office
from tests.reliability.migrator import Steps, in_child


def replace(job: str, last: int) -> int:
    """Replace an office; return how many steps that took, unless it is killed at one."""
    url, backup = job.split()
    steps = Steps(last)
    for moment in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(Engine, moment, steps.take)
    _watch(psycopg.Connection, "execute", steps)
    _watch(psycopg.Transaction, "__exit__", steps)
    replace_office(Path(backup), url)
    steps.take()
    return steps.count


def _watch(cls: type[Any], name: str, steps: Steps) -> None:
    """Take a step before and after a method of the driver, which the server is asked by without SQLAlchemy."""
    usual = getattr(cls, name)

    def watched(*told: Any, **named: Any) -> Any:
        steps.take()
        try:
            return usual(*told, **named)
        finally:
            steps.take()

    setattr(cls, name, watched)


if __name__ == "__main__":
    for line in sys.stdin:
        print(in_child(line.strip(), replace), flush=True)
