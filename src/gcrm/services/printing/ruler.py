"""The ruler test page: laid over a label sheet against the light, it shows what offset and scale a printer needs."""

from __future__ import annotations

from pathlib import Path

from gcrm.i18n import _
from gcrm.services.printing.dates import format_measure
from gcrm.services.printing.label_sheets import LabelSheet
from gcrm.services.printing.labels import PrinterAdjustment
from gcrm.services.printing.page import GREY, MM, Pages, PrintInfo, PrintResult, paper, style

REFERENCE = 100  # mm, the line to be measured
RULER_LEFT, RULER_BOTTOM = 18.0, 18.0  # mm, where the axes lie


def print_ruler(path: Path, sheet: LabelSheet, adjustment: PrinterAdjustment | None = None) -> PrintResult:
    """Write a page with the outlines of all labels, rulers in millimetres and how to read them.

    Raises EnvironmentProblem where the file cannot be written.
    """
    move = adjustment or PrinterAdjustment()
    pages = Pages(PrintInfo(_("Ruler test page for {sheet}").format(sheet=sheet.name)), paper(sheet.paper))
    with pages.shifted(move.right * MM, -move.down * MM, move.scale):
        _draw_outlines(pages, sheet)
        _draw_rulers(pages)
    with pages.shifted(move.right * MM, -move.down * MM, move.scale):  # again, so that it hides what it covers
        _draw_reference(pages, sheet, move)
    return pages.save(path)


def _draw_outlines(pages: Pages, sheet: LabelSheet) -> None:
    small = style(6, ink=GREY)
    for label in range(1, sheet.count + 1):
        x, y = sheet.corner(label)
        low = pages.height - (y + sheet.height) * MM
        pages.frame(x * MM, low, sheet.width * MM, sheet.height * MM)
        pages.text_centred((x + sheet.width / 2) * MM, low + sheet.height / 2 * MM, str(label), small)


def _draw_rulers(pages: Pages) -> None:
    """Draw ticks along two axes at some distance from the edges, which printers leave white."""
    look = style(5.5)
    axis_x, axis_y = RULER_LEFT * MM, RULER_BOTTOM * MM
    ticks = [(0.0, axis_y, pages.width, axis_y), (axis_x, 0.0, axis_x, pages.height)]
    for mm in range(int(pages.width / MM) + 1):
        ticks.append((mm * MM, axis_y, mm * MM, axis_y + _tick(mm)))
        if mm % 10 == 0 and mm:
            pages.text_centred(mm * MM, axis_y - 6, str(mm), look)
    for mm in range(int(pages.height / MM) + 1):
        ticks.append((axis_x, pages.height - mm * MM, axis_x + _tick(mm), pages.height - mm * MM))
        if mm % 10 == 0 and mm:
            pages.text_right(axis_x - 2, pages.height - mm * MM - 2, str(mm), look)
    pages.canvas.setStrokeGray(0)
    pages.lines(ticks)


def _tick(mm: int) -> float:
    """Return the length of a tick in points: long every 10 mm, middle every 5."""
    return (3.0 if mm % 10 == 0 else 2.0 if mm % 5 == 0 else 1.0) * MM


def _draw_reference(pages: Pages, sheet: LabelSheet, move: PrinterAdjustment) -> None:
    """Draw the explanation with the line to be measured, on white so that it can be read above the outlines."""
    x, y, wide = 50 * MM, pages.height - 55 * MM, REFERENCE * MM
    lines = _explanation(sheet, move)
    body, head = style(8), style(11, bold=True)
    wrapped = [part for line in lines for part in body.wrap(line, wide)]
    high = 14 * MM + (len(wrapped) + 1) * body.leading
    pages.box(x - 4 * MM, y - high, REFERENCE * MM + 8 * MM, high + 6 * MM, ink=1.0)
    pages.frame(x - 4 * MM, y - high, REFERENCE * MM + 8 * MM, high + 6 * MM)
    pages.text(x, y - 2 * MM, sheet.title, head)
    pages.canvas.setStrokeGray(0)
    pages.lines([(x, y - 8 * MM, x + REFERENCE * MM, y - 8 * MM)])
    pages.lines([(x + end, y - 6.5 * MM, x + end, y - 9.5 * MM) for end in (0, REFERENCE * MM)])
    y -= 13 * MM
    for line in wrapped:
        pages.text(x, y, line, body)
        y -= body.leading


def _explanation(sheet: LabelSheet, move: PrinterAdjustment) -> list[str]:
    return [
        _("Print this page at 100 %, with “fit to page” switched off, on plain paper."),
        _("Measure the line above: it is {mm} mm long. If not, scale = {mm} ÷ measured length × current scale.").format(
            mm=REFERENCE
        ),
        _("Lay the page on a label sheet and hold both against the light. Enter how far the outlines lie to the left "
          "and too high, in millimetres, as offset right and down."),
        _("In force now: {right} mm right, {down} mm down, scale {scale}.").format(
            right=format_measure(move.right), down=format_measure(move.down), scale=format_measure(move.scale)
        ),
        _("First label: {left} mm from the left edge, {top} mm from the top edge.").format(
            left=format_measure(sheet.left), top=format_measure(sheet.top)
        ),
    ]  # fmt: skip
