"""Clearing away unused objects only in the thread of the windows.

Python looks for unused objects in whatever thread happens to make one. What it then finds may be a window or a timer,
and Qt lets these go in their own thread only: anywhere else the program dies later, at the next tick of that timer.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

PACE_MS = 1000


class Garbage(QObject):
    """Takes over from Python's own collector until `stop`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(PACE_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def settle(self) -> None:
        """Call once the program stands: what lives now lives to the end and is not looked at again."""
        gc.collect()
        gc.freeze()

    def collect(self) -> None:
        """Clear away as many generations as Python itself would by now."""
        counts = gc.get_count()
        for generation in (2, 1, 0):
            if counts[generation] > self._thresholds[generation]:
                gc.collect(generation)
                return

    def stop(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()
