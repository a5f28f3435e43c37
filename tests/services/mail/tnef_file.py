"""A writer of winmail.dat, as small as [MS-OXTNEF] allows."""

from __future__ import annotations

import struct
from collections.abc import Mapping


def winmail(text: str, files: Mapping[str, bytes]) -> bytes:
    """Return a wrapping of a text and files; their short names are cut as DOS has them."""
    body = _binary(0x1013, f"<p>{text}</p>".encode("cp1252"))
    parts = [_attribute(1, 0x00069007, struct.pack("<II", 1252, 0)), _attribute(1, 0x00069003, _list([_named(), body]))]
    for name, data in files.items():
        parts.append(_attribute(2, 0x00069002, bytes(14)))
        parts.append(_attribute(2, 0x00018010, name[:8].encode("cp1252") + b"\0"))
        parts.append(_attribute(2, 0x0006800F, data))
        parts.append(_attribute(2, 0x00069005, _list([struct.pack("<HHI", 3, 0x3705, 1), _text(0x3707, name)])))
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(parts)


def _attribute(level: int, name: int, data: bytes) -> bytes:
    return struct.pack("<BII", level, name, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def _list(properties: list[bytes]) -> bytes:
    return struct.pack("<I", len(properties)) + b"".join(properties)


def _sized(kind: int, number: int, value: bytes) -> bytes:
    return struct.pack("<HHII", kind, number, 1, len(value)) + value + bytes(-len(value) % 4)


def _binary(number: int, value: bytes) -> bytes:
    return _sized(0x102, number, value)


def _text(number: int, value: str) -> bytes:
    return _sized(0x1F, number, f"{value}\0".encode("utf-16-le"))


def _named() -> bytes:
    """A property with a name in letters and two values, as Outlook keeps categories."""
    name = "Keywords\0".encode("utf-16-le")
    head = struct.pack("<HH16sII", 0x101F, 0x8001, bytes(16), 1, len(name)) + name + bytes(-len(name) % 4)
    values = ["Offer\0".encode("utf-16-le"), "Key\0".encode("utf-16-le")]
    rows = b"".join(struct.pack("<I", len(value)) + value + bytes(-len(value) % 4) for value in values)
    return head + struct.pack("<I", len(values)) + rows
