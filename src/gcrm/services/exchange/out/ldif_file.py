"""LDIF (RFC 2849) in the schema of Mozilla's address books, as Thunderbird reads it."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from gcrm.model.country import country_name
from gcrm.services.exchange.card import Card

_LONGEST_LINE = 76
_CLASSES = ("top", "person", "organizationalPerson", "inetOrgPerson", "mozillaAbPersonAlpha")
_PHONES = {
    ("phone", "home"): "homePhone", ("phone", ""): "telephoneNumber", ("phone", "work"): "telephoneNumber",
    ("phone", "other"): "otherPhone", ("mobile", ""): "mobile", ("fax", "home"): "homeFax",
    ("fax", ""): "facsimileTelephoneNumber", ("web", "home"): "mozillaHomeUrl", ("web", ""): "mozillaWorkUrl",
    ("messenger", ""): "nsAIMid", ("email", "home"): "homeMail",
}  # fmt: skip
_WORK = (
    ("street", "street"), ("supplement", "mozillaWorkStreet2"), ("town", "l"), ("region", "st"),
    ("postcode", "postalCode"), ("country", "c"), ("po_box", "postOfficeBox"),
)  # fmt: skip
_HOME = (
    ("street", "mozillaHomeStreet"), ("supplement", "mozillaHomeStreet2"), ("town", "mozillaHomeLocalityName"),
    ("region", "mozillaHomeState"), ("postcode", "mozillaHomePostalCode"), ("country", "mozillaHomeCountryName"),
)  # fmt: skip


def write_ldif(file: BinaryIO, cards: Iterable[Card]) -> int:
    """Write an entry for each card and return how many."""
    file.write(b"version: 1\n")
    count = 0
    for count, card in enumerate(cards, 1):
        lines = "".join(_line(name, value) for name, value in _entry(card, count) if value)
        file.write(f"\n{lines}".encode())
    return count


def _entry(card: Card, number: int) -> Iterator[tuple[str, str]]:
    """Yield the attributes of a card."""
    shown = card.display_name()
    mail = next((point.value for point in card.points if point.kind == "email"), "")
    name = card.name
    yield (
        "dn",
        ",".join(f"{key}={_escaped(value)}" for key, value in (("cn", shown), ("mail", mail)) if value)
        or (f"cn={number}"),
    )
    yield from (("objectClass", each) for each in _CLASSES)
    has_person = bool(name.first or name.last)
    yield from (("cn", shown), ("givenName", name.first), ("sn", name.last or ("" if has_person else shown)))
    yield from (("personalTitle", name.title), ("generationQualifier", name.suffix), ("o", card.organisation))
    yield from (("ou", each) for each in card.departments)
    yield "title", card.job_title
    yield from (("mozillaNickname", each) for each in card.nicknames)
    yield from _points(card)
    yield from _addresses(card)
    if card.birthday is not None and card.birthday.year:
        day = card.birthday
        yield from (("birthyear", str(day.year)), ("birthmonth", str(day.month)), ("birthday", str(day.day)))
    yield from (("category", each) for each in card.categories)
    yield "preferredLanguage", card.language
    yield "description", "\n".join(card.notes)


def _points(card: Card) -> Iterator[tuple[str, str]]:
    """Yield numbers and addresses, each kind in its order."""
    mails = 0
    for point in card.points:
        if point.kind == "email" and point.purpose != "home":
            mails += 1
            yield "mail" if mails == 1 else "mozillaSecondEmail", point.value
        else:
            yield _PHONES.get((point.kind, point.purpose)) or _PHONES.get((point.kind, ""), ""), point.value


def _addresses(card: Card) -> Iterator[tuple[str, str]]:
    """Yield the first address of the office and the first private one: the schema has no more."""
    for names, is_home in ((_WORK, False), (_HOME, True)):
        found = next((each for each in card.addresses if (each.purpose == "home") is is_home), None)
        if found is not None:
            street = " ".join(filter(None, (found.street, found.house_number)))
            country = country_name(found.country, "en") if found.country else found.country_name
            told = {"street": street, "country": country}
            yield from ((name, told.get(part) or str(getattr(found, part))) for part, name in names)


def _line(name: str, value: str) -> str:
    """Return an attribute, folded; in base64 where the value is not plain (RFC 2849, SAFE-STRING)."""
    if not name:
        return ""
    is_plain = value.isascii() and value.isprintable() and value[0] not in " :<" and value[-1] != " "
    coded = base64.b64encode(value.encode("utf-8", errors="replace")).decode()
    whole = f"{name}: {value}" if is_plain else f"{name}:: {coded}"
    parts = [whole[:_LONGEST_LINE]]
    step = _LONGEST_LINE - 1
    parts += [f" {whole[start : start + step]}" for start in range(_LONGEST_LINE, len(whole), step)]
    return "\n".join(parts) + "\n"


def _escaped(value: str) -> str:
    """Return a value inside a name of an entry (RFC 4514)."""
    text = "".join(f"\\{letter}" if letter in ',+"\\<>;=' else letter for letter in " ".join(value.split()))
    return f"\\{text}" if text.startswith("#") else text
