"""Counting how often a program waits for its server: a line between both that holds every answer back.

While it counts, what the server says is passed on only when the program has nothing more to send: it waits. Each such
wait is one round trip, whatever number of statements were sent before. On a line to another town that is 30 ms or more.
"""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import make_url

QUIET = 0.03
"""Seconds without a byte after which a program counts as waiting; a busy computer may make it count too many."""
TIMES = 3


@dataclass(slots=True)
class Line:
    """A line to a server: the URL that leads through it, and the round trips that were counted so far."""

    url: str
    trips: int = 0
    quiet: float = 0.0

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Hold the answers back meanwhile."""
        self.quiet = QUIET
        yield
        self.quiet = 0.0

    def count(self, work: Callable[[], object]) -> int:
        """Return the round trips of some work: the fewest of several times, as only those were needed."""
        counts = []
        with self.counting():
            for _time in range(TIMES):
                before = self.trips
                work()
                counts.append(self.trips - before)
        return min(counts)


@contextmanager
def line_to(url: str) -> Iterator[Line]:
    """Lay a line to the server of a URL."""
    server = make_url(url)
    with socket.create_server(("127.0.0.1", 0)) as door:
        line = Line(server.set(host="127.0.0.1", port=door.getsockname()[1]).render_as_string(hide_password=False))
        threading.Thread(target=_open, args=(door, (server.host or "", server.port or 5432), line), daemon=True).start()
        yield line


def _open(door: socket.socket, server: tuple[str, int], line: Line) -> None:
    """Take every connection, until the door is closed."""
    while True:
        try:
            client = door.accept()[0]
        except OSError:
            return
        threading.Thread(target=_carry, args=(client, socket.create_connection(server), line), daemon=True).start()


def _carry(client: socket.socket, server: socket.socket, line: Line) -> None:
    """Carry bytes both ways until one side ends, the answers only when the client waits for them."""
    held, has_asked = b"", False
    with client, server:
        while True:
            ready = select.select([client, server], [], [], line.quiet if held else None)[0]
            if client in ready:
                asked = _received(client)
                if not asked:
                    return
                server.sendall(asked)
                has_asked = True
            elif server in ready:
                answer = _received(server)
                if not answer:
                    return
                held += answer
            else:
                line.trips += has_asked
                has_asked = False
                client.sendall(held)
                held = b""


def _received(side: socket.socket) -> bytes:
    """Return what a side says, nothing when it has gone."""
    try:
        return side.recv(65_536)
    except OSError:
        return b""
