"""What a server that gCRM keeps does once a day by itself: certificate, refused log-ins, a backup of each office."""

from __future__ import annotations

from collections.abc import Iterator

from gcrm.errors import ConflictError, EnvironmentProblem
from gcrm.services.backup import automatic
from gcrm.services.database import Database
from gcrm.services.schema import is_current
from gcrm.services.team.databases import databases
from gcrm.services.team.refused_log import count_refused
from gcrm.services.team.server import Server


def daily_work(server: Server) -> list[str]:
    """Renew the certificate when it ends soon, and look after each office; return what went wrong.

    Raises GcrmError where the server cannot be asked at all; the next day tries again.
    """
    if server.authority.renew(server.plan.names):
        server.reload()
    return [sentence for name in databases(server) for sentence in _look_after(server, name) if sentence]


def _look_after(server: Server, name: str) -> Iterator[str]:
    """Count what was refused of one office, and back it up: beside the server's data unless its settings say where."""
    database = Database.at(server.administrator_url(name))
    try:
        if is_current(database.engine):
            yield _count(server, database)
            yield automatic.make_due(database, usual=server.folder / "backups")
    finally:
        database.close()


def _count(server: Server, database: Database) -> str:
    """Write the log-ins that were refused to their users; return what went wrong."""
    try:
        count_refused(server, database)
    except (EnvironmentProblem, ConflictError) as problem:
        return problem.sentence
    return ""
