"""Writing a card of a device over a contact: only what differs from the card that the device had is changed.

The card as it was served and the card that came are both read into contacts; what differs between these two is written
to the contact. What no card tells is thereby never touched, nor what the reader of the card may not see.

A device leaves out what it does not know. So some things are never taken away by their absence (FRAGILE, categories,
the picture, other contact persons, lines that no device shows); they are changed at the desk.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from gcrm.errors import UserError
from gcrm.i18n import N_, _
from gcrm.model.address import Address
from gcrm.model.category import ContactCategory
from gcrm.model.contact import Contact
from gcrm.model.contact_point import ContactPoint
from gcrm.model.dav_name import DavName
from gcrm.model.registry import table_of
from gcrm.model.rights import Rights
from gcrm.services import attachment, contact_rules
from gcrm.services import contact as contacts
from gcrm.services.database import Database
from gcrm.services.dav import names
from gcrm.services.dav.book import Mark, require_state
from gcrm.services.exchange.card import Card
from gcrm.services.exchange.card_residue import PLACE
from gcrm.services.exchange.contact_card import to_contact
from gcrm.services.exchange.import_write import PICTURE_NAMES
from gcrm.services.exchange.own_line import HEAD, default_person
from gcrm.services.exchange.vcard_read import read_vcard
from gcrm.services.unit_of_work import UnitOfWork, bump, unit_of_work

if TYPE_CHECKING:
    from gcrm.services.dav.address_book import AddressBook

PLAIN = ("name", "name2", "title", "first_name", "last_name", "birthday", "notes")
FRAGILE = ("salutation", "language", "anniversary")
OF_PERSON = ("salutation", "title", "first_name", "last_name", "birthday")
OF_ROLE = ("function", "department")
POINT = ("kind", "value", "purpose", "label")
SHOWN_BY_DEVICES = frozenset({
    "N", "FN", "NICKNAME", "ORG", "TITLE", "ROLE", "TEL", "EMAIL", "ADR", "URL", "IMPP", "BDAY", "ANNIVERSARY", "NOTE",
    "X-ABLABEL", "X-ABDATE", "X-ABRELATEDNAMES", "RELATED", "X-SOCIALPROFILE", "X-PHONETIC-FIRST-NAME",
    "X-PHONETIC-LAST-NAME", "X-PHONETIC-ORG", "X-ANNIVERSARY",
})  # fmt: skip
"""Kept properties that a device shows, so that leaving one out means to take it away."""


def read_card(data: bytes) -> Card:
    """Return the one card of a body. Raises UserError for anything else, and for a list of contacts."""
    cards = read_vcard(data).cards
    if len(cards) != 1:
        raise UserError(_("Only one contact can be saved at a time. Save each by itself."))
    if cards[0].kind == "group":
        raise UserError(_("Lists of contacts are not kept here. Give the contacts a category in gCRM."))
    return replace(cards[0], kept=tuple(line for line in cards[0].kept if not line.startswith(HEAD)))


def create(database: Database, name: str, card: Card) -> int:
    """Make a contact that is called `name`; return its id."""
    names.check(name)
    imported = to_contact(card)
    contact = imported.contact
    contact.number = None
    if not database.rights.sees("contact", "notes"):
        contact.notes, contact.kept = "", []
    contact_rules.check(contact)
    with unit_of_work(
        database, N_("Contact “{name}” created"), kind="create", params={"name": contact.display_name}
    ) as work:
        contacts.add(work, contact, imported.categories)
        work.session.add(DavName(name=name, contact_id=contact.id, kept=[]))
    _add_picture(database, contact.id, card)
    return contact.id


def change(database: Database, book: AddressBook, mark: Mark, card: Card) -> None:
    """Write a card over the contact in the state of `mark`. Raises ConflictError where it is in another one."""
    label, params = N_("Contact “{name}” changed"), {"name": card.display_name()}
    with unit_of_work(database, label, params=params) as work:
        work.session.execute(select(Contact.id).where(Contact.id == mark.record).with_for_update())
        with database.read() as session:
            require_state(book.marks(session, [mark.name]), mark)
            served = read_card(book.texts(session, [mark])[mark.name].encode())
        contact = contacts.read(work.session, mark.record)
        kind = "person" if contact.kind == "person" or not contact.name else "organisation"
        was, new = (to_contact(replace(one, kind=kind)).contact for one in (served, card))
        write_over(work, contact, was, new, database.rights)
        add_categories(work, contact, card.categories)
    if served.photo is None:
        _add_picture(database, mark.record, card)


def write_over(work: UnitOfWork, contact: Contact, was: Contact, new: Contact, rights: Rights) -> None:
    """Change on a contact what differs between two others."""
    if rights.sees("contact", "notes"):
        lines = _kept(contact.kept or [], was.kept, new.kept)
        if lines != (contact.kept or []):
            contact.kept = lines
    else:
        new.notes = was.notes
    if contact.kind == "person" and contact.name and contact.name == was.name2 != new.name2:
        contact.name, new.name2 = new.name2, was.name2
    _copy(contact, was, new, PLAIN, FRAGILE)
    _person(contact, was, new)
    for record in (*_points(contact, was, new), *_addresses(contact, was, new)):
        work.session.delete(record)
    contact_rules.check(contact)
    contact_rules.adopt(contact)
    contact_rules.ensure_defaults(contact)
    is_touched = work.session.is_modified(contact, include_collections=False)
    work.session.flush()
    if not is_touched and work.changes():
        bump(work.connection, table_of(Contact), [contact.id], work.user_id)


def _copy(target: Any, was: Any, new: Any, plain: Iterable[str], fragile: Iterable[str] = ()) -> None:
    """Set the fields of a record that differ between two others; fragile ones only to something."""
    for name in plain:
        if getattr(was, name) != getattr(new, name):
            setattr(target, name, getattr(new, name))
    for name in fragile:
        if getattr(new, name) and getattr(was, name) != getattr(new, name):
            setattr(target, name, getattr(new, name))


def _kept(lines: Sequence[str], was: Sequence[str], new: Sequence[str]) -> list[str]:
    """Return the kept lines without those that a device took away, and with those it brought."""
    gone = {line for line in was if line not in new and _property(line) in SHOWN_BY_DEVICES}
    brought = [line for line in new if line not in was and line not in lines]
    return [*(line for line in lines if line not in gone), *brought]


def _property(line: str) -> str:
    """Return the name of the property of a line."""
    return line.split(":")[0].split(";")[0].rpartition(".")[2].upper()


def _person(contact: Contact, was: Contact, new: Contact) -> None:
    """Change the person whom the card of an organisation names; one who is left out stays."""
    theirs = default_person(new)
    if contact.kind == "person" or theirs is None:
        return
    mine, before = default_person(contact), default_person(was)
    if mine is None or before is None:
        theirs.points = []  # they come with the others
        new.persons.remove(theirs)
        contact.persons.append(theirs)
        return
    names_, fragile = OF_PERSON[1:], OF_PERSON[:1]
    _copy(mine.person, before.person, theirs.person, names_, fragile)
    _copy(mine, before, theirs, OF_ROLE)


# --- numbers and addresses -------------------------------------------------------------------------------------------
def _points(contact: Contact, was: Contact, new: Contact) -> list[Any]:
    """Change, add and take away numbers; one that was changed stays the same record. Return those to delete."""
    gone, brought = _difference(_all_points(was), _all_points(new), _point_key)
    holders = [contact.points, *(person.points for person in contact.persons)]
    for point in brought:
        former = next((one for one in gone if one.kind == point.kind and one.value == point.value), None)
        former = former or next((one for one in gone if one.kind == point.kind), None)
        mine = _find(holders, former, _point_key)
        if former is not None and mine is not None:
            gone.remove(former)
            for name in POINT:
                setattr(mine[1], name, getattr(point, name))
        else:
            _holder(contact, new, point).append(_plain_copy(ContactPoint, point, POINT))
    return _taken_away(holders, gone, _point_key)


def _all_points(contact: Contact) -> list[Any]:
    """Return the numbers of a card."""
    return [*contact.points, *(point for person in contact.persons for point in person.points)]


def _holder(contact: Contact, new: Contact, point: Any) -> list[Any]:
    """Return whose list a new number joins."""
    person = default_person(contact) if contact.kind != "person" else None
    is_theirs = any(point is one for someone in new.persons for one in someone.points)
    return person.points if person is not None and is_theirs else contact.points


def _addresses(contact: Contact, was: Contact, new: Contact) -> list[Any]:
    """Change, add and take away addresses; return those to delete."""
    gone, brought = _difference(was.addresses, new.addresses, _address_key)
    holders = [contact.addresses]
    for address in brought:
        former = next((one for one in gone if one.purpose == address.purpose), None)
        mine = _find(holders, former, _address_key)
        if former is not None and mine is not None:
            gone.remove(former)
            for name in PLACE:
                setattr(mine[1], name, getattr(address, name))
        else:
            contact.addresses.append(_plain_copy(Address, address, ("purpose", *PLACE), custom={}))
    return _taken_away(holders, gone, _address_key)


def _taken_away(holders: Sequence[list[Any]], gone: Iterable[Any], key: Any) -> list[Any]:
    """Take records out of the lists of a contact and return them."""
    found = []
    for record in gone:
        mine = _find(holders, record, key)
        if mine is not None:
            mine[0].remove(mine[1])
            found.append(mine[1])
    return found


def _point_key(point: Any) -> tuple[Any, ...]:
    return tuple(getattr(point, name) or "" for name in POINT)


def _address_key(address: Any) -> tuple[Any, ...]:
    return tuple(getattr(address, name) or "" for name in ("purpose", *PLACE))


def _difference(was: Sequence[Any], new: Sequence[Any], key: Any) -> tuple[list[Any], list[Any]]:
    """Return which records are not there any more, and which are new; equal ones count as often as they are there."""
    there, here = Counter(map(key, was)), Counter(map(key, new))
    return _beyond(was, here, key), _beyond(new, there, key)


def _beyond(records: Sequence[Any], others: Counter[Any], key: Any) -> list[Any]:
    left, found = Counter(others), []
    for record in records:
        if left[key(record)] > 0:
            left[key(record)] -= 1
        else:
            found.append(record)
    return found


def _find(holders: Sequence[list[Any]], wanted: Any, key: Any) -> tuple[list[Any], Any] | None:
    """Return the record of a contact that a card told, with its list."""
    if wanted is None:
        return None
    return next(((some, one) for some in holders for one in some if key(one) == key(wanted)), None)


def _plain_copy(cls: Any, record: Any, fields: Iterable[str], **more: Any) -> Any:
    return cls(**{name: getattr(record, name) for name in fields}, is_default=False, **more)


# --- categories and picture -----------------------------------------------------------------------------------------
def add_categories(work: UnitOfWork, contact: Contact, wanted: Iterable[str]) -> None:
    """Give a contact the categories that it does not carry yet."""
    carried = {link.category_id for link in contact.categories}
    for name in filter(None, (name.strip() for name in wanted)):
        category = contacts.category_named(work, name).id
        if category not in carried:
            carried.add(category)
            work.session.add(ContactCategory(contact_id=contact.id, category_id=category))
    work.session.flush()


def _add_picture(database: Database, contact: int, card: Card) -> None:
    """Give a contact its first picture; whoever may not add files leaves it out."""
    if card.photo is not None and database.rights.may("files", "create"):
        name = PICTURE_NAMES.get(card.photo.media_type, "photo")
        attachment.set_picture(database, contact, card.photo.data, name)
