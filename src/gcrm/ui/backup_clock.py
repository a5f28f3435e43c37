"""The backup of the day: made a little after the start and after midnight, its age told in the status line."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QObject, QTimer

from gcrm.errors import EnvironmentProblem, GcrmError
from gcrm.i18n import _, ngettext
from gcrm.services.backup import automatic
from gcrm.services.backup.automatic import Last
from gcrm.services.changed import Changed
from gcrm.services.showing import show_instant
from gcrm.ui.context import Context
from gcrm.ui.tasks import Progress

START_MS = 10_000
"""When the window has come to rest; the first minute of work is not slowed down."""
EVERY_MS = 900_000


def age(last: Last | None, now: datetime) -> str:
    """Return how old the newest backup is, in a few words."""
    if last is None:
        return _("No backup yet")
    days = (now.date() - last.at.astimezone(now.tzinfo).date()).days
    if days <= 0:
        return _("Backup: today")
    if days == 1:
        return _("Backup: yesterday")
    return ngettext("Backup: {count} day ago", "Backup: {count} days ago", days).format(count=days)


class BackupClock(QObject):
    """Runs as long as the office is open; `stop` before it is closed."""

    def __init__(self, context: Context, parent: QObject | None = None, start_ms: int = START_MS) -> None:
        super().__init__(parent)
        self._context = context
        self._is_running = False
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.check)
        self._timer.start(start_ms)
        context.feed.changed.connect(self._on_changed)
        self.refresh()

    def stop(self) -> None:
        """Make no more backups."""
        self._timer.stop()

    def refresh(self) -> None:
        """Tell the age anew."""
        database = self._context.database
        read = self._context.tasks.read
        read(lambda: automatic.last(database), self._show, lambda _error: None, key="backup age", owner=self)

    def check(self) -> None:
        """Make today's backup when it is due."""
        self._timer.start(EVERY_MS)
        if self._is_running:
            return
        self._is_running = True
        database = self._context.database

        def work(progress: Progress) -> str:
            return automatic.make_due(database, progress=progress)

        self._context.tasks.read(work, self._done, self._failed, label=_("Daily backup"), owner=self)

    def _done(self, sentence: str) -> None:
        self._is_running = False
        if sentence:
            self._context.window.fail(EnvironmentProblem(sentence))
        self.refresh()

    def _failed(self, error: GcrmError) -> None:
        self._is_running = False
        self._context.window.fail(error)

    def _show(self, last: Last | None) -> None:
        status = getattr(self._context.window, "status", None)
        if status is not None:
            tip = _("Newest backup: {moment}, {place}")
            told = tip.format(moment=show_instant(last.at.astimezone()), place=last.place) if last else ""
            status.show_aside(age(last, datetime.now().astimezone()), told)

    def _on_changed(self, changed: frozenset[Changed]) -> None:
        if any(change.table in ("setting", "") for change in changed):
            self.refresh()
