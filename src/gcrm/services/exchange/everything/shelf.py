"""Where an export of everything is put: a folder or a zip that appears whole, or not at all."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.services.atomic_file import problem_of, replacing, sync_folder

SUFFIX = ".zip"
PACKED_LEVEL = 6
LARGE = 1 << 30
"""Bytes from which on a file of a zip is written as one that may be larger than 4 GiB."""
_REGULAR = 0o100600 << 16


class Leaf:
    """A file that is being written: counts and sums what goes into it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._total: Any = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> None:
        """Write bytes."""
        self._stream.write(data)
        self._total.update(data)
        self.size += len(data)

    @property
    def sha256(self) -> str:
        """Return the checksum of what was written."""
        return str(self._total.hexdigest())


class Shelf(ABC):
    """Takes files one after the other, and remembers their checksums by name."""

    def __init__(self) -> None:
        self.sums: dict[str, str] = {}
        self.size = 0

    @contextmanager
    def file(self, name: str, *, packed: bool = True, size: int | None = None) -> Iterator[Leaf]:
        """Give a file to write; `packed` where that makes it smaller, with its `size` where that is known.

        Names have "/" between their parts.
        """
        with self._opened(name, packed=packed, size=size) as stream:
            leaf = Leaf(stream)
            yield leaf
        self.sums[name] = leaf.sha256
        self.size += leaf.size

    def put(self, name: str, text: str) -> None:
        """Write a small file."""
        data = text.encode()
        with self.file(name, size=len(data)) as leaf:
            leaf.write(data)

    @abstractmethod
    def _opened(self, name: str, *, packed: bool, size: int | None) -> AbstractContextManager[IO[bytes]]:
        """Open one file."""


class _Folder(Shelf):
    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    @contextmanager
    def _opened(self, name: str, *, packed: bool, size: int | None) -> Iterator[IO[bytes]]:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())


class _Zip(Shelf):
    def __init__(self, archive: ZipFile, at: datetime) -> None:
        super().__init__()
        self._archive = archive
        self._at = at.astimezone().timetuple()[:6]

    def _opened(self, name: str, *, packed: bool, size: int | None) -> AbstractContextManager[IO[bytes]]:
        told = ZipInfo(name, self._at)
        told.compress_type = ZIP_DEFLATED if packed else ZIP_STORED
        told.external_attr = _REGULAR
        told.file_size = size or 0
        is_large = size is None or size > LARGE  # what is small stays as old programs read it
        return self._archive.open(told, "w", force_zip64=is_large)


@contextmanager
def shelf(target: Path, at: datetime) -> Iterator[Shelf]:
    """Give a shelf that becomes `target` when all is written: a zip where it ends so, else a folder.

    Raises UserError for a folder that holds something, EnvironmentProblem when the disk refuses; nothing is left then.
    """
    if target.suffix.lower() == SUFFIX:
        with (
            replacing(target) as file,
            ZipFile(file, "w", compresslevel=PACKED_LEVEL) as archive,
        ):
            yield _Zip(archive, at)
        return
    if target.exists() and not (target.is_dir() and next(target.iterdir(), None) is None):
        raise UserError(_("“{file}” exists already. Choose another name.").format(file=target.name))
    try:
        with _made_beside(target) as folder:
            yield _Folder(folder)
            if target.exists():
                target.rmdir()
            os.rename(folder, target)
            sync_folder(target.parent)
    except OSError as error:
        raise problem_of(error, target.name) from error


@contextmanager
def _made_beside(target: Path) -> Iterator[Path]:
    """Give a new folder beside the target that goes again when it was not renamed."""
    folder = Path(tempfile.mkdtemp(prefix=".", suffix=".part", dir=target.parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
