"""vCard 2.1 (versit, 1996) for old phones and car radios: the lines of version 3.0 in its older spelling.

Bare words instead of TYPE, quoted-printable UTF-8 where a value is not plain, pictures with a blank line behind them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_LONGEST = 70
_PLAIN = re.compile(r"[ -<>-\[\]-~]*")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_PARAMETERS = re.compile(r';([A-Za-z0-9-]+)=("[^"]*"|[^;:"]*)')
_HEAD = re.compile(r'([^;:]+)((?:;(?:"[^"]*"|[^;:"])*)*):(.*)', re.DOTALL)
_WORDS = frozenset(("TYPE", "ENCODING"))


def old_lines(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines of a card of version 3.0, not folded, as version 2.1 has them, folded."""
    for line in lines:
        found = _HEAD.fullmatch(line)
        if found is None or found[1] in ("BEGIN", "END"):
            yield line
            continue
        name, told, value = found.groups()
        if name == "VERSION":
            yield "VERSION:2.1"
        elif name == "PHOTO":
            yield from _photo(told, value)
        else:
            yield from _line(f"{name}{_PARAMETERS.sub(_parameter, told)}", value, is_own=name.startswith("X-"))


def _parameter(found: re.Match[str]) -> str:
    """Return the words of a TYPE bare, another parameter as it is."""
    if found[1].upper() not in _WORDS:
        return found[0]
    return "".join(f";{word}" for word in found[2].strip('"').split(",") if word)


def _line(head: str, value: str, *, is_own: bool) -> Iterator[str]:
    """Yield a line, quoted-printable and in several where the value is long or not plain; `is_own` has no escapes."""
    plain = value if is_own else _ESCAPED.sub(_unescaped, value)
    if _PLAIN.fullmatch(plain) and len(head) + len(plain) < _LONGEST:
        yield f"{head}:{plain}"
        return
    current = head = f"{head};CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:"
    for letter in plain.replace("\r\n", "\n").replace("\n", "\r\n"):
        coded = letter if "!" <= letter <= "~" and letter != "=" else _coded(letter)
        if current != head and len(current) + len(coded) > _LONGEST:
            yield f"{current}="
            current = ""
        current += coded
    yield current


def _unescaped(found: re.Match[str]) -> str:
    """Return what an escape stands for; only the semicolon keeps its own (vCard 2.1, section 2.1.2)."""
    return {"n": "\n", "N": "\n", ";": "\\;"}.get(found[1], found[1])


def _coded(letter: str) -> str:
    return "".join(f"={octet:02X}" for octet in letter.encode("utf-8", errors="replace"))


def _photo(told: str, value: str) -> Iterator[str]:
    """Yield a picture: its kind, base64 in short lines, and the blank line that ends it."""
    kind = next((found[2] for found in _PARAMETERS.finditer(told) if found[1] == "TYPE"), "JPEG")
    yield f"PHOTO;{kind};ENCODING=BASE64:"
    yield from (f" {value[start : start + _LONGEST]}" for start in range(0, len(value), _LONGEST))
    yield ""
