"""Numbers, amounts and dates as people type them: the local form and the ISO form; what has two meanings is refused.

In a German window "1.234,56" and "1234.56" are the same number. "1.234" could be either 1234 or 1.234: it is taken as
1234 where the field has fewer than three places, otherwise a sentence asks. Symbols per locale: Unicode CLDR.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.model.parse_date import parse_date
from gcrm.model.show import decimal_mark, format_date, format_decimal, format_money, group_mark, round_half_up

__all__ = [
    "Money",
    "format_date",
    "format_decimal",
    "format_money",
    "parse_date",
    "parse_decimal",
    "parse_money",
    "round_half_up",
]

_LONGEST = 40
_BLANKS = re.compile(r"[\s'’‘`´]")
_SIGN = re.compile(r"^([+\-−–])|([+\-−–])$")
_PLAIN = re.compile(r"[0-9]+")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:[.,_][0-9]{3})+")
_BLANK_GROUPS = re.compile(r"[0-9]{1,3}(?:([\s'’‘`´])[0-9]{3})(?:\1[0-9]{3})*")
_NO_CENTS = re.compile(r"[.,](?:--?|—|–|−)$")
_CURRENCIES = {"€": "EUR", "US$": "USD", "$": "USD", "£": "GBP", "R$": "BRL", "Fr.": "CHF", "SFr.": "CHF", "¥": "JPY"}
_MARKS = "|".join(re.escape(mark) for mark in sorted(_CURRENCIES, key=len, reverse=True))
_CURRENCY = re.compile(rf"^({_MARKS}|[A-Za-z]{{3}}(?![A-Za-z]))\s*|\s*({_MARKS}|(?<![A-Za-z])[A-Za-z]{{3}})$", re.I)


class Money(NamedTuple):
    """An exact amount and its ISO 4217 currency."""

    amount: Decimal
    currency: str


def parse_decimal(text: str, language: str, country: str = "", places: int | None = None) -> Decimal:
    """Read a number; `places` is the most decimal places that the field can keep, None for any.

    UserError with a sentence when it is no number, has two meanings, or has more places than the field keeps.
    """
    typed = text.strip()
    if not typed or len(typed) > _LONGEST:
        raise UserError(_("A number is needed here."))
    bare, negative = _without_sign(_NO_CENTS.sub("", typed))
    value = Decimal(_plain(_without_blanks(bare, typed), typed, language, country, places))
    _check_places(value, typed, places)
    return -value if negative else value


def parse_money(text: str, language: str, country: str, currency: str, places: int = 2) -> Money:
    """Read an amount such as "€ 12", "12,50 CHF" or "12.–"; without a mark it is in `currency`."""
    typed = text.strip()
    if len(typed) > _LONGEST:
        raise UserError(_("A number is needed here."))
    lead = re.match(r"[+\-−–]\s*", typed)
    sign, rest = (lead[0].strip(), typed[lead.end() :]) if lead else ("", typed)
    mark = _CURRENCY.search(rest)
    if mark is None:
        return Money(parse_decimal(typed, language, country, places), currency)
    amount = (rest[: mark.start()] + rest[mark.end() :]).strip()
    return Money(parse_decimal(sign + amount, language, country, places), _currency(mark[1] or mark[2]))


def _currency(mark: str) -> str:
    """Return the ISO code of a typed currency mark."""
    from babel.numbers import is_currency

    by_mark = {known.casefold(): code for known, code in _CURRENCIES.items()}
    code = by_mark.get(mark.casefold(), mark.upper())
    if not is_currency(code):
        raise UserError(_("{text} is not a currency.").format(text=mark))
    return code


def _without_sign(text: str) -> tuple[str, bool]:
    """Take the sign off, which bookkeepers also write behind."""
    sign = _SIGN.search(text)
    if sign is None:
        return text, False
    bare = (text[: sign.start()] + text[sign.end() :]).strip()
    return bare, (sign[1] or sign[2]) != "+"


def _without_blanks(text: str, typed: str) -> str:
    """Remove blanks and apostrophes, which only ever group digits by three."""
    if not _BLANKS.search(text):
        return text
    whole = re.split(r"[.,]", text, maxsplit=1)[0]
    if not _BLANK_GROUPS.fullmatch(whole) or _BLANKS.search(text[len(whole) :]):
        raise _no_number(typed)
    return _BLANKS.sub("", text)


def _plain(text: str, typed: str, language: str, country: str, places: int | None) -> str:
    """Return the digits with a point as the decimal mark."""
    marks = [char for char in text if not "0" <= char <= "9"]
    if set(marks) - {".", ","} or not _PLAIN.search(text):
        raise _no_number(typed)
    if not marks:
        return text
    if len(set(marks)) == 2:
        return _two_marks(text, typed, marks)
    if len(marks) > 1:
        return _groups(text, typed)
    return _one_mark(text, typed, marks[0], (language, country), places)


def _two_marks(text: str, typed: str, marks: list[str]) -> str:
    """With point and comma, the last one is the decimal mark and the other one groups: only one reading."""
    last = marks[-1]
    whole, _mark, fraction = text.rpartition(last)
    if marks.count(last) > 1 or not _PLAIN.fullmatch(fraction):
        raise _no_number(typed)
    return f"{_groups(whole, typed)}.{fraction}"


def _groups(text: str, typed: str) -> str:
    """Join groups of three digits."""
    if not _GROUPED.fullmatch(text):
        raise _no_number(typed)
    return re.sub(r"[.,]", "", text)


def _one_mark(text: str, typed: str, mark: str, where: tuple[str, str], places: int | None) -> str:
    """Read a number with one point or comma by the habits of the place."""
    whole, _mark, fraction = text.partition(mark)
    if not fraction.isdigit() and fraction:
        raise _no_number(typed)
    local = decimal_mark(*where)
    could_group = _GROUPED.fullmatch(text) is not None
    if mark == local or (not could_group and not mark == group_mark(*where) == ","):
        return f"{whole or '0'}.{fraction}".rstrip(".")
    if not could_group:
        raise _no_number(typed, _two_readings(text, mark, where))
    if mark == group_mark(*where) == "," or (places is not None and places < len(fraction)):
        return whole + fraction
    raise _no_number(typed, _two_readings(text, mark, where))


def _two_readings(text: str, mark: str, where: tuple[str, str]) -> str:
    """Say that a text has two meanings and how to write each."""
    one, other = text.replace(mark, ""), text.replace(mark, decimal_mark(*where))
    return _("{text} can mean {one} or {other}; type one of them.").format(text=text, one=one, other=other)


def _no_number(typed: str, sentence: str = "") -> UserError:
    """Return the error for something that cannot be read."""
    return UserError(sentence or _("{text} is not a number.").format(text=typed))


def _check_places(value: Decimal, typed: str, places: int | None) -> None:
    """Refuse places that would be cut off silently."""
    exponent = value.normalize().as_tuple().exponent
    if places is not None and isinstance(exponent, int) and -exponent > places:
        sentence = _("{text} has more than {places} decimal places.")
        raise UserError(sentence.format(text=typed, places=places))
