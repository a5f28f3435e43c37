"""Ctrl+C at a command: whatever it breaks off, and however that is told on the way, the command was stopped."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType
from typing import Any


class StopKey:
    """Notes that Ctrl+C was pressed while a command ran, and ends the command quietly.

    KeyboardInterrupt may be raised inside a function that SQLite calls; SQLite then reports an error of its own, and
    nobody further out would know why.
    """

    STATUS = 130

    def __init__(self) -> None:
        self.is_pressed = False
        self._former: Any = None

    def _press(self, number: int, frame: FrameType | None) -> None:
        """Break off what is being done."""
        self.is_pressed = True
        raise KeyboardInterrupt

    def __enter__(self) -> StopKey:
        """Begin to listen; only the main thread can."""
        if threading.current_thread() is threading.main_thread():
            self._former = signal.signal(signal.SIGINT, self._press)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        """Stop listening; True swallows whatever error came of the key."""
        if self._former is not None:
            signal.signal(signal.SIGINT, self._former)
        return error is not None and (self.is_pressed or isinstance(error, KeyboardInterrupt))
