"""A line to a server that can be cut, dead or slow: a relay on a real socket in front of PostgreSQL.

    with Line("127.0.0.1", port) as line:
        database = open_office(line.url(url))
        line.cut()          # as if the server ended: connections end, new ones are refused
        line.mend()
        line.die()          # as if the cable were pulled: whatever is sent vanishes, and nobody is told
        line.revive()

`cut_at` and `die_at` wait for a word to pass, and act before the server gets it or after it has and before its answer
is heard. `delay` seconds pass in each direction, `rate` bytes a second at most. The part `loss` of all segments is
lost: as TCP shows it, each of them, and all behind it, comes after a time-out that doubles. `leave_after` has
the server end a connection, with its usual words, right after the answer that holds a word.
"""

from __future__ import annotations

import contextlib
import ctypes
import random
import select
import socket
import struct
import sys
import threading
import time
from dataclasses import dataclass, field
from types import TracebackType

from sqlalchemy import make_url

BLOCK = 65536
READY = b"Z\x00\x00\x00\x05"
"""How a server says that it is ready again, up to the state of the transaction."""
FAREWELL = b"SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0"
"""What a connection hears when somebody stops the server (PostgreSQL, "Message Formats", ErrorResponse)."""
SEGMENT = 1448
"""Bytes that travel, and are lost, together."""
AGAIN = 0.2
"""Seconds after which TCP sends a segment once more."""
SO_ATTACH_FILTER, SO_DETACH_FILTER = 26, 27  # Linux; Python has no names for them
DROP = struct.pack("HBBI", 0x06, 0, 0, 0)  # "return 0": the one instruction of a filter that lets nothing in


def is_able_to_die() -> bool:
    """Tell whether a line can be dead here: only Linux lets a socket overhear everything, acknowledgements included."""
    return sys.platform == "linux"


@dataclass
class Line:
    """The relay. `trips` counts how often the direction turned: one for each question that was answered.

    `lost` counts the segments that were lost.
    """

    host: str
    server_port: int
    delay: float = 0.0
    rate: float = 0.0
    loss: float = 0.0
    port: int = 0
    trips: int = 0
    lost: int = 0
    dice: random.Random = field(default_factory=lambda: random.Random(71))
    _word: bytes = b""
    _before: bool = True
    _dies: bool = False
    _last_word: bytes = b""
    _alive: threading.Event = field(default_factory=threading.Event)
    _doors: list[socket.socket] = field(default_factory=list)
    _is_cut: bool = False
    _is_over: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _pairs: list[tuple[socket.socket, socket.socket]] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)
    has_cut: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Line:
        server = socket.create_server(("127.0.0.1", 0))
        server.settimeout(0.05)
        self.port = server.getsockname()[1]
        self._doors.append(server)
        self._alive.set()
        self._start(self._accept, server)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_over = True
        self._alive.set()
        self.cut()
        for thread in self._threads:
            thread.join()

    def url(self, address: str) -> str:
        """Return the address of an office as it is reached over this line."""
        return make_url(address).set(host="127.0.0.1", port=self.port).render_as_string(hide_password=False)

    def _start(self, function: object, *arguments: object) -> None:
        thread = threading.Thread(target=function, args=arguments, daemon=True)  # type: ignore[arg-type]  # a function
        self._threads.append(thread)
        thread.start()

    def _accept(self, server: socket.socket) -> None:
        while not self._is_over:
            try:
                client, _address = server.accept()
            except TimeoutError:
                continue
            if self._is_cut:
                client.close()
                continue
            try:
                upstream = socket.create_connection((self.host, self.server_port))
            except OSError:
                client.close()
                continue
            for end in (client, upstream):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._pairs.append((client, upstream))
            self._start(self._relay, client, upstream)
        server.close()

    def _relay(self, client: socket.socket, upstream: socket.socket) -> None:
        """Carry bytes both ways until an end closes."""
        last = upstream
        ends = {client: upstream, upstream: client}
        while True:
            try:
                readable, _w, _x = select.select(list(ends), [], [], 0.05)
            except (OSError, ValueError):
                return
            for end in readable:
                self._alive.wait()
                try:
                    data = end.recv(BLOCK)
                except OSError:
                    data = b""
                if not data or not self._pass_on(data, end is client, end, ends[end]):
                    self._end(client, upstream)
                    return
                if end is client and last is upstream:
                    self.trips += 1
                last = end

    def _pass_on(self, data: bytes, is_question: bool, source: socket.socket, target: socket.socket) -> bool:
        """Send what came, late and slowly where that is wanted; False when it was cut."""
        if not is_question and self._last_word and self._last_word in data:
            self._last_word = b""
            with contextlib.suppress(OSError):
                target.sendall(data[: data.rindex(READY)] + b"E" + struct.pack("!I", len(FAREWELL) + 4) + FAREWELL)
            return False
        with self._lock:
            meets = is_question and bool(self._word) and self._word in data
            if meets:
                self._word = b""
        if meets and self._before:
            self._cut_off()
            return False
        pause = self.delay + (len(data) / self.rate if self.rate else 0) + self._held_back(len(data))
        if pause:
            time.sleep(pause)
        self._alive.wait()
        with contextlib.suppress(OSError):
            target.sendall(data)
            if not meets:
                return True
            self._until_answered(source, target)  # the server has done it; nobody hears
        if meets:
            self._cut_off()
        return False

    def _held_back(self, size: int) -> float:
        """Return the seconds for which segments are held back because they were lost, perhaps more than once."""
        waited = 0.0
        for _segment in range(0, size, SEGMENT) if self.loss else ():
            again = AGAIN
            while self.dice.random() < self.loss:
                self.lost += 1
                waited += again
                again *= 2
        return waited

    @staticmethod
    def _until_answered(source: socket.socket, target: socket.socket) -> None:
        """Pass on what still belongs to the question, until the answer comes."""
        while target not in select.select([source, target], [], [])[0]:
            more = source.recv(BLOCK)
            if not more:
                return
            target.sendall(more)
        target.recv(BLOCK)

    def leave_after(self, word: bytes) -> None:
        """Let the server take leave instead of being ready again, once, when an answer holds a word."""
        self._last_word = word

    def _cut_off(self) -> None:
        """Cut, or die and end when the line lives again: what was under way is gone then."""
        if self._dies:
            self.die()
            self.has_cut.set()
            self._alive.wait()
            return
        self._is_cut = True
        self.has_cut.set()

    @staticmethod
    def _end(*ends: socket.socket) -> None:
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def cut(self) -> None:
        """End all connections and refuse new ones."""
        self._is_cut = True
        with self._lock:
            pairs, self._pairs = self._pairs, []
        for pair in pairs:
            self._end(*pair)

    def cut_at(self, word: bytes, *, before: bool) -> None:
        """Cut when `word` is next asked: before the server gets it, or after it did it and before it is heard."""
        with self._lock:
            self._word, self._before, self._dies = word, before, False

    def die_at(self, word: bytes, *, before: bool) -> None:
        """Die when `word` is next asked: before the server gets it, or after it did it and before it is heard."""
        with self._lock:
            self._word, self._before, self._dies = word, before, True

    def die(self) -> None:
        """Let everything vanish that either side sends, as a pulled cable does: no answer, and no end either."""
        self._alive.clear()
        program = ctypes.create_string_buffer(DROP)
        for end in self._ends():
            end.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HP", 1, ctypes.addressof(program)))

    def revive(self) -> None:
        """Let everything pass again; whoever has given up meanwhile says so when asked."""
        for end in self._ends():
            end.setsockopt(socket.SOL_SOCKET, SO_DETACH_FILTER, 0)
            for option, value in ((socket.TCP_KEEPIDLE, 1), (socket.TCP_KEEPINTVL, 1)):
                end.setsockopt(socket.IPPROTO_TCP, option, value)
            end.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self.has_cut.clear()
        self._alive.set()

    def _ends(self) -> list[socket.socket]:
        """Return all sockets of the relay that are open."""
        with self._lock:
            ends = [*self._doors, *(end for pair in self._pairs for end in pair)]
        return [end for end in ends if end.fileno() >= 0]

    def mend(self) -> None:
        """Let everybody in again."""
        self.cut()
        self.has_cut.clear()
        self._is_cut = False
