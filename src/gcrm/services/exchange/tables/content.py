"""The guess by what stands in a column, where its heading tells nothing; and which date order its days have."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Literal

from gcrm.model.checks import iban
from gcrm.model.country import country_code
from gcrm.model.fold import fold
from gcrm.model.name_key import has_legal_form
from gcrm.services.exchange.tables.names import SALUTATIONS, is_person, split_town

DateOrder = Literal["", "dmy", "mdy"]
_MAIL = re.compile(r"[^\s@;,]+@[^\s@;,]+\.[^\s@;,]+")
_WEB = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_PHONE = re.compile(r"(?:\+|00?)[1-9(][\d\s()/.\-–]{5,24}")
_VAT = re.compile(r"(?:AT\s?U|DE|PT|FR|NL|BE|LU|IT|ES|PL|CZ|DK|GB|CHE)[\s-]?[0-9A-Z][0-9A-Z .-]{6,13}")
_POSTCODE = re.compile(r"\d{5}|\d{4}|\d{4}-\d{3}|[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|\d{5}-\d{3}")
_STREET = re.compile(
    r".*(?:str(?:\.|aße|asse)|weg|platz|allee|gasse|ring|damm|ufer)\s?\d{1,4}\s?[a-z]?|(?:rua|avenida|travessa)\s.+"
    r"|\d{1,5}\s.+\s(?:street|st\.?|road|rd\.?|avenue|ave\.?|lane)",
    re.IGNORECASE,
)
_DAY = re.compile(r"\d{1,2}\.\d{1,2}\.(?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{4}")
_SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-]\d{2,4}")
_ENOUGH = 0.8
_YOUNGEST = 14
"""Years: a column of later days is when something happened, not when somebody was born."""


def target_of_values(values: Sequence[str]) -> str:
    """Return the target that most of the values of a column speak for, "" for none."""
    filled = [value.strip() for value in values if value.strip()]
    if not filled:
        return ""
    for target, is_like in _LOOKS:
        if sum(map(is_like, filled)) >= _ENOUGH * len(filled):
            return target
    return ""


def is_no_name(values: Sequence[str]) -> bool:
    """Tell whether most values of a column have no letter: days, times and amounts are nobody's name."""
    filled = [value for value in values if value.strip()]
    plain = sum(not any(letter.isalpha() for letter in value) for value in filled)
    return bool(filled) and plain >= _ENOUGH * len(filled)


def are_addresses(values: Sequence[str]) -> bool:
    """Tell whether most values of a column have a street and a town: "Am Kai 3, 20457 Hamburg"."""
    parts = [re.split(r"\s*[\r\n]+\s*|[,;]\s+", value.strip()) for value in values]
    whole = sum(len(some) > 1 and any(map(_is_town, some[1:])) for some in parts)
    return bool(values) and 2 * whole > len(values)


def _is_town(value: str) -> bool:
    return bool(split_town(value)[1])


def _is_organisation(value: str) -> bool:
    return has_legal_form(value)


def _is_country(value: str) -> bool:
    return len(value) > 3 and bool(country_code(value))


def _full(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda value: len(value) < 200 and pattern.fullmatch(value) is not None


def _is_birthday(value: str) -> bool:
    """Tell whether a day is long enough ago for somebody in an office; of two digits nobody knows."""
    if not _full(_DAY)(value):
        return False
    year = max(map(int, re.findall(r"\d+", value)), default=0)
    return year < 100 or year <= date.today().year - _YOUNGEST


def _is_salutation(value: str) -> bool:
    return len(value) > 1 and fold(value).split(" ")[0].rstrip(".") in SALUTATIONS


def _is_iban(value: str) -> bool:
    plain = iban.compact(value)
    return plain[:2].isalpha() and plain[2:4].isdigit() and 15 <= len(plain) <= 34


_LOOKS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("email", _full(_MAIL)),
    ("web", _full(_WEB)),
    ("bank.iban", _is_iban),
    ("vat_number", _full(_VAT)),
    ("birthday", _is_birthday),
    ("salutation", _is_salutation),
    ("address.postcode_town", _is_town),
    ("address.postcode", _full(_POSTCODE)),
    ("phone", _full(_PHONE)),
    ("address.street", _full(_STREET)),
    ("address.country", _is_country),
    ("name", _is_organisation),
    ("full_name", is_person),
)


def date_order(values: Iterable[str]) -> DateOrder:
    """Return which comes first in days with slashes, by those that can be read in one way only; "" for none."""
    found = [(int(match[1]), int(match[2])) for value in values if (match := _SLASHED.fullmatch(value.strip()))]
    if any(first > 12 >= second for first, second in found):
        return "dmy"
    return "mdy" if any(second > 12 >= first for first, second in found) else ""
