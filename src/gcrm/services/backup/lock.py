"""The password of a backup: a key by Argon2id (RFC 9106), blocks under AES-256-GCM. The password is kept nowhere here.

Every file has its own key, drawn from the password's by HKDF and the random number of the file, so that the counter of
the blocks is a nonce that never comes twice.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from dataclasses import dataclass, field

from gcrm.errors import UserError
from gcrm.i18n import _

MEMORY = 64 * 1024
"""KiB that one guess costs: the second recommendation of RFC 9106, but for the lanes."""
PASSES, LANES = 3, 1
# With several lanes OpenSSL takes threads of its own, and two keys made at the same moment wait for ever.
_ONE_BY_ONE = threading.Lock()
MOST_MEMORY, MOST_PASSES, MOST_LANES = 1024 * 1024, 32, 16
"""What a file may ask for; one that asks for more was not written by us."""
SALT = 16
SHORTEST = 8
"""Letters that a password has at least."""


@dataclass(frozen=True, slots=True)
class Lock:
    """How the key follows from the password; written in the clear. Memory is in KiB."""

    salt: bytes
    passes: int = PASSES
    lanes: int = LANES
    memory: int = MEMORY

    @staticmethod
    def new() -> Lock:
        """Return a lock with a salt of its own."""
        return Lock(secrets.token_bytes(SALT))

    @property
    def is_sound(self) -> bool:
        """Tell whether the numbers are such as we write: a file must not make us work for hours."""
        return (
            len(self.salt) == SALT
            and 1 <= self.passes <= MOST_PASSES
            and 1 <= self.lanes <= MOST_LANES
            and 8 * self.lanes <= self.memory <= MOST_MEMORY
        )


@dataclass(slots=True)
class Secret:
    """A password, and the keys that were made of it: each takes a tenth of a second on purpose."""

    password: str = field(repr=False)
    lock: Lock = field(default_factory=Lock.new)
    _masters: dict[Lock, bytes] = field(default_factory=dict, repr=False)

    def master(self, lock: Lock) -> bytes:
        """Return the key that the password and a lock give."""
        from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

        if lock not in self._masters:
            maker = Argon2id(
                salt=lock.salt, length=32, iterations=lock.passes, lanes=lock.lanes, memory_cost=lock.memory
            )
            with _ONE_BY_ONE:
                self._masters[lock] = maker.derive(self.password.encode("utf-8", "surrogatepass"))
        return self._masters[lock]

    def file_key(self, lock: Lock, file: bytes) -> bytes:
        """Return the key of one file, named by its random number."""
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        return HKDF(SHA256(), 32, file, b"gCRM backup blocks").derive(self.master(lock))

    def hidden_name(self, lock: Lock, name: str) -> str:
        """Return a name that tells nobody without the password which content it stands for."""
        return hmac.new(self.master(lock), b"gCRM content " + name.encode(), hashlib.sha256).hexdigest()


def check_password(password: str) -> None:
    """Refuse a password that is guessed too easily. Raises UserError."""
    if len(password) < SHORTEST:
        sentence = _("A password for backups has at least {count} letters. Without it nobody can read them again.")
        raise UserError(sentence.format(count=SHORTEST), field="password")
