"""The kinds of user-defined fields and what each does with its values.

To add a kind: write its five functions and one entry in KINDS. Values in Python: text, link: str · number and
money: Decimal · date: date · yes_no: bool · choice: str · choices: tuple of str · contact: int (the contact's id).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from gcrm.errors import UserError
from gcrm.i18n import N_, _
from gcrm.model.fold import fold
from gcrm.model.parse import parse_date, parse_decimal, parse_money
from gcrm.model.show import format_date, format_decimal, format_money

_WHOLE, _FRACTION = 24, 8
_LARGEST = Decimal(10) ** _WHOLE
_EXACT_WHOLE = 2**53  # JSON numbers are read as IEEE 754 doubles (RFC 8259 6)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]{1,20}):", re.IGNORECASE)
_SAFE_SCHEMES = frozenset({"http", "https", "mailto", "tel", "ftp", "ftps", "sftp", "sip", "file"})


@dataclass(frozen=True, slots=True)
class Place:
    """Language and country of the person at the desk, the office's currency, and names of contacts by id."""

    language: str = "en"
    country: str = ""
    currency: str = "EUR"
    contacts: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Definition:
    """What a user-defined field is like.

    `places` is the most decimal places of a number or amount; `currency` that of an amount, "" for the office's: one
    field has one currency, so that its amounts can be compared and added.
    """

    label: str
    kind: str = "text"
    choices: tuple[str, ...] = ()
    is_required: bool = False
    places: int | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: its label and what it does with values; `parse` raises UserError with a sentence."""

    label: str
    parse: Callable[[Definition, str, Place], Any]
    show: Callable[[Definition, Any, Place], str]
    to_json: Callable[[Any], Any]
    from_json: Callable[[Any], Any]
    sort_key: Callable[[Any], str]


def _same(value: Any) -> Any:
    """Return the value as it is: JSON keeps texts, truths and whole numbers."""
    return value


def _show_text(definition: Definition, value: Any, place: Place) -> str:
    return str(value)


def _parse_text(definition: Definition, text: str, place: Place) -> str:
    return " ".join(text.split())


def _parse_long_text(definition: Definition, text: str, place: Place) -> str:
    return text.strip()


def _text(value: Any) -> str:
    """Return a kept text; anything else was kept by another kind."""
    if not isinstance(value, str):
        raise TypeError
    return value


def _parse_number(definition: Definition, text: str, place: Place) -> Decimal:
    value = parse_decimal(text, place.language, place.country, definition.places)
    _refuse_too_large(value)
    return value


def _refuse_too_large(value: Decimal) -> None:
    """Keep numbers in the size that sorts right."""
    if abs(value) >= _LARGEST:
        raise UserError(_("This number is too large."))


def _show_number(definition: Definition, value: Any, place: Place) -> str:
    return format_decimal(value, place.language, place.country)


def _number_to_json(value: Decimal) -> int | float | str:
    """Return a JSON number, which databases compare; a text where a number would lose digits."""
    if value == value.to_integral_value() and abs(value) <= _EXACT_WHOLE:
        return int(value)
    near = float(value)
    return near if abs(value) <= _EXACT_WHOLE and Decimal(repr(near)) == value else str(value)


def _number(kept: Any) -> Decimal:
    """Return a kept number; finite only."""
    if isinstance(kept, bool) or not isinstance(kept, (str, int, float)):
        raise TypeError
    value = Decimal(repr(kept)) if isinstance(kept, float) else Decimal(kept)
    if not value.is_finite() or abs(value) >= _LARGEST:
        raise ValueError
    return value


def _sort_number(value: Decimal) -> str:
    """Return digits of fixed width; negative numbers are complemented, so that a smaller one sorts first."""
    digits = str(int(abs(value).scaleb(_FRACTION))).zfill(_WHOLE + _FRACTION)
    if value >= 0:
        return "1" + digits
    return "0" + digits.translate(_COMPLEMENT)


_COMPLEMENT = str.maketrans("0123456789", "9876543210")


def _parse_money(definition: Definition, text: str, place: Place) -> Decimal:
    currency = definition.currency or place.currency
    money = parse_money(text, place.language, place.country, currency, _money_places(definition))
    if money.currency != currency:
        raise UserError(_("{label} is kept in {currency}.").format(label=definition.label, currency=currency))
    _refuse_too_large(money.amount)
    return money.amount


def _money_places(definition: Definition) -> int:
    """Return the places of an amount: cents unless the field says otherwise."""
    return 2 if definition.places is None else definition.places


def _show_money(definition: Definition, value: Any, place: Place) -> str:
    currency = definition.currency or place.currency
    return format_money(value, currency, place.language, place.country, definition.places)


def _parse_day(definition: Definition, text: str, place: Place) -> datetime.date:
    return parse_date(text, place.language, place.country)


def _show_day(definition: Definition, value: Any, place: Place) -> str:
    return format_date(value, place.language, place.country, "short")


# Words that mean yes or no, in our three languages and as files write them.
_YES = frozenset(["yes", "y", "true", "1", "x", "ja", "j", "wahr", "sim", "s", "verdadeiro", "on"])
_NO = frozenset(["no", "n", "false", "0", "nein", "falsch", "nao", "falso", "off"])


def _parse_yes_no(definition: Definition, text: str, place: Place) -> bool:
    word = fold(text)
    if word not in _YES | _NO:
        raise UserError(_("{text} is neither yes nor no.").format(text=text.strip()))
    return word in _YES


def _show_yes_no(definition: Definition, value: Any, place: Place) -> str:
    return _("Yes") if value else _("No")


def _yes_no(kept: Any) -> bool:
    if not isinstance(kept, bool):
        raise TypeError
    return kept


def _one_choice(definition: Definition, text: str) -> str:
    """Return the choice in the spelling of the list."""
    wanted = fold(text)
    for choice in definition.choices:
        if fold(choice) == wanted:
            return choice
    sentence = _("{text} is not one of: {choices}.")
    raise UserError(sentence.format(text=text.strip(), choices=", ".join(definition.choices)))


def _parse_choice(definition: Definition, text: str, place: Place) -> str:
    return _one_choice(definition, text)


def _parse_choices(definition: Definition, text: str, place: Place) -> tuple[str, ...]:
    """Read choices parted by semicolons or lines; by commas where no choice holds one. In the order of the list."""
    marks = r"[;\n]" if any("," in choice for choice in definition.choices) else r"[;,\n]"
    chosen = {_one_choice(definition, part) for part in re.split(marks, text) if part.strip()}
    return tuple(choice for choice in definition.choices if choice in chosen)


def _show_choices(definition: Definition, value: Any, place: Place) -> str:
    return "; ".join(value)


def _choices(kept: Any) -> tuple[str, ...]:
    if not isinstance(kept, (list, tuple)):
        raise TypeError
    return tuple(_text(choice) for choice in kept)


def _sort_choices(value: tuple[str, ...]) -> str:
    return "; ".join(fold(choice) for choice in value)


def _parse_link(definition: Definition, text: str, place: Place) -> str:
    """Read a web, mail or file address; a bare "example.com" gets https. Schemes that run things are refused."""
    link = text.strip()
    scheme = _SCHEME.match(link)
    if re.search(r"[\s<>\"]", link) and not link.lower().startswith("file:"):
        raise UserError(_("A link has no blanks."))
    if scheme is None or re.fullmatch(r"[\w.-]+:\d{1,5}(?:/.*)?", link):
        return f"https://{link}"
    if scheme[1].lower() not in _SAFE_SCHEMES:
        raise UserError(_("Links that begin with {scheme} are not opened.").format(scheme=scheme[0]))
    return link


def _parse_contact(definition: Definition, text: str, place: Place) -> int:
    """Find the contact by its name among `place.contacts`, or by its id."""
    wanted = fold(text)
    found = [key for key, name in place.contacts.items() if fold(name) == wanted]
    if len(found) == 1:
        return found[0]
    if not found and text.strip().isascii() and text.strip().isdigit() and int(text) in place.contacts:
        return int(text)
    sentence = _("Several contacts are called {name}.") if found else _("There is no contact called {name}.")
    raise UserError(sentence.format(name=text.strip()))


def _show_contact(definition: Definition, value: Any, place: Place) -> str:
    return place.contacts.get(value, str(value))


def _contact(kept: Any) -> int:
    if isinstance(kept, bool) or not isinstance(kept, int):
        raise TypeError
    return kept


def _sort_whole(value: int) -> str:
    return _sort_number(Decimal(value))


def _list(value: tuple[str, ...]) -> list[str]:
    return list(value)


KINDS: dict[str, Kind] = {
    "text": Kind(N_("Text"), _parse_text, _show_text, _same, _text, fold),
    "long_text": Kind(N_("Long text"), _parse_long_text, _show_text, _same, _text, fold),
    "number": Kind(N_("Number"), _parse_number, _show_number, _number_to_json, _number, _sort_number),
    "money": Kind(N_("Amount of money"), _parse_money, _show_money, _number_to_json, _number, _sort_number),
    "date": Kind(
        N_("Date"),
        _parse_day,
        _show_day,
        datetime.date.isoformat,
        datetime.date.fromisoformat,
        datetime.date.isoformat,
    ),
    "yes_no": Kind(N_("Yes or no"), _parse_yes_no, _show_yes_no, _same, _yes_no, lambda value: str(int(value))),
    "choice": Kind(N_("Choice"), _parse_choice, _show_text, _same, _text, fold),
    "choices": Kind(N_("Several choices"), _parse_choices, _show_choices, _list, _choices, _sort_choices),
    "link": Kind(N_("Link"), _parse_link, _show_text, _same, _text, fold),
    "contact": Kind(N_("Contact"), _parse_contact, _show_contact, _same, _contact, _sort_whole),
}
