"""Cards that say nothing beyond the fields of a contact: most rows of tables. Nothing has to be compared for them.

A test holds this to card_residue.py: whatever is plain here has no residue but the lines it keeps.
"""

from __future__ import annotations

from gcrm.model.contact import Contact
from gcrm.model.fold import clean
from gcrm.services.exchange.card import Card, CardAddress, CardDate, CardPoint, Name
from gcrm.services.exchange.own_fields import HEAD

_NOBODY = Name()


def is_plain(card: Card, contact: Contact) -> bool:
    """Tell whether the contact made of a card says all of it, but for kept user-defined values."""
    if card.parameters or card.kind or card.nicknames or card.role or card.gender_text or card.time_zone:
        return False
    if card.latitude or card.longitude or card.language != (contact.language or ""):
        return False
    return (
        _is_plain_name(card, contact)
        and all(line.startswith(HEAD) for line in card.kept)
        and _is_whole(card.birthday)
        and _is_whole(card.anniversary)
        and all(map(_is_plain_point, card.points))
        and all(map(_is_plain_address, card.addresses))
    )


def _is_plain_name(card: Card, contact: Contact) -> bool:
    """Tell whether the names are those of the contact, of its person, or of the organisation alone."""
    name = card.name
    if clean(card.organisation) != card.organisation or card.gender not in ("", "m", "f"):
        return False
    if contact.kind != "person" and not contact.persons:
        alone = name == _NOBODY and not card.gender and not card.job_title and card.birthday is None
        return alone and card.formatted == card.organisation == contact.name and len(card.departments) < 2
    if contact.kind == "person" and (card.departments or card.job_title):
        return False
    person = contact if contact.kind == "person" else contact.persons[0].person
    told = (person.last_name or "", person.first_name or "", person.title or "")
    if (name.last, name.first, name.prefix) != told or name.middle or name.suffix or name.more:
        return False
    texts = (*card.departments, card.job_title)
    return card.formatted == name.full and len(card.departments) < 2 and all(clean(text) == text for text in texts)


def _is_whole(day: CardDate | None) -> bool:
    return day is None or bool(day.year and day.month and day.day and not day.time)


def _is_plain_point(point: CardPoint) -> bool:
    if point.types or point.parameters or point.preference or point.group or point.kind == "other":
        return False
    return not (point.name if point.kind == "messenger" else point.service)


def _is_plain_address(address: CardAddress) -> bool:
    if address.label or address.name or address.types or address.parameters or address.more or address.group:
        return False
    return not address.preference and bool(address.country or not address.country_name)
