"""The quiet layout of a contact sheet: a title, cards two by two, sections, a chronicle, head and foot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from gcrm.services.printing.dates import format_day, format_moment
from gcrm.services.printing.page import GREY, MM, Pages, TextStyle, style
from gcrm.services.printing.table import Column, Table, fitted_widths, least_widths, natural_widths

SIDE, TOP, BOTTOM = 20 * MM, 16 * MM, 22 * MM
GUTTER = 10 * MM
ROW_GAP = 2.0
LABEL_SHARE, WIDE_LABEL, WIDER_LABEL = 0.34, 32 * MM, 52 * MM
MOMENT_WIDTH = 34 * MM

Rows = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What stands on top of a letter: the name of one's own firm, and lines below it."""

    name: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Looks:
    """The text styles of the sheet; made when the first sheet is drawn, because they load the fonts."""

    body: TextStyle = field(default_factory=lambda: style(9.5))
    label: TextStyle = field(default_factory=lambda: style(9, ink=GREY))
    head: TextStyle = field(default_factory=lambda: style(10.5, bold=True))
    strong: TextStyle = field(default_factory=lambda: style(9.5, bold=True))
    small: TextStyle = field(default_factory=lambda: style(8, ink=GREY))


class SheetLayout:
    """Draws one contact from the top of the page downwards and turns pages when needed."""

    def __init__(self, pages: Pages, name: str, company: tuple[str, str], printed_on: date) -> None:
        """Begin on the current page of `pages`; `company` is name and a line for the foot."""
        self._looks = _Looks()
        self._pages, self._name, self._company, self._printed_on = pages, name, company, printed_on
        self._right = pages.width - SIDE
        self._room = pages.width - 2 * SIDE
        self._y = pages.height - TOP
        self._foot()

    def _foot(self) -> None:
        pages, y = self._pages, BOTTOM - 9 * MM
        pages.line(SIDE, y + 12, self._right, y + 12)
        pages.page_number(self._right, y, self._looks.small)
        day = format_day(self._printed_on)
        pages.text(SIDE, y, day, self._looks.small)
        middle = " · ".join(part for part in self._company if part)
        room = self._room - 2 * max(self._looks.small.width(day), 30 * MM)
        pages.text_centred(pages.width / 2, y, self._looks.small.shorten(middle, room), self._looks.small)

    def _turn_page(self) -> float:
        """Begin another page, headed by the contact's name; return where its content begins."""
        self._pages.new_page()
        self._foot()
        y = self._pages.height - TOP - self._looks.small.size
        self._pages.text(SIDE, y, self._looks.small.shorten(self._name, self._room), self._looks.small)
        self._y = y - 14
        return self._y

    def _need(self, height: float) -> None:
        """Turn the page unless `height` points are left."""
        if self._y - height < BOTTOM:
            self._turn_page()

    def letterhead(self, head: Letterhead) -> None:
        """Draw the own firm at the right of the first page, above everything else; nothing while it has no name."""
        if not head.name:
            return
        look, y = style(11, bold=True), self._y - 11
        self._pages.text_right(self._right, y, look.shorten(head.name, self._room), look)
        for line in head.lines:
            y -= self._looks.small.leading + 1
            self._pages.text_right(self._right, y, self._looks.small.shorten(line, self._room), self._looks.small)
        self._pages.line(SIDE, y - 8, self._right, y - 8)
        self._y = y - 26

    def title(self, name: str, number: str, chips: Sequence[str]) -> None:
        """Draw the name, the number at its right, and the chips below."""
        pages, big, side = self._pages, style(20, bold=True), style(11, ink=GREY)
        y = self._y - big.size * 0.8
        pages.text_right(self._right, y, number, side)
        for line in big.wrap(name, self._room - side.width(number) - 12):
            pages.text(SIDE, y, line, big)
            y -= big.leading
        self._y = y + big.leading - 10
        if chips:
            self._chips(chips)
        self._y -= 8

    def _chips(self, chips: Sequence[str]) -> None:
        look, pages, x = style(8.5, bold=True, ink=0.25), self._pages, SIDE
        y = self._y - 12
        for chip in chips:
            text = look.shorten(chip, self._room - 12)
            wide = look.width(text) + 12
            if x > SIDE and x + wide > self._right:
                x, y = SIDE, y - 18
            pages.box(x, y - 3.5, wide, 14, radius=7)
            pages.text(x + 6, y + 0.6, text, look)
            x += wide + 5
        self._y = y - 6

    def heading(self, text: str) -> None:
        """Draw a section's title over the whole width, never as the last line of a page."""
        self._need(self._looks.head.leading + 3 * self._looks.body.leading + 12)
        self._y = self._heading_at(SIDE, self._room, self._y - 8, text)

    def _heading_at(self, x: float, wide: float, y: float, text: str) -> float:
        y -= self._looks.head.size
        self._pages.text(x, y, self._looks.head.shorten(text, wide), self._looks.head)
        self._pages.line(x, y - 4, x + wide, y - 4)
        return y - 7

    def cards(self, first: tuple[str, Rows], second: tuple[str, Rows]) -> bool:
        """Draw two cards beside each other; False (and nothing drawn) if one is taller than a page."""
        wide = (self._room - GUTTER) / 2
        high = max(self._card_height(rows, wide) for _title, rows in (first, second))
        if high > self._pages.height - TOP - BOTTOM - 30:
            return False
        self._need(high)
        top = self._y - 8
        for x, (title, rows) in ((SIDE, first), (SIDE + wide + GUTTER, second)):
            y = self._heading_at(x, wide, top, title)
            for label, value in rows:
                if value:
                    y = self._pair_at(x, wide, y, (label, value), wide * LABEL_SHARE)
            self._y = min(self._y, y)
        self._y -= 4
        return True

    def _card_height(self, rows: Rows, wide: float) -> float:
        lines = sum(len(self._value_lines(value, wide, wide * LABEL_SHARE, label)) for label, value in rows if value)
        return 8 + self._looks.head.size + 7 + lines * self._looks.body.leading + len(rows) * ROW_GAP + 4

    def _value_lines(self, value: str, wide: float, label_wide: float, label: str) -> list[str]:
        return self._looks.body.wrap(value, wide - (label_wide if label else 0))

    def _pair_at(self, x: float, wide: float, y: float, row: tuple[str, str], label_wide: float) -> float:
        """Draw label and value with their top at `y`; return the y below."""
        label, value = row
        pages, base = self._pages, y - self._looks.body.size - 1
        if label:
            pages.text(x, base, self._looks.label.shorten(label, label_wide - 6), self._looks.label)
        for line in self._value_lines(value, wide, label_wide, label):
            pages.text(x + (label_wide if label else 0), base, line, self._looks.body)
            base -= self._looks.body.leading
        return base + self._looks.body.size + 1 - ROW_GAP

    def rule(self, rows: Rows) -> None:
        """Draw a hairline before a record of these `pairs` with a wide label.

        A new page divides records, too: a record that would go on over it begins there, if a page holds it whole.
        """
        lines = sum(len(self._value_lines(value, self._room, WIDER_LABEL, label)) for label, value in rows if value)
        high = 5 + lines * self._looks.body.leading + len(rows) * ROW_GAP
        if high > self._pages.height - TOP - BOTTOM - 30:
            high = 3 * self._looks.body.leading
        if self._y - high < BOTTOM:
            self._turn_page()
            return
        self._pages.line(SIDE, self._y - 1, self._right, self._y - 1)
        self._y -= 5

    def pairs(self, rows: Rows, *, wide_label: bool = False) -> None:
        """Draw rows of label and value over the whole width; a long value goes on over the page."""
        room = WIDER_LABEL if wide_label else WIDE_LABEL
        for label, value in rows:
            if not value:
                continue
            lines = self._value_lines(value, self._room, room, label)
            self._need(self._looks.body.leading + ROW_GAP)
            shown = self._looks.label.shorten(label, room - 6)
            self._pages.text(SIDE, self._y - self._looks.body.size - 1, shown, self._looks.label)
            self._lines(lines, SIDE + (room if label else 0))
            self._y -= ROW_GAP
        self._y -= 2

    def _lines(self, lines: Iterable[str], x: float) -> None:
        for line in lines:
            self._need(self._looks.body.leading)
            self._pages.text(x, self._y - self._looks.body.size - 1, line, self._looks.body)
            self._y -= self._looks.body.leading

    def paragraph(self, text: str) -> None:
        """Draw running text over the whole width."""
        self._y -= 1
        self._lines(self._looks.body.wrap(text, self._room), SIDE)
        self._y -= 4

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
        """Draw a table over the whole width; its header is repeated on further pages."""
        body = self._looks.body
        widths = fitted_widths(natural_widths(columns, rows, body), self._room, least_widths(columns, rows, body))
        table = Table(self._pages, columns, (SIDE, self._room, BOTTOM), self._turn_page, body, widths)
        table.begin(self._y - 1)
        table.rows(rows)
        self._y = table.end() - 6

    def entry(self, moment: date, title: str, text: str, who: str) -> None:
        """Draw an entry of the chronicle: when at the left, what and by whom at the right."""
        x, room = SIDE + MOMENT_WIDTH, self._room - MOMENT_WIDTH
        self._need(self._looks.body.leading * (2 if text else 1) + 6)
        base = self._y - self._looks.body.size - 3
        self._pages.text(SIDE, base, format_moment(moment), style(9, ink=GREY))
        who_wide = self._looks.small.width(who)
        self._pages.text_right(self._right, base, self._looks.small.shorten(who, room / 2), self._looks.small)
        titles = self._looks.strong.wrap(title, room - min(who_wide, room / 2) - 8)
        self._y -= 2
        for line in titles:
            self._need(self._looks.body.leading)
            self._pages.text(x, self._y - self._looks.body.size - 1, line, self._looks.strong)
            self._y -= self._looks.body.leading
        if text:
            self._lines(self._looks.body.wrap(text, room), x)
        self._y -= 4
