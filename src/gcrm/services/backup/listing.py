"""What a folder of backups holds: each file with what its header tells."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gcrm.errors import EnvironmentProblem, GcrmError
from gcrm.i18n import _
from gcrm.services.backup.create import SUFFIX
from gcrm.services.backup.lock import Secret
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
    written = datetime.fromtimestamp(told.st_mtime, UTC)
    try:
        with opened(path, secret) as loading:
            header = loading.header
            return Entry(
                path, loading.at, told.st_size, "", header["office"], str(header.get("identity")),
                header["contacts"], header["files"], header["is_whole"], loading.is_encrypted,
            )  # fmt: skip
    except GcrmError as problem:
        return Entry(path, written, told.st_size, problem.sentence, is_encrypted=_asks_password(problem))


def _asks_password(problem: GcrmError) -> bool:
    return getattr(problem, "field", "") == "password"


def entries(folder: Path, secret: Secret | None = None) -> list[Entry]:
    """Return the backups in a folder, the newest first. Raises EnvironmentProblem when it cannot be read."""
    return sorted(_found(folder, secret), key=lambda each: (each.at, each.path.name), reverse=True)


def _found(folder: Path, secret: Secret | None) -> Iterator[Entry]:
    for path in files_in(folder):
        with suppress(OSError):  # deleted meanwhile
            yield entry(path, secret)


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
