"""Telephone numbers in a line, by label or by shape; the spelling is kept, model/phone.py makes it comparable."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gcrm.model.fold import digits, fold
from gcrm.model.paste_address.pasted import Value

# Labels by kind, folded; to add one, add it here. Single letters count only before a number.
_LABELS = {
    "fax": "telefax fax fx f telecopia",
    "mobile": "mobiltelefon mobil mobile mob handy cell cellular telemovel telem tlm tm m natel celular whatsapp",
    "phone": "telefonnummer telefon telefone telephone tel telf fon phone ph office direct direkt direktwahl "
    "durchwahl "
    "zentrale buro "
    "main geral switchboard festnetz hotline t p d o dw",
}
_KIND_OF = {label: kind for kind, labels in _LABELS.items() for label in labels.split()}
_WORD = r"[^\W\d_]{1,13}"
_SEPARATED = r"[ \u00a0](?!\s{0,2}/\s?[+0(]|\s{0,2}\+)"
_NUMBER = (
    rf"(?:\+|\(\+)?\(?\d(?:[\d().–-]|/(?!\s?[+(])|{_SEPARATED}){{3,24}}\d"
    r"(?:\s?(?:ext\.?|x|dw\.?|durchwahl|ramal|nst\.?)\s?\d{1,5})?"
)
_PHONE = re.compile(
    rf"(?:(?<!\w)(?P<labels>{_WORD}\.?(?:\s?[/(&+-]\s?{_WORD}\.?|\s{_WORD}\.?)?\)?\s?:?)\s{{0,4}})?"
    rf"(?<![\w.,+/-])(?P<number>{_NUMBER})(?![\w-])",
    re.IGNORECASE,
)
_DATE = re.compile(r"\d{1,2}\.\s?\d{1,2}\.\s?\d{2,4}|\d{5}-\d{3}")  # or a Brazilian postcode
_NO_PHONE = re.compile(
    r"(?<!\w)(?:HR\s?[AB]|FN|Steuer-?(?:nummer|nr)|St\.?\s?-?Nr|Reg(?:istration)?|Company|Registered|BLZ|Kto"
    r"|Konto|Account"
    r"|Sort|CRC|Matr[íi]cula|Firmenbuch|Kunden-?nr|Nr|No)\b[^\d]{0,30}[\d/ .-]{3,30}",
    re.IGNORECASE,
)
_MOBILE = re.compile(
    r"(?:\+49|0049|0)\s?\(?0?\)?\s?1[567]|(?:\+43|0043|0)\s?\(?0?\)?\s?6[5-9]|(?:\+41|0041|0)\s?\(?0?\)?\s?7[5-9]"
    r"|(?:\+351|00351)?\s?9[1236]|(?:\+44|0044|0)\s?\(?0?\)?\s?7[1-57-9]|(?:\+55)\s?\(?\d\d\)?\s?9"
)
_MOBILE_CODES = {"DE": "49", "AT": "43", "CH": "41", "PT": "351", "GB": "44"}
_AMERICAN = re.compile(r"\(?[2-9]\d{2}\)?[ .-]{0,2}\d{3}[ .-]\d{4}")
_PORTUGUESE = re.compile(r"[239]\d{2}[ .]?\d{3}[ .]?\d{3}")


def find_phones(line: str, home_country: str) -> Iterator[tuple[int, int, tuple[Value, ...]]]:
    """Yield (start, end, value) of each telephone number, labels included."""
    forbidden = [match.span() for match in _NO_PHONE.finditer(line)]
    for match in _PHONE.finditer(line):
        start, end = match.span("number")
        labels, kind = _labels(match["labels"] or "")
        if any(low <= start < high for low, high in forbidden):
            continue
        if not _is_phone(match["number"], labels, home_country):
            continue
        first = end - len(match["number"]) if not labels else _label_start(match, labels)
        number = match["number"].strip()
        yield first, end, (Value(kind or _kind(number, home_country), number, 0.95 if labels else 0.8),)


def _labels(text: str) -> tuple[str, str]:
    """Return the part of the words before a number that are labels, and the kind they tell."""
    parts = re.findall(r"[^\W\d_]+", text)
    kinds = [_KIND_OF.get(fold(part)) for part in parts]
    if not parts or kinds[-1] is None:
        return "", ""
    known = [kind for kind in kinds if kind]
    kind = "mobile" if "mobile" in known else "phone" if "phone" in known else "fax"
    start = text.rfind(parts[-1]) if kinds[0] is None else 0
    return text[start:], kind


def _label_start(match: re.Match[str], labels: str) -> int:
    """Return where the labels begin."""
    return match.end("labels") - len(labels)


def _is_phone(number: str, labels: str, home_country: str) -> bool:
    """Tell whether digits are a telephone number: by their label, or by an unmistakable shape."""
    count = len(digits(number))
    if _DATE.fullmatch(number) or count > 16 or number.count("(") != number.count(")"):
        return False
    starts_right = number.lstrip("(")[:1] in ("+", "0")
    if labels:
        single = len(re.sub(r"\W", "", labels)) == 1
        return count >= 6 and (starts_right or number[0] == "(" or not single or ":" in labels or "." in labels)
    if home_country in ("US", "CA") or number[0] == "(":
        return (starts_right and count >= 7) or _AMERICAN.fullmatch(number) is not None
    if home_country == "PT" and _PORTUGUESE.fullmatch(number):
        return True
    return starts_right and count >= 7


def _kind(number: str, home_country: str) -> str:
    """Tell mobile from fixed numbers by their prefix (national numbering plans)."""
    international = number.replace("(+", "+").startswith(("+", "00"))
    if home_country not in _MOBILE_CODES and not international:
        return "phone"
    plain = number if international else f"+{_MOBILE_CODES[home_country]}{number.lstrip('(').removeprefix('0')}"
    return "mobile" if _MOBILE.match(plain.replace("(+", "+").replace("(0)", "")) else "phone"
