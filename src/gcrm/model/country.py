"""Countries by code and by name, in English, German, Portuguese and their own language.

Names come from Unicode CLDR through babel; codes are ISO 3166-1 alpha-2.
"""

from __future__ import annotations

from functools import cache

from gcrm.i18n import LANGUAGES
from gcrm.model.fold import collapse, fold

# What people write besides the names in CLDR: own languages, everyday names, vehicle registration letters.
_ALSO = {
    "DE": "Deutschland|BRD|Bundesrepublik Deutschland|Federal Republic of Germany|DEU|GER|D",
    "AT": "Österreich|AUT|A",
    "CH": "Schweiz|Suisse|Svizzera|Svizra|Switzerland|CHE|Helvetia",
    "LI": "Liechtenstein|FL|LIE",
    "PT": "Portugal|PRT|P",
    "BR": "Brasil|BRA",
    "GB": "UK|U.K.|Great Britain|United Kingdom|England|Scotland|Wales|Northern Ireland|Großbritannien|Grã-Bretanha"
    "|Inglaterra|Escócia|Schottland|GBR",
    "IE": "Éire|Republic of Ireland|IRL",
    "US": "USA|U.S.A.|U.S.|United States of America|America|Vereinigte Staaten von Amerika"
    "|Estados Unidos da América|EUA",
    "FR": "France|FRA|F",
    "ES": "España|ESP|E",
    "IT": "Italia|ITA|I",
    "NL": "Nederland|The Netherlands|Holland|Holanda|Países Baixos|NLD",
    "BE": "België|Belgique|BEL|B",
    "LU": "Lëtzebuerg|Luxembourg|LUX|L",
    "DK": "Danmark|DNK",
    "SE": "Sverige|SWE",
    "NO": "Norge|Noreg|NOR",
    "FI": "Suomi|FIN",
    "IS": "Ísland",
    "PL": "Polska|POL",
    "CZ": "Česko|Česká republika|Czech Republic|Tschechische Republik|República Checa|CZE",
    "SK": "Slovensko|SVK",
    "HU": "Magyarország|HUN",
    "SI": "Slovenija|SVN",
    "HR": "Hrvatska|HRV",
    "RO": "România|ROU",
    "BG": "България|Bulgaria|BGR",
    "GR": "Ελλάδα|Hellas|GRC",
    "EE": "Eesti",
    "LV": "Latvija",
    "LT": "Lietuva",
    "TR": "Türkiye|Turkey|TUR",
    "UA": "Україна",
    "RU": "Россия|Russian Federation",
    "RS": "Srbija|Србија",
    "AL": "Shqipëria",
    "MK": "Северна Македонија|Macedonia",
    "CN": "中国|PR China|China",
    "JP": "日本|Nippon",
    "IN": "Bharat|भारत",
    "KR": "대한민국|South Korea",
    "CA": "CAN",
    "MX": "México",
    "AO": "Angola",
    "MZ": "Moçambique",
    "CV": "Cabo Verde|Cape Verde",
}
# Codes in CLDR that are no ISO 3166-1 countries: groupings, test regions, reserved codes of parts of countries.
_NO_COUNTRIES = frozenset(["ZZ", "EU", "EZ", "UN", "QO", "XA", "XB", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"])


@cache
def _names(language: str) -> dict[str, str]:
    """Return the names of all countries in one language, by code."""
    from babel import Locale, UnknownLocaleError

    try:
        territories = Locale.parse(language.replace("-", "_")).territories
    except (ValueError, UnknownLocaleError):
        territories = Locale.parse("en").territories
    return {code: name for code, name in territories.items() if code.isalpha() and code not in _NO_COUNTRIES}


@cache
def _codes() -> dict[str, str]:
    """Return the codes by folded name; the first spelling wins."""
    found: dict[str, str] = {}
    for code in _names("en"):
        found.setdefault(code.lower(), code)
    for language in LANGUAGES:
        for code, name in _names(language).items():
            found.setdefault(_key(name), code)
    for code, names in _ALSO.items():
        for name in names.split("|"):
            found.setdefault(_key(name), code)
    return found


def _key(name: str) -> str:
    """Return the comparison key of a country's name."""
    return collapse(fold(name)).replace(".", "").strip()


def country_name(code: str, language: str) -> str:
    """Return the name of an ISO country in a language ("de", "pt_BR"); an unknown code is returned as it is."""
    return _names(language).get(code.upper(), code) if code else ""


def country_code(name: str) -> str:
    """Return the ISO code of a country written in English, German, Portuguese, its own language or as a code.

    An unknown name gives "".
    """
    return _codes().get(_key(name[:80]), "") if name.strip() else ""


def countries(language: str) -> list[tuple[str, str]]:
    """Return (code, name) of all countries in the order of their names in this language."""
    return sorted(_names(language).items(), key=lambda item: fold(item[1]))
