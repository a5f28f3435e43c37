"""Pages of a PDF as pictures and text, for the print dialog and the tests (PDFium through pypdfium2).

Pages count from 1. PDFium must not be used by two threads at once (its own documentation says so): everything that
opens a PDF goes through `open_pdf`, which lets one thread in at a time.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.i18n import _

_ONE_AT_A_TIME = threading.RLock()


@dataclass(frozen=True, slots=True)
class PageImage:
    """A page as pixels: `rgb` holds width x height x 3 bytes, row by row from the top."""

    width: int
    height: int
    rgb: bytes

    def to_pil(self) -> Image.Image:
        """Return the page as a Pillow image."""
        return Image.frombytes("RGB", (self.width, self.height), self.rgb)


@dataclass(frozen=True, slots=True)
class TextBox:
    """A run of text and where its ink lies, in millimetres from the upper left corner of the page."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


@contextmanager
def open_pdf(source: Path | bytes) -> Iterator[Any]:
    """Open a PDF for reading, one thread at a time. Raises EnvironmentProblem where it cannot be read."""
    with _ONE_AT_A_TIME:
        document = _open(source)
        try:
            yield document
        finally:
            document.close()


def _open(source: Path | bytes) -> Any:
    try:
        return pypdfium2.PdfDocument(source)
    except (pypdfium2.PdfiumError, OSError) as error:
        name = source.name if isinstance(source, Path) else "PDF"
        sentence = _(
            "{file} cannot be read as a PDF. It may be damaged or protected by a password: open it in another program."
        )
        raise EnvironmentProblem(sentence.format(file=name), details=str(error)) from error


@contextmanager
def _page(source: Path | bytes, number: int) -> Iterator[Any]:
    with open_pdf(source) as document:
        if not 1 <= number <= len(document):
            sentence = _("There is no page {page}; the last one is {last}.")
            raise UserError(sentence.format(page=number, last=len(document)))
        yield document[number - 1]


def page_count(source: Path | bytes) -> int:
    """Return how many pages a PDF has."""
    with open_pdf(source) as document:
        return len(document)


def page_size(source: Path | bytes, page: int = 1) -> tuple[float, float]:
    """Return width and height of a page in millimetres."""
    with _page(source, page) as opened:
        wide, high = opened.get_size()
        return wide * 25.4 / 72, high * 25.4 / 72


def render_page(source: Path | bytes, page: int = 1, dpi: float = 96) -> PageImage:
    """Paint one page on white paper."""
    with _page(source, page) as opened:
        bitmap = opened.render(scale=dpi / 72, rev_byteorder=True, prefer_bgrx=False)
        image = bitmap.to_pil().convert("RGB")
        return PageImage(image.width, image.height, image.tobytes())


def page_text(source: Path | bytes, page: int = 1) -> str:
    """Return the text of one page in the order in which it was drawn."""
    with _page(source, page) as opened:
        text: str = opened.get_textpage().get_text_bounded()
        return text.replace("\r\n", "\n")


def text_boxes(source: Path | bytes, page: int = 1) -> list[TextBox]:
    """Return the runs of text of a page with their places."""
    with _page(source, page) as opened:
        high = opened.get_size()[1]
        text = opened.get_textpage()
        rectangles = [text.get_rect(place) for place in range(text.count_rects())]
        return [_text_box(text.get_text_bounded(*edges), edges, high) for edges in rectangles]


def _text_box(text: str, edges: tuple[float, float, float, float], high: float) -> TextBox:
    left, bottom, right, top = edges
    scale = 25.4 / 72
    return TextBox(text.strip(), left * scale, (high - top) * scale, right * scale, (high - bottom) * scale)
