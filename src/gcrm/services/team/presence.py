"""Who is editing what at this moment: each program tells the others over the server, and nothing of it is kept.

A notice carries desk, user and contact (0: nothing any more). It is repeated while the editing goes on, so that a desk
that came later hears of it, and forgotten when it is not repeated: a program that died is editing nothing. It is a hint
for people, not a lock; saving is guarded by versions (services/aggregate.py).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

CHANNEL = "gcrm_presence"
REPEAT, FORGET = 10.0, 25.0
"""Seconds after which a notice is repeated, and after which one that was not repeated is forgotten."""
MOST = 1_000
"""Desks that are remembered; whoever sends more is not believed."""


@dataclass(slots=True)
class Presence:
    """What this desk edits, and what the others do. Used from the thread that reads notices; `edit` from any."""

    user: int
    clock: Callable[[], float] = time.monotonic
    desk: str = field(default_factory=lambda: uuid4().hex)
    _editing: int = 0
    _told: int = 0
    _told_at: float = 0.0
    _others: dict[str, tuple[int, int, float]] = field(default_factory=dict)

    def edit(self, contact: int | None) -> None:
        """Note what is edited here now; None for nothing."""
        self._editing = contact or 0

    def due(self) -> str | None:
        """Return the notice to send now, None for nothing new."""
        now, editing = self.clock(), self._editing
        if editing == self._told and not (editing and now - self._told_at >= REPEAT):
            return None
        self._told, self._told_at = editing, now
        return f"{self.desk} {self.user} {editing}"

    def forget_told(self) -> None:
        """Tell everything anew: the line was cut in between."""
        self._told = 0

    def hear(self, notice: str) -> None:
        """Take a notice in; what is none is ignored."""
        parts = notice.split(" ")
        if len(parts) != 3 or parts[0] == self.desk or not all(p.isascii() and p.isdigit() for p in parts[1:]):
            return
        desk, user, contact = parts[0], int(parts[1]), int(parts[2])
        if not contact:
            self._others.pop(desk, None)
        elif desk in self._others or len(self._others) < MOST:
            self._others[desk] = (user, contact, self.clock())

    def editors(self) -> dict[int, frozenset[int]]:
        """Return contact → other users who edit it now."""
        now = self.clock()
        found: dict[int, frozenset[int]] = {}
        for desk, (user, contact, heard) in list(self._others.items()):
            if now - heard > FORGET:
                del self._others[desk]
            elif user != self.user:
                found[contact] = found.get(contact, frozenset()) | {user}
        return found
