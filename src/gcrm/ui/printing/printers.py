"""The printers of this computer, and a PDF painted onto one of them page by page.

The pages are painted as pictures by the same program that shows the preview, so that paper and preview cannot differ.
"""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QMarginsF, QRectF, QSizeF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from gcrm.errors import EnvironmentProblem
from gcrm.i18n import _
from gcrm.services.printing.preview import PageImage, page_count, page_size, render_page
from gcrm.ui.tasks import Progress

DPI = 300
"""Finer pictures are only slower: office printers do not show more of text."""


class Printers(Protocol):
    """Where paper comes out; tests give their own."""

    def names(self) -> list[str]:
        """Return the names of all printers, the default one first."""

    def open(self, name: str, title: str) -> QPrinter:
        """Return a printer ready to be painted on."""


class SystemPrinters:
    """The printers that the operating system knows."""

    def names(self) -> list[str]:
        """Return the names of all printers, the default one first."""
        default = QPrinterInfo.defaultPrinterName()
        return sorted(QPrinterInfo.availablePrinterNames(), key=lambda name: (name != default, name.casefold()))

    def open(self, name: str, title: str) -> QPrinter:
        """Return a printer ready to be painted on. Raises EnvironmentProblem when it has gone."""
        info = QPrinterInfo.printerInfo(name)
        if info.isNull():
            sentence = _("The printer {name} is not there any more. Choose another one.")
            raise EnvironmentProblem(sentence.format(name=name))
        printer = QPrinter(info, QPrinter.PrinterMode.HighResolution)
        printer.setDocName(title)
        printer.setCreator("gCRM")
        return printer


def to_qimage(page: PageImage) -> QImage:
    """Return a page as an image of Qt that owns its pixels."""
    image = QImage(page.rgb, page.width, page.height, page.width * 3, QImage.Format.Format_RGB888)
    return image.copy()


def _set_page(printer: QPrinter, size: tuple[float, float]) -> None:
    """Choose paper and direction of the next page, without margins: the PDF has its own."""
    wide, high = size
    is_landscape = wide > high
    upright = QSizeF(min(size), max(size))
    paper = QPageSize(upright, QPageSize.Unit.Millimeter, "", QPageSize.SizeMatchPolicy.FuzzyMatch)
    direction = QPageLayout.Orientation.Landscape if is_landscape else QPageLayout.Orientation.Portrait
    printer.setFullPage(True)
    printer.setPageLayout(QPageLayout(paper, direction, QMarginsF(0, 0, 0, 0)))


def paint_pdf(printer: QPrinter, pdf: bytes, progress: Progress | None = None) -> int:
    """Paint every page of a PDF; return how many. For a reader's thread. Raises EnvironmentProblem."""
    pages = page_count(pdf)
    dpi = min(DPI, printer.resolution())
    _set_page(printer, page_size(pdf, 1))
    painter = QPainter()
    if not painter.begin(printer):
        sentence = _("The printer {name} does not accept the print. Check that it is switched on and has paper.")
        raise EnvironmentProblem(sentence.format(name=printer.printerName()))
    try:
        for number in range(1, pages + 1):
            if progress is not None:
                progress.report(number - 1, pages)
            size = page_size(pdf, number)
            if number > 1:
                _set_page(printer, size)
                printer.newPage()
            dots = printer.resolution() / 25.4
            target = QRectF(0, 0, size[0] * dots, size[1] * dots)
            painter.drawImage(target, to_qimage(render_page(pdf, number, dpi)))
    finally:
        painter.end()
    return pages
