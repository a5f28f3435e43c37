"""How days, moments and amounts look in an ODS sheet: as the language of the program writes them.

A day and a moment say with `automatic-order` that they follow the country of whoever opens the file where the program
there can do so (OpenDocument 1.3, part 3, 19.340), and are written out for those that cannot.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any
from xml.sax.saxutils import escape

from gcrm.model.show import date_pattern, money_parts
from gcrm.services.exchange.out.cells import CURRENCY, OutColumn, currency_of
from gcrm.services.showing import here

USUAL = (CURRENCY, "CHF", "GBP", "USD")
"""Currencies whose looks stand in every sheet: the rows that come later may need them."""
_PART = re.compile("d+|M+|y+|[^dMy]+")
_PARTS = {"d": "day", "M": "month", "y": "year"}
_TIME = (
    '<number:text> </number:text><number:hours number:style="long"/><number:text>:</number:text>'
    '<number:minutes number:style="long"/>'
)
_CODE = re.compile("[A-Z]{3}")


def ods_styles(currencies: Iterable[str]) -> str:
    """Return the looks of days, moments, headings, and of amounts in these currencies."""
    day = _day()
    looks = [("c-date", "day"), ("c-instant", "moment")]
    told = [
        f'<number:date-style style:name="day" number:automatic-order="true">{day}</number:date-style>',
        f'<number:date-style style:name="moment" number:automatic-order="true">{day}{_TIME}</number:date-style>',
    ]
    for currency in currencies:
        told.append(_money(currency))
        looks.append((style_of_money(currency), f"money-{currency}"))
    told += [
        f'<style:style style:name="{name}" style:family="table-cell" style:data-style-name="{data}"/>'
        for name, data in looks
    ]
    head = '<style:style style:name="c-head" style:family="table-cell"><style:text-properties fo:font-weight="bold"/>'
    return "".join([*told, head, "</style:style>"])


def style_of_money(currency: str) -> str:
    """Return the name of the look of amounts in a currency."""
    return f"c-money-{currency}"


def currencies_of(columns: Sequence[OutColumn], sample: Sequence[Sequence[Any]]) -> Collection[str]:
    """Return the currencies that amounts of a table are in, as far as its first rows tell, and the usual ones."""
    found = dict.fromkeys(USUAL)
    for place, column in enumerate(columns):
        if column.kind == "money":
            found |= dict.fromkeys(currency_of(row[place], column) for row in sample or [[None] * len(columns)])
    return [code for code in found if _CODE.fullmatch(code)]


def _day() -> str:
    """Return the parts of a day in the order of the language."""
    found = []
    for part in _PART.findall(date_pattern(*here())):
        name = _PARTS.get(part[0])
        if name is None:
            found.append(f"<number:text>{escape(part)}</number:text>")
        else:
            is_long = name == "year" or len(part) > 1
            found.append(f'<number:{name} number:style="long"/>' if is_long else f"<number:{name}/>")
    return "".join(found)


def _money(currency: str) -> str:
    """Return the look of amounts in a currency: number and symbol in the order of the language."""
    pattern, places, symbol = money_parts(currency, *here())
    number = (
        f'<number:number number:decimal-places="{places}" number:min-decimal-places="{places}" '
        'number:min-integer-digits="1" number:grouping="true"/>'
    )
    sign = f"<number:currency-symbol>{escape(symbol)}</number:currency-symbol>"
    blank = "<number:text>\u00a0</number:text>" if "\u00a0" in pattern else ""
    parts = (sign, blank, number) if pattern.startswith("¤") else (number, blank, sign)
    return f'<number:currency-style style:name="money-{currency}">{"".join(parts)}</number:currency-style>'
