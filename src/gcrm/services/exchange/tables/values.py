"""Values of single cells, read for the fields that are no plain text. `Unfit` says what is wrong with one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from gcrm.errors import UserError
from gcrm.i18n import LANGUAGES, N_, _, language
from gcrm.model.contact import Contact
from gcrm.model.fields import Field, fields_of
from gcrm.model.fold import clean, fold
from gcrm.model.parse import Money, parse_date, parse_money
from gcrm.services.exchange.card import CardDate
from gcrm.services.exchange.tables.content import DateOrder
from gcrm.services.exchange.vcard_values import read_date

NO_DATE = N_("This is no date")
NO_NUMBER = N_("This is no number")
NO_CHOICE = N_("This is none of the choices")
NO_YES = N_("This is neither yes nor no")
YES = frozenset(["ja", "yes", "true", "wahr", "x", "1", "-1", "sim", "j", "y", "t", "on", "verdadeiro"])
NO = frozenset(["nein", "no", "false", "falsch", "0", "nao", "n", "f", "off", "falso"])
_EXACT = re.compile(r"-?\d{1,15}(?:\.\d{1,20})?")
_NOTHING = frozenset(("0/0/00", "0.0.00", "00.00.0000", "0000-00-00"))
"""How programs write a day that is not known."""


class Unfit(ValueError):  # noqa: N818 - it is a verdict about a value, not an error of the program
    """A value that does not fit its field; the text says why (English, marked)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class DoubtfulError(Unfit):
    """A value that its field took as it is although it cannot be right."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How values are read: language and country of the office, and the order of days with slashes."""

    language: str = "en"
    country: str = ""
    order: DateOrder = ""

    @property
    def date_place(self) -> tuple[str, str]:
        """Return language and country whose dates have that order."""
        told: Mapping[str, tuple[str, str]] = {"dmy": ("en", "GB"), "mdy": ("en", "US")}
        return told.get(self.order, (self.language, self.country))


@lru_cache(maxsize=8192)
def read_day(text: str, reading: Reading) -> CardDate | None:
    """Return a day, also one without a year (--02-28); None for nothing. Raises Unfit."""
    typed = " ".join(text.split())
    if typed in _NOTHING:
        return None
    day = read_date(typed)
    if day is not None and (day.month or not day.year):
        return day
    for attempt in (typed, typed.partition(" ")[0]):
        try:
            found = parse_date(attempt, *reading.date_place, prefer="past")
        except UserError:
            continue
        return CardDate(found.year, found.month, found.day)
    raise Unfit(NO_DATE)


def whole_number(text: str, lowest: int, highest: int) -> int:
    """Return a number of a date. Raises Unfit."""
    typed = text.strip()
    if not typed.isascii() or not typed.isdigit() or not lowest <= int(typed[:6]) <= highest:
        raise Unfit(NO_DATE)
    return int(typed)


def read_yes_no(text: str, reading: Reading) -> bool:
    """Return yes or no. Raises Unfit."""
    word = fold(text)
    if word in YES or word in NO:
        return word in YES
    raise Unfit(NO_YES)


def _read_number(text: str, reading: Reading) -> Decimal:
    """Return a number with at most two places, also with a sign for percent or a currency. Raises Unfit."""
    return read_money(text.replace("%", ""), reading, "EUR").amount


def read_money(text: str, reading: Reading, currency: str) -> Money:
    """Return an amount with at most two places, in `currency` where no other stands with it. Raises Unfit."""
    typed = text.strip()
    for place in ((reading.language, reading.country), ("de", "DE"), ("en", "US")):
        try:
            return parse_money(typed, *place, currency)
        except UserError:
            continue
    raise Unfit(NO_NUMBER)


def number_kind(target: str) -> str:
    """Return which kind of number a field of a contact holds ("percent"), "" where a target is none."""
    field = contact_fields().get(target)
    return field.kind if field is not None and _KINDS.get(field.kind) is _read_number else ""


def of_spreadsheet(values: Sequence[str], *, is_percent: bool) -> Callable[[str], str]:
    """Return what writes the numbers of a spreadsheet's column as people do, who write two places at most.

    Spreadsheets keep 3 % as 0.03: a column of percentages that has nothing from 1 on is one of fractions.
    """
    numbers = [Decimal(value) for value in values if _EXACT.fullmatch(value)]
    is_fraction = is_percent and any(numbers) and all(abs(number) < 1 for number in numbers)
    factor = Decimal(100 if is_fraction else 1)

    def written(value: str) -> str:
        if not _EXACT.fullmatch(value):
            return value
        return str((Decimal(value) * factor).quantize(Decimal("0.01"), ROUND_HALF_UP))

    return written


def _read_field_date(text: str, reading: Reading) -> date | None:
    """Return a whole day. Raises Unfit."""
    day = read_day(text, reading)
    whole = day.as_date() if day else None
    if day and whole is None:
        raise Unfit(NO_DATE)
    return whole


def _read_text(text: str, reading: Reading) -> str:
    return clean(" ".join(text.split()))


_KINDS: Mapping[str, Callable[[str, Reading], Any]] = {
    "date": _read_field_date,
    "yes_no": read_yes_no,
    "money": _read_number,
    "percent": _read_number,
    "number": _read_number,
}


def reader_of(field: Field) -> Callable[[str, Reading], Any]:
    """Return what reads the cells of a field of a contact; it raises Unfit."""
    return _choice_reader(field) if field.kind == "choice" else _KINDS.get(field.kind, _read_text)


def _choice_reader(field: Field) -> Callable[[str, Reading], Any]:
    """Return what finds a choice by its key or by its label in any of our languages."""
    known = {fold(key): key for key, _label in field.choices if key}
    for code in LANGUAGES:
        with language(code):
            known |= {fold(_(label)): key for key, label in field.choices if key}

    def read(text: str, reading: Reading) -> str:
        if fold(text) not in known:
            raise Unfit(NO_CHOICE)
        return known[fold(text)]

    return read


def contact_fields() -> Mapping[str, Field]:
    """Return the fields of a contact that a column can go into, beside those a card has."""
    told = fields_of(Contact)
    left = ("kind", "name", "salutation", "title", "first_name", "last_name", "language", "birthday", "anniversary")
    hidden = (*left, "notes", "responsible_id")
    return {name: each for name, each in told.items() if each.form and name not in hidden}
