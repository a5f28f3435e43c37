"""Taking over what a file says where a contact says something else; what the file does not tell, stays.

`differing` tells what would be changed, by label; `replace` changes it and then fills what is empty (import_fill.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from gcrm.model.address import Address
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson
from gcrm.model.contact_point import ContactPoint
from gcrm.model.fields import fields_of
from gcrm.services.exchange.card_residue import PLACE
from gcrm.services.exchange.import_fill import (
    ADDRESS,
    PERSON_FIELDS,
    POINT_LABELS,
    Change,
    fill,
    filled_fields,
    person_key,
    place_of,
    point_key,
    says_no_more,
    setter,
)

POINT_VALUES = ("value", "value_key", "e164")
"""A number, and what it is known by."""


def differing(contact: Contact, other: Contact) -> tuple[str, ...]:
    """Return the labels (marked) of what `other` says otherwise than a contact."""
    return tuple(dict.fromkeys(label for label, _change in _changes(contact, other)))


def replace(contact: Contact, other: Contact) -> tuple[str, ...]:
    """Change a contact to what `other` says, and add what it lacks; return the labels of what was changed."""
    changes = list(_changes(contact, other))
    for _label, change in changes:
        change()
    return tuple(dict.fromkeys((*(label for label, _change in changes), *fill(contact, other))))


def _changes(contact: Contact, other: Contact) -> Iterator[Change]:
    """Yield what is said otherwise, and how it is changed."""
    told = fields_of(Contact)
    is_same_kind = contact.kind == other.kind
    own = () if not is_same_kind else PERSON_FIELDS if contact.kind == "person" else ("name",)
    for name in (*own, *filled_fields()):
        mine, value = getattr(contact, name), getattr(other, name)
        if mine and value and mine != value:
            yield told[name].label, setter(contact, name, value)
    values = {key: value for key, value in (other.custom or {}).items() if value not in (None, "", [])}
    here = contact.custom or {}
    if any(here.get(key) not in (None, "", [], value) for key, value in values.items()):
        yield told["custom"].label, setter(contact, "custom", {**here, **values})
    yield from _points(contact, other, contact.points, other.points)
    yield from _addresses(contact, other)
    yield from _persons(contact, other)


def _points(
    contact: Contact, other: Contact, mine: Iterable[ContactPoint], theirs: Iterable[ContactPoint]
) -> Iterator[Change]:
    """Let the numbers of the file take the place of those of their kind that it does not have, the default first."""
    here, told = _keys(contact), _keys(other)
    free: dict[str, list[ContactPoint]] = {}
    for point in sorted(mine, key=lambda point: not point.is_default):
        if point_key(point) not in told:
            free.setdefault(point.kind, []).append(point)
    for point in theirs:
        if point_key(point) not in here and free.get(point.kind):
            yield POINT_LABELS.get(point.kind, point.kind), _copier(free[point.kind].pop(0), point, POINT_VALUES)


def _keys(contact: Contact) -> set[str]:
    """Return what the numbers of a contact and of its persons are known by."""
    theirs = (point for person in contact.persons for point in person.points)
    return set(map(point_key, (*contact.points, *theirs)))


def _addresses(contact: Contact, other: Contact) -> Iterator[Change]:
    """Let an address of the file take the place of the one of its purpose that the file does not have."""
    told = [place_of(address) for address in other.addresses]
    known = [place_of(address) for address in contact.addresses]
    free = [
        address
        for address in sorted(contact.addresses, key=lambda address: not address.is_default)
        if address.is_present() and not any(says_no_more(place, place_of(address)) for place in told)
    ]
    for address, place in zip(other.addresses, told, strict=True):
        old = next((each for each in free if each.purpose == address.purpose), None)
        if old is not None and not any(says_no_more(place, each) for each in known):
            free.remove(old)
            yield ADDRESS, _mover(old, address)


def _mover(old: Address, new: Address) -> Callable[[], object]:
    """Return a change of all parts that are told; a street that is told without a number has none."""
    told = [name for name in PLACE if getattr(new, name) or (name == "house_number" and new.street)]
    return _copier(old, new, told)


def _copier(old: object, new: object, names: Iterable[str]) -> Callable[[], object]:
    """Return a change of some fields to those of another record."""

    def copy() -> None:
        for name in names:
            setattr(old, name, getattr(new, name) or "")

    return copy


def _persons(contact: Contact, other: Contact) -> Iterator[Change]:
    """Yield what the file says otherwise of contact persons that are here."""
    known = {person_key(person): person for person in contact.persons}
    for person in other.persons:
        mine = known.get(person_key(person))
        if mine is not None:
            yield from _person(mine, person)
            yield from _points(contact, other, mine.points, person.points)


def _person(mine: ContactPerson, person: ContactPerson) -> Iterator[Change]:
    """Yield what is said otherwise of one person."""
    for name in ("function", "department"):
        value = getattr(person, name)
        if value and getattr(mine, name) and value != getattr(mine, name):
            yield fields_of(ContactPerson)[name].label, setter(mine, name, value)
