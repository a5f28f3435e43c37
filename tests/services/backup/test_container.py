"""The container tells whatever happened to it, in one sentence, and gives nothing it did not get."""

from __future__ import annotations

import hashlib
import io
import random
import struct
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from gcrm.errors import EnvironmentProblem, GcrmError, UserError
from gcrm.services.backup.container import MAGIC, Reader, Writer
from gcrm.services.backup.create import create
from gcrm.services.backup.lock import Lock, Secret, check_password
from gcrm.services.backup.store import Store
from gcrm.services.backup.verify import skim, verify
from gcrm.services.opening import open_office
from tests.databases import SqliteOffices
from tests.services.backup.conftest import PASSWORD, Filled, filled

FLIPS, CUTS = 40, 20
LOCK = Lock(bytes(16), passes=1, lanes=1, memory=64)
"""A key that costs nothing, for tests of many files."""


def write(blocks: list[tuple[bytes, bytes]], secret: Secret | None = None) -> bytes:
    stream = io.BytesIO()
    writer = Writer(stream, secret)
    for kind, payload in blocks:
        writer.put(kind, payload)
    writer.end({"done": True})
    return stream.getvalue()


def read(content: bytes, secret: Secret | None = None) -> list[tuple[bytes, bytes]]:
    return list(Reader(io.BytesIO(content), "it", secret).blocks())[:-1]


def secret_of(is_encrypted: bool) -> Secret | None:
    return Secret(PASSWORD, LOCK) if is_encrypted else None


@given(st.lists(st.tuples(st.sampled_from([b"a", b"b"]), st.binary(max_size=3000))), st.booleans())
def test_blocks_come_back(blocks: list[tuple[bytes, bytes]], is_encrypted: bool) -> None:
    assert read(write(blocks, secret_of(is_encrypted)), secret_of(is_encrypted)) == blocks


@settings(max_examples=100)
@given(st.data(), st.booleans())
def test_whatever_is_altered_is_found(data: st.DataObject, is_encrypted: bool) -> None:
    content = write([(b"a", b"Guten Tag"), (b"b", b"x" * 500)], secret_of(is_encrypted))
    place = data.draw(st.integers(0, len(content) - 1))
    flipped = bytearray(content)
    flipped[place] ^= data.draw(st.integers(1, 255))
    for broken in (bytes(flipped), content[:place], content + b"\0"):
        with pytest.raises(GcrmError, match=r"damaged, cut off|is not a backup|does not open|is encrypted"):
            read(broken, secret_of(is_encrypted))


def parts(content: bytes) -> tuple[bytes, list[bytes]]:
    """Return the head of a file and its blocks, as they lie there."""
    length = struct.unpack_from(">I", content, len(MAGIC) + 1)[0]
    start = len(MAGIC) + 5 + length + 32
    head, blocks = content[:start], []
    while start < len(content):
        size = struct.unpack_from(">I", content, start)[0] + 13
        blocks.append(content[start : start + size])
        start += size
    return head, blocks


MOVES: list[Callable[[list[bytes]], list[bytes]]] = [
    lambda b: [b[1], b[0], *b[2:]],
    lambda b: [b[0], b[0], *b[1:]],
    lambda b: [b[0], *b[2:]],
    lambda b: b[:-1],
    lambda b: [*b, b[0]],
    lambda b: [*b, b[-1]],
    lambda b: [b[-1]],
    lambda b: [],
]


@pytest.mark.parametrize("move", range(len(MOVES)))
@pytest.mark.parametrize("is_encrypted", [False, True])
def test_blocks_that_change_places_are_found(move: int, is_encrypted: bool) -> None:
    head, blocks = parts(write([(b"a", b"1"), (b"a", b"2"), (b"a", b"3")], secret_of(is_encrypted)))
    assert len(blocks) == 4
    with pytest.raises(GcrmError, match=r"damaged, cut off or altered|does not open"):
        read(head + b"".join(MOVES[move](blocks)), secret_of(is_encrypted))


@pytest.mark.parametrize("is_encrypted", [False, True])
def test_a_block_of_another_file_is_found(is_encrypted: bool) -> None:
    secret = secret_of(is_encrypted)
    head, blocks = parts(write([(b"a", b"1"), (b"a", b"2")], secret))
    other = parts(write([(b"a", b"1"), (b"a", b"2")], secret))[1]
    with pytest.raises(EnvironmentProblem, match="damaged, cut off or altered"):
        read(head + blocks[0] + other[1] + blocks[2], secret)


def test_a_password_is_asked_and_looked_at() -> None:
    content = write([(b"a", b"1")], Secret(PASSWORD, LOCK))
    with pytest.raises(UserError, match=r"is encrypted. Give its password"):
        read(content)
    with pytest.raises(UserError, match="password does not open"):
        read(content, Secret("something else", LOCK))
    assert PASSWORD.encode() not in content
    assert PASSWORD not in repr(Secret(PASSWORD))
    assert write([(b"a", b"1")], Secret(PASSWORD, LOCK)) != content
    with pytest.raises(UserError, match="at least 8 letters"):
        check_password("short")
    check_password("long enough")


def test_keys_are_made_in_many_threads_at_once() -> None:
    greedy = [Lock(bytes([turn]) * 16, passes=1, lanes=4, memory=8192) for turn in range(12)]
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda lock: Secret(PASSWORD).master(lock), greedy, timeout=120))
    assert len(set(made)) == len(greedy)


def test_a_file_that_asks_for_too_much_is_refused() -> None:
    greedy = write([(b"a", b"1")], Secret(PASSWORD, LOCK))
    head, blocks = parts(greedy)
    for asked in (b'"memory":64', b'"passes":1', b'"lanes":1'):
        name = asked.split(b":")[0]
        told = head[:-32].replace(asked, name + b":99999999")
        length = len(told) - len(MAGIC) - 5
        told = told[: len(MAGIC) + 1] + struct.pack(">I", length) + told[len(MAGIC) + 5 :]
        broken = told + hashlib.sha256(told).digest() + b"".join(blocks)
        with pytest.raises(EnvironmentProblem, match="damaged"):
            read(broken, Secret(PASSWORD))


def test_a_bomb_does_not_go_off() -> None:
    stream = io.BytesIO()
    writer = Writer(stream)
    bomb = zstandard.ZstdCompressor().compress(bytes(200 << 20))
    writer._packer = type("Packer", (), {"compress": lambda _self, _payload: bomb})()
    writer.put(b"a", b"small")
    with pytest.raises(EnvironmentProblem, match="damaged"):
        read(stream.getvalue())


def test_a_newer_file_is_told_from_a_damaged_one() -> None:
    head, blocks = parts(write([]))
    newer = head[: len(MAGIC)] + b"\x02" + head[len(MAGIC) + 1 : -32]
    with pytest.raises(UserError, match="made by a newer gCRM"):
        read(newer + hashlib.sha256(newer).digest() + b"".join(blocks))
    with pytest.raises(EnvironmentProblem, match="“it” is not a backup of gCRM"):
        read(b"SQLite format 3\0" * 10)
    with pytest.raises(EnvironmentProblem, match="is not a backup of gCRM"):
        read(b"")


@pytest.mark.parametrize("way", ["plain", "encrypted", "store"])
def test_a_damaged_backup_is_said_in_one_sentence(sqlite_offices: SqliteOffices, tmp_path: Path, way: str) -> None:
    path, dice = tmp_path / "a.gcrmbackup", random.Random(11)
    secret = Secret(PASSWORD, LOCK) if way == "encrypted" else None
    with sqlite_offices.filled(tmp_path, filled) as url, closing(open_office(url)) as database:
        create(database.engine, path, secret=secret, store=Store(tmp_path) if way == "store" else None)
    content = path.read_bytes()
    broken = []
    for _turn in range(FLIPS):
        flipped = bytearray(content)
        flipped[dice.randrange(len(content))] ^= dice.randrange(1, 256)
        broken.append(bytes(flipped))
    broken += [content[: dice.randrange(len(content))] for _turn in range(CUTS)]
    for turn, each in enumerate(broken):
        path.write_bytes(each)
        prove = skim if turn % 15 else verify  # which does the same and more, and takes longer
        with pytest.raises(GcrmError) as caught:
            prove(path, secret=secret)
        assert caught.value.sentence.count("\n") == 0
        assert "a.gcrmbackup" in caught.value.sentence


def test_a_content_beside_a_backup_that_is_altered_missing_or_exchanged_is_found(
    office: Filled, tmp_path: Path
) -> None:
    path = tmp_path / "a.gcrmbackup"
    create(office.database.engine, path, store=Store(tmp_path))
    kept = sorted(each for each in tmp_path.glob("files/*/*"))
    assert len(kept) == 3
    whole = kept[0].read_bytes()
    for broken in (whole[:-3], whole[:50] + b"x" + whole[51:], kept[1].read_bytes()):
        kept[0].write_bytes(broken)
        with pytest.raises(EnvironmentProblem, match="damaged"):
            verify(path)
    kept[0].unlink()
    with pytest.raises(EnvironmentProblem, match=r"that the backup “a.gcrmbackup” needs is missing"):
        verify(path)
    kept[0].write_bytes(whole)
    assert verify(path).ok
