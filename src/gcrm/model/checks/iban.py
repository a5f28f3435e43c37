"""IBAN: check digits and length per country; bank name and BIC are proposed where the bank list knows them.

Sources: ISO 13616 (structure), ISO 7064 (mod 97-10); lengths and banks from the registry of the schwifty package.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gcrm.i18n import _, current_language
from gcrm.model.checks.finding import Finding, error

if TYPE_CHECKING:
    from schwifty import IBAN

_TOO_LONG = 4 * 34  # ISO 13616: 34 characters, here with any blanks between
_SHAPE = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{1,30}")
_LABEL = re.compile(r"^IBAN[:\s]*", re.IGNORECASE)


def compact(text: str) -> str:
    """Return the IBAN without label, blanks, dots and dashes, in capitals."""
    bare = _LABEL.sub("", text.strip())
    return re.sub(r"[\s.\-–_]", "", bare).upper()


def spaced(iban: str) -> str:
    """Return the IBAN in groups of four, as it is printed."""
    bare = compact(iban)
    return " ".join(bare[i : i + 4] for i in range(0, len(bare), 4))


def check(text: str) -> Finding:
    """Check an IBAN; the value is stored without blanks, proposals may hold "bic" and "bank_name"."""
    typed = text.strip()
    value = compact(typed) if len(typed) <= _TOO_LONG else typed
    if not value:
        return Finding("")
    if not _SHAPE.fullmatch(value):
        return error(typed, _("An IBAN begins with two letters and two digits, such as DE89 3704 …"))
    return _by_registry(value)


def _by_registry(value: str) -> Finding:
    """Check country, length and check digits with the registry."""
    from schwifty import IBAN
    from schwifty.exceptions import InvalidChecksumDigits, InvalidCountryCode, InvalidLength, SchwiftyException

    try:
        known = IBAN(value)
    except InvalidCountryCode:
        return error(value, _("No country with the code {code} uses IBANs.").format(code=value[:2]))
    except InvalidLength:
        return error(value, _wrong_length(IBAN(value, allow_invalid=True)))
    except InvalidChecksumDigits:
        return error(value, _("The check digits of this IBAN do not match: a character is wrong or swapped."))
    except SchwiftyException:
        return error(value, _("This IBAN does not have the structure that its country uses."))
    return Finding(value, proposals=_bank(known))


def _wrong_length(iban: IBAN) -> str:
    """Say how long an IBAN of this country is."""
    from gcrm.model.country import country_name

    country = country_name(str(iban.country_code), current_language())
    return _("An IBAN of {country} has {right} characters, this one has {count}.").format(
        country=country, right=iban.spec.iban_length, count=len(iban)
    )


def _bank(iban: IBAN) -> dict[str, str]:
    """Return BIC and bank name as far as the bank list knows them (many banks of PT and AT are not in it)."""
    bic, name = iban.bic, iban.bank_name
    found = {"bic": str(bic) if bic else "", "bank_name": name or ""}
    return {key: value for key, value in found.items() if value}
