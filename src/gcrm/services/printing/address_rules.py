"""How each country writes the last lines of an address. To add a country, add a line to RULES.

Sources: UPU, Postal addressing systems in member countries (the country sheets behind standard S42: order of
thoroughfare and number, place of the postcode, capitals); Deutsche Post and DIN 5008:2020 (Germany); Österreichische
Post, Richtig adressieren (Austria); Schweizerische Post, Richtig adressieren; CTT, Regras de endereçamento
(Portugal); Correios, Guia de endereçamento (Brazil); Royal Mail, How to address your mail; USPS Publication 28;
Canada Post, Addressing guidelines; AFNOR NF Z10-011 (France); PostNL, Adresseren (Netherlands); Magyar Posta.
"""

from __future__ import annotations

from dataclasses import dataclass

NUMBER_LAST = "{street} {number}"
NUMBER_FIRST = "{number} {street}"
NUMBER_COMMA = "{street}, {number}"
POSTCODE_FIRST = ("{postcode} {town}",)


@dataclass(frozen=True, slots=True)
class CountryRule:
    """One country's lines: the street line, the lines below it, and what differs from the usual."""

    street: str = NUMBER_LAST
    town: tuple[str, ...] = POSTCODE_FIRST
    capitals: bool = False  # the town is written in capitals
    person_first: bool = False  # the person stands above the organisation
    supplement: str = ""  # how a supplement follows the street in its line; "" = a line of its own above
    street_last: bool = False  # the town stands above the street (Hungary)


USUAL = CountryRule()
_ENGLISH = CountryRule(NUMBER_FIRST, ("{town}", "{postcode}"), capitals=True, person_first=True)
_ONE_LINE = CountryRule(NUMBER_FIRST, ("{town} {region} {postcode}",), capitals=True, person_first=True)
_FRENCH = CountryRule(NUMBER_FIRST, POSTCODE_FIRST, capitals=True)
_EAST = CountryRule(NUMBER_COMMA, ("{town}", "{region}", "{postcode}"))

RULES: dict[str, CountryRule] = {
    "AE": CountryRule(NUMBER_FIRST, ("{town} {region}",), person_first=True),
    "AR": CountryRule(NUMBER_LAST, ("{postcode} {town}", "{region}")),
    "AU": _ONE_LINE,
    "BR": CountryRule(NUMBER_COMMA, ("{postcode} {town} - {region}",), supplement=" - "),
    "BY": _EAST,
    "CA": _ONE_LINE,
    "CL": CountryRule(NUMBER_LAST, ("{postcode} {town}", "{region}")),
    "CN": CountryRule(NUMBER_FIRST, ("{postcode} {town}", "{region}"), capitals=True),
    "CO": CountryRule(NUMBER_LAST, ("{town}, {region} {postcode}",)),
    "CY": CountryRule(NUMBER_LAST, POSTCODE_FIRST),
    "DZ": _FRENCH,
    "ES": CountryRule(NUMBER_COMMA, ("{postcode} {town}", "{region}"), supplement=", "),
    "FR": _FRENCH,
    "GB": _ENGLISH,
    "GF": _FRENCH,
    "GG": _ENGLISH,
    "GI": _ENGLISH,
    "GP": _FRENCH,
    "HK": CountryRule(NUMBER_FIRST, ("{town}", "{region}"), person_first=True),
    "HU": CountryRule(NUMBER_LAST, ("{town}",), street_last=True),
    "ID": CountryRule(NUMBER_LAST, ("{town} {postcode}", "{region}")),
    "IE": CountryRule(NUMBER_FIRST, ("{town}", "{region}", "{postcode}"), capitals=True, person_first=True),
    "IL": CountryRule(NUMBER_FIRST, ("{town} {postcode}",)),
    "IM": _ENGLISH,
    "IN": CountryRule(NUMBER_FIRST, ("{town} {postcode}", "{region}"), capitals=True, person_first=True),
    "IT": CountryRule(NUMBER_LAST, ("{postcode} {town} {region}",), capitals=True),
    "JE": _ENGLISH,
    "JP": CountryRule(NUMBER_FIRST, ("{town}", "{region} {postcode}")),
    "KR": CountryRule(NUMBER_FIRST, ("{town}", "{region} {postcode}")),
    "KZ": _EAST,
    "LU": CountryRule("{number}, {street}", POSTCODE_FIRST),
    "LV": CountryRule(NUMBER_LAST, ("{town}, {postcode}",)),
    "MA": _FRENCH,
    "MC": _FRENCH,
    "MQ": _FRENCH,
    "MT": CountryRule(NUMBER_FIRST, ("{town} {postcode}",), capitals=True, person_first=True),
    "MX": CountryRule(NUMBER_LAST, ("{postcode} {town}, {region}",)),
    "NL": CountryRule(NUMBER_LAST, ("{postcode}  {town}",), capitals=True),
    "NZ": CountryRule(NUMBER_FIRST, ("{town} {postcode}",), person_first=True),
    "PE": CountryRule(NUMBER_LAST, ("{town} {postcode}", "{region}")),
    "PT": CountryRule(NUMBER_COMMA, POSTCODE_FIRST, supplement=", "),
    "RE": _FRENCH,
    "RU": _EAST,
    "SA": CountryRule(NUMBER_FIRST, ("{town} {postcode}",)),
    "SG": CountryRule(NUMBER_FIRST, ("{town} {postcode}",), capitals=True, person_first=True),
    "SM": CountryRule(NUMBER_LAST, POSTCODE_FIRST, capitals=True),
    "TN": _FRENCH,
    "TR": CountryRule("{street} No: {number}", ("{postcode} {town} {region}",)),
    "TW": CountryRule(NUMBER_FIRST, ("{town} {postcode}",)),
    "UA": CountryRule(NUMBER_COMMA, ("{town}", "{region}", "{postcode}")),
    "US": _ONE_LINE,
    "VA": CountryRule(NUMBER_LAST, POSTCODE_FIRST, capitals=True),
    "ZA": CountryRule(NUMBER_FIRST, ("{town}", "{postcode}"), person_first=True),
}

# Words before the number of a post office box, by country; elsewhere "PO Box" (UPU country sheets).
PO_BOX = {
    "AT": "Postfach", "CH": "Postfach", "DE": "Postfach", "LI": "Postfach", "LU": "BP", "FR": "BP", "BE": "BP",
    "MC": "BP", "MA": "BP", "TN": "BP", "PT": "Apartado", "ES": "Apartado de Correos", "MX": "Apartado Postal",
    "BR": "Caixa Postal", "IT": "Casella Postale", "NL": "Postbus", "DK": "Postboks", "NO": "Postboks",
    "SE": "Box", "FI": "PL", "PL": "Skr. poczt.", "CZ": "P. O. Box", "HU": "Pf.",
}  # fmt: skip


def rule_for(country: str) -> CountryRule:
    """Return the rule of a country (ISO 3166-1 alpha-2); most of Europe and the unknown: number and town last."""
    return RULES.get(country.upper(), USUAL)
