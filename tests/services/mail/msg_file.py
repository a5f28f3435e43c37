"""A writer of Outlook messages, as small as [MS-CFB] and [MS-OXMSG] allow."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

SECTOR, SHORTEST = 512, 4096
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


@dataclass
class Storage:
    """Streams and storages by name."""

    streams: dict[str, bytes] = field(default_factory=dict)
    storages: dict[str, Storage] = field(default_factory=dict)


def text(number: int, value: str) -> tuple[str, bytes]:
    return f"__substg1.0_{number:04X}001F", value.encode("utf-16-le")


def binary(number: int, value: bytes) -> tuple[str, bytes]:
    return f"__substg1.0_{number:04X}0102", value


def properties(head: int, numbers: Mapping[int, int], moments: Mapping[int, datetime] | None = None) -> bytes:
    rows = [struct.pack("<HHIII", 3, number, 6, value, 0) for number, value in numbers.items()]
    for number, at in (moments or {}).items():
        ticks = int((at - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000
        rows.append(struct.pack("<HHIQ", 0x40, number, 6, ticks))
    return bytes(head) + b"".join(rows)


def message(
    subject: str, body: str, sender: tuple[str, str], to: tuple[str, str], files: Mapping[str, bytes],
    more: Mapping[str, bytes] | None = None, at: datetime | None = None,
) -> bytes:  # fmt: skip
    """Return a message; `more` are further streams."""
    return compound(storage(subject, body, sender, to, files, more, at))


def storage(
    subject: str, body: str, sender: tuple[str, str], to: tuple[str, str], files: Mapping[str, bytes],
    more: Mapping[str, bytes] | None = None, at: datetime | None = None, *, head: int = 32,
) -> Storage:  # fmt: skip
    """Return the storage of a message; inside another one its properties have a `head` of 24 bytes."""
    moments = {0x0039: at} if at else {}
    root = Storage(dict([text(0x001A, "IPM.Note"), text(0x0037, subject), text(0x1000, body)]))
    root.streams |= dict([text(0x0C1A, sender[0]), text(0x0C1F, "/O=ORG/CN=X"), text(0x5D01, sender[1])])
    root.streams |= {**(more or {}), "__properties_version1.0": properties(head, {0x3FDE: 65001}, moments)}
    receiver = Storage(dict([text(0x3001, to[0]), text(0x39FE, to[1])]))
    receiver.streams["__properties_version1.0"] = properties(8, {0x0C15: 1})
    root.storages["__recip_version1.0_#00000000"] = receiver
    for place, (name, data) in enumerate(files.items()):
        attached = Storage(dict([text(0x3707, name), binary(0x3701, data)]))
        attached.streams["__properties_version1.0"] = properties(8, {0x3705: 1})
        root.storages[f"__attach_version1.0_#{place:08X}"] = attached
    return root


def attach(root: Storage, inner: Storage) -> bytes:
    """Return a message with another one attached, as Outlook keeps one that is forwarded as a file."""
    held = Storage({"__properties_version1.0": properties(8, {0x3705: 5})}, {"__substg1.0_3701000D": inner})
    root.storages["__attach_version1.0_#00000009"] = held
    return compound(root)


class Chains:
    """Sectors of one size, and which one follows which."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.sectors: list[bytes] = []
        self.table: list[int] = []

    def put(self, data: bytes) -> int:
        """Add data and return its first sector."""
        begin, count = len(self.sectors), -(-len(data) // self.size)
        for number in range(count):
            self.sectors.append(data[number * self.size : (number + 1) * self.size].ljust(self.size, b"\0"))
            self.table.append(begin + number + 1 if number + 1 < count else END)
        return begin if count else END

    def written(self) -> bytes:
        """Return the table, filled up to whole sectors."""
        table = struct.pack(f"<{len(self.table)}I", *self.table)
        return table.ljust(-(-len(table) // SECTOR) * SECTOR, b"\xff")


def compound(root: Storage) -> bytes:
    """Return a compound file of a storage."""
    big, small = Chains(SECTOR), Chains(64)
    entries = [b""]
    child = _add(root, entries, big, small)
    mini = b"".join(small.sectors)
    entries[0] = _entry("Root Entry", 5, FREE, big.put(mini), len(mini), child)
    entries += [struct.pack("<64xHBBIII48x", 0, 0, 0, FREE, FREE, FREE)] * (-len(entries) % 4)
    directory = big.put(b"".join(entries))
    mini_table = small.written()
    mini_fat = big.put(mini_table)
    tables = 1
    while tables * 128 < len(big.table) + tables:
        tables += 1
    places = [len(big.table) + number for number in range(tables)]
    big.table += [FAT] * tables
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + struct.pack("<16xHHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<IIIIIIIII", 0, tables, directory, 0, SHORTEST, mini_fat, len(mini_table) // SECTOR, END, 0)
    head += struct.pack("<109I", *places, *[FREE] * (109 - tables))
    return head + b"".join(big.sectors) + big.written()


def _add(storage: Storage, entries: list[bytes], big: Chains, small: Chains) -> int:
    """Add what is in a storage, each to the right of the one before, in the order of the format; return the first."""
    names = sorted({**storage.streams, **storage.storages}, key=lambda name: (len(name), name.upper()))
    places = []
    for name in names:
        places.append(len(entries))
        entries.append(b"")
        if name in storage.storages:
            child = _add(storage.storages[name], entries, big, small)
            entries[places[-1]] = _entry(name, 1, FREE, 0, 0, child)
        else:
            data = storage.streams[name]
            chains = small if len(data) < SHORTEST else big
            entries[places[-1]] = _entry(name, 2, FREE, chains.put(data), len(data))
    for place, following in zip(places, [*places[1:], FREE], strict=True):
        entries[place] = entries[place][:72] + struct.pack("<I", following) + entries[place][76:]
    return places[0] if places else FREE


def _entry(name: str, kind: int, right: int, start: int, size: int, child: int = FREE) -> bytes:
    wide = (name + "\0").encode("utf-16-le")
    head = wide.ljust(64, b"\0") + struct.pack("<HBBIII", len(wide), kind, 1, FREE, right, child)
    return head + struct.pack("<36xIQ", start, size)
