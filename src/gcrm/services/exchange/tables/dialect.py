"""Delimited text: which character stands between cells, how cells are quoted, and the rows themselves.

The delimiter is the one that gives the most even rows; a first line `sep=;` (Excel) says it. A quotation mark that is
never closed swallows the rest of the file: then quotation marks are taken for letters. Nothing here ever fails.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

DELIMITERS = (",", ";", "\t", "|", ":", "^", "~", "\x1f")
LONGEST_CELL = 1_000_000
"""Letters of a cell; the rest of a longer one is cut off and reported."""
_PROBE = 300
_PROBE_TEXT = 200_000
_MOST_LINES = 500
"""A cell of more lines than that was opened by a stray quotation mark."""
_SAID = re.compile(r"sep=(.)\s*(?:\r\n|\r|\n)", re.IGNORECASE)
_SINGLE_QUOTED = re.compile(r"(?:^|[,;\t|])'[^'\r\n]*'(?=[,;\t|\r\n]|$)", re.MULTILINE)
Row = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a delimited text is written. `quote` is "" where quotation marks are letters, `skip` the lines before it."""

    delimiter: str = ","
    quote: str = '"'
    is_escaped: bool = False
    skip: int = 0


def find_dialect(text: str, delimiter: str = "") -> Dialect:
    """Return how a text is written; `delimiter` is used where it was said."""
    said = _SAID.match(text)
    skip = 1 if said else 0
    probe = text[:_PROBE_TEXT]
    is_single = '"' not in probe and len(_SINGLE_QUOTED.findall(probe)) > 2
    known = Dialect(quote="'" if is_single else '"', is_escaped='\\"' in probe, skip=skip)
    if delimiter or said:
        known = replace(known, delimiter=delimiter or (said[1] if said else ","))
    else:
        ranked = [replace(known, delimiter=each) for each in DELIMITERS if each in probe]
        known = max(ranked, key=lambda each: _evenness(probe, each), default=known)
    return known if _is_closed(text, known) else replace(known, quote="")


def _evenness(text: str, dialect: Dialect) -> float:
    """Say how even the rows are, from 0 (one column) on; headings and many columns speak for a delimiter."""
    rows = [cells for _line, cells in islice(rows_of(text, dialect), _PROBE) if any(cells)]
    widths = Counter(map(len, rows))
    if not widths:
        return 0.0
    width, count = max(widths.items(), key=lambda pair: (pair[1], pair[0]))
    if width < 2:
        return 0.0
    headings = 0.2 if any(len(cells) == width and all(cells) for cells in rows[:3]) else 0.0
    rare = 0.3 if dialect.delimiter in ":^~\x1f" else 0.0
    return count / len(rows) + headings + min(width, 12) / 40 - rare


def _is_closed(text: str, dialect: Dialect) -> bool:
    """Tell whether every quotation mark is closed again within a few lines."""
    if not dialect.quote or dialect.quote not in text:
        return True
    return all(
        len(cell) <= LONGEST_CELL and cell.count("\n") + cell.count("\r") <= _MOST_LINES
        for _line, cells in rows_of(text, dialect)
        for cell in cells
        if len(cell) > _MOST_LINES
    )


def rows_of(text: str, dialect: Dialect) -> Iterator[Row]:
    """Yield each row with the number of its first line; rows of nothing are yielded, too."""
    stream = io.StringIO(text, newline="")
    for _line in range(dialect.skip):
        stream.readline()
    before = dialect.skip
    csv.field_size_limit(2**31 - 1)  # cells of any length: the file as a whole is limited
    mark = dialect.delimiter
    escape = "\\" if dialect.is_escaped else None
    if dialect.quote:
        reader = csv.reader(stream, delimiter=mark, quotechar=dialect.quote, escapechar=escape)
    else:
        reader = csv.reader(stream, delimiter=mark, quoting=csv.QUOTE_NONE)
    for cells in reader:
        yield before + 1, cells
        before = dialect.skip + reader.line_num
