"""Whoever has a customer number is a customer: the role of a contact by the columns of its numbers.

Where a table has a column for roles, that alone tells.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from gcrm.model.fold import fold
from gcrm.services.exchange.tables.draft import Draft
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


def give_roles(draft: Draft, roles: Mapping[str, str]) -> None:
    """Give a row the roles that its numbers give."""
    for name, role in roles.items():
        if draft.told.get(name):
            draft.told[role] = True
