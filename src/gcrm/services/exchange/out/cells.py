"""A table on its way out: its columns, its rows, and the cells as text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from gcrm.model.parse import Money
from gcrm.model.show import decimal_mark
from gcrm.services.showing import here, show

Purpose = Literal["spreadsheet", "exchange"]
"""Whom a table is for: people with a spreadsheet, or a program that reads every value as it is kept."""
CURRENCY = "EUR"
"""The currency of amounts that name none."""
NUMBERS = ("number", "percent", "money")
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection"), full width too."""


@dataclass(frozen=True, slots=True)
class OutColumn:
    """A column: its heading, and the kind and choices of its values as the registry tells them.

    `currency` is that of amounts that are plain numbers; an amount with a currency of its own is Money.
    """

    heading: str
    kind: str = "text"
    choices: tuple[tuple[str, str], ...] = ()
    currency: str = ""


@dataclass(frozen=True, slots=True)
class OutTable:
    """Columns and a stream of rows; each row has a value for each column."""

    columns: tuple[OutColumn, ...]
    rows: Iterable[Sequence[Any]]


Text = Callable[[Any, OutColumn], str]
"""Writes a cell as text."""


_PLAIN = frozenset(("text", "long_text", "phone", "email", "link", "iban", "bic", "vat"))


def typed(value: Any, kind: str) -> Any:
    """Return a number as Decimal and a day as date where they came as text or float, None for nothing."""
    if value is None or value == "" or value == [] or value == {}:
        return None
    if isinstance(value, Money):
        return value.amount
    if kind in NUMBERS and not isinstance(value, Decimal | bool):
        return Decimal(str(value))
    if kind == "date" and isinstance(value, str):
        return date.fromisoformat(value)
    return datetime.fromisoformat(value) if kind == "instant" and isinstance(value, str) else value


def currency_of(value: Any, column: OutColumn) -> str:
    """Return the currency of an amount."""
    return (value.currency if isinstance(value, Money) else column.currency) or CURRENCY


def exact(value: Any, column: OutColumn) -> str:
    """Return a cell for exchange: ISO dates, a decimal point, keys of choices and codes of countries."""
    if type(value) is str and column.kind in _PLAIN:
        return value
    found = typed(value, column.kind)
    if found is None:
        return ""
    if column.kind == "yes_no" or isinstance(found, bool):
        return "yes" if found not in (False, 0, "false", "0") else "no"
    if isinstance(found, date | datetime):
        return found.isoformat()
    if isinstance(found, list | tuple):
        return ", ".join(str(item) for item in found)
    return format(found, "f") if isinstance(found, Decimal) else str(found)


def shown(value: Any, column: OutColumn) -> str:
    """Return a cell as people of the country read it, numbers without marks between groups of digits."""
    if type(value) is str and column.kind in _PLAIN:
        return value
    found = typed(value, column.kind)
    if isinstance(found, Decimal):
        return format(found, "f").replace(".", decimal_mark(*here()))
    return show(found, column.kind, column.choices)


def text_for(purpose: Purpose) -> Text:
    """Return how texts of a table are written for this purpose."""
    return exact if purpose == "exchange" else shown


def harmless(text: str) -> str:
    """Return a text that no spreadsheet runs as a formula: an apostrophe tells that it is text."""
    return f"'{text}" if _runs(text) else text


def without_apostrophe(text: str) -> str:
    """Return the text of a cell that was made harmless."""
    return text[1:] if text.startswith("'") and _runs(text[1:]) else text


def _runs(text: str) -> bool:
    """Tell whether a spreadsheet might run a text; some pass over blanks before it."""
    return text.startswith(_STARTS) or text.lstrip().startswith(_STARTS)
