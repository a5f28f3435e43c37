"""How long a lost line waits before it tries again, and how a silent death is noticed.

A box restarts, a laptop sleeps, a switch is unplugged: the line must come back by itself, soon and without hammering.
"""

from __future__ import annotations

import random
import socket
from collections.abc import Callable

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds."""

STEADY_AFTER = 60.0
"""Seconds a connection has to live before the pauses begin anew; else a box that hangs up at once is hammered."""

KEEPALIVE_IDLE, KEEPALIVE_INTERVAL, KEEPALIVE_PROBES = 20, 10, 3
"""Seconds, seconds, count: a peer that vanished without a word is noticed after 20 + 3 × 10 = 50 s."""

_KEEPALIVE_OPTIONS = (
    ("TCP_KEEPIDLE", KEEPALIVE_IDLE),  # Linux, Windows 10
    ("TCP_KEEPALIVE", KEEPALIVE_IDLE),  # macOS has its own name for it
    ("TCP_KEEPINTVL", KEEPALIVE_INTERVAL),
    ("TCP_KEEPCNT", KEEPALIVE_PROBES),
)


class Pauses:
    """Growing pauses: 1, 2, 4 … 60 s, each up to a fifth shorter so that six desks do not knock in step.

    `chance` returns a number in [0, 1); tests give their own.
    """

    def __init__(self, chance: Callable[[], float] = random.random) -> None:
        self._chance = chance
        self._next = FIRST_PAUSE

    def next(self) -> float:
        """Return the next pause in seconds, never above LONGEST_PAUSE."""
        pause = self._next * (1 - 0.2 * self._chance())
        self._next = min(self._next * 2, LONGEST_PAUSE)
        return pause

    def reset(self) -> None:
        """Begin with the shortest pause again."""
        self._next = FIRST_PAUSE


def keep_alive(connection: socket.socket) -> None:
    """Let the operating system probe an idle connection; what a platform lacks is left at its default."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _KEEPALIVE_OPTIONS:
        option = getattr(socket, name, None)
        if option is not None:
            connection.setsockopt(socket.IPPROTO_TCP, option, value)
