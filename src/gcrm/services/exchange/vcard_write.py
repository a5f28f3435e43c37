"""Writes vCard 3.0 (RFC 2426, what phones and Outlook read), 4.0 (RFC 6350) and, for old devices, 2.1.

What is written is read again as an equal card. Lines are folded at 75 octets and never inside a letter; lines that were
kept because they had no field are written back as they were.
"""

from __future__ import annotations

import binascii
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Literal

from gcrm.model.address_format import join_street
from gcrm.model.country import country_code, country_name
from gcrm.services.exchange.card import Card, CardAddress, CardPoint
from gcrm.services.exchange.vcard_address import TYPES
from gcrm.services.exchange.vcard_old import old_lines
from gcrm.services.exchange.vcard_points import SCHEMES, framed_label
from gcrm.services.exchange.vcard_values import escape, escape_line_ends, parameter, types, write_date

Version = Literal["2.1", "3.0", "4.0"]
PRODUCT = "-//gCRM//gCRM//EN"
_WIDTH = 75
_SURELY_SHORT = _WIDTH // 4  # no letter has more than four octets
_KINDS = {"person": "individual", "organisation": "org"}
_TEL_TYPES = {"phone": "voice", "mobile": "cell", "fax": "fax"}


def write_vcard(cards: Iterable[Card], version: Version = "3.0") -> str:
    """Return the cards as one text with CR LF line ends, to be encoded as UTF-8."""
    return "".join(vcard_texts(cards, version))


def vcard_texts(cards: Iterable[Card], version: Version = "3.0") -> Iterator[str]:
    """Yield the text of each card; a million of them need no more memory than one."""
    for card in cards:
        if version == "2.1":
            yield "\r\n".join([*old_lines(_CardWriter(card, "3.0").lines()), ""])
        else:
            yield "\r\n".join(_folded(_CardWriter(card, version).lines()))


def _folded(lines: list[str]) -> list[str]:
    for index, line in enumerate(lines):
        length = len(line)
        if length > _SURELY_SHORT and (length > _WIDTH or not line.isascii()):
            lines[index] = fold_line(line)
    lines.append("")
    return lines


def fold_line(line: str) -> str:
    """Return the line folded at 75 octets (RFC 6350 3.2), each letter whole."""
    if line.isascii():
        rest = range(_WIDTH, len(line), _WIDTH - 1)
        return "\r\n ".join([line[:_WIDTH], *(line[at : at + _WIDTH - 1] for at in rest)])
    octets = line.encode("utf-8")
    if len(octets) <= _WIDTH:
        return line
    pieces = []
    start, width = 0, _WIDTH
    while start < len(octets):
        end = start + width
        while end < len(octets) and octets[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(octets[start:end])
        start, width = end, _WIDTH - 1
    return b"\r\n ".join(pieces).decode("utf-8")


class _CardWriter:
    """Writes one card."""

    def __init__(self, card: Card, version: Version) -> None:
        self._card = card
        self._version = version
        self._is_new = version == "4.0"
        self._out: list[str] = ["BEGIN:VCARD", f"VERSION:{version}", f"PRODID:{PRODUCT}"]
        self._parameters = dict(card.parameters)
        self._groups = 0
        self._used_groups = {line.partition(".")[0].lower() for line in card.kept}

    def lines(self) -> list[str]:
        """Return the lines of the card, not folded."""
        self._identity()
        self._work()
        for point in self._card.points:
            _POINTS.get(point.kind, _CardWriter._other)(self, point)
        for address in self._card.addresses:
            self._address(address)
        self._about()
        self._photo()
        self._out.extend(self._card.kept)
        self._out.append("END:VCARD")
        return self._out

    def _put(self, name: str, value: str, key: str = "") -> None:
        """Write a property with the parameters that were kept for it."""
        kept = self._parameters.get(key or name) if self._parameters else None
        self._out.append(f"{name}{_parameters(kept)}:{value}" if kept else f"{name}:{value}")

    def _text(self, name: str, value: str) -> None:
        if value:
            self._put(name, escape(value))

    def _identity(self) -> None:
        card, name = self._card, self._card.name
        self._kind()
        self._text("UID", card.uid)
        self._put("FN", escape(card.formatted or card.display_name()))
        parts = (name.last, name.first, name.middle, name.prefix, name.suffix, *name.more)
        if any(parts) or not self._is_new:  # version 3.0 demands it
            self._put("N", ";".join(map(escape, parts)))
        if card.nicknames:
            self._put("NICKNAME", ",".join(map(escape, card.nicknames)))

    def _kind(self) -> None:
        """Say what the card stands for; version 3.0 has only Apple's words for an organisation and a group."""
        kind = self._card.kind
        if not kind:
            return
        if self._is_new:
            self._put("KIND", escape(_KINDS.get(kind, kind)))
        elif kind == "organisation":
            self._put("X-ABShowAs", "COMPANY", "KIND")
        else:
            name = "X-ADDRESSBOOKSERVER-KIND" if kind == "group" else "X-KIND"
            self._put(name, escape(_KINDS.get(kind, kind)), "KIND")

    def _work(self) -> None:
        card = self._card
        if card.organisation or card.departments:
            self._put("ORG", ";".join(map(escape, (card.organisation, *card.departments))))
        self._text("TITLE", card.job_title)
        self._text("ROLE", card.role)

    def _about(self) -> None:
        card = self._card
        if card.birthday:
            self._put("BDAY", write_date(card.birthday, self._version))
        if card.anniversary:
            name = "ANNIVERSARY" if self._is_new else "X-ANNIVERSARY"
            self._put(name, write_date(card.anniversary, self._version), "ANNIVERSARY")
        if card.gender or card.gender_text:
            words = f";{escape(card.gender_text)}" if card.gender_text else ""
            self._put("GENDER" if self._is_new else "X-GENDER", card.gender.upper() + words, "GENDER")
        self._text("LANG", card.language)
        if card.categories:
            self._put("CATEGORIES", ",".join(map(escape, card.categories)))
        for number, note in enumerate(card.notes):
            self._put("NOTE", escape(note), "NOTE" if number == 0 else "-")
        if card.latitude:
            mark = "geo:{},{}" if self._is_new else "{};{}"
            self._put("GEO", mark.format(card.latitude, card.longitude))
        self._text("TZ", card.time_zone)
        self._text("REV", card.revised)

    def _photo(self) -> None:
        photo = self._card.photo
        if photo is None:
            return
        content = binascii.b2a_base64(photo.data, newline=False).decode("ascii")
        if self._is_new:
            self._out.append(f"PHOTO:data:{photo.media_type};base64,{content}")
        else:
            subtype = photo.media_type.partition("/")[2].upper()
            self._out.append(f"PHOTO;ENCODING=b;TYPE={subtype}:{content}")

    # Points and addresses: a label in words needs a group.

    def _entry(self, name: str, told: str, value: str, entry: CardPoint | CardAddress) -> None:
        if entry.preference:
            told += f";PREF={entry.preference}" if self._is_new or entry.preference > 1 else ""
        if entry.parameters:
            told += _parameters(entry.parameters)
        group = entry.group
        if entry.name and not group:
            group = self._free_group()
        self._out.append(f"{group}.{name}{told}:{value}" if group else f"{name}{told}:{value}")
        if entry.name:
            self._out.append(f"{group}.X-ABLabel:{escape(framed_label(entry.name))}")

    def _free_group(self) -> str:
        """Return a group name that no kept line uses."""
        self._groups += 1
        while f"item{self._groups}" in self._used_groups:
            self._groups += 1
        return f"item{self._groups}"

    def _types(self, entry: CardPoint | CardAddress, *first: str) -> str:
        return _type_parameter(first, entry.types, entry.preference == 1, self._is_new)

    def _phone(self, point: CardPoint) -> None:
        told = self._types(point, point.purpose, _TEL_TYPES[point.kind])
        self._entry("TEL", told, escape(point.value), point)

    def _email(self, point: CardPoint) -> None:
        told = self._types(point, "" if self._is_new else "internet", point.purpose)
        self._entry("EMAIL", told, escape(point.value), point)

    def _web(self, point: CardPoint) -> None:
        self._entry("URL", self._types(point, point.purpose), _uri(point.value), point)

    def _messenger(self, point: CardPoint) -> None:
        told = self._types(point, point.purpose)
        told += parameter("X-SERVICE-TYPE", point.service) if point.service else ""
        scheme = SCHEMES.get(point.service.lower())
        self._entry("IMPP", told, _uri(f"{scheme}:{point.value}" if scheme else point.value), point)

    def _other(self, point: CardPoint) -> None:
        """A way to reach somebody that no vCard knows becomes a note with its label."""
        words = ": ".join(part for part in (point.name or point.service, point.value) if part)
        self._out.append(f"NOTE:{escape(words)}")

    def _address(self, address: CardAddress) -> None:
        street = join_street(address.street, address.house_number, address.country)
        written = address.country_name or country_name(address.country, "en")
        parts = (address.po_box, address.supplement, street, address.town, address.region, address.postcode, written)
        told = self._types(address, TYPES.get(address.purpose, ""))
        line_told = told
        if address.country and country_code(written) != address.country:
            line_told += f";CC={address.country}"
        if address.label and self._is_new:
            line_told += parameter("LABEL", address.label)
        self._entry("ADR", line_told, ";".join(map(escape, (*parts, *address.more))), address)
        if address.label and not self._is_new:
            self._out.append(f"LABEL{told}:{escape(address.label)}")


_POINTS: dict[str, Callable[[_CardWriter, CardPoint], None]] = {
    "phone": _CardWriter._phone,
    "mobile": _CardWriter._phone,
    "fax": _CardWriter._phone,
    "email": _CardWriter._email,
    "web": _CardWriter._web,
    "messenger": _CardWriter._messenger,
}


@lru_cache(maxsize=1024)
def _type_parameter(first: tuple[str, ...], others: tuple[str, ...], is_preferred: bool, is_new: bool) -> str:
    """Return the TYPE parameter, in English and in the case usual for the version."""
    words = [word for word in first if word]
    words += [word for word in others if word not in words]
    if is_preferred and not is_new:
        words.append("pref")
    return types(words if is_new else [word.upper() for word in words])


def _parameters(pairs: Iterable[tuple[str, str]]) -> str:
    return "".join(
        types(tuple(value.split(","))) if name == "TYPE" else parameter(name, value) for name, value in pairs
    )


def _uri(text: str) -> str:
    """Return an address as it is, only its backslashes and line ends escaped (a URI is no text value)."""
    return escape_line_ends(text.replace("\\", "\\\\") if "\\" in text else text)
