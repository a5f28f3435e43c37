"""Dates as people type them: "23.11.", "23.11.26", "2026-11-23", "11/23/2026" in the United States, "23 Nov 2026".

The order of day and month with slashes and dashes is that of the place (Unicode CLDR); points always mean day first.
Two-digit years lie between 80 years ago and 19 years ahead.
"""

from __future__ import annotations

import datetime
import re
from functools import cache
from typing import Literal

from gcrm.errors import UserError
from gcrm.i18n import LANGUAGES, _
from gcrm.model.fold import fold
from gcrm.model.show import format_date, locale_for

Prefer = Literal["nearest", "future", "past", "this_year"]
_LONGEST = 40
_ISO = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})|(\d{4})(\d{2})(\d{2})", re.ASCII)
_POINTS = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.?(?:\s?(\d{4}|\d{2}))?", re.ASCII)
_SLASHES = re.compile(r"(\d{1,2})([/-])(\d{1,2})(?:\2(\d{4}|\d{2}))?", re.ASCII)
_NAMED = re.compile(
    r"(\d{1,2})(?:\.|st|nd|rd|th|º)?(?: de(?= ))? ?([^\W\d]{3,12})\.?,?(?: de)?(?: (\d{4}|\d{2}))?", re.ASCII
)
_NAMED_FIRST = re.compile(r"([^\W\d]{3,12})\.? (\d{1,2})(?:st|nd|rd|th)?,?(?: (\d{4}|\d{2}))?", re.ASCII)
_YEARS_BACK = 80
_YEARS_AROUND = range(-8, 9)  # two 29ths of February can be eight years apart


def parse_date(
    text: str, language: str, country: str = "", today: datetime.date | None = None, prefer: Prefer = "this_year"
) -> datetime.date:
    """Read a date; without a year `prefer` says which one, seen from `today`.

    UserError with a sentence that shows the form of the place when it cannot be read.
    """
    now = today or datetime.date.today()
    typed = " ".join(text.split())
    parts = _parts(typed, language, country) if 0 < len(typed) <= _LONGEST else None
    found = _date(parts, now, prefer) if parts else None
    if found is None:
        example = format_date(now, language, country, "short")
        raise UserError(_("{text} is not a date; type it like {example}.").format(text=typed, example=example))
    return found


def _parts(typed: str, language: str, country: str) -> tuple[str, int, int] | None:
    """Return (year as typed, month, day), the year "" where none was typed."""
    if iso := _ISO.fullmatch(typed):
        year, month, day = iso.groups()[:3] if iso[1] else iso.groups()[3:]
        return year, int(month), int(day)
    if points := _POINTS.fullmatch(typed):
        return points[3] or "", int(points[2]), int(points[1])
    if slashes := _SLASHES.fullmatch(typed):
        return _slashed(slashes, language, country)
    return _named(fold(typed), language, country)


def _slashed(found: re.Match[str], language: str, country: str) -> tuple[str, int, int]:
    """Order day and month as the place does, unless only the other order is a date."""
    first, second = int(found[1]), int(found[3])
    month_first = str(locale_for(language, country).date_formats["short"].pattern).lstrip("'").startswith("M")
    month, day = (first, second) if month_first else (second, first)
    return (found[4] or "", day, month) if month > 12 >= day else (found[4] or "", month, day)


def _named(typed: str, language: str, country: str) -> tuple[str, int, int] | None:
    """Read a date with the name of a month in the language in force or any of ours."""
    day_first, month_first = _NAMED.fullmatch(typed), _NAMED_FIRST.fullmatch(typed)
    if day_first:
        name, day, year = day_first[2], day_first[1], day_first[3]
    elif month_first:
        name, day, year = month_first[1], month_first[2], month_first[3]
    else:
        return None
    month = _months(language, country).get(name)
    return (year or "", month, int(day)) if month else None


@cache
def _months(language: str, country: str) -> dict[str, int]:
    """Return the numbers of months by folded name, full and short, those of the place (Jänner) first."""
    found: dict[str, int] = {}
    for code, where in ((language, country), *((known, "") for known in LANGUAGES)):
        names = locale_for(code, where).months["format"]
        for width in ("wide", "abbreviated"):
            for number, name in names[width].items():
                key = fold(name).rstrip(".")
                found.setdefault(key, number)
                found.setdefault(key[:3], number)
    return found


def _date(parts: tuple[str, int, int], now: datetime.date, prefer: Prefer) -> datetime.date | None:
    """Return the date, None if there is no such day."""
    typed_year, month, day = parts
    if typed_year:
        return _make(_full_year(typed_year, now), month, day)
    choices = [made for shift in _YEARS_AROUND if (made := _make(now.year + shift, month, day))]
    if prefer == "future":
        choices = [date for date in choices if date >= now][:1]
    elif prefer == "past":
        choices = [date for date in choices if date <= now][-1:]
    elif prefer == "nearest":
        choices.sort(key=lambda date: abs((date - now).days))
    else:
        choices = [date for date in choices if date.year == now.year]
    return choices[0] if choices else None


def _full_year(typed: str, now: datetime.date) -> int:
    """Return the year; two digits are completed to the hundred years around now."""
    if len(typed) == 4:
        return int(typed)
    oldest = now.year - _YEARS_BACK
    return oldest + (int(typed) - oldest) % 100


def _make(year: int, month: int, day: int) -> datetime.date | None:
    """Return the date, None if there is no such day."""
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None
