"""The invitation code: one line that holds everything a new desk needs, and a secret that opens the door once.

    GCRM1 + base32 of: length, checksum, expiry, role, secret, fingerprint, port, database, office, hosts

The letters of base32 survive e-mail, messengers and paper: no upper and lower case, no signs that a program takes for
formatting. Blanks and line ends do not matter, and 0, 1 and 8 are read as O, I and B, which base32 has instead.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from gcrm.errors import UserError
from gcrm.i18n import _

MARK, VERSION = "GCRM", "1"
SECRET_BYTES = 16
ROLE_BYTES = 6
CHECK_BYTES = 4
ROLE_PREFIX = "gcrm_invite_"
_HEAD = struct.Struct(f">I{ROLE_BYTES}s{SECRET_BYTES}sH")
_READ_AS = str.maketrans("018", "OIB")
_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
LONGEST_TEXT = 255  # bytes; a length is one byte


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a code says.

    `fingerprint` is the SHA-256 of the certificate of the office's authority in hexadecimal digits, "" where the server
    has a certificate that everybody trusts. `role` and `secret` are the temporary login.
    """

    hosts: tuple[str, ...]
    port: int
    database: str
    office: str
    fingerprint: str
    role: str
    secret: str
    expires_at: datetime

    @property
    def code(self) -> str:
        """Return the code."""
        return encode(self)

    def check(self, now: datetime) -> None:
        """Raise UserError when it has expired."""
        if now >= self.expires_at:
            day = self.expires_at.astimezone().strftime("%Y-%m-%d")
            raise _wrong(_("This invitation expired on {day}. Ask for a new one.").format(day=day))


def new_role() -> str:
    """Return a name for the login of an invitation."""
    return ROLE_PREFIX + secrets.token_hex(ROLE_BYTES)


def new_secret() -> str:
    """Return a secret of 128 bits."""
    return secrets.token_hex(SECRET_BYTES)


def encode(invitation: Invitation) -> str:
    """Return the code of an invitation. Raises ValueError for what no code can hold."""
    role, secret = bytes.fromhex(invitation.role.removeprefix(ROLE_PREFIX)), bytes.fromhex(invitation.secret)
    if len(role) != ROLE_BYTES or len(secret) != SECRET_BYTES or not invitation.hosts:
        raise ValueError("no role, secret or host of an invitation")
    fingerprint = bytes.fromhex(invitation.fingerprint)
    if len(fingerprint) not in (0, hashlib.sha256().digest_size):
        raise ValueError("no fingerprint")
    head = _HEAD.pack(int(invitation.expires_at.timestamp()), role, secret, invitation.port)
    texts = [text.encode() for text in (invitation.database, invitation.office, *invitation.hosts)]
    body = head + b"".join(_sized(part) for part in (fingerprint, *texts))
    length = struct.pack(">H", len(body))
    letters = base64.b32encode(length + _checksum(length + body) + body).decode().rstrip("=")
    return MARK + VERSION + letters


def decode(code: str) -> Invitation:
    """Read a code. Raises UserError with a sentence for each kind of damage; an expired one is read all the same."""
    letters = _letters(code)
    padded = letters + "=" * (-len(letters) % 8)
    try:
        whole = base64.b32decode(padded)
    except ValueError as problem:  # a number of letters that no bytes make
        raise _cut() from problem
    if len(whole) < 2 + CHECK_BYTES:
        raise _cut()
    length, check, body = whole[:2], whole[2 : 2 + CHECK_BYTES], whole[2 + CHECK_BYTES :]
    if len(body) < struct.unpack(">H", length)[0]:
        raise _cut()
    if _checksum(length + body) != check:
        raise _wrong(_("There is a typing error in the code. Copy it again from the message."))
    try:
        return _told(body)
    except (ValueError, IndexError, struct.error, OverflowError, OSError) as problem:
        raise _wrong(_("This code cannot be read. Ask for a new one."), str(problem)) from problem


def _letters(code: str) -> str:
    """Return the letters behind mark and version."""
    plain = "".join(code.split()).strip("<>\"'“”„«».,;").upper().replace("-", "")
    if not plain:
        raise _wrong(_("Paste the code of the invitation."))
    if not plain.startswith(MARK):
        raise _wrong(_("This is not the code of an invitation: it begins with {mark}.").format(mark=MARK + VERSION))
    version, letters = plain[len(MARK) : len(MARK) + 1], plain[len(MARK) + 1 :].translate(_READ_AS)
    if version and version != VERSION:
        raise _wrong(_("This code was made by another version of gCRM. Update gCRM, or ask for a new code."))
    strange = sorted(set(letters) - _LETTERS)
    if strange:
        sentence = _("There is a typing error in the code: “{letter}” never stands in one.")
        raise _wrong(sentence.format(letter=strange[0]))
    return letters


def _told(body: bytes) -> Invitation:
    """Return what a whole body says."""
    expiry, role, secret, port = _HEAD.unpack_from(body)
    parts = list(_parts(body[_HEAD.size :]))
    fingerprint, database, office, *hosts = parts
    if not hosts or len(fingerprint) not in (0, hashlib.sha256().digest_size):
        raise ValueError("no host, or no fingerprint")
    return Invitation(
        hosts=tuple(host.decode() for host in hosts),
        port=port,
        database=database.decode(),
        office=office.decode(),
        fingerprint=fingerprint.hex(),
        role=ROLE_PREFIX + role.hex(),
        secret=secret.hex(),
        expires_at=datetime.fromtimestamp(expiry, UTC),
    )


def _sized(part: bytes) -> bytes:
    """Return bytes with their length before them."""
    if len(part) > LONGEST_TEXT:
        raise ValueError("too long for a code")
    return bytes((len(part),)) + part


def _parts(body: bytes) -> Iterator[bytes]:
    """Yield what `_sized` has joined."""
    place = 0
    while place < len(body):
        size = body[place]
        part = body[place + 1 : place + 1 + size]
        if len(part) != size:
            raise ValueError("a part is cut")
        yield part
        place += 1 + size


def _checksum(content: bytes) -> bytes:
    return hashlib.sha256(VERSION.encode() + content).digest()[:CHECK_BYTES]


def _cut() -> UserError:
    return _wrong(_("The code is not complete. Copy all of it, from {mark} to its end.").format(mark=MARK + VERSION))


def _wrong(sentence: str, details: str = "") -> UserError:
    return UserError(sentence, field="code", details=details)
