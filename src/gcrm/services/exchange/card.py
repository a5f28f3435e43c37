"""A contact as other programs write it: neutral, frozen, without database. Every format reads into it and writes it.

To add a field: one line in `Card`, one handler in vcard_map.py, one line in vcard_write.py; the round trip test of
the corpus covers it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

from gcrm.model.fold import fold
from gcrm.services.exchange.tables.facts import TableFacts

POINT_KINDS = ("phone", "mobile", "fax", "email", "web", "messenger", "other")
POINT_PURPOSES = ("", "work", "home", "other")
ADDRESS_PURPOSES = ("", "work", "home", "delivery", "invoice", "other")
_SALUTATIONS = {
    **dict.fromkeys(("herr", "herrn", "mr", "mister", "m", "monsieur", "senhor", "sr", "señor", "signor"), "m"),
    **dict.fromkeys(("frau", "mrs", "ms", "miss", "mme", "madame", "senhora", "sra", "señora", "signora"), "f"),
}


@dataclass(frozen=True, slots=True)
class _Neutral:
    """Gives its fields in order to copy and pickle: many thousands of them travel from the reading process."""

    def __reduce__(self) -> tuple[Any, ...]:
        kind: Any = type(self)
        return kind, _values_of(kind)(self)


@cache
def _values_of(kind: Any) -> Callable[[object], tuple[Any, ...]]:
    return attrgetter(*(part.name for part in fields(kind)))


@dataclass(frozen=True, slots=True)
class Name(_Neutral):
    """The parts of a person's name (RFC 6350 6.2.2); `more` are components of newer versions after the fifth."""

    last: str = ""
    first: str = ""
    middle: str = ""
    prefix: str = ""
    suffix: str = ""
    more: tuple[str, ...] = ()

    @property
    def salutation(self) -> str:
        """Return the salutation in the prefix ("Herr" of "Herr Dr."), "" without one."""
        return " ".join(word for word in self.prefix.split() if _is_salutation(word))

    @property
    def title(self) -> str:
        """Return the prefix without the salutation ("Dr." of "Herr Dr.")."""
        return " ".join(word for word in self.prefix.split() if not _is_salutation(word))

    @property
    def full(self) -> str:
        """Return the name in reading order."""
        return " ".join(part for part in (self.prefix, self.first, self.middle, self.last, self.suffix) if part)


@dataclass(frozen=True, slots=True)
class CardAddress(_Neutral):
    """One postal address. `country` is ISO 3166-1 alpha-2 or "", `country_name` what was written.

    `house_number` is only apart where joining gives the street as it was written. `label` is the address as printed.
    `preference` is 0 for none, else 1 (first) to 100; `types` are words without a field; `parameters` the same.
    """

    purpose: str = ""
    street: str = ""
    house_number: str = ""
    supplement: str = ""
    po_box: str = ""
    postcode: str = ""
    town: str = ""
    region: str = ""
    country_name: str = ""
    country: str = ""
    label: str = ""
    name: str = ""
    preference: int = 0
    types: tuple[str, ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()
    more: tuple[str, ...] = ()
    group: str = ""

    @property
    def is_preferred(self) -> bool:
        """Tell whether this is the first choice."""
        return self.preference == 1


@dataclass(frozen=True, slots=True)
class CardPoint(_Neutral):
    """One number or address: `kind` of POINT_KINDS, `purpose` of POINT_PURPOSES, `name` its label in words.

    `service` is the messenger ("skype"); `types` and `parameters` are what the file says beyond that ("pager", "car").
    """

    kind: str
    value: str
    purpose: str = ""
    preference: int = 0
    name: str = ""
    service: str = ""
    types: tuple[str, ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()
    group: str = ""

    @property
    def is_preferred(self) -> bool:
        """Tell whether this is the first choice."""
        return self.preference == 1


@dataclass(frozen=True, slots=True)
class CardDate(_Neutral):
    """A day that may lack its year (or month and day); 0 stands for unknown. `time` as written, "" without."""

    year: int = 0
    month: int = 0
    day: int = 0
    time: str = ""

    def as_date(self) -> date | None:
        """Return the date if all parts are known."""
        return date(self.year, self.month, self.day) if self.year and self.month and self.day else None


@dataclass(frozen=True, slots=True)
class Photo(_Neutral):
    """A picture read and written anew: JPEG or PNG of at most 512 × 512 pixels.

    `source` is the SHA-256 of the picture in the file, `digest` of `data`: a picture that gCRM wrote itself is known
    again although writing it anew changes its bytes.
    """

    data: bytes
    media_type: str
    digest: str
    source: str

    def is_same(self, other: Photo | None) -> bool:
        """Tell whether both come from one picture."""
        return other is not None and bool({self.digest, self.source} & {other.digest, other.source})


class Reported(NamedTuple):
    """A line that gave nothing, and why (English, marked for translation)."""

    line: int
    reason: str


class Source(NamedTuple):
    """A line of a list with the property and value in it, its physical lines, and whether it was kept or mapped."""

    line: int
    physical: int
    name: str
    value: str
    is_kept: bool


@dataclass(frozen=True, slots=True)
class Card(_Neutral):
    """One contact of a file. `kind` is "person", "organisation", "group", another word, or "" when not said.

    `kept` are content lines without a field, unfolded, in order: they stay with the contact and are written back.
    `parameters` are parameters without a field of single properties, by property name ("N" → LANGUAGE=de).
    `told` are values of fields of a contact that no card has, by name ("payment_terms", "bank.iban"); tables have them.
    `line` is the first physical line in the file, `product` the program that wrote it, `sources` the lines of a list
    (kind "group"); they say nothing about the contact and are left out when cards are compared, as is the photo (see
    `is_same`).
    """

    kind: str = ""
    formatted: str = ""
    name: Name = field(default_factory=Name)
    nicknames: tuple[str, ...] = ()
    organisation: str = ""
    departments: tuple[str, ...] = ()
    job_title: str = ""
    role: str = ""
    addresses: tuple[CardAddress, ...] = ()
    points: tuple[CardPoint, ...] = ()
    birthday: CardDate | None = None
    anniversary: CardDate | None = None
    gender: str = ""
    gender_text: str = ""
    language: str = ""
    categories: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    latitude: str = ""
    longitude: str = ""
    time_zone: str = ""
    uid: str = ""
    revised: str = ""
    kept: tuple[str, ...] = ()
    parameters: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    told: tuple[tuple[str, Any], ...] = ()
    photo: Photo | None = field(default=None, compare=False)
    product: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)
    sources: tuple[Source, ...] = field(default=(), compare=False)

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing at all is known."""
        return not self.formatted and self.photo is None and self == Card()

    @property
    def has_person(self) -> bool:
        """Tell whether a person is named: in the parts of the name, or by a full name that is not the organisation."""
        if self.name.first or self.name.last:
            return not self.organisation or fold(self.name.full) != fold(self.organisation)
        return bool(self.formatted) and fold(self.formatted) not in (fold(self.organisation), fold(self._reach))

    @property
    def suggested_kind(self) -> str:
        """Return what gCRM should make of the card: "person", "organisation" or "group".

        1. What the file says counts (KIND, X-ABShowAs:COMPANY); a place or a device is an organisation.
        2. Without an organisation it is a person.
        3. An organisation without a person's name is an organisation.
        4. With both: an organisation with that contact person if everything known belongs to work; a person (who
           works there) as soon as a birthday, a private address, number or e-mail is known.
        """
        if self.kind:
            return self.kind if self.kind in ("person", "group") else "organisation"
        if not self.organisation:
            return "person"
        if not self.has_person:
            return "organisation"
        purposes = [*(point.purpose for point in self.points), *(address.purpose for address in self.addresses)]
        is_private = self.birthday is not None or "home" in purposes
        return "person" if is_private else "organisation"

    @property
    def suggested_gender(self) -> str:
        """Return "m" or "f" by GENDER, else by a salutation before the name; "" if neither tells."""
        if self.gender in ("m", "f"):
            return self.gender
        words = self.name.salutation.split()
        return _SALUTATIONS[_word(words[0])] if words and not self.gender else ""

    @property
    def _reach(self) -> str:
        return next((point.value for point in self.points if point.value), "")

    def display_name(self) -> str:
        """Return a name to show: as formatted, from the parts, the organisation, a nickname, a number."""
        nickname = self.nicknames[0] if self.nicknames else ""
        return self.formatted or self.name.full or self.organisation or nickname or self._reach

    def is_same(self, other: Card) -> bool:
        """Tell whether both say the same, photo included."""
        if self.photo is None or other.photo is None:
            return self == other and self.photo is other.photo
        return self == other and self.photo.is_same(other.photo)


@dataclass(frozen=True, slots=True)
class LineAccount(_Neutral):
    """Where every physical line went that is not blank: lines = mapped + kept + the number of reported."""

    lines: int = 0
    mapped: int = 0
    kept: int = 0
    reported: tuple[Reported, ...] = ()

    @property
    def is_balanced(self) -> bool:
        """Tell whether no line is missing."""
        return self.lines == self.mapped + self.kept + len(self.reported)


@dataclass(frozen=True, slots=True)
class CardFile(_Neutral):
    """What a file gave. `remarks` are repairs without loss: a missing end or beginning; `table` tells of a table."""

    format: str
    cards: tuple[Card, ...]
    account: LineAccount
    encoding: str
    evidence: str = ""
    remarks: tuple[Reported, ...] = ()
    table: TableFacts | None = None


def _word(word: str) -> str:
    return word.lower().rstrip(".,")


def _is_salutation(word: str) -> bool:
    return _word(word) in _SALUTATIONS
