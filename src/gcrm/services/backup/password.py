"""Passwords of backups, kept in the store of the operating system (services/secret_store.py); never anywhere else.

One entry for each office, to encrypt by itself with, and one for each lock, to open what was encrypted earlier.
"""

from __future__ import annotations

from pathlib import Path

from gcrm.errors import EnvironmentProblem
from gcrm.i18n import _
from gcrm.services import secret_store
from gcrm.services.backup import container
from gcrm.services.backup.lock import Lock, Secret, check_password

SERVICE = "gCRM backup"
SEPARATOR = ":"


def kept(identity: str) -> Secret | None:
    """Return the password with which backups of an office are encrypted here, None when there is none."""
    salt, separator, password = secret_store.get(SERVICE, identity).partition(SEPARATOR)
    return Secret(password, Lock(bytes.fromhex(salt))) if separator else None


def keep(identity: str, password: str) -> Secret:
    """Keep the password for the backups of an office.

    Raises UserError when it is too short, EnvironmentProblem when this computer keeps no passwords.
    """
    check_password(password)
    former = kept(identity)
    if former is not None and former.password == password:
        return former
    secret = Secret(password)
    salt = secret.lock.salt.hex()
    entries = ((salt, password), (identity, f"{salt}{SEPARATOR}{password}"))
    if not all(secret_store.put(SERVICE, name, kept_text) for name, kept_text in entries):
        raise EnvironmentProblem(
            _("This computer has no safe place for passwords. Encrypt by hand, or leave backups unencrypted.")
        )
    return secret


def forget(identity: str) -> None:
    """Encrypt no longer by itself; what was encrypted opens as before."""
    secret_store.drop(SERVICE, identity)


def lock_of(path: Path) -> Lock | None:
    """Return the lock of a backup, None when it is not encrypted. Raises as opening it does."""
    with container.reading(path) as file:
        return container.lock_of(container.read_head(file, path.name)[1])


def opening(path: Path, typed: str = "") -> Secret | None:
    """Return what opens a backup: the password that was typed, else the one kept here; None when there is none."""
    lock = lock_of(path)
    if lock is None:
        return None
    return Secret(typed, lock) if typed else of_lock(lock)


def of_lock(lock: Lock) -> Secret | None:
    """Return the password that opens backups with this lock, None when it is not kept here."""
    password = secret_store.get(SERVICE, lock.salt.hex())
    return Secret(password, lock) if password else None
