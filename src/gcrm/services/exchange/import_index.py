"""The search index of contacts that are written in masses, made of what is in memory anyway.

The text is the one services/search.py makes of the rows; a test holds both to each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from gcrm.model.address import Address
from gcrm.model.bank_account import BankAccount
from gcrm.model.base import Record
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.fold import index_text
from gcrm.services.search_texts import LONGEST, plain_fields, point_texts


def text_of(contact: Any, points: Iterable[Any], categories: Sequence[str]) -> str:
    """Return the index text of a contact with its children, `points` and category names in the order of their ids.

    Contacts with user-defined fields are indexed by search.py.
    """
    texts = _texts_of(contact, Contact)
    for address in contact.addresses:
        texts += _texts_of(address, Address)
    for role in contact.persons:
        texts += (*_texts_of(role.person, Person), *_texts_of(role, ContactPerson))
    for account in contact.bank_accounts:
        texts += _texts_of(account, BankAccount)
    texts += (name[:LONGEST] for name in categories)
    for point in points:
        texts += point_texts(point.value or "", point.e164)
    return index_text(texts)


def _texts_of(record: Any, cls: type[Record]) -> list[str]:
    """Return the searched texts of one record."""
    return [text[:LONGEST] for name in plain_fields(cls) if (text := getattr(record, name))]
