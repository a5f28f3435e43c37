"""The container: a stream of blocks, each compressed, checked and, with a password, encrypted (docs/backup-format.md).

What was cut off, altered, exchanged or appended is found: a block's checksum or tag covers its place, its kind and the
head of its file, and the last block is of a kind of its own. Only one block is in memory at a time.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

import zstandard

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.i18n import _
from gcrm.services.backup.lock import Lock, Secret

MAGIC = b"\x89gCRM backup\r\n\x1a\n"
VERSION = 1
BLOCK = 1 << 20
"""Bytes that a writer puts into one block."""
LARGEST = 64 << 20
"""Bytes of a block at most, also when unpacked; a row of the office may be large."""
LEVEL = 3
"""Of zstd: 500 MB/s; higher levels gain little (docs/decisions)."""
LONGEST_HEAD = 4096
END = b"e"
"""The kind of the last block."""
_HEAD = struct.Struct(">BI")
_BLOCK = struct.Struct(">IBQ")
_PLACE = struct.Struct(">QB")
_SUM = 16


def damaged(name: str, details: str = "") -> EnvironmentProblem:
    """Return the one sentence for a file that is not as it was written."""
    sentence = _("The backup “{file}” is damaged, cut off or altered. Use another one.")
    return EnvironmentProblem(sentence.format(file=name), details=details)


def _is_locked(name: str, *, is_wrong: bool) -> UserError:
    if is_wrong:
        sentence = _("The password does not open the backup “{file}”, or the file was altered.")
    else:
        sentence = _("The backup “{file}” is encrypted. Give its password.")
    return UserError(sentence.format(file=name), field="password")


@contextmanager
def reading(path: Path) -> Iterator[BinaryIO]:
    """Open a file to read. Raises UserError when there is none, EnvironmentProblem when the disk does not give it."""
    try:
        file = path.open("rb")
    except FileNotFoundError as problem:
        raise UserError(
            _("There is no backup “{file}”. Check the name.").format(file=path), details=str(problem)
        ) from problem
    except OSError as problem:
        raise _unreadable(path, problem) from problem
    with file:
        try:
            yield file
        except OSError as problem:
            if problem.filename is None:  # of the file that is open, and not of another one meanwhile
                raise _unreadable(path, problem) from problem
            raise


def _unreadable(path: Path, problem: OSError) -> EnvironmentProblem:
    sentence = _("The backup “{file}” cannot be read. Check the disk it lies on.")
    return EnvironmentProblem(sentence.format(file=path), details=str(problem))


class _Blocks:
    """What writer and reader share: where they are, and how a block is protected."""

    def __init__(self, head: bytes, key: bytes | None) -> None:
        self._head = hashlib.sha256(head).digest()
        self._place = 0
        self._cipher = None
        if key is not None:
            from cryptography.hazmat.primitives.ciphers.aead import AESGCM

            self._cipher = AESGCM(key)

    def _told(self, kind: bytes) -> bytes:
        """Return what is authenticated along with a block: its file, its place and its kind."""
        return self._head + _PLACE.pack(self._place, kind[0])

    def seal(self, kind: bytes, packed: bytes) -> bytes:
        """Return the body of the next block."""
        told = self._told(kind)
        if self._cipher is None:
            body = packed + hashlib.sha256(told + packed).digest()[:_SUM]
        else:
            body = self._cipher.encrypt(self._nonce(), packed, told)
        self._place += 1
        return body

    def open(self, kind: bytes, body: bytes) -> bytes | None:
        """Return what the next block holds, None when it is not what was written."""
        from cryptography.exceptions import InvalidTag

        told, packed = self._told(kind), body[:-_SUM]
        if self._cipher is None:
            is_whole = hmac.compare_digest(hashlib.sha256(told + packed).digest()[:_SUM], body[-_SUM:])
        else:
            is_whole = False
            with suppress(InvalidTag):
                packed = self._cipher.decrypt(self._nonce(), body, told)
                is_whole = True
        self._place += 1
        return packed if is_whole else None

    def _nonce(self) -> bytes:
        return self._place.to_bytes(12, "big")


class Writer:
    """Writes blocks to a stream; the last one is put by `end`."""

    def __init__(self, stream: BinaryIO, secret: Secret | None = None) -> None:
        self._stream = stream
        file = secrets.token_bytes(16)
        told: dict[str, Any] = {"compression": "zstd", "file": file.hex()}
        if secret is not None:
            lock = secret.lock
            told["cipher"] = "AES-256-GCM"
            told["key"] = {
                "by": "argon2id", "salt": lock.salt.hex(), "passes": lock.passes, "lanes": lock.lanes,
                "memory": lock.memory,
            }  # fmt: skip
        text = json.dumps(told, separators=(",", ":")).encode()
        head = MAGIC + _HEAD.pack(VERSION, len(text)) + text
        stream.write(head + hashlib.sha256(head).digest())
        self._blocks = _Blocks(head, secret.file_key(secret.lock, file) if secret else None)
        self._packer = zstandard.ZstdCompressor(level=LEVEL)

    def put(self, kind: bytes, payload: bytes) -> None:
        """Write one block; `kind` is one byte."""
        body = self._blocks.seal(kind, self._packer.compress(payload))
        self._stream.write(_BLOCK.pack(len(body), kind[0], len(payload)) + body)

    def put_json(self, kind: bytes, value: dict[str, Any]) -> None:
        """Write one block of JSON."""
        self.put(kind, json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())

    def end(self, value: dict[str, Any]) -> None:
        """Write the last block."""
        self.put_json(END, value)


def read_head(stream: BinaryIO, name: str) -> tuple[bytes, dict[str, Any]]:
    """Read what stands before the first block: its bytes, and what they say."""
    start = stream.read(len(MAGIC) + _HEAD.size)
    if len(start) < len(MAGIC) + _HEAD.size or not start.startswith(MAGIC):
        raise EnvironmentProblem(_("“{file}” is not a backup of gCRM. Choose another file.").format(file=name))
    version, length = _HEAD.unpack_from(start, len(MAGIC))
    if length > LONGEST_HEAD:
        raise damaged(name, "head")
    head = start + stream.read(length)
    if stream.read(32) != hashlib.sha256(head).digest():
        raise damaged(name, "head")
    if version > VERSION:
        raise UserError(_("The backup “{file}” was made by a newer gCRM. Update gCRM.").format(file=name))
    told = _json_of(name, head[len(start) :])
    if told.get("compression") != "zstd" or not re.fullmatch(r"[0-9a-f]{32}", str(told.get("file"))):
        raise damaged(name, "head")
    return head, told


def _json_of(name: str, text: bytes) -> dict[str, Any]:
    """Read a JSON object."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise damaged(name, "JSON") from problem
    if not isinstance(value, dict):
        raise damaged(name, "JSON")
    return value


class Reader:
    """Reads the blocks of a stream. `name` is what the file is called in a sentence.

    Raises UserError when the password is missing or wrong or the file is newer than this program, EnvironmentProblem
    when it is damaged or no backup.
    """

    def __init__(self, stream: BinaryIO, name: str, secret: Secret | None = None) -> None:
        self._stream = stream
        self.name = name
        head, told = read_head(stream, name)
        self.lock = lock_of(told)
        if "cipher" in told and self.lock is None:
            raise damaged(name, "key")
        if self.lock is not None and secret is None:
            raise _is_locked(name, is_wrong=False)
        key = secret.file_key(self.lock, bytes.fromhex(told["file"])) if secret and self.lock else None
        self._blocks = _Blocks(head, key)
        self._unpacker = zstandard.ZstdDecompressor()
        self._count = 0

    def next(self) -> tuple[bytes, bytes]:
        """Return kind and content of the next block."""
        start = self._stream.read(_BLOCK.size)
        if len(start) < _BLOCK.size:
            raise damaged(self.name, "cut off")
        length, number, size = _BLOCK.unpack(start)
        if length > LARGEST + BLOCK or size > LARGEST or length < _SUM:
            raise damaged(self.name, "length")
        body = self._stream.read(length)
        kind = bytes([number])
        packed = self._blocks.open(kind, body) if len(body) == length else None
        if packed is None:
            if self._count == 0 and self.lock is not None and len(body) == length:
                raise _is_locked(self.name, is_wrong=True)
            raise damaged(self.name, f"block {self._count}")
        self._count += 1
        return kind, self._unpack(packed, size)

    def _unpack(self, packed: bytes, size: int) -> bytes:
        """Unpack a block; it must give as many bytes as it says, and never more than a block may have."""
        try:
            if zstandard.frame_content_size(packed) != size:
                raise damaged(self.name, "size")
            return self._unpacker.decompress(packed)
        except zstandard.ZstdError as problem:
            raise damaged(self.name, str(problem)) from problem

    def next_json(self, wanted: bytes) -> dict[str, Any]:
        """Return the next block, which must be JSON of this kind."""
        kind, payload = self.next()
        if kind != wanted:
            raise damaged(self.name, f"{kind!r} instead of {wanted!r}")
        return _json_of(self.name, payload)

    def json_of(self, payload: bytes) -> dict[str, Any]:
        """Return the content of a block as JSON."""
        return _json_of(self.name, payload)

    def blocks(self) -> Iterator[tuple[bytes, bytes]]:
        """Yield kind and content of each block up to the last, which is the last of the file as well."""
        while True:
            kind, payload = self.next()
            if kind == END and self._stream.read(1):
                raise damaged(self.name, "more than was written")
            yield kind, payload
            if kind == END:
                return


def lock_of(told: dict[str, Any]) -> Lock | None:
    """Return the lock that the head names, None for a file without a password or with a lock we would not write."""
    found = told.get("key")
    if told.get("cipher") != "AES-256-GCM" or not isinstance(found, dict) or found.get("by") != "argon2id":
        return None
    try:
        lock = Lock(bytes.fromhex(found["salt"]), int(found["passes"]), int(found["lanes"]), int(found["memory"]))
    except (KeyError, TypeError, ValueError):
        return None
    return lock if lock.is_sound else None
