from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.errors import UserError
from gcrm.model.parse_date import Prefer, parse_date
from gcrm.model.show import DateStyle, format_date

TODAY = date(2026, 11, 24)
PLACES = [("de", "DE"), ("de", "AT"), ("de", "CH"), ("pt", "PT"), ("pt", "BR"), ("en", "GB"), ("en", "US")]


@pytest.mark.parametrize(
    ("text", "place", "day"),
    [
        ("23.11.", "de_DE", date(2026, 11, 23)),
        ("23.11", "de_DE", date(2026, 11, 23)),
        ("23.11.26", "de_DE", date(2026, 11, 23)),
        ("23. 11. 2026", "de_DE", date(2026, 11, 23)),
        ("2026-11-23", "de_DE", date(2026, 11, 23)),
        ("20261123", "pt_PT", date(2026, 11, 23)),
        ("2026/11/23", "en_US", date(2026, 11, 23)),
        ("11/23/2026", "en_US", date(2026, 11, 23)),
        ("03/04/2026", "en_US", date(2026, 3, 4)),
        ("3/4", "en_US", date(2026, 3, 4)),
        ("23/11/2026", "en_US", date(2026, 11, 23)),
        ("03/04/2026", "en_GB", date(2026, 4, 3)),
        ("03/04/2026", "pt_PT", date(2026, 4, 3)),
        ("03-04-2026", "pt_BR", date(2026, 4, 3)),
        ("23.11.2026", "en_US", date(2026, 11, 23)),
        ("1.1.46", "de_DE", date(1946, 1, 1)),
        ("1.1.45", "de_DE", date(2045, 1, 1)),
        ("3. März", "de_DE", date(2026, 3, 3)),
        ("23. November 2026", "de_DE", date(2026, 11, 23)),
        ("23 de novembro de 2026", "pt_PT", date(2026, 11, 23)),
        ("Nov 23, 2026", "en_US", date(2026, 11, 23)),
        ("23rd November 2026", "en_GB", date(2026, 11, 23)),
        ("1 May 26", "de_DE", date(2026, 5, 1)),
    ],
)
def test_local_and_iso_forms(text: str, place: str, day: date) -> None:
    assert parse_date(text, place[:2], place[3:], today=TODAY) == day


@pytest.mark.parametrize(
    ("text", "prefer", "day"),
    [
        ("1.1.", "this_year", date(2026, 1, 1)),
        ("1.1.", "future", date(2027, 1, 1)),
        ("1.1.", "past", date(2026, 1, 1)),
        ("1.1.", "nearest", date(2027, 1, 1)),
        ("24.11.", "future", TODAY),
        ("31.12.", "past", date(2025, 12, 31)),
        ("29.2.", "future", date(2028, 2, 29)),
    ],
)
def test_year_that_was_not_typed(text: str, prefer: Prefer, day: date) -> None:
    assert parse_date(text, "de", "DE", TODAY, prefer) == day


@pytest.mark.parametrize(
    "text", ["31.02.2026", "29.2.", "99/99/9999", "0000-01-01", "tomorrow", "", "12", "1.2.3.4", "١.٢.", "4. Foo"]
)
def test_no_date_is_refused_with_the_form_of_the_place(text: str) -> None:
    with pytest.raises(UserError, match=r"24\.11\.2026"):
        parse_date(text, "de", "DE", TODAY)


@given(
    st.dates(date(1900, 1, 1), date(2150, 12, 31)),
    st.sampled_from(PLACES),
    st.sampled_from(["short", "medium", "long"]),
)
def test_what_is_shown_is_read_again(day: date, place: tuple[str, str], style: DateStyle) -> None:
    assert parse_date(format_date(day, *place, style), *place, today=TODAY) == day
    assert parse_date(day.isoformat(), *place, today=TODAY) == day


@given(st.text(max_size=45) | st.text("0123456789./- ", max_size=12), st.sampled_from(PLACES))
def test_any_text_is_a_date_or_refused(text: str, place: tuple[str, str]) -> None:
    with suppress(UserError):
        assert parse_date(text, *place, today=TODAY).year >= 1
