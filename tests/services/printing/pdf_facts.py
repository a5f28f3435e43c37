"""What the tests ask of a PDF besides its text."""

from __future__ import annotations

import ctypes
from pathlib import Path

import pypdfium2.raw as pdfium

from gcrm.services.printing.preview import open_pdf, page_text


def fonts_of(path: Path) -> dict[str, bool]:
    """Return every font that any text uses, and whether it is embedded."""
    fonts: dict[str, bool] = {}
    with open_pdf(path) as document:
        for page in document:
            for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
                font = pdfium.FPDFTextObj_GetFont(item.raw)
                buffer = ctypes.create_string_buffer(256)
                pdfium.FPDFFont_GetBaseFontName(font, buffer, 256)
                fonts[buffer.value.decode()] = bool(pdfium.FPDFFont_GetIsEmbedded(font))
    return fonts


def metadata_of(path: Path) -> dict[str, str]:
    """Return title, author and so on."""
    with open_pdf(path) as document:
        return dict(document.get_metadata_dict())


def whole_text(path: Path, pages: int) -> str:
    """Return the text of all pages."""
    return "\n".join(page_text(path, number) for number in range(1, pages + 1))
