"""XLSX: typed cells, a heading that stays in sight, filters and fitting widths. No text becomes a formula or a link."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from itertools import chain, islice
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.model.show import money_parts
from gcrm.services.exchange.out.cells import OutColumn, OutTable, Purpose, Text, currency_of, shown, text_for, typed
from gcrm.services.showing import here

SAMPLE = 200
MOST_ROWS = 1_048_575
LONGEST_CELL = 32_767
"""What a sheet takes (Microsoft, "Excel specifications and limits")."""
NARROWEST, WIDEST = 8, 50
_FORMATS: Mapping[str, Any] = {"date": 14, "instant": 22, "percent": '0.##" %"'}
"""14 and 22 are the day, and the moment, as the country of whoever opens the file writes them (ECMA-376, 18.8.30)."""
_LANGUAGE_IDS = {"de": "407", "en": "809", "pt": "816"}
"""What marks a currency in a pattern ([MS-LCID]), by language of the program; the symbol is then nothing else."""
_FIRST_YEAR = 1900
Look = tuple[Callable[[str], Any], Text]
_AS_THEY_ARE = {
    "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
}  # fmt: skip


def write_xlsx(file: BinaryIO, table: OutTable, purpose: Purpose = "spreadsheet") -> int:
    """Write a table and return the number of its rows. Raises UserError for more rows than a sheet has."""
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import FileCreateError

    with TemporaryDirectory(prefix="gcrm-") as folder:
        book = Workbook(file, {**_AS_THEY_ARE, "tmpdir": folder})
        try:
            return _fill(book, table, text_for(purpose))
        finally:  # also where the rows break off: it holds files open
            try:
                book.close()
            except FileCreateError as error:
                raise OSError(*error.args) from error


def _fill(book: Any, table: OutTable, text: Text) -> int:
    """Write headings and rows; return how many rows."""
    sheet = book.add_worksheet(_("Contacts"))
    bold = book.add_format({"bold": True, "bottom": 1})
    formats = cache(lambda kind: book.add_format({"num_format": _FORMATS.get(kind) or money_format(kind)}))
    rows = iter(table.rows)
    sample = list(islice(rows, SAMPLE))
    for place, width in enumerate(widths(table.columns, sample)):
        sheet.set_column(place, place, width)
    for place, column in enumerate(table.columns):
        sheet.write_string(0, place, column.heading[:LONGEST_CELL], bold)
    sheet.freeze_panes(1, 0)
    count = 0
    for count, row in enumerate(chain(sample, rows), 1):
        if count > MOST_ROWS:
            raise UserError(_("A sheet has no more than 1,048,575 rows. Choose CSV, or export fewer contacts."))
        for place, (value, column) in enumerate(zip(row, table.columns, strict=True)):
            _put(sheet, (count, place), value, column, (formats, text))
    sheet.autofilter(0, 0, count, max(len(table.columns) - 1, 0))
    return count


def _put(sheet: Any, cell: tuple[int, int], value: Any, column: OutColumn, look: Look) -> None:
    """Write one cell as what it is."""
    formats, text = look
    if type(value) is str and column.kind == "text":
        if value:
            sheet.write_string(*cell, value[:LONGEST_CELL])
        return
    found = typed(value, column.kind)
    if isinstance(found, datetime):
        found = found.astimezone().replace(tzinfo=None)
    if isinstance(found, Decimal):
        kind = currency_of(value, column) if column.kind == "money" else column.kind
        sheet.write_number(*cell, float(found), formats(kind) if kind != "number" else None)
    elif isinstance(found, date) and found.year >= _FIRST_YEAR:
        sheet.write_datetime(*cell, found, formats("instant" if isinstance(found, datetime) else "date"))
    elif found is not None:
        sheet.write_string(*cell, text(value, column)[:LONGEST_CELL])


def money_format(currency: str) -> str:
    """Return the pattern of amounts in a currency, as the language in force writes them."""
    pattern, _places, symbol = money_parts(currency, *here())
    return pattern.replace("¤", f"[${symbol}-{_LANGUAGE_IDS.get(here()[0], '809')}]")


def widths(columns: Sequence[OutColumn], sample: Sequence[Sequence[Any]]) -> list[int]:
    """Return widths in characters that fit the headings and the first rows."""
    found = [len(column.heading) + 3 for column in columns]  # the button of the filter stands beside the heading
    for row in sample:
        for place, (value, column) in enumerate(zip(row, columns, strict=True)):
            lines = shown(value, column).splitlines() or [""]
            found[place] = max(found[place], max(map(len, lines)) + 1)
    return [min(max(width, NARROWEST), WIDEST) for width in found]
