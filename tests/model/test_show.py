from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.model.show import format_date, format_decimal, format_moment, format_money, locale_for, round_half_up

DAY = datetime.date(2026, 3, 4)


@pytest.mark.parametrize(
    ("value", "places", "result"),
    [
        ("2.675", 2, "2.68"),
        ("2.665", 2, "2.67"),
        ("-2.5", 0, "-3"),
        ("0.005", 2, "0.01"),
        ("1250", -2, "1300"),
        ("1e40", 2, "10000000000000000000000000000000000000000.00"),
    ],
)
def test_half_goes_up_away_from_zero(value: str, places: int, result: str) -> None:
    assert round_half_up(Decimal(value), places) == Decimal(result)


@given(st.decimals("-1e15", "1e15", allow_nan=False, places=6), st.integers(0, 5))
def test_rounding_is_the_nearest_and_symmetric(value: Decimal, places: int) -> None:
    rounded = round_half_up(value, places)
    unit = Fraction(1, 10**places)
    assert abs(Fraction(rounded) - Fraction(value)) <= unit / 2
    if abs(Fraction(rounded) - Fraction(value)) == unit / 2:
        assert abs(rounded) > abs(value)
    assert round_half_up(-value, places) == -rounded
    assert rounded.as_tuple().exponent == -places


def test_amounts_always_show_their_currency_and_round_half_up() -> None:
    value = Decimal("1234.565")
    assert format_money(value, "EUR", "de", "DE") == "1.234,57\u00a0€"
    assert format_money(value, "CHF", "de", "CH") == "CHF\u00a01’234.57"
    assert format_money(value, "EUR", "en", "GB") == "€1,234.57"
    assert format_money(value, "JPY", "de", "DE") == "1.235\u00a0¥"
    assert format_money(Decimal("0.0125"), "EUR", "de", "DE", places=4) == "0,0125\u00a0€"


def test_numbers() -> None:
    assert format_decimal(Decimal("1234.5"), "de", "DE") == "1.234,5"
    assert format_decimal(Decimal("1234.5"), "de", "CH", places=2) == "1’234.50"
    assert format_decimal(Decimal("2.5"), "de", "DE", places=0) == "3"
    assert format_decimal(Decimal("1E+3"), "en", "US") == "1,000"


def test_dates_have_four_digits_of_year() -> None:
    assert format_date(DAY, "de", "DE", "short") == "04.03.2026"
    assert format_date(DAY, "en", "GB", "short") == "04/03/2026"
    assert format_date(DAY, "en", "US", "short") == "3/4/2026"
    assert format_date(DAY, "pt", "PT", "short") == "04/03/2026"
    assert format_date(DAY, "de", "DE", "long") == "4. März 2026"


def test_moment_is_shown_in_its_own_zone() -> None:
    zone = datetime.timezone(datetime.timedelta(hours=9))
    moment = datetime.datetime(2026, 3, 4, 14, 5, tzinfo=zone)
    assert format_moment(moment, "de", "DE") == "04.03.2026 14:05"


@pytest.mark.parametrize(
    ("language", "country", "name"),
    [("de", "PT", "de"), ("en", "DE", "en_DE"), ("de-CH", "", "de_CH"), ("xx", "YY", "en"), ("pt", "", "pt")],
)
def test_locale_is_the_nearest(language: str, country: str, name: str) -> None:
    assert str(locale_for(language, country)) == name
