"""A server for a team as gCRM makes it, with TLS, and somebody who listens on the line to it."""

from __future__ import annotations

import contextlib
import secrets
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.engine import URL

from gcrm.services.team.binaries import is_root
from gcrm.services.team.databases import make_database
from gcrm.services.team.server import Plan, Server
from tests.postgres import _free_port, _temporary_folder

HOST = "office-pc.example"
"""The name by which the desks reach the server; libpq is told that it is this machine (hostaddr)."""
OWNER = "gcrm_owner"
SSL_REQUEST = (80877103).to_bytes(4, "big")
"""What a client that wants TLS begins with; a client that does not begins with its user (protocol-message-formats)."""


@dataclass(frozen=True)
class TeamServer:
    """A running server with an empty database."""

    server: Server
    database: str
    password: str

    @property
    def certificate(self) -> str:
        """The certificate that desks are given."""
        return self.server.authority.certificate.read_text()

    def url(self, host: str = HOST, *, port: int = 0, password: str | None = None, **query: str) -> str:
        """Return an address of the database, by way of a name that leads to this machine."""
        secret = self.password if password is None else password
        settings = {"hostaddr": "127.0.0.1"} | query
        port = port or self.server.plan.port
        made = URL.create("postgresql", OWNER, secret or None, host, port, self.database, settings)
        return made.render_as_string(hide_password=False)


@contextmanager
def server_folder() -> Iterator[tuple[Path, str]]:
    """Give a folder for a server, and the account it must run as."""
    base, owner = _temporary_folder(on_disk=False), "postgres" if is_root() else ""
    if owner:
        shutil.chown(base, owner)
    try:
        yield base / "server", owner
    finally:
        shutil.rmtree(base, ignore_errors=True)


@contextmanager
def team_server() -> Iterator[TeamServer]:
    """Run a server as gCRM makes it; stop it and remove its folder afterwards."""
    with server_folder() as (folder, owner):
        plan = Plan("Muster & Töchter", _free_port(), ("127.0.0.1",), (HOST, "192.0.2.7"))
        server = Server.create(folder, plan, owner)
        server.start()
        try:
            password = "päss wörd'" + secrets.token_hex(8)
            make_database(server, "office", OWNER, password)
            yield TeamServer(server, "office", password)
        finally:
            server.stop()


@dataclass
class Tap:
    """Passes bytes on between a port of its own and a server, and keeps what clients sent and were sent."""

    target: int
    sent: list[bytearray] = field(default_factory=list)
    answered: list[bytearray] = field(default_factory=list)
    port: int = 0

    @contextmanager
    def open(self) -> Iterator[Tap]:
        """Listen until the end of the block."""
        with socket.create_server(("127.0.0.1", 0)) as door:
            self.port = door.getsockname()[1]
            worker = threading.Thread(target=self._let_in, args=(door,), daemon=True)
            worker.start()
            try:
                yield self
            finally:
                with contextlib.suppress(OSError):
                    door.shutdown(socket.SHUT_RDWR)
                worker.join()

    def _let_in(self, door: socket.socket) -> None:
        lines: list[threading.Thread] = []
        ends: list[socket.socket] = []
        with contextlib.suppress(OSError):
            while True:
                client, _address = door.accept()
                server = socket.create_connection(("127.0.0.1", self.target))
                ends += [client, server]
                self.sent.append(bytearray())
                self.answered.append(bytearray())
                for source, goal, kept in ((client, server, self.sent[-1]), (server, client, self.answered[-1])):
                    lines.append(threading.Thread(target=self._pass, args=(source, goal, kept), daemon=True))
                    lines[-1].start()
        for line in lines:
            line.join()
        for end in ends:
            end.close()

    def _pass(self, source: socket.socket, goal: socket.socket, kept: bytearray) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                kept += data
                goal.sendall(data)
        for end in (source, goal):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def heard(self, text: str) -> bool:
        """Tell whether somebody on the line could read a text."""
        return any(text.encode() in bytes(kept) for kept in (*self.sent, *self.answered))

    def began_with_tls(self) -> bool:
        """Tell whether every connection began by asking for TLS."""
        return all(kept[4:8] == SSL_REQUEST for kept in self.sent)
