"""A telephone box on a real socket: it speaks the call monitor of a FRITZ!Box to every program that connects.

For trying the program without a box (`gcrm telephony simulate`), for the tour and for the tests, which also need it
hostile: `HOSTILE` lists what it can throw.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from types import TracebackType

from gcrm.errors import EnvironmentProblem
from gcrm.i18n import _
from gcrm.services.telephony.interface import CallEvent, CallEventKind
from gcrm.services.telephony.lines import format_line

DEFAULT_PORT = 10120
"""Not 1012: ports below 1024 need the rights of an administrator."""

_SEND_TIMEOUT = 10.0  # seconds until a client that does not read is given up
_LOOK_UP = 0.2  # seconds; closing a listening socket does not wake its thread on every platform
_LONG_LINE = 5_000_000  # bytes
_FLOOD = 20_000  # lines
_FLOOD_BEGAN = datetime(2026, 11, 23, 10, 0, 0)


class PhoneBox:
    """The box: `with PhoneBox() as box: box.ring("030123456")`. Port 0 chooses a free one, then `box.port` tells it."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0, now: Callable[[], datetime] = datetime.now) -> None:
        self.host, self.port = host, port
        self._now = now
        self._server: socket.socket | None = None
        self._clients: list[socket.socket] = []
        self._served = 0
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> PhoneBox:
        """Begin to listen; EnvironmentProblem if the port is taken."""
        try:
            self._server = socket.create_server((self.host, self.port))
        except OSError as error:
            sentence = _("Port {port} of {host} cannot be opened. Choose another one.")
            raise EnvironmentProblem(sentence.format(port=self.port, host=self.host), details=str(error)) from error
        self._server.settimeout(_LOOK_UP)
        self.port = self._server.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, name="phone box", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Hang up on everybody and give the port back."""
        server, self._server = self._server, None
        if server is not None:
            _close(server)
        if self._thread is not None:
            self._thread.join()
        self.hang_up_on_clients()

    def _accept(self) -> None:
        """Let clients in until the box is closed."""
        server = self._server
        while server is not None and self._server is server:
            try:
                client, _address = server.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            client.settimeout(_SEND_TIMEOUT)
            with self._changed:
                self._clients.append(client)
                self._served += 1
                self._changed.notify_all()

    @property
    def clients(self) -> int:
        """How many programs are connected, as far as the box has noticed."""
        with self._changed:
            return len(self._clients)

    def wait_for_clients(self, count: int = 1, timeout: float | None = None) -> bool:
        """Wait until so many programs are connected; False after `timeout` seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self._clients) >= count, timeout)

    def wait_until_served(self, count: int, timeout: float | None = None) -> bool:
        """Wait until so many connections were let in since the beginning; False after `timeout` seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: self._served >= count, timeout)

    def send(self, data: bytes) -> None:
        """Send bytes as they are to every client; who hung up or does not read is forgotten."""
        with self._changed:
            clients = list(self._clients)
        for client in clients:
            try:
                client.sendall(data)
            except OSError:
                self._forget(client)

    def _forget(self, client: socket.socket) -> None:
        with self._changed, contextlib.suppress(ValueError):
            self._clients.remove(client)
        _close(client)

    def hang_up_on_clients(self) -> None:
        """Close every connection, as a box does that restarts; the port stays open."""
        with self._changed:
            clients, self._clients = self._clients, []
        for client in clients:
            _close(client)

    def emit(self, event: CallEvent) -> CallEvent:
        """Tell every client an event and return it."""
        self.send(format_line(event))
        return event

    def ring(self, from_: str, to: str = "7654321", connection: int = 0, trunk: str = "SIP0") -> CallEvent:
        """Let it ring; `from_` "" hides the caller."""
        return self.emit(CallEvent(CallEventKind.RING, connection, self._now(), from_, to, trunk))

    def dial(
        self,
        to: str,
        own: str = "7654321",
        connection: int = 0,
        trunk: str = "SIP0",
        extension: str = "11",
    ) -> CallEvent:
        """Dial from a telephone of the office."""
        event = CallEvent(CallEventKind.OUTGOING, connection, self._now(), to, own, trunk, extension=extension)
        return self.emit(event)

    def answer(self, number: str = "", connection: int = 0, extension: str = "11") -> CallEvent:
        """Take the call; `number` is the other side."""
        event = CallEvent(CallEventKind.CONNECT, connection, self._now(), number, extension=extension)
        return self.emit(event)

    def end(self, connection: int = 0, seconds: int = 0) -> CallEvent:
        """End the call after `seconds` of talk."""
        return self.emit(CallEvent(CallEventKind.DISCONNECT, connection, self._now(), seconds=seconds))

    def attack(self, name: str) -> None:
        """Send what `HOSTILE` has under that name."""
        for data in HOSTILE[name]():
            self.send(data)


def simulate(
    from_: str = "030 123456",
    to: str = "7654321",
    seconds: int = 5,
    port: int = DEFAULT_PORT,
    host: str = "127.0.0.1",
    *,
    ringing: float = 3.0,
    say: Callable[[str], None] = print,
    pause: Callable[[float], None] = time.sleep,
    now: Callable[[], datetime] = datetime.now,
) -> None:
    """Be a box for one incoming call: wait for the first program, ring, be answered, talk for `seconds`, end.

    `seconds` 0 is a missed call. `say` gets a sentence for each step. Ctrl+C ends it at any time.
    """
    number = "".join(char for char in from_ if char in "+0123456789*#")
    with PhoneBox(host, port, now) as box:
        say(_("Phone box at {host}, port {port}. Waiting for a program.").format(host=host, port=box.port))
        while not box.wait_for_clients(timeout=0.5):
            pass  # in short waits, so that Ctrl+C is heard on every platform
        box.ring(number, to)
        say(_("Ringing from {number}.").format(number=number or _("a hidden number")))
        pause(ringing)
        if seconds:
            box.answer(number)
            say(_("Answered."))
            pause(seconds)
        box.end(seconds=seconds)
        say(_("Ended."))


def _close(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # the other side was faster
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()


def _garbage() -> Iterator[bytes]:
    """Nothing of this is an event."""
    yield bytes(range(256)) * 8 + b"\r\n"
    yield b"\xff\xfe\x00RING;;;;;;;\r\n;;;;;;\r\n\r\n\n\n"
    yield b"31.02.26 25:61:61;RING;x;<b>1</b>;';DROP TABLE contact;--;SIP0;\r\n"
    yield b"23.11.26 10:00:00;RING;0;<img src=file:///etc/passwd>;123;SIP0;\r\n"
    yield b"23.11.26 10:00:00;DISCONNECT;7;99999999999999999999;\r\n"
    yield "23.11.26 10:00:00;RING;٣;٠٣٠;١٢٣;SIP0;\r\n".encode()


def _flood() -> Iterator[bytes]:
    """Twenty thousand calls in one breath."""
    for index in range(_FLOOD):
        at = _FLOOD_BEGAN + timedelta(seconds=index // 10)
        yield format_line(CallEvent(CallEventKind.RING, index % 10, at, f"0170{index:07d}", "123", "SIP0"))


def _long_line() -> Iterator[bytes]:
    """A line of 5 MB that begins like an event and ends like one."""
    yield b"23.11.26 10:00:00;RING;0;"
    for _block in range(_LONG_LINE // 50_000):
        yield b"1" * 50_000
    yield b";123;SIP0;\r\n"


def _half_lines() -> Iterator[bytes]:
    """Lines torn by a bad connection, the last one without its end."""
    yield b"23.11.26;RING\r\n;0;0170;123;SIP0;\r\n23.11.26 10:00:00;RING;2\r\n"
    yield b"23.11.26 10:00:00;CONNECT\r\n23.11.26 10:00:00;DISCONNECT;1"


# What a box that is no box can throw. Entry: a name and a function that yields the bytes to send.
HOSTILE: dict[str, Callable[[], Iterator[bytes]]] = {
    "garbage": _garbage,
    "flood": _flood,
    "long line": _long_line,
    "half lines": _half_lines,
}
