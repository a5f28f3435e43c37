"""Spreadsheets (XLSX, XLS, ODS) as rows of texts: whole numbers without ".0", days as ISO 8601, truths as words.

Cells have no look here: a postcode that the sheet shows as 01067 but keeps as a number comes as "1067" (columns.py
gives such columns their zeros back). Source of the limits: a few kB of XLSX can become gigabytes.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.services.exchange.tables.dialect import Row
from gcrm.services.exchange.tables.xls_formulas import lost_texts

MOST_BYTES = 200_000_000
"""Bytes that a compressed spreadsheet may unfold to."""

LOST = "#?"
"""Stands where a formula makes a text that the file does not hold."""


class Workbook:
    """A spreadsheet. Raises UserError for what is none, is protected, or is too large."""

    def __init__(self, data: bytes) -> None:
        from python_calamine import CalamineError, CalamineWorkbook, PasswordError

        self._errors = (CalamineError, OSError, ValueError)
        _check_size(data)
        try:
            self._book = CalamineWorkbook.from_filelike(BytesIO(data))
        except PasswordError as problem:
            sentence = _("The spreadsheet is protected by a password. Save it without one and import it again.")
            raise UserError(sentence) from problem
        except self._errors as problem:
            raise _damaged() from problem
        self.names: tuple[str, ...] = tuple(self._book.sheet_names)
        lost = lost_texts(data)
        self._lost = dict(zip(self.names, lost, strict=True)) if len(lost) == len(self.names) else {}

    def filled(self) -> dict[str, list[list[Any]]]:
        """Return the sheets that hold anything, in their order."""
        found = {name: self._values(name) for name in self.names}
        return {name: values for name, values in found.items() if any(cell != "" for row in values for cell in row)}

    def _values(self, name: str) -> list[list[Any]]:
        """Return the values of one sheet; what is no table (a chart) is empty."""
        try:
            values = list(self._book.get_sheet_by_name(name).to_python(skip_empty_area=False))
        except self._errors:
            return []
        for row, column in self._lost.get(name, ()):
            if row < len(values) and column < len(values[row]):
                values[row][column] = LOST
        return values


def rows_of_values(values: Sequence[Sequence[Any]]) -> Iterator[Row]:
    """Yield each row of a sheet as texts, with its number."""
    for number, cells in enumerate(values, 1):
        yield number, [shown(cell) for cell in cells]


def shown(value: Any) -> str:
    """Return a cell as text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e16 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value) if isinstance(value, timedelta | int) else ""


def _check_size(data: bytes) -> None:
    """Refuse a compressed file that unfolds to more than fits."""
    if not data.startswith(b"PK"):
        return
    try:
        with zipfile.ZipFile(BytesIO(data)) as parts:
            size = sum(part.file_size for part in parts.infolist())
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as problem:
        raise _damaged() from problem
    if size > MOST_BYTES:
        raise UserError(_("The spreadsheet unfolds to more than 200 MB. Split it, or save it as CSV."))


def _damaged() -> UserError:
    """Return the error for what cannot be read."""
    return UserError(_("This spreadsheet cannot be read. Open it in its program and save it again, as XLSX or CSV."))
