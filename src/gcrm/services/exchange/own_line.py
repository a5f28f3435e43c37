"""The one line of a vCard that only gCRM reads: what a contact knows and no vCard has a property for.

    X-GCRM:{"number": "10001", "persons": [{"last_name": "Maier", ...}], ...}

A card has one list of numbers for an organisation and the person it names; `person_points` and `contact_points` tell
whose they are, where their kinds do not.

Nothing confidential goes in: no terms, no bank accounts, no notes about persons. Whatever the line holds is read with
care, because a file may come from anybody.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson
from gcrm.model.contact_point import POINT_KINDS, ContactPoint
from gcrm.model.fold import clean
from gcrm.services.exchange.plain_records import MAPPED, Maker
from gcrm.services.exchange.vcard_values import escape

HEAD = "X-GCRM:"
NUMBER_HEAD = "X-GCRM-NUMBER:"
"""Keeps a number that the contact could not get: it is none, or somebody else has it."""
LONGEST = 100_000
LONGEST_VAT_NUMBER = 40
MOST = 200
_PERSON = ("salutation", "title", "first_name", "last_name")
_ROLE = ("function", "department")
_POINT = ("kind", "purpose", "label", "value")
_KEY = ("kind", "value")
TOLD_BY_GENDER = ("mr", "ms")
"""Salutations that a card tells by the gender of whom it names."""
LONGEST_SALUTATION = 80
PERSONAL = ("mobile", "email")
"""Kinds that are a person's where nothing tells whose they are."""
_KINDS = frozenset(kind for kind, _label in POINT_KINDS)
_NUMBER = re.compile(r"(?=.{1,24}\Z)(?=.*\d)\w+(?:[-./ ]\w+)*")
"""What a number range of an office gives: letters and digits, few of them."""


def default_person(contact: Contact) -> ContactPerson | None:
    """Return the contact person a card names: the default one, else the first."""
    return next((person for person in contact.persons if person.is_default), next(iter(contact.persons), None))


def line_of(contact: Contact) -> str:
    """Return the line of a contact, "" when a vCard says it all."""
    named = default_person(contact) if contact.kind != "person" and contact.name else None
    others = [person for person in contact.persons if person is not named]
    salutation = (contact if named is None else named.person).salutation or ""
    told = {
        "number": contact.number or "",
        "salutation": "" if salutation in TOLD_BY_GENDER else salutation,
        "name2": contact.name2 if named is not None or (contact.kind == "person" and contact.name) else "",
        "vat_number": contact.vat_number or "",
        "points": [_point_values(point) for point in contact.points if point.kind == "other"],
        "persons": [_person_values(person) for person in others],
    }
    if named is not None:
        told |= _owners(contact, named)
    told = {name: value for name, value in told.items() if value}
    return HEAD + json.dumps(told, ensure_ascii=False, separators=(",", ":")) if told else ""


def _owners(contact: Contact, named: ContactPerson) -> dict[str, Any]:
    """Return whose the numbers are: all of the person, and those of the contact that could be taken for them."""
    of_person = [_point_values(point) for point in named.points if point.kind != "other"]
    keys = {(point["kind"], point["value"]) for point in of_person}
    mine = (point for point in contact.points if point.kind in PERSONAL or (point.kind, point.value) in keys)
    return {"person_points": of_person, "contact_points": [_values(point, _KEY) for point in mine]}


def _point_values(point: ContactPoint) -> dict[str, Any]:
    """Return a number, and whether it is the default one of its kind."""
    values: dict[str, Any] = _values(point, _POINT)
    return values | {"is_default": True} if point.is_default else values


def _values(record: Any, names: Sequence[str]) -> dict[str, str]:
    """Return the named values that are filled."""
    return {name: value for name in names if (value := getattr(record, name))}


def _person_values(person: ContactPerson) -> dict[str, Any]:
    """Return a contact person."""
    values: dict[str, Any] = _values(person.person, _PERSON) | _values(person, _ROLE)
    if person.person.birthday:
        values["birthday"] = person.person.birthday.isoformat()
    if person.points:
        values["points"] = [_point_values(point) for point in person.points]
    return values


def take(kept: tuple[str, ...]) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Return the kept lines without ours, and what ours says; a line that cannot be read stays with the others."""
    own: dict[str, Any] = {}
    rest = []
    for line in kept:
        told = read_object(line, HEAD) if line.startswith(HEAD) and not own else None
        if told is None:
            rest.append(line)
        else:
            own = told
    number = _text(own, "number")
    if number and not _NUMBER.fullmatch(number):
        own = {**own, "number": ""}
        rest.append(number_line(number))
    return tuple(rest), own


def is_number(text: str) -> bool:
    """Tell whether a text can be a customer number."""
    return _NUMBER.fullmatch(text) is not None


def number_line(number: str) -> str:
    """Return the line that keeps a number."""
    return NUMBER_HEAD + escape(number)


def read_object(line: str, head: str) -> dict[str, Any] | None:
    """Return the object behind the head of a line, None when it is none."""
    if len(line) > LONGEST:
        return None
    try:
        told = json.loads(line[len(head) :])
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def put(contact: Contact, own: dict[str, Any], make: Maker = MAPPED) -> None:
    """Give a contact what the line says; the person its card names is there already."""
    number = _text(own, "number")
    if number:
        contact.number = number
    contact.name2 = contact.name2 or _text(own, "name2")
    contact.vat_number = _text(own, "vat_number")[:LONGEST_VAT_NUMBER]
    salutation = _text(own, "salutation")[:LONGEST_SALUTATION]
    if salutation:
        named = default_person(contact)
        (contact if named is None else named.person).salutation = salutation
    contact.points.extend(_points(own, make))
    contact.persons.extend(_contact_person(values, make) for values in _objects(own, "persons"))


def sort_points(points: Sequence[ContactPoint], own: dict[str, Any]) -> tuple[list[ContactPoint], list[ContactPoint]]:
    """Return the numbers of the organisation and those of the person a card names, by the line, else by their kind."""
    of_person = {_key(each): each.get("is_default") is True for each in _objects(own, "person_points")}
    of_contact = Counter(_key(each) for each in _objects(own, "contact_points"))
    mine, theirs = list[ContactPoint](), list[ContactPoint]()
    for point in points:
        key = (point.kind, point.value)
        if of_contact[key] > 0:
            of_contact[key] -= 1
            mine.append(point)
        elif key in of_person:
            point.is_default = of_person[key]
            theirs.append(point)
        else:
            (theirs if point.kind in PERSONAL else mine).append(point)
    return mine, theirs


def tells_owners(own: dict[str, Any]) -> bool:
    """Tell whether the line says whose the numbers are."""
    return "person_points" in own or "contact_points" in own


def _key(values: dict[str, Any]) -> tuple[str, str]:
    """Return what a number of the card is known by."""
    return _text(values, "kind"), _text(values, "value")


def _contact_person(values: dict[str, Any], make: Maker) -> ContactPerson:
    """Return one contact person of the line."""
    person = make.person(**{name: _text(values, name) for name in _PERSON}, birthday=_day(values))
    role = {name: _text(values, name) for name in _ROLE}
    made: ContactPerson = make.role(
        person=person, **role, is_default=False, notes="", custom={}, points=_points(values, make)
    )
    return made


def _points(values: dict[str, Any], make: Maker) -> list[ContactPoint]:
    """Return the numbers of an object."""
    found = [
        {name: _text(each, name) for name in _POINT} | {"is_default": each.get("is_default") is True}
        for each in _objects(values, "points")
    ]
    return [make.point(**each) for each in found if each["value"] and each["kind"] in _KINDS]


def _objects(values: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Return a list of objects, without what is none."""
    found = values.get(name)
    return [each for each in found[:MOST] if isinstance(each, dict)] if isinstance(found, list) else []


def _text(values: dict[str, Any], name: str) -> str:
    """Return a text, "" for anything else."""
    value = values.get(name)
    return clean(value) if isinstance(value, str) else ""


def _day(values: dict[str, Any]) -> date | None:
    """Return the birthday."""
    try:
        return date.fromisoformat(_text(values, "birthday"))
    except ValueError:
        return None
