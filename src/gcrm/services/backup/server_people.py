"""Who may work in an office that a backup brings back on a server: its groups and logins, as the backup tells them.

Logins belong to the whole server. So the tables of the new database are granted to the groups beforehand, under the
name that it will have, and the logins change their groups in the transaction in which it gets that name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, text

from gcrm.model.guards.grants import naming
from gcrm.services.backup.server_names import Names, Office

if TYPE_CHECKING:
    from psycopg import sql

# Whoever the owner of the office may put into groups: logins that it made, as gcrm_enforce knows them.
_PEOPLE = text(
    'SELECT u.login, gcrm_role(u.group_id), u.is_active FROM "user" u JOIN pg_roles r ON r.rolname = u.login '
    "WHERE u.group_id IS NOT NULL AND NOT r.rolsuper AND NOT r.rolcreaterole AND EXISTS (SELECT 1 FROM pg_auth_members "
    "m JOIN pg_roles o ON o.oid = m.member WHERE m.roleid = r.oid AND o.rolname = current_user)"
)
_MEMBERS = """
SELECT r.rolname, g.rolname FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid
JOIN pg_roles r ON r.oid = m.member WHERE g.rolname = ANY(%s) AND NOT r.rolsuper AND NOT r.rolcreaterole
"""


@dataclass(frozen=True, slots=True)
class Person:
    """A login of the server and the group that the restored office has it in."""

    login: str
    group: str
    is_active: bool


def guard(connection: Connection, names: Names, told: Office) -> list[Person]:
    """Grant the groups of a restored office what they may, as if it were in its place; return who works in it.

    Nothing for an office whose rights no server enforces.
    """
    if not told.groups:
        return []
    from psycopg import sql

    usual, later = naming(), naming(told.name)
    connection.exec_driver_sql(later)
    connection.execute(text("SELECT gcrm_grant(id) FROM user_group ORDER BY id"))
    connection.execute(text("SELECT gcrm_hide_all()"))
    people = [Person(*row) for row in connection.execute(_PEOPLE)]
    connection.exec_driver_sql(usual)
    raw: Any = connection.connection.driver_connection
    fresh, path = sql.Identifier(names.fresh), sql.SQL("ALTER ROLE {} IN DATABASE {} SET search_path = {}, public")
    for each in people:
        _give(raw, path.format(sql.Identifier(each.login), fresh, sql.Identifier(each.group)))
    _give(raw, sql.SQL("REVOKE ALL ON SCHEMA public FROM PUBLIC"))
    _give(raw, sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(fresh))
    return people


def put(server: Any, names: Names, told: Office, people: list[Person]) -> None:
    """Put the logins into the groups of the restored office, inside the transaction that changes the names.

    Who joined since the backup goes: the restored office does not know them. The former office is its owner's alone.
    """
    if not told.groups:
        return
    from psycopg import sql

    _give(server, sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(told.owner)))
    wanted = {each.login: each.group for each in people}
    groups = sorted({*told.groups, *wanted.values()})
    there = {(str(login), str(group)) for login, group in server.execute(_MEMBERS, (groups,)).fetchall()}
    for login, group in sorted(there):
        if wanted.get(login) != group:
            _give(server, sql.SQL("REVOKE {} FROM {}").format(sql.Identifier(group), sql.Identifier(login)))
    for each in people:
        person = sql.Identifier(each.login)
        if (each.login, each.group) not in there:
            _give(server, sql.SQL("GRANT {} TO {}").format(sql.Identifier(each.group), person))
        state = sql.SQL("LOGIN") if each.is_active else sql.SQL("NOLOGIN")
        _give(server, sql.SQL("ALTER ROLE {} {}").format(person, state))
    for login in sorted({login for login, _group in there} - wanted.keys()):
        _forget(server, login)
    kept = sql.Identifier(names.kept)
    known = [str(row[0]) for row in server.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", (groups,))]
    for group in known:
        _give(server, sql.SQL("REVOKE ALL ON DATABASE {} FROM {}").format(kept, sql.Identifier(group)))


def _forget(server: Any, login: str) -> None:
    """Remove a login that no restored user has, so that they can be invited anew; one with things elsewhere stays."""
    import psycopg
    from psycopg import sql

    try:
        with server.transaction():  # a savepoint
            _give(server, sql.SQL("DROP ROLE {}").format(sql.Identifier(login)))
    except psycopg.errors.DependentObjectsStillExist:
        return


def _give(connection: Any, command: sql.SQL | sql.Composed) -> None:
    connection.execute(command)
