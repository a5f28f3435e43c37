"""Address labels: planned, fitted and drawn on sheets of which the first may be used in part.

Labels count row by row from 1. Offset and scale belong to a printer and move everything on the sheet. Most printers
cannot print within 4 to 5 mm of the edge of the paper, so text keeps clear of it on sheets without margins.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from gcrm.errors import UserError
from gcrm.i18n import N_, _, ngettext
from gcrm.services.printing.address_block import Recipient, address_lines, household_recipient, households
from gcrm.services.printing.fitting import fitting_size, wrap
from gcrm.services.printing.label_sheets import LabelSheet
from gcrm.services.printing.page import GREY, MM, Pages, PrintInfo, TextStyle, paper, style

LABELS_PER = (
    ("organisation", N_("Organisation or private person")),
    ("person", N_("Contact person")),
    ("household", N_("Household")),
)
"""For what one label is printed: every contact, everybody in it, or all who share a letter box."""
UNPRINTABLE = 5.0  # mm at the edges of the paper
SMALLEST, LARGEST = 5.5, 13.0  # points
WITH_SENDER = False  # the own address stands above each only when asked for, in the window and on the command line
SENDER_SIZE = (6.5, 5.0)  # points, largest and smallest


@dataclass(frozen=True, slots=True)
class PrinterAdjustment:
    """What one printer needs: millimetres to the right and down, and a factor for sheets printed too large or small."""

    right: float = 0.0
    down: float = 0.0
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class LabelOptions:
    """What stands on the labels and where they begin.

    `content` is one of address_block.CONTENTS; `sheets` keeps only these sheets of the run (from 1) to print one
    again; `country_line` is "abroad" or "never"; `language` that of the country line ("": of the country of posting).
    """

    home_country: str
    first: int = 1
    content: str = "organisation_person"
    per_household: bool = False
    country_line: str = "abroad"
    language: str = ""
    sender: str = ""
    sheets: frozenset[int] = frozenset()
    adjustment: PrinterAdjustment = PrinterAdjustment()


@dataclass(frozen=True, slots=True)
class LabelPlan:
    """What will be printed: the labels' lines, and who gets none and why. Each recipient's key is there once."""

    labels: tuple[tuple[str, ...], ...]
    placed: tuple[int, ...]
    without_address: tuple[int, ...]
    skipped_no_mail: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LabelRun:
    """A finished run. `next_free` is the first unused label of the last sheet (1: a new sheet).

    `shortened` counts labels on which a line had to end in an ellipsis; `replaced` see PrintResult; `labels` counts all
    labels of the run.
    """

    path: Path
    pages: int
    next_free: int
    placed: tuple[int, ...]
    without_address: tuple[int, ...]
    skipped_no_mail: tuple[int, ...]
    shortened: int = 0
    replaced: str = ""
    labels: int = 0


def shortened_labels(count: int) -> str:
    """Return the sentence that says on how many labels a line did not fit."""
    return ngettext("On {count} label a line is shortened.", "On {count} labels a line is shortened.", count).format(
        count=count
    )


def plan_labels(recipients: Iterable[Recipient], options: LabelOptions) -> LabelPlan:
    """Sort out who gets a label and what stands on it; each recipient is in exactly one of the three lists."""
    everyone = list(recipients)
    no_mail = [r for r in everyone if r.no_mail]
    willing = [r for r in everyone if not r.no_mail]
    homeless = [r for r in willing if not r.is_complete()]
    reachable = [r for r in willing if r.is_complete()]
    groups = households(reachable) if options.per_household else [[r] for r in reachable]
    labels = tuple(tuple(_lines(household_recipient(group), options)) for group in groups)
    placed = _keys(r for group in groups for r in group)
    return LabelPlan(labels, placed, _keys(homeless), _keys(no_mail))


def _keys(recipients: Iterable[Recipient]) -> tuple[int, ...]:
    """Return the keys of recipients, each once: several persons may belong to one contact."""
    return tuple(dict.fromkeys(r.key for r in recipients))


def _lines(recipient: Recipient, options: LabelOptions) -> list[str]:
    return address_lines(
        recipient,
        options.home_country,
        content=options.content,
        language=options.language,
        country_line=options.country_line != "never",
    )


def sheets_needed(sheet: LabelSheet, labels: int, first: int = 1) -> int:
    """Return how many sheets `labels` labels need when the first `first` - 1 of the first sheet are used."""
    return -(-(first - 1 + labels) // sheet.count) if labels else 0


def print_labels(path: Path, sheet: LabelSheet, recipients: Iterable[Recipient], options: LabelOptions) -> LabelRun:
    """Write the labels as a PDF at `path`.

    Raises UserError where nothing can be printed or the first label is not on the sheet, EnvironmentProblem where
    the file cannot be written.
    """
    if not 1 <= options.first <= sheet.count:
        sentence = _("The first label must be between 1 and {count} on {sheet}.")
        raise UserError(sentence.format(count=sheet.count, sheet=sheet.name), field="first")
    plan = plan_labels(recipients, options)
    if not plan.labels:
        raise UserError(
            _(
                "There is no label to print: the contacts have no street and town, or "
                "want no mail. Choose other contacts."
            )
        )
    pages = Pages(PrintInfo(_("Address labels"), options.sender.partition(",")[0]), paper(sheet.paper))
    shortened = _draw_sheets(pages, sheet, plan.labels, options)
    result = pages.save(path)
    next_free = (options.first - 1 + len(plan.labels)) % sheet.count + 1
    who = (plan.placed, plan.without_address, plan.skipped_no_mail)
    return LabelRun(path, result.pages, next_free, *who, shortened, result.replaced, len(plan.labels))


def _draw_sheets(pages: Pages, sheet: LabelSheet, labels: Sequence[tuple[str, ...]], options: LabelOptions) -> int:
    """Draw the wanted sheets; return how many labels had to be shortened."""
    last = sheets_needed(sheet, len(labels), options.first)
    wanted = [number for number in range(1, last + 1) if not options.sheets or number in options.sheets]
    if not wanted:
        raise UserError(
            _("The run has {count} sheets; none of the wanted ones is among them. Choose from 1 to {count}.").format(
                count=last
            )
        )
    move = options.adjustment
    shortened = 0
    for number in wanted:
        if number != wanted[0]:
            pages.new_page()
        begin = (number - 1) * sheet.count - (options.first - 1)
        with pages.shifted(move.right * MM, -move.down * MM, move.scale):
            for place in range(max(0, -begin), min(sheet.count, len(labels) - begin)):
                shortened += _draw_label(pages, sheet, place + 1, labels[begin + place], options.sender)
    return shortened


def text_area(sheet: LabelSheet) -> tuple[float, float, float, float]:
    """Return where text may stand in each label: left, top, width, height in millimetres from the label's corner.

    It is the same for all labels of a sheet: clear of the label's edge and of the unprintable edge of the paper.
    """
    page = paper(sheet.paper)
    right, bottom = sheet.corner(sheet.count)
    margins = (page.width / MM - right - sheet.width, page.height / MM - bottom - sheet.height)
    across = max(min(4.0, sheet.width * 0.06), UNPRINTABLE - min(sheet.left, margins[0]))
    down = max(min(3.0, sheet.height * 0.07), UNPRINTABLE - min(sheet.top, margins[1]))
    return across, down, sheet.width - 2 * across, sheet.height - 2 * down


def _draw_label(pages: Pages, sheet: LabelSheet, label: int, lines: tuple[str, ...], sender: str) -> bool:
    """Draw one label; return whether a line had to be shortened."""
    left, top, wide, high = (value * MM for value in text_area(sheet))
    corner = sheet.corner(label)
    x, y = corner[0] * MM + left, pages.height - corner[1] * MM - top
    if sender:
        used = _draw_sender(pages, x, y, wide, sender)
        y, high = y - used, high - used
    fitted, look, is_short = fit(lines, wide, high)
    y -= (high - len(fitted) * look.leading) / 2 + look.size * 0.85
    for line in fitted:
        pages.text(x, y, line, look)
        y -= look.leading
    return is_short


def _draw_sender(pages: Pages, x: float, y: float, wide: float, sender: str) -> float:
    """Draw the sender in one small line with a rule below, as in a window letter; return the height used."""
    look = style(SENDER_SIZE[0], ink=GREY)
    look = style(fitting_size([sender], look.face, SENDER_SIZE, wide), ink=GREY)
    line = look.shorten(sender, wide)
    pages.text(x, y - look.size * 0.85, line, look)
    pages.line(x, y - look.size * 1.2, x + look.width(line), y - look.size * 1.2)
    return look.size * 1.8


@lru_cache(maxsize=256)
def fit(lines: tuple[str, ...], wide: float, high: float) -> tuple[tuple[str, ...], TextStyle, bool]:
    """Return the lines as they fit into `wide` x `high` points, their style, and whether something was cut.

    First smaller down to 85 %, then long lines wrap, then smaller still; only then lines end in an ellipsis, and of
    too many lines those between the first and the place are left out.
    """
    best = min(LARGEST, max(6.5, high / 8.2))  # room for seven lines or so, as a long foreign address has
    face = style(best).face
    size = min(fitting_size(list(lines), face, (best, SMALLEST), wide), high / (len(lines) * 1.25))
    if size >= best * 0.85:
        return lines, style(round(size, 2)), False
    while best >= SMALLEST:
        wrapped = tuple(part for line in lines for part in wrap(line, face, best, wide))
        if len(wrapped) * style(best).leading <= high and not _is_word_cut(lines, wrapped):
            return wrapped, style(best), False
        best = round(best - 0.25, 2)
    return _squeeze(lines, wide, high)


def _is_word_cut(lines: tuple[str, ...], wrapped: tuple[str, ...]) -> bool:
    return sum(map(len, map(str.split, lines))) != sum(map(len, map(str.split, wrapped)))


def _squeeze(lines: tuple[str, ...], wide: float, high: float) -> tuple[tuple[str, ...], TextStyle, bool]:
    """Fit lines at the smallest size whatever it costs; name, street, town and country are kept to the last."""
    look = style(SMALLEST)
    room = max(1, int(high / look.leading))
    kept = lines if len(lines) <= room else (*lines[: max(0, room - 3)], *lines[-min(3, room) :])
    cut = tuple(look.shorten(line, wide) for line in kept)
    return cut, look, cut != lines
