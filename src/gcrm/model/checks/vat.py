"""VAT numbers: European Union and Northern Ireland, Switzerland, United Kingdom, Brazil.

Sources: Council Directive 2006/112/EC art. 215 (prefixes; Greece writes EL), check digits as in python-stdnum.
Nothing is asked over the network: a right check digit does not prove that the number has been given out.
"""

from __future__ import annotations

import re
from types import ModuleType

from gcrm.i18n import _, current_language
from gcrm.model.checks.finding import Finding, error, hint

_PREFIXES = "AT BE BG CY CZ DE DK EE EL ES FI FR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK XI"
EU_PREFIXES = frozenset(_PREFIXES.split())
_PREFIX_BY_COUNTRY = {"GR": "EL"}
_COUNTRY_BY_PREFIX = {"EL": "GR", "XI": "GB"}
_LABEL = re.compile(
    r"^(?:USt-?\.?\s?-?Id-?\.?\s?-?(?:Nr)?\.?|UID(?:-Nr\.?)?|ATU-Nr\.?|VAT(?:\s?(?:Reg|No|ID|number))*\.?|NIF|NIPC|CNPJ|CPF)"
    r"[.:\s]+",
    re.IGNORECASE,
)
_GERMAN_TAX_NUMBER = re.compile(r"\d{2,3}/\d{3,4}/\d{4,5}|\d{10,11}|\d{13}")
_TOO_LONG, _LONGEST = 60, 20


def prefix_of(country: str) -> str:
    """Return the prefix of VAT numbers of an ISO country ("GR" -> "EL"), "" outside the scheme."""
    prefix = _PREFIX_BY_COUNTRY.get(country, country)
    return prefix if prefix in EU_PREFIXES else ""


def country_of(value: str) -> str:
    """Return the ISO country that a normalised VAT number belongs to, "" if it does not tell."""
    if value.startswith("CHE"):
        return "CH"
    prefix = value[:2]
    if prefix in EU_PREFIXES or prefix == "GB":
        return _COUNTRY_BY_PREFIX.get(prefix, prefix)
    return ""


def compact(text: str) -> str:
    """Return the number without label, blanks and separators, in capitals."""
    return re.sub(r"[\s.\-–_/,:]", "", _LABEL.sub("", text.strip())).upper()


def check(text: str, country: str = "") -> Finding:
    """Check a VAT number of a contact in ISO `country`; a missing prefix is added for that country."""
    typed = text.strip()
    value = compact(typed) if len(typed) <= _TOO_LONG else typed
    if not value:
        return Finding("")
    if country == "DE" and len(typed) <= _TOO_LONG and _GERMAN_TAX_NUMBER.fullmatch(_LABEL.sub("", typed)):
        return hint(typed, _("This looks like a German tax number; a VAT number is DE and nine digits."))
    if not value.isascii() or not value.isalnum() or len(value) > _LONGEST:
        return hint(typed, _("A VAT number has letters and digits only, such as DE136695976."))
    return _with_country(_prefixed(value, country), country)


def _prefixed(value: str, country: str) -> str:
    """Add the prefix of the contact's country where only the national part was typed."""
    if value[:2] == "GR":
        return "EL" + value[2:]
    if country_of(value):
        return value
    if country == "CH" and value[:9].isdigit():
        return "CHE" + value
    prefix = "GB" if country == "GB" else prefix_of(country)
    return prefix + value


def _with_country(value: str, country: str) -> Finding:
    """Check the number by the rules of its own country, then compare with the contact's."""
    owner = country_of(value) or ("BR" if country == "BR" else "")
    rules = _rules(value[:2] if owner != "BR" else "BR", value)
    if rules is None:
        return Finding(value)
    trouble = _trouble(rules, value, owner)
    if trouble is not None:
        return trouble
    if country and owner != country:
        return hint(value, _("This is a VAT number of {country}.").format(country=_name(owner)))
    return Finding(value)


def _rules(prefix: str, value: str) -> ModuleType | None:
    """Return the stdnum module that knows this kind of number."""
    if prefix == "BR":
        from stdnum.br import cnpj, cpf

        return cpf if len(value) == 11 else cnpj
    if prefix == "GB":
        from stdnum.gb import vat as british

        return british
    if prefix == "CH":
        return _swiss(value)
    if prefix in EU_PREFIXES:
        from stdnum.eu import vat as european

        return european
    return None


def _swiss(value: str) -> ModuleType:
    """Return the rules with the suffix MWST, TVA or IVA, or those of the bare UID."""
    from stdnum.ch import uid
    from stdnum.ch import vat as swiss

    return uid if len(value) == len("CHE123456789") else swiss


def _trouble(rules: ModuleType, value: str, owner: str) -> Finding | None:
    """Return what is wrong with the number, None if nothing."""
    from stdnum.exceptions import InvalidChecksum, ValidationError

    try:
        rules.validate(value)
    except InvalidChecksum:
        return error(value, _("The check digit of this VAT number does not match: a digit is wrong or swapped."))
    except ValidationError:
        return error(value, _("A VAT number of {country} looks different.").format(country=_name(owner)))
    return None


def _name(country: str) -> str:
    """Return the country's name in the language in force."""
    from gcrm.model.country import country_name

    return country_name(country, current_language())
