"""An office that is opened: an empty database becomes one, an older one is brought to this program's version.

An older SQLite file is copied by SQLite's backup API and the copy is checked, an older database on a server is backed
up and the backup proved, and only then is it migrated; a failed migration leaves the old schema as it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from gcrm.i18n import _
from gcrm.services import schema
from gcrm.services.backup import copy_beside
from gcrm.services.progress import Progress, Silence
from gcrm.services.upgrade import lock_out, send_others_out
from gcrm.services.versions import older, refuse_while_upgrading


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether opening an office changed its schema, and where it is kept as it was before."""

    is_changed: bool = False
    backup: Path | None = None


def open_up(engine: Engine, path: Path | None, *, upgrades: bool = False, progress: Progress | None = None) -> Outcome:
    """Make an empty database an office, and bring an older one to this version, after a backup (of its file at `path`).

    Programs that do so at once wait for the first; the others then find that nothing is left to do. On a server an
    older office is only upgraded where the caller says so (`upgrades`), and while nobody else works in it; `progress`
    hears the steps of that, and may stop it. Raises NewerOffice, OlderOffice, and BeingUpgraded while somebody else is
    at it.
    """
    watched = progress or Silence()
    with engine.connect() as connection:
        refuse_while_upgrading(connection)
        if not schema.needs_upgrade(connection):
            return Outcome()
        is_new = schema.revision(connection) is None
        if path is None and not is_new:
            problem = older(connection)
            if not (upgrades and problem.is_owner):
                raise problem
    with schema.writing(engine) as connection:
        if path is None and not is_new:
            lock_out(connection)
        elif path is None:
            schema.lock(connection)
        if not schema.needs_upgrade(connection):
            return Outcome()
        if path is None and not is_new:
            watched.report(0, 0, _("Sending the others out"))
            send_others_out(connection, engine)
        backup = None if is_new else backup_before_upgrade(engine, path, watched)
        watched.report(0, 0, _("Changing the office"))
        schema.migrate(connection)
        watched.check()
    return Outcome(True, backup)


def told(backup: Path) -> str:
    """Return the sentence about an office that was just upgraded."""
    return _("The office was brought to the version of this program. As it was before, it is kept in {file}.").format(
        file=backup
    )


def backup_before_upgrade(engine: Engine, path: Path | None, progress: Progress | None = None) -> Path:
    """Copy an office file beside itself, or back a server's database up on this computer; return the checked result."""
    if path is not None:
        return copy_beside(path, "before-upgrade")
    from gcrm.services.backup.before_change import back_up

    return back_up(engine, "before-upgrade", progress)
