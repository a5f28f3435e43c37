"""What was found in a table: how it is written, its columns, and the rows that somebody should look at."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gcrm.i18n import _
from gcrm.services.atomic_file import replacing, usual_mode


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """One column: key, heading, target with who said so (columns.py), filled cells, and some values."""

    key: str
    heading: str
    target: str
    by: str
    filled: int
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row with values that do not fit: its cells, and the place of a cell (-1: the whole row) with the reason."""

    line: int
    cells: tuple[str, ...]
    flaws: tuple[tuple[int, str], ...]
    is_left_out: bool = False

    def reasons(self, columns: Sequence[ColumnFacts]) -> str:
        """Say what is wrong, in the language in force."""
        return "; ".join(_flaw_words(place, reason, columns) for place, reason in self.flaws)


def _flaw_words(place: int, reason: str, columns: Sequence[ColumnFacts]) -> str:
    """Say what is wrong with one cell."""
    if not 0 <= place < len(columns):
        return _(reason)
    column = columns[place]
    return _("{column}: {reason}").format(column=column.heading or column.key, reason=_(reason))


@dataclass(frozen=True, slots=True)
class TableFacts:
    """What was found in a table; all of it can be said otherwise (choice.py)."""

    encoding: str = ""
    delimiter: str = ""
    header: int = 0
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    program: str = ""
    rows: int = 0
    columns: tuple[ColumnFacts, ...] = ()
    bad_rows: tuple[BadRow, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return what `gcrm import --json` writes of it."""
        names = ("program", "delimiter", "header", "sheet", "rows")
        columns = [{"heading": c.heading, "target": c.target, "filled": c.filled} for c in self.columns]
        return {name: getattr(self, name) for name in names} | {"columns": columns}


def save_bad_rows(path: Path, facts: TableFacts) -> int:
    """Write the rows that do not fit as a CSV file with their reasons; importing it again is possible.

    Return how many. Raises EnvironmentProblem, the old file then stays.
    """
    import io

    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow([*(column.heading or column.key for column in facts.columns), _("Reason")])
    for row in facts.bad_rows:
        filled = [*row.cells, *[""] * (len(facts.columns) - len(row.cells))]
        writer.writerow([*filled, row.reasons(facts.columns)])
    with replacing(path, mode=usual_mode(path)) as out:
        out.write(("\ufeff" + text.getvalue()).encode("utf-8", errors="replace"))
    return len(facts.bad_rows)
