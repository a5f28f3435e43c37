"""The calendar elsewhere: brought in step by itself while gCRM runs, as often as its user wants.

It works beside the windows and says nothing when all is well; Settings tell how the last round went. What stops a
round is told once, until one goes through again.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QTimer

from gcrm.errors import GcrmError
from gcrm.model.base import now
from gcrm.services import settings
from gcrm.services.database import Database
from gcrm.ui.context import Context
from gcrm.ui.tasks import Progress

START_MS = 15_000
"""When the window has come to rest."""
EVERY_MS = 60_000


def _run_due(database: Database, progress: Progress) -> bool:
    """Bring both calendars in step if that is due; tell whether it was done."""
    with database.read() as session:
        told: dict[str, Any] = settings.get(session, "dav.account", database.user_id)
        last: dict[str, Any] = settings.get(session, "dav.round", database.user_id)
    if not told:
        return False  # and the network is not even loaded
    from gcrm.services.dav import account

    known = account.read_account(told)
    if known is None or not account.is_due(known, account.read_round(last), now()) or not account.has_password(known):
        return False  # another computer has the password, and does it
    account.run(database, progress)
    return True


class CalendarClock(QObject):
    """Runs as long as the office is open; `stop` before it is closed."""

    def __init__(self, context: Context, parent: QObject | None = None, start_ms: int = START_MS) -> None:
        super().__init__(parent)
        self._context = context
        self._is_running = False
        self._said = ""
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.check)
        self._timer.start(start_ms)

    def stop(self) -> None:
        """Begin no more rounds; one that runs ends after the entry it is at."""
        self._timer.stop()

    def check(self) -> None:
        """Bring both calendars in step when that is due."""
        self._timer.start(EVERY_MS)
        if self._is_running:
            return
        self._is_running = True
        database = self._context.database

        def work(progress: Progress) -> bool:
            return _run_due(database, progress)

        self._context.tasks.read(work, self._done, self._failed, owner=self)

    def _done(self, was_run: bool) -> None:
        self._is_running = False
        if was_run:
            self._said = ""

    def _failed(self, error: GcrmError) -> None:
        self._is_running = False
        if error.sentence != self._said:
            self._said = error.sentence
            self._context.window.fail(error)
