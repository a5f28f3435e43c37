"""The geometry of label sheets adds up, and a faulty sheet is refused in a sentence."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from gcrm.errors import UserError
from gcrm.i18n import language
from gcrm.services.printing.label_sheets import LabelSheet, find_sheet, own_sheets, parse_sheet, shipped_sheets
from gcrm.services.printing.page import MM, paper

SHEETS = shipped_sheets()


def named(sheet: LabelSheet) -> str:
    return sheet.id


@pytest.mark.parametrize(
    ("name", "columns", "rows", "width", "height"),
    [
        ("L7159", 3, 8, 63.5, 33.9),
        ("L7160", 3, 7, 63.5, 38.1),
        ("L7162", 2, 8, 99.1, 33.9),
        ("L7163", 2, 7, 99.1, 38.1),
        ("L7165", 2, 4, 99.1, 67.7),
        ("L7651", 5, 13, 38.1, 21.2),
        ("3474", 3, 8, 70, 37),
        ("3475", 3, 8, 70, 36),
    ],
)
def test_published_dimensions(name: str, columns: int, rows: int, width: float, height: float) -> None:
    sheet = find_sheet(name)
    assert (sheet.columns, sheet.rows, sheet.width, sheet.height) == (columns, rows, width, height)


@pytest.mark.parametrize("sheet", SHEETS, ids=named)
def test_margins_are_equal_on_both_sides_and_the_labels_fill_the_paper(sheet: LabelSheet) -> None:
    page = paper(sheet.paper)
    right, bottom = sheet.corner(sheet.count)
    assert page.width / MM - right - sheet.width == pytest.approx(sheet.left, abs=0.06)
    assert page.height / MM - bottom - sheet.height == pytest.approx(sheet.top, abs=0.06)
    assert sheet.corner(1) == (sheet.left, sheet.top)
    assert sheet.corner(sheet.columns + 1) == pytest.approx((sheet.left, sheet.top + sheet.pitch_y))


@pytest.mark.parametrize("sheet", SHEETS, ids=named)
def test_every_sheet_names_its_source(sheet: LabelSheet) -> None:
    assert len(sheet.source) > 40
    assert sheet.id == sheet.name


COMMUNITY = {"7160": "L7160", "7162": "L7162", "7165": "L7165", "8651": "L7651", "3474": "3474", "3475": "3475"}


@pytest.mark.parametrize("part", sorted(COMMUNITY))
def test_a_community_template_agrees(corpora: Path, part: str) -> None:
    """Two sources that do not know each other; L7163's template is the odd one out and not followed."""
    sheet = find_sheet(COMMUNITY[part])
    folder = corpora / "labels" / "glabels-qt"
    for file in ("avery-iso-templates.xml", "zweckform-iso-templates.xml"):
        found = ElementTree.parse(folder / file).find(f"Template[@part='{part}']/Label-rectangle")
        if found is not None:
            break
    assert found is not None
    layout = found.find("Layout")
    assert layout is not None
    assert (int(layout.get("nx", "")), int(layout.get("ny", ""))) == (sheet.columns, sheet.rows)
    theirs = [
        found.get("width"),
        found.get("height"),
        layout.get("dx"),
        layout.get("dy"),
        layout.get("x0"),
        layout.get("y0"),
    ]
    ours = [sheet.width, sheet.height, sheet.pitch_x, sheet.pitch_y, sheet.left, sheet.top]
    assert [millimetres(value or "0") for value in theirs] == pytest.approx(ours, abs=1.0)


def millimetres(length: str) -> float:
    found = re.fullmatch(r"([\d.]+)(\w*)", length)
    assert found is not None
    number, unit = found.groups()
    return float(number) * {"mm": 1.0, "in": 25.4}.get(unit, 25.4 / 72)


def test_sheets_are_found_in_any_spelling() -> None:
    assert find_sheet("l 7163").id == "L7163"
    with pytest.raises(UserError, match=r"L9999.*L7159"):
        find_sheet("L9999")


def test_the_title_is_written_as_the_language_writes_numbers() -> None:
    assert find_sheet("L7159").title == "Avery L7159 · 3 × 8 · 63.5 × 33.9 mm"
    with language("de"):
        assert find_sheet("L7159").title.endswith("63,5 × 33,9 mm")


def good() -> dict[str, Any]:
    return asdict(find_sheet("L7159"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"width": 80}, "columns overlap"),
        ({"height": 40}, "rows overlap"),
        ({"rows": 9}, "318.0 mm of the 297.0 mm"),
        ({"left": 20}, "of the 210.0 mm"),
        ({"left": -1}, "negative"),
        ({"paper": "A3"}, "A3"),
        ({"columns": 2.5}, "columns must be a whole number"),
        ({"columns": 0}, "1 to 50"),
        ({"rows": True}, "rows is missing"),
        ({"name": ""}, "name is missing"),
        ({"width": "63,5"}, "width is missing or not a number"),
        ({"width": float("nan")}, "at least"),
        ({"top": float("nan")}, "at least"),
        ({"pitch_y": float("inf")}, "inf mm of the 297.0 mm"),
        ({"basis": "guessed"}, "announced or measured"),
    ],
)
def test_a_faulty_sheet_is_refused_in_a_sentence(change: dict[str, Any], words: str) -> None:
    with pytest.raises(UserError, match=re.escape(words)) as caught:
        parse_sheet(good() | change, "mine.json")
    assert caught.value.sentence.startswith("mine.json")


def test_an_office_adds_its_own_sheets(tmp_path: Path) -> None:
    own = good() | {"id": "mine", "name": "Mine", "basis": "measured"}
    (tmp_path / "a.json").write_text(json.dumps(own), encoding="utf-8")
    (tmp_path / "b.json").write_text("{", encoding="utf-8")
    (tmp_path / "c.json").write_text("[1]", encoding="utf-8")
    (tmp_path / "d.json").write_bytes(b"\xff\xfe")
    sheets, problems = own_sheets(tmp_path)
    assert [sheet.id for sheet in sheets] == ["mine"]
    assert [problem.partition(" ")[0].strip(":") for problem in problems] == ["b.json", "c.json", "d.json"]
    assert find_sheet("mine", tmp_path).basis == "measured"
    assert own_sheets(tmp_path / "none") == ((), ())
