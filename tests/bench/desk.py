"""The program on a screen: start it on an office, wait for what is painted, watch how long it does not answer."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QEvent,
    QEventLoop,
    QMessageLogContext,
    QObject,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication, QWidget
from typing_extensions import override

if TYPE_CHECKING:
    from gcrm.app import Program
    from gcrm.ui.contact_pane import ContactPane
    from gcrm.ui.context import Context

BEAT_MS = 2
PATIENCE_SECONDS = 60.0


HARMLESS = ("This plugin does not support",)
"""What Qt says where there is no screen."""


class Stuck(Exception):
    """What was waited for did not come."""


class Watch(QObject):
    """Counts what a widget paints."""

    def __init__(self, *widgets: QWidget) -> None:
        super().__init__()
        self.painted = 0
        for widget in widgets:
            widget.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.painted += 1
        return False


@dataclass
class Heart:
    """Beats in the event loop; the longest pause between two beats is how long the windows did not answer."""

    longest: float = 0.0
    _last: float = 0.0
    _timer: QTimer = field(default_factory=QTimer)

    def start(self) -> None:
        """Begin to beat."""
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._beat)
        self._last = time.perf_counter()
        self._timer.start()

    def _beat(self) -> None:
        now = time.perf_counter()
        self.longest = max(self.longest, now - self._last - BEAT_MS / 1000)
        self._last = now

    def stop(self) -> float:
        """Stop, and return the longest block in milliseconds."""
        self._beat()
        self._timer.stop()
        return self.longest * 1000


def turn_until(condition: Callable[[], bool]) -> None:
    """Let the event loop turn until something holds. Raises Stuck after a minute."""
    end = time.monotonic() + PATIENCE_SECONDS
    alarm = QTimer()
    alarm.start(50)
    while not condition():
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        if time.monotonic() > end:
            raise Stuck("the window did not come to what was waited for")
    alarm.stop()


def turn_for(milliseconds: int) -> None:
    """Let the event loop turn for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


class Desk:
    """The running program and the parts that are measured."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.window = program.window

    @property
    def context(self) -> Context:
        """Return the open office."""
        context = self.program.context
        if context is None:
            raise Stuck("the office did not open")
        return context

    @property
    def pane(self) -> ContactPane:
        """Return the list of contacts."""
        return self.window.contacts.pane

    def is_listed(self) -> bool:
        """Tell whether the first rows are there."""
        if self.program.context is None or not hasattr(self.window, "contacts"):
            return False
        model = self.pane.model
        return model.rowCount() > 0 and model.row(model.index(0)) is not None

    def stop_backups(self) -> None:
        """Make no backup of the day, which reads all of the office for minutes beside what is measured."""
        from gcrm.ui.backup_clock import BackupClock

        for extra in self.program.extras:
            if isinstance(extra, BackupClock):
                extra.stop()

    def settle(self) -> None:
        """Wait until nothing is read or written and everything is painted."""
        turn_until(self.program.tasks.is_idle)
        QApplication.processEvents()
        turn_until(self.program.tasks.is_idle)
        QApplication.processEvents()


def say_unless_harmless(_kind: QtMsgType, _where: QMessageLogContext, text: str) -> None:
    """Pass on what Qt says, without what is always said where there is no screen."""
    if not text.startswith(HARMLESS):
        print(text, file=sys.stderr)


@contextmanager
def private_place() -> Iterator[str]:
    """Keep the program away from the data and settings of whoever measures; no screen is needed."""
    kept = {name: os.environ.get(name) for name in ("GCRM_DATA", "QT_QPA_PLATFORM", "LC_ALL", "LANG")}
    with tempfile.TemporaryDirectory(prefix="gcrm-bench-") as folder:
        os.environ.update(GCRM_DATA=folder, LC_ALL="C.UTF-8", LANG="C.UTF-8")
        if "GCRM_TEST_REAL_DISPLAY" not in os.environ:
            os.environ["QT_QPA_PLATFORM"] = "offscreen"
        try:
            yield folder
        finally:
            for name, value in kept.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value


@contextmanager
def desk(url: str, **options: Any) -> Iterator[Desk]:
    """Run the program on an office, as `gcrm` does, until its list is there."""
    with private_place():
        from gcrm.app import start

        qInstallMessageHandler(say_unless_harmless)
        program = start(["gcrm"], **options)
        try:
            program.open(url)
            found = Desk(program)
            turn_until(found.is_listed)
            found.stop_backups()
            found.settle()
            yield found
        finally:
            program.window.close()
            program.close()
            QApplication.processEvents()
