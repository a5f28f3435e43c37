"""An export of everything that is read: a folder or a zip of which nothing is believed that was not looked at.

Nothing is ever unpacked to the disk: files are read by the names that the export tells, and only inside of it.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import IO, Any, cast
from zipfile import BadZipFile, ZipFile, ZipInfo, is_zipfile

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.i18n import _
from gcrm.model.attachment import CHUNK
from gcrm.model.migrations import REVISIONS
from gcrm.services.exchange.everything.rules import FORMAT, MANIFEST, VERSION
from gcrm.services.exchange.everything.values import Fact

MOST_TOLD = 64 << 20
"""Bytes of office.json, and of a line of a table."""
MOST_RATIO, NEVER_MIND, NEVER_MIND_ALL = 200, 64 << 20, 1 << 30
"""A zip, and a file of it, may unpack to so many times its size; or to so many bytes, one file and all of them."""
_SYMLINK = 0o120000


def damaged(name: str, details: str) -> EnvironmentProblem:
    """Return the sentence for an export that cannot be read."""
    sentence = _("The export “{name}” is damaged. Take another copy of it, or export the office again.")
    return EnvironmentProblem(sentence.format(name=name), details=details)


def hostile(name: str, file: str) -> UserError:
    """Return the sentence for an export that wants what none needs."""
    sentence = _("“{name}” holds something that no export has: “{file}”. Ask whoever made it for another one.")
    return UserError(sentence.format(name=name, file=file))


def _bomb(name: str) -> UserError:
    sentence = _("“{name}” unpacks to far more than an export does. Ask whoever made it for another one.")
    return UserError(sentence.format(name=name))


def altered(file: str) -> EnvironmentProblem:
    """Return the sentence for a file that is not what was exported."""
    sentence = _("“{file}” is not as it was exported. Take another copy of the export.")
    return EnvironmentProblem(sentence.format(file=file))


@dataclass(frozen=True, slots=True)
class Told:
    """What office.json says of a table; one that is left out has no file."""

    name: str
    file: str
    rows: int
    sha256: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What office.json says."""

    schema: str
    office: str
    tables: Mapping[str, Told]
    damaged: frozenset[str]
    left_out: tuple[str, ...]


class Source(ABC):
    """An export. `name` is what it is called in a sentence."""

    def __init__(self, path: Path) -> None:
        self.name = path.name

    @contextmanager
    def open(self, file: str) -> Iterator[BufferedReader[RawIOBase]]:
        """Open a file of the export. Raises UserError for a name that leads elsewhere, EnvironmentProblem."""
        parts = file.split("/")
        if any(part in ("", ".", "..") or part.strip() != part for part in parts) or set(file) & set('\\:\0*?"<>|'):
            raise hostile(self.name, file)
        try:
            found = self._opened(file)
        except (FileNotFoundError, NotADirectoryError, KeyError) as problem:
            sentence = _("The file “{file}” is missing in the export. Take another copy of it.")
            raise EnvironmentProblem(sentence.format(file=file), details=str(problem)) from problem
        except (BadZipFile, NotImplementedError, RuntimeError, OSError) as problem:
            raise damaged(self.name, f"{file}: {problem}") from problem
        try:
            with found as stream, BufferedReader(cast(RawIOBase, stream), CHUNK) as buffered:
                yield buffered
        except (BadZipFile, zlib.error, EOFError, OSError) as problem:
            raise damaged(self.name, f"{file}: {problem}") from problem

    @abstractmethod
    def _opened(self, file: str) -> AbstractContextManager[IO[bytes]]:
        """Open a file by a name that was looked at; FileNotFoundError or KeyError for none."""

    def manifest(self) -> Manifest:
        """Return what office.json says. Raises UserError for a newer export, EnvironmentProblem."""
        with self.open(MANIFEST) as stream:
            text = stream.read(MOST_TOLD + 1)
        try:
            told = json.loads(text if len(text) <= MOST_TOLD else b"")
            if told["format"] != FORMAT or type(told["version"]) is not int:
                raise damaged(self.name, "format")
            if told["version"] > VERSION or told["schema"] not in REVISIONS:
                sentence = _("The export “{name}” was made by a newer gCRM. Update gCRM.")
                raise UserError(sentence.format(name=self.name))
            tables = [_table(each) for each in told["tables"]]
            return Manifest(
                told["schema"], str(told["office"]), {table.name: table for table in tables},
                frozenset(map(str, told["damaged"])), tuple(map(str, told["left_out"])),
            )  # fmt: skip
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
            raise damaged(self.name, f"{MANIFEST}: {problem!r}") from problem


def _table(told: Any) -> Told:
    """Read what is said of a table. Raises ValueError and the like."""
    if told.get("left_out") is True:
        return Told(str(told["name"]), "", 0, "", ())
    facts = tuple(Fact.of_json(column) for column in told["columns"])
    return Told(str(told["name"]), str(told["file"]), int(told["rows"]), str(told["sha256"]), facts)


class _Folder(Source):
    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._folder = path.resolve()

    def _opened(self, file: str) -> AbstractContextManager[IO[bytes]]:
        path = self._folder / file
        if not path.resolve().is_relative_to(self._folder):  # by a link
            raise hostile(self.name, file)
        return path.open("rb", buffering=0)


class _Zip(Source):
    def __init__(self, path: Path, archive: ZipFile) -> None:
        super().__init__(path)
        self._archive = archive
        inner = _inner_folder(archive) or ""
        packed = sum(info.compress_size for info in archive.infolist())
        if sum(info.file_size for info in archive.infolist()) > max(NEVER_MIND_ALL, MOST_RATIO * packed):
            raise _bomb(self.name)
        self._files: dict[str, ZipInfo] = {}
        for info in archive.infolist():
            name = unicodedata.normalize("NFC", info.filename)
            if not info.is_dir() and name.startswith(inner):
                self._add(name.removeprefix(inner), info)

    def _add(self, name: str, info: ZipInfo) -> None:
        """Take a file in; refuses one that is there twice, unpacks to far too much, or leads elsewhere."""
        if info.file_size > max(NEVER_MIND, MOST_RATIO * info.compress_size):
            raise _bomb(self.name)
        if name in self._files or (info.external_attr >> 16) & 0o170000 == _SYMLINK:
            raise hostile(self.name, name)
        self._files[name] = info

    def _opened(self, file: str) -> AbstractContextManager[IO[bytes]]:
        return self._archive.open(self._files[unicodedata.normalize("NFC", file)])


def _inner_folder(archive: ZipFile) -> str | None:
    """Return the folder within a zip that holds the export: "", or the one that was packed; None for none."""
    found = [name for name in archive.namelist() if name.rpartition("/")[2] == MANIFEST and name.count("/") < 2]
    return min(found, key=len).removesuffix(MANIFEST) if found else None


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    """Open an export. Raises UserError for a hostile one, EnvironmentProblem where it cannot be read."""
    if path.is_dir():
        yield _Folder(path)
        return
    try:
        archive = ZipFile(path)
    except (BadZipFile, OSError, NotImplementedError) as problem:
        raise damaged(path.name, str(problem)) from problem
    with archive:
        yield _Zip(path, archive)


def is_export(path: Path) -> bool:
    """Tell whether a folder or a file is an export of everything, whole or not."""
    try:
        if path.is_dir():
            return (path / MANIFEST).is_file() and (path / "tables").is_dir()
        if not is_zipfile(path):
            return False
        with ZipFile(path) as archive:
            return _inner_folder(archive) is not None
    except (OSError, BadZipFile, NotImplementedError):
        return False


class Summed:
    """Lets bytes go by and sums them."""

    def __init__(self) -> None:
        self._total: Any = hashlib.sha256()

    def note(self, data: bytes) -> bytes:
        """Sum bytes, and return them."""
        self._total.update(data)
        return data

    @property
    def sha256(self) -> str:
        """Return the checksum."""
        return str(self._total.hexdigest())
