"""An office on a server is upgraded while nobody else works in it.

Whoever upgrades locks the table of revisions first. From then on no program opens the office, and none that is open
gets a new connection (services/versions.py). Then all connections are ended, so that nobody holds one from before; what
they were writing is rolled back by the server, and sent once more by its program where it still may. Only then is the
office backed up and migrated, in the transaction that holds the lock: whatever breaks, the lock goes with it.
"""

from __future__ import annotations

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from gcrm.errors import EnvironmentProblem
from gcrm.i18n import _
from gcrm.services.versions import OTHERS

# A backup takes longer than a login may stand still in a transaction.
PATIENT = "SET LOCAL idle_in_transaction_session_timeout = 0"
ALONE = "LOCK TABLE alembic_version IN EXCLUSIVE MODE"
END = "SELECT pg_terminate_backend(:pid, 5000)"
"""Ends a connection and waits for that, so many milliseconds at most."""


def lock_out(connection: Connection) -> None:
    """Let nobody open the office until this transaction ends."""
    connection.execute(text(PATIENT))
    connection.execute(text(ALONE))


def send_others_out(connection: Connection, engine: Engine) -> None:
    """End the connections of everybody else to the office that `connection` has locked.

    Raises EnvironmentProblem with the logins whose connections this one may not end.
    """
    mine = connection.execute(text("SELECT pg_backend_pid()")).scalar()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as other:
        there = [(pid, name) for pid, name in other.execute(text(OTHERS)) if pid != mine]
        for pid, _name in there:
            _end(other, pid)
        left = {pid for pid, _name in other.execute(text(OTHERS))}
    names = dict.fromkeys(str(name) for pid, name in there if pid in left)
    if names:
        sentence = _(
            "The office is upgraded when nobody else works in it, and these could not be sent out: {names}. Let them "
            "close gCRM, and try again."
        )
        raise EnvironmentProblem(sentence.format(names=", ".join(names)))


def _end(connection: Connection, pid: int) -> None:
    """End one connection, where this login may."""
    try:
        connection.execute(text(END), {"pid": pid})
    except DBAPIError:
        connection.rollback()
