"""The guess by the heading: which target a column has, by its words. "" where the heading tells nothing."""

from __future__ import annotations

import re
from functools import lru_cache

from gcrm.model.fold import fold
from gcrm.services.exchange.tables.heading_words import GROUPS, OF_OTHERS, PARTS, phrases

_CAMEL = re.compile(r"(?<=[a-zäöüß])(?=[A-ZÄÖÜ])|(?<=[A-ZÄÖÜ])(?=[A-ZÄÖÜ][a-zäöüß])")
_WORD = re.compile(r"[a-z0-9]+")
_LONGEST = 80
_ADDRESS_PURPOSES = {"work": "", "home": "private", "other": "other", "delivery": "delivery", "invoice": "invoice"}
_POINTS = ("phone", "mobile", "fax", "email", "web")
_WHO = ("any_name", "name", "name2", "full_name", "first_name", "last_name")
_COMPOUNDS = "strasse str ort plz land telefon tel fax mail email mobil name postfach hausnummer zusatz telefax stadt"
_ADDRESS = ("adresse", "anschrift", "address", "morada", "endereco")
_NOUNS = frozenset(_COMPOUNDS.split())


@lru_cache(maxsize=4096)
def target_of(heading: str) -> str:
    """Return the target that a heading names, "" for none."""
    if len(heading) > _LONGEST:
        return ""
    words = _WORD.findall(fold(_CAMEL.sub(" ", heading)).replace("'s", ""))
    plain = _WORD.findall(fold(heading).replace("'s", ""))
    for attempt in dict.fromkeys((tuple(plain), tuple(words))):
        found = _exact(attempt) or _grouped(attempt)
        if found:
            return found
    return _of_address(tuple(words)) or _part(tuple(words))


def _of_address(words: tuple[str, ...]) -> str:
    """Take "Adresse PLZ" and "Address: City" for what they say after their first word."""
    found = _exact(words[1:]) if words and words[0] in _ADDRESS else ""
    return found if found.startswith("address.") else ""


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
    if kept and kept[-1].isdigit() and len(kept) > 1 and " ".join(kept) not in phrases():
        number = int(kept.pop()[:3])
    noun = phrases().get(" ".join(kept), "")
    return placed(noun, group, number) if noun and (group or number) else ""


def placed(noun: str, group: str, number: int = 0) -> str:
    """Return the target of a noun for one group of addresses or numbers; "" where it has no such groups."""
    if noun.startswith("address."):
        purpose = _ADDRESS_PURPOSES[group] if group else "" if number < 2 else f"other{number}"
        return f"address.{purpose}.{noun[8:]}" if purpose else noun
    if noun in _POINTS:
        return f"{noun}.{group}" if group in ("work", "home", "other") else noun
    if noun.startswith("bank.") and number > 1:
        return f"bank{number}.{noun[5:]}"
    if noun in _WHO and group in ("delivery", "invoice"):
        return f"address.{group}.addressee"
    if noun in ("any_name", "name", "function", "department"):
        return {"any_name": "name"}.get(noun, noun) if group in ("", "work") and number < 2 else "keep"
    return noun if group in ("", "work", "home") else "keep"


def _part(words: tuple[str, ...]) -> str:
    """Look for a phrase that makes up most of the heading: "XFirst Name", "Tel. (Zentrale, Hamburg)"."""
    if not 1 < len(words) <= 5 or OF_OTHERS.intersection(words):
        return ""
    for length in range(len(words) - 1, 0, -1):
        for start in range(len(words) - length + 1):
            some = words[start : start + length]
            found = _exact(some) or _grouped(some)
            if found and found != "keep" and (length > 1 or len(words) == 2) and len("".join(some)) > 2:
                return found
    return ""
