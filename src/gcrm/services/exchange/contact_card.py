"""Between a neutral card (what files hold) and a contact (what the office keeps), without loss in either direction.

What a card says beyond the fields of a contact stays with the contact as content lines (`Contact.kept`,
card_residue.py) and is written back; what a contact knows beyond a card travels in one line of our own
(`X-GCRM`, own_line.py). A card with an organisation and a person becomes an organisation with that contact person, or
a person who works there (`Card.suggested_kind`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from typing import Any

from gcrm.i18n import N_, _
from gcrm.model.address import Address
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.contact_point import ContactPoint
from gcrm.model.country import country_name
from gcrm.model.fold import clean
from gcrm.services.contact_rules import ensure_defaults
from gcrm.services.exchange import own_line, told_fields
from gcrm.services.exchange.card import Card, CardAddress, CardDate, CardPoint, Name, Photo
from gcrm.services.exchange.card_residue import PLACE, has_place, merge, point_label, reduced, residue_lines
from gcrm.services.exchange.plain_cards import is_plain
from gcrm.services.exchange.plain_records import MAPPED, Maker

UID_PREFIX = "gcrm-"
NAMELESS = N_("Contact without name")
_ADDRESS_PURPOSES = {"home": "private", "delivery": "delivery", "invoice": "invoice", "other": "other"}
_CARD_PURPOSES = {"private": "home", "delivery": "delivery", "invoice": "invoice", "other": "other"}
_SALUTATIONS = {"m": "mr", "f": "ms"}
_GENDERS = {"mr": "m", "ms": "f"}


@dataclass(frozen=True, slots=True)
class Imported:
    """A contact out of a card: not in any database yet, its categories by name, and its picture."""

    contact: Contact
    categories: tuple[str, ...] = ()
    photo: Photo | None = None


def to_contact(card: Card, make: Maker = MAPPED) -> Imported:
    """Return the contact a card stands for; `make` says of which classes."""
    kept, own = own_line.take(card.kept)
    card = replace(card, kept=kept) if own else card
    contact = _person(card, make) if card.suggested_kind == "person" else _organisation(card, make, own)
    contact.notes = "\n\n".join(clean(note) for note in card.notes)
    contact.language = _language(card.language)
    contact.anniversary = card.anniversary.as_date() if card.anniversary else None
    contact.uid = clean(card.uid)
    contact.addresses = [_address(address, make) for address in card.addresses if has_place(address)]
    own_line.put(contact, own, make)
    _choose_defaults(contact, is_told=own_line.tells_owners(own))
    if is_plain(card, contact):
        contact.kept = list(dict.fromkeys(card.kept))
    else:
        contact.kept = residue_lines(card, plain_card(contact, card.categories))
    told_fields.put(contact, card.told, make)
    return Imported(contact, tuple(dict.fromkeys(name for name in map(clean, card.categories) if name)), card.photo)


def to_card(
    contact: Contact, categories: Sequence[str] = (), photo: Photo | None = None, *, with_own: bool = True
) -> Card:
    """Return the card of a contact that was read with all its children (services/contact.py).

    `with_own` adds the line that only gCRM reads: number, further contact persons.
    """
    card = merge(plain_card(contact, categories), contact.kept)
    own = own_line.line_of(contact) if with_own else ""
    revised = contact.changed_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ") if contact.changed_at else ""
    return replace(
        card, kept=(*card.kept, own) if own else card.kept, photo=photo, uid=uid_of(contact), revised=revised
    )


def uid_of(contact: Contact) -> str:
    """Return the exchange id: the one it came with, else one made of id and birth, which stays the same."""
    if contact.uid or not contact.id:
        return contact.uid or ""
    born = contact.created_at.astimezone(UTC).isoformat() if contact.created_at else ""
    return f"{UID_PREFIX}{contact.id}-{hashlib.sha256(f'{contact.id}|{born}'.encode()).hexdigest()[:16]}"


# --- from card to contact -----------------------------------------------------------------------------------------


def _person(card: Card, make: Maker) -> Contact:
    """Return a person; the organisation is where they work."""
    contact = make.empty_contact(kind="person", **_names(card), name2=clean(card.organisation))
    contact.birthday = card.birthday.as_date() if card.birthday else None
    contact.points = [_point(point, make) for point in card.points]
    return contact


def _organisation(card: Card, make: Maker, own: dict[str, Any]) -> Contact:
    """Return an organisation, with its contact person when the card names one."""
    name = clean(card.organisation) or clean(card.formatted or card.name.full)
    contact = make.empty_contact(kind="organisation", name=name or clean(card.display_name()) or _(NAMELESS))
    if not (card.organisation and card.has_person):
        contact.name2 = clean(card.departments[0]) if len(card.departments) == 1 else ""
        contact.points = [_point(point, make) for point in card.points]
        return contact
    names = _names(card)
    person = make.person(**names, birthday=card.birthday.as_date() if card.birthday else None)
    function = {"function": clean(card.job_title), "department": ", ".join(map(clean, card.departments))}
    contact.points, theirs = own_line.sort_points([_point(point, make) for point in card.points], own)
    contact.persons = [make.role(person=person, **function, is_default=True, notes="", custom={}, points=theirs)]
    return contact


def _choose_defaults(contact: Contact, *, is_told: bool) -> None:
    """Make the first preferred entry of each kind the default one, the first where none is preferred.

    Our own line tells (`is_told`) which numbers of the named person are, and always those of further persons.
    """
    groups: dict[tuple[str, ...], list[Address | ContactPoint]] = {}
    for address in contact.addresses:
        groups.setdefault(("address", address.purpose), []).append(address)
    holders: list[Contact | ContactPerson] = [contact, *(person for person in contact.persons if person.is_default)]
    holders = holders[:1] if is_told else holders
    for place, holder in enumerate(holders):
        for point in holder.points:
            groups.setdefault((str(place), point.kind), []).append(point)
    for group in groups.values():
        chosen = next((entry for entry in group if entry.is_default), group[0])
        for entry in group:
            entry.is_default = entry is chosen
    ensure_defaults(contact)


def _names(card: Card) -> dict[str, Any]:
    """Return salutation, title, first and last name; a full name of two words is taken apart."""
    name = card.name
    title, first, last = reduced(name)
    if not (first or last):
        words = (card.formatted or card.display_name() or _(NAMELESS)).split()
        first, last = (words[0], words[1]) if len(words) == 2 else ("", " ".join(words))
    salutation = _SALUTATIONS.get(card.suggested_gender, "")
    return {"salutation": salutation, "title": title, "first_name": first, "last_name": last}


def _language(tag: str) -> str:
    """Return the two letters of a language tag, "" for anything else."""
    code = tag.replace("_", "-").split("-")[0].strip().lower()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else ""


def _point(point: CardPoint, make: Maker) -> ContactPoint:
    """Return a number or address; what kind it is beyond ours ("pager", "Skype") becomes its label."""
    made: ContactPoint = make.point(
        kind=point.kind,
        purpose=point.purpose,
        label=point_label(point),
        value=clean(point.value),
        is_default=point.is_preferred,
    )
    return made


def _address(address: CardAddress, make: Maker) -> Address:
    """Return a postal address."""
    values = {name: clean(getattr(address, name)) for name in PLACE}
    purpose = _ADDRESS_PURPOSES.get(address.purpose, "postal")
    made: Address = make.address(purpose=purpose, is_default=address.is_preferred, custom={}, **values)
    return made


# --- from contact to card -----------------------------------------------------------------------------------------


def plain_card(contact: Contact, categories: Sequence[str] = ()) -> Card:
    """Return what the fields of a contact say, without the lines that were kept."""
    is_person = contact.kind == "person" or not contact.name
    person = None if is_person else own_line.default_person(contact)
    card = Card(
        **(_person_part(contact) if is_person else _organisation_part(contact, person)),
        addresses=_card_addresses(contact),
        points=_card_points(contact, person),
        anniversary=_card_date(contact.anniversary),
        language=contact.language or "",
        categories=tuple(categories),
        notes=(contact.notes,) if contact.notes else (),
        uid=contact.uid or "",
    )
    kind = "person" if is_person else "organisation"
    return card if card.suggested_kind == kind else replace(card, kind=kind)


def _person_part(contact: Contact) -> dict[str, Any]:
    """Return the fields of a card that name a person, and where they work."""
    return _name_part(contact) | {
        "organisation": contact.name or contact.name2 or "",
        "birthday": _card_date(contact.birthday),
    }


def _organisation_part(contact: Contact, person: ContactPerson | None) -> dict[str, Any]:
    """Return the fields of a card that name an organisation, perhaps with a contact person."""
    if person is None:
        departments = (contact.name2,) if contact.name2 else ()
        return {"formatted": contact.name, "organisation": contact.name, "departments": departments}
    return _name_part(person.person) | {
        "organisation": contact.name,
        "departments": (person.department,) if person.department else (),
        "job_title": person.function or "",
        "birthday": _card_date(person.person.birthday),
    }


def _name_part(person: Contact | Person) -> dict[str, Any]:
    """Return name, name in reading order and gender."""
    name = Name(last=person.last_name or "", first=person.first_name or "", prefix=person.title or "")
    return {"name": name, "formatted": name.full, "gender": _GENDERS.get(person.salutation or "", "")}


def _card_date(day: Any) -> CardDate | None:
    """Return a day as a card has it."""
    return CardDate(day.year, day.month, day.day) if day else None


def _card_points(contact: Contact, person: ContactPerson | None) -> tuple[CardPoint, ...]:
    """Return the numbers of the contact and of the person the card names; the default of a kind stands first."""
    points = [*contact.points, *(person.points if person is not None else ())]
    points = [point for point in points if point.value and point.kind != "other"]
    firsts: dict[str, ContactPoint] = {}
    for point in points:
        firsts.setdefault(point.kind, point)
    return tuple(_card_point(point, is_first=firsts[point.kind] is point) for point in points)


def _card_point(point: ContactPoint, *, is_first: bool) -> CardPoint:
    """Return a number; only a default that does not stand first has to say so."""
    label = point.label or ""
    service, name = (label, "") if point.kind == "messenger" else ("", label)
    preference = 1 if point.is_default and not is_first else 0
    return CardPoint(point.kind, point.value, point.purpose or "", preference, name, service)


def _card_addresses(contact: Contact) -> tuple[CardAddress, ...]:
    """Return the present addresses; only a default that does not stand first has to say so."""
    present = [address for address in contact.addresses if address.is_present()]
    firsts: dict[str, Address] = {}
    for address in present:
        firsts.setdefault(address.purpose, address)
    return tuple(_card_address(each, is_first=firsts[each.purpose] is each) for each in present)


def _card_address(address: Address, *, is_first: bool) -> CardAddress:
    """Return a postal address."""
    values: dict[str, Any] = {name: getattr(address, name) or "" for name in PLACE}
    written = country_name(values["country"], "en") if values["country"] else ""
    purpose = _CARD_PURPOSES.get(address.purpose, "work")
    preference = 1 if address.is_default and not is_first else 0
    return CardAddress(purpose=purpose, country_name=written, preference=preference, **values)
