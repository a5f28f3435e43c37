"""Formulas of an XLS file whose texts are not in it: LibreOffice writes a text that a formula makes as the number 0.

Excel keeps such a text in a record of its own ([MS-XLS] 2.4.268), and then it is read. LibreOffice (7.4) leaves it out;
nobody can tell it from the number 0 but by what stands beside it. So a column counts as lost whose formulas all give 0,
in a file as LibreOffice writes it, in which no formula keeps a text at all.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterator
from io import BytesIO

_BOF, _BOUNDSHEET, _EOF, _FORMULA, _STRING = 0x809, 0x85, 0x0A, 0x06, 0x207
_ANSWER = slice(6, 14)
_ZERO, _NO_NUMBER = bytes(8), b"\xff\xff"
_BUILD = struct.pack("<HH", 0x0DBB, 0x07CC)
"""What LibreOffice gives as the build and year of Excel (its source, XclExpBof)."""
Places = set[tuple[int, int]]
"""Rows and columns, both from 0."""


def lost_texts(data: bytes) -> list[Places]:
    """Return the cells of each sheet whose text is not in the file; an empty list for a file of another kind."""
    import olefile

    if not data.startswith(olefile.MAGIC):
        return []
    try:
        with olefile.OleFileIO(BytesIO(data)) as file:
            book = file.openstream("Workbook").read() if file.exists("Workbook") else b""
    except (OSError, ValueError, IndexError, struct.error):
        return []  # the reader of the cells says what is wrong with it
    found = []
    for start in _sheets(book):
        lost = _of_sheet(book, start)
        if lost is None:
            return []
        found.append(lost)
    return found


def _records(book: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """Yield number and data of the records from a place on, up to the end of that part."""
    place = start
    while place + 4 <= len(book):
        number, size = struct.unpack_from("<HH", book, place)
        yield number, book[place + 4 : place + 4 + size]
        if number == _EOF:
            return
        place += 4 + size


def _sheets(book: bytes) -> list[int]:
    """Return where the sheets begin."""
    return [struct.unpack_from("<I", data)[0] for number, data in _records(book, 0)
            if number == _BOUNDSHEET and len(data) >= 4]  # fmt: skip


def _of_sheet(book: bytes, start: int) -> Places | None:
    """Return the lost cells of a sheet, None where this is not how LibreOffice leaves them out."""
    zeros: dict[int, Places] = defaultdict(set)
    others: set[int] = set()
    for number, data in _records(book, start):
        if number == _STRING or (number == _BOF and data[4:8] != _BUILD):
            return None
        if number != _FORMULA or len(data) < _ANSWER.stop:
            continue
        row, column = struct.unpack_from("<HH", data)
        answer = data[_ANSWER]
        if answer == _ZERO:
            zeros[column].add((row, column))
        elif not answer.endswith(_NO_NUMBER):
            others.add(column)
    return {place for column, places in zeros.items() if column not in others for place in places}
