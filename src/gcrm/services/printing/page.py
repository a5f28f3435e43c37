"""The page toolkit: text, lines and boxes on pages of one PDF, with embedded fonts and "page x of y".

Lengths are points, (0, 0) is the lower left corner of the sheet. reportlab writes the file; text is collected into
one text object per page, which is faster than one per string.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from gcrm.errors import UserError
from gcrm.i18n import _, current_language
from gcrm.services.printing.fitting import shorten, wrap
from gcrm.services.printing.fonts import Face, regular, semibold, split_runs, width
from gcrm.services.printing.output import replace_file

MM = 72 / 25.4
BLACK, GREY, PALE = 0.08, 0.42, 0.93  # ink of text, of captions, of filled boxes (0 black, 1 white)
HAIRLINE, RULE_GREY = 0.4, 0.78


@dataclass(frozen=True, slots=True)
class Paper:
    """A size of paper, upright, in points."""

    name: str
    width: float
    height: float


PAPERS = {
    "A4": Paper("A4", 210 * MM, 297 * MM),  # ISO 216
    "Letter": Paper("Letter", 8.5 * 72, 11 * 72),  # ANSI/ASME Y14.1
}


def paper(name: str) -> Paper:
    """Return a paper by its name; raises UserError for an unknown one."""
    if name not in PAPERS:
        raise UserError(_("The paper {name} is not known; use A4 or Letter.").format(name=name))
    return PAPERS[name]


@dataclass(frozen=True, slots=True)
class PrintInfo:
    """What the PDF says about itself; the language defaults to the one in force."""

    title: str
    author: str = ""
    language: str = field(default_factory=current_language)


@dataclass(frozen=True, slots=True)
class PrintResult:
    """A finished print. `replaced` holds the characters for which no font was found ("" if all were drawn)."""

    path: Path
    pages: int
    replaced: str = ""


def without_font(replaced: str) -> str:
    """Return the sentence that says which characters were printed as a box."""
    return _("No font has these characters; a box is printed instead: {characters}").format(
        characters=" ".join(replaced)
    )


@dataclass(frozen=True, slots=True)
class TextStyle:
    """Font, size in points and ink."""

    face: Face
    size: float
    ink: float = BLACK

    @property
    def leading(self) -> float:
        """Return the distance from line to line in points."""
        return round(self.size * 1.25, 1)

    def width(self, text: str) -> float:
        """Return how wide `text` is in points."""
        return width(text, self.face, self.size)

    def shorten(self, text: str, room: float) -> str:
        """Return `text` with an ellipsis where it is wider than `room` points."""
        return shorten(text, self.face, self.size, room)

    def wrap(self, text: str, room: float) -> list[str]:
        """Return `text` in lines of at most `room` points."""
        return wrap(text, self.face, self.size, room)


@lru_cache(maxsize=64)
def style(size: float, *, bold: bool = False, ink: float = BLACK) -> TextStyle:
    """Return a text style."""
    return TextStyle(semibold() if bold else regular(), size, ink)


class Pages:
    """The pages of one PDF while they are drawn; `save` writes the file."""

    def __init__(self, info: PrintInfo, sheet: Paper, *, landscape: bool = False) -> None:
        """Begin the first page."""
        self.width, self.height = (sheet.height, sheet.width) if landscape else (sheet.width, sheet.height)
        self.count = 1  # pages begun
        self.number = 1  # of the page within its chapter
        self._is_open = True
        self._numbers: list[tuple[int, int, float, float, TextStyle]] = []
        self._missing: dict[str, None] = {}
        self.canvas = Canvas(
            io.BytesIO(),
            pagesize=(self.width, self.height),
            pdfVersion=(1, 7),
            lang=info.language,
            initialFontName=regular().name,
        )
        self.canvas.setTitle(info.title)
        self.canvas.setAuthor(info.author or "gCRM")
        self.canvas.setCreator("gCRM")
        self._begin_page()

    def _begin_page(self) -> None:
        self.canvas.setStrokeGray(RULE_GREY)
        self.canvas.setLineWidth(HAIRLINE)
        self._open_text()

    def _open_text(self) -> None:
        self._text = self.canvas.beginText()
        self._style: TextStyle | None = None
        self._is_empty = True

    def _flush(self) -> None:
        if not self._is_empty:
            self.canvas.drawText(self._text)
        self._open_text()

    def text(self, x: float, y: float, text: str, look: TextStyle) -> None:
        """Draw `text` with its base line beginning at (x, y)."""
        target = self._text
        target.setTextOrigin(x, y)
        if look is not self._style:
            self._use(look)
        self._is_empty = False
        if look.face.covers.issuperset(text):
            target.textOut(text)
        else:
            self._text_in_runs(text, look)

    def _use(self, look: TextStyle) -> None:
        """Make `look` the style of what follows."""
        former = self._style
        self._text.setFont(look.face.name, look.size)
        if former is None or former.ink != look.ink:
            self._text.setFillGray(look.ink)
        self._style = look

    def _text_in_runs(self, text: str, look: TextStyle) -> None:
        """Draw text of which some characters need another font."""
        runs, missing = split_runs(text, look.face)
        self._missing.update(dict.fromkeys(missing))
        for face, piece in runs:
            self._text.setFont(face.name, look.size)
            self._text.textOut(piece)
        self._text.setFont(look.face.name, look.size)

    def text_right(self, x: float, y: float, text: str, look: TextStyle) -> None:
        """Draw `text` with its base line ending at (x, y)."""
        self.text(x - width(text, look.face, look.size), y, text, look)

    def text_centred(self, x: float, y: float, text: str, look: TextStyle) -> None:
        """Draw `text` with the middle of its base line at (x, y)."""
        self.text(x - width(text, look.face, look.size) / 2, y, text, look)

    def line(self, x1: float, y1: float, x2: float, y2: float) -> None:
        """Draw a hairline."""
        self.canvas.line(x1, y1, x2, y2)

    def lines(self, lines: list[tuple[float, float, float, float]]) -> None:
        """Draw many hairlines in one path."""
        if lines:
            self.canvas.lines(lines)

    def box(self, x: float, y: float, wide: float, high: float, *, radius: float = 0, ink: float = PALE) -> None:
        """Fill a box whose lower left corner is (x, y); text drawn before or after lies above it."""
        self.canvas.setFillGray(ink)
        self.canvas.roundRect(x, y, wide, high, radius, stroke=0, fill=1)

    def frame(self, x: float, y: float, wide: float, high: float, *, radius: float = 0) -> None:
        """Draw the outline of a box whose lower left corner is (x, y)."""
        self.canvas.roundRect(x, y, wide, high, radius, stroke=1, fill=0)

    @contextmanager
    def shifted(self, dx: float, dy: float, scale: float) -> Iterator[None]:
        """Move what is drawn by (dx, dy) points, after scaling about the upper left corner of the sheet."""
        self._flush()
        self.canvas.saveState()
        self.canvas.transform(scale, 0, 0, scale, dx, dy + self.height * (1 - scale))
        yield
        self._flush()
        self.canvas.restoreState()

    def page_number(self, right: float, y: float, look: TextStyle) -> None:
        """Draw "Page 2 of 7" ending at (right, y), once; what it says is filled in when the chapter ends.

        Each is a form of its own rather than one shared form for the total: the words stay one piece of text for
        whoever searches or copies them.
        """
        self._flush()
        self.canvas.doForm(f"page{self.count}")
        self._numbers.append((self.count, self.number, right, y, look))

    def new_page(self) -> None:
        """End the page and begin the next one."""
        self._flush()
        self.canvas.showPage()
        self.count += 1
        self.number += 1
        self._begin_page()

    def new_chapter(self) -> None:
        """Begin a page after `end_chapter`; page numbers begin at 1 again, and the total counts this chapter alone."""
        self.count += 1
        self.number = 1
        self._is_open = True
        self._begin_page()

    def end_chapter(self) -> None:
        """End the page and write the page numbers of the chapter, in the language in force."""
        self._flush()
        self.canvas.showPage()
        self._is_open = False
        template = _("Page {page} of {pages}")
        for count, number, right, y, look in self._numbers:
            text = template.format(page=number, pages=self.number)
            left = right - look.width(text)
            self.canvas.beginForm(f"page{count}", left, y - look.size, right + 1, y + look.size)
            self._open_text()
            self.text(left, y, text, look)
            self._flush()
            self.canvas.endForm()
        self._numbers = []

    def data(self) -> bytes:
        """End the last page, if it is open, and return the bytes of the PDF."""
        if self._is_open:
            self.end_chapter()
        content: bytes = self.canvas.getpdfdata()
        return content

    def save(self, path: Path) -> PrintResult:
        """End the last page and write the file whole or not at all. Raises EnvironmentProblem."""
        replace_file(path, self.data())
        return PrintResult(path, self.count, "".join(self._missing))
