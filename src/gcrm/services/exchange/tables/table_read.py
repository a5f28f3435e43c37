"""Reads a table into cards, and accounts for every cell: mapped to a field, kept with the contact, or reported.

A row is corrected, not lost: a value that does not fit its field is kept as other data and told in `flaws`; a row that
names nobody gives no contact, and its cells are reported. Both stand in `TableFacts.bad_rows`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from gcrm.errors import UserError
from gcrm.i18n import N_, _
from gcrm.services.exchange.card import Card, CardFile, LineAccount, Reported
from gcrm.services.exchange.encoding import Decoded, decode, known_charset
from gcrm.services.exchange.out.cells import without_apostrophe
from gcrm.services.exchange.tables.choice import Choice
from gcrm.services.exchange.tables.columns import MOST_COLUMNS, find_header, make_columns, propose
from gcrm.services.exchange.tables.content import date_order
from gcrm.services.exchange.tables.dialect import LONGEST_CELL, Row, find_dialect, rows_of
from gcrm.services.exchange.tables.draft import Draft, card_of, of_business
from gcrm.services.exchange.tables.facts import BadRow, ColumnFacts, TableFacts
from gcrm.services.exchange.tables.own_headings import own_program
from gcrm.services.exchange.tables.places import LOST_ZERO, needs_zero
from gcrm.services.exchange.tables.program import Program
from gcrm.services.exchange.tables.proposal import Column
from gcrm.services.exchange.tables.roles import give_roles, roles_of
from gcrm.services.exchange.tables.setters import Setter, is_kept, setter_of, slot_of
from gcrm.services.exchange.tables.sheet import LOST, Workbook, rows_of_values
from gcrm.services.exchange.tables.values import DoubtfulError, Reading, Unfit, number_kind, of_spreadsheet
from gcrm.services.exchange.vcard_read import check_size

MOST_TEXT = 200_000_000
MOST_ROWS = 200_000
MOST_BAD = 10_000
_PROBE = 200
_BUSINESS = frozenset(
    ("vat_number", "tax_number", "payment_terms", "payment_type", "debtor_number", "creditor_number", "discount")
)
"""Columns that only tables of customers and suppliers have."""
_WHOSE = ("any_name", "name", "number", "kind")
"""What a row below another one that it continues repeats of it."""
NOBODY = N_("Nothing in this row names a contact")
LEFT_OUT = N_("The column is left out")
NO_TEXT = N_("The text of a formula is missing in this file: save it as XLSX")
TOO_LONG = N_("The cell is longer than a million letters")
TOO_WIDE = N_("The row has more than 500 cells")


@dataclass(slots=True)
class Grid:
    """The rows of a file, which can be gone through again, and how they were found."""

    rows: Callable[[], Iterable[Row]]
    encoding: str = ""
    evidence: str = ""
    delimiter: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()


def grid_of(data: bytes, kind: str, choice: Choice) -> Grid:
    """Return the rows of a file of the kind "csv" or "spreadsheet". Raises UserError for one beyond the limits."""
    check_size(len(data), MOST_TEXT)
    if kind == "spreadsheet":
        filled = Workbook(data).filled()
        chosen = choice.sheet if choice.sheet in filled else _likeliest(filled)
        values = filled.get(chosen, [])
        return Grid(lambda: rows_of_values(values), sheet=chosen, sheets=tuple(filled))
    decoded = text_of(data, choice.encoding)
    text = decoded.text.replace("\0", "")
    dialect = find_dialect(text, choice.delimiter)
    return Grid(lambda: rows_of(text, dialect), decoded.encoding, decoded.evidence, dialect.delimiter)


def text_of(data: bytes, encoding: str) -> Decoded:
    """Return the text of a file, in the encoding that was said, else in the one it is found to have."""
    codec = known_charset(encoding) if encoding else ""
    if not codec:
        return decode(data)
    return Decoded(data.decode(codec, errors="replace").removeprefix("\ufeff"), codec, "chosen")


def _likeliest(filled: dict[str, list[list[object]]]) -> str:
    """Return the sheet that looks most like a table with headings; the first of equals."""

    def width(name: str) -> tuple[bool, bool]:
        rows = list(islice(rows_of_values(filled[name]), _PROBE))
        return find_header(rows) > 0, len(rows) > 1

    return max(filled, key=width, default="")


def read_table(data: bytes, kind: str, choice: Choice, *, hand_on: Callable[[Card], None] | None = None) -> CardFile:
    """Return the contacts of a table; with `hand_on` each is given to it as soon as it is read.

    Raises UserError, with the way out, for a file beyond the limits: 200 MB, 200,000 rows.
    """
    grid = grid_of(data, kind, choice)
    header = choice.header if choice.header is not None else find_header(list(islice(grid.rows(), _PROBE)))
    columns, count = profile(grid, header, choice)
    program = propose(columns, choice)
    reading = _reading(columns, choice)
    cards: list[Card] = []
    reader = _Reader(columns, reading, program, hand_on or cards.append, is_sheet=bool(grid.sheets))
    for line, cells in _data_rows(grid, header, choice):
        reader.take(line, cells)
    facts = TableFacts(
        encoding=grid.encoding,
        delimiter=grid.delimiter,
        header=header,
        sheet=grid.sheet,
        sheets=grid.sheets,
        program=program.name if program else "",
        rows=count,
        columns=tuple(ColumnFacts(c.key, c.heading, c.target, c.by, c.filled, c.samples) for c in columns),
        bad_rows=tuple(reader.bad_rows),
    )
    return CardFile(kind, tuple(cards), reader.account(), grid.encoding, grid.evidence, (), facts)


def _data_rows(grid: Grid, header: int, choice: Choice) -> Iterator[Row]:
    """Yield the rows below the headings that hold anything, corrected where somebody did."""
    for line, cells in grid.rows():
        if line > header and any(cells):
            yield line, list(choice.corrections[line]) if line in choice.corrections else cells


def profile(grid: Grid, header: int, choice: Choice) -> tuple[list[Column], int]:
    """Return the columns with what they hold, and the number of rows. Raises UserError for too many rows."""
    headings: Sequence[str] = next((cells for line, cells in grid.rows() if line == header), ())
    columns = make_columns(headings, len(headings))
    count = 0
    for _line, cells in _data_rows(grid, header, choice):
        count += 1
        if count > MOST_ROWS:
            raise UserError(_("The table has more than 200,000 rows. Split it into several files."))
        if len(cells) > len(columns) and len(columns) < MOST_COLUMNS:
            known = len(columns)
            columns += make_columns(headings, len(cells))[known:]
        for column, cell in zip(columns, cells, strict=False):
            value = cell.strip()
            if value and not (value == LOST and grid.sheets):
                column.note(value)
    return columns, count


def _reading(columns: Sequence[Column], choice: Choice) -> Reading:
    """Return how values are read: all days of a table have the same order."""
    told = ("birthday", "anniversary")
    days = (value for column in columns if column.target in told for value in column.values)
    where = choice.where
    order = date_order(days)
    if not order and any(column.heading.casefold() in ("birthday", "birth date") for column in columns):
        order = "mdy" if where.country in ("US", "CA") else ""
    return Reading(where.language, where.country, order)


class _Reader:
    """Makes cards of rows and keeps the account of cells."""

    def __init__(
        self,
        columns: Sequence[Column],
        reading: Reading,
        program: Program | None,
        hand_on: Callable[[Card], None],
        *,
        is_sheet: bool,
    ) -> None:
        self._columns = columns
        self._reading = reading
        self._hand_on = hand_on
        self._is_business = any(c.target == "number" or c.target in _BUSINESS for c in columns if c.filled)
        self._roles = roles_of(columns)
        self._defaults = program.defaults if program else frozenset()
        self._is_sheet = is_sheet
        as_numbers = is_sheet and program is not own_program()
        setters = [_setter(column, reading, is_sheet=as_numbers) for column in columns]
        self._plan = [(setter, is_kept(c.target)) for setter, c in zip(setters, columns, strict=True)]
        self._continued = frozenset(n for n, c in enumerate(columns) if program and program.is_continued(c.heading))
        self._above: Sequence[str] = ()
        self._cells = self._mapped = self._kept = 0
        self._reported: list[Reported] = []
        self.bad_rows: list[BadRow] = []

    def take(self, line: int, cells: Sequence[str]) -> None:
        """Make a card of one row."""
        draft = self._begin(cells)
        flaws: list[tuple[int, str]] = []
        left_out: list[Reported] = []
        mapped = kept = count = 0
        for place, cell in enumerate(cells):
            value = without_apostrophe(cell.strip())
            if not value:
                continue
            count += 1
            if value == LOST and self._is_sheet:
                left_out.append(Reported(line, NO_TEXT))
                flaws.append((place, NO_TEXT))
                continue
            if place >= len(self._plan) or len(value) > LONGEST_CELL:
                left_out.append(Reported(line, TOO_LONG if place < len(self._plan) else TOO_WIDE))
                continue
            setter, is_other = self._plan[place]
            if setter is None:
                left_out.append(Reported(line, LEFT_OUT))
            elif is_other and value in self._defaults:
                mapped += 1
            elif self._put(setter, draft, place, value, flaws):
                kept += is_other
                mapped += not is_other
            else:
                kept += 1
        if count:
            self._cells += count
            self._finish(draft, line, cells, flaws, (mapped, kept, count, left_out))

    def _begin(self, cells: Sequence[str]) -> Draft:
        """Return a draft for a row, with the name of the row above where it only continues that one."""
        draft = Draft()
        filled = {place for place, cell in enumerate(cells) if cell.strip()} if self._continued else set()
        if filled - self._continued:
            self._above = cells
        elif filled:
            for (setter, _is_other), column, cell in zip(self._plan, self._columns, self._above, strict=False):
                if setter and column.target in _WHOSE and cell.strip():
                    setter(draft, cell.strip())
        return draft

    def _put(self, setter: Setter, draft: Draft, place: int, value: str, flaws: list[tuple[int, str]]) -> bool:
        """Put one value; one that does not fit is kept as other data, a doubtful one in its field."""
        try:
            setter(draft, value)
        except DoubtfulError as problem:
            flaws.append((place, problem.reason))
        except Unfit as problem:
            flaws.append((place, problem.reason))
            draft.keep(self._columns[place].name, value)
            return False
        return True

    def _finish(
        self,
        draft: Draft,
        line: int,
        cells: Sequence[str],
        flaws: list[tuple[int, str]],
        counted: tuple[int, int, int, list[Reported]],
    ) -> None:
        """Hand a card on, or report a row that names nobody."""
        mapped, kept, count, left_out = counted
        give_roles(draft, self._roles)
        card = card_of(draft, line, self._reading)
        card = of_business(card) if self._is_business else card
        is_nobody = not card.display_name()
        if is_nobody:
            self._reported += [Reported(line, NOBODY)] * count
        else:
            self._mapped += mapped
            self._kept += kept
            self._reported += left_out
            self._hand_on(card)
        if (is_nobody or flaws) and len(self.bad_rows) < MOST_BAD:
            told = tuple(flaws) if not is_nobody else ((-1, NOBODY), *flaws)
            shown = tuple("" if cell == LOST and self._is_sheet else cell for cell in cells)
            self.bad_rows.append(BadRow(line, shown, told, is_nobody))

    def account(self) -> LineAccount:
        """Return where every cell went."""
        return LineAccount(self._cells, self._mapped, self._kept, tuple(self._reported))


def _setter(column: Column, reading: Reading, *, is_sheet: bool) -> Setter | None:
    """Return what a column does with its cells, None for one that is left out."""
    if column.target == "leave":
        return None
    setter = setter_of(column.target, column.name, reading) or setter_of("keep", column.name, reading)
    kind = number_kind(column.target) if is_sheet else ""
    if setter is not None and kind:
        return _as_written(setter, of_spreadsheet(column.values, is_percent=kind == "percent"))
    if setter is None or not column.target.endswith(".postcode") or not needs_zero(column.values):
        return setter
    return _with_zero(setter, slot_of(column.target))


def _as_written(setter: Setter, written: Callable[[str], str]) -> Setter:
    """Let a setter have the numbers of a spreadsheet as people write them."""
    return lambda draft, value: setter(draft, written(value))


def _with_zero(setter: Setter, slot: str) -> Setter:
    """Mark German postcodes that may have lost a zero, which a spreadsheet took for nothing."""

    def put(draft: Draft, value: str) -> None:
        setter(draft, value)
        if len(value) == 4 and value.isdigit():
            draft.addresses[slot][LOST_ZERO] = value

    return put
