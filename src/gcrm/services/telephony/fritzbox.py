"""A FRITZ!Box as a telephone line: its call monitor on TCP port 1012, for ever.

Why not `fritzconnection.FritzMonitor`: docs/decisions/0005-call-monitor.md. The box is only read; not one byte is sent.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from gcrm.services.telephony.interface import CallState, LineState, OnEvent, OnState, Trouble
from gcrm.services.telephony.lines import LineReader, at_a_true_time, parse_line
from gcrm.services.telephony.reconnect import STEADY_AFTER, Pauses, keep_alive

PORT = 1012
CONNECT_TIMEOUT = 10.0
"""Seconds for one attempt to connect."""

_T = TypeVar("_T")
_CHUNK = 4096
_FAREWELL = 2.0  # seconds that stop() waits for the thread; a name server may hold it longer, it then ends in silence


class FritzBoxLine:
    """The call monitor of one box as a `PhoneLine`.

    `wait(seconds) -> stopped` pauses between attempts and `clock` measures how long a connection lived; tests give
    their own. A line can be started again after it was stopped.
    """

    def __init__(
        self,
        host: str,
        port: int = PORT,
        *,
        pauses: Pauses | None = None,
        wait: Callable[[float], bool] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.host, self.port = host, port
        self._pauses = pauses or Pauses()
        self._wait = wait
        self._clock = clock
        self._lock = threading.Lock()
        self._run: _Run | None = None

    @property
    def state(self) -> LineState:
        """How the line stands now."""
        run = self._run
        return run.state if run else LineState(CallState.OFF, self.host)

    def start(self, on_event: OnEvent, on_state: OnState) -> None:
        """Begin to listen; a line that already listens goes on as it is."""
        with self._lock:
            if self._run is None:
                self._pauses.reset()
                self._run = _Run(self, on_event, on_state)
                self._run.thread.start()

    def stop(self) -> None:
        """Hang up; no callback comes after it, except the one that is just running in this very thread."""
        with self._lock:
            run, self._run = self._run, None
        if run is not None:
            run.stop()

    def next_pause(self, lived: float) -> float:
        """Return the seconds until the next attempt after a connection that lived for `lived` seconds."""
        if lived >= STEADY_AFTER:
            self._pauses.reset()
        return self._pauses.next()

    def now(self) -> float:
        """Return the seconds of the line's clock."""
        return self._clock()

    def pause(self, stopped: threading.Event, seconds: float) -> None:
        """Wait for `seconds` or until the line is stopped."""
        if self._wait is None:
            stopped.wait(seconds)
        elif self._wait(seconds):
            stopped.set()


class _Run:
    """One stretch from start to stop, with its thread, so that a late thread of an old stretch can do no harm."""

    def __init__(self, line: FritzBoxLine, on_event: OnEvent, on_state: OnState) -> None:
        self._line = line
        self._on_event, self._on_state = on_event, on_state
        self._stopped = threading.Event()
        self._calling = threading.RLock()
        self._socket: socket.socket | None = None
        self.state = LineState(CallState.CONNECTING, line.host)
        self.thread = self._new_thread()

    def _new_thread(self) -> threading.Thread:
        return threading.Thread(target=self._live, name=f"call monitor {self._line.host}", daemon=True)

    def stop(self) -> None:
        """End the thread: wake it wherever it waits, and let no callback through any more."""
        self._stopped.set()
        with self._calling:
            self._hang_up()
        if self.thread is not threading.current_thread():
            self.thread.join(_FAREWELL)

    def _live(self) -> None:
        """Listen until stopped. An error of a callback goes its way to the program's handler, the line goes on."""
        try:
            self._listen()
        finally:
            if not self._stopped.is_set():
                self.thread = self._new_thread()
                self.thread.start()

    def _listen(self) -> None:
        """Connect, read, pause, for ever."""
        while not self._stopped.is_set():
            self._tell(LineState(CallState.CONNECTING, self._line.host))
            trouble, lived = self._session()
            seconds = self._line.next_pause(lived)
            if not self._stopped.is_set():
                self._tell(LineState(CallState.WAITING, self._line.host, trouble, seconds))
                self._line.pause(self._stopped, seconds)

    def _session(self) -> tuple[Trouble, float]:
        """Hold one connection as long as it lives; return why it ended and how many seconds it lived."""
        trouble = self._connect()
        if trouble is not Trouble.NONE:
            return trouble, 0.0
        began = self._line.now()
        try:
            self._tell(LineState(CallState.CONNECTED, self._line.host))
            self._read()
        finally:
            self._hang_up()
        return Trouble.LOST, self._line.now() - began

    def _connect(self) -> Trouble:
        """Open the socket; it reads without limit of time because a quiet office is no fault."""
        try:
            opened = socket.create_connection((self._line.host, self._line.port), CONNECT_TIMEOUT)
        except ConnectionRefusedError:
            return Trouble.REFUSED
        except (socket.gaierror, UnicodeError):
            return Trouble.NOT_FOUND
        except OSError:
            return Trouble.NO_ANSWER
        keep_alive(opened)
        opened.settimeout(None)
        with self._calling:
            self._socket = opened
            if self._stopped.is_set():
                self._hang_up()
        return Trouble.NONE

    def _read(self) -> None:
        """Hand every event over until the connection ends."""
        reader = LineReader()
        while data := self._receive():
            for line in reader.feed(data):
                event = parse_line(line)
                if event is not None:
                    self._call(self._on_event, at_a_true_time(event, datetime.now()))

    def _receive(self) -> bytes:
        """Wait for bytes; none when the box, keep-alive or stop() ended the connection."""
        opened = self._socket
        try:
            return opened.recv(_CHUNK) if opened is not None else b""
        except OSError:
            return b""

    def _tell(self, state: LineState) -> None:
        """Remember and report a state."""
        self.state = state
        self._call(self._on_state, state)

    def _call(self, callback: Callable[[_T], None], value: _T) -> None:
        """Call back unless stopped; the lock lets stop() wait for a callback that is under way."""
        with self._calling:
            if not self._stopped.is_set():
                callback(value)

    def _hang_up(self) -> None:
        """Close the socket; shutting it down first wakes a thread that reads from it."""
        opened, self._socket = self._socket, None
        if opened is not None:
            with contextlib.suppress(OSError):  # the other side was faster
                opened.shutdown(socket.SHUT_RDWR)
            opened.close()
