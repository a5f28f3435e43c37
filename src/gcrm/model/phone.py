"""Telephone numbers: one comparable form for every spelling, the user's own spelling kept for the eye.

The comparable form is E.164 ("+4930123456"). Numbers that cannot be dialled from abroad or are no public numbers have
none: extensions of the own telephone system, 110 and other short numbers, freephone numbers (0800 has no +49 form).
Digits of two numbers are never joined: a text that holds several is cut first (`split_numbers`).

Rules of the spellings: ITU-T E.123 and DIN 5008 for writing, ITU-T E.164 for the form, the numbering plans as the
library `phonenumbers` has them. It is imported on first use because that takes 15 ms; `warm_up()` does it ahead.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

LONGEST_TEXT = 100
"""Characters of a field that are looked at; no number with its extension needs more."""

SHORTEST_SUFFIX = 7
"""Equal digits from the right that two numbers need to be taken for the same without equal E.164 forms."""

_NORTH_AMERICA, _WORLD_FREEPHONE = 1, 800
_HIDDEN = re.compile(
    r"^(?:anonymous|anonymo?|anonimo|unknown|unbekannt|desconhecido|privat[eo]?|privado|restricted|withheld|oculto)$"
)
_LABEL = re.compile(
    r"^(?:tel(?:efon|ephone|efone|efax)?|phone|fon|fax|mobil(?:e|telefon)?|handy|telemovel)\.?\s*:?\s*(?=[+(\d*#])",
    re.IGNORECASE,
)
_EXTENSION_WORD = r"(?:ext(?:ension)?|x|durchwahl|dw|nebenstelle|nst|app(?:arat)?|ramal|klappe|kl)[.:=]?"
_EXTENSION = re.compile(rf"[\s,;]*(?<![^\W\d_]){_EXTENSION_WORD}\s*(\d{{1,7}})$", re.IGNORECASE)
_CUSTOM_AND_NETWORK = re.compile(r"^([^()]*\d[^()]*\d[^()]*\d[^()]*)\(((?:\+|0)[\d\s/.-]{5,})\)$")
_BETWEEN_NUMBERS = re.compile(
    rf"\s*[,;|\n](?!\s*{_EXTENSION_WORD})\s*|\s+/\s+(?=[+0(])|\s+(?:or|oder|ou)\s+(?=[+0(])", re.IGNORECASE
)
_WRITABLE = re.compile(r"^[\d\s+()\[\]/.*#~‐-―\-−]+$")
_EUROPEAN_SHORT = re.compile(r"^116\d{3}$")
_CODE = r"(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})"  # ITU-T E.164, annex D
_COUNTRY_CODE = re.compile(rf"\+{_CODE}")
_BEFORE_TRUNK_ZERO = re.compile(rf"^\s*(?:\+|00)\s*{_CODE}[\s./-]*(?=0)")
_TRUNK_PREFIXES = {"+7": "8", "+36": "06", "+375": "80", "+993": "8"}


class PhoneKind(StrEnum):
    """What sort of number a text holds."""

    NUMBER = "number"
    """A public number with an E.164 form."""
    FREEPHONE = "freephone"
    """Free for the caller, within its country only."""
    SERVICE = "service"
    """Emergency and other short numbers."""
    INTERNAL = "internal"
    """An extension or a code of the own telephone system."""
    LOCAL = "local"
    """Without area code, and the own one is not known."""
    HIDDEN = "hidden"
    """Nothing was transmitted."""
    UNKNOWN = "unknown"
    """No number that could be dialled."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where the office telephones from.

    `country` ISO 3166-1 alpha-2; `area_code` with or without the leading zero; `outside_prefix` what the telephone
    system puts before outside numbers; `internal_length` the most digits an extension has.
    """

    country: str = "DE"
    area_code: str = ""
    outside_prefix: str = ""
    internal_length: int = 3

    @property
    def typed(self) -> Home:
        """The same place for numbers that people type: nobody types the prefix for an outside line."""
        return replace(self, outside_prefix="")


@dataclass(frozen=True, slots=True)
class Parsed:
    """One number: `e164` to compare and dial or None, `extension` digits after it, `shown` as it was written."""

    e164: str | None
    extension: str
    kind: PhoneKind
    shown: str


def warm_up() -> None:
    """Load the numbering plans now (20 ms), so that the first ring does not wait for them; any thread."""
    normalise("+4930123456")


def normalise(
    text: str, country: str = "DE", area_code: str = "", outside_prefix: str = "", internal_length: int = 3
) -> str | None:
    """Return the E.164 form of the first number in `text`, or None where it has none; never raises."""
    return parse(text, Home(country, area_code, outside_prefix, internal_length)).e164


def parse(text: str, home: Home | None = None) -> Parsed:
    """Read the first number in `text` as someone at `home` writes, dials or receives it; never raises."""
    home = home or Home()
    shown = _tidy(text)
    first = split_numbers(shown)[0]
    body, extension = _split_extension(first)
    if not body or _HIDDEN.match(_fold(body)):
        return Parsed(None, "", PhoneKind.HIDDEN, shown)
    if not _WRITABLE.match(body):
        return Parsed(None, extension, PhoneKind.UNKNOWN, shown)
    kind, e164 = _classify(body, home)
    return Parsed(e164, extension, kind, shown)


def parse_all(text: str, home: Home | None = None) -> tuple[Parsed, ...]:
    """Read every number in `text`: a call can carry the caller's own and, in brackets, the network's number."""
    return tuple(parse(part, home) for part in split_numbers(text))


def split_numbers(text: str) -> tuple[str, ...]:
    """Cut a text into the numbers it holds, at least one part.

    "custom (network)" is how a FRITZ!Box shows a user-provided and a network-provided number of one call
    (CLIP no screening, AVM knowledge base 1613). "030/123" and "(030) 123" stay whole.
    """
    tidy = _tidy(text)
    both = _CUSTOM_AND_NETWORK.match(tidy)
    if both and len(digits(both[1])) > 4:
        return both[1].strip(), both[2].strip()
    parts = [part.strip() for part in _BETWEEN_NUMBERS.split(tidy) if len(digits(part)) > 1]
    return tuple(parts) or (tidy,)


def digits(text: str) -> str:
    """Return the decimal digits of `text` as ASCII, whatever script they are written in."""
    if text.isascii():
        return "".join(char for char in text if "0" <= char <= "9")
    return "".join(str(unicodedata.decimal(char)) for char in text if char.isdecimal())


def without_label(text: str) -> str:
    """Return a text without the word that says what the number behind it is: "Tel. 0221 4711815"."""
    return _LABEL.sub("", text)


def national_form(e164: str) -> str:
    """Return the digits that are dialled within the country of an E.164 number; needs no numbering plans.

    Countries without a prefix for trunk calls get a zero all the same: their own digits follow it.
    """
    found = _COUNTRY_CODE.match(e164)
    code = found[0] if found else "+"
    return _TRUNK_PREFIXES.get(code, "0") + e164[len(code) :]


def without_code(text: str) -> str:
    """Return a number without its country code where the zero that is dialled within the country follows all the same.

    People write "+49 0221 4711": what is left is the national form.
    """
    return _BEFORE_TRUNK_ZERO.sub("", text)


def suffix_key(text: str) -> str:
    """Return the digits of the first number from right to left, without extension and leading zeros.

    The key of a national spelling is the beginning of the key of its E.164 form, so an index on this key finds
    numbers by their last digits: `key LIKE '6543210%'`.
    """
    body, _extension = _split_extension(split_numbers(text)[0])
    return digits(body.replace("(0)", "")).lstrip("0")[::-1]


def common_suffix(one: str, other: str) -> int:
    """Count the equal digits from the right of two `suffix_key`s; below SHORTEST_SUFFIX it means nothing."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def pretty(e164: str, home_country: str = "DE") -> str:
    """Write an E.164 number for the eye: national at home, international abroad; anything else is returned as is."""
    number = _read(e164, "") if e164.startswith("+") else None
    if number is None:
        return e164
    import phonenumbers

    at_home = phonenumbers.country_code_for_region(home_country.upper()) == number.country_code
    style = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(number, style.NATIONAL if at_home else style.INTERNATIONAL)


def _tidy(text: str) -> str:
    """Drop what cannot be seen (directional marks, control characters), label and surplus blanks."""
    seen = "".join(char if char.isprintable() or char.isspace() else "" for char in text[:LONGEST_TEXT])
    lines = (" ".join(line.split()) for line in seen.replace("\t", "\n").splitlines())
    return _LABEL.sub("", "\n".join(line for line in lines if line))


def _fold(text: str) -> str:
    """Return lower case without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def _split_extension(text: str) -> tuple[str, str]:
    """Return the number and the extension said in words; a hyphen (DIN 5008) belongs to the number."""
    found = _EXTENSION.search(text)
    if not found or len(digits(text[: found.start()])) < SHORTEST_SUFFIX - 2:
        return text.strip(), ""
    return text[: found.start()].strip(), found[1]


def _classify(body: str, home: Home) -> tuple[PhoneKind, str | None]:
    """Tell the kind of a single number and its E.164 form."""
    country = home.country.upper()
    figures = digits(body)
    if body.startswith(("*", "#")):
        return PhoneKind.INTERNAL, None
    short = _short_kind(body, figures, home, country)
    if short:
        return short, None
    number = _best(_candidates(body, figures, home, country))
    if number is None:
        local = bool(figures) and not body.startswith("+") and figures[0] != "0"
        return (PhoneKind.LOCAL if local else PhoneKind.UNKNOWN), None
    return _public_kind(number)


def _short_kind(body: str, figures: str, home: Home, country: str) -> PhoneKind | None:
    """Recognise emergency and short numbers and extensions, also behind the prefix for an outside line."""
    if "+" in body or len(figures) > 6 + len(home.outside_prefix):
        return None
    if _is_service(figures, country):
        return PhoneKind.SERVICE
    if 0 < len(figures) <= home.internal_length:
        return PhoneKind.INTERNAL
    prefix = home.outside_prefix
    outside = prefix and figures.startswith(prefix) and _is_service(figures[len(prefix) :], country)
    return PhoneKind.SERVICE if outside else None


def _is_service(figures: str, country: str) -> bool:
    """Tell whether it is a short number of the country; 116xxx is European (Commission Decision 2007/116/EC)."""
    import phonenumbers
    from phonenumbers import shortnumberinfo

    code = phonenumbers.country_code_for_region(country)
    if not figures or not code:
        return False
    if str(code)[0] in "34" and _EUROPEAN_SHORT.match(figures):
        return True
    number = phonenumbers.PhoneNumber(country_code=code, national_number=int(figures))
    return figures[0] != "0" and shortnumberinfo.is_valid_short_number_for_region(number, country)


def _candidates(body: str, figures: str, home: Home, country: str) -> list[PhoneNumber]:
    """Return the readings of a number, the likeliest first.

    Behind a prefix for outside lines "0", digits that begin with 00 can be 0 + 030... or 00 + country: the latter wins
    if it leads home, because 0049... is written often and 0 + 049... hardly ever rings.
    """
    plain = _plain(body, figures, home, country)
    prefix = home.outside_prefix
    if not prefix or "+" in body or not figures.startswith(prefix):
        return plain
    rest = figures[len(prefix) :]
    stripped = _plain(rest, rest, home, country)
    if prefix == "0" and figures.startswith("00"):
        at_home = [] if figures.startswith("000") else [n for n in plain if n.country_code == _country_code(country)]
        return [*at_home, *stripped, *plain]
    return [*stripped, *plain] if rest.startswith("0") else [*plain, *stripped]


def _plain(body: str, figures: str, home: Home, country: str) -> list[PhoneNumber]:
    """Return the readings of a number that carries no prefix for an outside line."""
    area = home.area_code.lstrip("0")
    if _is_local(body, figures, country):
        texts = [f"0{area}{figures}", *([figures] if len(figures) > SHORTEST_SUFFIX else [])] if area else []
    else:
        texts = [body, *([body.replace("(0)", "")] if "(0)" in body else [])]
    return [number for number in (_read(text, country) for text in texts) if number is not None]


def _is_local(body: str, figures: str, country: str) -> bool:
    """Tell whether the area code is missing: only where national numbers begin with a zero that is not there."""
    import phonenumbers

    metadata = phonenumbers.PhoneMetadata.metadata_for_region(country, None)
    return bool(metadata and metadata.national_prefix == "0" and "+" not in body and not figures.startswith("0"))


def _best(readings: list[PhoneNumber]) -> PhoneNumber | None:
    """Return the first reading that is in use in its country, else the first that could be."""
    import phonenumbers

    valid = (number for number in readings if phonenumbers.is_valid_number(number))
    return next(valid, readings[0] if readings else None)


def _read(text: str, country: str) -> PhoneNumber | None:
    """Parse with the library; None for what is too short or too long to be dialled."""
    import phonenumbers

    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        return None
    if number.italian_leading_zero and not phonenumbers.is_valid_number(number):
        return None  # +49 0351… can be dialled nowhere; a zero stays only where the country's plan has it, as in Italy
    reason = phonenumbers.is_possible_number_with_reason(number)
    return number if reason == phonenumbers.ValidationResult.IS_POSSIBLE else None


def _country_code(country: str) -> int:
    import phonenumbers

    return phonenumbers.country_code_for_region(country)


def _public_kind(number: PhoneNumber) -> tuple[PhoneKind, str | None]:
    """Return kind and form; freephone numbers have an international form only in +1 and the +800 of the world."""
    import phonenumbers

    free = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.TOLL_FREE
    if free and number.country_code not in (_NORTH_AMERICA, _WORLD_FREEPHONE):
        return PhoneKind.FREEPHONE, None
    return PhoneKind.NUMBER, phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
