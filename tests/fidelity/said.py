"""What a property says, in a form that does not depend on how it is written: the words of its value.

A property counts as written back when all its words stand in what was written of the same contact. Days, countries and
salutations have several spellings; each is compared by what it means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gcrm.model.country import country_code
from gcrm.services.exchange.content_line import ContentLine, content_lines
from gcrm.services.exchange.vcard_values import text_of, unescape

_WORD = re.compile(r"\w+")
_CAMEL = re.compile(r"([a-zäöüß])([A-ZÄÖÜ])")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_DAY = re.compile(r"(\d{4})(\d\d)(\d\d)(?:t\d*z?)?")
_YEARLESS = re.compile(r"--(\d\d)-?(\d\d)")
_SHORT = re.compile(r"(\d\d?)[./](\d\d?)[./](\d\d)$")
NO_YEAR = "1604"
"""Apple's year of birthdays without one."""
_SAME = {
    "mobile": "cell",
    "main": "work",
    **dict.fromkeys(("herr", "herrn", "mr", "male", "m", "männlich", "2"), "m"),
    **dict.fromkeys(("frau", "mrs", "ms", "female", "f", "weiblich", "1"), "f"),
}
FRAME = frozenset(("BEGIN", "END", "VERSION", "PRODID", "REV", "CHARSET"))
"""Lines of the file itself: ours has its own."""
OF_GOOGLE = re.compile(r"(?: ::: )?\* my ?contacts|myContacts", re.IGNORECASE)
"""The group in which Google puts every contact."""


@dataclass(frozen=True, slots=True)
class Told:
    """A property: the line where it begins, its name, its value as read, and whether it is a picture or a sound."""

    line: int
    name: str
    value: str
    is_binary: bool = False


def words(text: str) -> set[str]:
    """Return the words of a text: folded, numbers without zeros before them, days in their parts."""
    found: set[str] = set()
    text = _CAMEL.sub(r"\1 \2", text)
    for word in _WORD.findall(_ESCAPED.sub(lambda hit: chr(int(hit[1], 16)), text).casefold()):
        day = _DAY.fullmatch(word)
        parts = [word, *day.groups()] if day else [word]
        found.update(part.lstrip("0") or "0" if part.isdecimal() else part for part in parts)
    return found


def _spellings(value: str) -> Iterator[set[str]]:
    """Yield the ways in which a value may stand in what was written."""
    yield words(value)
    short = _SHORT.search(value)
    if short:
        yield words(f"{short[1]} {short[2]} 19{short[3]}")
        yield words(f"{short[1]} {short[2]} 20{short[3]}")
    day = _DAY.search(value.casefold().replace("-", "")) or _YEARLESS.search(value)
    if day:
        yield words(" ".join(part for part in day.groups() if part != NO_YEAR))


def is_there(told: Told, written: Written) -> bool:
    """Tell whether a property stands in what was written of its contact."""
    if told.name in FRAME or not told.value.strip():
        return True
    if told.is_binary:
        return told.name in written.pictures
    value = OF_GOOGLE.sub("", told.value)
    if any(spelling <= written.words for spelling in _spellings(value)):
        return True
    digits = re.sub(r"\D", "", told.value)
    if len(digits) > 5 and digits.lstrip("0") in written.digits and not re.search(r"[^\W\d_]{3}", told.value):
        return True
    parts = [part for part in re.split(r"[;\n\t$]|,(?! )", value) if part.strip()]
    return all(_part_is_there(part.strip(), written) for part in parts)


def _part_is_there(part: str, written: Written) -> bool:
    """Tell whether one component does: as it is, as a country, as a salutation."""
    if words(part) <= written.words:
        return True
    code = country_code(part)
    if code and code in written.countries:
        return True
    return all(_SAME.get(word, word) in written.words for word in words(part))


@dataclass(slots=True)
class Written:
    """What was written of one contact."""

    words: set[str]
    digits: str
    countries: set[str]
    pictures: set[str]


def written_of(text: str) -> Written:
    """Return what a vCard of ours says."""
    found = Written(set(), "", set(), set())
    for line in content_lines(text):
        if line.head is None or line.head.name in FRAME:
            continue
        if line.head.name in BINARY:
            found.pictures.add(line.head.name)
        value = unescape(text_of(line))
        found.words |= words(value) | words(line.raw.partition(":")[0].replace("^n", " "))
        yearless = _YEARLESS.search(value)
        if yearless:
            found.words |= words(" ".join(yearless.groups()))
        found.digits += re.sub(r"\D", "", value) + "|"
        if line.head.name == "ADR":
            found.countries.add(country_code(value.rpartition(";")[2].strip()))
    return found


BINARY = frozenset(("PHOTO", "LOGO", "SOUND", "KEY", "X-PHOTO"))


def told_by_lines(text: str) -> Iterator[Told]:
    """Yield the properties of a vCard or calendar file."""
    for line in content_lines(text):
        name = line.head.name if line.head else ""
        is_binary = name in BINARY and _is_data(line)
        yield Told(line.line, name, unescape(text_of(line)) if name and not is_binary else line.raw, is_binary)


def _is_data(line: ContentLine) -> bool:
    """Tell whether a value is the picture itself, not its address."""
    return bool(line.head and line.head.encoding == "B") or "base64" in line.raw[:200].casefold()


def by_contact(told: Iterable[Told], begins: list[int]) -> dict[int, list[Told]]:
    """Return the properties by the contact they stand in: the last that begins before them."""
    found: dict[int, list[Told]] = {}
    place = -1
    for each in told:
        while place + 1 < len(begins) and begins[place + 1] <= each.line:
            place += 1
        found.setdefault(place, []).append(each)
    return found
