"""The databases of an office that is being replaced: their names, the new one beside it, and the change of names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, text

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.i18n import _

if TYPE_CHECKING:
    from psycopg import sql

MARK = "gCRM restores an office here"
"""The comment on a database that is being filled; one of that name with another comment is somebody else's."""
BESIDE, BEFORE = "_restoring", "_before_restore_"
LONGEST = 63
TRIES = 12
"""How often the others are sent out: somebody may come back in the very moment of the change."""
_OFFICE = text(
    "SELECT current_database(), r.rolname, pg_has_role(r.oid, 'USAGE'), gcrm_in_force() FROM pg_class c "
    "JOIN pg_roles r ON r.oid = c.relowner JOIN pg_database d ON d.datname = current_database() "
    "WHERE c.oid = to_regclass('public.alembic_version')"
)
_GROUPS = text("SELECT gcrm_role_name(key, id) FROM user_group ORDER BY id")
_MAY = """
SELECT r.rolsuper OR r.rolcreatedb, r.rolname, r.rolsuper OR pg_has_role(d.datdba, 'USAGE')
FROM pg_roles r, pg_database d WHERE r.rolname = session_user AND d.datname = %s
"""
_MARKED = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
_OTHERS = """
SELECT pid, usename FROM pg_stat_activity WHERE datname = %s AND usename IS NOT NULL
AND coalesce(backend_type, 'client backend') = 'client backend' ORDER BY usename, pid
"""


@dataclass(frozen=True, slots=True)
class Office:
    """The office that is to be replaced: its database, who owns it, and its groups where a server enforces them."""

    name: str
    owner: str
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """What the databases are called: the office, the new one until it takes the place, the former one afterwards."""

    office: str
    fresh: str
    kept: str

    @staticmethod
    def of(told: Office, moment: datetime) -> Names:
        """Return the names for a restore at a moment; a server cuts names off, so they are short enough."""
        stem = told.name.encode()[: LONGEST - len(BEFORE) - 15].decode(errors="ignore")
        return Names(told.name, f"{stem}{BESIDE}", f"{stem}{BEFORE}{moment.strftime('%Y%m%d_%H%M%S')}")


def read(connection: Connection) -> Office:
    """Return what is to know of an office. Raises UserError for whoever does not own it."""
    name, owner, is_owner, is_enforced = connection.execute(_OFFICE).one()
    if not is_owner:
        raise UserError(_("Only the owner of the office sees everything. Open it with the owner's address for this."))
    groups = tuple(connection.execute(_GROUPS).scalars()) if is_enforced else ()
    return Office(name, owner, groups)


def owner_of(connection: Connection) -> str:
    """Return the login that owns an office, "" where it is this one or this one is above it."""
    _name, owner, is_owner, _is_enforced = connection.execute(_OFFICE).one()
    return "" if is_owner else str(owner)


def check(server: Any, told: Office) -> None:
    """Raise EnvironmentProblem, with a way out, where this login may not make and rename databases."""
    from psycopg import sql

    may_make, login, is_its = server.execute(_MAY, (told.name,)).fetchone()
    if may_make and is_its:
        return
    command = sql.SQL("ALTER ROLE {} CREATEDB").format(sql.Identifier(login))
    if not is_its:
        own, owner = sql.Identifier(told.name), sql.Identifier(told.owner)
        command = sql.SQL("ALTER DATABASE {} OWNER TO {}").format(own, owner)
    raise EnvironmentProblem(
        _(
            "Your login may not rename databases on this server, so nothing was changed. Let its administrator give "
            "“{command}”, or restore into a new database and give your colleagues its address."
        ).format(command=f"{command.as_string(server)};")
    )


def make(server: Any, names: Names, told: Office) -> None:
    """Make the empty database beside the office; what a restore that was broken off has left goes first."""
    from psycopg import sql

    fresh, owner = sql.Identifier(names.fresh), sql.Identifier(told.owner)
    left = server.execute(_MARKED, (names.fresh,)).fetchone()
    if left is not None and left[0] != MARK:
        sentence = _("The server has another database “{name}”. Rename or remove it first.")
        raise UserError(sentence.format(name=names.fresh))
    if not server.execute("SELECT pg_try_advisory_lock(hashtext(%s))", (names.fresh,)).fetchone()[0]:
        raise UserError(_("Somebody is restoring this office at this moment. Wait until that is done."))
    if left is not None:
        _give(server, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(fresh))
    _give(server, sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0").format(fresh, owner))
    _give(server, sql.SQL("COMMENT ON DATABASE {} IS {}").format(fresh, sql.Literal(MARK)))


def _give(server: Any, command: sql.Composed) -> None:
    server.execute(command)


def swap(server: Any, names: Names, people: Callable[[], object]) -> None:
    """Send the others out, and change the names and whatever `people` does in one transaction.

    Raises EnvironmentProblem with the logins that this one may not send out.
    """
    import psycopg

    for _turn in range(TRIES):
        send_out(server, names.office)
        try:
            with server.transaction():
                _change_names(server, names)
                people()
        except psycopg.errors.ObjectInUse:
            continue
        return
    raise _busy(server, names.office)


def _change_names(server: Any, names: Names) -> None:
    """Change the names inside a transaction; from then on nobody gets in until it ends."""
    from psycopg import sql

    office, fresh, kept = map(sql.Identifier, (names.office, names.fresh, names.kept))
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    _give(server, rename.format(office, kept))
    _give(server, rename.format(fresh, office))
    _give(server, sql.SQL("COMMENT ON DATABASE {} IS NULL").format(office))


def send_out(server: Any, name: str) -> None:
    """End all connections to a database. Raises EnvironmentProblem where some may not be ended."""
    import psycopg

    for pid, _login in server.execute(_OTHERS, (name,)).fetchall():
        try:
            server.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
        except psycopg.errors.InsufficientPrivilege as problem:
            raise _busy(server, name) from problem


def _busy(server: Any, name: str) -> EnvironmentProblem:
    """Return the error for an office in which somebody stays."""
    there = dict.fromkeys(str(login) for _pid, login in server.execute(_OTHERS, (name,)).fetchall())
    sentence = _(
        "The restored office takes the place when nobody works in it, and these could not be sent out: {names}. "
        "Nothing was changed; let them close gCRM, and try again."
    )
    return EnvironmentProblem(sentence.format(names=", ".join(there) or "–"))
