"""Sends reminders by e-mail while the program runs; a trouble is said once, and tried again ever less often."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from gcrm.errors import GcrmError, Unreachable
from gcrm.services.changed import Changed
from gcrm.ui.context import Context
from gcrm.ui.reminders import Clock, now_here

if TYPE_CHECKING:
    from gcrm.services.reminder_mail import Post

EVERY_MS = 60_000
MOST_MS = 30 * 60_000
"""The longest pause after mails that could not be sent."""


class ReminderMail(QObject):
    """Runs as long as the office is open; `stop` before it is closed. It rests while nobody wants mails."""

    def __init__(
        self, context: Context, parent: QObject | None = None, clock: Clock = now_here, post: Post | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._clock = clock
        self._post = post
        self._seen: datetime | None = None
        self._said = ""
        self._told: dict[str, Any] | None = None
        self._is_busy = self._again = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.check)
        context.feed.changed.connect(self._on_changed)
        self._look()

    def stop(self) -> None:
        """Send no more."""
        self._timer.stop()
        self._context.feed.changed.disconnect(self._on_changed)
        self._is_busy = True

    def check(self) -> None:
        """Send what is due."""
        if self._is_busy:
            self._again = True
            return
        self._is_busy, self._again = True, False
        database, now, seen, post = self._context.database, self._clock(), self._seen, self._post

        def work() -> bool:
            from gcrm.services.reminder_mail import begin, is_wanted, send_due

            with database.read() as session:
                wanted = is_wanted(session, database.user_id)
            if wanted:
                begin(database, now)
                send_due(database, now, seen, post)
            return wanted

        self._context.tasks.read(work, self._done(now), self._failed, owner=self)

    def _done(self, now: datetime) -> Callable[[bool], None]:
        def done(wanted: bool) -> None:
            self._is_busy, self._said = False, ""
            self._seen = now if wanted else None
            if wanted:
                self._timer.start(EVERY_MS)
            if self._again:
                self.check()

        return done

    def _failed(self, error: GcrmError) -> None:
        """Say it once, and wait twice as long as before."""
        self._is_busy = False
        is_told = isinstance(error, Unreachable)  # that the office's server is away is said elsewhere
        if error.sentence != self._said and not is_told:
            self._said = error.sentence
            self._context.window.fail(error)
        self._timer.start(min(max(self._timer.interval(), EVERY_MS) * 2, MOST_MS))
        if self._again:
            self.check()

    def _on_changed(self, changed: frozenset[Changed]) -> None:
        if any(change.table == "setting" for change in changed):
            self._look()

    def _look(self) -> None:
        """Read the settings, which also this program changes: send only when somebody set it up anew."""
        database = self._context.database

        def read() -> dict[str, Any]:
            from gcrm.services import settings

            with database.read() as session:
                return {key: settings.get(session, key, database.user_id) for key in _ASKED}

        self._context.tasks.read(read, self._on_settings, self._wait, key=("mail", id(self)), owner=self)

    def _wait(self, _error: GcrmError) -> None:
        self._timer.start(EVERY_MS)

    def _on_settings(self, told: dict[str, Any]) -> None:
        if told != self._told:
            self._told = told
            self._timer.setInterval(EVERY_MS)
            self.check()


_ASKED = (
    "reminders.by_mail", "reminders.mail_to", "mail.sender", "mail.server", "mail.security", "mail.port", "mail.login",
)  # fmt: skip
