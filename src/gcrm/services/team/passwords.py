"""Passwords of offices, kept in the store of the operating system (services/secret_store.py)."""

from __future__ import annotations

from sqlalchemy.engine import URL

from gcrm.services import secret_store
from gcrm.services.address import setting

SERVICE = "gcrm"


def account_of(url: URL) -> str:
    """Return under which name the password of an address is kept: a login has one for all databases of its server."""
    kept = {name: value for name in ("service", "host", "port", "user") if (value := setting(url, name))}
    bare = URL.create("postgresql", url.username, None, url.host, url.port, None, kept)
    return bare.render_as_string(hide_password=True)


def password_of(url: URL) -> str:
    """Return the password kept for an address, "" without one."""
    return secret_store.get(SERVICE, account_of(url))


def keep_password(url: URL, password: str) -> bool:
    """Keep the password for an address; False where that cannot be done."""
    return secret_store.put(SERVICE, account_of(url), password)


def drop_password(url: URL) -> None:
    """Forget the password of an address."""
    secret_store.drop(SERVICE, account_of(url))
