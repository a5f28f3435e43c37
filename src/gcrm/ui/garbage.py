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
        self._was_automatic = gc.isenabled()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(PACE_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def pass_over(self) -> None:
        """Call when everything is imported: modules and classes live to the end and are not looked at again.

        Without this the search of `settle` alone would stop the windows for a fifth of a second.
        """
        gc.freeze()

    def settle(self) -> None:
        """Call once the program stands: the windows that live now live to the end, too."""
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
        """Leave it to Python again, unless it was not Python's before."""
        self._timer.stop()
        gc.unfreeze()
        if self._was_automatic:
            gc.enable()
