"""The sockets: HTTPS for the office's network, one thread for each request, bounded in number and in time."""

from __future__ import annotations

import logging
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import unquote
from wsgiref.simple_server import ServerHandler, WSGIRequestHandler, WSGIServer

from typing_extensions import override

from gcrm.errors import EnvironmentProblem, GcrmError, UserError
from gcrm.i18n import _
from gcrm.services.dav.people import People
from gcrm.services.dav.welcome import Welcome
from gcrm.services.team.authority import Authority
from gcrm.services.team.sharing import own_names

PORT = 8643
MOST_AT_ONCE = 40
SECONDS = 30
"""How long a device may take to say the next word."""
DAY = 24 * 60 * 60
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class Place:
    """Where it listens. `folder` holds keys and certificates; without it nothing is encrypted, on this computer only.

    `names` are those by which devices reach this computer.
    """

    host: str = "0.0.0.0"  # noqa: S104 - phones are other computers; nothing is told without log-in
    port: int = PORT
    folder: Path | None = None
    names: tuple[str, ...] = ()

    def address(self, port: int) -> str:
        """Return the address to type on a device."""
        name = next(iter(self.names), self.host)
        shown = f"[{name}]" if ":" in name else name
        return f"{'https' if self.folder else 'http'}://{shown}:{port}"


class _Server(socketserver.ThreadingMixIn, WSGIServer):
    """Answers each request in a thread of its own."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, place: Place, tls: ssl.SSLContext | None, every_day: Callable[[], object]) -> None:
        self.address_family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
        self._tls = tls
        self._every_day = every_day
        self._looked = monotonic()
        self._free = threading.BoundedSemaphore(MOST_AT_ONCE)
        super().__init__((place.host, place.port), _Handler)

    @override
    def server_bind(self) -> None:
        socketserver.TCPServer.server_bind(self)  # without looking its own name up
        self.server_name, self.server_port = "gcrm", self.server_address[1]
        self.setup_environ()

    @override
    def service_actions(self) -> None:
        if monotonic() - self._looked > DAY:
            self._looked = monotonic()
            with suppress(GcrmError, OSError):
                self._every_day()

    @override
    def process_request(self, request: Any, client_address: Any) -> None:
        if not self._free.acquire(timeout=SECONDS):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    @override
    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    @override
    def finish_request(self, request: Any, client_address: Any) -> None:
        request.settimeout(SECONDS)
        if self._tls is None:
            super().finish_request(request, client_address)
            return
        with self._tls.wrap_socket(request, server_side=True) as secure:
            super().finish_request(secure, client_address)
            with suppress(OSError, ValueError):
                secure.unwrap()

    @override
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a device that hangs up, or no TLS, is nobody's fault here."""


class _Calm(ServerHandler):
    """Answers without the environment of this process, and without telling what went wrong."""

    os_environ: dict[str, str] = {}  # noqa: RUF012 - so it is declared there

    @override
    def log_exception(self, exc_info: Any) -> None:
        """Say nothing: it could quote what people keep here."""


class _Handler(WSGIRequestHandler):
    """Reads one request."""

    @override
    def handle(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        if len(self.raw_requestline) > 65536:
            self.requestline = self.request_version = self.command = ""
            self.send_error(414)
            return
        if self.parse_request():
            ways: tuple[Any, Any, Any] = (self.rfile, self.wfile, self.get_stderr())
            handler = _Calm(*ways, self.get_environ(), multithread=True)
            handler.request_handler = self  # type: ignore[attr-defined]  # as wsgiref does
            handler.run(self.server.get_app())  # type: ignore[attr-defined]  # the server is a WSGIServer

    @override
    def get_environ(self) -> Any:
        found = super().get_environ()
        found["PATH_INFO"] = unquote(self.path.split("?", 1)[0])
        found["REMOTE_HOST"] = found["REMOTE_ADDR"] = str(self.client_address[0])
        return found

    @override
    def address_string(self) -> str:
        return str(self.client_address[0])

    @override
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: addresses name people."""


@dataclass(frozen=True, slots=True)
class Served:
    """A server that listens: its address, and the fingerprint of the office's certificate ("" without TLS)."""

    address: str
    port: int
    fingerprint: str
    server: _Server

    def run(self) -> None:
        """Answer until `stop` is called."""
        self.server.serve_forever(poll_interval=0.2)

    def stop(self) -> None:
        """Let `run` come to its end; another thread calls it."""
        self.server.shutdown()


@contextmanager
def serving(office: str, place: Place) -> Iterator[Served]:
    """Listen for devices. Raises UserError where Radicale is missing or plain HTTP would leave this computer."""
    if place.folder is None and place.host not in LOOPBACK:
        raise UserError(_("Without TLS only this computer is served. Name a folder for certificates, or 127.0.0.1."))
    try:
        from gcrm.services.dav.gate import Gate
    except ImportError as problem:
        sentence = _("The package Radicale is missing. Install gCRM with its extra “dav”.")
        raise UserError(sentence, details=str(problem)) from problem
    authority = _certified(place)
    tls = _tls(authority)

    def renew() -> None:
        if authority is not None and tls is not None and authority.renew(place.names or own_names()):
            tls.load_cert_chain(authority.server_certificate, authority.server_key)

    with People(office).closing() as people, _listening(place, tls, renew) as server:
        address = place.address(server.server_port)
        certificate = authority.certificate if authority is not None else None
        server.set_app(Gate(people, Welcome(address, certificate)))
        logging.getLogger().addHandler(logging.NullHandler())  # Radicale would write errors with contents there
        fingerprint = authority.read().fingerprint if authority is not None else ""
        yield Served(address, server.server_port, fingerprint, server)


def _certified(place: Place) -> Authority | None:
    """Return the authority with a certificate that holds for this computer, made where there is none yet."""
    if place.folder is None:
        return None
    place.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    authority, names = Authority(place.folder), place.names or own_names()
    if not authority.key.exists():
        authority.create(names[0] if names else "gCRM")
    if authority.server_certificate.exists() and not set(names) <= set(authority.read_server().names):
        authority.issue(names)
    authority.renew(names)
    return authority


def _tls(authority: Authority | None) -> ssl.SSLContext | None:
    if authority is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(authority.server_certificate, authority.server_key)
    return context


@contextmanager
def _listening(place: Place, tls: ssl.SSLContext | None, every_day: Callable[[], object]) -> Iterator[_Server]:
    """Open the socket. Raises EnvironmentProblem where another program has it."""
    try:
        server = _Server(place, tls, every_day)
    except OSError as problem:
        sentence = _("Port {port} cannot be used: another program may have it. Choose another port.")
        raise EnvironmentProblem(sentence.format(port=place.port), details=str(problem)) from problem
    with server:
        yield server
