"""Pieces of the pasted lines, in their order, and who has claimed which."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from gcrm.model.fold import fold
from gcrm.model.free_mail import FREE_MAIL
from gcrm.model.name_key import has_legal_form
from gcrm.model.paste_address.pasted import Placed, Value
from gcrm.model.paste_address.tokens import CUT

_CEP = r"[A-Z]{2},?\s\d{5}-\d"  # "São Paulo - SP, 01310-100" stays together, and so does "10 - 12"
_PARTS = re.compile(
    rf"\s*[{CUT}|·•∙●▪◦‖¦;\t→►]\s*|(?<!\d)\s+[-–—/]\s+(?!{_CEP})|\s+[-–—/]\s+(?!\d|{_CEP})|\s+(?://|~)\s+|\s{{3,}}"
)
_COMMA = re.compile(r"\s*,\s+|\s*,$")
_BRACKETS = re.compile(r"^([^()]{2,80}?)\s*\(([^()]{3,60})\)$")
_ALONE = re.compile(
    r"(?:[A-Z]{2},? \d{5}(?:-\d{4})?|\d{5}-\d{3}|n\.?\s?º\s?\d+\w?|\d{1,4}\s?[a-zA-Z]?"
    r"|(?:l\.?d\.?a|s\.?\s?a|l\.?l\.?c|inc|ltd|gmbh|corp|llp|plc|jr|sr|esq|ph\.?d|mba|b\.?sc|m\.?sc|m\.?a"
    r"|b\.?a|ll\.?m|md|cpa)\.?)",
    re.IGNORECASE,
)
_HOUSE_NUMBER = re.compile(r"\d{1,4}\s?[a-zA-Z]?")
_LABEL_ONLY = re.compile(
    r"(?:e-?mail|mail|tel(?:efon|ephone|efone)?|phone|fon|fax|telefax|mobil(?:e)?|handy|web|internet|homepage"
    r"|www|url|adresse"
    r"|address|anschrift|morada|kontakt|contact|contacto|t|m|f|e|w|p|iban|bic|und|and|e)[.:]*",
    re.IGNORECASE,
)
_LEADING_LABEL = re.compile(
    r"(?:postanschrift|anschrift|adresse|address|morada|besucheradresse|firmensitz|name|firma|company|empresa"
    r"|kontakt|contact"
    r"|ansprechpartner(?:in)?)\s{0,2}:\s{0,3}",
    re.IGNORECASE,
)
_EDGES = " \u00a0\t,;:*_>|=<\"'„“”«»[]{}#~^`"


class Piece:
    """One piece; `used` is "" until somebody claims it, `line` the number of its line."""

    __slots__ = ("line", "text", "used")

    def __init__(self, text: str, line: int) -> None:
        self.text = text
        self.line = line
        self.used = ""


class Desk:
    """The pieces on the desk, what has been placed, and what is known about the text as a whole."""

    def __init__(self, home_country: str) -> None:
        self.home_country = home_country
        self.pieces: list[Piece] = []
        self.placed: list[Placed] = []

    def free(self) -> Iterator[Piece]:
        """Yield the pieces that nobody has claimed."""
        return (piece for piece in self.pieces if not piece.used)

    def place(self, piece: Piece, values: Iterable[Value]) -> None:
        """Claim a piece for some fields."""
        piece.used = "placed"
        self.placed.append(Placed(piece.text, tuple(values)))

    def place_part(self, piece: Piece, raw: str, values: Iterable[Value]) -> None:
        """Claim the beginning of a piece; what follows stays on the desk."""
        self.placed.append(Placed(raw, tuple(values)))
        piece.text = piece.text[len(raw) :].strip(_EDGES)
        if not piece.text:
            piece.used = "placed"

    def has(self, name: str) -> bool:
        """Tell whether a field has been found already."""
        return any(value.name == name for placed in self.placed for value in placed.values)

    def texts(self, name: str) -> list[str]:
        """Return what was found for a field."""
        return [value.text for placed in self.placed for value in placed.values if value.name == name]

    def rest(self) -> list[str]:
        """Return what nobody placed, the pieces of one line together again."""
        lines: dict[int, list[str]] = {}
        for piece in self.pieces:
            if piece.used != "placed" and re.search(r"\w", piece.text):
                lines.setdefault(piece.line, []).append(piece.text)
        return [", ".join(parts) for _line, parts in sorted(lines.items())]

    def domains(self) -> set[str]:
        """Return the second-level names of e-mail and web addresses that are no free mail: "nordlicht-design"."""
        hosts = {mail.rpartition("@")[2].lower() for mail in self.texts("email")}
        webs = (re.sub(r"^https?://", "", web.lower()).partition("/")[0] for web in self.texts("web"))
        hosts |= {host.removeprefix("www.") for host in webs}
        return {core(host) for host in hosts - FREE_MAIL if core(host)}


def core(host: str) -> str:
    """Return the telling part of a host name: "mail.nordlicht.co.uk" is "nordlicht"."""
    parts = [part for part in host.split(".") if part]
    while len(parts) > 1 and (len(parts[-1]) <= 3 or len(parts) == 2):
        parts.pop()
    return re.sub(r"[^a-z0-9]", "", fold(parts[-1])) if parts else ""


def lay_out(desk: Desk, line: str, number: int) -> None:
    """Cut what is left of a line into pieces and lay them on the desk; labels without a value are placed."""
    for part in _PARTS.split(line):
        text = part.strip(_EDGES)
        label = _LEADING_LABEL.match(text)
        if label and text[label.end() :].strip():
            desk.placed.append(Placed(label[0]))
            text = text[label.end() :].strip(_EDGES)
        for small in _small(text):
            _lay_down(desk, small.strip(_EDGES), number)


def _lay_down(desk: Desk, text: str, number: int) -> None:
    """Lay one piece on the desk."""
    if not re.search(r"\w", text):
        return
    if _LABEL_ONLY.fullmatch(text):
        desk.placed.append(Placed(text))
    else:
        desk.pieces.append(Piece(text, number))


def _small(text: str) -> list[str]:
    """Cut at commas and before brackets, but keep together what belongs together."""
    bracketed = _BRACKETS.match(text)
    if bracketed and not has_legal_form(bracketed[2]):
        return [*_small(bracketed[1]), bracketed[2]]
    parts: list[str] = []
    for part in _COMMA.split(text):
        if parts and part and _belongs_to(parts[-1], part.strip()):
            parts[-1] += f", {part}"
        elif part:
            parts.append(part)
    return parts


def _belongs_to(before: str, part: str) -> bool:
    """Tell whether a comma stands inside: "Sol, Lda.", "12, rue du Port", "Meyer, Schulz & Partner"."""
    if _ALONE.fullmatch(part) or (_HOUSE_NUMBER.fullmatch(before.strip()) and part[:1].isalpha()):
        return True
    return " " not in before.strip() and before.isalpha() and "&" in part and not any(char.isdigit() for char in part)
