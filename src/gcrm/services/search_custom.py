"""What user-defined fields are found by: their values as people see and type them.

The index serves everybody, whatever the language: numbers and dates are kept in the spelling of each language. A value
tells by itself what it is, so that changing a field never makes the index old; only fields that name another contact
are looked up. Yes or no is nothing to search for: a filter finds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gcrm.i18n import LANGUAGES
from gcrm.model.contact import Contact
from gcrm.model.custom_field import CustomField
from gcrm.model.registry import class_of
from gcrm.model.show import format_date, format_decimal

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CENTS = 2


class CustomTexts:
    """Reads texts out of the `custom` values of records, within one session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._linked: set[tuple[str, str]] | None = None
        self._names: dict[int, str] = {}

    def of(self, owner: str, kept: Mapping[str, Any]) -> Iterator[str]:
        """Yield the texts of the values of one record; `owner` is its table."""
        if self._linked is None:
            self._linked = linked_fields(self._session)
        for key, value in kept.items():
            if (owner, key) in self._linked:
                yield from filter(None, [self._name_of(value)])
            else:
                yield from value_texts(value)

    def _name_of(self, contact: Any) -> str:
        """Return the name of a contact that a field names, "" for one that is gone."""
        if not isinstance(contact, int):
            return ""
        if contact not in self._names:
            found = self._session.execute(
                select(Contact.name, Contact.first_name, Contact.last_name).where(Contact.id == contact)
            ).first()
            self._names[contact] = (found.name or f"{found.first_name} {found.last_name}".strip()) if found else ""
        return self._names[contact]


def linked_fields(session: Session) -> set[tuple[str, str]]:
    """Return owner and key of the user-defined fields that name another contact."""
    rows = session.execute(select(CustomField.owner, CustomField.id).where(CustomField.kind == "contact"))
    return {(row.owner, f"f{row.id}") for row in rows}


def naming(session: Session, contacts: Iterable[int]) -> set[int]:
    """Return the contacts that name one of these in a user-defined field, also of an address or contact person."""
    wanted = sorted(set(contacts))
    found: set[int] = set()
    for owner, key in sorted(linked_fields(session)):
        cls: Any = class_of(owner)
        if owner != "activity":
            mine = cls.id if cls is Contact else cls.contact_id
            found |= set(session.scalars(select(mine).where(cls.custom[key].as_integer().in_(wanted))))
    return found


def value_texts(value: Any) -> Iterator[str]:
    """Yield the spellings of a kept value."""
    if isinstance(value, list):
        for item in value:
            yield from value_texts(item)
    elif isinstance(value, str):
        yield value
        yield from _day_texts(value)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _number_texts(Decimal(repr(value)))


def _day_texts(text: str) -> Iterator[str]:
    """Yield the other spellings of a date."""
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:  # a text that looks like a date
        return
    if day is not None:
        yield f"{day.day}.{day.month}.{day.year}"
        yield from dict.fromkeys(format_date(day, language, style="short") for language in LANGUAGES)


def _number_texts(value: Decimal) -> Iterator[str]:
    """Yield the spellings of a number or amount, with cents where it has no more places than these."""
    if not value.is_finite():
        return
    exponent = value.normalize().as_tuple().exponent
    places = _CENTS if isinstance(exponent, int) and -exponent <= _CENTS else None
    plain = f"{value:f}" if places is None else f"{value:.2f}"
    yield from dict.fromkeys((plain, *(format_decimal(value, language, "", places) for language in LANGUAGES)))
