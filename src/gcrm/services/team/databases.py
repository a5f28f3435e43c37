"""A database for an office on a server that gCRM keeps, and the login that owns its tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, LiteralString

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.services.address import parse
from gcrm.services.team.connection import arguments, with_password
from gcrm.services.unreachable import translated

if TYPE_CHECKING:
    import psycopg

    from gcrm.services.team.server import Server

TAKEN = ("42P04", "42710")  # duplicate_database, duplicate_object


def databases(server: Server) -> list[str]:
    """Return the names of the databases on a running server, without the server's own. Raises EnvironmentProblem."""
    with _administrator(server) as administrator:
        found = administrator.execute("SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY datname")
        return [str(name) for (name,) in found if name != "postgres"]


@contextmanager
def _administrator(server: Server, name: str = "postgres") -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """Connect as the account that owns the server."""
    import psycopg

    url = with_password(parse(server.administrator_url(name)))
    with translated(url), psycopg.connect(autocommit=True, **arguments(url)) as administrator:
        yield administrator


def make_database(server: Server, name: str, owner: str, password: str) -> None:
    """Make an empty database, and the login that owns it, may add other logins, and may put a backup in its place.

    Raises UserError for taken names.

    The password leaves this program as SCRAM verifier only: not even the server learns it.
    """
    import psycopg
    from psycopg import sql

    with _administrator(server) as administrator:
        verifier = administrator.pgconn.encrypt_password(password.encode(), owner.encode(), b"scram-sha-256").decode()
        login, database = sql.Identifier(owner), sql.Identifier(name)
        new_login = sql.SQL("CREATE ROLE {} LOGIN CREATEROLE CREATEDB PASSWORD {}").format(login, sql.Literal(verifier))
        new_database = sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0").format(database, login)
        try:
            administrator.execute(new_login)
        except psycopg.Error as problem:
            raise _taken(problem, owner) from problem
        try:
            administrator.execute(new_database)
        except psycopg.Error as problem:
            gone = sql.SQL("DROP ROLE {}").format(login)
            administrator.execute(gone)
            raise _taken(problem, name) from problem


def _taken(problem: Exception, name: str) -> Exception:
    """Return the sentence for a name that is there already; any other error as it is."""
    if getattr(problem, "sqlstate", None) not in TAKEN:
        return problem
    return UserError(_("The server has “{name}” already. Choose another name.").format(name=name))


def set_password(server: Server, owner: str, password: str) -> None:
    """Give a login of the server another password, which leaves this program as SCRAM verifier only."""
    from psycopg import sql

    with _administrator(server) as administrator:
        verifier = administrator.pgconn.encrypt_password(password.encode(), owner.encode(), b"scram-sha-256").decode()
        told = sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(owner), sql.Literal(verifier))
        administrator.execute(told)


def run_inside(server: Server, name: str, statement: LiteralString) -> None:
    """Carry out a statement in a database as the account that owns the server."""
    with _administrator(server, name) as administrator:
        administrator.execute(statement)


def schema_in(server: Server, name: str) -> str:
    """Return the revision of the schema in a database, "" where no office was ever begun."""
    with _administrator(server, name) as administrator:
        if administrator.execute("SELECT to_regclass('public.alembic_version')").fetchone() == (None,):
            return ""
        row = administrator.execute("SELECT version_num FROM public.alembic_version").fetchone()
        return str(row[0]) if row is not None else ""
