"""What a server that gCRM keeps does once a day by itself."""

from __future__ import annotations

from gcrm.services.team.server import Server


def daily_work(server: Server) -> None:
    """Make the server's certificate anew when it ends soon. Raises GcrmError; the next day tries again."""
    if server.authority.renew(server.plan.names):
        server.reload()
