"""Names, addresses and numbers of made-up contacts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from random import Random
from typing import TypeVar

from gcrm.model.fold import collapse, expand, fold, sort_key
from gcrm.services.demo.material import Country, Material, Town
from gcrm.services.demo.numbers import Lines

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Human:
    """A made-up person."""

    salutation: str
    title: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number as people write it and in E.164."""

    value: str
    e164: str


class Maker:
    """Throws the dice; the same seed gives the same office."""

    def __init__(self, material: Material, seed: int) -> None:
        self.material = material
        self.random = Random(seed)  # noqa: S311  # made-up people, no secrets
        self.lines = Lines()
        self.hosts = Hosts()

    def pick(self, choices: Sequence[T]) -> T:
        """Return one of several."""
        return choices[int(self.random.random() * len(choices))]

    def chance(self, share: float) -> bool:
        """Tell whether something is so in this share of cases."""
        return self.random.random() < share

    def country(self) -> Country:
        """Return the country of a contact."""
        return self.material.countries[self.pick(self.material.mix)]

    def human(self, country: Country) -> Human:
        """Return a person of a country."""
        culture = self.material.cultures[country.culture]
        female = self.chance(0.5)
        first = self.pick(culture.female if female else culture.male)
        last = self.pick(culture.family)
        if self.chance(0.06):
            last = f"{last}{' ' if country.code == 'PT' else '-'}{self.pick(culture.family)}"
        return Human("ms" if female else "mr", "Dr." if self.chance(0.05) else "", first, last)

    def organisation(self, country: Country) -> str:
        """Return the name of an organisation: "Becker Metallbau GmbH", "Köhler & Söhne KG"."""
        culture = self.material.cultures[country.culture]
        name, trade, form = self.pick(culture.family), self.pick(culture.trades), self.pick(country.forms)
        shape = int(self.random.random() * 10)
        if shape == 0:
            core = f"{name} & {'Filhos' if country.code == 'PT' else 'Söhne'}"
        elif shape == 1:
            core = f"{name} & {self.pick(culture.family)} {trade}"
        elif shape == 2:
            core = f"{trade} {name}"
        elif shape == 3:
            core = f"{trade} {self.pick(country.towns).name}"
        else:
            core = f"{name} {trade}"
        return f"{core} {form}".strip()

    def landline(self, country: Country, area: str, stem: str, extension: str) -> Phone:
        """Return a number behind a stem, "-0" for the exchange."""
        if country.code in ("CH", "PT"):  # their numbers have one length and no extensions
            body = _fitted(stem, extension, 9 - len(area))
            return Phone(f"+{country.dial} {area} {_grouped(body)}", f"+{country.dial}{area}{body}")
        return Phone(f"+{country.dial} {area} {stem}-{extension}", f"+{country.dial}{area}{stem}{extension}")

    def mobile(self, country: Country) -> Phone:
        """Return a mobile number."""
        network, body = self.lines.mobile(country.code)
        return Phone(f"+{country.dial} {network} {body}", f"+{country.dial}{network}{body}")

    def street(self, country: Country) -> tuple[str, str]:
        """Return street and house number."""
        letter = self.pick("abc") if self.chance(0.07) else ""
        return self.pick(country.streets), f"{1 + int(self.random.random() ** 2 * 180)}{letter}"

    def town(self, country: Country) -> tuple[Town, str]:
        """Return a town and one of its postcodes; large towns are more likely."""
        towns = country.towns
        town = towns[int(self.random.random() ** 1.5 * len(towns))]
        return town, self.pick(town.postcodes)


def _fitted(stem: str, extension: str, length: int) -> str:
    """Return a number of fixed length from a stem and an extension."""
    return f"{stem}{extension}"[:length].ljust(length, "0")


def _grouped(body: str) -> str:
    """Write a number in groups of three and two digits."""
    return f"{body[:3]} {body[3:5]} {body[5:]}"


@dataclass(slots=True)
class Hosts:
    """Gives each organisation a domain of its own under .example (RFC 2606)."""

    _used: dict[str, int] = field(default_factory=dict)

    def take(self, name: str) -> str:
        """Return the domain for an organisation."""
        plain = host_word(name)
        count = self._used.get(plain, 0) + 1
        self._used[plain] = count
        return f"{plain}{count if count > 1 else ''}.example"


@lru_cache(maxsize=20_000)
def host_word(name: str) -> str:
    """Return a name as it can stand in an address: letters, digits and hyphens."""
    words = "".join(letter if letter.isalnum() else " " for letter in expand(name)).split()
    return "-".join(words[:2]) or "office"


@lru_cache(maxsize=50_000)
def key_of(text: str) -> str:
    """Return the folded form of a text that comes again and again."""
    return sort_key(text)


@lru_cache(maxsize=20_000)
def mail_word(first: str, last: str) -> str:
    """Return the part of an e-mail address before the @."""
    return f"{collapse(fold(first))}.{collapse(fold(last)).replace(' ', '.')}"
