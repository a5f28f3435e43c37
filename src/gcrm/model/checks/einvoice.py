"""Addresses of electronic invoices: Leitweg-ID and electronic address schemes (EAS).

Sources: KoSIT, "Leitweg-ID Formatspezifikation" 2.0 (parts; check digits after ISO 7064 mod 97-10, A = 10 ... Z = 35);
European Commission, EAS code list for EN 16931 (BT-34 and BT-49).
"""

from __future__ import annotations

import re

from gcrm.i18n import N_, _
from gcrm.model.checks import email
from gcrm.model.checks.finding import Finding, error, hint

_LEITWEG = re.compile(r"([0-9]{2,12})(?:-([A-Z0-9]{1,30}))?-([0-9]{2})")
_LABEL = re.compile(r"^Leitweg-?\s?ID[:\s]*", re.IGNORECASE)
_TOO_LONG = 80
_STATES = frozenset(f"{number:02}" for number in range(1, 17)) | {"99"}

# The schemes offered by name; the first ones are what offices in our countries meet. To add one: code and name.
SCHEMES: dict[str, str] = {
    "EM": N_("E-mail"),
    "0204": N_("Leitweg-ID (Germany)"),
    "0088": N_("GLN (global location number)"),
    "9930": N_("VAT number, Germany"),
    "9914": N_("VAT number, Austria"),
    "9915": N_("Administration, Austria"),
    "9927": N_("VAT number, Switzerland"),
    "0183": N_("UID (Switzerland)"),
    "9946": N_("VAT number, Portugal"),
    "9932": N_("VAT number, United Kingdom"),
    "9957": N_("VAT number, France"),
    "0002": N_("SIREN (France)"),
    "0009": N_("SIRET (France)"),
    "0106": N_("KvK number (Netherlands)"),
    "0190": N_("OIN (Netherlands)"),
    "9944": N_("VAT number, Netherlands"),
    "0208": N_("Enterprise number (Belgium)"),
    "0201": N_("IPA code (Italy)"),
    "0211": N_("VAT number, Italy"),
    "0060": N_("D-U-N-S number"),
    "0199": N_("LEI (legal entity identifier)"),
}
_OTHER_CODES = (
    "0007 0037 0096 0097 0130 0135 0142 0147 0151 0154 0158 0170 0177 0184 0188 0191 0192 0193 0194 0195 0196 0198 "
    "0200 0202 0203 0205 0209 0210 0212 0213 0215 0216 0217 0218 0219 0220 0221 0225 0230 0235 0240 0242 0244 0245 "
    "0246 0248 9910 9913 9918 9919 9920 9922 9923 9924 9925 9926 9928 9929 9931 9933 9934 9935 9936 9937 9938 9939 "
    "9940 9941 9942 9943 9945 9947 9948 9949 9950 9951 9952 9953 9959 AN AQ AS AU"
)
CODES = frozenset(SCHEMES) | frozenset(_OTHER_CODES.split())
_VAT_SCHEMES = {
    "DE": "9930", "AT": "9914", "CH": "9927", "PT": "9946", "GB": "9932", "FR": "9957", "NL": "9944", "IT": "0211",
    "BE": "9925", "BG": "9926", "CY": "9928", "CZ": "9929", "EE": "9931", "ES": "9920", "GR": "9933", "HR": "9934",
    "HU": "9910", "IE": "9935", "LT": "9937", "LU": "9938", "LV": "9939", "MT": "9943", "PL": "9945", "RO": "9947",
    "SI": "9949", "SK": "9950",
}  # fmt: skip


def check_digits(coarse: str, fine: str = "") -> str:
    """Return the two check digits of a Leitweg-ID: `check_digits("04011000", "1234512345")` is "06"."""
    digits = "".join(str(int(char, 36)) for char in coarse + fine)
    return f"{98 - int(digits + '00') % 97:02}"


def check_leitweg_id(text: str) -> Finding:
    """Check a Leitweg-ID such as 04011000-1234512345-06."""
    if len(text) > _TOO_LONG:
        return error(text.strip(), _("A Leitweg-ID has at most 46 characters."))
    value = re.sub(r"\s", "", _LABEL.sub("", text.strip())).upper().replace("–", "-")
    if not value:
        return Finding("")
    parts = _LEITWEG.fullmatch(value)
    if parts is None:
        return error(value, _("A Leitweg-ID has parts joined by hyphens, such as 04011000-1234512345-06."))
    coarse, fine, digits = parts[1], parts[2] or "", parts[3]
    if check_digits(coarse, fine) != digits:
        return error(value, _("The check digits of this Leitweg-ID do not match."))
    if coarse[:2] not in _STATES:
        return hint(value, _("A Leitweg-ID begins with a federal state (01 to 16) or 99."))
    return Finding(value)


def check(text: str, scheme: str) -> Finding:
    """Check an electronic address of an EAS `scheme`; an empty scheme proposes one as "scheme"."""
    if not text.strip():
        return Finding("")
    if not scheme:
        return _proposed(text.strip())
    if scheme not in CODES:
        return hint(text.strip(), _("{code} is not in the list of electronic address schemes.").format(code=scheme))
    own_rules = {"EM": email.check, "0204": check_leitweg_id, "0088": _gln}.get(scheme)
    return own_rules(text) if own_rules else Finding(text.strip())


def _proposed(text: str) -> Finding:
    """Say that a scheme is missing and propose the likely one."""
    likely = scheme_for(text)
    sentence = _("An electronic address needs a scheme that says what kind of address it is.")
    return hint(text, sentence, {"scheme": likely} if likely else {})


def scheme_for(address: str) -> str:
    """Guess the scheme of an address: e-mail, Leitweg-ID, GLN or VAT number; "" if it does not tell."""
    from gcrm.model.checks import vat

    text = address.strip()
    if "@" in text:
        return "EM"
    if check_leitweg_id(text).level != "error":
        return "0204"
    if _gln(text).level == "ok":
        return "0088"
    number = vat.compact(text)
    country = vat.country_of(number)
    return _VAT_SCHEMES.get(country, "") if country and vat.check(number).level == "ok" else ""


def _gln(text: str) -> Finding:
    """Check a GLN: 13 digits, the last is the check digit (GS1 General Specifications 7.9, weights 1 and 3)."""
    value = re.sub(r"[\s-]", "", text) if len(text) <= _TOO_LONG else text
    if not re.fullmatch(r"[0-9]{13}", value):
        return error(value, _("A GLN has 13 digits."))
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(value))
    return Finding(value) if weighted % 10 == 0 else error(value, _("The check digit of this GLN does not match."))
