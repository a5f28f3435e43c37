"""The files and the text inside a winmail.dat, in which Outlook wraps mails for those who have Outlook ([MS-OXTNEF]).

A stranger's bytes: every length is compared with what is there, and what is broken comes as far as it goes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from gcrm.services.exchange.encoding import decode_value
from gcrm.services.mail.html_text import charset_of, text_of
from gcrm.services.mail.mime import text_of as decoded_text
from gcrm.services.mail.rtf import text_of_rtf

SIGNATURE = struct.pack("<I", 0x223E9F78)
MEDIA_TYPES = ("application/ms-tnef", "application/vnd.ms-tnef")
MOST_ATTRIBUTES, MOST_PROPERTIES, MOST_VALUES = 5000, 2000, 1000
# Attributes: level 1 is the message, 2 an attachment; an attachment begins with how it is drawn.
_CODE_PAGE, _PROPERTIES, _BODY = 0x9007, 0x9003, 0x800C
_DRAWN, _TITLE, _DATA, _FILE_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
# Properties of [MS-OXPROPS] and their types.
_TEXT, _HTML, _RTF = 0x1000, 0x1013, 0x1009
_LONG_NAME, _MEDIA, _CONTENT_ID = 0x3707, 0x370E, 0x3712
_WIDTHS = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_NARROW, _WIDE = 0x1E, 0x1F
_SIZED = (_NARROW, _WIDE, 0x0D, 0x102)
_SEVERAL = 0x1000
Properties = dict[int, tuple[int, bytes]]


@dataclass(slots=True)
class Wrapped:
    """A file in the wrapping."""

    name: str = ""
    media_type: str = ""
    content_id: str = ""
    data: bytes = b""


@dataclass(slots=True)
class Unwrapped:
    """What was in the wrapping: the text, "" for none, and the files."""

    text: str = ""
    files: list[Wrapped] = field(default_factory=list)


def unwrap(data: bytes) -> Unwrapped:
    """Return what is in a winmail.dat; nothing where it is none."""
    found, charset, last = Unwrapped(), "cp1252", Wrapped()
    for level, name, content in _attributes(data):
        if name == _CODE_PAGE and len(content) >= 4:
            page = int.from_bytes(content[:4], "little")
            charset = "utf-8" if page == 65001 else f"cp{page}"
        elif level == 1 and name == _PROPERTIES:
            found.text = _text_in(dict(_properties(content)), charset) or found.text
        elif level == 1 and name == _BODY:
            found.text = found.text or _plain(decode_value(content, charset))
        elif level == 2 and name == _DRAWN:
            last = Wrapped()
            found.files.append(last)
        elif name == _TITLE:
            last.name = last.name or decode_value(content, charset).rstrip("\0")
        elif name == _DATA:
            last.data = content
        elif name == _FILE_PROPERTIES:
            _name(last, dict(_properties(content)), charset)
    found.files = [each for each in found.files if each.data]
    return found


def _attributes(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield level, number and content of each attribute; after a broken one nothing."""
    place = 6 if data.startswith(SIGNATURE) else len(data)
    for _count in range(MOST_ATTRIBUTES):
        if place + 9 > len(data):
            return
        level, name, size = struct.unpack_from("<BII", data, place)
        place += 9
        if level not in (1, 2) or place + size > len(data):
            return
        yield level, name & 0xFFFF, data[place : place + size]
        place += size + 2  # a checksum, which nobody needs


def _properties(data: bytes) -> Iterator[tuple[int, tuple[int, bytes]]]:
    """Yield number, type and first value of each property; after a broken one nothing."""
    place, count = 4, int.from_bytes(data[:4], "little")
    for _each in range(min(count, MOST_PROPERTIES)):
        if place + 4 > len(data):
            return
        kind, number = struct.unpack_from("<HH", data, place)
        place += 4
        if number >= 0x8000:
            place = _after_name(data, place)
        value, place = _value(data, place, kind)
        if place > len(data):
            return
        yield number, (kind & ~_SEVERAL, value)


def _after_name(data: bytes, place: int) -> int:
    """Return where the name of a property that has one ends: by number, or in letters."""
    kind, number = struct.unpack_from("<II", data, place + 16) if place + 24 <= len(data) else (0, 0)
    return place + 24 + (_padded(number) if kind else 0)


def _value(data: bytes, place: int, kind: int) -> tuple[bytes, int]:
    """Return the first value of a property, and where the last one ends."""
    plain = kind & ~_SEVERAL
    count = 1
    if kind & _SEVERAL or plain in _SIZED:
        count, place = int.from_bytes(data[place : place + 4], "little"), place + 4
    first = b""
    for each in range(min(count, MOST_VALUES)):
        if plain in _SIZED:
            size, place = int.from_bytes(data[place : place + 4], "little"), place + 4
            width = _padded(size)
        else:
            size = width = _WIDTHS.get(plain, len(data))
        if each == 0:
            first = data[place : place + size]
        place += width
        if place > len(data):
            break
    return first, place


def _padded(size: int) -> int:
    return size + -size % 4


def _text_in(found: Properties, charset: str) -> str:
    """Return the text: the plain one, else of HTML, else of rich text."""
    plain = _plain(_string(found, _TEXT, charset))
    if plain:
        return plain
    html = found.get(_HTML, (0, b""))[1]
    if html:
        return text_of(decoded_text(html, charset_of(html) or charset))
    return text_of_rtf(found[_RTF][1]) if _RTF in found else ""


def _name(file: Wrapped, found: Properties, charset: str) -> None:
    """Take name, kind and content id of a file."""
    file.name = _string(found, _LONG_NAME, charset) or file.name
    file.media_type = _string(found, _MEDIA, charset).lower()
    file.content_id = _string(found, _CONTENT_ID, charset).strip(" <>")


def _string(found: Properties, number: int, charset: str) -> str:
    kind, value = found.get(number, (0, b""))
    text = value.decode("utf-16-le", "replace") if kind == _WIDE else decode_value(value, charset)
    return text.rstrip("\0") if kind in (_NARROW, _WIDE) else ""


def _plain(text: str) -> str:
    return text.rstrip("\0").replace("\r\n", "\n").replace("\r", "\n").strip("\n")
