"""What a write does while the server of the office is away: it waits, and is tried again with growing pauses.

The writer's thread sits in `wait`; whatever was asked to be written after it waits behind it, in its order.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from gcrm.errors import Unreachable

Pauses = Callable[[], Iterator[float]]
LOOK = 0.2  # seconds; so soon Cancel is heard


def growing() -> Iterator[float]:
    """Yield the pauses between two tries in seconds: longer and longer, up to a quarter of a minute."""
    pause = 0.5
    while True:
        yield pause
        pause = min(2 * pause, 15.0)


class Repeatable(Protocol):
    """Work that can be done once more; `error` is how it ended the last time."""

    error: BaseException | None

    def run(self) -> None:
        """Do the work."""

    def is_cancelled(self) -> bool:
        """Whether nobody wants it any more."""


class Patience(QObject):
    """Emits `changed` when the first write begins to wait and when nothing waits any more."""

    changed = Signal()

    def __init__(self, pauses: Pauses = growing, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pauses = pauses
        self._now = threading.Event()
        self._is_waiting = False
        self._is_over = False

    def hold(self, work: Repeatable) -> None:
        """Repeat what found the server away until it did not; give up when cancelled or when the program ends."""
        for pause in self._pauses():
            if not isinstance(work.error, Unreachable) or not self._wait(pause, work.is_cancelled):
                break
            work.run()
        self._tell(False)

    def pause(self, seconds: float) -> bool:
        """Wait in the middle of a write until the server may be asked once more; False: give up."""
        return self._wait(seconds, lambda: False)

    def _wait(self, pause: float, is_cancelled: Callable[[], bool]) -> bool:
        """Wait for `pause` seconds or until the office is back; tell whether it makes sense to try again."""
        self._tell(True)
        while pause > 0 and not self._is_over and not is_cancelled():
            if self._now.wait(min(LOOK, pause)):
                self._now.clear()
                break
            pause -= LOOK
        return not (self._is_over or is_cancelled())

    def _tell(self, is_waiting: bool) -> None:
        if is_waiting != self._is_waiting:
            self._is_waiting = is_waiting
            self.changed.emit()

    def is_waiting(self) -> bool:
        """Whether a write waits for the server."""
        return self._is_waiting

    def try_now(self) -> None:
        """Try again at once: the office is back."""
        if self._is_waiting:
            self._now.set()

    def give_up(self) -> None:
        """Let whatever waits fail: the program ends."""
        self._is_over = True
        self._now.set()
