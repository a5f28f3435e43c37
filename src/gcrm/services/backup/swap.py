"""A restored office beside the present one: what each holds, and letting it take the place of the present file.

The present file is kept under another name beside it; until the renaming nothing of it is touched.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError

from gcrm.errors import UserError
from gcrm.i18n import N_, _
from gcrm.model.activity import Activity
from gcrm.model.attachment import Attachment
from gcrm.model.change import Operation
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson
from gcrm.model.user import User
from gcrm.services.atomic_file import problem_of, sync_folder
from gcrm.services.backup.create import identity
from gcrm.services.backup.restore import put_aside
from gcrm.services.database import Database
from gcrm.services.unreachable import unreachable

COUNTED = (
    (N_("Contacts"), select(func.count(Contact.id)).where(Contact.deleted_at.is_(None))),
    (N_("Contacts in the trash"), select(func.count(Contact.id)).where(Contact.deleted_at.is_not(None))),
    (N_("Contact persons"), select(func.count(ContactPerson.id))),
    (N_("Activities"), select(func.count(Activity.id))),
    (N_("Files"), select(func.count(Attachment.id))),
    (N_("Users"), select(func.count(User.id))),
)
PATIENCE = 60
"""How often it is tried to take the place of an office that a program is just closing."""
PAUSE = 0.5


@dataclass(frozen=True, slots=True)
class Count:
    """How many of a kind the restored office has, and how many the present one; `label` is a marked text."""

    label: str
    then: int
    now: int


@dataclass(frozen=True, slots=True)
class Beside:
    """Two offices side by side: what they hold, when each was worked in last, and whether it is the same office."""

    counts: tuple[Count, ...]
    then: datetime | None
    now: datetime | None
    is_same_office: bool


def beside(database: Database, restored: Path) -> Beside:
    """Compare a restored office file with the present office. Raises EnvironmentProblem when either cannot be read."""
    with database.read() as session:
        mine, last, own = _told(session.connection())
    other = Database.at(str(restored))
    try:
        with other.engine.connect() as connection:
            theirs, former, its = _told(connection)
    except DBAPIError as problem:
        raise unreachable(other.url, problem) from problem
    finally:
        other.engine.dispose()
    labels = (label for label, _statement in COUNTED)
    counts = tuple(Count(label, then, current) for label, then, current in zip(labels, theirs, mine, strict=True))
    return Beside(counts, former, last, own == its)


def _told(connection: Connection) -> tuple[list[int], datetime | None, str]:
    """Return counts, the moment of the last operation and the identity of an office."""
    counts = [int(connection.scalar(statement) or 0) for _label, statement in COUNTED]
    return counts, connection.scalar(select(func.max(Operation.at))), identity(connection)


def take_place(office: Path, restored: Path, *, tries: int = PATIENCE) -> Path:
    """Let a restored file take the place of an office file, and return where that is kept now.

    Waits a little for a program that is just closing it. Raises UserError where one keeps it open, EnvironmentProblem
    when the disk refuses; both files are then as they were.
    """
    if not restored.exists():
        raise UserError(_("“{file}” is not there any more. Restore the backup again.").format(file=restored))
    _settle(restored)
    kept = _aside(office, tries)
    try:
        os.replace(restored, office)
        sync_folder(office.parent)
    except OSError as problem:
        os.replace(kept, office)
        raise problem_of(problem, office.name) from problem
    return kept


def _settle(path: Path) -> None:
    """Bring everything that lies beside an office file into it. Raises UserError where a program has it open."""
    with closing(sqlite3.connect(path, timeout=1)) as raw:
        try:
            mode = raw.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
        except sqlite3.OperationalError:
            mode = "locked"
    if mode != "delete":
        sentence = _("The office “{file}” is open in a program. Close it there, then restore again.")
        raise UserError(sentence.format(file=path))


def _aside(office: Path, tries: int) -> Path:
    """Put the present office aside, trying again while a program still has it open."""
    for _turn in _tries(tries):
        try:
            return put_aside(office)
        except UserError:
            continue
    return put_aside(office)


def _tries(count: int) -> Iterator[int]:
    """Yield the numbers of the tries before the last one, with a pause behind each."""
    for turn in range(count - 1):
        yield turn
        time.sleep(PAUSE)
