"""Text that must fit fits, and no character is lost by wrapping."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gcrm.services.printing.fitting import ELLIPSIS, fitting_size, shorten, wrap
from gcrm.services.printing.fonts import regular, width

SIZE = 10.0
texts = st.text(st.sampled_from("abcWMi .,-@ÄßéŁЖ€中\n\t"), max_size=120)
rooms = st.floats(12, 400)


@given(texts, rooms)
@example(".M@", 12.0)
def test_wrapped_lines_fit_and_keep_every_character(text: str, room: float) -> None:
    lines = wrap(text, regular(), SIZE, room)
    assert lines
    assert all(width(line, regular(), SIZE) <= room + 0.001 for line in lines if len(line) > 1)
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(texts, st.floats(0, 400))
def test_shortened_text_fits_and_is_a_beginning(text: str, room: float) -> None:
    short = shorten(text, regular(), SIZE, room)
    assert short == "" or width(short, regular(), SIZE) <= room
    if short != text and short:
        assert short.endswith(ELLIPSIS)
        assert text.startswith(short[:-1])


@given(st.lists(texts.map(lambda t: t.replace("\n", " ")), max_size=6), rooms)
def test_the_fitting_size_is_the_largest(lines: list[str], room: float) -> None:
    size = fitting_size(lines, regular(), (12.0, 6.0), room)
    widest = max((width(line, regular(), 1.0) for line in lines), default=0.0)
    assert 6.0 <= size <= 12.0
    assert size == 6.0 or widest * size <= room + 0.001
    if 6.0 < size < 12.0:
        assert widest * (size + 0.11) > room


def test_an_email_address_breaks_after_its_signs() -> None:
    address = "info.einkauf.und.verwaltung@albrecht-metallbau.example"
    assert all(line[-1] in "@.-" for line in wrap(address, regular(), SIZE, 150)[:-1])


@pytest.mark.parametrize("number", ["0341/1234567-1123", "23.11.2026", "+49-341-123456-0"])
@pytest.mark.parametrize("room", [20, 30, 40, 50])
def test_a_number_breaks_between_its_groups(number: str, room: float) -> None:
    lines = wrap(number, regular(), SIZE, room)
    groups = re.split(r"[/.-]", number)
    if all(width(f"{group}-", regular(), SIZE) <= room for group in groups):
        assert all(line[-1] in "/.-" for line in lines[:-1])


def test_line_ends_are_kept() -> None:
    assert wrap("a\n\nb", regular(), SIZE, 100) == ["a", "", "b"]
