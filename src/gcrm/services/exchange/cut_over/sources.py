"""What lies in the folder of a cut-over: tables with the kind each is taken for, and files to attach.

A file `cut-over.json` in the folder, or another one that is named, says what headings do not tell
(docs/guide/cut-over.md).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from functools import partial
from pathlib import Path
from typing import Any

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.i18n import _
from gcrm.services.database import Database
from gcrm.services.exchange.card import CardFile
from gcrm.services.exchange.cut_over.kinds import FILE, LEAVE, choices, recognise
from gcrm.services.exchange.everything.source import is_export
from gcrm.services.exchange.importer import where_of
from gcrm.services.exchange.read_file import SUFFIXES, is_table
from gcrm.services.exchange.tables.choice import Choice, Where
from gcrm.services.exchange.tables.facts import ColumnFacts
from gcrm.services.exchange.tables.sheets import file_of, other_sheets
from gcrm.services.exchange.worker import Reader, ReadingStoppedError
from gcrm.services.number_range import HIGHEST, LABELS
from gcrm.services.progress import Progress, Silence

MAPPING = "cut-over.json"
TABLES = ("csv", "spreadsheet")
_Reading = Callable[[Path, Choice], CardFile | str]
_OF_SYSTEMS = frozenset(("thumbs.db", "desktop.ini", MAPPING))


@dataclass(frozen=True, slots=True)
class Source:
    """A table. `kind` is one of kinds.py; `said` are targets by heading; `problem` says why it cannot be read.

    `is_told` by the mapping file, `is_recalled` from the last time (memory.py): who said what it is.
    Of a spreadsheet every sheet is one; `sheet` is its name, and all but the first have a path that names it, too.
    """

    path: Path
    name: str
    kind: str
    columns: tuple[ColumnFacts, ...] = ()
    said: Mapping[str, str] = field(default_factory=dict)
    rows: int = 0
    problem: str = ""
    sheet: str = ""
    is_told: bool = False
    is_recalled: bool = False

    @property
    def file(self) -> Path:
        """Return the file on the disk."""
        return file_of(self.path, Choice(sheet=self.sheet))


@dataclass(frozen=True, slots=True)
class Folder:
    """What was found: tables, files to attach, and the next numbers that the mapping file asks for."""

    path: Path
    sources: tuple[Source, ...] = ()
    files: tuple[Path, ...] = ()
    next_numbers: Mapping[str, int] = field(default_factory=dict)
    where: Where = field(default_factory=Where)

    def with_kinds(self, kinds: Mapping[Path, str]) -> Folder:
        """Return the folder with other kinds of some tables."""
        told = tuple(replace(each, kind=kinds.get(each.path, each.kind)) for each in self.sources)
        return replace(self, sources=told)

    def with_columns(self, path: Path, said: Mapping[str, str]) -> Folder:
        """Return the folder with another meaning of the columns of one table."""
        told = tuple(replace(each, said=said) if each.path == path else each for each in self.sources)
        return replace(self, sources=told)


def look(database: Database, folder: Path, progress: Progress | None = None, mapping: Path | None = None) -> Folder:
    """Return what lies in a folder; nothing is written. Raises UserError for none, and for a bad mapping file."""
    database.rights.require("exchange", "create")
    watch = progress or Silence()
    if not folder.is_dir():
        raise UserError(_("“{name}” is no folder. Choose the folder with the files.").format(name=folder.name))
    if is_export(folder):
        sentence = _("“{name}” is the export of a whole office. Make an office of it: File > Open another office.")
        raise UserError(sentence.format(name=folder.name))
    said = _mapping(mapping or folder / MAPPING, is_wanted=mapping is not None)
    with database.read() as session:
        where = where_of(session, database.home)
    sources: list[Source] = []
    files: list[Path] = []
    with Reader() as reader:
        for path in _paths(folder):
            watch.report(0, 0, path.name)
            watch.check()
            if _is_table(path, path.relative_to(folder)):
                sources += _sources(path, folder, said, where, _reading(reader, watch))
            else:
                files.append(path)
    if not sources and not files:
        raise UserError(_("There is nothing in this folder. Choose another folder."))
    return Folder(folder, tuple(sources), tuple(files), said.get("next_numbers", {}), where)


def _paths(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder in their order, without those of systems and without links to elsewhere."""
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder)
        is_hidden = any(part.startswith((".", "~$")) for part in inner.parts)
        if not is_hidden and path.name.lower() not in _OF_SYSTEMS and path.is_file() and not path.is_symlink():
            yield path


def _is_table(path: Path, inner: Path) -> bool:
    """Tell whether a file is read as a table: not in a folder that may be that of one customer."""
    is_of_customer = any(letter.isdigit() for part in inner.parent.parts for letter in part)
    suffix = inner.suffix.lower()
    return not is_of_customer and (SUFFIXES.get(suffix) in TABLES or (suffix == ".txt" and is_table(path)))


def _sources(path: Path, folder: Path, said: Mapping[str, Any], where: Where, reading: _Reading) -> Iterator[Source]:
    """Read a table once, to know its columns and its kind; yield a source for each sheet."""
    name = path.relative_to(folder).as_posix()
    if _told(name, said).get("kind", "") in (FILE, LEAVE):
        yield Source(path, name, str(_told(name, said)["kind"]))
        return
    file = reading(path, Choice(where=where))
    yield _source(path, name, said, file)
    for other, sheet in other_sheets(path, file) if isinstance(file, CardFile) else ():
        its = other.relative_to(folder).as_posix()
        found = reading(other, Choice(sheet=sheet, where=where))
        yield replace(_source(other, its, said, found), sheet=sheet)


def _told(name: str, said: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what the mapping file says of a table."""
    return next((each for pattern, each in said.get("files", {}).items() if fnmatch(name, pattern)), {})


def _source(path: Path, name: str, said: Mapping[str, Any], file: CardFile | str) -> Source:
    """Return a table that was read, or not for the reason that stands there."""
    told = _told(name, said)
    kind, columns = str(told.get("kind", "")), told.get("columns", {})
    if isinstance(file, str):
        return Source(path, name, kind or LEAVE, problem=file)
    table = file.table
    if table is None:
        return Source(path, name, LEAVE)
    sheet = table.sheet if len(table.sheets) > 1 else ""
    kind = kind or recognise(table.columns)
    return Source(path, name, kind, table.columns, columns, table.rows, sheet=sheet, is_told=bool(told))


def _reading(reader: Reader, watch: Progress) -> _Reading:
    """Return a function that reads a table; it returns a sentence for one that cannot be read."""

    def read(path: Path, choice: Choice) -> CardFile | str:
        try:
            return reader.read(path, choice, partial(_is_stopped, watch))
        except ReadingStoppedError:
            raise
        except (UserError, EnvironmentProblem) as problem:
            return problem.sentence

    return read


def _is_stopped(watch: Progress) -> bool:
    """Let a reader that waits for another process hear of Cancel."""
    watch.check()
    return False


def _mapping(path: Path, *, is_wanted: bool) -> dict[str, Any]:
    """Return what the mapping file says. Raises UserError with the place of what cannot be understood."""
    if not is_wanted and not path.is_file():
        return {}
    try:
        told = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as problem:
        sentence = _("“{name}” cannot be read as JSON. Correct it or take it out of the folder.")
        raise UserError(sentence.format(name=path.name)) from problem
    wrong = _wrong(told)
    if wrong:
        sentence = _("“{name}”: {what} is not understood. Correct it as the guide says.")
        raise UserError(sentence.format(name=path.name, what=wrong))
    return dict(told)


def _wrong(told: Any) -> str:
    """Return what of a mapping file is not understood, "" for nothing."""
    if not isinstance(told, dict) or not isinstance(told.get("files", {}), dict):
        return "files"
    for name in told:
        if name not in ("files", "next_numbers"):
            return str(name)
    return _wrong_files(told.get("files", {})) or _wrong_numbers(told.get("next_numbers", {}))


def _wrong_files(files: Mapping[str, Any]) -> str:
    """Return the file of a mapping that is not understood."""
    kinds = ("", *(key for _label, key in choices()))
    for name, each in files.items():
        if not isinstance(each, dict) or each.get("kind", "") not in kinds:
            return name
        columns = each.get("columns", {})
        if not isinstance(columns, dict) or not all(isinstance(word, str) for word in columns.values()):
            return name
    return ""


def _wrong_numbers(numbers: Any) -> str:
    """Return the number range of a mapping that is not understood."""
    if not isinstance(numbers, dict):
        return "next_numbers"
    for key, value in numbers.items():
        is_number = isinstance(value, int) and not isinstance(value, bool)
        if key not in LABELS or not is_number or not 1 <= value <= HIGHEST:
            return str(key)
    return ""


def files_of(folder: Folder) -> Sequence[Path]:
    """Return everything to attach: files, and tables that were said to be files."""
    return sorted({*folder.files, *(each.file for each in folder.sources if each.kind == FILE)})
