"""A verified copy of an office file: made by SQLite's backup API while others write, then opened and checked.

Copying the file itself is no backup (22 of 25 copies taken while somebody wrote were damaged).
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from gcrm.errors import EnvironmentProblem
from gcrm.i18n import _

PAGES = 4096
"""Pages copied at a time; between two steps others may write."""


def copy_beside(path: Path, occasion: str) -> Path:
    """Copy an office file beside itself, named after the occasion ("before-upgrade") and now; return the copy.

    Raises EnvironmentProblem when the copy cannot be made or is damaged; nothing is left behind then.
    """
    stamp = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    copy = path.with_name(f"{path.stem}-{occasion}-{stamp}{path.suffix}")
    try:
        verdict = _copy(path, copy)
    except sqlite3.Error as problem:
        copy.unlink(missing_ok=True)
        raise EnvironmentProblem(
            _("The backup failed, and the office was not touched. Make room on the disk and try again."),
            details=str(problem),
        ) from problem
    if verdict != "ok":
        copy.unlink(missing_ok=True)
        raise EnvironmentProblem(
            _("The backup is damaged; the office was not touched. Choose an older backup."), details=verdict
        )
    return copy


def _copy(path: Path, copy: Path) -> str:
    """Copy a file and return what SQLite says about the copy: "ok" or what is wrong."""
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target, pages=PAGES)
    with closing(sqlite3.connect(copy)) as opened:
        verdict = str(opened.execute("PRAGMA integrity_check(1)").fetchone()[0])
        opened.execute("PRAGMA journal_mode = DELETE")
    return verdict
