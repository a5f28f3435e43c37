"""What can be recognised by its own shape: e-mail, web, numbers of phones, banks and taxes.

Each finder cuts its stretch out of the line; what is left is cut into pieces. All patterns start at a fixed place and
repeat a bounded number of times, so that time stays linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gcrm.model.checks import bic, iban, vat
from gcrm.model.paste_address.pasted import Placed, Value
from gcrm.model.paste_address.phones import find_phones

CUT = "\ue000"
"""Stands in a line where something was cut out; a private character that means nothing."""

_EMAIL = re.compile(
    r"(?:(?<!\w)(?:e-?mail|mail|correio(?: eletr[óo]nico)?|mailto|e)\s{0,3}[:.]?\s{0,3})?<?"
    r"(?<![\w.+%'-])([\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6})>?",
    re.IGNORECASE,
)
_ENDS = (
    "de|com|net|org|at|ch|li|pt|co\\.uk|org\\.uk|uk|eu|io|info|biz|com\\.br|br|us|fr|nl|be|lu|it|es|pl|dk|se"
    "|shop|app|"
    "berlin|hamburg|koeln|wien|swiss|online|gmbh|consulting|design|studio|ie|gov|edu"
)
_WEB = re.compile(
    r"(?:(?<!\w)(?:web(?:seite|site)?|internet|homepage|site|url|w)\s{0,3}:?\s{0,3})?"
    r"(?<![\w@.-])(https?://[^\s|<>\"]{3,200}|www\.[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}(?:/[^\s|<>\"]{0,150})?"
    rf"|[\w-]{{2,63}}(?:\.[\w-]{{2,63}}){{0,2}}\.(?:{_ENDS})(?![\w@-]|\.\w)(?:/[^\s|<>\"]{{0,150}})?)",
    re.IGNORECASE,
)
_IBAN = re.compile(r"(?:(?<!\w)IBAN\s{0,3}:?\s{0,3})?(?<!\w)([A-Z]{2}\d{2})(?=[ ]?[A-Z0-9]{4})")
_IBAN_LENGTHS = {
    "DE": 22, "AT": 20, "CH": 21, "LI": 21, "PT": 25, "GB": 22, "FR": 27, "NL": 18, "BE": 16, "LU": 20, "ES": 24,
    "IT": 27, "BR": 29, "IE": 22, "PL": 28, "DK": 18, "SE": 24, "NO": 15, "FI": 18, "CZ": 24, "SK": 24, "HU": 28,
}  # fmt: skip
_BIC = re.compile(
    r"(?<!\w)(?:BIC|SWIFT)(?:\s?[/-]\s?(?:BIC|SWIFT))?(?:[- ]?Code)?\s{0,3}:?\s{0,3}"
    r"([A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?)(?!\w)"
)
_VAT_LABEL = (
    r"(?:USt\.?\s?-?\s?Id(?:ent)?\.?(?:\s?-?\s?(?:Nr|Nummer|No)\.?)?|Umsatzsteuer-?\s?ID(?:entifikationsnummer)?"
    r"|(?:MwSt|MWST)\s?-?\s?Nr\.?|UID(?:\s?-?\s?(?:Nr|Nummer)\.?)?|VAT(?:\s?(?:Reg(?:istration)?\.?\s?)?(?:No"
    r"|Number|ID)\.?)?"
    r"|NIF|NIPC|Contribuinte(?:\sn\.?º)?)"
)
_VAT_LABELLED = re.compile(
    rf"(?<!\w)({_VAT_LABEL})\s{{0,3}}[:.]?\s{{0,3}}"
    r"((?:[A-Z]{2,3}[ -]?)?U?\d[\d. -]{6,13}\d(?:\s?(?:MWST|TVA|IVA))?)(?!\w)",
    re.IGNORECASE,
)
_VAT_BARE = re.compile(
    r"(?<![\w-])(DE\s?\d{9}|ATU\s?\d{8}|CHE-?\d{3}\.?\d{3}\.?\d{3}(?: (?:MWST|TVA|IVA))?|GB\d{9}|PT\d{9})(?![\w-])"
)


def cut_tokens(line: str, home_country: str) -> tuple[list[Placed], str]:
    """Return what was recognised in a line and the line with CUT in its places."""
    placed: list[Placed] = []
    for finder in (_emails, _webs, _ibans, _bics, _vats):
        line = _cut(line, finder(line, home_country), placed)
    return placed, _cut(line, find_phones(line, home_country), placed)


def _cut(line: str, found: Iterator[tuple[int, int, tuple[Value, ...]]], placed: list[Placed]) -> str:
    """Move the found stretches from the line to `placed`."""
    kept, position = [], 0
    for start, end, values in found:
        placed.append(Placed(line[start:end], values))
        kept.append(line[position:start])
        position = end
    return CUT.join([*kept, line[position:]])


def _emails(line: str, home_country: str) -> Iterator[tuple[int, int, tuple[Value, ...]]]:
    for match in _EMAIL.finditer(line):
        yield match.start(), match.end(), (Value("email", match[1].rstrip(".-"), 0.98),)


def _webs(line: str, home_country: str) -> Iterator[tuple[int, int, tuple[Value, ...]]]:
    for match in _WEB.finditer(line):
        address = match[1].rstrip(".,;)")
        yield match.start(), match.start(1) + len(address), (Value("web", address, 0.95),)


def _ibans(line: str, home_country: str) -> Iterator[tuple[int, int, tuple[Value, ...]]]:
    position = 0
    for match in _IBAN.finditer(line):
        length = _IBAN_LENGTHS.get(match[1][:2])
        end = _end_of_iban(line, match.start(1), length) if length and match.start() >= position else 0
        if end and iban.check(line[match.start(1) : end]).level == "ok":
            position = end
            yield match.start(), end, (Value("iban", iban.compact(line[match.start(1) : end]), 0.99),)


def _end_of_iban(line: str, start: int, length: int) -> int:
    """Return where so many letters and digits end, 0 if the line or the number ends before."""
    seen = 0
    for position in range(start, min(len(line), start + 2 * length)):
        if line[position].isascii() and line[position].isalnum():
            seen += 1
        elif line[position] not in " \u00a0":
            return 0
        if seen == length:
            after = line[position + 1 : position + 2]
            return 0 if after.isalnum() else position + 1
    return 0


def _bics(line: str, home_country: str) -> Iterator[tuple[int, int, tuple[Value, ...]]]:
    for match in _BIC.finditer(line):
        if bic.check(match[1]).level == "ok":
            yield match.start(), match.end(), (Value("bic", match[1], 0.97),)


def _vats(line: str, home_country: str) -> Iterator[tuple[int, int, tuple[Value, ...]]]:
    position = 0
    for match in _VAT_LABELLED.finditer(line):
        portuguese = match[1][:2].upper() == "NI" or match[1][:3].upper() == "CON"
        finding = vat.check(match[2], "PT" if portuguese else home_country)
        position = match.end()
        yield match.start(), position, (Value("vat_number", finding.value, 0.97 if finding.level != "error" else 0.7),)
    for match in _VAT_BARE.finditer(line, position):
        if (finding := vat.check(match[1])).level != "error":
            yield match.start(), match.end(), (Value("vat_number", finding.value, 0.9),)
