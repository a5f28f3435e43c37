"""Passwords of offices: in the store of the operating system for secrets, and nowhere else.

Where there is no such store, nothing is kept and the person is asked each time. Stores that write plain text to a file
(the package keyrings.alt) count as none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.engine import URL

from gcrm.services.address import setting

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "gcrm"
REFUSED = ("keyrings.alt", "keyring.backends.fail", "keyring.backends.null")
"""Packages whose stores keep nothing, or keep it where everybody can read it."""


def account_of(url: URL) -> str:
    """Return under which name the password of an address is kept: a login has one for all databases of its server."""
    kept = {name: value for name in ("service", "host", "port", "user") if (value := setting(url, name))}
    bare = URL.create("postgresql", url.username, None, url.host, url.port, None, kept)
    return bare.render_as_string(hide_password=True)


def password_of(url: URL) -> str:
    """Return the password kept for an address, "" without one."""
    from keyring.errors import KeyringError

    store = _store()
    if store is None:
        return ""
    try:
        return str(store.get_password(SERVICE, account_of(url)) or "")
    except KeyringError:  # locked, or its program has gone
        return ""


def keep_password(url: URL, password: str) -> bool:
    """Keep the password for an address; False where that cannot be done."""
    from keyring.errors import KeyringError

    store = _store()
    if store is None:
        return False
    try:
        store.set_password(SERVICE, account_of(url), password)
    except KeyringError:
        return False
    return True


def drop_password(url: URL) -> None:
    """Forget the password of an address."""
    from keyring.errors import KeyringError

    store = _store()
    if store is None:
        return
    try:
        store.delete_password(SERVICE, account_of(url))
    except KeyringError:  # there was none
        return


def has_store() -> bool:
    """Tell whether this computer keeps passwords."""
    return _store() is not None


def _store() -> KeyringBackend | None:
    """Return the store to use, None when there is no good one."""
    import keyring  # asks the desktop which stores there are, which takes a moment

    chosen: Any = keyring.get_keyring()
    stores = getattr(chosen, "backends", [chosen])  # several in a row are one of them
    good = [store for store in stores if not type(store).__module__.startswith(REFUSED)]
    return good[0] if good else None
