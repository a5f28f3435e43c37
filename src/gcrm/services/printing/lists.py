"""A list on paper exactly as it is shown: columns, order, groups and filter; as long as it may be.

Rows are read one at a time and drawn at once; what stays in memory is reportlab's compressed pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice
from pathlib import Path

from gcrm.i18n import language, ngettext
from gcrm.services.printing.dates import format_day
from gcrm.services.printing.page import GREY, MM, Pages, PrintInfo, PrintResult, TextStyle, paper, style
from gcrm.services.printing.table import GAP, Column, Table, fitted_widths, least_widths, natural_widths

SIDE, TOP, BOTTOM = 15 * MM, 14 * MM, 18 * MM
SAMPLE = 200  # rows that are looked at for the widths of the columns
SIZES = (9.0, 8.5, 8.0, 7.5, 7.0)
ENOUGH = 26.0  # characters that a column of long texts needs at least to be read with pleasure


@dataclass(frozen=True, slots=True)
class ListPrint:
    """A list to print; `rows` holds one text per column, in the order shown.

    With `is_grouped` each row begins with the name of its group, before the columns' texts; rows of one group follow
    each other. `subtitle` says the filter in words. `orientation` is "auto", "portrait" or "landscape", `language`
    that of the fixed words ("": the one in force).
    """

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[str]]
    subtitle: str = ""
    is_grouped: bool = False
    company: str = ""
    printed_on: date = field(default_factory=date.today)
    paper: str = "A4"
    orientation: str = "auto"
    language: str = ""


def print_list(path: Path, listing: ListPrint) -> PrintResult:
    """Write the list as a PDF at `path`. Raises UserError for an unknown paper, EnvironmentProblem for the disk."""
    if not listing.language:
        return _print(path, listing)
    with language(listing.language):
        return _print(path, listing)


def _print(path: Path, listing: ListPrint) -> PrintResult:
    sheet = paper(listing.paper)
    rows = iter(listing.rows)
    first = list(islice(rows, SAMPLE))
    sample = [row[1:] for row in first] if listing.is_grouped else first
    look, is_landscape = _choose(listing, sample, sheet.width, sheet.height)
    pages = Pages(PrintInfo(listing.title, listing.company), sheet, landscape=is_landscape)
    room = pages.width - 2 * SIDE
    wishes = natural_widths(listing.columns, sample, look)
    widths = fitted_widths(wishes, room, least_widths(listing.columns, sample, look))
    drawer = _ListDrawer(pages, listing)
    table = Table(pages, listing.columns, (SIDE, room, BOTTOM), drawer.turn_page, look, widths)
    table.begin(drawer.begin())
    count = _draw_rows(table, listing, chain(first, rows))
    drawer.end(table.end(), count)
    return pages.save(path)


def _draw_rows(table: Table, listing: ListPrint, rows: Iterator[Sequence[str]]) -> int:
    return table.grouped_rows(rows) if listing.is_grouped else table.rows(rows)


def _choose(listing: ListPrint, sample: list[Sequence[str]], narrow: float, wide: float) -> tuple[TextStyle, bool]:
    """Return the largest text with which the columns fit, upright before lying; the smallest, lying, if none fits."""
    choices = {"portrait": (False,), "landscape": (True,)}.get(listing.orientation, (False, True))
    for size in SIZES:
        wish = sum(natural_widths(listing.columns, sample, style(size), ENOUGH)) + GAP * (len(listing.columns) - 1)
        for is_landscape in choices:
            if wish <= (wide if is_landscape else narrow) - 2 * SIDE:
                return style(size), is_landscape
    return style(SIZES[-1]), choices[-1]


class _ListDrawer:
    """What stands around the table: title, filter, company, date and page numbers."""

    def __init__(self, pages: Pages, listing: ListPrint) -> None:
        self._pages, self._listing = pages, listing
        self._small = style(8, ink=GREY)
        self._right = pages.width - SIDE

    def begin(self) -> float:
        """Draw title and filter of the first page; return where the table begins."""
        pages, listing = self._pages, self._listing
        title, sub = style(16, bold=True), style(9.5, ink=GREY)
        y = pages.height - TOP - title.size
        company = self._small.shorten(listing.company, (self._right - SIDE) / 3)
        pages.text_right(self._right, y, company, self._small)
        room = self._right - SIDE - self._small.width(company) - 12
        for line in title.wrap(listing.title, room):
            pages.text(SIDE, y, line, title)
            y -= title.leading
        for line in sub.wrap(listing.subtitle, self._right - SIDE) if listing.subtitle else ():
            pages.text(SIDE, y, line, sub)
            y -= sub.leading
        self._foot()
        return y + 2

    def turn_page(self) -> float:
        """Begin another page with a small title; return where the table goes on."""
        self._pages.new_page()
        y = self._pages.height - TOP - self._small.size
        title = self._small.shorten(self._listing.title, self._right - SIDE)
        self._pages.text(SIDE, y, title, self._small)
        self._foot()
        return y - 8

    def _foot(self) -> None:
        y = BOTTOM - 8 * MM
        self._pages.page_number(self._right, y, self._small)
        self._pages.text(SIDE, y, format_day(self._listing.printed_on), self._small)

    def end(self, y: float, count: int) -> None:
        """Say below the last row how many there are; the lower margin has room for it."""
        text = ngettext("{count} entry", "{count} entries", count).format(count=count)
        self._pages.text(SIDE, y - self._small.size - 4, text, style(8, bold=True, ink=GREY))
