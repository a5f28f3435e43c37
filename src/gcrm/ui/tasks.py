"""Work that must not stop the windows: readers in a pool, writers one after the other.

    tasks.read(lambda: search(db, text), show, complain, key="search")
    tasks.write(lambda: save(db, contact), done, complain, label=_("Save contact"))
    tasks.keep(lambda: store.put(key, text), done, complain)               # on this computer's disk only
    tasks.read(import_file, done, complain, label=_("Import"))     # def import_file(progress: Progress): ...

`function` runs in another thread and touches no widget; everything else happens in the thread of the windows.
This file is the one place where any exception at all is caught: a fault of the program is reported, never silent.
"""

from __future__ import annotations

import inspect
import logging
import threading
import traceback
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any

from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, Qt, QTimer, Signal
from shiboken6 import isValid

from gcrm.errors import GcrmError
from gcrm.i18n import _
from gcrm.ui.patience import Patience

LINGER_MS = 400
READERS = 4
_log = logging.getLogger(__name__)

Done = Callable[[Any], object]
Failed = Callable[[GcrmError], object]


class Cancelled(Exception):  # noqa: N818 - not an error: the user asked for it
    """Raised by `Progress.check` after the user pressed Cancel."""


class Progress(QObject):
    """Handed to a function that has a parameter `progress`: tells how far it is, and whether to stop."""

    reported = Signal(int, int, str)

    def __init__(self) -> None:
        super().__init__()
        self._stop = threading.Event()

    def report(self, done: int, total: int = 0, text: str = "") -> None:
        """Say that `done` of `total` are done (0: unknown); stops here when the user has cancelled."""
        self.check()
        self.reported.emit(done, total, text)

    def check(self) -> None:
        """Raise Cancelled when the user pressed Cancel; call it where stopping leaves the data whole."""
        if self._stop.is_set():
            raise Cancelled

    def cancel(self) -> None:
        """Ask the function to stop at its next `check`."""
        self._stop.set()

    def is_cancelled(self) -> bool:
        """Whether stopping was asked for."""
        return self._stop.is_set()


class Task:
    """One piece of work and what becomes of it. `label` names it in the progress bar."""

    def __init__(self, function: Callable[..., Any], done: Done, failed: Failed | None, label: str) -> None:
        self.label = label
        self.progress = Progress()
        self.writes = self.keeps = False
        self.key: Hashable | None = None
        self.owner: QObject | None = None
        self.on_done = done
        self.on_error = failed
        self.result: Any = None
        self.error: BaseException | None = None
        self.details = ""
        self._function = function

    def run(self) -> None:
        """Do the work; every way it can end is kept for the thread of the windows."""
        self.error, self.details = None, ""
        try:
            self.progress.check()
            self.result = self._call()
        except (Cancelled, GcrmError) as error:
            self.error = error
        except Exception as error:
            self.error = error
            self.details = traceback.format_exc()

    def is_cancelled(self) -> bool:
        """Whether stopping was asked for."""
        return self.progress.is_cancelled()

    def _call(self) -> Any:
        wants_progress = "progress" in inspect.signature(self._function).parameters
        return self._function(self.progress) if wants_progress else self._function()


class Tasks(QObject):
    """Runs functions off the thread of the windows and brings their outcome back into it.

    `lingering` tells of a task that has run for 400 ms: a bar with Cancel is due. `failed` carries an error that its
    caller did not want to hear; `crashed` a sentence and the details of a fault of the program.

    A write that finds the server away is not over: it waits, with all that come after it, and is tried again until it
    is done (`patience`); Cancel lets it fail.
    """

    lingering = Signal(object)
    ended = Signal(object)
    idle = Signal()
    written = Signal()
    held = Signal()
    failed = Signal(object)
    crashed = Signal(str, str)
    _arrived = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # Not QThreadPool: it keeps every QRunnable it was ever given, with all that one holds.
        self._readers = ThreadPoolExecutor(READERS, "reader")
        self._writer = ThreadPoolExecutor(1, "writer")
        self._keeper = ThreadPoolExecutor(1, "keeper")
        self.patience = Patience(parent=self)
        self.patience.changed.connect(self._on_patience, Qt.ConnectionType.QueuedConnection)
        self._count = 0
        self._running: dict[int, Task] = {}
        self._latest: dict[Hashable, Task] = {}
        self._closed = False
        self._arrived.connect(self._finish, Qt.ConnectionType.QueuedConnection)
        app = QCoreApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(self.close)

    def read(
        self, function: Callable[..., Any], on_done: Done, on_error: Failed | None = None, *,
        key: Hashable | None = None, label: str = "", owner: QObject | None = None,
    ) -> Task:  # fmt: skip
        """Run a function that only reads. A newer read with the same `key` makes an older one's result be dropped.

        The outcome is also dropped when `owner` (a window, say) is gone by then.
        """
        task = Task(function, on_done, on_error, label)
        task.key = key
        task.owner = owner
        if key is not None:
            former = self._latest.get(key)
            if former is not None:
                former.progress.cancel()
            self._latest[key] = task
        return self._start(task, self._readers)

    def write(
        self, function: Callable[..., Any], on_done: Done, on_error: Failed | None = None, label: str = "", *,
        owner: QObject | None = None,
    ) -> Task:  # fmt: skip
        """Run a function that changes data, strictly after all writes asked for before."""
        task = Task(function, on_done, on_error, label)
        task.writes = True
        task.owner = owner
        self._start(task, self._writer)
        if self.patience.is_waiting():
            self.held.emit()
        return task

    def keep(self, function: Callable[..., Any], on_done: Done, on_error: Failed | None = None) -> Task:
        """Run a function that writes on this computer's disk, in order; it never waits for the office."""
        task = Task(function, on_done, on_error, "")
        task.keeps = True
        return self._start(task, self._keeper)

    def _start(self, task: Task, pool: ThreadPoolExecutor) -> Task:
        if self._closed:
            return task
        self._count += 1
        number = self._count
        self._running[number] = task
        QTimer.singleShot(LINGER_MS, self, lambda: self._linger(number))
        pool.submit(self._work, number)
        return task

    def _work(self, number: int) -> None:
        """Do one piece of work in another thread, which lets go of it before the thread of the windows is told.

        What the work holds, widgets among it, may then only be freed where windows live.
        """
        task = self._running[number]
        try:
            task.run()
            if task.writes:
                self.patience.hold(task)
        finally:
            del task
            self._arrived.emit(number)

    def _linger(self, number: int) -> None:
        if number in self._running:
            self.lingering.emit(self._running[number])

    def _finish(self, number: int) -> None:
        """Hand over one outcome, in the thread of the windows."""
        task = self._running.pop(number, None)
        if task is None:
            return
        self.ended.emit(task)
        try:
            if self._is_wanted(task):
                self._hand_over(task)
        finally:
            if (task.writes or task.keeps) and not self.is_writing():
                self.written.emit()
            if not self._running:
                self.idle.emit()

    def _is_wanted(self, task: Task) -> bool:
        """Whether somebody still waits for it: not closed, not overtaken, its window still there."""
        overtaken = False
        if task.key is not None:
            overtaken = self._latest.get(task.key) is not task
            if not overtaken:
                del self._latest[task.key]
        return not (self._closed or overtaken or (task.owner is not None and not isValid(task.owner)))

    def _hand_over(self, task: Task) -> None:
        error = task.error
        if error is None:
            task.on_done(task.result)
        elif isinstance(error, GcrmError):
            (task.on_error or self.failed.emit)(error)
        elif not isinstance(error, Cancelled):
            self.report_crash(error, task.details)

    def report_crash(self, error: BaseException, details: str) -> None:
        """Write a fault of the program to the log and tell it to the window; nothing of it was saved."""
        _log.error("fault of the program: %s\n%s", error, details)
        sentence = _("Something went wrong inside the program; this step was not carried out.")
        self.crashed.emit(sentence, details)

    def excepthook(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """For `sys.excepthook`: faults in the thread of the windows take the same way."""
        self.report_crash(error, "".join(traceback.format_exception(kind, error, trace)))

    def is_idle(self) -> bool:
        """Whether nothing is left to do but what waits for the server."""
        return not self._running or (self.patience.is_waiting() and all(t.writes for t in self._running.values()))

    def wait_idle(self) -> None:
        """Let the event loop turn until all work is over and handed over, or waits for the server."""
        while not self.is_idle():
            loop = QEventLoop()
            for stops in (self.idle, self.held, self.ended):
                stops.connect(loop.quit)
            loop.exec()

    def is_writing(self) -> bool:
        """Whether something that was asked to be written is still under way."""
        return any(task.writes or task.keeps for task in self._running.values())

    def waiting(self) -> int:
        """Return how many writes wait for the server."""
        return sum(task.writes for task in self._running.values()) if self.patience.is_waiting() else 0

    def _on_patience(self) -> None:
        """Tell that writes wait for the server, or that they wait no more."""
        self.held.emit()

    def wait_written(self) -> None:
        """Let the event loop turn until everything is written and handed over, or has to wait for the server.

        Keys and clicks wait meanwhile.
        """
        if self.is_writing() and not self.waiting():
            loop = QEventLoop()
            self.written.connect(loop.quit)
            self.held.connect(loop.quit)
            loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)

    def close(self) -> None:
        """Stop at the end of the program: what is reading is asked to stop, what is writing is waited for."""
        if self._closed:
            return
        self._closed = True
        self.patience.give_up()
        for task in self._running.values():
            if not (task.writes or task.keeps):
                task.progress.cancel()
        self._readers.shutdown(cancel_futures=True)
        self._writer.shutdown()
        self._keeper.shutdown()
        for task in self._running.values():
            if task.error is not None and not isinstance(task.error, Cancelled):
                _log.error("failed while the program was closing: %s\n%s", task.error, task.details)
        self._running.clear()
