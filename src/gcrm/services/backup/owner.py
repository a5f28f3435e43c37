"""Who sees all of an office on a server: the login that owns it, by the password that this computer may keep."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from gcrm.services.address import without_password
from gcrm.services.backup.server_names import owner_of
from gcrm.services.database import Database
from gcrm.services.team.passwords import password_of


@contextmanager
def as_owner(database: Database) -> Iterator[Database]:
    """Give an office as its owner has it, where it is open so or this computer keeps the owner's password.

    Elsewhere it is given as it is open, which `is_owner` tells. Nothing is asked of the server by the other login yet.
    """
    if database.is_owner:
        yield database
        return
    with database.read() as session:
        owner = owner_of(session.connection())
    url = without_password(database.url).set(username=owner or None)
    password = password_of(url) if owner else ""
    if not password:
        yield database
        return
    with closing(Database.at(url.render_as_string(hide_password=False), password=password)) as whole:
        yield whole
