"""What a made-up office is put together from: names, streets, towns, trades and sentences (resources/demo).

Towns, postcodes and area codes are real, everything else is made up. To speak another language, add its file.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from gcrm.shipped import resource

LANGUAGES = ("en", "de", "pt")


@dataclass(frozen=True, slots=True)
class Town:
    """A town with its area code (without zero) and some of its postcodes."""

    name: str
    area: str
    postcodes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Country:
    """What contacts of a country are made of; `culture` is "german" or "portuguese", `dial` the country's code."""

    code: str
    dial: str
    culture: str
    towns: tuple[Town, ...]
    streets: tuple[str, ...]
    forms: tuple[str, ...]
    banks: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Culture:
    """Names and trades of a language area."""

    female: tuple[str, ...]
    male: tuple[str, ...]
    family: tuple[str, ...]
    trades: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """Everything for one language; `texts` are the sentences, `mix` the country of each of a hundred contacts."""

    language: str
    countries: dict[str, Country]
    cultures: dict[str, Culture]
    texts: dict[str, Any]
    mix: tuple[str, ...]


def load(language: str) -> Material:
    """Read the material for a language, English where there is none."""
    wanted = language if language in LANGUAGES else "en"
    texts, names, places = _read(wanted), _read("names"), _read("places")
    cultures = {name: _culture(names, name) for name in ("german", "portuguese")}
    countries = {code: _country(code, place, names) for code, place in places.items()}
    mix = tuple(code for code, share in texts["mix"].items() for _each in range(share))
    return Material(wanted, countries, cultures, texts, mix)


def _culture(names: dict[str, Any], name: str) -> Culture:
    """Put together the names of one language area."""
    people = names[name]
    trades = tuple(names["trades"][name])
    return Culture(tuple(people["female"]), tuple(people["male"]), tuple(people["family"]), trades)


def _country(code: str, place: dict[str, Any], names: dict[str, Any]) -> Country:
    """Put together what belongs to one country."""
    towns = tuple(Town(name, area, tuple(postcodes)) for name, area, postcodes in place["towns"])
    culture = "portuguese" if code == "PT" else "german"
    banks = tuple((number, bic, name) for number, bic, name in names["banks"][code])
    streets, forms = tuple(names["streets"][code]), tuple(names["forms"][code])
    return Country(code, place["dial"], culture, towns, streets, forms, banks)


def _read(name: str) -> Any:
    """Read one file of the material."""
    return json.loads((resource("demo") / f"{name}.json").read_text(encoding="utf-8"))
