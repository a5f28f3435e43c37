"""Label sheets: the products that can be bought, with the place of every label.

The program's own sheets lie in resources/labels, one JSON file each; an office adds its own in a folder of its own.
Lengths in the files are millimetres. `left` and `top` are the distance of the first label from the edges of the
sheet, `pitch_x` and `pitch_y` from the beginning of one label to that of the next. `basis` says whether the maker
announced the dimensions or somebody measured them. To add a sheet, add a file.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.services.printing.dates import format_measure
from gcrm.services.printing.page import MM, PAPERS
from gcrm.shipped import resource

TOLERANCE = 0.05  # mm by which published dimensions may disagree among themselves
BASES = ("announced", "measured")


@dataclass(frozen=True, slots=True)
class LabelSheet:
    """A sheet of labels; all lengths in millimetres, labels counted row by row from 1."""

    id: str
    maker: str
    name: str
    paper: str
    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    pitch_x: float
    pitch_y: float
    source: str
    basis: str = "announced"

    @property
    def count(self) -> int:
        """Return how many labels a sheet has."""
        return self.columns * self.rows

    @property
    def title(self) -> str:
        """Return how the sheet is called in a list: "Avery L7159 · 3 × 8 · 63.5 × 33.9 mm"."""
        size = f"{format_measure(self.width)} × {format_measure(self.height)} mm"
        return f"{self.maker} {self.name} · {self.columns} × {self.rows} · {size}"

    def corner(self, label: int) -> tuple[float, float]:
        """Return the upper left corner of a label (from 1) in millimetres from the left and upper edge."""
        row, column = divmod(label - 1, self.columns)
        return self.left + column * self.pitch_x, self.top + row * self.pitch_y


def shipped_sheets() -> tuple[LabelSheet, ...]:
    """Return the sheets that come with the program, by maker and name."""
    sheets = [_read(file) for file in resource("labels").glob("*.json")]
    return tuple(sorted(sheets, key=lambda sheet: (sheet.maker, sheet.name)))


def own_sheets(folder: Path) -> tuple[tuple[LabelSheet, ...], tuple[str, ...]]:
    """Return the sheets described in an office's folder, and a sentence for each file that cannot be used."""
    sheets, problems = [], []
    for file in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        try:
            sheets.append(_read(file))
        except UserError as error:
            problems.append(error.sentence)
    return tuple(sheets), tuple(problems)


def find_sheet(name: str, folder: Path | None = None) -> LabelSheet:
    """Return the sheet called `name` ("L7163", in any case); own ones come first. Raises UserError."""
    own = own_sheets(folder)[0] if folder else ()
    known = (*own, *shipped_sheets())
    wanted = name.casefold().replace(" ", "")
    for sheet in known:
        if wanted in (sheet.id.casefold(), sheet.name.casefold().replace(" ", "")):
            return sheet
    choice = ", ".join(sheet.id for sheet in known)
    raise UserError(_("There is no label sheet {name}. Known are: {choice}.").format(name=name, choice=choice))


def _read(file: Path) -> LabelSheet:
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        sentence = _("{file} is not a readable label sheet; it must be a JSON file in UTF-8.").format(file=file.name)
        raise UserError(sentence, details=str(error)) from error
    return parse_sheet(data, file.name)


def parse_sheet(data: Any, name: str) -> LabelSheet:
    """Return the sheet that `data` describes; raises UserError with one sentence that names file and fault."""
    if not isinstance(data, dict):
        raise UserError(_("{file}: a label sheet must be a JSON object.").format(file=name))
    texts = {"id", "maker", "name", "paper", "source", "basis"}
    for field in fields(LabelSheet):
        if field.name == "basis" and "basis" not in data:
            continue
        _check_value(field.name, data.get(field.name), name, is_text=field.name in texts)
    sheet = LabelSheet(**{field.name: data[field.name] for field in fields(LabelSheet) if field.name in data})
    problem = sheet_problem(sheet)
    if problem:
        raise UserError(f"{name}: {problem}")
    return sheet


def _check_value(field: str, value: Any, file: str, *, is_text: bool) -> None:
    if is_text and (not isinstance(value, str) or not value.strip()):
        raise UserError(_("{file}: {field} is missing or not a text.").format(file=file, field=field))
    if not is_text and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise UserError(_("{file}: {field} is missing or not a number.").format(file=file, field=field))
    if field in ("columns", "rows") and not isinstance(value, int):
        raise UserError(_("{file}: {field} must be a whole number.").format(file=file, field=field))


def sheet_problem(sheet: LabelSheet) -> str:
    """Return what is impossible about a sheet as a sentence, "" if nothing."""
    if sheet.paper not in PAPERS:
        return _("The paper {name} is not known; use A4 or Letter.").format(name=sheet.paper)
    if sheet.basis not in BASES:
        return _("The basis must be announced or measured.")
    if not (1 <= sheet.columns <= 50 and 1 <= sheet.rows <= 100):
        return _("A sheet has 1 to 50 columns and 1 to 100 rows.")
    if not (sheet.width >= 10 and sheet.height >= 5 and sheet.left >= 0 and sheet.top >= 0):
        return _("A label is at least 10 × 5 mm and lies on the sheet; margins cannot be negative.")
    return _overlap_problem(sheet) or _paper_problem(sheet)


def _overlap_problem(sheet: LabelSheet) -> str:
    if sheet.columns > 1 and sheet.pitch_x < sheet.width - TOLERANCE:
        return _("The columns overlap: the distance {pitch:g} mm is less than the width {size:g} mm.").format(
            pitch=sheet.pitch_x, size=sheet.width
        )
    if sheet.rows > 1 and sheet.pitch_y < sheet.height - TOLERANCE:
        return _("The rows overlap: the distance {pitch:g} mm is less than the height {size:g} mm.").format(
            pitch=sheet.pitch_y, size=sheet.height
        )
    return ""


def _paper_problem(sheet: LabelSheet) -> str:
    right, bottom = sheet.corner(sheet.count)
    paper = PAPERS[sheet.paper]
    for used, there in ((right + sheet.width, paper.width / MM), (bottom + sheet.height, paper.height / MM)):
        if not used <= there + TOLERANCE:
            return _("The labels need {used:.1f} mm of the {there:.1f} mm of {paper}.").format(
                used=used, there=there, paper=sheet.paper
            )
    return ""
