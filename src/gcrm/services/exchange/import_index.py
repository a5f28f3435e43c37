"""The search index of contacts that are written in masses, made of what is in memory anyway.

The text is the one services/search.py makes of the rows; a test holds both to each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from operator import attrgetter
from typing import Any

from gcrm.model.address import Address
from gcrm.model.bank_account import BankAccount
from gcrm.model.base import Record
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.fold import index_text
from gcrm.model.open_item import OpenItem
from gcrm.services.search_texts import CUSTOM, LONGEST, plain_fields, point_texts

Kept = Callable[[str, Mapping[str, Any]], Iterable[str]]
"""Yields the texts of the user-defined values of a record of a table."""


def text_of(
    contact: Any,
    points: Iterable[Any],
    categories: Sequence[str],
    kept: Kept | None = None,
    hidden: frozenset[str] = frozenset(),
) -> str:
    """Return the index text of a contact with its children, `points` and category names in the order of their ids.

    Contacts with user-defined fields are indexed by search.py, unless it is told what their values are found by.
    `hidden` are groups of fields that are not searched.
    """
    texts = _texts_of(contact, Contact, kept, hidden)
    for address in contact.addresses:
        texts += _texts_of(address, Address, kept, hidden)
    for role in contact.persons:
        texts += _texts_of(role.person, Person, kept, hidden)
        texts += _texts_of(role, ContactPerson, kept, hidden)
    for account in contact.bank_accounts:
        texts += _texts_of(account, BankAccount, kept, hidden)
    for item in contact.open_items:
        texts += _texts_of(item, OpenItem, kept, hidden)
    texts += (name[:LONGEST] for name in categories)
    for point in points:
        texts += point_texts(point.value or "", point.e164)
    return index_text(texts)


def _texts_of(record: Any, cls: type[Record], kept: Kept | None, hidden: frozenset[str]) -> list[str]:
    """Return the searched texts of one record."""
    texts = [text[:LONGEST] for text in _values_of(cls, hidden)(record) if text]
    values = getattr(record, CUSTOM, None) if kept is not None else None
    if kept is not None and values:
        texts += (text[:LONGEST] for text in kept(cls.__tablename__, values))
    return texts


@cache
def _values_of(cls: type[Record], hidden: frozenset[str]) -> Callable[[Any], tuple[str | None, ...]]:
    """Return what gives the searched fields of a record of a class."""
    names = plain_fields(cls, hidden=hidden)
    if len(names) > 1:
        return attrgetter(*names)
    return lambda record: tuple(getattr(record, name) for name in names)
