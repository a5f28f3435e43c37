"""A backup that somebody makes by hand, into a file of their choice: it has its name only when it was proved."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from gcrm.errors import EnvironmentProblem
from gcrm.i18n import _
from gcrm.services.backup.automatic import note
from gcrm.services.backup.create import SUFFIX, Made, create, office_name
from gcrm.services.backup.lock import Secret
from gcrm.services.backup.store import Store
from gcrm.services.backup.verify import skim, verify
from gcrm.services.database import Database
from gcrm.services.progress import Progress, Silence

_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


def proposed_name(database: Database, day: date) -> str:
    """Return a name for a backup by hand that every system takes: office and day."""
    with database.read() as session:
        name = _UNSAFE.sub(" ", office_name(session.connection())).strip(" .")
    return f"{name or 'gCRM'} {day.isoformat()}{SUFFIX}"


def save(
    database: Database,
    path: Path,
    *,
    secret: Secret | None = None,
    keeps_files_beside: bool = False,
    is_thorough: bool = True,
    progress: Progress | None = None,
) -> Made:
    """Back the office up into `path`, prove the backup, and only then let it take the place of what was there.

    A thorough proof restores it into a scratch database; the other reads it again. Raises EnvironmentProblem when the
    office cannot be read, or the file not be written or read again; `path` is then as it was.
    """
    watched = progress or Silence()

    def prove(part: Path) -> None:
        watched.report(0, 0, _("Checking the backup"))
        try:
            if is_thorough:
                verify(part, secret=secret, progress=watched)
            else:
                skim(part, secret=secret, progress=watched)
        except EnvironmentProblem as problem:
            sentence = _("“{file}” could not be read again as it was written, and was not kept. Choose another disk.")
            raise EnvironmentProblem(sentence.format(file=path.name), details=str(problem)) from problem
        watched.check()

    watched.report(0, 0, _("Writing the backup"))
    store = Store(path.parent, secret) if keeps_files_beside else None
    made = create(database.engine, path, secret=secret, store=store, progress=watched, proof=prove)
    note(database, made)
    return made
