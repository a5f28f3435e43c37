"""The one line of a vCard that only gCRM reads: what a contact knows and no vCard has a property for.

    X-GCRM:{"number": "10001", "persons": [{"last_name": "Maier", ...}], ...}

Nothing confidential goes in: no terms, no bank accounts, no notes about persons. Whatever the line holds is read with
care, because a file may come from anybody.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson
from gcrm.model.contact_point import POINT_KINDS, ContactPoint
from gcrm.model.fold import clean
from gcrm.services.exchange.plain_records import MAPPED, Maker

HEAD = "X-GCRM:"
LONGEST = 100_000
MOST = 200
_PERSON = ("salutation", "title", "first_name", "last_name")
_ROLE = ("function", "department")
_POINT = ("kind", "purpose", "label", "value")
_KINDS = frozenset(kind for kind, _label in POINT_KINDS)


def default_person(contact: Contact) -> ContactPerson | None:
    """Return the contact person a card names: the default one, else the first."""
    return next((person for person in contact.persons if person.is_default), next(iter(contact.persons), None))


def line_of(contact: Contact) -> str:
    """Return the line of a contact, "" when a vCard says it all."""
    named = default_person(contact) if contact.kind != "person" and contact.name else None
    others = [person for person in contact.persons if person is not named]
    told = {
        "number": contact.number or "",
        "name2": contact.name2 if named is not None or (contact.kind == "person" and contact.name) else "",
        "points": [_values(point, _POINT) for point in contact.points if point.kind == "other"],
        "persons": [_person_values(person) for person in others],
    }
    told = {name: value for name, value in told.items() if value}
    return HEAD + json.dumps(told, ensure_ascii=False, separators=(",", ":")) if told else ""


def _values(record: Any, names: Sequence[str]) -> dict[str, str]:
    """Return the named values that are filled."""
    return {name: value for name in names if (value := getattr(record, name))}


def _person_values(person: ContactPerson) -> dict[str, Any]:
    """Return a contact person."""
    values: dict[str, Any] = _values(person.person, _PERSON) | _values(person, _ROLE)
    if person.person.birthday:
        values["birthday"] = person.person.birthday.isoformat()
    if person.points:
        values["points"] = [_values(point, _POINT) for point in person.points]
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
    return tuple(rest), own


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
    """Give a contact what the line says."""
    number = _text(own, "number")
    if number:
        contact.number = number
    contact.name2 = contact.name2 or _text(own, "name2")
    contact.points.extend(_points(own, make))
    contact.persons.extend(_contact_person(values, make) for values in _objects(own, "persons"))


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
    found = [{name: _text(each, name) for name in _POINT} for each in _objects(values, "points")]
    return [make.point(**each, is_default=False) for each in found if each["value"] and each["kind"] in _KINDS]


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
