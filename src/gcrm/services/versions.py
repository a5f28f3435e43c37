"""Which program an office needs: told to older programs, and asked again wherever an open office may have changed.

An older program reads of a newer office only `alembic_version`, `office_version` and the office's own settings, whose
shapes never change (docs/decisions/0013-versions.md).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, Select, delete, event, insert, inspect, select, text
from sqlalchemy.exc import DBAPIError

from gcrm import __version__
from gcrm.errors import BeingUpgraded, GcrmError, NewerOffice, OlderOffice
from gcrm.i18n import _
from gcrm.model.migrations import HEAD, REVISIONS
from gcrm.model.office_version import OfficeVersion
from gcrm.model.registry import table_of
from gcrm.model.setting import Setting

INSTALLER = "office.installer"
"""The setting in which the office says where its installer is kept."""
REVISION = "SELECT version_num FROM alembic_version"
# A login may only read the table of revisions, so nobody but its owner can hold this lock on it (services/upgrade.py).
UPGRADING = """
SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'relation' AND granted AND mode = 'ExclusiveLock'
  AND relation = to_regclass('alembic_version') AND pid <> pg_backend_pid()
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
"""
CHECKED = "gcrm_checked"
"""What a connection carries that was looked at."""
OWNER = """
SELECT pg_has_role(relowner, 'USAGE'), pg_get_userbyid(relowner) FROM pg_class
  WHERE oid = to_regclass('alembic_version')
"""
# The server hides the type of what belongs to other logins; only clients, and what works for them, have a name.
OTHERS = """
SELECT pid, usename FROM pg_stat_activity WHERE datname = current_database() AND usename IS NOT NULL
  AND coalesce(backend_type, 'client backend') = 'client backend' AND pid <> pg_backend_pid() ORDER BY usename, pid
"""


def note(connection: Connection) -> None:
    """Note that this program brought the office to the revision it has now; forget later ones."""
    if not inspect(connection).has_table(OfficeVersion.__tablename__):
        return
    found = connection.execute(text(REVISION)).scalar()
    table = table_of(OfficeVersion)
    connection.execute(delete(table).where(table.c.revision >= found))
    connection.execute(insert(table), {"revision": found, "program": __version__})


def newer(connection: Connection, found: str) -> NewerOffice:
    """Return the error for an office whose revision this program does not know: which one it needs, and where it is."""
    needed = _read(connection, select(OfficeVersion.program).where(OfficeVersion.revision == found))
    installer = _installer(connection)
    if needed not in ("", __version__):
        told = _("This office needs gCRM {needed} or newer; this is gCRM {own}.").format(needed=needed, own=__version__)
    else:
        told = _("This office was opened with a newer gCRM (schema {found}, this program knows {known}). Update gCRM.")
        told = told.format(found=found, known=HEAD)
    where = _("Ask the administrator of the office for the installer.")
    if installer:
        where = _("The office keeps the installer here: {place}").format(place=installer)
    return NewerOffice(f"{told} {where}", program=needed, installer=installer)


def older(connection: Connection) -> OlderOffice:
    """Return the error for an office on a server that somebody has to upgrade for this program."""
    found = connection.execute(text(REVISION)).scalar()
    known = _read(connection, select(OfficeVersion.program).where(OfficeVersion.revision == found))
    told = _("This office was made by an older gCRM than this one ({own}), and has to be upgraded first.")
    if known not in ("", __version__):
        told = _("This office is kept by gCRM {known}, and has to be upgraded for this one ({own}).")
    who = _("Ask its administrator to do that; until then work with the gCRM you had.")
    is_owner, owner = connection.execute(text(OWNER)).one()
    if is_owner:
        who = _("“gcrm upgrade” does that, after a backup.")
    others = tuple(dict.fromkeys(name for _pid, name in connection.execute(text(OTHERS)) if name))
    sentence = f"{told.format(known=known, own=__version__)} {who}"
    return OlderOffice(
        sentence, program=known, installer=_installer(connection), is_owner=is_owner, others=others, owner=owner
    )


def _installer(connection: Connection) -> str:
    """Return where the office keeps its installer, "" when it does not say."""
    return _read(connection, select(Setting.value).where(Setting.key == INSTALLER, Setting.user_id.is_(None)))


def _read(connection: Connection, statement: Select[Any]) -> str:
    """Return a text that the office may tell, "" where it does not."""
    table = statement.get_final_froms()[0]
    if not inspect(connection).has_table(str(getattr(table, "name", ""))):
        return ""
    try:
        value = connection.execute(statement).scalar()
    except DBAPIError:
        connection.rollback()  # this login may not read it
        return ""
    return value if isinstance(value, str) else ""


def refuse_while_upgrading(connection: Connection) -> None:
    """Raise BeingUpgraded while somebody upgrades this office on a server."""
    if connection.dialect.name == "postgresql" and connection.execute(text(UPGRADING)).scalar():
        raise BeingUpgraded(
            _("The office is being brought to a new version. gCRM goes on by itself when that is done.")
        )


def refuse_other(connection: Connection) -> None:
    """Raise NewerOffice or OlderOffice when an open office has another revision than this program meanwhile."""
    found = str(connection.execute(text(REVISION)).scalar())
    if found == HEAD:
        return
    if found not in REVISIONS:
        raise newer(connection, found)
    raise OlderOffice(_("Somebody brought this office to an older version. Close gCRM and open it again."))


def watch(engine: Engine) -> None:
    """Ask of every new connection to a server whether the office still is the one that this program opened.

    Whoever upgrades an office ends all connections (services/upgrade.py), so nothing is written over one that was made
    before.
    """

    @event.listens_for(engine, "engine_connect")
    def look(connection: Connection) -> None:
        if CHECKED in connection.info:
            return
        try:
            refuse_while_upgrading(connection)
            refuse_other(connection)
            connection.rollback()
        except (DBAPIError, GcrmError):
            connection.close()
            raise
        connection.info[CHECKED] = True
