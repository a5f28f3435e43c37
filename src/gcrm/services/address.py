"""The address of an office: a file, or a database of a server; read, and written so that everybody may see it."""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from gcrm.errors import UserError
from gcrm.i18n import _

_PASSWORD = re.compile(r"(?P<before>//[^/@:]*:)[^/]*(?=@)|(?P<named>[?&](?:ssl)?password=)[^&]*")
_WORDS = re.compile(r"(^|\s)(host|hostaddr|port|dbname|user|password|service|sslmode)\s*=")
"""An address as libpq's own words, which would else be taken for the name of a file, its password with it."""
SECRETS = ("password", "sslpassword")
"""What may stand behind the question mark for libpq, and nobody may see."""


def parse(address: str) -> URL:
    """Read a database URL, or the path of an office file. Raises UserError for anything else."""
    if not address.strip():
        raise UserError(_("An office is kept in a file or on a server. Name one of them."))
    if "://" not in address and _WORDS.search(address):
        raise UserError(_("Write the address of a server as postgresql://USER@HOST/NAME."))
    if "://" not in address:
        address = f"sqlite:///{Path(address).expanduser().absolute()}"
    masked = _PASSWORD.sub(lambda found: f"{found['before'] or found['named']}***", address)
    try:
        url = make_url(address)
    except (ArgumentError, ValueError) as problem:
        raise UserError(
            _("“{address}” is not a database address. Check how it is written.").format(address=masked)
        ) from problem
    if url.get_backend_name() == "postgresql":
        return _with_secret_inside(url.set(drivername="postgresql+psycopg"))
    if url.drivername not in ("sqlite", "sqlite+pysqlite"):
        sentence = _("gCRM works with SQLite files and PostgreSQL, not with “{backend}”. Choose one of the two.")
        raise UserError(sentence.format(backend=url.drivername))
    if url.query or url.host:
        raise UserError(_("“{address}” is not a database address. Check how it is written.").format(address=masked))
    if not url.database or url.database.startswith((":memory:", "file:")):
        raise UserError(_("An office is kept in a file or on a server. Name one of them."))
    return url


def _with_secret_inside(url: URL) -> URL:
    """Return an address with its password where SQLAlchemy hides it, and not behind the question mark."""
    told = setting(url, "password")
    return url.difference_update_query(["password"]).set(password=url.password or told or None)


def without_password(url: URL) -> URL:
    """Return an address as it is, but for its password; `URL.set` leaves that where it is given None."""
    return URL.create(url.drivername, url.username, None, url.host, url.port, url.database, url.query)


def setting(url: URL, name: str) -> str:
    """Return what an address says of one of libpq's settings, "" when nothing."""
    value = url.query.get(name, "")
    return value if isinstance(value, str) else ",".join(value)


def shown(url: URL) -> str:
    """Return an address without any secret, as people write it."""
    if url.get_backend_name() == "sqlite":
        return url.database or ""
    query = {name: value for name, value in url.query.items() if name not in SECRETS}
    bare = URL.create("postgresql", url.username, None, url.host, url.port, url.database, query)
    return bare.render_as_string(hide_password=True)
