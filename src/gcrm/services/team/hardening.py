"""What only a superuser of a server can do for an office: said where it is missing, and done where it may be."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.model.guards import HARDENED
from gcrm.services.database import Database
from gcrm.services.team.rights_in_force import in_force

_LARGE_OBJECTS = text("SELECT has_function_privilege('public', 'pg_catalog.lo_creat(integer)', 'EXECUTE')")
_OWNER = text(
    "SELECT r.rolname, r.rolsuper FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner "
    "WHERE c.oid = to_regclass('public.alembic_version')"
)


@dataclass(frozen=True, slots=True)
class Weakness:
    """Something by which a login may do more than it should: a sentence, and the statement that ends it, or ""."""

    sentence: str
    remedy: str = ""


def weaknesses(database: Database) -> tuple[Weakness, ...]:
    """Return what of a shared office its server does not guard. Raises UserError for an office in a file."""
    if database.is_sqlite:
        raise UserError(_("This office is not shared yet. Share it with your team first."))
    with database.read() as session:
        return tuple(_found(session))


def _found(session: Session) -> list[Weakness]:
    found = []
    if not in_force(session):
        found.append(Weakness(_("The rights of the groups are not enforced. Share the office with “gcrm team share”.")))
    if session.scalar(_LARGE_OBJECTS):
        sentence = _(
            "Every login can fill the server's disk with large objects. A superuser ends that in this database."
        )
        found.append(Weakness(sentence, f"{HARDENED};"))
    owner, is_superuser = session.execute(_OWNER).one()
    if is_superuser:
        sentence = _(
            "The office belongs to “{owner}”, who may do everything on the server. Give it an owner of its own."
        )
        found.append(Weakness(sentence.format(owner=owner)))
    return found


def harden(database: Database) -> bool:
    """Take large objects from everybody where this login may; tell whether they are taken."""
    with database.engine.connect() as connection, connection.begin():
        connection.execute(text(HARDENED))
        return not connection.scalar(_LARGE_OBJECTS)
