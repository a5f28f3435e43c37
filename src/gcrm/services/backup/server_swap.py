"""Letting a backup take the place of an office on a server: made beside it, proved, and only then renamed.

1. A new database beside the office is filled and read again; whatever breaks so far, the office is as it was.
2. The others' connections are ended, and in one transaction both databases change their names and the logins their
   groups. A server carries it out or not, so there is always one office under the name, the former or the restored.

The former database is kept under a dated name, for its owner alone. Programs that were open come back by themselves
(services/change_feed.py), and ids go on where the former office was, so that none means two things.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.model.invitation import Invitation
from gcrm.services import table_rows
from gcrm.services.address import parse, without_password
from gcrm.services.backup import server_names, server_people
from gcrm.services.backup.container import damaged
from gcrm.services.backup.create import identity
from gcrm.services.backup.load import Loaded, Loading
from gcrm.services.backup.lock import Secret
from gcrm.services.backup.new_database import dropped, server_of
from gcrm.services.backup.plan import RowSum, tables_of
from gcrm.services.backup.restore import opened
from gcrm.services.backup.server_names import Names, Office
from gcrm.services.backup.server_people import Person
from gcrm.services.database import Database
from gcrm.services.progress import Progress, Silence
from gcrm.services.replaced import write_replaced
from gcrm.services.schema import OPENING, revision
from gcrm.services.unreachable import translated

MARGIN = 1000
"""How many ids are left out between the former office, in which somebody may write until the last moment, and this."""
_LAST_IDS = text("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' AND last_value > 0")
_NEXT_ID = text(
    "SELECT setval(to_regclass(format('public.%I', s.sequencename)), greatest(:past, coalesce(s.last_value, 1))) "
    "FROM pg_sequences s WHERE s.schemaname = 'public' AND s.sequencename = :name"
)


@dataclass(frozen=True, slots=True)
class Replaced:
    """A backup that took the place of an office: its address, what was read, and the name of the former database."""

    address: str
    loaded: Loaded
    kept: str


def is_office(address: str) -> bool:
    """Tell whether there is an office on a server at an address; a file is none of these, nor an empty database."""
    database = Database.at(address)
    if database.is_sqlite:
        return False
    try:
        with database.engine.connect() as connection:
            return revision(connection) is not None
    except DBAPIError:
        return False  # whoever fills it says why it cannot be reached, or makes it
    finally:
        database.engine.dispose()


def owner_needed(database: Database) -> str:
    """Return the login as which an open office on a server is replaced, "" where it is the one that is working."""
    if database.is_sqlite:
        return ""
    with database.read() as session:
        return server_names.owner_of(session.connection())


def replace_office(
    path: Path,
    address: str,
    *,
    owner: str = "",
    password: str = "",
    secret: Secret | None = None,
    progress: Progress | None = None,
) -> Replaced:
    """Restore a backup beside the office at an address, prove it, and let it take the place.

    With `owner` it is done as that login, whose password is `password`, or kept on this computer.
    Raises UserError for a backup of another office and for whoever does not own the office, EnvironmentProblem where
    the server refuses a step, with a way out; the office is then as it was.
    """
    watched = progress or Silence()
    place = parse(address)
    if owner and place.username != owner:
        place = without_password(place).set(username=owner)
    office = Database.at(place.render_as_string(hide_password=False), password=password)
    url = office.url
    try:
        with opened(path, secret, watched) as loading, translated(url), server_of(url) as server:
            with office.engine.connect() as connection:
                told = server_names.read(connection)
                if identity(connection) != loading.header.get("identity"):
                    raise UserError(
                        _("This is a backup of another office. Restore it into a new database, which takes no place.")
                    )
            office.engine.dispose()
            server_names.check(server, told)
            names = Names.of(told, datetime.now().astimezone())
            server_names.make(server, names, told)
            loaded = _made(office, loading, server, names, told, watched)
            if told.groups:
                _close_doors(url.set(database=names.kept))
    finally:
        office.engine.dispose()
    return Replaced(url.render_as_string(hide_password=True), loaded, names.kept)


def _close_doors(former: URL) -> None:
    """End the invitations that lead into the former office: while they hang on it, nobody could be invited any more."""
    with suppress(DBAPIError), _writing(former) as connection:
        connection.execute(select(func.gcrm_close_door(Invitation.role)))


def _made(office: Database, loading: Loading, server: Any, names: Names, told: Office, progress: Progress) -> Loaded:
    """Fill the new database and let it take the place; it goes again when that fails."""
    url = office.url.set(database=names.fresh)
    try:
        loaded, people = _filled(url, loading, names, told)
        progress.check()
        _carry_on(office, url)
        progress.report(0, 0, _("Sending the others out"))
        server_names.swap(server, names, lambda: server_people.put(server, names, told, people))
    except BaseException:
        dropped(url)
        raise
    return loaded


@contextmanager
def _writing(url: URL) -> Iterator[Connection]:
    """Give a connection in a transaction to a database that nobody else knows."""
    database = Database.at(url.render_as_string(hide_password=False))
    try:
        with database.engine.connect().execution_options(gcrm_write=True) as connection, connection.begin():
            yield connection
    finally:
        database.engine.dispose()


def _filled(url: URL, loading: Loading, names: Names, told: Office) -> tuple[Loaded, list[Person]]:
    """Fill the new database as its owner, prove it, and guard it as the office is; return who works in it."""
    limits = {"statement_timeout": "0", "idle_in_transaction_session_timeout": "0", "role": told.owner}
    with _writing(url) as connection:
        connection.execute(select(*(func.set_config(name, value, True) for name, value in limits.items())))
        connection.execute(select(func.pg_advisory_xact_lock(OPENING)))
        loaded = loading.into(connection)
        _prove(connection, loading, loaded)
        loading.finish(connection)
        people = server_people.guard(connection, names, told)
    fresh = Database.at(url.render_as_string(hide_password=False))
    with closing(fresh):
        write_replaced(fresh, loading.at, names.kept)
    with _writing(url) as connection:
        connection.execute(text("ANALYZE"))
    return loaded, people


def _prove(connection: Connection, loading: Loading, loaded: Loaded) -> None:
    """Read every table again and compare it with what the backup told; contents were compared as they came."""
    for table in tables_of(connection):
        again = RowSum()
        for _block in again.passing(table_rows.read_rows(connection, table)):
            pass
        if again.told != loaded.sums[table.name]:
            raise damaged(loading.name, f"{table.name}: {again.told}")


def _carry_on(office: Database, url: URL) -> None:
    """Let ids go on behind those of the office that goes: what was made since the backup keeps its own for itself."""
    with office.engine.connect() as connection:
        past: Mapping[str, int] = {row.sequencename: row.last_value for row in connection.execute(_LAST_IDS)}
    office.engine.dispose()
    with _writing(url) as connection:
        for name, last in past.items():
            connection.execute(_NEXT_ID, {"name": name, "past": last + MARGIN})
