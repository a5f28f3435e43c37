"""The change feed: every window hears of every change in the same way, whoever made it.

Own operations are told at once by the unit of work; other programs' are read from the change table about twice a
second (SQLite: `data_version`, PostgreSQL: LISTEN). The signal is emitted on the GUI thread.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from gcrm.errors import GcrmError
from gcrm.ui.patience import growing

if TYPE_CHECKING:
    from gcrm.services.change_feed import ChangeWatcher
    from gcrm.services.changed import Changed
    from gcrm.services.database import Database
    from gcrm.services.team.presence import Presence
    from gcrm.ui.tasks import Tasks

PACE_MS = 500


def _everything() -> frozenset[Changed]:
    """Return a change of every table: what was read before may be old."""
    from gcrm.model.base import Record
    from gcrm.services.changed import Changed as One

    return frozenset(One(table, 0, None, "U") for table in Record.metadata.tables)


def _spelt_out(changed: frozenset[Changed]) -> frozenset[Changed]:
    """Return a change of every table where it is only said that much changed (`MUCH` of services/database.py)."""
    return changed if all(change.table for change in changed) else changed | _everything()


class ChangeFeed(QObject):
    """Emits `changed` with the records that changed, `lost` and `found` as the connection goes and comes.

    `news` carries a sentence about what happened to the office meanwhile.

    While the office cannot be reached the pauses between two looks grow; `look_now` does not wait for the next.
    """

    changed = Signal(object)
    news = Signal(str)
    lost = Signal(str)
    found = Signal()
    _heard = Signal(int, object)

    def __init__(self, database: Database, tasks: Tasks, watcher: ChangeWatcher, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._database = database
        self._tasks = tasks
        self._watcher = watcher
        self._is_lost = False
        self._sentence = ""
        self._is_looking = False
        self._pauses: Iterator[float] = growing()
        self._heard.connect(self._on_heard)
        database.listeners.append(self._listen)
        self._timer = QTimer(self)
        self._timer.setInterval(PACE_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _listen(self, operation: int, changed: frozenset[Changed]) -> None:
        """Take an own operation from whatever thread wrote it."""
        self._watcher.mark_own(operation)
        self._heard.emit(operation, changed)

    def _on_heard(self, operation: int, changed: frozenset[Changed]) -> None:
        """Tell the windows of an own operation."""
        self.changed.emit(_spelt_out(changed))

    def presence(self) -> Presence:
        """Return who edits what at the other desks."""
        return self._watcher.presence

    def look_now(self) -> None:
        """Look at once, whether the office is there or not."""
        self._look()

    def is_lost(self) -> bool:
        """Whether the office could not be reached when somebody last looked."""
        return self._is_lost

    def _look(self) -> None:
        """Look for changes of other programs, unless a look is still under way."""
        if self._is_looking:
            return
        self._is_looking = True
        self._tasks.read(lambda: self._watcher.wait(0), self._on_looked, self._on_failed)

    def _on_looked(self, changed: frozenset[Changed]) -> None:
        """Pass on what others changed."""
        self._is_looking = False
        if self._is_lost:
            self._is_lost, self._sentence = False, ""
            self._timer.setInterval(PACE_MS)
            self.found.emit()
            changed = _everything()
        if self._watcher.news:
            self.news.emit(self._watcher.news)
            self._watcher.news = ""
        if changed:
            self.changed.emit(_spelt_out(changed))

    def _on_failed(self, error: GcrmError) -> None:
        """Say once why the office cannot be worked in, and again for another reason; looking goes on, slower."""
        self._is_looking = False
        if not self._is_lost:
            self._is_lost = True
            self._pauses = growing()
        if error.sentence != self._sentence:
            self._sentence = error.sentence
            self.lost.emit(error.sentence)
        self._timer.setInterval(max(PACE_MS, int(1000 * next(self._pauses))))

    def stop(self) -> None:
        """Stop listening; call before the database is closed."""
        self._timer.stop()
        if self._listen in self._database.listeners:
            self._database.listeners.remove(self._listen)
        self._watcher.stop()
