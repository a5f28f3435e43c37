"""Changes of a contact as functions: set values, add, remove, make the default. Each becomes one operation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from gcrm.model.address import Address
from gcrm.model.base import Record
from gcrm.model.contact import Contact
from gcrm.services.aggregate import Key
from gcrm.ui.contact.saving import Change, find, key_of
from gcrm.ui.forms.binding import put_value

ADDRESS_PARTS = ("street", "house_number", "supplement", "po_box", "postcode", "town", "region", "country")


def set_values(key: Key, values: Mapping[str, Any]) -> Change:
    """Return the change that writes values into one record of the aggregate."""
    wanted = dict(values)

    def change(contact: Contact) -> None:
        record = find(contact, key)
        for name, value in wanted.items():
            put_value(record, name, value)

    return change


def add_to(name: str, make: Callable[[Contact], Record]) -> Change:
    """Return the change that adds a new record to one of the contact's lists."""

    def change(contact: Contact) -> None:
        getattr(contact, name).append(make(contact))

    return change


def remove(key: Key) -> Change:
    """Return the change that takes a child out; undo brings it back."""

    def change(contact: Contact) -> None:
        find(contact, key)
        for records in _lists(contact):
            for record in records:
                if key_of(record) == key:
                    records.remove(record)
                    return

    return change


def make_default(key: Key) -> Change:
    """Return the change that makes a child the first choice of its kind."""

    def change(contact: Contact) -> None:
        chosen = find(contact, key)
        for records in _lists(contact):
            if any(record is chosen for record in records):
                for record in records:
                    if _competes(record, chosen):
                        record.is_default = record is chosen

    return change


def move_address(key: Key, values: Mapping[str, Any], moved_on: date) -> Change:
    """Return the change that keeps the old address until the day before, and adds the new one from that day.

    On a day to come nothing changes before it: the old one stays the default until then.
    """
    wanted = dict(values)

    def change(contact: Contact) -> None:
        old = find(contact, key)
        parts = {name: getattr(old, name) for name in (*ADDRESS_PARTS, "purpose", "is_default", "custom")}
        new = Address(contact_id=contact.id, **{**parts, **wanted, "from_on": moved_on})
        old.until_on = moved_on - timedelta(days=1)
        if old.is_former():
            old.is_default = False
        contact.addresses.append(new)

    return change


def together(*changes: Change) -> Change:
    """Return one change that does several things in one operation."""

    def change(contact: Contact) -> None:
        for single in changes:
            single(contact)

    return change


def _lists(contact: Contact) -> list[list[Any]]:
    """Return every list of children of a contact."""
    own: list[list[Any]] = [
        contact.addresses, contact.points, contact.bank_accounts, contact.open_items, contact.persons,
        contact.categories, contact.consents,
    ]  # fmt: skip
    return own + [person.points for person in contact.persons]


def _competes(record: Any, chosen: Any) -> bool:
    """Tell whether of two records of a list only one can be the default: same purpose, same kind of number."""
    for name in ("purpose", "kind"):
        if isinstance(chosen, Address) and name == "kind":
            continue
        if name == "purpose" and not isinstance(chosen, Address):
            continue
        if getattr(record, name, None) != getattr(chosen, name, None):
            return False
    return hasattr(record, "is_default")
