"""What a column of the list of contacts is, and values out of a contact's children."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from gcrm.model.address import Address, present
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.services.folded import folded

TEXTS = frozenset(
    {"text", "long_text", "choice", "choices", "phone", "email", "link", "country", "language", "iban", "bic", "vat",
     "contact"}
)  # fmt: skip
"""Kinds that are compared and sorted by their key: neither case nor accents count, on both engines."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the list: name, label, kind, what it shows, and what it is sorted and compared by.

    `has_key` says that `sort` is a key kept in the database (model/fold.py). `elements` are the single values of a
    field with several choices. `anywhere` belongs to fields of addresses and contact persons: the same column over one
    of those rows, and the rows of the contact; a filter looks at all of them, the list shows the default one.
    """

    name: str
    label: str
    kind: str
    value: ColumnElement[Any]
    sort: ColumnElement[Any]
    choices: tuple[tuple[str, str], ...] = ()
    is_custom: bool = False
    has_key: bool = False
    elements: Any = None
    anywhere: tuple[Column, Select[Any]] | None = None


def sorted_by(kind: str, value: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return what a value of a kind is sorted by: the key of a text, anything else itself."""
    return folded(value) if kind in TEXTS else value


def of_address(column: Any) -> ColumnElement[Any]:
    """Return a value of the contact's first present address, defaults and postal ones first."""
    found: Select[Any] = (
        select(column)
        .where(Address.contact_id == Contact.id, present())
        .order_by(Address.is_default.desc(), (Address.purpose == "postal").desc(), Address.id)
        .limit(1)
        .correlate(Contact)
    )
    return found.scalar_subquery()


def of_person(column: Any) -> ColumnElement[Any]:
    """Return a value of the default contact person."""
    found: Select[Any] = (
        select(column)
        .select_from(ContactPerson)
        .join(Person, Person.id == ContactPerson.person_id)
        .where(ContactPerson.contact_id == Contact.id)
        .order_by(ContactPerson.is_default.desc(), ContactPerson.id)
        .limit(1)
        .correlate(Contact)
    )
    return found.scalar_subquery()


def shown_name(contact: Any = Contact) -> ColumnElement[Any]:
    """Return the name of a contact as the list shows it: the company, else first and last name."""
    person = func.trim(func.trim(contact.title + " " + contact.first_name) + " " + contact.last_name)
    return func.coalesce(func.nullif(contact.name, ""), person)
