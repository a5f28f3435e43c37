"""Dates, times and measures on paper, in the language of the print."""

from __future__ import annotations

from datetime import date, datetime

from babel.dates import format_date, format_time
from babel.numbers import format_decimal

from gcrm.i18n import current_language

_LOCALES = {"en": "en_GB", "de": "de_DE", "pt": "pt_PT"}


def _locale() -> str:
    return _LOCALES.get(current_language(), "en_GB")


def format_day(day: date) -> str:
    """Return a date as people write it: "3 Dec 2026", "03.12.2026"."""
    return format_date(day, "medium", locale=_locale())


def format_moment(moment: date | datetime) -> str:
    """Return a date, with its time where it has one; the time is that of the value, no zone is applied."""
    if not isinstance(moment, datetime):
        return format_day(moment)
    return f"{format_day(moment)}, {format_time(moment.time(), 'short', locale=_locale())}"


def format_measure(value: float) -> str:
    """Return a length or factor with at most three decimals: "63.5", "63,5"."""
    return format_decimal(value, "0.###", locale=_locale())
