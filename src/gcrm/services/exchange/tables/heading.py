"""The guess by the heading: which target a column has, by its words. "" where the heading tells nothing."""

from __future__ import annotations

import re
from functools import lru_cache

from gcrm.model.fold import fold
from gcrm.services.exchange.tables.heading_words import GROUPS, OF_OTHERS, PARTS, phrases

_CAMEL = re.compile(r"(?<=[a-zäöüß])(?=[A-ZÄÖÜ])|(?<=[A-ZÄÖÜ])(?=[A-ZÄÖÜ][a-zäöüß])|(?<=[0-9])(?=[A-ZÄÖÜ])")
_WORD = re.compile(r"[a-z0-9]+")
_LONGEST = 80
_ADDRESS_PURPOSES = {"work": "", "home": "private", "other": "other", "delivery": "delivery", "invoice": "invoice"}
_REPEATED = frozenset(("notes", "categories", "name2", "role", "keep", "messenger", "salutation_line", "area_code"))
"""What may stand in several columns of one contact."""
_POINTS = ("phone", "mobile", "fax", "email", "web")
_WHO = ("any_name", "name", "name2", "full_name", "first_name", "last_name")
_MANY = _REPEATED | {"address", *_POINTS}
_COMPOUNDS = "strasse str ort plz land telefon tel fax mail email mobil name postfach hausnummer zusatz telefax stadt"
_ADDRESS = ("adresse", "anschrift", "address", "morada", "endereco")
_PERSONS = frozenset(("ansprechpartner", "ansprechperson", "ap", "kontaktperson", "person"))
"""Words that say with a number from 2 on that a column speaks of a further person, for whom a row has no place."""
_NOUNS = frozenset(_COMPOUNDS.split())


@lru_cache(maxsize=4096)
def target_of(heading: str) -> str:
    """Return the target that a heading names, "" for none."""
    if len(heading) > _LONGEST:
        return ""
    words = _WORD.findall(fold(_CAMEL.sub(" ", heading)).replace("'s", ""))
    plain = _WORD.findall(fold(heading).replace("'s", ""))
    if _PERSONS.intersection(_without_number(words)[0]) and _without_number(words)[1] > 1:
        return "keep"
    for attempt in dict.fromkeys((tuple(plain), tuple(words))):
        found = _exact(attempt) or _grouped(attempt) or _of_address(attempt)
        if found:
            return found
    return _part(tuple(words))


def number_of(heading: str) -> int:
    """Return the number that a heading ends with ("Street 3"), 0 for none."""
    words = _WORD.findall(fold(heading))
    return _without_number(words)[1] if len(heading) <= _LONGEST else 0


def _of_address(words: tuple[str, ...]) -> str:
    """Take "Adresse PLZ", "Address 3: City" and "2. Anschrift Ort" for what they say beside that word."""
    rest, number = _without_number(list(words))
    place = next((place for place, word in enumerate(rest) if word in _ADDRESS), None)
    if place is None or len(rest) < 2:
        return ""
    found = phrases().get(" ".join((*rest[:place], *rest[place + 1 :])), "")
    found = "address.supplement" if found == "name2" else found
    return placed(found, "", number) if found.startswith("address.") else ""


def _exact(words: tuple[str, ...]) -> str:
    return phrases().get(" ".join(words), "")


def _grouped(words: tuple[str, ...]) -> str:
    """Take "Business Street 2", "Privat: Ort", "Lieferort" apart into whose and what."""
    if OF_OTHERS.intersection(words):
        return "keep"
    group, rest, number = "", list(words), 0
    for place, word in enumerate(words):
        begin = next((part for part in PARTS if word.startswith(part) and word[len(part) :] in _NOUNS), "")
        if word in GROUPS and len(words) > 1 and not group:
            group, rest[place] = GROUPS[word], ""
        elif begin and not group:
            group, rest[place] = PARTS[begin], word[len(begin) :]
    kept = [word for word in rest if word]
    if " ".join(kept) not in phrases():
        kept, number = _without_number(kept)
    noun = phrases().get(" ".join(kept), "")
    return placed(noun, group, number) if noun and (group or number) else ""


def _without_number(words: list[str]) -> tuple[list[str], int]:
    """Return the words without the last number that stands between, before or behind them, and that; 0 for none."""
    for place in range(len(words) - 1, -1, -1):
        stem = words[place].rstrip("0123456789")
        digits = words[place][len(stem) :]
        if digits and (stem or len(words) > 1):
            kept = (*words[:place], stem, *words[place + 1 :])
            return [word for word in kept if word], int(digits[:3])
    return words, 0


def placed(noun: str, group: str, number: int = 0) -> str:
    """Return the target of a noun for one group of addresses or numbers; "" where it has no such groups."""
    if noun.startswith("address."):
        purpose = _ADDRESS_PURPOSES.get(group, "")
        purpose = f"{purpose or 'other'}{number}" if number > 1 else purpose
        return f"address.{purpose}.{noun[8:]}" if purpose else noun
    if noun in _POINTS:
        return f"{noun}.{group}" if group in ("work", "home", "other") else noun
    if noun.startswith("bank.") and number > 1:
        return f"bank{number}.{noun[5:]}"
    if noun in _WHO and group in ("delivery", "invoice"):
        return f"address.{group}.addressee"
    if noun in ("any_name", "name", "function", "department"):
        return {"any_name": "name"}.get(noun, noun) if group in ("", "work") and number < 2 else "keep"
    if number > 1 and noun not in _REPEATED:
        return "keep"
    return noun if group in ("", "work", "home") or noun == "area_code" else "keep"


def _part(words: tuple[str, ...]) -> str:
    """Look for a phrase that makes up most of the heading: "XFirst Name", "Tel. (Zentrale, Hamburg)"."""
    if not 1 < len(words) <= 5 or OF_OTHERS.intersection(words):
        return ""
    number = _without_number(list(words))[1]
    for length in range(len(words) - 1, 0, -1):
        for start in range(len(words) - length + 1):
            some = words[start : start + length]
            found = _exact(some) or _grouped(some)
            if found and found != "keep" and (length > 1 or len(words) == 2) and len("".join(some)) > 2:
                return found if number < 2 or found.partition(".")[0] in _MANY else "keep"
    return ""
