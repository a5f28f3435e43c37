"""Bytes to text without asking: byte order marks, UTF-16 without one, UTF-8, named and unnamed code pages.

A file of contacts is often put together from several sources, so the last resort decides line by line. A folded line
may be cut inside a UTF-8 letter (old phones do it); such cuts are moved behind the letter first.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from gcrm.services.exchange.code_page import guess

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Names of character sets are data of a stranger: only these are ever looked up.
_TRUSTED = frozenset(
    {
        *("ascii", "utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp437", "cp850", "cp852", "cp858", "cp866", "cp874"),
        *("cp932", "cp949", "cp950", "koi8-r", "koi8-u", "mac-roman", "tis-620", "shift_jis", "euc_jp", "iso2022_jp"),
        *("euc_kr", "gb2312", "gbk", "gb18030", "big5", "johab"),
        *(f"cp125{digit}" for digit in range(9)),
        *(f"iso8859-{part}" for part in (*range(1, 12), *range(13, 17))),
    }
)
_CHARSET = re.compile(rb"CHARSET=[\"']?([A-Za-z0-9_.-]{1,40})", re.IGNORECASE)
_LINE_ENDS = re.compile(rb"[^\r\n]*[\r\n]*")
_PROBE = 2000


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file, the name of its encoding, and what spoke for it (for the report)."""

    text: str
    encoding: str
    evidence: str


def known_charset(name: str) -> str:
    """Return the codec for a charset name found in a file, "" if it is unknown or not a character set."""
    try:
        codec = codecs.lookup(name.strip()).name
    except (LookupError, ValueError):
        return ""
    return codec if codec in _TRUSTED else ""


def decode(data: bytes) -> Decoded:
    """Return the text of a file of contacts; never fails, what no encoding explains becomes U+FFFD."""
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return Decoded(data[len(mark) :].decode(codec, errors="replace"), codec, "byte order mark")
    wide = _wide_codec(data[:_PROBE])
    if wide:
        return Decoded(data.decode(wide, errors="replace"), wide, "every second byte is zero")
    whole = _as_utf8(data)
    return whole if whole else _by_line(data)


def decode_value(data: bytes, charset: str = "") -> str:
    """Return the text of one value (quoted-printable): its own charset if it fits, UTF-8, or the best guess."""
    for codec in (known_charset(charset) if charset else "", "utf-8"):
        if codec:
            try:
                return data.decode(codec)
            except UnicodeDecodeError:
                continue
    return _damaged_utf8(data) or data.decode(guess(data, is_thorough=False)[0], errors="replace")


def _damaged_utf8(data: bytes) -> str:
    """Return text that is UTF-8 but for a broken letter or two, "" if it is something else."""
    text = data.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    whole = sum(not letter.isascii() for letter in text) - broken
    return text if whole > max(broken, 1) else ""


def _wide_codec(start: bytes) -> str:
    """Tell UTF-16 without a mark by its zero bytes: text in it is mostly ASCII around the values."""
    half = len(start) // 2
    if half < 4:
        return ""
    if start[1::2].count(0) > 0.6 * half and start[0::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if start[0::2].count(0) > 0.6 * half and start[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return ""


def _as_utf8(data: bytes) -> Decoded | None:
    """Return the file as ASCII or UTF-8, also with letters cut by folding; None if it is neither."""
    if data.isascii():
        return Decoded(data.decode("ascii"), "ascii", "only ASCII")
    for attempt, evidence in ((data, "valid throughout"), (_mend_folds(data), "valid after mending cut letters")):
        try:
            return Decoded(attempt.decode("utf-8"), "utf-8", evidence)
        except UnicodeDecodeError:
            continue
    return None


def _mend_folds(data: bytes) -> bytes:
    """Move the rest of a UTF-8 letter that begins a continuation line behind the letter's first part."""
    lines = data.split(b"\n")
    for number in range(1, len(lines)):
        line = lines[number]
        rest = 1
        while rest < min(5, len(line)) and line[0] in b" \t" and 0x80 <= line[rest] < 0xC0:
            rest += 1
        if rest > 1:
            before = lines[number - 1]
            end = b"\r" if before.endswith(b"\r") else b""
            lines[number - 1] = before[: len(before) - len(end)] + line[1:rest] + end
            lines[number] = line[:1] + line[rest:]
    return b"\n".join(lines)


def _by_line(data: bytes) -> Decoded:
    """Decode a file that is not UTF-8 as a whole: each line as UTF-8, by its CHARSET, or by the file's code page."""
    codec, evidence = _code_page(data)
    pieces = []
    counted: dict[str, int] = {}
    named = ""
    for match in _LINE_ENDS.finditer(data):
        line = match.group()
        if line[:1] not in (b" ", b"\t"):
            named = _named_charset(line)
        text, used = _decode_line(line, named, codec)
        pieces.append(text)
        if not line.isascii():
            counted[used] = counted.get(used, 0) + 1
    encoding = " + ".join(sorted(counted, key=lambda name: -counted[name]))
    return Decoded("".join(pieces), encoding or codec, evidence)


def _code_page(data: bytes) -> tuple[str, str]:
    """Return the code page for unnamed lines: a one-byte charset the file itself names, else the best guess.

    Only the lines that are not UTF-8 are asked.
    """
    for match in _CHARSET.finditer(data):
        codec = known_charset(match.group(1).decode("ascii"))
        if codec.startswith(("cp125", "iso8859-", "koi8")):
            return codec, f"the file names {codec}"
    return guess(b"".join(line for line in _LINE_ENDS.findall(data) if not _is_utf8(line)))


def _is_utf8(line: bytes) -> bool:
    """Tell whether a line is UTF-8: it says nothing about the code page of the others."""
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _named_charset(line: bytes) -> str:
    """Return the codec of the line's CHARSET parameter, "" without one."""
    if line.isascii():
        return ""
    found = _CHARSET.search(line[:500])
    return known_charset(found.group(1).decode("ascii")) if found else ""


def _decode_line(line: bytes, named: str, codec: str) -> tuple[str, str]:
    for attempt in ("utf-8", named):
        if attempt:
            try:
                return line.decode(attempt), attempt
            except UnicodeDecodeError:
                continue
    damaged = _damaged_utf8(line)
    return (damaged, "utf-8") if damaged else (line.decode(codec, errors="replace"), codec)
