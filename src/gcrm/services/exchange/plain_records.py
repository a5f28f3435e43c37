"""Records without a database behind them: the same fields and rules as the mapped classes, a tenth of their price.

An import of many thousands of cards makes them first and writes them in bulk (bulk_insert.py); only what is filled
into a contact that is here becomes mapped objects.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import FunctionType
from typing import Any

from sqlalchemy import inspect

from gcrm.model.address import Address
from gcrm.model.bank_account import BankAccount
from gcrm.model.base import BOOKKEEPING, Record
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.contact_point import ContactPoint


@dataclass(frozen=True, slots=True)
class Maker:
    """What records are made of: the mapped classes, or plain ones that look like them."""

    contact: Any
    address: Any
    point: Any
    person: Any
    role: Any
    account: Any

    def empty_contact(self, **values: Any) -> Contact:
        """Return a new contact with empty children."""
        children: dict[str, Any] = {
            "addresses": [], "points": [], "bank_accounts": [], "open_items": [], "persons": [], "categories": [],
            "consents": [],
        }  # fmt: skip
        made: Contact = self.contact(**children, kept=[], custom={}, **values)
        return made


_CHILDREN = ("addresses", "points", "bank_accounts", "persons", "categories", "consents", "kept")

@cache
def _no_values() -> dict[str, Any]:
    """Return the user-defined values of records without any; whoever gives them some makes a dictionary of its own."""
    return {}


def slim(contact: Contact) -> None:
    """Let a plain contact share what is empty with all others: of 100 000 each list of its own is seven megabytes."""
    made: Any = contact  # a tuple stands for a list that nobody adds to; asking for __dict__ would make one for each
    for name in _CHILDREN:
        if not getattr(made, name):
            setattr(made, name, ())
    for role in made.persons:
        role.points = role.points or ()
    for record in (made, *made.persons, *made.addresses):
        record.custom = record.custom or _no_values()


MAPPED = Maker(Contact, Address, ContactPoint, Person, ContactPerson, BankAccount)


class PlainRecord:
    """Fields as they were given; those that were not are None."""

    def __init__(self, **values: Any) -> None:
        for name, value in values.items():  # one by one: records share the names of a class then
            setattr(self, name, value)


def _plain(cls: type[Any]) -> type[PlainRecord]:
    """Return a class with the columns, properties and methods of a mapped one.

    The first record of it tells Python the names that all share.
    """
    columns = [attribute.key for attribute in inspect(cls).column_attrs]
    members: dict[str, Any] = dict.fromkeys(columns)
    own = {**vars(Record), **vars(cls)}
    members |= {n: m for n, m in own.items() if isinstance(m, property | FunctionType) and not n.startswith("__")}
    made = type(f"Plain{cls.__name__}", (PlainRecord,), {**members, "__tablename__": cls.__tablename__})
    made(**dict.fromkeys(name for name in columns if name not in BOOKKEEPING))
    return made


@cache
def plain_class(cls: type[Record]) -> type[Any]:
    """Return the plain class that stands for a mapped one."""
    return _plain(cls)


@cache
def plain_maker() -> Maker:
    """Return the maker of plain records."""
    return Maker(*(_plain(cls) for cls in (Contact, Address, ContactPoint, Person, ContactPerson, BankAccount)))


@cache
def plain_classes() -> Mapping[type[Record], type[Any]]:
    """Return the plain classes by the mapped ones they stand for."""
    make = plain_maker()
    return {Contact: make.contact, Address: make.address, ContactPoint: make.point, Person: make.person,
            ContactPerson: make.role, BankAccount: make.account}  # fmt: skip
