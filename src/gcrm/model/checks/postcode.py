"""Shapes of postcodes per country.

Source: Universal Postal Union, "Postal addressing systems" (country sheets). To add a country, add one line:
shape without separators, how to write it, an example.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from gcrm.i18n import _, current_language
from gcrm.model.checks.finding import Finding, hint

_TOO_LONG = 20


@dataclass(frozen=True, slots=True)
class Shape:
    """A pattern of the bare characters, where separators go (position from the left, mark) and an example."""

    pattern: re.Pattern[str]
    example: str
    position: int = 0
    mark: str = ""

    def write(self, bare: str) -> str:
        """Return the bare characters with the separator of the country; negative positions count from the right."""
        if not self.mark or abs(self.position) >= len(bare):
            return bare
        return bare[: self.position] + self.mark + bare[self.position :]


def _shape(pattern: str, example: str, position: int = 0, mark: str = "") -> Shape:
    return Shape(re.compile(pattern), example, position, mark)


_FIVE, _FOUR, _SIX = r"[0-9]{5}", r"[0-9]{4}", r"[0-9]{6}"
SHAPES: dict[str, Shape] = {
    "DE": _shape(_FIVE, "10115"),
    "AT": _shape(r"[1-9][0-9]{3}", "1010"),
    "CH": _shape(r"[1-9][0-9]{3}", "8001"),
    "LI": _shape(r"94(?:8[5-9]|9[0-8])", "9490"),
    "PT": _shape(r"[1-9][0-9]{6}", "1100-148", 4, "-"),
    "BR": _shape(r"[0-9]{8}", "01310-100", 5, "-"),
    "GB": _shape(r"(?:GIR0AA|[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2})", "SW1A 1AA", -3, " "),
    "IE": _shape(r"(?:[A-Z][0-9]{2}|D6W)[0-9A-Z]{4}", "D02 X285", 3, " "),
    "US": _shape(r"[0-9]{5}(?:[0-9]{4})?", "90210", 5, "-"),
    "CA": _shape(r"[A-Z][0-9][A-Z][0-9][A-Z][0-9]", "K1A 0B1", 3, " "),
    "FR": _shape(_FIVE, "75008"),
    "MC": _shape(r"980[0-9]{2}", "98000"),
    "NL": _shape(r"[1-9][0-9]{3}[A-Z]{2}", "1012 JS", 4, " "),
    "BE": _shape(r"[1-9][0-9]{3}", "1000"),
    "LU": _shape(_FOUR, "1009"),
    "PL": _shape(_FIVE, "00-950", 2, "-"),
    "CZ": _shape(_FIVE, "110 00", 3, " "),
    "SK": _shape(_FIVE, "811 02", 3, " "),
    "HU": _shape(r"[1-9][0-9]{3}", "1051"),
    "SI": _shape(_FOUR, "1000"),
    "HR": _shape(_FIVE, "10000"),
    "IT": _shape(_FIVE, "00184"),
    "ES": _shape(r"(?:0[1-9]|[1-4][0-9]|5[0-2])[0-9]{3}", "28013"),
    "DK": _shape(_FOUR, "1050"),
    "SE": _shape(_FIVE, "111 52", 3, " "),
    "NO": _shape(_FOUR, "0150"),
    "FI": _shape(_FIVE, "00100"),
    "EE": _shape(_FIVE, "10111"),
    "LV": _shape(r"(?:LV)?[0-9]{4}", "LV-1010", -4, "-"),
    "LT": _shape(r"(?:LT)?[0-9]{5}", "LT-01103", -5, "-"),
    "GR": _shape(_FIVE, "105 57", 3, " "),
    "RO": _shape(_SIX, "010071"),
    "BG": _shape(_FOUR, "1000"),
    "TR": _shape(_FIVE, "34110"),
    "AU": _shape(_FOUR, "2000"),
    "NZ": _shape(_FOUR, "6011"),
    "JP": _shape(r"[0-9]{7}", "100-0001", 3, "-"),
    "IN": _shape(r"[1-9][0-9]{5}", "110001"),
    "CN": _shape(_SIX, "100000"),
    "ZA": _shape(_FOUR, "0001"),
    "MX": _shape(_FIVE, "06000"),
}
_COUNTRY_PREFIX = re.compile(r"^(?:DE|D|AT|A|CH|FL|LI|L|LU|NL|F|FR|PT|P|I|IT|B|BE|DK|SE|S|PL|CZ|SK)\s?[-–]\s?(?=\d)")


def check(text: str, country: str) -> Finding:
    """Check a postcode of an ISO country; an unknown country accepts everything as typed."""
    typed = " ".join(text.split())
    shape = SHAPES.get(country)
    if not typed or shape is None or len(typed) > _TOO_LONG:
        return Finding(typed)
    bare = re.sub(r"[\s\-–.]", "", _COUNTRY_PREFIX.sub("", typed.upper()))
    if not shape.pattern.fullmatch(bare):
        return hint(typed, _sentence(country, shape))
    return Finding(shape.write(bare))


def _sentence(country: str, shape: Shape) -> str:
    """Say what a postcode of this country looks like."""
    from gcrm.model.country import country_name

    name = country_name(country, current_language())
    return _("A postcode of {country} looks like {example}.").format(country=name, example=shape.example)
