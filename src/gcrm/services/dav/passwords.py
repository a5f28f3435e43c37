"""Passwords for phones in an office that is a file: made by the program, shown once, kept as a hash (Argon2id).

An office on a server needs none: there everybody has a login, and the server looks at its password.
"""

from __future__ import annotations

import os
import secrets

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.services import settings
from gcrm.services.database import Database

KEY = "dav.password"
LETTERS = "abcdefghijkmnopqrstuvwxyz23456789"
"""Those that nobody takes for another one when typing them on a phone."""
GROUPS, LENGTH = 5, 4
_KIBIBYTES = 19_456


def make(database: Database) -> str:
    """Make a new password for whoever works, and return it; the former one holds no more."""
    if not database.is_sqlite:
        raise UserError(_("On a server everybody has a login and a password already. Use these on the phone."))
    password = "-".join("".join(secrets.choice(LETTERS) for _n in range(LENGTH)) for _g in range(GROUPS))
    settings.set(database, KEY, {"hash": hashed(password)})
    return password


def drop(database: Database) -> None:
    """Let no phone of whoever works in any more."""
    settings.set(database, KEY, {})


def hashed(password: str) -> str:
    """Return the hash of a password, with all that checking it needs."""
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    made = Argon2id(salt=os.urandom(16), length=32, iterations=2, lanes=1, memory_cost=_KIBIBYTES)
    return made.derive_phc_encoded(password.encode())


def fits(password: str, kept: str) -> bool:
    """Tell whether a password is the one of a hash."""
    from cryptography.exceptions import InvalidKey
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    try:
        Argon2id.verify_phc_encoded(password.encode(), kept)
    except (InvalidKey, ValueError):
        return False
    return True
