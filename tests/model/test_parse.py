from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.errors import UserError
from gcrm.model.parse import Money, parse_decimal, parse_money
from gcrm.model.show import format_decimal, format_money

PLACES = [("de", "DE"), ("de", "AT"), ("de", "CH"), ("pt", "PT"), ("pt", "BR"), ("en", "GB"), ("en", "US")]


@pytest.mark.parametrize(
    ("text", "place", "value"),
    [
        ("1.234,56", "de_DE", "1234.56"),
        ("1234.56", "de_DE", "1234.56"),
        ("1234,56", "de_DE", "1234.56"),
        ("1 234,5", "de_DE", "1234.5"),
        ("12.5", "de_DE", "12.5"),
        ("0.125", "de_DE", "0.125"),
        ("1,234", "de_DE", "1.234"),
        ("1,234.56", "de_DE", "1234.56"),
        ("1.234.567", "de_DE", "1234567"),
        ("12,", "de_DE", "12"),
        (".5", "de_DE", "0.5"),
        ("-5", "de_DE", "-5"),
        ("5-", "de_DE", "-5"),
        ("−5", "de_DE", "-5"),
        ("1'234.50", "de_CH", "1234.50"),
        ("1’234.50", "de_CH", "1234.50"),
        ("12,50", "de_CH", "12.50"),
        ("1,234.50", "en_US", "1234.50"),
        ("1,234", "en_US", "1234"),
        ("1.234", "en_US", "1.234"),
        ("12,50", "en_DE", "12.50"),
        ("1.234,5", "pt_PT", "1234.5"),
        ("1\u00a0234,5", "pt_PT", "1234.5"),
        ("1.234,5", "pt_BR", "1234.5"),
    ],
)
def test_local_and_iso_forms(text: str, place: str, value: str) -> None:
    assert parse_decimal(text, place[:2], place[3:]) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "place", "part"),
    [
        ("1.234", "de_DE", "1234 or 1,234"),
        ("1.234", "pt_PT", "1234 or 1,234"),
        ("1,234", "de_CH", "1234 or 1.234"),
        ("12,50", "en_US", "1250 or 12.50"),
        ("1.2.3", "de_DE", "not a number"),
        ("1.23,4.5", "de_DE", "not a number"),
        ("12.34,5", "de_DE", "not a number"),
        ("1 23", "de_DE", "not a number"),
        ("1e5", "de_DE", "not a number"),
        ("١٢", "de_DE", "not a number"),
        ("NaN", "de_DE", "not a number"),
        ("", "de_DE", "needed"),
        ("9" * 41, "de_DE", "needed"),
    ],
)
def test_two_meanings_and_no_numbers_are_refused_in_words(text: str, place: str, part: str) -> None:
    with pytest.raises(UserError, match=part):
        parse_decimal(text, place[:2], place[3:])


def test_places_of_the_field_decide_what_a_point_means() -> None:
    assert parse_decimal("1.234", "de", "DE", places=2) == 1234
    with pytest.raises(UserError, match="more than 2"):
        parse_decimal("1,234", "de", "DE", places=2)
    assert parse_decimal("1,500", "de", "DE", places=2) == Decimal("1.5")


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("€ 12", "12", "EUR"),
        ("12 €", "12", "EUR"),
        ("12,50", "12.50", "EUR"),
        ("1.234", "1234", "EUR"),
        ("CHF 12.50", "12.50", "CHF"),
        ("12.–", "12", "EUR"),
        ("12,--", "12", "EUR"),
        ("Fr. 12.50", "12.50", "CHF"),
        ("R$ 5", "5", "BRL"),
        ("US$5", "5", "USD"),
        ("-5 €", "-5", "EUR"),
        ("€ -5", "-5", "EUR"),
        ("1.234,56 EUR", "1234.56", "EUR"),
    ],
)
def test_amounts(text: str, amount: str, currency: str) -> None:
    assert parse_money(text, "de", "DE", "EUR") == Money(Decimal(amount), currency)


@pytest.mark.parametrize("text", ["5 XQQ", "EUR", "abc", "", "5 € 6 €", "5,001 €"])
def test_wrong_amounts(text: str) -> None:
    with pytest.raises(UserError):
        parse_money(text, "de", "DE", "EUR")


@given(st.decimals("-1e12", "1e12", allow_nan=False, allow_infinity=False, places=2), st.sampled_from(PLACES))
def test_what_is_shown_is_read_again(value: Decimal, place: tuple[str, str]) -> None:
    assert parse_decimal(format_decimal(value, *place, places=2), *place, places=2) == value
    for currency in ("EUR", "CHF", "USD"):
        assert parse_money(format_money(value, currency, *place), *place, "XXX") == Money(value, currency)


@given(st.decimals("-1e12", "1e12", allow_nan=False, allow_infinity=False, places=4), st.sampled_from(PLACES))
def test_plain_python_numbers_are_right_or_refused_never_wrong(value: Decimal, place: tuple[str, str]) -> None:
    sentence = ""
    try:
        assert parse_decimal(f"{value:f}", *place) == value
    except UserError as refused:
        sentence = refused.sentence
    assert sentence == "" or "can mean" in sentence


@given(st.text(max_size=45) | st.text("0123456789.,' -+€", max_size=20), st.sampled_from(PLACES))
def test_any_text_is_a_number_or_refused(text: str, place: tuple[str, str]) -> None:
    for places in (None, 0, 2):
        with suppress(UserError):
            assert parse_decimal(text, *place, places=places).is_finite()
        with suppress(UserError):
            assert parse_money(text, *place, "EUR").amount.is_finite()
