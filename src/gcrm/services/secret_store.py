"""Secrets in the store for passwords of the operating system, and nowhere else: of offices and of backups.

Where there is no such store nothing is kept, and the person is asked each time. Stores that write plain text to a file
(the package keyrings.alt) count as none. The store is loaded when it is first asked, not at the start of the program.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

REFUSED = ("keyrings.alt", "keyring.backends.fail", "keyring.backends.null")
"""Packages whose stores keep nothing, or keep it where everybody can read it."""


def has_store() -> bool:
    """Tell whether this computer keeps passwords safely."""
    return _store() is not None


def get(service: str, name: str) -> str:
    """Return what is kept under a name, "" where there is nothing, or the store is locked."""
    from keyring.errors import KeyringError

    store = _store()
    if store is None:
        return ""
    try:
        return str(store.get_password(service, name) or "")
    except KeyringError:  # locked, or its program has gone
        return ""


def put(service: str, name: str, secret: str) -> bool:
    """Keep a secret under a name; False where that cannot be done."""
    from keyring.errors import KeyringError

    store = _store()
    if store is None:
        return False
    try:
        store.set_password(service, name, secret)
    except KeyringError:
        return False
    return True


def drop(service: str, name: str) -> None:
    """Forget what is kept under a name."""
    from keyring.errors import KeyringError

    store = _store()
    if store is None:
        return
    try:
        store.delete_password(service, name)
    except KeyringError:  # there was nothing
        return


def _store() -> KeyringBackend | None:
    """Return the store to use, None when there is no good one."""
    import keyring  # asks the desktop which stores there are, which takes a moment

    chosen: Any = keyring.get_keyring()
    stores = getattr(chosen, "backends", [chosen])  # several in a row are one of them
    good = [store for store in stores if not type(store).__module__.startswith(REFUSED) and store.priority > 0]
    return good[0] if good else None
