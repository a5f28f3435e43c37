"""Whoever has a customer number is a customer: the role of a contact by the columns of its numbers.

Where a table has a column for roles, that alone tells.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from gcrm.model.fold import fold
from gcrm.services.exchange.card import Card
from gcrm.services.exchange.tables.proposal import Column

_CUSTOMER = re.compile(r"kund|kd\b|kdn|customer|client")
_SUPPLIER = re.compile(r"lieferant|lief\b|supplier|vendor|fornecedor")
_TOLD = frozenset(("role", "is_customer", "is_supplier", "is_prospect", "is_other"))


def roles_of(columns: Sequence[Column]) -> Mapping[str, str]:
    """Return the role by the field of the number that gives it; nothing where roles are told."""
    if _TOLD.intersection(column.target for column in columns if column.filled):
        return {}
    found = {"debtor_number": "is_customer", "creditor_number": "is_supplier"}
    heading = " ".join(fold(column.heading) for column in columns if column.target == "number")
    is_customer, is_supplier = (bool(each.search(heading)) for each in (_CUSTOMER, _SUPPLIER))
    if is_customer != is_supplier:
        found["number"] = "is_customer" if is_customer else "is_supplier"
    return found


def with_roles(card: Card, roles: Mapping[str, str]) -> Card:
    """Return a card with the roles that its numbers give."""
    given = {roles[name]: True for name, value in card.told if value and name in roles}
    return replace(card, told=(*card.told, *given.items())) if given else card
