"""The words of rich text in Outlook messages: unpacked ([MS-OXRTFCP]) and read without its commands ([MS-OXRTFEX])."""

from __future__ import annotations

import re
import struct

from gcrm.services.exchange.encoding import decode_value
from gcrm.services.mail.html_text import text_of

MOST = 8_000_000
"""Bytes of rich text that are unpacked."""
_PACKED, _PLAIN = 0x75465A4C, 0x414C454D  # "LZFu", "MELA"
_START = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS "
    b"Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b"
    b"\\i\\u\\tab\\tx"
)
_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)|\\"
)
_SKIPPED = frozenset(
    b"fonttbl colortbl stylesheet info pict object header footer generator themedata listtable".split()
)
_BREAKS = {b"par": "\n", b"line": "\n", b"row": "\n", b"tab": "\t", b"cell": "\t"}
_SIGNS = {
    b"emdash": "—",
    b"endash": "–",
    b"bullet": "•",
    b"lquote": "‘",
    b"rquote": "’",
    b"ldblquote": "“",
    b"rdblquote": "”",
}


def unpacked(data: bytes) -> bytes:
    """Return rich text as it was before it was packed; what is broken comes as far as it goes."""
    if len(data) < 16:
        return b""
    _size, raw_size, kind, _crc = struct.unpack_from("<IIII", data)
    if kind == _PLAIN:
        return data[16 : 16 + min(raw_size, MOST)]
    if kind != _PACKED:
        return b""
    window = bytearray(4096)
    window[: len(_START)] = _START
    write, place, out = len(_START), 16, bytearray()
    while place < len(data) and len(out) < MOST:
        control, place = data[place], place + 1
        for bit in range(8):
            if control >> bit & 1:
                if place + 1 >= len(data):
                    return bytes(out)
                pair, place = data[place] << 8 | data[place + 1], place + 2
                offset, length = pair >> 4, (pair & 15) + 2
                if offset == write % 4096:
                    return bytes(out)
                for step in range(length):
                    byte = window[(offset + step) % 4096]
                    out.append(byte)
                    window[write % 4096] = byte
                    write += 1
            elif place < len(data):
                byte, place = data[place], place + 1
                out.append(byte)
                window[write % 4096] = byte
                write += 1
    return bytes(out)


def text_of_rtf(packed: bytes) -> str:
    """Return the words of packed rich text; where it only carries HTML, the words of that."""
    source = unpacked(packed)
    text = "".join(_pieces(source))
    if b"\\fromhtml1" in source[:2000]:
        return text_of(text)
    return text.strip("\n")


def _pieces(source: bytes) -> list[str]:
    """Return the text of rich text in pieces."""
    is_html = b"\\fromhtml1" in source[:2000]
    pieces: list[str] = []
    waiting = bytearray()
    stack: list[bool] = []
    is_off, is_first, skip = False, False, 0
    for found in _TOKEN.finditer(source):
        word, number, code, sign, brace, plain = found.groups()
        if brace == b"{":
            stack.append(is_off)
            is_first = True
            continue
        if brace == b"}":
            is_off = stack.pop() if stack else False
            continue
        if sign == b"*" or (is_first and word in _SKIPPED):
            is_off = not (is_html and source.startswith(b"\\htmltag", found.end()))
        elif word == b"htmlrtf" and is_html:
            is_off = number != b"0"
        elif not is_off:
            if code or plain:
                if skip and code:
                    skip -= 1
                    continue
                waiting += bytes([int(code, 16)]) if code else plain[skip:]
                skip = 0
            else:
                pieces.append(decode_value(bytes(waiting)))
                waiting.clear()
                if word == b"u" and number:
                    pieces.append(_letter(int(number)))
                    skip = 1
                else:
                    pieces.append(_sign(word, sign, is_html=is_html))
        is_first = False
    pieces.append(decode_value(bytes(waiting)))
    return pieces


def _sign(word: bytes | None, sign: bytes | None, *, is_html: bool) -> str:
    if sign is not None:
        return {b"~": " ", b"_": "-", b"-": ""}.get(sign, sign.decode("ascii", "replace") if sign in b"\\{}" else "")
    if is_html and word not in (b"par", b"line", b"tab"):
        return ""
    return _BREAKS.get(word or b"", _SIGNS.get(word or b"", ""))


def _letter(number: int) -> str:
    number %= 65536
    return "" if 0xD800 <= number < 0xE000 else chr(number)
