"""One cell that holds several things: a full name, "01067 Dresden", a whole address. Nothing is lost in splitting."""

from __future__ import annotations

import re
from typing import NamedTuple

from gcrm.model.country import country_code
from gcrm.model.first_names import first_name_gender
from gcrm.model.fold import fold
from gcrm.model.name_key import has_legal_form

# The salutation a word stands for; "" stands for one that tells no gender.
SALUTATIONS = {
    **dict.fromkeys(
        [
            "herr",
            "herrn",
            "hr",
            "mr",
            "mister",
            "monsieur",
            "senhor",
            "sr",
            "m",
            "mannlich",
            "male",
            "masculino",
            "mr.",
        ],
        "mr",
    ),
    **dict.fromkeys(
        [
            "frau",
            "fr",
            "mrs",
            "ms",
            "miss",
            "fraulein",
            "madame",
            "senhora",
            "sra",
            "f",
            "w",
            "weiblich",
            "female",
            "feminino",
        ],
        "ms",
    ),
    **dict.fromkeys(["divers", "d", "neutral", "mx", "x", "nonbinary"], "mx"),
}
COMPANY_WORDS = frozenset(
    ["firma", "company", "unternehmen", "organisation", "organization", "organizacao", "empresa", "verein", "behorde"]
)
_TITLE = re.compile(r"(?:dr|prof|dipl|mag|ing|dra|profa|eng|rer|nat|med|jur|phil|h\.?c|habil|pd|ra|lic)\b", re.I)
_SUFFIX = re.compile(r"(?:jr|jun|jnr|sr|sen|snr|i{2,3}|iv|mba|msc|bsc|ph\.?d|m\.?sc|b\.?sc|m\.?a|b\.?a)\.?", re.I)
_PARTICLES = frozenset(
    [
        "von",
        "van",
        "de",
        "da",
        "do",
        "dos",
        "das",
        "der",
        "den",
        "zu",
        "zur",
        "zum",
        "ter",
        "ten",
        "del",
        "di",
        "la",
        "le",
        "du",
        "el",
        "vom",
        "und",
        "y",
        "e",
    ]
)
_TOWN = re.compile(
    r"(?:(?P<sign>[A-Z]{1,3})[- ]\s?)?(?P<code>\d{4}-\d{3}|\d{3}\s\d{2}|\d{4,5}(?:-\d{4})?)\s+(?P<town>\D.*)"
)
_TOWN_FIRST = re.compile(
    r"(?P<town>\D.*?),?\s+(?P<code>[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|(?:[A-Z]{2}\s)?\d{5}(?:-\d{3,4})?)"
)
_LONGEST = 200


class SplitName(NamedTuple):
    """The parts of a person's name; joined they hold every word of the whole."""

    salutation: str = ""
    title: str = ""
    first: str = ""
    last: str = ""
    suffix: str = ""


def split_name(text: str) -> SplitName:
    """Split "Herr Dr. Max von der Aue jr." or "Aue, Max"; one word is a last name."""
    before, _comma, behind = text.partition(",")
    is_turned = bool(before.strip() and behind.strip(" ,")) and not _SUFFIX.fullmatch(behind.strip())
    last, given = (before.split() if is_turned else text.replace(",", " ").split()), behind.replace(",", " ").split()
    salutation, title = _take_polite(last)
    if not is_turned:
        suffix = _take_suffix(last)
        start = _last_name_at(last)
        given, last = last[:start], last[start:]
    else:
        more, titles = _take_polite(given)
        salutation, title = f"{salutation} {more}".strip(), f"{title} {titles}".strip()
        suffix = _take_suffix(given)
    return SplitName(salutation, title, " ".join(given), " ".join(last), suffix)


def _take_suffix(words: list[str]) -> str:
    """Take "jr." or "MBA" off the end of a name."""
    found: list[str] = []
    while len(words) > 1 and _SUFFIX.fullmatch(words[-1]):
        found.insert(0, words.pop())
    return " ".join(found)


def _take_polite(words: list[str]) -> tuple[str, str]:
    """Take salutation and titles off the beginning of a name."""
    salutation, titles = list[str](), list[str]()
    while len(words) > 1:
        word = fold(words[0]).rstrip(".")
        if word in SALUTATIONS and len(word) > 1 and not titles:
            salutation.append(words.pop(0))
        elif _TITLE.match(words[0]) and not first_name_gender(words[0]):
            titles.append(words.pop(0))
        else:
            break
    return " ".join(salutation), " ".join(titles)


def _last_name_at(words: list[str]) -> int:
    """Return where the last name begins: at its particles, else at the last word."""
    for place in range(1, len(words) - 1):
        if words[place].lower() in _PARTICLES and words[place][:1].islower():
            return place
    return max(len(words) - 1, 0)


def is_person(text: str) -> bool:
    """Tell whether a name of unknown kind is a person's."""
    if has_legal_form(text) or any(mark in text for mark in "&+/0123456789"):
        return False
    parts = split_name(text)
    words = text.replace(",", " ").split()
    return len(words) < 6 and (
        bool(parts.salutation or parts.title)
        or (len(words) > 1 and bool(first_name_gender(parts.first)))
        or (len(words) == 2 and "," in text)
    )


def split_company(text: str) -> tuple[str, str]:
    """Split "Werft GmbH, Eva Neu" into company and person, as some programs name a person; ("", "") for no such."""
    before, _comma, behind = (part.strip() for part in text.rpartition(","))
    if not before or not is_person(behind):
        return "", ""
    words = behind.split()
    is_whole = len(words) > 1 and bool(first_name_gender(words[0])) and not first_name_gender(words[-1])
    is_company = has_legal_form(before) or (is_whole and len(before.split()) > 1 and not first_name_gender(before))
    return (before, behind) if is_company else ("", "")


def salutation_of(text: str) -> str:
    """Return "mr", "ms" or "mx" for a salutation or gender in words, "" for what tells none."""
    words = fold(text).replace("/", " ").split()
    found = {SALUTATIONS[word.rstrip(".")] for word in words if word.rstrip(".") in SALUTATIONS}
    return found.pop() if len(found) == 1 else ""


def without_salutation(text: str) -> str:
    """Return "Dr." of "Herr Dr."; single letters are initials."""
    return " ".join(word for word in text.split() if len(word) < 2 or fold(word).rstrip(".") not in SALUTATIONS)


def is_plain_name(text: str) -> bool:
    """Tell whether a name that a salutation calls a person's has nothing of a company's."""
    return bool(text) and not has_legal_form(text) and not any(mark in text for mark in "&+/0123456789")


def split_town(text: str) -> tuple[str, str, str]:
    """Split "D-01067 Dresden" into country ("DE", or ""), postcode and town; in doubt all is the town."""
    whole = " ".join(text.split())
    found = (_TOWN.fullmatch(whole) or _TOWN_FIRST.fullmatch(whole)) if len(whole) <= _LONGEST else None
    if found is None:
        return "", "", text.strip()
    sign = found.groupdict().get("sign") or ""
    country = country_code(sign) if sign else ""
    if sign and not country:
        return "", "", text.strip()
    return country, found["code"], found["town"].strip()
