"""A backup of a server's database before its schema is changed or it is repaired: proved, or nothing is changed."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from gcrm.errors import EnvironmentProblem
from gcrm.i18n import N_, _
from gcrm.paths import data_folder
from gcrm.services.backup.create import SUFFIX, create
from gcrm.services.backup.verify import verify
from gcrm.services.progress import Progress, Silence

FAILED = {
    "before-upgrade": N_(
        "The backup before the upgrade failed, so nothing was changed. Make room on the disk and try again."
    ),
    "before-repair": N_(
        "The backup before the repair failed, so nothing was changed. Make room on the disk and try again."
    ),
}
"""Occasion, which is part of the name of the file → what is said when its backup fails."""


def back_up(engine: Engine, occasion: str, progress: Progress | None = None) -> Path:
    """Back a database up whole into the data folder, prove the backup and return its path.

    Raises EnvironmentProblem when that fails; whoever calls then leaves the database as it is.
    """
    watched = progress or Silence()
    folder = data_folder() / "backups"
    stamp = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    path = folder / f"{engine.url.database}-{occasion}-{stamp}{SUFFIX}"
    try:
        folder.mkdir(exist_ok=True)
        watched.report(0, 0, _("Writing the backup"))
        create(engine, path, progress=watched)
        watched.report(0, 0, _("Checking the backup"))
        verify(path, progress=watched)
    except (OSError, EnvironmentProblem) as problem:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        raise EnvironmentProblem(_(FAILED[occasion]), details=str(problem)) from problem
    return path
