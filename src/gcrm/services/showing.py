"""Values as people read them, by the kind of their field: in lists, on paper, in the history and in exports."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from gcrm.i18n import _, current_language
from gcrm.model import show as write
from gcrm.model.country import country_name as country_by_code

REGIONS = {"en": "GB", "de": "DE", "pt": "PT"}


def here() -> tuple[str, str]:
    """Return language and region of the program: CLDR's bare "en" is American and its bare "pt" Brazilian."""
    language = current_language()
    return language, REGIONS.get(language, "")


def country_name(code: str) -> str:
    """Return a country's name in the language in force, the code itself when it is unknown."""
    return country_by_code(code, current_language()) if code else ""


def language_name(code: str) -> str:
    """Return a language's name in the language in force."""
    return str(write.locale_for(current_language()).languages.get(code, code)) if code else ""


def show_date(value: date) -> str:
    """Return a date in its usual form with four digits of the year."""
    return write.format_date(value, *here())


def show_instant(value: datetime) -> str:
    """Return an instant in this computer's time: date and time."""
    return write.format_moment(value.astimezone(), *here())


def show_number(value: Any) -> str:
    """Return a number with the group and decimal marks of the language."""
    return write.format_decimal(Decimal(str(value)), *here())


def show_duration(seconds: int) -> str:
    """Return "45 s", "4 min 05 s" or "1 h 20 min 05 s"."""
    minutes, rest = divmod(seconds, 60)
    if not minutes:
        return _("{count} s").format(count=rest)
    hours, minutes = divmod(minutes, 60)
    if not hours:
        return _("{minutes} min {seconds} s").format(minutes=minutes, seconds=f"{rest:02d}")
    return _("{hours} h {minutes} min {seconds} s").format(hours=hours, minutes=minutes, seconds=f"{rest:02d}")


def show_money(value: Decimal, currency: str = "EUR") -> str:
    """Return an amount with its currency."""
    return write.format_money(value, currency or "EUR", *here())


def show(value: Any, kind: str = "text", choices: Iterable[tuple[str, str]] = (), currency: str = "EUR") -> str:
    """Return the text for a value of a field of this kind; empty for nothing."""
    if value is None or value == "" or value == [] or value == {}:
        return ""
    if kind in _SHOWN:
        return _SHOWN[kind](value)
    if kind == "money":
        return show_money(Decimal(str(value)), currency)
    if kind == "choice":
        return _(dict(choices).get(str(value), str(value)))
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value)
    return _by_type(value)


def _by_type(value: Any) -> str:
    """Show a value whose kind says nothing special."""
    if isinstance(value, bool):
        return _yes_no(value)
    if isinstance(value, datetime):
        return show_instant(value)
    return show_date(value) if isinstance(value, date) else str(value)


def _yes_no(value: Any) -> str:
    """Say yes or no."""
    return _("Yes") if value not in (False, 0, "false", "0") else _("No")


def _date_of(value: Any) -> str:
    """Show a date that may come as text out of a user-defined field."""
    return show_date(date.fromisoformat(value) if isinstance(value, str) else value)


_SHOWN: dict[str, Callable[[Any], str]] = {
    "yes_no": _yes_no,
    "date": _date_of,
    "instant": lambda value: show_instant(datetime.fromisoformat(value) if isinstance(value, str) else value),
    "number": show_number,
    "duration": lambda value: show_duration(int(value)),
    "percent": lambda value: f"{show_number(value)} %",
    "country": lambda value: country_name(str(value)),
    "language": lambda value: language_name(str(value)),
}
