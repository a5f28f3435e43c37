"""A list on paper is the list on the screen."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.services.printing import preview
from gcrm.services.printing.lists import ListPrint, print_list
from gcrm.services.printing.table import GAP, Column, fitted_widths
from tests.services.printing.pdf_facts import fonts_of, whole_text

COLUMNS = (Column("Number"), Column("Name"), Column("Town"), Column("Open €", align="right"))


def row(number: int) -> tuple[str, ...]:
    return (str(10000 + number), f"Łódź Metallbau {number} GmbH", "Köln", f"{number * 37.5:,.2f}")


def rows(count: int) -> Iterator[tuple[str, ...]]:
    return map(row, range(count))


def test_all_rows_in_their_order_with_header_and_page_numbers(tmp_path: Path) -> None:
    listing = ListPrint(
        "Customers", COLUMNS, rows(130), "Category is Metal", company="Muster GmbH", printed_on=date(2026, 12, 3)
    )
    result = print_list(tmp_path / "a.pdf", listing)
    text = whole_text(tmp_path / "a.pdf", result.pages)
    places = [text.index(str(10000 + number)) for number in range(130)]
    assert places == sorted(places)
    assert "Category is Metal" in text
    assert "130 entries" in text
    assert "Muster GmbH" in text
    assert "3 Dec 2026" in text
    for page in range(1, result.pages + 1):
        on_page = preview.page_text(tmp_path / "a.pdf", page)
        assert all(column.label in on_page for column in COLUMNS)
        assert f"Page {page} of {result.pages}" in on_page
        assert "Customers" in on_page
    assert all(fonts_of(tmp_path / "a.pdf").values())


def test_columns_keep_their_order_and_numbers_end_at_one_edge(tmp_path: Path) -> None:
    print_list(tmp_path / "a.pdf", ListPrint("L", COLUMNS, rows(30)))
    boxes = preview.text_boxes(tmp_path / "a.pdf")
    head = [next(box for box in boxes if box.text == column.label) for column in COLUMNS]
    assert [box.left for box in head] == sorted(box.left for box in head)
    money = [box for box in boxes if box.text.replace(",", "").endswith((".00", ".50"))]
    assert len(money) == 30
    assert max(box.right for box in money) - min(box.right for box in money) < 0.4
    assert head[-1].right == pytest.approx(money[0].right, abs=0.5)


def test_few_columns_stand_upright_many_lie(tmp_path: Path) -> None:
    print_list(tmp_path / "a.pdf", ListPrint("L", COLUMNS, rows(3)))
    many = tuple(Column(f"Column {n}", characters=18) for n in range(10))
    print_list(tmp_path / "b.pdf", ListPrint("L", many, [tuple("x" * 18 for _ in many)] * 3))
    print_list(tmp_path / "c.pdf", ListPrint("L", COLUMNS, rows(3), orientation="landscape", paper="Letter"))
    assert preview.page_size(tmp_path / "a.pdf")[0] == pytest.approx(210, abs=0.1)
    assert preview.page_size(tmp_path / "b.pdf")[0] == pytest.approx(297, abs=0.1)
    assert preview.page_size(tmp_path / "c.pdf")[0] == pytest.approx(279.4, abs=0.1)


def test_groups_have_headings_that_return_after_a_page_break(tmp_path: Path) -> None:
    grouped = [("A" if number < 80 else "", *row(number)) for number in range(120)]
    result = print_list(tmp_path / "a.pdf", ListPrint("L", COLUMNS, grouped, is_grouped=True))
    assert "A" in [box.text for box in preview.text_boxes(tmp_path / "a.pdf", 1)]
    assert "A (continued)" in preview.page_text(tmp_path / "a.pdf", 2)
    text = whole_text(tmp_path / "a.pdf", result.pages)
    assert "Without group" in text
    assert "120 entries" in text


def test_long_cells_wrap_also_over_pages(tmp_path: Path) -> None:
    endless = ("1", "word " * 3000, "W" * 400, "1.00")
    result = print_list(tmp_path / "a.pdf", ListPrint("L", COLUMNS, [row(1), endless, row(2)]))
    text = whole_text(tmp_path / "a.pdf", result.pages)
    assert text.count("word") == 3000
    assert text.count("W") == 400
    assert text.rindex("10002") > text.rindex("word")
    for page in range(1, result.pages + 1):
        assert all(14 < box.left < box.right < 196 for box in preview.text_boxes(tmp_path / "a.pdf", page))


def test_nothing_stands_below_the_foot(tmp_path: Path) -> None:
    tall = [("1", "line\n" * (number % 9), "x", "1.00") for number in range(200)]
    result = print_list(tmp_path / "a.pdf", ListPrint("L", COLUMNS, tall))
    for page in range(1, result.pages + 1):
        body = [box for box in preview.text_boxes(tmp_path / "a.pdf", page) if box.text in ("line", "x", "1.00")]
        assert max(box.bottom for box in body) < 280


def test_an_empty_list_says_so(tmp_path: Path) -> None:
    result = print_list(tmp_path / "a.pdf", ListPrint("Nobody", COLUMNS, ()))
    assert result.pages == 1
    assert "0 entries" in preview.page_text(tmp_path / "a.pdf")


def test_the_list_can_speak_another_language(tmp_path: Path) -> None:
    print_list(tmp_path / "a.pdf", ListPrint("Liste", COLUMNS, rows(1), printed_on=date(2026, 12, 3), language="de"))
    assert "03.12.2026" in preview.page_text(tmp_path / "a.pdf")


def test_memory_grows_only_by_the_finished_pages(tmp_path: Path) -> None:
    """Twenty times the rows: what grows is about the size of the file, never the rows."""
    peaks = []
    for count in (200, 4_000):
        tracemalloc.start()
        print_list(tmp_path / "a.pdf", ListPrint("L", COLUMNS, rows(count)))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    size = (tmp_path / "a.pdf").stat().st_size
    assert peaks[1] - peaks[0] < 8 * size


@given(st.lists(st.floats(5, 900), min_size=1, max_size=15), st.floats(300, 800))
def test_widths_always_fill_the_page_and_never_more(wishes: list[float], room: float) -> None:
    widths = fitted_widths(wishes, room)
    assert sum(widths) + GAP * (len(widths) - 1) == pytest.approx(room, rel=0.001)
    assert all(wide > 0 for wide in widths)
    assert sorted(range(len(wishes)), key=lambda i: (wishes[i], i)) == sorted(
        range(len(wishes)), key=lambda i: (min(widths[i], wishes[i]), wishes[i], i)
    )


def test_numbers_dates_and_addresses_are_not_torn_apart(tmp_path: Path) -> None:
    phones = [f"+49 34{n % 10} 1234567{n:02}-{n:02}" for n in range(40)]
    mails = [f"einkauf.verwaltung{n}@albrecht-metallbau-leipzig.example" for n in range(40)]
    texts = [f"Lange Firmenbezeichnung Nummer {n} mit vielen Worten und Zusätzen" for n in range(40)]
    table = [
        (text, text, text, phone, phone, "23.11.2026", "1.234.567,89", mail, text)
        for text, phone, mail in zip(texts, phones, mails, strict=True)
    ]
    columns = tuple(Column(name) for name in "ABCDEFGHI")
    for count in (9, 7):
        rows_ = [row[:count] for row in table]
        result = print_list(tmp_path / "a.pdf", ListPrint("L", columns[:count], rows_, orientation="portrait"))
        told = [box.text for page in range(1, result.pages + 1) for box in preview.text_boxes(tmp_path / "a.pdf", page)]
        for phone in phones:
            assert told.count(phone) == 2
        assert told.count("23.11.2026") == 40
        if count == 9:
            assert told.count("1.234.567,89") == 40
            parts = [text for text in told if "@" in text or text.endswith(".example")]
            assert all(text[-1] in "@.-" or text.endswith("example") for text in parts)


@given(st.lists(st.tuples(st.floats(5, 900), st.floats(0, 300)), min_size=1, max_size=12), st.floats(300, 800))
def test_no_column_gets_less_than_it_needs_where_all_needs_fit(wanted: list[tuple[float, float]], room: float) -> None:
    wishes, needs = [wish for wish, _need in wanted], [min(wish, need) for wish, need in wanted]
    widths = fitted_widths(wishes, room, [needs])
    left = room - GAP * (len(wishes) - 1)
    assert sum(widths) == pytest.approx(left, rel=0.001)
    if sum(needs) <= left:
        assert all(wide >= need - 0.001 for wide, need in zip(widths, needs, strict=True))
