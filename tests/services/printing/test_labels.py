"""Labels land on their labels, in order, and nobody is left out silently."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.errors import UserError
from gcrm.services.printing import preview
from gcrm.services.printing.address_block import Recipient
from gcrm.services.printing.fonts import width
from gcrm.services.printing.label_sheets import LabelSheet, find_sheet, shipped_sheets
from gcrm.services.printing.labels import (
    LabelOptions,
    PrinterAdjustment,
    fit,
    plan_labels,
    print_labels,
    sheets_needed,
    text_area,
)
from gcrm.services.printing.page import MM
from gcrm.services.printing.ruler import print_ruler
from tests.services.printing.pdf_facts import fonts_of, whole_text

SHEETS = shipped_sheets()
HOME = LabelOptions("DE")


def recipient(number: int, **changes: Any) -> Recipient:
    parts: dict[str, Any] = {
        "organisation": f"Firma {number}", "person": "Eva Muster", "street": "Hauptstraße", "house_number": str(number),
        "postcode": "04103", "town": "Leipzig", "country": "DE",
    }  # fmt: skip
    return Recipient(key=number, **(parts | changes))


def people(count: int) -> list[Recipient]:
    return [recipient(number) for number in range(1, count + 1)]


def block(path: Path, page: int, label: int, sheet: LabelSheet) -> list[preview.TextBox]:
    """Return the text whose middle lies on a label."""
    left, top = sheet.corner(label)
    return [
        box
        for box in preview.text_boxes(path, page)
        if left <= (box.left + box.right) / 2 < left + sheet.width
        and top <= (box.top + box.bottom) / 2 < top + sheet.height
    ]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.id)
def test_every_text_box_lies_where_it_should(tmp_path: Path, sheet: LabelSheet) -> None:
    print_labels(tmp_path / "a.pdf", sheet, people(sheet.count), HOME)
    inset_x, inset_y, wide, high = text_area(sheet)
    for label in range(1, sheet.count + 1):
        boxes = block(tmp_path / "a.pdf", 1, label, sheet)
        left, top = sheet.corner(label)
        assert f"Firma {label}" in [box.text for box in boxes]
        assert min(box.left for box in boxes) == pytest.approx(left + inset_x, abs=0.5)
        assert max(box.right for box in boxes) <= left + inset_x + wide + 0.5
        assert min(box.top for box in boxes) >= top + inset_y - 0.5
        assert max(box.bottom for box in boxes) <= top + inset_y + high + 0.5
        middle = (min(box.top for box in boxes) + max(box.bottom for box in boxes)) / 2
        assert middle == pytest.approx(top + sheet.height / 2, abs=0.5)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.id)
def test_text_keeps_clear_of_the_edge_of_the_paper(sheet: LabelSheet) -> None:
    inset_x, inset_y, wide, high = text_area(sheet)
    assert sheet.left + inset_x >= 5.0 - 0.01
    assert sheet.top + inset_y >= 5.0 - 0.01
    assert wide > sheet.width * 0.8
    assert high > sheet.height * 0.7


def test_thirty_labels_from_label_seven(tmp_path: Path) -> None:
    sheet = find_sheet("L7159")
    run = print_labels(tmp_path / "a.pdf", sheet, people(30), LabelOptions("DE", first=7))
    assert (run.pages, run.next_free, run.placed) == (2, 13, tuple(range(1, 31)))
    for label in range(1, 7):
        assert block(tmp_path / "a.pdf", 1, label, sheet) == []
    assert "Firma 1" in [box.text for box in block(tmp_path / "a.pdf", 1, 7, sheet)]
    assert "Firma 18" in [box.text for box in block(tmp_path / "a.pdf", 1, 24, sheet)]
    assert "Firma 19" in [box.text for box in block(tmp_path / "a.pdf", 2, 1, sheet)]
    assert block(tmp_path / "a.pdf", 2, 13, sheet) == []


@given(st.integers(0, 200), st.sampled_from(SHEETS), st.data())
def test_sheets_are_counted_right(labels: int, sheet: LabelSheet, data: st.DataObject) -> None:
    first = data.draw(st.integers(1, sheet.count))
    room = sheets_needed(sheet, labels, first) * sheet.count
    assert (labels == 0) or room - sheet.count < first - 1 + labels <= room


def test_a_full_sheet_leaves_the_first_label_of_a_new_one(tmp_path: Path) -> None:
    run = print_labels(tmp_path / "a.pdf", find_sheet("L7163"), people(8), LabelOptions("DE", first=7))
    assert (run.pages, run.next_free) == (1, 1)


def test_one_sheet_is_printed_again(tmp_path: Path) -> None:
    again = LabelOptions("DE", first=7, sheets=frozenset({2}))
    run = print_labels(tmp_path / "a.pdf", find_sheet("L7159"), people(30), again)
    assert run.pages == 1
    assert "Firma 19" in [box.text for box in block(tmp_path / "a.pdf", 1, 1, find_sheet("L7159"))]
    with pytest.raises(UserError, match="2 sheets"):
        print_labels(tmp_path / "a.pdf", find_sheet("L7159"), people(30), LabelOptions("DE", sheets=frozenset({9})))


@pytest.mark.parametrize("first", [0, 25])
def test_a_first_label_beyond_the_sheet_is_refused(tmp_path: Path, first: int) -> None:
    with pytest.raises(UserError, match="between 1 and 24"):
        print_labels(tmp_path / "a.pdf", find_sheet("L7159"), people(1), LabelOptions("DE", first=first))


def test_those_without_address_and_without_mail_are_listed_not_printed(tmp_path: Path) -> None:
    some = [recipient(1), recipient(2, street=""), recipient(3, town=" "), recipient(4, no_mail=True)]
    run = print_labels(tmp_path / "a.pdf", find_sheet("L7159"), some, HOME)
    assert (run.placed, run.without_address, run.skipped_no_mail) == ((1,), (2, 3), (4,))
    assert "Firma 2" not in whole_text(tmp_path / "a.pdf", 1)
    with pytest.raises(UserError, match="no label to print"):
        print_labels(tmp_path / "b.pdf", find_sheet("L7159"), some[1:], HOME)
    assert not (tmp_path / "b.pdf").exists()


some_recipients = st.lists(
    st.builds(
        recipient,
        st.integers(1, 9),
        street=st.sampled_from(["", "Weg"]),
        town=st.sampled_from(["", "Ort"]),
        no_mail=st.booleans(),
        organisation=st.sampled_from(["", "Firma"]),
    ),
    max_size=9,
    unique_by=lambda one: one.key,
)


@given(some_recipients, st.booleans(), st.sampled_from(["organisation_person", "organisation", "person"]))
def test_everybody_is_in_exactly_one_list(some: list[Recipient], per_household: bool, content: str) -> None:
    plan = plan_labels(some, LabelOptions("DE", per_household=per_household, content=content))
    everyone = sorted(plan.placed + plan.without_address + plan.skipped_no_mail)
    assert everyone == sorted(r.key for r in some)
    assert all(plan.labels)
    assert len(plan.labels) <= len(plan.placed)


def test_several_persons_of_a_contact_get_labels_and_are_one_contact() -> None:
    some = [recipient(1, person="Eva Muster"), recipient(1, person="Ben Adam"), recipient(2)]
    plan = plan_labels(some, HOME)
    assert (len(plan.labels), plan.placed) == (3, (1, 2))


def test_one_label_per_household() -> None:
    family = [
        recipient(
            number, organisation="", person=f"{name} Muster", first_name=name, last_name="Muster", house_number="5"
        )
        for number, name in ((1, "Eva"), (2, "Ben"))
    ]
    plan = plan_labels(family, LabelOptions("DE", per_household=True))
    assert plan.labels == (("Eva and Ben Muster", "Hauptstraße 5", "04103 Leipzig"),)
    assert plan.placed == (1, 2)


def test_the_country_line_appears_only_abroad(tmp_path: Path) -> None:
    mixed = [recipient(1), recipient(2, country="PT", town="Porto")]
    print_labels(tmp_path / "a.pdf", find_sheet("L7160"), mixed, HOME)
    sheet = find_sheet("L7160")
    assert [box.text for box in block(tmp_path / "a.pdf", 1, 2, sheet)][-1] == "PORTUGAL"
    assert [box.text for box in block(tmp_path / "a.pdf", 1, 1, sheet)][-1] == "04103 Leipzig"
    assert plan_labels(mixed, LabelOptions("DE", country_line="never")).labels[1][-1] == "04103 Porto"


def test_the_sender_stands_above_the_address(tmp_path: Path) -> None:
    sheet = find_sheet("L7163")
    sender = "Muster & Partner GmbH, Marktplatz 1, 10115 Berlin"
    print_labels(tmp_path / "a.pdf", sheet, people(1), LabelOptions("DE", sender=sender))
    boxes = block(tmp_path / "a.pdf", 1, 1, sheet)
    assert boxes[0].text == sender
    assert boxes[0].bottom < boxes[1].top
    assert all(fonts_of(tmp_path / "a.pdf").values())


def test_an_offset_moves_everything(tmp_path: Path) -> None:
    sheet = find_sheet("L7159")
    print_labels(tmp_path / "a.pdf", sheet, people(24), HOME)
    moved = LabelOptions("DE", adjustment=PrinterAdjustment(right=1.5, down=-2.0, scale=1.01))
    print_labels(tmp_path / "b.pdf", sheet, people(24), moved)
    pairs = zip(preview.text_boxes(tmp_path / "a.pdf"), preview.text_boxes(tmp_path / "b.pdf"), strict=True)
    for before, after in pairs:
        assert after.text == before.text
        assert after.left == pytest.approx(before.left * 1.01 + 1.5, abs=0.1)
        assert after.top == pytest.approx(before.top * 1.01 - 2.0, abs=0.1)


line = st.text(st.sampled_from("abcdWMÄ ß-12"), min_size=1, max_size=90).map(str.strip).filter(bool)


@given(st.lists(line, min_size=1, max_size=9), st.floats(60, 300), st.floats(40, 200))
def test_whatever_is_written_stays_inside(lines: list[str], wide: float, high: float) -> None:
    fitted, look, is_short = fit(tuple(lines), wide, high)
    assert all(width(part, look.face, look.size) <= wide + 0.01 for part in fitted)
    assert len(fitted) * look.leading <= high + 0.6
    if not is_short:
        assert "".join("".join(fitted).split()) == "".join("".join(lines).split())


def test_a_long_name_wraps_before_it_is_cut() -> None:
    name = "Gesellschaft für wissenschaftliche Datenverarbeitung und angewandte Informationstechnik mbH"
    fitted, look, is_short = fit((name, "Am Weg 1", "04103 Leipzig"), 55 * MM, 28 * MM)
    assert not is_short
    assert fitted[-2:] == ("Am Weg 1", "04103 Leipzig")
    assert 3 < len(fitted) < 7
    assert look.size > 7


def test_shortened_labels_are_counted(tmp_path: Path) -> None:
    endless = recipient(1, organisation="W" * 400)
    run = print_labels(tmp_path / "a.pdf", find_sheet("L7651"), [endless, recipient(2)], HOME)
    assert run.shortened == 1
    assert "04103 Leipzig" in whole_text(tmp_path / "a.pdf", 1)


def test_the_ruler_page_shows_every_label_and_a_line_to_measure(tmp_path: Path) -> None:
    sheet = find_sheet("L7163")
    result = print_ruler(tmp_path / "a.pdf", sheet, PrinterAdjustment(1.0, 0.5, 1.0))
    text = whole_text(tmp_path / "a.pdf", result.pages)
    assert result.pages == 1
    assert "100 mm" in text
    assert "1 mm right, 0.5 mm down" in text
    assert sheet.title in text
