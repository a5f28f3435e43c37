"""CSV: for spreadsheets of the country, or exact for other programs (RFC 4180)."""

from __future__ import annotations

import csv
from io import TextIOWrapper
from typing import BinaryIO

from gcrm.model.show import decimal_mark
from gcrm.services.exchange.out.cells import NUMBERS, OutTable, Purpose, exact, harmless, shown
from gcrm.services.showing import here


def write_csv(file: BinaryIO, table: OutTable, purpose: Purpose) -> int:
    """Write a table and return the number of its rows.

    For spreadsheets it begins with the mark that tells them UTF-8, has the delimiter that they expect in this country,
    and no cell is a formula.
    """
    is_sheet = purpose == "spreadsheet"
    text = TextIOWrapper(file, "utf-8-sig" if is_sheet else "utf-8", errors="replace", newline="")
    delimiter = ";" if is_sheet and decimal_mark(*here()) == "," else ","
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    headings = [column.heading for column in table.columns]
    writer.writerow([harmless(heading) for heading in headings] if is_sheet else headings)
    count = 0
    for row in table.rows:
        count += 1
        pairs = zip(row, table.columns, strict=True)
        if is_sheet:
            cells = [shown(v, c) if c.kind in NUMBERS else harmless(shown(v, c)) for v, c in pairs]
        else:
            cells = [exact(value, column) for value, column in pairs]
        writer.writerow(cells)
    text.flush()
    text.detach()
    return count
