"""What the checks say about a value while it is typed: one sentence below the field, never a refusal.

The checks of banks and tax numbers load their registries on first use, so they run off the GUI thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from gcrm.i18n import _
from gcrm.model import user_field
from gcrm.model.base import Home
from gcrm.model.checks.finding import Finding
from gcrm.model.contact_point import DIALLED
from gcrm.ui.forms.binding import Input


def check(entry: Input, value: Any, home: Home) -> Finding:
    """Return what the rules of the field's kind say about a value; any thread."""
    if entry.definition is not None:
        return user_field.check(entry.definition, value)
    if not isinstance(value, str) or not value.strip():
        return Finding("")
    rule = _RULES.get(entry.field.kind) or _RULES.get(entry.field.name)
    return rule(value, entry, home) if rule else Finding(value)


def sentence_of(finding: Finding) -> str:
    """Return what is shown below the field: the sentence, else what was found out."""
    if finding.sentence:
        return finding.sentence
    bank, bic = finding.proposals.get("bank_name", ""), finding.proposals.get("bic", "")
    return " · ".join(part for part in (bank, bic) if part)


def check_point(kind: str, value: str, home: Home) -> Finding:
    """Check a number or address of a contact point of some kind; the E.164 form comes as a proposal."""
    from gcrm.model.checks import email
    from gcrm.model.phone import normalise

    if kind == "email":
        return email.check(value)
    if kind in DIALLED and value.strip():
        e164 = normalise(value, home.country, home.area_code, home.outside_prefix) or ""
        if not e164:
            return Finding(value, _("This number cannot be dialled from abroad."), "hint")
        return Finding(value, proposals={"e164": e164})
    return Finding(value)


def international(value: str, e164: str | None) -> str:
    """Return the international form where it says more than what was typed."""
    if not e164 or value.strip().startswith("+"):
        return ""
    from gcrm.model.phone import pretty

    return pretty(e164, "")


def field_sentence(entry: Input, value: Any, country: str, home: Home) -> str:
    """Return what is shown below a field of a form: what is unusual, or the number in international form."""
    finding = check(replace(entry, country=country), value, home)
    e164 = finding.proposals.get("e164")
    return international(str(value), e164) if e164 else finding.sentence


def _iban(value: str, entry: Input, home: Home) -> Finding:
    from gcrm.model.checks import iban

    return iban.check(value)


def _bic(value: str, entry: Input, home: Home) -> Finding:
    from gcrm.model.checks import bic

    return bic.check(value)


def _vat(value: str, entry: Input, home: Home) -> Finding:
    from gcrm.model.checks import vat

    return vat.check(value, entry.country or home.country)


def _email(value: str, entry: Input, home: Home) -> Finding:
    from gcrm.model.checks import email

    return email.check(value)


def _postcode(value: str, entry: Input, home: Home) -> Finding:
    from gcrm.model.checks import postcode

    return postcode.check(value, entry.country or home.country)


def _phone(value: str, entry: Input, home: Home) -> Finding:
    return check_point("phone", value, home)


def _debtor(value: str, entry: Input, home: Home) -> Finding:
    from gcrm.model.checks import accounts

    return accounts.check(value, "debtor")


def _creditor(value: str, entry: Input, home: Home) -> Finding:
    from gcrm.model.checks import accounts

    return accounts.check(value, "creditor")


_RULES: dict[str, Callable[[str, Input, Home], Finding]] = {
    "iban": _iban,
    "bic": _bic,
    "vat": _vat,
    "email": _email,
    "phone": _phone,
    "postcode": _postcode,
    "debtor_number": _debtor,
    "creditor_number": _creditor,
}
