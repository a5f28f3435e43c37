"""Words in the headers of mails: encoded ones (RFC 2047) as programs really write them, and bytes without any."""

from __future__ import annotations

import binascii
import re

from gcrm.services.exchange.encoding import decode_value

MOST_HEADER = 100_000
"""Characters of a header that are looked at."""
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]{0,2000})\?=")
_BETWEEN = re.compile(r"\?=[ \t\r\n]{1,99}(?==\?)")
_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")


def decoded(value: str) -> str:
    """Return a header with its encoded words and its foreign bytes as text; what is broken stays as it is.

    Bytes above ASCII that are no UTF-8 came in as surrogates.
    """
    joined = _BETWEEN.sub("?=", value[:MOST_HEADER])
    pieces: list[str] = []
    place, charset, data = 0, "", b""
    for found in _WORD.finditer(joined):
        named = found.group(1).partition("*")[0].lower()
        if found.start() > place or named != charset:  # letters may be cut between two words of one character set
            pieces += [decode_value(data, charset), _plain(joined[place : found.start()])]
            charset, data = named, b""
        data += _bytes_of(found.group(2), found.group(3))
        place = found.end()
    return "".join((*pieces, decode_value(data, charset), _plain(joined[place:])))


def _bytes_of(kind: str, text: str) -> bytes:
    """Return the bytes of an encoded word."""
    data = text.encode("utf-8", "surrogateescape")
    if kind in "qQ":
        return _HEX.sub(lambda found: bytes([int(found.group(1), 16)]), data.replace(b"_", b" "))
    try:
        return binascii.a2b_base64(data + b"=" * (-len(data) % 4))
    except binascii.Error:
        return data


def _plain(text: str) -> str:
    """Return text whose foreign bytes came through unread."""
    if not any("\udc80" <= char <= "\udcff" for char in text):
        return text
    return decode_value(text.encode("utf-8", "surrogateescape"))
