"""What lies in files and folders of an import: contacts, calendars, mails, and what an office has no place for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from gcrm.errors import UserError
from gcrm.i18n import _, ngettext
from gcrm.model.fold import fold
from gcrm.services.exchange.card import CardFile
from gcrm.services.exchange.everything.source import is_export
from gcrm.services.exchange.read_file import APPOINTMENTS, MAILS, PACKED, is_table, is_wanted
from gcrm.services.exchange.tables.facts import ColumnFacts

MOST_ENDINGS = 6
_TELLS_NOTHING = ("", ".txt")
"""Endings that say nothing: the beginning of the file does."""
_HEAD = 4000
_WORD = re.compile(r"[a-z]+")
_OF_MONEY = frozenset((
    "amount", "gross", "net", "fee", "balance", "currency", "betrag", "brutto", "netto", "gebuhr", "saldo", "wahrung",
    "soll", "haben", "valuta", "wertstellung", "buchungstag", "buchungstext", "verwendungszweck", "umsatz", "valor",
    "importe", "divisa", "bruto", "neto", "montante", "debit", "credit",
))  # fmt: skip
"""Words of headings, folded, of which a statement of an account has several, and a table of contacts hardly one."""
_SURE = 2


@dataclass(slots=True)
class SortedFiles:
    """The files, each once. `found` are those that somebody named by their folder; `refused` say what is left out."""

    contacts: list[Path] = field(default_factory=list)
    calendars: list[Path] = field(default_factory=list)
    mails: list[Path] = field(default_factory=list)
    refused: list[tuple[Path, str]] = field(default_factory=list)
    found: set[Path] = field(default_factory=set)

    @property
    def is_single(self) -> bool:
        """Tell whether there is but one file, which somebody named."""
        count = len(self.contacts) + len(self.calendars) + len(self.mails) + len(self.refused)
        return count == 1 and not self.found


def sort_files(paths: Iterable[Path], *, is_told: bool = False, without: Collection[Path] = frozenset()) -> SortedFiles:
    """Sort files, and those of folders (with their folders). Raises UserError where there is nothing to import.

    `is_told`: somebody said what the files are, so that those which were named hold contacts, whatever they are called.
    `without` are files that nobody wants. An export of a whole office is refused, whose folder has files of contacts.
    """
    made = SortedFiles()
    seen = set(without)
    for path in sorted(paths, key=Path.is_dir):  # files that were named are not only found
        if is_export(path):
            sentence = _("“{name}” is the export of a whole office. Make an office of it: File > Open another office.")
            raise UserError(sentence.format(name=path.name))
        if path.is_dir():
            _take_folder(path, made, seen)
        elif path not in seen:
            seen.add(path)
            _take_file(path, made, is_told=is_told)
    if not (made.contacts or made.calendars or made.mails or any(path.suffix for path, _why in made.refused)):
        raise UserError(_("There is no file of contacts in this folder. Choose another folder."))
    return made


def _take_file(path: Path, made: SortedFiles, *, is_told: bool) -> None:
    """Sort a file that was named: what nobody knows may still be one of contacts."""
    kind = "contact" if is_told else _kind(path)
    if path.suffix.lower() in PACKED and not is_told:
        sentence = _("“{name}” is packed. Unpack it and import the folder.")
        made.refused.append((path, sentence.format(name=path.name)))
    else:
        {"calendar": made.calendars, "mail": made.mails}.get(kind, made.contacts).append(path)


def _take_folder(folder: Path, made: SortedFiles, seen: set[Path]) -> None:
    """Sort the files of a folder; what holds nothing for an office is counted by its ending."""
    others: Counter[str] = Counter()
    for path in _files_of(folder):
        if path in seen:
            continue
        seen.add(path)
        made.found.add(path)
        kind = _kind(path)
        if kind:
            {"calendar": made.calendars, "mail": made.mails, "contact": made.contacts}[kind].append(path)
        else:
            others[path.suffix.lower() or _("without ending")] += 1
    if others and folder not in seen:
        made.refused.append((folder, _words(others, folder.name)))


def _files_of(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder in their order, without those that systems hide there."""
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder)
        if path.is_file() and not any(part.startswith((".", "~$")) for part in inner.parts):
            yield path


def _kind(path: Path) -> str:
    """Return what a file holds: "contact", "calendar", "mail", "" for what an office has no place for."""
    suffix = path.suffix.lower()
    if suffix in MAILS:
        return "mail"
    if suffix in APPOINTMENTS:
        return "calendar"
    if suffix in _TELLS_NOTHING:
        head = _head(path)
        if b"BEGIN:VCARD" in head or (suffix and is_table(path)):
            return "contact"
        return "calendar" if b"BEGIN:VCALENDAR" in head else ""
    return "contact" if is_wanted(path) else ""


def _head(path: Path) -> bytes:
    """Return the beginning of a file in capitals, nothing where it cannot be read."""
    try:
        with path.open("rb") as stream:
            return stream.read(_HEAD).upper()
    except OSError:
        return b""


def check_found(path: Path, file: CardFile, count: int) -> None:
    """Raise UserError for a table that only lay in a folder and is none of contacts; `count` is how many came of it."""
    if file.table is None or file.table.program:
        return
    headings = {word for column in file.table.columns for word in _WORD.findall(fold(column.heading))}
    is_placed = any(_is_of_contacts(column) for column in file.table.columns)
    if len(headings & _OF_MONEY) >= _SURE and not is_placed:
        sentence = _("“{name}” looks like a statement of an account. Choose the file by itself if it holds contacts.")
        raise UserError(sentence.format(name=path.name))
    if not count:
        sentence = _("Nothing in the table “{name}” names a contact. Choose the file by itself to say what it holds.")
        raise UserError(sentence.format(name=path.name))


def _is_of_contacts(column: ColumnFacts) -> bool:
    """Tell whether a column is one that only a table of contacts has, by its heading."""
    is_place = column.target.startswith("address") and column.target.endswith((".postcode", ".town", ".postcode_town"))
    return bool(column.filled) and column.by != "content" and (is_place or column.target == "number")


def _words(others: Counter[str], folder: str) -> str:
    """Say how many files of a folder hold nothing for an office."""
    most = others.most_common(MOST_ENDINGS)
    names = ", ".join(f"{count} {ending}" for ending, count in most) + (", …" if len(others) > len(most) else "")
    count = others.total()
    sentence = ngettext(
        "{count} file in “{name}” is left out, for it holds no contacts, appointments or e-mails: {endings}.",
        "{count} files in “{name}” are left out, for they hold no contacts, appointments or e-mails: {endings}.",
        count,
    )
    return sentence.format(count=count, name=folder, endings=names)
