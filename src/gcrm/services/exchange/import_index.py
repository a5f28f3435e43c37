"""The search index of contacts that are written in masses, made of what is in memory anyway.

The text is the one services/search.py makes of the rows; a test holds both to each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from gcrm.model.fold import index_text
from gcrm.services.search import point_texts


def text_of(contact: Any, points: Iterable[Any], categories: Sequence[str]) -> str:
    """Return the index text of a contact with its children, `points` and category names in the order of their ids."""
    texts: list[str | None] = [contact.name, contact.name2, contact.first_name, contact.last_name]
    texts += (contact.number, contact.vat_number)  # those with user-defined fields are indexed by search.py
    for address in contact.addresses:
        texts += (address.town, address.postcode, address.street, address.supplement)
    for role in contact.persons:
        texts += (role.person.first_name, role.person.last_name, role.function)
    texts += (account.iban for account in contact.bank_accounts)
    texts += categories
    for point in points:
        texts += point_texts(point.value or "", point.e164)
    return index_text([text for text in texts if text])
