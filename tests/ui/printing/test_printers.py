"""A PDF on a printer of Qt: every page, in its size and direction, and faults in words."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import ImageChops
from PySide6.QtGui import QImage
from PySide6.QtPrintSupport import QPrinter
from pytestqt.qtbot import QtBot

from gcrm.errors import EnvironmentProblem
from gcrm.services.printing.page import Pages, PrintInfo, paper, style
from gcrm.services.printing.preview import page_count, page_size, render_page
from gcrm.ui.printing.choices import Choices
from gcrm.ui.printing.printers import SystemPrinters, paint_pdf, to_qimage
from tests.ui.printing.paper import PaperFile


def document(*, landscape: bool = False, pages: int = 2, sheet: str = "A4") -> bytes:
    made = Pages(PrintInfo("Test"), paper(sheet), landscape=landscape)
    for number in range(pages):
        if number:
            made.new_page()
        made.text(100, 100, f"Page {number + 1}", style(20))
        made.box(200, 300, 100, 100, ink=0.0)
    return made.data()


@pytest.mark.parametrize(("landscape", "sheet"), [(False, "A4"), (True, "A4"), (False, "Letter")])
def test_paper_has_the_pages_of_the_pdf(qapp: object, tmp_path: Path, landscape: bool, sheet: str) -> None:
    printers = PaperFile(tmp_path / "out.pdf")
    pdf = document(landscape=landscape, sheet=sheet)
    assert paint_pdf(printers.open("Laser", "Test"), pdf) == 2
    assert page_count(printers.path) == 2
    assert page_size(printers.path, 2) == pytest.approx(page_size(pdf, 2), abs=0.5)
    wanted, got = (render_page(source, 1, 72).to_pil() for source in (pdf, printers.path))
    difference = ImageChops.difference(wanted.convert("L"), got.convert("L").resize(wanted.size))
    assert sum(difference.histogram()[128:]) < 0.005 * wanted.width * wanted.height


def test_a_printer_that_has_gone_is_named(qapp: object) -> None:
    with pytest.raises(EnvironmentProblem, match="The printer Nowhere is not there any more"):
        SystemPrinters().open("Nowhere", "Test")


@pytest.mark.qt_log_level_fail("CRITICAL")  # Qt warns of the folder, too
def test_a_printer_that_takes_nothing_is_told(qapp: object, tmp_path: Path) -> None:
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "no such folder" / "out.pdf"))
    with pytest.raises(EnvironmentProblem, match="does not accept the print"):
        paint_pdf(printer, document(pages=1))


def test_pixels_reach_qt_as_they_are(qapp: object) -> None:
    page = render_page(document(pages=1), 1, 50)
    image = to_qimage(page)
    assert image.format() == QImage.Format.Format_RGB888
    assert (image.width(), image.height()) == (page.width, page.height)
    spots = [(x, y) for y in range(0, page.height, 7) for x in range(0, page.width, 7)]
    shown = [image.pixelColor(x, y) for x, y in spots]
    told = [page.rgb[(y * page.width + x) * 3 :][:3] for x, y in spots]
    assert [bytes((colour.red(), colour.green(), colour.blue())) for colour in shown] == told
    assert len(set(told)) > 1


def test_choices_of_another_type_count_as_none(qtbot: QtBot) -> None:
    choices = Choices("test")
    choices.set("flag", True)
    choices.set("list", ["a", "ü"])
    assert Choices("test").get("flag", False) is True
    assert Choices("test").get("list", []) == ["a", "ü"]
    assert Choices("test").get("list", False) is False
    assert Choices("other").get("flag", False) is False
