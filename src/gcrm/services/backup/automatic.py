"""Backups by themselves: at the start of a day, and before what changes much. Then what is too old goes.

They lie in one folder with one store for files (store.py). Their names tell office and moment, so that thinning needs
no password and never touches a file that somebody named.
"""

from __future__ import annotations

import platform
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from gcrm.errors import ConflictError, EnvironmentProblem, UserError
from gcrm.i18n import _
from gcrm.model.base import now
from gcrm.model.change import Operation
from gcrm.model.contact import Contact
from gcrm.paths import data_folder
from gcrm.services import file_lock, settings
from gcrm.services.backup import password
from gcrm.services.backup.create import SUFFIX, Made, create, identity
from gcrm.services.backup.listing import files_in, unreachable_folder
from gcrm.services.backup.lock import Secret
from gcrm.services.backup.owner import as_owner
from gcrm.services.backup.restore import opened
from gcrm.services.backup.store import Store
from gcrm.services.backup.thinning import kept
from gcrm.services.backup.verify import skim, verify
from gcrm.services.database import Database
from gcrm.services.progress import Progress
from gcrm.services.seals import seal_pending

FRESH = timedelta(hours=1)
"""How old a backup may be before something that changes much: what was written since can be undone."""
STAMP = "%Y%m%d-%H%M%SZ"
PROVED_EVERY = timedelta(days=7)
"""After how long a backup is restored into a scratch database and all kept files are read, not only skimmed."""
SPARED = timedelta(days=2)
"""Contents younger than this are never dropped: another computer may be writing the backup that needs them."""
LEFTOVER = timedelta(days=1)
LOCK = ".gcrm-backup.lock"
_UNSAFE = re.compile(r"[^A-Za-z0-9_]+")
_PART = re.compile(r"\.\w+\.part")


@dataclass(frozen=True, slots=True)
class Last:
    """The newest backup that is known: its moment, and where it lies."""

    at: datetime
    place: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where an office keeps its backups by itself; `prefix` begins their names."""

    folder: Path
    prefix: str
    identity: str
    is_usual: bool

    def name_at(self, moment: datetime) -> Path:
        """Return the file for a backup of a moment."""
        return self.folder / f"{self.prefix}{moment.astimezone(UTC).strftime(STAMP)}{SUFFIX}"

    def files(self) -> dict[datetime, Path]:
        """Return the backups of this office that were made by themselves. Raises EnvironmentProblem."""
        if self.is_usual and not self.folder.exists():
            return {}
        return dict(self._dated())

    def _dated(self) -> Iterator[tuple[datetime, Path]]:
        for path in files_in(self.folder):
            stamp = path.name.removeprefix(self.prefix).removesuffix(SUFFIX)
            with suppress(ValueError):
                if path.name.startswith(self.prefix):
                    yield datetime.strptime(stamp, STAMP).replace(tzinfo=UTC), path


def place_of(database: Database, usual: Path | None = None) -> Place:
    """Return where the backups of an office go: the folder chosen in the settings, else `usual` or the data folder."""
    with database.read() as session:
        chosen = str(settings.get(session, "backup.folder", database.user_id))
        mark = identity(session.connection())
    stem = _UNSAFE.sub("-", Path(database.url.database or "").stem).strip("-") or "office"
    folder = Path(chosen).expanduser() if chosen else usual or data_folder() / "backups"
    return Place(folder, f"{stem}-{mark}-", mark, not chosen)


# --- when ---------------------------------------------------------------------------------------------------------


def last(database: Database, usual: Path | None = None, *, until: datetime | None = None) -> Last | None:
    """Return the newest backup that is there: in the folder, or noted by whoever made one elsewhere.

    With `until` those do not count that were made later, by a clock that was wrong.
    """
    found = []
    note = _note(database)
    with suppress(KeyError, TypeError, ValueError):
        noted = Last(datetime.fromisoformat(note["at"]), str(note["file"]))
        if note["host"] != platform.node() or Path(noted.place).exists():
            found.append(noted)
    with suppress(EnvironmentProblem):
        found += [Last(at, str(path)) for at, path in place_of(database, usual).files().items()]
    return max((each for each in found if until is None or each.at <= until), key=lambda each: each.at, default=None)


def is_due(database: Database, moment: datetime | None = None, usual: Path | None = None) -> bool:
    """Tell whether today's backup is still to be made, by somebody who may read all of the office."""
    return database.is_owner and _is_missing(database, moment, usual)


def _is_missing(database: Database, moment: datetime | None, usual: Path | None) -> bool:
    with database.read() as session:
        if not settings.get(session, "backup.is_automatic"):
            return False
    at = moment or now().astimezone()
    newest = last(database, usual, until=at)
    return newest is None or newest.at.astimezone(at.tzinfo).date() != at.date()


def make_due(
    database: Database,
    moment: datetime | None = None,
    progress: Progress | None = None,
    usual: Path | None = None,
) -> str:
    """Make today's backup when it is due. Return the sentence to show when that failed, "" also when it was shown once.

    For the start of the program, and for a server that runs by itself and keeps its backups in `usual` unless another
    folder was chosen; it never raises for a place that is away. Of an office on a server it is made by whoever owns it,
    or works on a computer that keeps the owner's password.
    """
    if not _is_missing(database, moment, usual):
        return ""
    try:
        with as_owner(database) as whole:
            made = run(whole, moment=moment, progress=progress, usual=usual) if whole.is_owner else None
        sentence = made.notice if made is not None else ""
    except (EnvironmentProblem, UserError) as problem:
        sentence = problem.sentence
    return sentence if sentence and _is_news(database, sentence) else ""


def before_much(database: Database, progress: Progress | None = None) -> None:
    """Make a backup before something that changes much, unless there is nothing or the last one is fresh or tells all.

    What it changes can be undone; a backup that fails is no reason to refuse it. A login that may not read all of the
    office leaves it to its owner, unless this computer keeps the owner's password.
    """
    newest = last(database)
    if newest is not None and now() - FRESH < newest.at <= now():
        return
    with database.read() as session:
        if not settings.get(session, "backup.is_automatic"):
            return
        note = dict(settings.get(session, "backup.last"))
        edited = select(Operation.id).where(Operation.id > int(note.get("operation") or 0), Operation.kind != "system")
        is_changed = session.scalar(edited.limit(1)) is not None
        is_empty = session.scalar(select(Contact.id).limit(1)) is None
    if (is_changed or newest is None) and not is_empty:
        with suppress(EnvironmentProblem, UserError), as_owner(database) as whole:
            if whole.is_owner:
                run(whole, progress=progress)


# --- making -------------------------------------------------------------------------------------------------------


def run(
    database: Database,
    *,
    moment: datetime | None = None,
    secret: Secret | None = None,
    progress: Progress | None = None,
    usual: Path | None = None,
) -> Made:
    """Make a backup in the folder, prove it, and let go of what is too old.

    Raises EnvironmentProblem when the folder is away or another program is at it, UserError for a missing password.
    """
    at = moment or now().astimezone()
    place = place_of(database, usual)
    folder = _reached(place)
    guard = file_lock.take(folder / LOCK)
    if guard is None:
        raise EnvironmentProblem(
            _("Another program is making a backup in {folder}. Wait until it is done.").format(folder=folder)
        )
    with guard:
        key = secret or secret_of(database, place)
        is_thorough = _is_thorough(database, at)
        seal_pending(database)
        store = Store(folder, key, is_thorough=is_thorough)
        made = create(database.engine, place.name_at(at), secret=key, store=store, progress=progress)
        if is_thorough:
            verify(made.path, secret=key, progress=progress, reads_store=False)
        else:
            skim(made.path, secret=key, progress=progress)
        note(database, made, proved_at=at if is_thorough else None)
        thin(place, at, key)
    return made


def secret_of(database: Database, place: Place) -> Secret | None:
    """Return the password for what is made by itself, None when nothing is encrypted. Raises UserError."""
    with database.read() as session:
        if not settings.get(session, "backup.is_encrypted"):
            return None
    found = password.kept(place.identity)
    if found is None:
        raise UserError(
            _(
                "The password for backups is not kept on this computer, and no backup is made. "
                "Enter it in the settings."
            ),
            field="password",
        )
    return found


def _reached(place: Place) -> Path:
    """Return the folder; only the usual one is made, for a chosen one that is missing is a disk that is not there."""
    try:
        if place.is_usual:
            place.folder.mkdir(parents=True, exist_ok=True)
        next(place.folder.iterdir(), None)
        for leftover in place.folder.glob(".*.part"):
            _drop_leftover(leftover)
    except OSError as problem:
        raise unreachable_folder(place.folder, str(problem)) from problem
    return place.folder


def _drop_leftover(path: Path) -> None:
    """Delete what a program left that was ended while it wrote."""
    age = now().timestamp() - path.stat().st_mtime
    if _PART.fullmatch(path.name) and age > LEFTOVER.total_seconds():
        path.unlink()


def thin(place: Place, moment: datetime, secret: Secret | None = None) -> list[Path]:
    """Delete the backups that are too old, then the contents that none needs any more; return the former."""
    files = place.files()
    staying = kept(files, moment)
    dropped = [path for at, path in files.items() if at not in staying]
    for path in dropped:
        with suppress(OSError):  # open elsewhere: it goes the next time
            path.unlink()
    store = Store(place.folder, secret)
    try:
        needed = {path for file in files_in(place.folder) for path in _needed(file, secret)}
    except (UserError, EnvironmentProblem):
        return dropped  # of one that cannot be read nobody knows what it needs
    store.sweep(needed, now().timestamp() - SPARED.total_seconds())
    return dropped


def _needed(path: Path, secret: Secret | None) -> Iterator[Path]:
    """Yield the contents that a backup needs."""
    lock = password.lock_of(path)
    key = secret if lock is None or (secret is not None and secret.lock == lock) else password.of_lock(lock)
    with opened(path, key) as loading:
        yield from loading.places()


# --- notes in the office ------------------------------------------------------------------------------------------


def _note(database: Database) -> dict[str, Any]:
    with database.read() as session:
        return dict(settings.get(session, "backup.last"))


def _is_thorough(database: Database, moment: datetime) -> bool:
    """Tell whether the last full proof is too long ago, or lies in a future that a wrong clock made."""
    try:
        proved = datetime.fromisoformat(str(_note(database)["proved_at"]))
    except (KeyError, TypeError, ValueError):
        return True
    return not proved <= moment < proved + PROVED_EVERY


def note(database: Database, made: Made, *, proved_at: datetime | None = None) -> None:
    """Note in the office that it was backed up, for everybody to see; whoever may only read leaves it."""
    former = _note(database)
    told = {
        "at": made.at.isoformat(), "file": str(made.path), "host": platform.node(), "operation": made.operation,
        "proved_at": proved_at.isoformat() if proved_at else former.get("proved_at"),
    }  # fmt: skip
    with suppress(EnvironmentProblem, ConflictError):
        settings.set(database, "backup.last", told)
        settings.set(database, "backup.told", {})


def _is_news(database: Database, sentence: str) -> bool:
    """Tell whether a sentence was not said yet on this computer, and note that it is now."""
    with database.read() as session:
        told = dict(settings.get(session, "backup.told", database.user_id))
    if told.get(platform.node()) == sentence:
        return False
    with suppress(EnvironmentProblem, ConflictError):
        settings.put(database, "backup.told", platform.node(), sentence)
    return True
