"""What a server that gCRM keeps does once a day by itself: its certificate, and a backup of each office."""

from __future__ import annotations

from gcrm.services.backup import automatic
from gcrm.services.database import Database
from gcrm.services.schema import is_current
from gcrm.services.team.databases import databases
from gcrm.services.team.server import Server


def daily_work(server: Server) -> list[str]:
    """Make the certificate anew when it ends soon, and today's backup of each office; return what went wrong.

    Raises GcrmError where the server cannot be asked at all; the next day tries again.
    """
    if server.authority.renew(server.plan.names):
        server.reload()
    return [sentence for name in databases(server) if (sentence := _back_up(server, name))]


def _back_up(server: Server, name: str) -> str:
    """Make the backup of one office, beside the server's data unless its settings choose another folder."""
    database = Database.at(server.administrator_url(name))
    try:
        if not is_current(database.engine):
            return ""
        return automatic.make_due(database, usual=server.folder / "backups")
    finally:
        database.close()
