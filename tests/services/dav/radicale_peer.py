"""A calendar on a server elsewhere: Radicale as it comes, over a real socket."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

from radicale import config
from radicale.app import Application

from gcrm.services.dav.peer import Peer
from tests.services.dav.device import HERE, Device


class Quiet(WSGIRequestHandler):
    """Says nothing."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def radicale(folder: Path) -> Iterator[Peer]:
    """Give an empty calendar of Anna."""
    told = config.load()
    storage = {"filesystem_folder": str(folder), "type": "multifilesystem"}
    told.update({"storage": storage, "auth": {"type": "none"}, "rights": {"type": "authenticated"}}, "test")
    with make_server(HERE, 0, Application(told), handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        made = Device(server.server_port, "anna", "secret").ask("MKCALENDAR", "/anna/home/")
        assert made.status == 201
        yield Peer(f"http://{HERE}:{server.server_port}/anna/home/", "anna", "secret")
        server.shutdown()
        thread.join()
