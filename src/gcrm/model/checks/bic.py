"""BIC (business identifier code). Source: ISO 9362:2022, eight or eleven characters."""

from __future__ import annotations

import re

from gcrm.i18n import _
from gcrm.model.checks.finding import Finding, error, hint

_SHAPE = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
_LABEL = re.compile(r"^(?:BIC|SWIFT)(?:[/-]?(?:BIC|SWIFT|Code))*[:\s]+", re.IGNORECASE)
_TOO_LONG = 60


def compact(text: str) -> str:
    """Return the BIC without label and blanks, in capitals."""
    return re.sub(r"\s", "", _LABEL.sub("", text.strip())).upper()


def check(text: str, iban: str = "") -> Finding:
    """Check a BIC; with `iban` also whether both belong to one country. Proposals may hold "bank_name"."""
    typed = text.strip()
    value = compact(typed) if len(typed) <= _TOO_LONG else typed
    if not value:
        return Finding("")
    if not _SHAPE.fullmatch(value):
        return error(typed, _("A BIC has 8 or 11 characters, such as COBADEFFXXX."))
    return _by_registry(value, iban)


def _by_registry(value: str, iban: str) -> Finding:
    """Check the country and look the bank up."""
    from schwifty import BIC
    from schwifty.exceptions import SchwiftyException

    try:
        known = BIC(value)
    except SchwiftyException:
        return error(value, _("{code} in this BIC is not the code of a country.").format(code=value[4:6]))
    names = known.bank_names or []
    proposals = {"bank_name": names[0]} if len(names) == 1 else {}
    if iban and iban[:2].upper() != value[4:6]:
        return hint(value, _("The BIC and the IBAN belong to different countries."), proposals)
    return Finding(value, proposals=proposals)
