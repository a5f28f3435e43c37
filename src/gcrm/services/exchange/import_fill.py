"""Filling a contact with what another one says: only what is empty or missing is added, nothing is ever cleared.

`missing` tells what would be added, by label; `fill` adds it. Both go through the same list of parts, so that a
preview never promises anything else than what happens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

from gcrm.i18n import N_
from gcrm.model.address import Address
from gcrm.model.bank_account import BankAccount
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.contact_point import POINT_KINDS, ContactPoint
from gcrm.model.fields import fields_of
from gcrm.model.fold import fold
from gcrm.services.exchange.card_residue import PLACE
from gcrm.services.exchange.own_line import default_person
from gcrm.services.exchange.tables.values import contact_fields
from gcrm.services.exchange.told_fields import BANK_FIELDS, account_key

PERSON_FIELDS = ("salutation", "title", "first_name", "last_name", "birthday")
_POINT_FIELDS = ("kind", "purpose", "label", "value")
_FIELDS = ("name2", "vat_number", "language", "notes", "anniversary")
POINT_LABELS = dict(POINT_KINDS)
_KEPT = N_("other data")
_PERSON = N_("Contact person")
ADDRESS = N_("Address")
_ACCOUNT = N_("Bank account")

Change = tuple[str, Callable[[], object]]


def missing(contact: Contact, other: Contact) -> tuple[str, ...]:
    """Return the labels (marked) of what `other` would add to a contact."""
    return tuple(dict.fromkeys(label for label, _change in _changes(contact, other)))


def fill(contact: Contact, other: Contact) -> tuple[str, ...]:
    """Add to a contact what it lacks and `other` has; return the labels of what was added."""
    changes = list(_changes(contact, other))
    for _label, change in changes:
        change()
    if changes and not contact.uid and other.uid and not other.uid.startswith("gcrm-"):
        contact.uid = other.uid
    return tuple(dict.fromkeys(label for label, _change in changes))


def _changes(contact: Contact, other: Contact) -> Iterable[Change]:
    """Yield what would be added, and how."""
    names = (*filled_fields(), *PERSON_FIELDS) if contact.kind == other.kind == "person" else filled_fields()
    told = fields_of(Contact)
    for name in names:
        value = getattr(other, name)
        if value and not getattr(contact, name) and not _is_known(contact, name, value):
            yield told[name].label, setter(contact, name, value)
    yield from _own(contact, other)
    yield from _points(contact, other.points, contact)
    yield from _addresses(contact, other)
    yield from _persons(contact, other)
    yield from _accounts(contact, other)
    known = set(contact.kept or ())
    lines = [line for line in other.kept or () if line not in known]
    if lines:
        yield _KEPT, setter(contact, "kept", [*(contact.kept or ()), *lines])


@cache
def filled_fields() -> tuple[str, ...]:
    """Return the fields of any contact that are filled."""
    return tuple(dict.fromkeys((*_FIELDS, *(name for name in contact_fields() if name != "number"))))


def _accounts(contact: Contact, other: Contact) -> Iterable[Change]:
    """Yield the bank accounts that are not there yet."""
    if not other.bank_accounts:
        return
    known = set(map(account_key, contact.bank_accounts))
    for account in other.bank_accounts:
        if account_key(account) not in known:
            known.add(account_key(account))
            made = BankAccount(is_default=not contact.bank_accounts, **_copy(account, BANK_FIELDS))
            yield _ACCOUNT, _adder(contact, "bank_accounts", made)


def _is_known(contact: Contact, name: str, value: object) -> bool:
    """Tell whether the workplace of a person is the organisation the contact already is."""
    return name == "name2" and fold(str(value)) == fold(contact.name or "")


def setter(record: object, name: str, value: object) -> Callable[[], object]:
    """Return a change of one field."""
    return lambda: setattr(record, name, value)


def point_key(point: ContactPoint) -> str:
    """Return what makes two numbers or addresses the same."""
    return point.e164 or point.value_key or fold(point.value or "")


def _points(contact: Contact, points: Iterable[ContactPoint], holder: Contact | ContactPerson) -> Iterable[Change]:
    """Yield the numbers that neither the contact nor one of its persons has."""
    known = {point_key(point) for point in contact.points}
    known |= {point_key(point) for person in contact.persons for point in person.points}
    for point in points:
        if point_key(point) not in known:
            known.add(point_key(point))
            label = POINT_LABELS.get(point.kind, point.kind)
            yield label, _adder(holder, "points", ContactPoint(**_copy(point, _POINT_FIELDS)))


def _copy(record: object, names: Iterable[str]) -> dict[str, object]:
    """Return named values of a record."""
    return {name: getattr(record, name) for name in names}


def _adder(holder: Contact | ContactPerson, name: str, record: object) -> Callable[[], object]:
    """Return a change that adds a child to a list of a record; a plain one may share an empty tuple for it."""

    def add() -> None:
        records = getattr(holder, name)
        if isinstance(records, tuple):
            setattr(holder, name, [*records, record])
        else:
            records.append(record)

    return add


def _addresses(contact: Contact, other: Contact) -> Iterable[Change]:
    """Yield the addresses that say more than one that is there."""
    known = [(place_of(address), address) for address in contact.addresses]
    for address in other.addresses:
        place = place_of(address)
        same = next((mine for told, mine in known if says_no_more(place, told)), None)
        if same is None:
            same = Address(custom=dict(address.custom or {}), **_copy(address, ("purpose", *PLACE)))
            known.append((place, same))
            yield ADDRESS, _adder(contact, "addresses", same)
        else:
            yield from _own(same, address)


def says_no_more(place: tuple[str, ...], told: tuple[str, ...]) -> bool:
    """Tell whether all parts of an address are those of another one, or empty."""
    return all(not part or part == own for part, own in zip(place, told, strict=True))


def _own(mine: Contact | Address | ContactPerson, other: Contact | Address | ContactPerson) -> Iterable[Change]:
    """Yield the user-defined values that a record does not have yet."""
    here = mine.custom or {}
    new = {key: value for key, value in (other.custom or {}).items() if here.get(key) in (None, "", [])}
    if new:
        yield fields_of(Contact)["custom"].label, setter(mine, "custom", {**here, **new})


def place_of(address: Address) -> tuple[str, ...]:
    """Return the parts of an address to compare; street and house number are one."""
    street = fold(f"{address.street} {address.house_number}").replace(" ", "")
    return (street, *(fold(getattr(address, name) or "") for name in PLACE[2:]))


def _persons(contact: Contact, other: Contact) -> Iterable[Change]:
    """Yield new contact persons, and what is missing at those that are there."""
    known = {person_key(person): person for person in contact.persons}
    for person in other.persons:
        mine = known.get(person_key(person))
        if mine is None:
            yield from _new_person(contact, person)
            continue
        for name in ("function", "department"):
            if getattr(person, name) and not getattr(mine, name):
                yield fields_of(ContactPerson)[name].label, setter(mine, name, getattr(person, name))
        yield from _own(mine, person)
        if person.person.birthday and not mine.person.birthday:
            yield _PERSON, setter(mine.person, "birthday", person.person.birthday)
        yield from _points(contact, person.points, mine)


def _new_person(contact: Contact, person: ContactPerson) -> Iterable[Change]:
    """Yield a contact person that is not there yet; a contact that is this person needs none."""
    own = fold(f"{contact.last_name} {contact.first_name}")
    if contact.kind == "person" and own == person_key(person):
        yield from _points(contact, person.points, contact)
        return
    someone = Person(**_copy(person.person, PERSON_FIELDS))
    points = [ContactPoint(**_copy(point, _POINT_FIELDS)) for point in person.points]
    role = _copy(person, ("function", "department")) | {"notes": person.notes or "", "points": points}
    role["custom"] = dict(person.custom or {})
    made = ContactPerson(person=someone, is_default=default_person(contact) is None, **role)
    yield _PERSON, _adder(contact, "persons", made)


def person_key(person: ContactPerson) -> str:
    """Return what makes two contact persons the same."""
    return fold(f"{person.person.last_name} {person.person.first_name}")
