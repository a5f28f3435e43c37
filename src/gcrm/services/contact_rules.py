"""What holds for every contact that is saved: it has a name, one default of each kind, and a number of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.model.address import Address, present
from gcrm.model.bank_account import BankAccount
from gcrm.model.base import Record
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson
from gcrm.model.contact_point import ContactPoint
from gcrm.model.fold import clean
from gcrm.model.open_item import check_open_item
from gcrm.services.aggregate import Loaded
from gcrm.services.restricted import refuse_restricted

DEFAULTS: tuple[tuple[type[Any], Any, tuple[str, ...]], ...] = (
    (Address, present(), ("purpose",)),
    (ContactPerson, None, ()),
    (BankAccount, None, ()),
    (ContactPoint, ContactPoint.contact_person_id.is_(None), ("kind",)),
)
"""What has one default per contact: class, which rows count, and per what."""
_PLACE = ("street", "house_number", "supplement", "po_box", "postcode", "town")
IN_TRASH = "deleted_at"
"""The field that a save is refused for when the contact was moved to the trash meanwhile."""


def walk(contact: Contact) -> Iterator[Record]:
    """Yield the contact and everything that is saved with it."""
    yield contact
    yield from contact.addresses
    yield from contact.points
    yield from contact.bank_accounts
    yield from contact.open_items
    yield from contact.categories
    yield from contact.consents
    for person in contact.persons:
        if person.person is not None:
            yield person.person
        yield person
        yield from person.points


def check(contact: Contact) -> None:
    """Raise UserError when a contact cannot be saved: it needs the name of a company or a person."""
    for record in walk(contact):
        for name, value in list(vars(record).items()):
            if isinstance(value, str) and "\0" in value:
                setattr(record, name, clean(value))
    refuse_restricted(contact)
    contact.number = (contact.number or "").strip() or None
    if not (contact.display_name or "").strip():
        raise UserError(_("Enter the name of the company or the person."), field="name")
    for item in contact.open_items:
        check_open_item(item, contact.currency or "")


def refuse_number_of(*others: Contact) -> None:
    """Refuse a number that other contacts have, and name the first of them."""
    for other in others:
        sentence = _("The number {number} belongs to {name}.")
        if other.deleted_at is not None:
            sentence = _("The number {number} belongs to {name}, which lies in the trash.")
        raise UserError(sentence.format(number=other.number, name=other.display_name), field="number")


def drop_emptied(loaded: Loaded[Contact]) -> None:
    """Take out addresses of which nothing is left but the country, because somebody emptied them."""
    contact = loaded.record
    for address in list(contact.addresses):
        before = loaded.base.get((address.__tablename__, address.id), {})
        was_there = any(before.get(name) for name in _PLACE)
        if was_there and not address.custom and not any(getattr(address, name) for name in _PLACE):
            contact.addresses.remove(address)


def follow_settling(loaded: Loaded[Contact]) -> None:
    """Let what is open of an item follow where only its amount was corrected, or it is not settled after all.

    An item of which nothing is left is settled today.
    """
    for item in loaded.record.open_items:
        before = loaded.base.get((item.__tablename__, item.id or 0))
        if before is not None and before["rest"] and not item.rest and item.settled_on is None:
            item.settled_on = date.today()
        if before is None or item.rest != before["rest"]:
            continue
        was_whole = before["rest"] == before["amount"] and item.settled_on is None
        was_reopened = before["settled_on"] is not None and item.settled_on is None and not before["rest"]
        if was_whole or was_reopened:
            item.rest = item.amount


def protect_defaults(loaded: Loaded[Contact]) -> None:
    """Refuse to remove the default address or the default person while there are others of which none was chosen.

    For the default postal address every other address counts, for one of another purpose those of its purpose. The
    only address and the only person may go, and so may any that is no default.
    """
    contact, kept = loaded.record, {(record.__tablename__, record.id) for record in walk(loaded.record) if record.id}
    present = [address for address in contact.addresses if address.is_present()]
    for key, values in loaded.base.items():
        if key in kept or not values.get("is_default"):
            continue
        if key[0] == "contact_person" and contact.persons and not any(one.is_default for one in contact.persons):
            raise UserError(_("This is the default person. Choose another default first."))
        if key[0] == "address" and not _was_left(values):
            same = [address for address in present if address.purpose == values["purpose"]]
            others = present if values["purpose"] == "postal" else same
            if others and not any(address.is_default for address in same):
                raise UserError(_("This is the default address. Choose another default first."))


def _was_left(values: dict[str, Any]) -> bool:
    """Tell whether an address of these values does not hold any more."""
    return values.get("until_on") is not None and values["until_on"] < date.today()


def adopt(contact: Contact) -> None:
    """Tell new children of a contact that exists whose they are; a window only appends them to the lists."""
    children: list[Any] = [*contact.addresses, *contact.points, *contact.bank_accounts, *contact.open_items]
    for child in [*children, *contact.persons, *contact.categories, *contact.consents]:
        child.contact_id = contact.id
    for person in contact.persons:
        for point in person.points:
            point.contact_id, point.contact_person_id = contact.id, person.id


def ensure_defaults(contact: Contact) -> None:
    """Keep exactly one default among the present addresses of a purpose, persons, accounts and numbers of a kind."""
    present = [address for address in contact.addresses if address.is_present()]
    for purpose in {address.purpose for address in present}:
        one_default([address for address in present if address.purpose == purpose])
    for address in contact.addresses:
        if address.is_former() and address.is_default:
            address.is_default = False
    one_default(contact.persons)
    one_default(contact.bank_accounts)
    for kind in {point.kind for point in contact.points}:
        one_default([point for point in contact.points if point.kind == kind])


def one_default(records: list[Any]) -> None:
    """Make the first record the default when there is none; the last one chosen wins when there are several."""
    chosen = [record for record in records if record.is_default]
    if records and not chosen:
        records[0].is_default = True
    for record in chosen[:-1]:
        record.is_default = False
