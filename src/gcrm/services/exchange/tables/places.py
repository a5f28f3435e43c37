"""Addresses and numbers of a row: parts that are put together, and parts that hold several things."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from gcrm.i18n import LANGUAGES, _, language
from gcrm.model.address import PURPOSES as ADDRESS_PURPOSES
from gcrm.model.address_format import join_street, split_street
from gcrm.model.country import country_code, country_name
from gcrm.model.fold import fold
from gcrm.model.paste_address import parse_signature
from gcrm.services.exchange.card import CardAddress, CardPoint
from gcrm.services.exchange.tables.names import split_town

_SLOTS = {"": "", "private": "home", "delivery": "delivery", "invoice": "invoice"}
_CARD_PURPOSES = {"postal": "work", "private": "home"}
_WORD = re.compile(r"[^\W\d_]+")
_PURPOSES: Mapping[str, str] = {
    **dict.fromkeys(["home", "privat", "private", "personal", "casa", "personlich"], "home"),
    **dict.fromkeys(
        [
            "work",
            "arbeit",
            "geschaftlich",
            "business",
            "buro",
            "office",
            "trabalho",
            "dienstlich",
            "company",
            "main",
            "firma",
        ],
        "work",
    ),
    **dict.fromkeys(["other", "andere", "sonstige", "outro", "weitere"], "other"),
}
_MOBILE = frozenset(["mobile", "mobil", "handy", "cell", "cellular", "iphone", "telemovel", "celular"])
_GERMAN_POSTCODE = re.compile(r"\d{4}")
LOST_ZERO = "lost_zero"
"""The part of an address that says its postcode may have begun with a zero; other countries have four digits."""
_REPEATED = ("delivery", "invoice")
"""Slots in which programs write the usual address again."""
_PARTS = ("street", "house_number", "supplement", "po_box", "postcode", "town", "region", "country")


def make_address(slot: str, parts: Mapping[str, str], home: str) -> CardAddress | None:
    """Return the address of one slot ("private", "other2", "#1"), None for nothing; `home` is the office's country."""
    told = {name: value for name, value in parts.items() if value}
    purpose, types = _purpose(slot, told.pop("type", ""))
    whole, lost = told.pop("whole", ""), told.pop(LOST_ZERO, "")
    if addressee := told.pop("addressee", ""):
        told["supplement"] = ", ".join(filter(None, (told.get("supplement"), addressee)))
    if whole and not any(name in told for name in ("street", "town", "postcode", "postcode_town")):
        told |= {name: value for name, value in _taken_apart(whole, home).items() if name not in told}
    sign = _fill_town(told)
    written = told.get("country", "")
    country = country_code(written) or sign
    if lost and told.get("postcode") == lost and (country or home) in ("", "DE"):
        told["postcode"] = f"0{lost}"
    _fill_street(told, country)
    if not told and not whole:
        return None
    label = whole if whole and not _is_known(whole, told.values()) else ""
    places: dict[str, Any] = {name: told.get(name, "") for name in _PARTS if name != "country"}
    shown = written or (country_name(country, "en") if country else "")
    return CardAddress(purpose=purpose, country=country, country_name=shown, label=label, types=types, **places)


def make_addresses(slots: Mapping[str, Mapping[str, str]], home: str, names: str) -> tuple[CardAddress, ...]:
    """Return the addresses of a row. One for delivery that repeats the usual one, with the same `names`, is none."""
    made: list[CardAddress] = []
    for slot, parts in slots.items():
        address = make_address(slot, parts, home)
        if address is not None and slot in _REPEATED and _is_known(address.supplement, (names,)):
            address = replace(address, supplement="")
        if address is not None and not (slot in _REPEATED and made and _place(address) == _place(made[0])):
            made.append(address)
    return tuple(made)


def _place(address: CardAddress) -> CardAddress:
    """Return an address without its purpose."""
    return replace(address, purpose="", types=())


def _purpose(slot: str, told: str) -> tuple[str, tuple[str, ...]]:
    """Return the purpose of an address, and its words where they name none."""
    if not told:
        return _SLOTS.get(slot.rstrip("0123456789"), "" if slot.startswith("#") else "other"), ()
    words = _WORD.findall(fold(told))
    found = _own_purposes().get(fold(told)) or next((_PURPOSES[word] for word in words if word in _PURPOSES), "")
    return found, () if found or not words else tuple(words)


@cache
def _own_purposes() -> dict[str, str]:
    """Return the purposes of a card by ours: their keys, and their names in every language of the program."""
    known = {fold(key): _CARD_PURPOSES.get(key, key) for key, _label in ADDRESS_PURPOSES}
    for code in LANGUAGES:
        with language(code):
            known |= {fold(_(label)): _CARD_PURPOSES.get(key, key) for key, label in ADDRESS_PURPOSES}
    return known


def _fill_town(told: dict[str, str]) -> str:
    """Take "01067 Dresden" apart; return the country its sign tells."""
    both = told.pop("postcode_town", "")
    sign = ""
    if both and not (told.get("postcode") and told.get("town")):
        sign, code, town = split_town(both)
        told.setdefault("town", town)
        if code:
            told.setdefault("postcode", code)
    code = told.get("postcode", "")
    before, dash, behind = code.partition("-")
    if dash and before.isalpha() and len(before) < 3 and country_code(before):
        told["postcode"], sign = behind, country_code(before)
    return sign


def _fill_street(told: dict[str, str], country: str) -> None:
    """Take the house number off the street, and further lines into the supplement."""
    lines = [line.strip() for line in told.get("street", "").splitlines() if line.strip()]
    if not lines:
        return
    street, more = lines[0], lines[1:]
    if told.get("supplement"):
        more.append(told["supplement"])
    if more:
        told["supplement"] = ", ".join(more)
    if "house_number" not in told:
        name, number = split_street(street, country)
        if join_street(name, number, country) == street:
            street, told["house_number"] = name, number
    told["street"] = street


def _taken_apart(whole: str, home: str) -> dict[str, str]:
    """Return the parts of an address that stands in one cell."""
    text = "\n".join(part.strip() for part in re.split(r"[\r\n]+|[,;]\s", whole))
    found = parse_signature(text, home)
    values = {name: str(getattr(found, name)) for name in _PARTS}
    if not (values["town"] or values["street"]):
        return {"street": whole}
    return {name: value for name, value in values.items() if value}


def _is_known(whole: str, values: Iterable[str]) -> bool:
    """Tell whether a printed address says nothing beyond its parts."""
    known = fold(" ".join(values)).replace(",", " ").split()
    return set(fold(whole).replace(",", " ").split()) <= set(known)


def point_of(kind: str, value: str, told: str, service: str = "") -> CardPoint:
    """Return a number or address whose use is said in words: "Home", "workFax", "Mobil", "Pager"."""
    words = _WORD.findall(fold(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", told)))
    purpose = next((_PURPOSES[word] for word in words if word in _PURPOSES), "")
    if kind == "phone" and "fax" in words:
        kind = "fax"
    elif kind == "phone" and _MOBILE.intersection(words):
        kind = "mobile"
    is_plain = not words or bool(purpose) or kind != "phone"
    return CardPoint(kind, value, purpose, name="" if is_plain else told, service=service)


def needs_zero(values: list[str]) -> bool:
    """Tell whether a column of German postcodes lost its zeros: some have four digits, most have five."""
    plain = [value.strip() for value in values]
    short = sum(_GERMAN_POSTCODE.fullmatch(value) is not None for value in plain)
    long = sum(len(value) == 5 and value.isdigit() for value in plain)
    return 0 < short < long
