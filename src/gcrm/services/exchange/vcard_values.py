"""Values of vCard properties: escaping, lists, structured values, quoted-printable, dates (RFC 6350 3.4 and 4)."""

from __future__ import annotations

import binascii
import re
from datetime import date

from gcrm.services.exchange.card import CardDate
from gcrm.services.exchange.content_line import ContentLine
from gcrm.services.exchange.encoding import decode_value

_DATE = re.compile(r"(\d{4})(?:-(\d\d)-(\d\d)|(\d\d)(\d\d)|-(\d\d))?([T ].{1,40})?", re.ASCII)
_YEARLESS = re.compile(r"--(\d\d)(?:-?(\d\d))?([T ].{1,40})?", re.ASCII)
_NO_YEAR = 1604  # Apple writes a birthday without year into this leap year
_MIDNIGHT = re.compile(r"[T ]00:?00(?::?00)?Z?", re.ASCII)


def text_of(line: ContentLine) -> str:
    """Return the value decoded from quoted-printable or base64 but still escaped."""
    if line.head is None or not line.head.encoding:
        return line.value
    if line.head.encoding == "B":
        return _from_base64(line)
    if line.head.encoding != "QUOTED-PRINTABLE":
        return line.value
    raw = line.value.encode("utf-8")
    decoded = decode_value(binascii.a2b_qp(raw), line.head.charset if line.value.isascii() else "")
    return decoded.replace("\0", "\ufffd")


def _from_base64(line: ContentLine) -> str:
    """Return the text in a base64 value, the value itself where it is none."""
    try:
        data = binascii.a2b_base64("".join(line.value.split()), strict_mode=True)
    except ValueError:
        return line.value
    return decode_value(data, line.head.charset if line.head else "").replace("\0", "\ufffd")


def unescape(text: str, *, is_old_quoted: bool = False) -> str:
    """Return the text behind the escapes, with \\n as line end.

    In quoted-printable text of vCard 2.1 only `\\;` is an escape: its line ends are =0D=0A, and backslashes stand for
    themselves, as in the name of a Windows folder.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\\" not in text:
        return text
    if is_old_quoted:
        return text.replace("\\;", ";")
    pieces = text.split("\\\\")
    return "\\".join(_unescape_piece(piece) for piece in pieces)


def _unescape_piece(piece: str) -> str:
    if "\\" not in piece:
        return piece
    for escaped, plain in (("\\n", "\n"), ("\\N", "\n"), ("\\,", ","), ("\\;", ";"), ("\\:", ":"), ('\\"', '"')):
        piece = piece.replace(escaped, plain)
    return piece


def escape(text: str) -> str:
    """Return a text value as vCard 3.0 and 4.0 want it."""
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    if "," in text:
        text = text.replace(",", "\\,")
    if ";" in text:
        text = text.replace(";", "\\;")
    return escape_line_ends(text) if "\n" in text or "\r" in text else text


def escape_line_ends(text: str) -> str:
    """Return the text in one line; no value may break the line it stands in."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\n", "\\n") if "\n" in text else text


def split_escaped(text: str, separator: str) -> list[str]:
    """Split at separators without a backslash before them; the parts stay escaped."""
    parts = text.split(separator)
    if "\\" not in text:
        return parts
    whole: list[str] = []
    pending: list[str] = []
    for part in parts:
        pending.append(part)
        if (len(part) - len(part.rstrip("\\"))) % 2 == 0:
            whole.append(separator.join(pending))
            pending = []
    return [*whole, separator.join(pending)] if pending else whole


def components(line: ContentLine) -> list[str]:
    """Return the parts of a structured value (N, ADR, ORG), unescaped and without blanks around."""
    text = text_of(line)
    if "\\" not in text and "\r" not in text:
        return [part.strip() for part in text.split(";")]
    is_old_quoted = _is_old_quoted(line)
    return [unescape(part, is_old_quoted=is_old_quoted).strip() for part in split_escaped(text, ";")]


def single(line: ContentLine) -> str:
    """Return a text value without blanks around."""
    return long_text(line).strip()


def long_text(line: ContentLine) -> str:
    """Return a text value as it is."""
    return unescape(text_of(line), is_old_quoted=_is_old_quoted(line))


def _is_old_quoted(line: ContentLine) -> bool:
    return line.is_old and line.head is not None and line.head.encoding == "QUOTED-PRINTABLE"


def items(line: ContentLine, separators: str = ",") -> tuple[str, ...]:
    """Return the parts of a list value (CATEGORIES, NICKNAME) that are not empty."""
    parts = [text_of(line)]
    for separator in separators:
        parts = [piece for part in parts for piece in split_escaped(part, separator)]
    return tuple(text for part in parts if (text := unescape(part).strip()))


def read_date(text: str) -> CardDate | None:
    """Return a date in any form of RFC 6350 4.3 or ISO 8601 that names a year or a month, None for anything else."""
    short = text.strip()[:60]
    found = _DATE.fullmatch(short)
    if found:
        year, long_month, long_day, month, day, month_alone, time = found.groups()
        parts = int(year), int(long_month or month or month_alone or 0), int(long_day or day or 0)
    else:
        found = _YEARLESS.fullmatch(short)
        if found is None:
            return None
        month, day, time = found.groups()
        parts = 0, int(month), int(day or 0)
    if not is_possible(*parts) or (parts[0] == 0 and short[0] != "-"):
        return None
    time = "" if not time or _MIDNIGHT.fullmatch(time) else time.replace(" ", "T", 1)
    return CardDate(0 if parts[0] == _NO_YEAR else parts[0], *parts[1:], time)


def is_possible(year: int, month: int, day: int) -> bool:
    """Tell whether there is such a day; 0 stands for a part that is not known."""
    try:
        date(year or 2000, month or 1, day or 1)
    except ValueError:
        return False
    return bool(year or month) and not (year == _NO_YEAR and not month)


def write_date(day: CardDate, version: str) -> str:
    """Return a date for version "3.0" (1980-03-22, --02-03) or "4.0" (19800322, --0203, 1985-04)."""
    dash = "-" if version == "3.0" else ""
    if not day.year:
        text = f"--{day.month:02}" + (f"{dash}{day.day:02}" if day.day else "")
    elif day.day:
        text = f"{day.year:04}{dash}{day.month:02}{dash}{day.day:02}"
    else:
        text = f"{day.year:04}-{day.month:02}" if day.month else f"{day.year:04}"
    return text + day.time


def parameter(name: str, value: str) -> str:
    """Return `;NAME=value`, quoted where needed and with RFC 6868 carets."""
    if "^" in value or "\n" in value or '"' in value:
        value = value.replace("^", "^^").replace("\n", "^n").replace('"', "^'")
    if not value.isalnum() and any(mark in value for mark in ":;,"):
        value = f'"{value}"'
    return f";{name}={value}"


def types(words: tuple[str, ...] | list[str]) -> str:
    """Return `;TYPE=a,b`, "" without words."""
    if not words:
        return ""
    return ";TYPE=" + ",".join(word if word.isalnum() else _type_word(word) for word in words)


def _type_word(word: str) -> str:
    quoted = parameter("", word)[2:]
    return quoted


def raw_line(line: ContentLine) -> str:
    """Return the line to keep: unfolded, without the encodings of version 2.1, otherwise as it was written."""
    head = line.head
    if head is None or (head.is_plain and not head.encoding):
        return line.raw
    if head.is_plain:
        return line.raw[: len(line.raw) - len(line.value)] + "".join(line.value.split())
    group = f"{head.group}." if head.group else ""
    told = types(head.types) + "".join(parameter(*pair) for pair in head.extra)
    told += f";PREF={head.preference}" if head.preference else ""
    told += f";VALUE={head.value}" if head.value not in ("", "inline") else ""
    if head.encoding == "B":
        return f"{group}{head.written}{told};ENCODING=b:" + "".join(line.value.split())
    return f"{group}{head.written}{told}:" + escape_line_ends(text_of(line))
