"""Text that must fit: wrapped, shrunk or cut with an ellipsis, never drawn over an edge."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gcrm.services.printing.fonts import Face, width

ELLIPSIS = "…"
SIGNS = "@./-_"
_PART = re.compile(r"[^@./_-]*[@./_-]|[^@./_-]+")
_NUMBER = re.compile(r"[-+−(]?\d[\d .,:/()+−\u00a0\u202f-]*[%€]?")
"""A number, telephone number, date or time, whatever its marks."""
LONGEST = 2000
"""More letters than any line has: what lies behind is not even measured."""


def shorten(text: str, face: Face, size: float, room: float) -> str:
    """Return `text`, or as much of its beginning as fits into `room` points with an ellipsis; "" if not even that."""
    text = text[:LONGEST]
    if width(text, face, size) <= room:
        return text
    low, high = 0, len(text)
    while low < high:  # the longest beginning that fits, in log(n) measurements
        middle = (low + high + 1) // 2
        if width(text[:middle].rstrip() + ELLIPSIS, face, size) <= room:
            low = middle
        else:
            high = middle - 1
    kept = text[:low].rstrip() + ELLIPSIS
    return kept if width(kept, face, size) <= room else ""


def wrap(text: str, face: Face, size: float, room: float) -> list[str]:
    """Break `text` at line ends and blanks into lines of at most `room` points; a word that is too long is cut.

    Every character is kept except the blanks at breaks. Empty text gives one empty line. A room narrower than one
    character gives one character per line.
    """
    if "\n" not in text and width(text, face, size) <= room:
        return [text]
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        lines.extend(_wrap_paragraph(paragraph, face, size, room))
    return lines


def _wrap_paragraph(text: str, face: Face, size: float, room: float) -> list[str]:
    lines: list[str] = []
    line, used = "", 0.0
    blank = width(" ", face, size)
    for word in text.split():
        wide = width(word, face, size)
        if line and used + blank + wide <= room:
            line, used = f"{line} {word}", used + blank + wide
            continue
        if line:
            lines.append(line)
        pieces = [word] if wide <= room else _cut(word, face, size, room)
        lines.extend(pieces[:-1])
        line, used = pieces[-1], width(pieces[-1], face, size)
    return [*lines, line]


def _cut(word: str, face: Face, size: float, room: float) -> list[str]:
    """Cut a word that is longer than a line."""
    pieces: list[str] = []
    start, used = 0, 0.0
    for place, char in enumerate(word):
        wide = width(char, face, size)
        while used + wide > room and place > start:  # what is left behind a sign may be too wide with this one, too
            end = _good_break(word, start, place)
            pieces.append(word[start:end])
            start, used = end, width(word[end:place], face, size)
        used += wide
    return [*pieces, word[start:]]


def _good_break(word: str, start: int, place: int) -> int:
    """Return where to cut before `place`: after a sign as in an e-mail address or path, if not too far back.

    Addresses and numbers are cut after a sign wherever one is.
    """
    cut = max(word.rfind(sign, start, place) for sign in SIGNS) + 1
    is_strict = "@" in word or _NUMBER.fullmatch(word)
    return cut if cut > (start if is_strict else start + (place - start) // 2) else place


def whole_pieces(text: str) -> Iterator[str]:
    """Yield what should stand in one line: numbers and dates whole, the parts of an address."""
    for line in text.splitlines():
        if _NUMBER.fullmatch(line.strip()):
            yield line.strip()
        else:
            yield from parts(line)


def parts(text: str) -> Iterator[str]:
    """Yield what must stand in one line: groups of digits, and the parts of an address up to each sign."""
    for word in text.split():
        if "@" in word:
            yield from _PART.findall(word)
        elif _NUMBER.fullmatch(word):
            yield word


def fitting_size(lines: list[str], face: Face, sizes: tuple[float, float], room: float) -> float:
    """Return the largest size from sizes[0] down to sizes[1] at which the longest line fits; sizes[1] if none does."""
    widest = max((width(line, face, 1.0) for line in lines), default=0.0)
    largest, smallest = sizes
    if widest * largest <= room:
        return largest
    return max(smallest, int(room / widest * 10) / 10)
