"""Which property of a vCard is which field of a card.

A handler takes a content line and returns True when all of it found a place; False keeps the line with the contact.
To add a property: a handler on `CardBuilder` and its name in HANDLERS; vcard_write.py writes the field back.
Sources: RFC 6350, RFC 2426, vCard 2.1, RFC 9554 (delivery, billing), RFC 8605 (CC), and what Apple (X-AB…), Evolution,
Outlook (X-MS-…), KDE and Android are seen to write.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from gcrm.i18n import N_
from gcrm.services.exchange.card import Card, CardDate, CardPoint, Name, Photo
from gcrm.services.exchange.content_line import ContentLine, Head
from gcrm.services.exchange.photo import PhotoError, decode_photo
from gcrm.services.exchange.vcard_address import LONGEST_POSTCODE, POSTCODE, AddressBook
from gcrm.services.exchange.vcard_points import (
    MESSENGERS,
    email_point,
    messenger_point,
    phone_point,
    plain_label,
    web_point,
)
from gcrm.services.exchange.vcard_values import components, items, long_text, read_date, single

Extra = tuple[tuple[str, str], ...]
PhotoReader = Callable[[bytes], Photo]

_KINDS = {"individual": "person", "org": "organisation", "organization": "organisation", "company": "organisation"}
_GENDERS = {"m": "m", "male": "m", "2": "m", "f": "f", "female": "f", "1": "f", "o": "o", "n": "n", "u": "u"}
LONGEST_UID = 255
"""An index holds no more; what is longer identifies nobody and stays with the other data."""
MOST_CATEGORIES = 200
TOO_MANY = N_("The contact has more than 200 categories; those of this line are left out")
_NOT_EXTRA = ("X-APPLE-OMIT-YEAR", "X-EVOLUTION-UI-SLOT", "MEDIATYPE")


class LineError(ValueError):
    """A line that is not taken; the text says why (English, marked for translation)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class CardBuilder:
    """Collects the lines of one card; `card` makes it. `labels` are the card's X-ABLabel lines by group."""

    def __init__(self, labels: dict[str, str], photo_reader: PhotoReader) -> None:
        self.fields: dict[str, object] = {}
        self.lists: dict[str, list[str]] = {}
        self.parameters: dict[str, Extra] = {}
        self.points: list[CardPoint] = []
        self.addresses = AddressBook()
        self.notes: list[str] = []
        self.kept: list[tuple[int, str]] = []
        self.kept_groups: set[str] = set()
        self.named_groups: set[str] = set()
        self._labels = labels
        self._read_photo = photo_reader

    def take(self, line: ContentLine) -> bool:
        """Map one line; False if it has to be kept. Raises PhotoError or LineError for one that cannot be taken."""
        head = line.head
        handler = HANDLERS.get(head.name) if head else None
        return handler(self, line, head) if handler and head else False

    def label(self, group: str) -> str:
        """Return the label of a group, remembering that it found its place."""
        key = group.upper()
        if key not in self._labels:
            return ""
        self.named_groups.add(key)
        return self._labels[key]

    def card(self, first_line: int) -> Card:
        """Return the card made of the lines taken."""
        kept = tuple(raw for _line, raw in sorted(self.kept))
        groups = self.kept_groups
        made = Card(
            **self.fields,  # type: ignore[arg-type]  # the handlers put each value under its field's name
            points=tuple(
                point if not point.group or point.group.upper() in groups else replace(point, group="")
                for point in self.points
            ),
            nicknames=tuple(self.lists.get("nicknames", ())),
            categories=tuple(self.lists.get("categories", ())),
            addresses=self.addresses.finished(groups),
            notes=tuple(self.notes),
            kept=kept,
            parameters=tuple(sorted(self.parameters.items())),
            line=first_line,
        )
        return made if made.formatted else replace(made, formatted=made.display_name())

    # Single values: the first one has a field, another one is kept.

    def _set(self, name: str, value: object, head: Head, parameter_name: str = "") -> bool:
        """Put a value into a field unless another one is there; the same once more is no loss."""
        if name in self.fields:
            return self.fields[name] == value and not head.extra and not head.types
        self.fields[name] = value
        extra = _extra(head)
        if extra:
            self.parameters[parameter_name or head.name] = extra
        return True

    def text(self, name: str, line: ContentLine, head: Head) -> bool:
        """Put a text value into a field."""
        value = single(line)
        return self._set(name, value, head) if value else True

    def _uid(self, line: ContentLine, head: Head) -> bool:
        return len(line.value) <= LONGEST_UID and self.text("uid", line, head)

    def _product(self, line: ContentLine, head: Head) -> bool:
        return self.text("product", line, head._replace(types=(), extra=()))

    def _structure(self, line: ContentLine, head: Head) -> bool:
        """VERSION and PROFILE say how to read the card and nothing about the contact."""
        return True

    def _name(self, line: ContentLine, head: Head) -> bool:
        parts = _without_empty_end(components(line))
        if not parts:
            return True
        last, first, middle, prefix, suffix, *more = [*parts, *[""] * (5 - len(parts))]
        return self._set("name", Name(last, first, middle, prefix, suffix, tuple(more)), head)

    def _organisation(self, line: ContentLine, head: Head) -> bool:
        parts = _without_empty_end(components(line))
        if not parts:
            return True
        if "organisation" in self.fields:
            return False
        if len(parts) > 1:
            self.fields["departments"] = tuple(parts[1:])
        label = self.label(head.group)
        return self._set("organisation", parts[0], head._replace(extra=_with_label(head.extra, label)))

    def _nicknames(self, line: ContentLine, head: Head) -> bool:
        return self._items("nicknames", items(line), head)

    def _categories(self, line: ContentLine, head: Head) -> bool:
        names = items(line, ",;" if not head.is_plain else ",")
        if len(names) + len(self.lists.get("categories", ())) > MOST_CATEGORIES:
            raise LineError(TOO_MANY)
        return self._items("categories", names, head)

    def _items(self, name: str, values: tuple[str, ...], head: Head) -> bool:
        """Lists on several lines become one list; a second line with parameters of its own is kept."""
        if name in self.lists:
            if head.extra or head.types:
                return False
        elif values and _extra(head):
            self.parameters[head.name] = _extra(head)
        if values:
            self.lists.setdefault(name, []).extend(values)
        return True

    def _note(self, line: ContentLine, head: Head) -> bool:
        text = long_text(line)
        if self.notes and _extra(head):
            return False
        if text:
            self.notes.append(text)
            if _extra(head):
                self.parameters["NOTE"] = _extra(head)
        return True

    def _kind(self, line: ContentLine, head: Head) -> bool:
        word = single(line).lower()
        return self._set("kind", _KINDS.get(word, word), head, "KIND") if word else True

    def _gender(self, line: ContentLine, head: Head) -> bool:
        code, _semicolon, words = single(line).partition(";")
        gender = _GENDERS.get(code.strip().lower(), "")
        if not gender and not (words and not code):
            return not code
        if self.fields.get("gender", gender) != gender or (words and "gender_text" in self.fields):
            return False
        if words:
            self.fields["gender_text"] = words.strip()
        return self._set("gender", gender, head, "GENDER")

    def _birthday(self, line: ContentLine, head: Head) -> bool:
        return self._date("birthday", line, head, "BDAY")

    def _anniversary(self, line: ContentLine, head: Head) -> bool:
        return self._date("anniversary", line, head, "ANNIVERSARY")

    def _labelled_date(self, line: ContentLine, head: Head) -> bool:
        """X-ABDATE is an anniversary only if its label says so."""
        if plain_label(self._labels.get(head.group.upper(), "")).lower() not in ("anniversary", "jahrestag"):
            return False
        is_taken = self._date("anniversary", line, head, "ANNIVERSARY")
        if is_taken:
            self.label(head.group)
        return is_taken

    def _date(self, name: str, line: ContentLine, head: Head, property_name: str) -> bool:
        text = single(line)
        day: CardDate | None = read_date(text) if head.value != "text" else None
        if day is None:
            return not text
        return self._set(name, day, head, property_name)

    def _position(self, line: ContentLine, head: Head) -> bool:
        text = single(line)
        numbers = text[4:].split(",") if text[:4].lower() == "geo:" else text.replace(",", ";").split(";")
        if len(numbers) != 2 or not all(_is_coordinate(number) for number in numbers):
            return not text
        if "latitude" in self.fields:
            return False
        self.fields["longitude"] = numbers[1].strip()
        return self._set("latitude", numbers[0].strip(), head, "GEO")

    def _photo(self, line: ContentLine, head: Head) -> bool:
        """The first picture is read; a picture elsewhere is never fetched, its address is kept."""
        picture = decode_photo(line.value, is_base64=head.encoding == "B")
        if picture is None or "photo" in self.fields:
            return not line.value.strip()
        if not picture:
            raise PhotoError
        self.fields["photo"] = self._read_photo(picture)
        return True

    # Many values: points and addresses.

    def _phone(self, line: ContentLine, head: Head) -> bool:
        return self._point(phone_point(single(line), head, self.label(head.group)))

    def _email(self, line: ContentLine, head: Head) -> bool:
        return self._point(email_point(single(line), head, self.label(head.group)))

    def _web(self, line: ContentLine, head: Head) -> bool:
        return self._point(web_point(single(line), head, self.label(head.group)))

    def _messenger(self, line: ContentLine, head: Head) -> bool:
        return self._point(messenger_point(single(line), head, self.label(head.group)))

    def _point(self, point: CardPoint) -> bool:
        if point.value:
            self.points.append(point)
        return True

    def _address(self, line: ContentLine, head: Head) -> bool:
        parts = components(line)
        if len(parts) > POSTCODE and len(parts[POSTCODE]) > LONGEST_POSTCODE:
            return False
        return self.addresses.add(parts, head, self.label(head.group))

    def _address_label(self, line: ContentLine, head: Head) -> bool:
        return self.addresses.add_label(single(line), head)

    def _address_country(self, line: ContentLine, head: Head) -> bool:
        return self.addresses.add_country(single(line), head)


def _extra(head: Head) -> Extra:
    """Return the parameters without a field; types of a property that has no use for them are among them."""
    if not head.extra and not head.types and not head.preference:
        return ()
    told = [pair for pair in head.extra if pair[0] not in _NOT_EXTRA]
    if head.types:
        told.append(("TYPE", ",".join(head.types)))
    if head.preference:
        told.append(("PREF", str(head.preference)))
    return tuple(told)


def _with_label(extra: Extra, label: str) -> Extra:
    return (*extra, ("X-LABEL", label)) if label else extra


def _without_empty_end(parts: list[str]) -> list[str]:
    while parts and not parts[-1]:
        parts.pop()
    return parts


def _is_coordinate(text: str) -> bool:
    digits = text.strip().lstrip("+-").replace(".", "", 1)
    return digits.isascii() and digits.isdecimal() and len(digits) <= 30


def _text(name: str) -> Callable[[CardBuilder, ContentLine, Head], bool]:
    """Return the handler of a property that is one text field."""
    return lambda builder, line, head: builder.text(name, line, head)


HANDLERS: dict[str, Callable[[CardBuilder, ContentLine, Head], bool]] = {
    **dict.fromkeys(("VERSION", "PROFILE"), CardBuilder._structure),
    "FN": _text("formatted"),
    "N": CardBuilder._name,
    "NICKNAME": CardBuilder._nicknames,
    "ORG": CardBuilder._organisation,
    "TITLE": _text("job_title"),
    "ROLE": _text("role"),
    "UID": CardBuilder._uid,
    "REV": _text("revised"),
    "TZ": _text("time_zone"),
    "LANG": _text("language"),
    "PRODID": CardBuilder._product,
    "CATEGORIES": CardBuilder._categories,
    "NOTE": CardBuilder._note,
    **dict.fromkeys(("KIND", "X-KIND", "X-ADDRESSBOOKSERVER-KIND", "X-ABSHOWAS"), CardBuilder._kind),
    **dict.fromkeys(("GENDER", "X-GENDER", "X-WAB-GENDER"), CardBuilder._gender),
    "BDAY": CardBuilder._birthday,
    **dict.fromkeys(
        (
            "ANNIVERSARY",
            "X-ANNIVERSARY",
            "X-MS-ANNIVERSARY",
            "X-EVOLUTION-ANNIVERSARY",
            "X-KADDRESSBOOK-X-ANNIVERSARY",
        ),
        CardBuilder._anniversary,
    ),
    "X-ABDATE": CardBuilder._labelled_date,
    "GEO": CardBuilder._position,
    "PHOTO": CardBuilder._photo,
    **dict.fromkeys(("TEL", "X-MS-TEL"), CardBuilder._phone),
    "EMAIL": CardBuilder._email,
    "URL": CardBuilder._web,
    **dict.fromkeys(("IMPP", *MESSENGERS), CardBuilder._messenger),
    "ADR": CardBuilder._address,
    "LABEL": CardBuilder._address_label,
    "X-ABADR": CardBuilder._address_country,
}
