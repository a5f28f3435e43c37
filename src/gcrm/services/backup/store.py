"""The contents of files beside the backups of a folder: each once, however many backups need it.

A content is a container of its own under `files/ab/NAME`, where NAME is its SHA-256, or, when the backups are
encrypted, a name that follows from the password too. Names are made here and never taken out of a backup.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.i18n import _
from gcrm.services.atomic_file import replacing
from gcrm.services.backup.container import END, Reader, Writer, damaged
from gcrm.services.backup.lock import Lock, Secret

FOLDER = "files"
CONTENT, DATA = b"c", b"d"
SHA256 = re.compile(r"[0-9a-f]{64}")


class Store:
    """The contents in a folder of backups; a thorough one reads what is there already, and writes anew what is bad."""

    def __init__(self, folder: Path, secret: Secret | None = None, *, is_thorough: bool = False) -> None:
        self._folder = folder / FOLDER
        self._secret = secret
        self._is_thorough = is_thorough
        self.written = 0

    def place(self, sha256: str, lock: Lock | None) -> Path:
        """Return where a content lies; `lock` is that of the backup. Raises ValueError for no SHA-256."""
        if not SHA256.fullmatch(sha256):
            raise ValueError(sha256)
        name = self._secret.hidden_name(lock, sha256) if self._secret is not None and lock is not None else sha256
        return self._folder / name[:2] / name

    def keep(self, sha256: str, pieces: Iterable[bytes]) -> bool:
        """Keep a content unless it is there; return False, and keep nothing, when its bytes are not the right ones.

        `pieces` is only read where the content is new. Raises EnvironmentProblem when it cannot be written.
        """
        path = self.place(sha256, self._secret.lock if self._secret else None)
        if path.exists() and not (self._is_thorough and self._is_bad(sha256)):
            return True
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise EnvironmentProblem(
                _("The folder {folder} for backups cannot be written. Choose another one.").format(folder=path.parent),
                details=str(problem),
            ) from problem
        with suppress(_Unlike), replacing(path) as file:
            writer, total, size = Writer(file, self._secret), hashlib.sha256(), 0
            writer.put_json(CONTENT, {"sha256": sha256})
            for piece in pieces:
                total.update(piece)
                size += len(piece)
                writer.put(DATA, piece)
            if total.hexdigest() != sha256:
                raise _Unlike
            writer.end({"size": size})
            self.written += size
            return True
        return False

    def _is_bad(self, sha256: str) -> bool:
        """Read a kept content and tell whether it is no longer what it was."""
        try:
            for _piece in self.pieces(sha256, self._secret.lock if self._secret else None, sha256):
                pass
        except (EnvironmentProblem, UserError):
            return True
        return False

    def pieces(self, sha256: str, lock: Lock | None, name: str) -> Iterator[bytes]:
        """Yield a kept content. Raises EnvironmentProblem where it is missing or not what it was."""
        path = self.place(sha256, lock)
        total = hashlib.sha256()
        try:
            with path.open("rb") as file:
                reader = Reader(file, path.name, self._secret)
                if reader.next_json(CONTENT).get("sha256") != sha256:
                    raise damaged(name, path.name)
                for kind, payload in reader.blocks():
                    if kind == DATA:
                        total.update(payload)
                        yield payload
                    elif kind != END:
                        raise damaged(name, path.name)
        except OSError as problem:
            raise missing(name, f"{path.name}: {problem}") from problem
        if total.hexdigest() != sha256:
            raise damaged(name, path.name)

    def sweep(self, needed: set[Path], older_than: float) -> int:
        """Delete the contents that no backup needs and that were written before an instant; return how many."""
        dropped = 0
        for path in sorted(self._folder.glob("??/*")):
            with suppress(OSError):  # another program dropped it first, or it is open there
                if path not in needed and path.stat().st_mtime < older_than:
                    path.unlink()
                    dropped += 1
        return dropped


def missing(name: str, details: str) -> EnvironmentProblem:
    """Return the sentence for a content that a backup needs and that is not there."""
    sentence = _("A file that the backup “{file}” needs is missing. Bring the folder “{folder}” back beside it.")
    return EnvironmentProblem(sentence.format(file=name, folder=FOLDER), details=details)


class _Unlike(Exception):  # noqa: N818 - no error: the office itself holds a damaged file
    """The bytes of a content are not those of its name."""
