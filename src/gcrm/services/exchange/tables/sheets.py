"""The sheets of a workbook as sources of their own: each but the first goes by the file's name with its own behind.

Such a path names nothing on the disk. It goes with a choice that says the sheet, and `file_of` returns the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gcrm.services.exchange.card import CardFile
from gcrm.services.exchange.tables.choice import Choice

BETWEEN = " – "


def other_sheets(path: Path, file: CardFile) -> Iterator[tuple[Path, str]]:
    """Yield path and name of the sheets that hold anything and were not read."""
    if file.table is not None:
        yield from ((_path_of(path, name), name) for name in file.table.sheets if name != file.table.sheet)


def _path_of(path: Path, sheet: str) -> Path:
    """Return the path of a sheet."""
    return path.with_name(f"{path.name}{BETWEEN}{_plain(sheet)}")


def file_of(path: Path, choice: Choice) -> Path:
    """Return the file that is read for a path, which may be that of a sheet."""
    ending = BETWEEN + _plain(choice.sheet)
    return path.with_name(path.name.removesuffix(ending)) if choice.sheet and path.name.endswith(ending) else path


def _plain(sheet: str) -> str:
    """Return the name of a sheet as it may stand in that of a file."""
    return "".join(" " if letter in "/\\:" or not letter.isprintable() else letter for letter in sheet).strip()
