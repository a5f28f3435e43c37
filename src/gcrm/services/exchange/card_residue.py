"""What a card says beyond the fields of a contact, as vCard lines that stay with the contact.

A number with a type we have no field for is kept as a whole line. Such a line counts only as long as the field still
holds what it was read from: when somebody changes the number, the detail of the old one is gone with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from gcrm.model.address_format import join_street
from gcrm.model.fold import clean, fold
from gcrm.services.exchange.card import Card, CardAddress, CardPoint, Name
from gcrm.services.exchange.vcard_read import read_vcard
from gcrm.services.exchange.vcard_write import write_vcard

_FRAME = ("BEGIN:VCARD", "VERSION:", "PRODID:", "END:VCARD")
# Texts without a field of a contact: what the card says is what counts.
_FREE = ("nicknames", "role", "gender_text", "latitude", "longitude", "time_zone")
_OWNERS = {
    "N": "name",
    "FN": "formatted",
    "ORG": "organisation",
    "TITLE": "job_title",
    "BDAY": "birthday",
    "ANNIVERSARY": "anniversary",
    "GENDER": "gender",
    "LANG": "language",
    "KIND": "kind",
}
"""Which field a property belongs to; a second line of it, or parameters, are only understood beside the first line."""
_DATED = ("birthday", "anniversary")
_NOBODY = Name()
PLACE = ("street", "house_number", "supplement", "po_box", "postcode", "town", "region", "country")


def reduced(name: Name) -> tuple[str, str, str]:
    """Return title, first names and last name, which is what a contact keeps of a name."""
    first = " ".join(part for part in (clean(name.first), clean(name.middle)) if part)
    return clean(name.title), first, clean(name.last)


def point_label(point: CardPoint) -> str:
    """Return the words that stand beside a number."""
    return clean(point.name or point.service or ", ".join(point.types))


def residue_lines(card: Card, plain: Card) -> list[str]:
    """Return the lines for what `card` says and `plain` (the card of the fields alone) does not."""
    values = _residue(card, plain)
    if not any(values.values()):
        return []
    rest = Card(**values)
    text = write_vcard([replace(rest, formatted=rest.formatted or "-")], "4.0").replace("\r\n ", "")
    lines = [line for line in text.split("\r\n") if line and not line.startswith(_FRAME)]
    if not rest.formatted:
        lines = [line for line in lines if _property(line) != "FN"]
    return list(dict.fromkeys(lines))


def _property(line: str) -> str:
    """Return the name of the property a line begins with, without its group."""
    return line.split(":")[0].split(";")[0].rpartition(".")[2].upper()


def _residue(card: Card, plain: Card) -> dict[str, Any]:
    """Return the fields of a card with only what the fields of the contact do not say."""
    told = [name for name, _pairs in card.parameters] + [_property(line) for line in card.kept]
    asked = {_OWNERS[name] for name in told if name in _OWNERS}
    values: dict[str, Any] = {name: getattr(card, name) for name in _FREE}
    for name in ("kind", "name", "formatted", "job_title", "gender", "language", *_DATED):
        value = getattr(card, name)
        if value and value != _NOBODY and (value != getattr(plain, name) or name in asked):
            values[name] = value
    if "formatted" in values:
        values["name"] = card.name
    if (
        (card.organisation, card.departments) != (plain.organisation, plain.departments)
        or "organisation" in asked
        or ("formatted" in values and card.name == Name())
    ):
        values |= {"organisation": card.organisation, "departments": card.departments}
    known = {point_key(point) for point in plain.points}
    places = {address_key(address) for address in plain.addresses}
    values["points"] = tuple(point for point in card.points if point_key(point) not in known)
    values["addresses"] = tuple(address for address in card.addresses if address_key(address) not in places)
    return values | {"kept": card.kept, "parameters": card.parameters}


def point_key(point: CardPoint) -> tuple[object, ...]:
    """Return what a point says beyond what the order of points says already."""
    told = (point.kind, clean(point.value), point.purpose, max(point.preference, 1), point.name, point.service)
    return (*told, point.types, point.parameters, point.group)


def address_key(address: CardAddress) -> tuple[object, ...]:
    """Return an address in a form that does not depend on where street and house number are cut."""
    country = "" if address.country else address.country_name
    told = (address.label, address.name, max(address.preference, 1), address.types, address.parameters, address.more)
    return (*_place(address), country, address.group, *told)


def merge(plain: Card, kept: Sequence[str]) -> Card:
    """Return the card of the fields with the details of the kept lines that still belong to them."""
    if not kept:
        return plain
    rest = _read(kept)
    values: dict[str, Any] = {name: getattr(rest, name) for name in _FREE}
    values |= _names(plain, rest) | _work(plain, rest)
    for name in _DATED:
        day, mine = getattr(rest, name), getattr(plain, name)
        if day and (mine is None or day.as_date() == mine.as_date()):
            values[name] = day
    if rest.gender and plain.gender in ("", rest.gender):
        values["gender"] = rest.gender
    if not plain.language or rest.language[:2].lower() == plain.language:
        values["language"] = rest.language or plain.language
    values["kind"] = rest.kind or plain.kind
    values["points"] = _points(plain, rest)
    values["addresses"] = _addresses(plain, rest)
    values["parameters"] = _parameters(rest, values, plain)
    return replace(plain, **values, kept=rest.kept)


def _read(kept: Sequence[str]) -> Card:
    """Return the card that the kept lines make."""
    text = "\r\n".join(("BEGIN:VCARD", "VERSION:4.0", *kept, "END:VCARD", ""))
    cards = read_vcard(text.encode("utf-8", "replace")).cards
    if not cards:
        return Card()
    has_name = any(_property(line) == "FN" for line in kept)
    return cards[0] if has_name else replace(cards[0], formatted="")


def _names(plain: Card, rest: Card) -> dict[str, Any]:
    """Return the full name while first and last name are those it was read with."""
    if plain.name == Name():
        return _organisation_names(plain, rest)
    if reduced(rest.name) != reduced(plain.name):
        return {}
    return {"name": rest.name, "formatted": rest.formatted or plain.formatted}


def _organisation_names(plain: Card, rest: Card) -> dict[str, Any]:
    """Return how an organisation without contact person was written while its name is the same."""
    if rest.organisation:
        is_same = rest.organisation == plain.organisation
    else:
        is_same = fold(plain.organisation) in (fold(rest.formatted), fold(rest.name.full))
    return {"name": rest.name, "formatted": rest.formatted or plain.formatted} if is_same else {}


def _work(plain: Card, rest: Card) -> dict[str, Any]:
    """Return departments and job title while they are those the lines were read from."""
    values: dict[str, Any] = {}
    if rest.organisation == plain.organisation and rest.departments:
        joined = ", ".join(map(clean, rest.departments))
        if not plain.departments or plain.departments == (joined,):
            values["departments"] = rest.departments
    if rest.job_title and plain.job_title in ("", clean(rest.job_title)):
        values["job_title"] = rest.job_title
    return values


def _points(plain: Card, rest: Card) -> tuple[CardPoint, ...]:
    """Return the numbers, each with its detail where the number and its label are still the same."""
    details: dict[tuple[str, ...], list[CardPoint]] = {}
    for point in rest.points:
        details.setdefault((point.kind, clean(point.value), point.purpose, point_label(point)), []).append(point)
    found = []
    for point in plain.points:
        known = details.get((point.kind, point.value, point.purpose, point_label(point)))
        detail = known.pop(0) if known else point
        found.append(replace(detail, preference=detail.preference or point.preference))
    return tuple(found)


def has_place(address: CardAddress) -> bool:
    """Tell whether an address says more than a printed label does."""
    return any(getattr(address, name) for name in PLACE)


def _place(address: CardAddress) -> tuple[str, ...]:
    """Return what an address is known again by."""
    street = clean(join_street(address.street, address.house_number, address.country))
    parts = (address.supplement, address.po_box, address.postcode, address.town, address.region)
    return (street, *map(clean, parts), address.country, address.purpose or "work")


def _addresses(plain: Card, rest: Card) -> tuple[CardAddress, ...]:
    """Return the addresses, each with its detail where the place is still the same."""
    details: dict[tuple[str, ...], list[CardAddress]] = {}
    for address in rest.addresses:
        details.setdefault(_place(address), []).append(address)
    found = []
    for address in plain.addresses:
        known = details.get(_place(address))
        found.append(_detailed(address, known.pop(0)) if known else address)
    return (*found, *(address for address in rest.addresses if not has_place(address)))


def _detailed(address: CardAddress, detail: CardAddress) -> CardAddress:
    return replace(detail, preference=detail.preference or address.preference)


def _parameters(rest: Card, values: dict[str, Any], plain: Card) -> tuple[Any, ...]:
    """Return the parameters of properties that are still there."""
    found = []
    for name, pairs in rest.parameters:
        field = _OWNERS.get(name, "")
        if not field or values.get(field, getattr(plain, field)) == getattr(rest, field):
            found.append((name, pairs))
    return tuple(found)
