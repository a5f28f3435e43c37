"""How addresses look in each country: order of the form's fields, their labels, lines on an envelope.

Sources: Universal Postal Union, "Postal addressing systems" (country sheets); DIN 5008 (country line in capitals, only
abroad). To add a country: one entry in FORMATS; countries without one are written as in most of Europe.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from gcrm.i18n import N_, _
from gcrm.model.country import countries, country_code, country_name

__all__ = [
    "FORMATS",
    "AddressFormat",
    "PostalAddress",
    "address_format",
    "countries",
    "country_code",
    "country_name",
    "join_street",
    "label",
    "lines",
    "one_line",
    "split_street",
]

Region = Literal["hidden", "optional", "shown"]
_LONGEST_STREET = 200


@dataclass(frozen=True, slots=True)
class AddressFormat:
    """Rows of the form (field names of `address`), pattern of the town line and labels that differ.

    `town_line` has one or more lines over {postcode}, {town} and {region}; `separator` stands between street and
    house number.
    """

    town_line: str = "{postcode} {town}"
    number_first: bool = False
    separator: str = " "
    region: Region = "hidden"
    postcode_label: str = N_("Postcode")
    region_label: str = N_("Region")
    supplement_label: str = N_("Address supplement")

    def rows(self) -> tuple[tuple[str, ...], ...]:
        """Return the rows of the form, each a tuple of field names."""
        street = ("house_number", "street") if self.number_first else ("street", "house_number")
        town = [tuple(re.findall(r"\{(\w+)\}", line)) for line in self.town_line.split("\n")]
        seen = [tuple(name for name in row if name != "region" or self.region != "hidden") for row in town]
        return (street, ("supplement",), ("po_box",), *(row for row in seen if row), ("country",))

    def label(self, name: str) -> str:
        """Return the (untranslated) label of a field that is called differently in this country, "" otherwise."""
        own = {"postcode": self.postcode_label, "region": self.region_label, "supplement": self.supplement_label}
        return own.get(name, "")


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """The parts of an address; `country` is ISO 3166-1 alpha-2, lower or upper case, "" for the home country."""

    street: str = ""
    house_number: str = ""
    supplement: str = ""
    po_box: str = ""
    postcode: str = ""
    town: str = ""
    region: str = ""
    country: str = ""


_EUROPE = AddressFormat()
_NUMBER_FIRST = AddressFormat(number_first=True)
_PROVINCE = N_("Province")
FORMATS: dict[str, AddressFormat] = {
    "DE": _EUROPE,
    "AT": _EUROPE,
    "CH": AddressFormat(region_label=N_("Canton")),
    "LI": _EUROPE,
    "PT": AddressFormat(supplement_label=N_("Floor, door")),
    "BR": AddressFormat(
        "{town} - {region}\n{postcode}",
        separator=", ",
        region="shown",
        postcode_label=N_("CEP"),
        region_label=N_("State"),
        supplement_label=N_("Complement"),
    ),
    "GB": AddressFormat("{town}\n{region}\n{postcode}", True, region="optional", region_label=N_("County")),
    "IE": AddressFormat(
        "{town}\n{region}\n{postcode}",
        True,
        region="optional",
        postcode_label=N_("Eircode"),
        region_label=N_("County"),
    ),
    "US": AddressFormat(
        "{town}, {region} {postcode}",
        True,
        region="shown",
        postcode_label=N_("ZIP code"),
        region_label=N_("State"),
        supplement_label=N_("Apt, suite"),
    ),
    "CA": AddressFormat(
        "{town} {region} {postcode}",
        True,
        region="shown",
        postcode_label=N_("Postal code"),
        region_label=_PROVINCE,
    ),
    "AU": AddressFormat("{town} {region} {postcode}", True, region="shown", region_label=N_("State")),
    "NZ": AddressFormat("{town} {postcode}", True),
    "FR": _NUMBER_FIRST,
    "LU": _NUMBER_FIRST,
    "MC": _NUMBER_FIRST,
    "IT": AddressFormat("{postcode} {town} {region}", region="shown", region_label=_PROVINCE),
    "ES": AddressFormat("{postcode} {town}\n{region}", separator=", ", region="optional", region_label=_PROVINCE),
    "IN": AddressFormat("{town} {postcode}\n{region}", True, region="optional", region_label=N_("State")),
    "MX": AddressFormat("{postcode} {town}, {region}", region="shown", region_label=N_("State")),
}


def address_format(country: str) -> AddressFormat:
    """Return how an ISO country writes addresses."""
    return FORMATS.get(country.upper(), _EUROPE)


def label(country: str, name: str, default: str) -> str:
    """Return the translated label of an address field in this country, else the translated `default`."""
    return _(address_format(country).label(name) or default)


_NUMBER = r"[0-9]{1,5}\s?[a-zA-Z]?(?:\s?[-–/+]\s?[0-9]{1,5}\s?[a-zA-Z]?){0,4}"
_LAST = re.compile(rf"(?P<street>[\W\d]*[^\W\d].*?)(?:\s*,\s*|\s+)(?P<number>(?:[nN][.ºo°]{{1,2}}\s?)?{_NUMBER})$")
_FIRST = re.compile(
    rf"(?P<number>{_NUMBER}(?:\s(?:bis|ter|quater)\b)?)(?:\s*,\s*|\s+)(?P<street>(?!(?:st|nd|rd|th)\b)[^\W\d].*)$",
    re.IGNORECASE,
)
_BOX = re.compile(r"\b(?:postfach|p\.?\s?o\.?\s?box|apartado|caixa postal|case postale|boîte postale|bp)\b", re.I)


def split_street(text: str, country: str = "") -> tuple[str, str]:
    """Split "Hauptstraße 7a" into ("Hauptstraße", "7a"); in doubt everything stays in the street.

    `join_street` puts it together again: the same words in the same order, and splitting that gives the same parts.
    """
    whole = " ".join(text.split())
    if len(whole) > _LONGEST_STREET or _BOX.search(whole):
        return whole, ""
    found = (_FIRST if address_format(country).number_first else _LAST).fullmatch(whole)
    if found is None:
        return whole, ""
    parts = found["street"].strip(), found["number"].strip()
    return parts if join_street(*parts, country).replace(",", "") == whole.replace(",", "") else (whole, "")


def join_street(street: str, house_number: str, country: str = "") -> str:
    """Return street and house number in the order of the country."""
    if not street or not house_number:
        return street or house_number
    told = address_format(country)
    if told.number_first:
        return f"{house_number} {street}"
    return f"{street}{told.separator}{house_number}"


def lines(address: PostalAddress, home_country: str, language: str) -> list[str]:
    """Return the address block without names; the country in capitals and only abroad."""
    told = address_format(address.country or home_country)
    street = join_street(address.street, address.house_number, address.country or home_country)
    rows = [address.supplement, address.po_box or street, *_town_lines(told, address)]
    if address.country and address.country.upper() != home_country.upper():
        rows.append(country_name(address.country, language).upper())
    return [row for row in rows if row]


def one_line(address: PostalAddress, home_country: str = "", language: str = "en") -> str:
    """Return the address in one line for lists and maps."""
    return ", ".join(lines(address, home_country, language))


def _town_lines(told: AddressFormat, address: PostalAddress) -> list[str]:
    """Fill the pattern of the town line; separators around an empty part go with it."""
    region = address.region if told.region != "hidden" else ""
    values = {"postcode": address.postcode, "town": address.town, "region": region}
    return [_fill(line, values) for line in told.town_line.split("\n")]


def _fill(pattern: str, values: dict[str, str]) -> str:
    """Fill one line: literal text stays only between two parts that are there."""
    result, pending = "", ""
    for literal, name in re.findall(r"([^{]*)\{(\w+)\}", pattern):
        pending = literal if result and not pending else pending
        if values[name]:
            result += (pending if result else "") + values[name]
            pending = ""
    return result
