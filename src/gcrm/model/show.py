"""Numbers, amounts and dates written for people, by Unicode CLDR through babel; and the one rule for rounding."""

from __future__ import annotations

import datetime
import re
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, ROUND_HALF_UP, Context, Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from babel import Locale

_LETTER_AND_DIGIT = re.compile(r"(?<=[^\W\d_])(?=\d)")  # "CHF12": CLDR wants a blank there, babel leaves it out
DateStyle = Literal["short", "medium", "long", "full"]


def round_half_up(value: Decimal, places: int) -> Decimal:
    """Round commercially: half away from zero (DIN 1333 4.5.1), at any size; the only rounding in the program."""
    exact = Context(prec=MAX_PREC, rounding=ROUND_HALF_UP, Emax=MAX_EMAX, Emin=MIN_EMIN)
    return value.quantize(Decimal(1).scaleb(-places), context=exact)


@cache
def locale_for(language: str, country: str = "") -> Locale:
    """Return the CLDR locale nearest to a language in a country ("de" in "PT" is German), English at last."""
    from babel import Locale, UnknownLocaleError

    base = language.replace("-", "_").split("_")[0].lower()
    given = language.replace("-", "_").partition("_")[2] or country
    for code in (f"{base}_{given.upper()}", base):
        try:
            return Locale.parse(code)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse("en")


@cache
def decimal_mark(language: str, country: str = "") -> str:
    """Return the decimal mark of the place: "," or "."."""
    mark = str(locale_for(language, country).number_symbols["latn"]["decimal"])
    return mark if mark in ".," else "."


@cache
def group_mark(language: str, country: str = "") -> str:
    """Return the mark that people type between groups of three digits.

    CLDR writes a blank for Portugal and Austria; there the point is typed as well.
    """
    mark = str(locale_for(language, country).number_symbols["latn"]["group"])
    return mark if mark in ".,’" else "." if decimal_mark(language, country) == "," else ","


@lru_cache(maxsize=256)
def _pattern(places: tuple[int, int] | None) -> str:
    """Return a CLDR number pattern with at least and at most so many places."""
    least, most = places or (0, 6)
    return "#,##0" + ("." if most else "") + "0" * least + "#" * (most - least)


def format_decimal(value: Decimal, language: str, country: str = "", places: int | None = None) -> str:
    """Write a number; `places` fixes the decimal places (rounded half up), None shows those that are there."""
    from babel.numbers import format_decimal as by_babel

    if places is None:
        exponent = value.as_tuple().exponent
        shown = max(0, -exponent) if isinstance(exponent, int) else 0
        pattern, exact = _pattern((0, shown)), value
    else:
        pattern, exact = _pattern((places, places)), round_half_up(value, places)
    return by_babel(exact, format=pattern, locale=locale_for(language, country), decimal_quantization=False)


@lru_cache(maxsize=256)
def _money_pattern(language: str, country: str, places: int) -> str:
    """Return the place's pattern for amounts with exactly so many places."""
    pattern = str(locale_for(language, country).currency_formats["standard"].pattern)
    return pattern.replace("0.00", "0" + ("." if places else "") + "0" * places)


def format_money(value: Decimal, currency: str, language: str, country: str = "", places: int | None = None) -> str:
    """Write an amount with its currency, always; rounded half up to `places` or the currency's own."""
    from babel.numbers import format_currency, get_currency_precision

    digits = get_currency_precision(currency) if places is None else places
    pattern = _money_pattern(language, country, digits)
    exact = round_half_up(value, digits)
    where = locale_for(language, country)
    text = format_currency(exact, currency, pattern, where, currency_digits=False, decimal_quantization=False)
    return _LETTER_AND_DIGIT.sub("\u00a0", text)


def money_parts(currency: str, language: str, country: str = "") -> tuple[str, int, str]:
    """Return how amounts are written: the place's pattern ("#,##0.00 ¤"), decimal places, and the currency's symbol."""
    from babel.numbers import get_currency_precision, get_currency_symbol

    places = get_currency_precision(currency)
    symbol = str(get_currency_symbol(currency, locale_for(language, country)))
    pattern = _money_pattern(language, country, places)
    return (pattern.replace("¤#", "¤\u00a0#") if symbol[-1:].isalpha() else pattern), places, symbol


@lru_cache(maxsize=4096)
def format_date(value: datetime.date, language: str, country: str = "", style: DateStyle = "medium") -> str:
    """Write a date, always with the year in four digits, however short the style."""
    from babel.dates import format_date as by_babel

    locale = locale_for(language, country)
    if style != "short":
        return by_babel(value, format=style, locale=locale)
    return by_babel(value, format=date_pattern(language, country), locale=locale)


def date_pattern(language: str, country: str = "") -> str:
    """Return the place's short pattern of CLDR for dates, with four digits of the year: "dd.MM.y"."""
    pattern = str(locale_for(language, country).date_formats["short"].pattern)
    return pattern if "yyy" in pattern else pattern.replace("yy", "y")


def format_time(value: datetime.time | datetime.datetime, language: str, country: str = "") -> str:
    """Write a time of day without seconds; a datetime is shown in its own zone."""
    from babel.dates import format_time as by_babel

    plain = value.timetz().replace(tzinfo=None) if isinstance(value, datetime.datetime) else value
    return by_babel(plain, format="short", locale=locale_for(language, country))


def format_moment(value: datetime.datetime, language: str, country: str = "") -> str:
    """Write date and time of an instant that is already in the zone to show."""
    return f"{format_date(value.date(), language, country, 'short')} {format_time(value, language, country)}"
