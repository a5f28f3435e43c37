"""Run in a process of its own: a window without anything in it, or the whole program on an office.

`python -m tests.bench.window bare|program [URL]` prints one JSON object: when the window was painted, when its list
could be used (nanoseconds of the clock that all processes share), and the memory of the process in MB.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from PySide6.QtCore import QEvent, QObject, QTimer, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget
from typing_extensions import override

from tests.bench.memory import resident

PATIENCE_MS = 60_000
SETTLED_MS = 1500
"""A program is as large as it gets when it has been open for a while."""


class FirstPaint(QObject):
    """Notes when a widget was painted for the first time, after the painting."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.at = 0
        self._widget = widget
        widget.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not self.at and event.type() == QEvent.Type.Paint:
            self._widget.removeEventFilter(self)
            QTimer.singleShot(0, self._note)
        return False

    def _note(self) -> None:
        self.at = self.at or time.monotonic_ns()


def bare() -> dict[str, Any]:
    """Show a window of the size of ours, with nothing in it."""
    app = QApplication(["bare"])
    window = QMainWindow()
    window.setCentralWidget(QWidget())
    window.resize(1440, 900)
    paint = FirstPaint(window)
    window.show()
    QTimer.singleShot(SETTLED_MS // 5, app.quit)
    app.exec()
    return {"painted": paint.at, "usable": paint.at, "memory": resident()}


def program(url: str) -> dict[str, Any]:
    """Run the program as `gcrm` does."""
    from gcrm.app import start

    running = start(["gcrm"])
    window = running.window
    paint = FirstPaint(window)
    usable = [0]

    def look() -> None:
        """Note when the list shows rows: looked at every millisecond, painted before the time is taken."""
        if running.context is None or not hasattr(window, "contacts"):
            return
        pane = window.contacts.pane
        if usable[0] or not pane.model.rowCount() or pane.model.row(pane.model.index(0)) is None:
            return
        pane.view.viewport().repaint()
        usable[0] = time.monotonic_ns()
        beat.stop()
        QTimer.singleShot(SETTLED_MS, running.app.quit)

    beat = QTimer()
    beat.setInterval(1)
    beat.timeout.connect(look)
    beat.start()
    QTimer.singleShot(0, lambda: running.open(url))
    QTimer.singleShot(PATIENCE_MS, lambda: running.app.exit(1))
    if running.app.exec():
        raise SystemExit("the list never came")
    result = {"painted": paint.at, "usable": usable[0], "memory": resident()}
    running.close()
    return result


if __name__ == "__main__":
    qInstallMessageHandler(lambda *_said: None)
    print(json.dumps(bare() if sys.argv[1] == "bare" else program(sys.argv[2])))
