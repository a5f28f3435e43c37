"""Tables: header repeated on every page, cells that wrap, numbers to the right, groups; drawn row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from gcrm.i18n import _
from gcrm.services.printing.fitting import parts, whole_pieces, wrap
from gcrm.services.printing.fonts import width
from gcrm.services.printing.page import GREY, Pages, TextStyle, style

GAP = 8.0  # points between columns
MOST_CHARACTERS = 48.0  # beyond this a column wraps rather than grows


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its label, how many characters are usual (0: taken from the first rows), "left" or "right"."""

    label: str
    characters: float = 0.0
    align: str = "left"


def natural_widths(
    columns: Sequence[Column], sample: Sequence[Sequence[str]], look: TextStyle, most: float = MOST_CHARACTERS
) -> list[float]:
    """Return the width in points that each column would like, from its label, its hint and the first rows.

    No column wishes for more than `most` characters; longer texts wrap.
    """
    widths = []
    for place, column in enumerate(columns):
        texts = [row[place] for row in sample if place < len(row)]
        longest = max((look.width(line) for text in texts for line in text.splitlines()), default=0.0)
        wish = max(longest, column.characters * look.size * 0.5)
        wish = min(wish, most * look.size * 0.5)
        widths.append(max(wish, style(look.size, bold=True).width(column.label), look.size * 2))
    return widths


def least_widths(columns: Sequence[Column], sample: Sequence[Sequence[str]], look: TextStyle) -> list[list[float]]:
    """Return what columns need so that nothing is torn apart, the kindest first.

    First with every number, telephone number and date in one line, then with lines that end between their groups; an
    e-mail address ends a line after one of its signs.
    """
    found = []
    for pieces in (whole_pieces, parts):
        needs = [0.0] * len(columns)
        for row in sample:
            for place, text in enumerate(row[: len(columns)]):
                needs[place] = max(needs[place], *map(look.width, pieces(text)), 0.0)
        found.append(needs)
    return found


def fitted_widths(wishes: Sequence[float], room: float, leasts: Sequence[Sequence[float]] = ()) -> list[float]:
    """Return widths that together fill `room` less the gaps: narrow columns keep their wish, wide ones share the rest.

    Where there is too much room, it is shared in proportion. No column gets less than the first of `leasts` that fits.
    """
    left = room - GAP * (len(wishes) - 1)
    if sum(wishes) <= left:
        extra = (left - sum(wishes)) / sum(wishes)
        return [wish * (1 + extra) for wish in wishes]
    for needs in leasts:
        floors = [min(need, wish) for need, wish in zip(needs, wishes, strict=True)]
        if sum(floors) <= left:
            return _floored(wishes, floors, left)
    return _squeezed(wishes, left)


def _floored(wishes: Sequence[float], floors: Sequence[float], room: float) -> list[float]:
    """Squeeze the columns that can be squeezed; the others get what they need."""
    firm: dict[int, float] = {}
    while True:
        others = [place for place in range(len(wishes)) if place not in firm]
        widths = _squeezed([wishes[place] for place in others], room - sum(firm.values()))
        short = {place: floors[place] for place, wide in zip(others, widths, strict=True) if wide < floors[place]}
        if not short:
            rest = dict(zip(others, widths, strict=True))
            return [firm.get(place, rest.get(place, 0.0)) for place in range(len(wishes))]
        firm |= short


def _squeezed(wishes: Sequence[float], room: float) -> list[float]:
    """Cap the widest columns at the one width that makes all of them fit."""
    open_columns, left = len(wishes), room
    for wish in sorted(wishes):
        if wish * open_columns > left:
            break
        left -= wish
        open_columns -= 1
    cap = left / max(1, open_columns)
    return [min(wish, cap) for wish in wishes]


class Table:
    """Draws rows from the top of `frame` downwards; `turn_page` ends a page and returns where the next one begins."""

    def __init__(
        self,
        pages: Pages,
        columns: Sequence[Column],
        frame: tuple[float, float, float],
        turn_page: Callable[[], float],
        look: TextStyle,
        widths: Sequence[float] | None = None,
    ) -> None:
        """Prepare a table in `frame` (left, width, lowest y in points); nothing is drawn yet."""
        self._pages, self._turn_page, self._look = pages, turn_page, look
        self._left, room, self._bottom = frame
        self._right = self._left + room
        self._labels = [column.label for column in columns]
        self._head = style(look.size - 0.5, bold=True, ink=GREY)
        self._bold = style(look.size + 0.5, bold=True)
        self._widths = list(widths or fitted_widths(natural_widths(columns, (), look), room))
        self._is_right = [column.align == "right" for column in columns]
        starts = [self._left + sum(self._widths[:i]) + GAP * i for i in range(len(columns))]
        self._places = list(zip(starts, self._widths, self._is_right, strict=True))
        self._rules: list[tuple[float, float, float, float]] = []
        self._group: str | None = None
        self.y = 0.0

    def begin(self, y: float) -> None:
        """Draw the header with its top at `y`."""
        head = self._head
        cells = [head.wrap(label, wide) for label, wide in zip(self._labels, self._widths, strict=True)]
        lines = max(map(len, cells), default=1)
        base = y - head.size
        for (x, wide, is_right), cell in zip(self._places, cells, strict=True):
            self._draw_cell(x, wide, is_right, base - (lines - len(cell)) * head.leading, cell, head)
        self.y = y - lines * head.leading - 4
        self._pages.canvas.setLineWidth(0.8)
        self._pages.line(self._left, self.y, self._right, self.y)
        self._pages.canvas.setLineWidth(0.4)

    def rows(self, rows: Iterable[Sequence[str]]) -> int:
        """Draw rows of texts; return how many."""
        count = 0
        for row in rows:
            count += 1
            self._row(row)
        return count

    def grouped_rows(self, rows: Iterable[Sequence[str]]) -> int:
        """Draw rows whose first text names their group; a heading stands before each group and after page breaks."""
        count = 0
        for row in rows:
            count += 1
            if row[0] != self._group:
                self._heading(row[0])
            self._row(row[1:])
        return count

    def end(self) -> float:
        """Finish the rules of the last page; return the y below the table."""
        self._pages.lines(self._rules)
        self._rules = []
        return self.y

    def _row(self, row: Sequence[str]) -> None:
        look = self._look
        face, size, leading = look.face, look.size, look.leading
        y = self.y - leading - 3
        if y < self._bottom:
            self._break()
            y = self.y - leading - 3
        base = self.y - size - 1
        draw = self._pages.text
        rest: list[tuple[int, list[str]]] = []
        for place, (text, (x, wide, is_right)) in enumerate(zip(row, self._places, strict=False)):
            if not text:
                continue
            used = width(text, face, size)
            if used > wide or "\n" in text:
                rest.append((place, wrap(text, face, size, wide)))
            else:
                draw(x + wide - used if is_right else x, base, text, look)
        if rest:
            y = self._tall_row(rest, base)
        self.y = y
        self._rules.append((self._left, y, self._right, y))

    def _tall_row(self, cells: list[tuple[int, list[str]]], base: float) -> float:
        """Draw the cells of a row that need several lines, over as many pages as they take; return the row's end."""
        leading = self._look.leading
        tallest = max(len(lines) for _place, lines in cells)
        done = 0
        while True:
            fits = max(1, int((base - self._bottom) / leading) + 1)
            for place, lines in cells:
                x, wide, is_right = self._places[place]
                self._draw_cell(x, wide, is_right, base, lines[done : done + fits], self._look)
            shown, done = min(fits, tallest - done), done + fits
            if done >= tallest:
                return base + self._look.size + 1 - shown * leading - 3
            self._break()
            base = self.y - self._look.size - 1

    def _draw_cell(self, x: float, wide: float, is_right: bool, y: float, lines: list[str], look: TextStyle) -> None:
        for line in lines:
            if is_right:
                self._pages.text_right(x + wide, y, line, look)
            else:
                self._pages.text(x, y, line, look)
            y -= look.leading

    def _heading(self, group: str) -> None:
        self._group = None
        if self.y - 3 * self._bold.leading - self._look.leading < self._bottom:
            self._break()
        self._group = group
        self._draw_heading(group)

    def _draw_heading(self, text: str) -> None:
        bold = self._bold
        y = self.y - bold.leading - 6
        line = bold.shorten(text or _("Without group"), self._right - self._left)
        self._pages.text(self._left, y + 3, line, bold)
        self.y = y - 3
        self._rules.append((self._left, self.y, self._right, self.y))

    def _break(self) -> None:
        """Go to the next page; the header and the heading of the group stand there again."""
        self._pages.lines(self._rules)
        self._rules = []
        self.begin(self._turn_page())
        if self._group is not None:
            self._draw_heading(_("{group} (continued)").format(group=self._group or _("Without group")))
