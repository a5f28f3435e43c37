"""The contact sheet shows what was chosen, whole, and counts its pages."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from gcrm.errors import UserError
from gcrm.services.printing import preview
from gcrm.services.printing.contact_sheet import (
    ContactSheet,
    Entry,
    Section,
    SheetTable,
    print_contact_sheet,
    print_contact_sheets,
)
from gcrm.services.printing.table import Column
from tests.services.printing.pdf_facts import fonts_of, metadata_of, whole_text

PEOPLE = SheetTable(
    (Column("Name"), Column("Function"), Column("Phone")),
    (("Anna Albrecht", "Managing director", "+49 341 123456-11"), ("Jörg Pfeiffer", "Purchasing", "")),
)
ADDRESS = Section(
    "address", "Address", (("Street", "Hauptstraße 7"), ("Town", "04103 Leipzig"), ("Region", "")), half=True
)
REACH = Section("reach", "Reach", (("Phone", "+49 341 123456-0"), ("E-mail", "info@albrecht.example")), half=True)
NOTES = Section("notes", "Notes", text="First line\n\nSecond line")


def chronicle(count: int) -> Section:
    start = datetime(2026, 11, 20, 9, 12)
    entries = tuple(
        Entry(start - timedelta(days=i), f"Call number {i};", "Agreed to call back", "Eva") for i in range(count)
    )
    return Section("chronicle", "Chronicle", entries=entries[::-1])


def sheet(*sections: Section, **changes: str) -> ContactSheet:
    base = ContactSheet(
        "Łukasz & Söhne GmbH",
        "10042",
        ("Customer", "Priority A"),
        sections,
        "Muster GmbH",
        "10115 Berlin",
        date(2026, 12, 3),
    )
    return ContactSheet(**{f: getattr(base, f) for f in base.__slots__} | changes)


def test_everything_is_on_the_page(tmp_path: Path) -> None:
    people = Section("people", "People", table=PEOPLE)
    result = print_contact_sheet(tmp_path / "a.pdf", sheet(ADDRESS, REACH, people, NOTES, chronicle(3)))
    text = whole_text(tmp_path / "a.pdf", result.pages)
    for word in (
        "Łukasz & Söhne GmbH", "10042", "Customer", "Priority A", "Hauptstraße 7", "info@albrecht.example",
        "Managing director", "Second line", "20 Nov 2026, 09:12", "Muster GmbH · 10115 Berlin", "3 Dec 2026",
        "Page 1 of 1",
    ):  # fmt: skip
        assert word in text
    assert "Region" not in text
    assert all(fonts_of(tmp_path / "a.pdf").values())
    assert metadata_of(tmp_path / "a.pdf")["Title"] == "Contact sheet Łukasz & Söhne GmbH"


def test_cards_stand_beside_each_other(tmp_path: Path) -> None:
    print_contact_sheet(tmp_path / "a.pdf", sheet(ADDRESS, REACH))
    boxes = {box.text: box for box in preview.text_boxes(tmp_path / "a.pdf")}
    assert boxes["Address"].top == pytest.approx(boxes["Reach"].top, abs=0.5)
    assert boxes["Reach"].left > 105 > boxes["Hauptstraße 7"].right


def test_only_chosen_sections_are_printed(tmp_path: Path) -> None:
    whole = sheet(ADDRESS, REACH, NOTES)
    print_contact_sheet(tmp_path / "a.pdf", whole.chosen(["notes", "address"]))
    text = preview.page_text(tmp_path / "a.pdf")
    assert text.index("Address") < text.index("Notes")
    assert "Reach" not in text


def test_the_newest_entry_comes_first_and_pages_are_counted(tmp_path: Path) -> None:
    result = print_contact_sheet(tmp_path / "a.pdf", sheet(ADDRESS, chronicle(150)))
    text = whole_text(tmp_path / "a.pdf", result.pages)
    places = [text.index(f"Call number {number};") for number in range(150)]
    assert places == sorted(places)
    assert result.pages > 3
    for page in range(1, result.pages + 1):
        assert f"Page {page} of {result.pages}" in preview.page_text(tmp_path / "a.pdf", page)
        assert "Łukasz & Söhne GmbH" in preview.page_text(tmp_path / "a.pdf", page)


def test_nothing_is_drawn_over_the_foot_or_beside_the_paper(tmp_path: Path) -> None:
    wide = Section("x", "X" * 200, (("L" * 90, "W" * 3000),), half=True)
    long = Section("notes", "Notes", text="word " * 4000)
    result = print_contact_sheet(tmp_path / "a.pdf", sheet(wide, wide, long, name="N" * 300, number="1" * 20))
    for page in range(1, result.pages + 1):
        for box in preview.text_boxes(tmp_path / "a.pdf", page):
            assert 19 < box.left < box.right < 191
            assert 10 < box.top < box.bottom < 290
            is_foot = box.top > 280
            assert is_foot or box.bottom < 277, box
    assert whole_text(tmp_path / "a.pdf", result.pages).count("word") == 4000


def test_many_contacts_each_begin_a_page_counted_alone(tmp_path: Path) -> None:
    result = print_contact_sheets(tmp_path / "a.pdf", [sheet(chronicle(40), name="One"), sheet(NOTES, name="Two")])
    assert result.pages == preview.page_count(tmp_path / "a.pdf") == 3
    assert "Page 2 of 2" in preview.page_text(tmp_path / "a.pdf", 2)
    assert "Page 1 of 1" in preview.page_text(tmp_path / "a.pdf", 3)


def test_dates_follow_the_customers_language(tmp_path: Path) -> None:
    print_contact_sheet(tmp_path / "a.pdf", sheet(chronicle(1), language="de"))
    assert "20.11.2026, 09:12" in preview.page_text(tmp_path / "a.pdf")
    assert b"/Lang (de)" in (tmp_path / "a.pdf").read_bytes()


def test_days_and_moments_can_be_mixed(tmp_path: Path) -> None:
    entries = (Entry(date(2026, 1, 2), "Day"), Entry(datetime(2026, 1, 2, 8), "Hour"), Entry(date(2026, 1, 3), "Later"))
    print_contact_sheet(tmp_path / "a.pdf", sheet(Section("chronicle", "Chronicle", entries=entries)))
    text = preview.page_text(tmp_path / "a.pdf")
    assert text.index("Later") < text.index("Hour") < text.index("Day")


def test_hostile_text_is_only_text(tmp_path: Path) -> None:
    evil = "<img src=file:///etc/passwd> <b>&amp; \\(]) %s {name} \x00\x1b"
    print_contact_sheet(tmp_path / "a.pdf", sheet(Section("n", "N", (("{x}", evil),)), name="<b>Bob</b> {count}"))
    text = preview.page_text(tmp_path / "a.pdf")
    assert "<img src=file:///etc/passwd> <b>&amp; \\(]) %s {name}" in text
    assert "<b>Bob</b> {count}" in text


def test_no_contact_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no contact"):
        print_contact_sheets(tmp_path / "a.pdf", [])
