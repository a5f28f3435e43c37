"""A backup of a server's database before its schema is changed: proved by restoring it, or nothing is changed."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from gcrm.errors import EnvironmentProblem
from gcrm.i18n import _
from gcrm.paths import data_folder
from gcrm.services.backup.create import SUFFIX, create
from gcrm.services.backup.verify import verify


def back_up(engine: Engine) -> Path:
    """Back a database up whole into the data folder, prove the backup and return its path.

    Raises EnvironmentProblem when that fails; whoever calls then leaves the database as it is.
    """
    folder = data_folder() / "backups"
    stamp = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    path = folder / f"{engine.url.database}-before-upgrade-{stamp}{SUFFIX}"
    try:
        folder.mkdir(exist_ok=True)
        create(engine, path)
        verify(path)
    except (OSError, EnvironmentProblem) as problem:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        sentence = _(
            "The backup before the upgrade failed, so nothing was changed. Make room on the disk and try again."
        )
        raise EnvironmentProblem(sentence, details=str(problem)) from problem
    return path
