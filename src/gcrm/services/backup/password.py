"""Passwords of backups in the store for passwords of the operating system; never anywhere else.

One entry for each office, to encrypt by itself with, and one for each lock, to open what was encrypted earlier. The
store is loaded when it is first asked, not at the start of the program.
"""

from __future__ import annotations

from pathlib import Path

from gcrm.errors import EnvironmentProblem
from gcrm.i18n import _
from gcrm.services.backup import container
from gcrm.services.backup.lock import Lock, Secret, check_password

SERVICE = "gCRM backup"
SEPARATOR = ":"


def has_store() -> bool:
    """Tell whether this computer keeps passwords safely; one that writes them into a plain file does not count."""
    import keyring

    found = keyring.get_keyring()
    return found.priority > 0 and not type(found).__module__.startswith(("keyrings.alt", "keyring.backends.null"))


def kept(identity: str) -> Secret | None:
    """Return the password with which backups of an office are encrypted here, None when there is none."""
    found = _get(identity)
    salt, separator, password = found.partition(SEPARATOR)
    if not separator:
        return None
    return Secret(password, Lock(bytes.fromhex(salt)))


def keep(identity: str, password: str) -> Secret:
    """Keep the password for the backups of an office.

    Raises UserError when it is too short, EnvironmentProblem when this computer keeps no passwords.
    """
    import keyring
    from keyring.errors import KeyringError

    check_password(password)
    former = kept(identity)
    if former is not None and former.password == password:
        return former
    if not has_store():
        raise _no_store("")
    secret = Secret(password)
    salt = secret.lock.salt.hex()
    try:
        keyring.set_password(SERVICE, salt, password)
        keyring.set_password(SERVICE, identity, f"{salt}{SEPARATOR}{password}")
    except KeyringError as problem:
        raise _no_store(str(problem)) from problem
    return secret


def forget(identity: str) -> None:
    """Encrypt no longer by itself; what was encrypted opens as before."""
    import keyring
    from keyring.errors import KeyringError, PasswordDeleteError

    try:
        keyring.delete_password(SERVICE, identity)
    except PasswordDeleteError:
        return
    except KeyringError as problem:
        raise _no_store(str(problem)) from problem


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
    password = _get(lock.salt.hex())
    return Secret(password, lock) if password else None


def _get(name: str) -> str:
    import keyring
    from keyring.errors import KeyringError

    if not has_store():
        return ""
    try:
        return keyring.get_password(SERVICE, name) or ""
    except KeyringError:
        return ""  # locked or gone: then the password is asked


def _no_store(details: str) -> EnvironmentProblem:
    sentence = _("This computer has no safe place for passwords. Encrypt by hand, or leave backups unencrypted.")
    return EnvironmentProblem(sentence, details=details)
