"""A contact in the words of Outlook: what of a card goes where, and a card with some of that changed.

Values are what both sides can say; one that is empty is left out. To add a field: a line in TEXTS, POINTS or
ADDRESSES, or a case in `values_of_card` and `patched`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from gcrm.i18n import current_language
from gcrm.model.address_format import join_street, split_street
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson
from gcrm.model.country import country_code, country_name
from gcrm.model.fields import fields_of
from gcrm.services.exchange.card import Card, CardAddress, CardDate, CardPoint

Values = dict[str, Any]
CATEGORIES = "Categories"
GENDERS = {"m": "male", "f": "female"}
_OF_GENDER = {word: letter for letter, word in GENDERS.items()}


@dataclass(frozen=True, slots=True)
class Slots:
    """Fields for numbers of a kind, in order; `purposes` are those they hold (none: all), `purpose` a new one's."""

    names: tuple[str, ...]
    kind: str
    purposes: tuple[str, ...] = ()
    purpose: str = ""

    def places(self, card: Card) -> list[int]:
        """Return which numbers of a card belong here, the first choice first."""
        wanted = [
            place
            for place, point in enumerate(card.points)
            if point.kind == self.kind and (not self.purposes or point.purpose in self.purposes)
        ]
        return sorted(wanted, key=lambda place: not card.points[place].is_preferred)


POINTS = (
    Slots(("Email1Address", "Email2Address", "Email3Address"), "email"),
    Slots(("BusinessTelephoneNumber", "Business2TelephoneNumber"), "phone", ("work", ""), "work"),
    Slots(("HomeTelephoneNumber", "Home2TelephoneNumber"), "phone", ("home",), "home"),
    Slots(("OtherTelephoneNumber",), "phone", ("other",), "other"),
    Slots(("MobileTelephoneNumber",), "mobile"),
    Slots(("BusinessFaxNumber",), "fax", ("work", ""), "work"),
    Slots(("HomeFaxNumber",), "fax", ("home",), "home"),
    Slots(("OtherFaxNumber",), "fax", ("other",), "other"),
    Slots(("WebPage",), "web"),
)
ADDRESSES: Mapping[str, tuple[str, ...]] = {
    "BusinessAddress": ("work", ""),
    "HomeAddress": ("home",),
    "OtherAddress": ("other", "delivery", "invoice"),
}
"""Field → the purposes of addresses that it holds, the first being a new one's."""
PARTS = ("Street", "PostOfficeBox", "PostalCode", "City", "State", "Country")
"""Parts of an address: Outlook has a field for each, such as HomeAddressCity ("ContactItem.HomeAddress property")."""
PLAIN: Mapping[str, tuple[Callable[[Card], str], Callable[[Card, str], Card]]] = {
    "FirstName": (
        lambda card: " ".join(part for part in (card.name.first, card.name.middle) if part),
        lambda card, text: _named(card, first=text, middle=""),
    ),
    "LastName": (lambda card: card.name.last, lambda card, text: _named(card, last=text)),
    "Title": (lambda card: card.name.prefix, lambda card, text: _named(card, prefix=text)),
    "CompanyName": (lambda card: card.organisation, lambda card, text: replace(card, organisation=text)),
    "Department": (
        lambda card: card.departments[0] if card.departments else "",
        lambda card, text: replace(card, departments=(*((text,) if text else ()), *card.departments[1:])),
    ),
    "JobTitle": (lambda card: card.job_title, lambda card, text: replace(card, job_title=text)),
    "Body": (
        lambda card: "\n\n".join(card.notes),
        lambda card, text: replace(card, notes=(text,) if text else ()),
    ),
    "Gender": (
        lambda card: GENDERS.get(card.gender, ""),
        lambda card, text: replace(card, gender=_OF_GENDER.get(text, "")),
    ),
    "Birthday": (lambda card: _day(card.birthday), lambda card, text: replace(card, birthday=_card_day(text))),
    "Anniversary": (
        lambda card: _day(card.anniversary),
        lambda card, text: replace(card, anniversary=_card_day(text)),
    ),
}
"""Field → how it is read from a card, and a card with it changed."""


def values_of_card(card: Card) -> Values:
    """Return what Outlook can hold of a card."""
    found: Values = {name: read(card).strip() for name, (read, _write) in PLAIN.items()}
    for slots in POINTS:
        for name, which in zip(slots.names, slots.places(card), strict=False):
            found[name] = card.points[which].value
    for name, purposes in ADDRESSES.items():
        place = _place(card, purposes)
        if place is not None:
            found[name] = _parts_of(card.addresses[place])
    found[CATEGORIES] = sorted(card.categories)
    return {name: value for name, value in found.items() if value}


def patched(card: Card, changes: Mapping[str, Any]) -> Card:
    """Return a card with some fields changed; an empty value takes away what stood there."""
    for name, (_read, write) in PLAIN.items():
        if name in changes:
            card = write(card, changes[name] or "")
    if {"FirstName", "LastName", "Title", "CompanyName"} & changes.keys():
        card = replace(card, formatted=card.name.full or card.organisation)
    for slots in POINTS:
        card = _with_points(card, slots, changes)
    for name, purposes in ADDRESSES.items():
        if name in changes:
            card = _with_address(card, purposes, changes[name] or {})
    if changes.get(CATEGORIES):
        card = replace(card, categories=tuple(dict.fromkeys((*card.categories, *changes[CATEGORIES]))))
    return card


def label_of(name: str) -> str:
    """Return the (marked) label of the field here that a field of Outlook stands for."""
    of_contact = fields_of(Contact)
    here = {"FirstName": "first_name", "LastName": "last_name", "Title": "title", "CompanyName": "name",
            "Body": "notes", "Gender": "salutation", "Birthday": "birthday", "Anniversary": "anniversary"}  # fmt: skip
    if name in here:
        return of_contact[here[name]].label
    if name in ("Department", "JobTitle"):
        return fields_of(ContactPerson)["department" if name == "Department" else "function"].label
    return name


def _named(card: Card, **parts: Any) -> Card:
    return replace(card, name=replace(card.name, **parts))


def _day(day: CardDate | None) -> str:
    known = day.as_date() if day else None
    return known.isoformat() if known else ""


def _card_day(text: str) -> CardDate | None:
    day = date.fromisoformat(text) if text else None
    return CardDate(day.year, day.month, day.day) if day else None


def _with_points(card: Card, slots: Slots, changes: Mapping[str, Any]) -> Card:
    """Return a card with the numbers of some fields changed, added or taken away."""
    changed = [(order, name) for order, name in enumerate(slots.names) if name in changes]
    if not changed:
        return card
    places, points, gone = slots.places(card), list(card.points), set[int]()
    for order, name in changed:
        value = changes[name] or ""
        if order < len(places):
            if value:
                points[places[order]] = replace(points[places[order]], value=value)
            else:
                gone.add(places[order])
        elif value:
            points.append(CardPoint(slots.kind, value, slots.purpose))
    return replace(card, points=tuple(point for place, point in enumerate(points) if place not in gone))


def _place(card: Card, purposes: tuple[str, ...]) -> int | None:
    """Return which address of a card a field holds."""
    wanted = [place for place, one in enumerate(card.addresses) if one.purpose in purposes]
    return min(wanted, key=lambda place: (not card.addresses[place].is_preferred, place)) if wanted else None


def _parts_of(address: CardAddress) -> dict[str, str]:
    """Return an address in Outlook's parts; the country as its code where it is known, whatever the language."""
    street = "\n".join(
        line
        for line in (join_street(address.street, address.house_number, address.country), address.supplement)
        if line
    )
    country = address.country or country_code(address.country_name) or address.country_name
    found = dict(
        zip(PARTS, (street, address.po_box, address.postcode, address.town, address.region, country), strict=True)
    )
    return {name: value for name, value in found.items() if value}


def _with_address(card: Card, purposes: tuple[str, ...], parts: Mapping[str, str]) -> Card:
    """Return a card with an address in other words, a new one, or without it."""
    place = _place(card, purposes)
    addresses = list(card.addresses)
    if not parts:
        if place is not None:
            del addresses[place]
        return replace(card, addresses=tuple(addresses))
    former = addresses[place] if place is not None else CardAddress(purpose=purposes[0])
    country = country_code(parts.get("Country", ""))
    first, _break, rest = parts.get("Street", "").partition("\n")
    street, number = split_street(first, country)
    made = replace(
        former, street=street, house_number=number, supplement=", ".join(rest.split("\n")) if rest else "",
        po_box=parts.get("PostOfficeBox", ""), postcode=parts.get("PostalCode", ""), town=parts.get("City", ""),
        region=parts.get("State", ""), country=country, country_name=parts.get("Country", ""), label="",
    )  # fmt: skip
    if place is None:
        addresses.append(made)
    else:
        addresses[place] = made
    return replace(card, addresses=tuple(addresses))


def country_words(told: str) -> str:
    """Return the country of an address as people here write it."""
    return country_name(told, current_language()) if len(told) == 2 else told
