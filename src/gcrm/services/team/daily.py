"""What a server that gCRM keeps does by itself: its certificate and backups each day, refused log-ins each hour."""

from __future__ import annotations

from collections.abc import Callable

from gcrm.errors import ConflictError, EnvironmentProblem
from gcrm.services.backup import automatic
from gcrm.services.database import Database
from gcrm.services.schema import is_current
from gcrm.services.team.databases import databases
from gcrm.services.team.refused_log import count_refused
from gcrm.services.team.server import Server


def daily_work(server: Server) -> list[str]:
    """Renew the certificate when it ends soon, count what was refused, back each office up; return what went wrong.

    Raises GcrmError where the server cannot be asked at all; the next day tries again.
    """
    if server.authority.renew(server.plan.names):
        server.reload()
    return _for_each(server, _count, _back_up)


def hourly_work(server: Server) -> list[str]:
    """Count the log-ins that were refused; return what went wrong. Raises GcrmError as `daily_work`."""
    return _for_each(server, _count)


def _for_each(server: Server, *works: Callable[[Server, Database], str]) -> list[str]:
    """Do this to each office; return what went wrong."""
    wrong = []
    for name in databases(server):
        database = Database.at(server.administrator_url(name))
        try:
            if is_current(database.engine):
                wrong += [work(server, database) for work in works]
        finally:
            database.close()
    return [sentence for sentence in wrong if sentence]


def _back_up(server: Server, database: Database) -> str:
    """Make today's backup, beside the server's data unless the office's settings choose another folder."""
    return automatic.make_due(database, usual=server.folder / "backups")


def _count(server: Server, database: Database) -> str:
    """Write the log-ins that were refused to their users."""
    try:
        count_refused(server, database)
    except (EnvironmentProblem, ConflictError) as problem:
        return problem.sentence
    return ""
