"""The parts of a mail file (RFC 5322, 2045, 2046), cut by a reader that goes through a stranger's bytes with limits.

The library's parser (`email`) nests a call per level and tests every line against every boundary, and its headers raise
what nobody declared: a hostile file stops it for minutes. Here depth, parts and headers have limits, a part is a
range of the bytes until it is asked for, and nothing raises.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO
from urllib.parse import unquote_to_bytes

from gcrm.services.exchange.encoding import decode_value, known_charset
from gcrm.services.mail.words import decoded

PIECE = 1 << 20
"""Bytes of a content that are decoded at once."""
DEEPEST = 20
MOST_PARTS = 1000
MOST_HEADERS = 1_000_000
"""Bytes of all headers together."""
LONGEST_PARAMETERS = 4000
MOST_PARAMETERS = 64
LONGEST_TEXT = 3_000_000
"""Bytes of a text that are decoded."""
_HEADERS_END = re.compile(rb"\n\r?\n")
_HEADER = re.compile(r"([\x21-\x39\x3b-\x7e]{1,200})[ \t]{0,9}:(.*)", re.DOTALL)
_PARAMETER = re.compile(r';\s{0,99}([^\s=;"]{1,99})\s{0,9}=\s{0,99}(?:"((?:[^"\\]|\\.){0,1000})"|([^;]{0,1000}))')
_LOOKS_LIKE_PARTS = re.compile(rb"\n(--[^\s]{1,199})\r?\nContent-[A-Za-z-]{1,30}:", re.IGNORECASE)
_WESTERN = ("ascii", "iso8859-1", "iso8859-15", "cp1252")
_NO_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))


@dataclass(slots=True)
class Part:
    """One part: its headers (names in lower case, values in one line), its kind, and where its content lies."""

    data: bytes = field(repr=False)
    begin: int
    end: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    media_type: str = "text/plain"
    parameters: dict[str, str] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)

    def raw(self, name: str) -> str:
        """Return the first header of a name as it stands in the file, "" without one."""
        return next((value for key, value in self.headers if key == name), "")

    def header(self, name: str) -> str:
        """Return the words of the first header of a name."""
        return decoded(self.raw(name))

    def all(self, name: str) -> str:
        """Return the words of all headers of a name, with commas between: some programs write several To."""
        return ", ".join(decoded(value) for key, value in self.headers if key == name and value)

    @property
    def disposition(self) -> str:
        """Return "attachment", "inline" or ""."""
        return self.raw("content-disposition").partition(";")[0].strip().lower()

    @property
    def content_id(self) -> str:
        """Return the name by which an HTML text shows this part, "" without one."""
        return self.raw("content-id").strip(" <>")

    def file_name(self) -> str:
        """Return the name of an attached file, "" without one."""
        placed = parameters_of(self.raw("content-disposition"))
        return (placed.get("filename") or self.parameters.get("name") or "").strip()

    def content(self) -> bytes:
        """Return the bytes of a part without its transfer encoding; what is broken comes as far as it goes."""
        return content_of(self.data[self.begin : self.end], self.raw("content-transfer-encoding").lower())

    def write_to(self, target: BinaryIO) -> None:
        """Write what `content` returns; of a large one only a piece is in memory."""
        if "base64" not in self.raw("content-transfer-encoding").lower():
            target.write(self.content())
            return
        rest = b""
        for begin in range(self.begin, self.end, PIECE):
            plain = rest + self.data[begin : min(begin + PIECE, self.end)].translate(None, _NO_BASE64)
            whole = len(plain) - len(plain) % 4
            target.write(binascii.a2b_base64(plain[:whole]))
            rest = plain[whole:]
        target.write(content_of(rest, "base64"))

    def text(self) -> str:
        """Return the content as text, by the character set it names or the best guess."""
        return text_of(self.content(), self.parameters.get("charset", ""))

    def leaves(self) -> Iterator[Part]:
        """Yield the parts that have no parts, in their order."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()


@dataclass(slots=True)
class _Limits:
    parts: int = MOST_PARTS
    headers: int = MOST_HEADERS

    def is_used_up(self) -> bool:
        return self.parts <= 0 or self.headers <= 0


def parse(data: bytes) -> tuple[Part, bool]:
    """Return the parts of a mail file, and whether a limit left some of them out."""
    if b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    begin = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    if data.startswith((b"From ", b">From "), begin):  # the line between mails of a mailbox file
        begin = data.find(b"\n", begin) + 1 or len(data)
    limits = _Limits()
    return _part(data, begin, len(data), limits, 0), limits.is_used_up()


def _part(data: bytes, begin: int, end: int, limits: _Limits, depth: int, usual: str = "text/plain") -> Part:
    """Return the part that lies in a range of the bytes."""
    part = Part(data, begin, end, media_type=usual)
    part.headers, part.begin = _headers(data, begin, end)
    limits.parts -= 1
    limits.headers -= part.begin - begin
    kind = part.raw("content-type")
    if kind:
        name = kind.partition(";")[0].strip().lower()
        part.media_type = name if name.count("/") == 1 else "text/plain"
        part.parameters = parameters_of(kind)
    if part.media_type.startswith("multipart/") and depth < DEEPEST:
        usual = "message/rfc822" if part.media_type == "multipart/digest" else "text/plain"
        delimiter = _delimiter(part)
        for first, last in _ranges(data, part.begin, part.end, delimiter) if delimiter else ():
            if limits.is_used_up():
                break
            part.parts.append(_part(data, first, last, limits, depth + 1, usual))
        if not part.parts:  # it says that it has parts, and has none: what stands there is its text
            part.media_type = "text/plain"
    return part


def _delimiter(part: Part) -> bytes:
    """Return what stands between the parts: as the header names it, else the first line that looks like it, or b""."""
    named = part.parameters.get("boundary", "").encode("utf-8", "surrogateescape")[:200]
    if named and part.data.find(b"--" + named, part.begin, part.end) >= 0:
        return b"--" + named
    found = _LOOKS_LIKE_PARTS.search(part.data, max(part.begin - 1, 0), part.end)
    return found.group(1) if found else b""


def _headers(data: bytes, begin: int, end: int) -> tuple[list[tuple[str, str]], int]:
    """Return the headers that begin here, and where the content begins; the line between may be missing."""
    if data.startswith((b"\n", b"\r\n"), begin):
        return [], begin + (1 if data[begin] == 10 else 2)
    found = _HEADERS_END.search(data, begin, min(end, begin + MOST_HEADERS))
    stop, after = (found.start() + 1, found.end()) if found else (min(end, begin + MOST_HEADERS), end)
    headers: list[tuple[str, list[str]]] = []
    place = begin
    while place < stop:
        until = data.find(b"\n", place, stop) + 1 or stop
        line = data[place:until].decode("utf-8", "surrogateescape").rstrip("\r\n")
        if line[:1] in (" ", "\t") and headers:
            headers[-1][1].append(line)
        else:
            named = _HEADER.fullmatch(line)
            if named is None:
                return _joined(headers), place
            headers.append((named.group(1).lower(), [named.group(2)]))
        place = until
    return _joined(headers), after


def _joined(headers: list[tuple[str, list[str]]]) -> list[tuple[str, str]]:
    return [(name, "".join(lines).strip()) for name, lines in headers]


def _ranges(data: bytes, begin: int, end: int, delimiter: bytes) -> Iterator[tuple[int, int]]:
    """Yield where the parts between delimiters begin and end; the last may lack its end."""
    place, opened = begin, -1
    while (found := data.find(delimiter, place, end)) >= 0:
        place = found + len(delimiter)
        if found > begin and data[found - 1] != 10:
            continue
        line_end = data.find(b"\n", place, end)
        rest = data[place : line_end if line_end >= 0 else end][:80].strip()
        if rest not in (b"", b"--"):
            continue
        if opened >= 0:
            yield opened, max(opened, found - (2 if data[found - 2 : found] == b"\r\n" else 1))
        opened = line_end + 1 if line_end >= 0 and rest != b"--" else -1
        if opened < 0:
            return
        place = opened
    if opened >= 0:
        yield opened, end


def parameters_of(value: str) -> dict[str, str]:
    """Return the parameters of a header: plain, in encoded words, or in pieces (RFC 2231)."""
    found: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for match in islice(_PARAMETER.finditer(value[:LONGEST_PARAMETERS]), MOST_PARAMETERS):
        name, quoted, bare = match.groups()
        text = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else bare.strip()
        base, *marks = name.lower().split("*")
        if not marks:
            found.setdefault(base, decoded(text))
            continue
        number = int(marks[0]) if marks[0].isdecimal() and len(marks[0]) < 4 else 0
        pieces.setdefault(base, {})[number] = (text, name.endswith("*"))
    for base, numbered in pieces.items():
        found[base] = _assembled([numbered[number] for number in sorted(numbered)])
    return found


def _assembled(pieces: list[tuple[str, bool]]) -> str:
    """Return the value of a parameter from its pieces; the first encoded one names the character set."""
    charset, data = "", b""
    for place, (text, is_encoded) in enumerate(pieces):
        if is_encoded and place == 0 and text.count("'") >= 2:
            charset, _language, text = text.split("'", 2)
        raw = text.encode("utf-8", "surrogateescape")
        data += unquote_to_bytes(raw) if is_encoded else raw
    return decode_value(data, charset)


def content_of(data: bytes, encoding: str) -> bytes:
    """Return bytes without their transfer encoding."""
    if "base64" in encoding:
        plain = data.translate(None, _NO_BASE64)
        plain = plain[: len(plain) - 1] if len(plain) % 4 == 1 else plain
        return binascii.a2b_base64(plain + b"=" * (-len(plain) % 4))
    if "quoted" in encoding:
        return binascii.a2b_qp(data)
    return data


def text_of(data: bytes, charset: str) -> str:
    """Return a text; its named character set is believed where it fits. Western ones often hold UTF-8, or more."""
    data = data[:LONGEST_TEXT]
    name = known_charset(charset)
    if name in _WESTERN:
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            name = {"ascii": "", "iso8859-1": "cp1252"}.get(name, name)
    return decode_value(data, name)
