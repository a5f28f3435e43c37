"""vCard files on disk: one file for all contacts, or one for each. A file is replaced whole or stays as it was."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

from gcrm.i18n import _
from gcrm.services.atomic_file import problem_of, replacing, usual_mode
from gcrm.services.exchange.card import Card
from gcrm.services.exchange.vcard_write import Version, vcard_texts

_LONGEST_NAME = 80
_FORBIDDEN = frozenset('<>:"/\\|?*')
# Names Windows keeps for devices, with any extension (Microsoft, "Naming Files, Paths, and Namespaces").
_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10))})


def write_one_file(path: Path, cards: Iterable[Card], version: Version = "3.0") -> int:
    """Write all cards into one file and return how many; raises EnvironmentProblem, the old file then stays."""
    counter = _Counter(vcard_texts(cards, version))
    _replace(path, counter)
    return counter.count


def write_split(folder: Path, cards: Iterable[Card], version: Version = "3.0") -> list[Path]:
    """Write one file for each card, named after the contact, without replacing a file that is there.

    Outlook takes only the first contact of a file, therefore this way. Raises EnvironmentProblem.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        taken = {entry.name.lower() for entry in folder.iterdir()}
    except OSError as problem:
        raise problem_of(problem, folder.name) from problem
    written = []
    for card in cards:
        name = _free_name(safe_name(card.display_name()), taken)
        taken.add(name.lower())
        _replace(folder / name, vcard_texts([card], version))
        written.append(folder / name)
    return written


class _Counter:
    """Counts the texts that pass."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = texts
        self.count = 0

    def __iter__(self) -> Iterator[str]:
        for text in self._texts:
            self.count += 1
            yield text


def safe_name(name: str) -> str:
    """Return a file name (without extension) that every system takes and that hides nothing."""
    letters = [" " if letter in _FORBIDDEN or _is_hidden(letter) else letter for letter in name]
    short = " ".join("".join(letters).split())[:_LONGEST_NAME].strip(" .")
    if not short or short.split(".")[0].lower() in _RESERVED:
        return (_("Contact") + f" {short}").strip()
    return short


def _is_hidden(letter: str) -> bool:
    """Tell control characters and marks that turn the direction of writing."""
    return unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


def _free_name(stem: str, taken: set[str]) -> str:
    name, number = f"{stem}.vcf", 1
    while name.lower() in taken:
        number += 1
        name = f"{stem} ({number}).vcf"
    return name


def _replace(path: Path, texts: Iterable[str]) -> None:
    """Write beside the file, force it to the disk, then take its place, with the rights of any new file."""
    with replacing(path, mode=usual_mode(path)) as out:
        for text in texts:
            out.write(text.encode("utf-8", errors="replace"))
