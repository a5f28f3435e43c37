"""What a folder of backups holds: each file with what its header tells."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gcrm.errors import EnvironmentProblem, GcrmError, UserError
from gcrm.i18n import _
from gcrm.services.backup import password
from gcrm.services.backup.create import SUFFIX
from gcrm.services.backup.lock import Lock, Secret
from gcrm.services.backup.restore import opened


@dataclass(frozen=True, slots=True)
class Entry:
    """A backup in a folder. `problem` says why its header cannot be read: locked, damaged; "" when it can.

    `size` are bytes of the file alone; `is_whole` tells that its files are in it and not beside it.
    """

    path: Path
    at: datetime
    size: int
    problem: str = ""
    office: str = ""
    identity: str = ""
    contacts: int = 0
    files: int = 0
    is_whole: bool = True
    is_encrypted: bool = False


def entry(path: Path, secret: Secret | None = None) -> Entry:
    """Return what a backup tells of itself; where it tells nothing, its file does. Raises OSError when it is gone."""
    told = path.stat()
    try:
        with opened(path, secret) as loading:
            header = loading.header
            return Entry(
                path, loading.at, told.st_size, "", header["office"], str(header.get("identity")),
                header["contacts"], header["files"], header["is_whole"], loading.is_encrypted,
            )  # fmt: skip
    except GcrmError as problem:
        return _untold(path, problem)


def _untold(path: Path, problem: GcrmError) -> Entry:
    """Return what a file tells whose header cannot be read."""
    told = path.stat()
    is_locked = isinstance(problem, UserError) and problem.field == "password"
    written = datetime.fromtimestamp(told.st_mtime, UTC)
    return Entry(path, written, told.st_size, problem.sentence, is_encrypted=is_locked)


def entries(folder: Path) -> list[Entry]:
    """Return the backups in a folder, the newest first; locked ones open with the passwords kept on this computer."""
    found = []
    secrets: dict[Lock | None, Secret | None] = {None: None}  # one key for all that have the same lock
    for path in files_in(folder):
        with suppress(OSError):  # deleted meanwhile
            try:
                lock = password.lock_of(path)
                if lock not in secrets and lock is not None:
                    secrets[lock] = password.of_lock(lock)
                found.append(entry(path, secrets[lock]))
            except GcrmError as problem:
                found.append(_untold(path, problem))
    return sorted(found, key=lambda each: (each.at, each.path.name), reverse=True)


def files_in(folder: Path) -> list[Path]:
    """Return the files in a folder that are called backups. Raises EnvironmentProblem when it cannot be read."""
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == SUFFIX and not path.name.startswith("."))
    except OSError as problem:
        raise unreachable_folder(folder, str(problem)) from problem


def unreachable_folder(folder: Path, details: str) -> EnvironmentProblem:
    """Return the sentence for a folder that is away or not ours to read."""
    sentence = _("The folder for backups {folder} cannot be reached. Connect it, or choose another one.")
    return EnvironmentProblem(sentence.format(folder=folder), details=details)
