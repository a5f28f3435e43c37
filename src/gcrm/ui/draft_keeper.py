"""Keeps half-typed texts: at most two seconds after a key was pressed they lie on the disk (services/drafts.py).

Files are written off the thread of the windows. Several writes of one text may be under way at once; the newest wins,
whichever thread is faster. A window that closes over somebody who was erased meanwhile keeps nothing of them.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer

from gcrm.errors import GcrmError, Unreachable
from gcrm.services.changed import Changed
from gcrm.services.database import Database
from gcrm.services.drafts import Draft, DraftStore
from gcrm.services.unfinished import drop_erased, was_saved
from gcrm.ui.context import Context

PACE_MS = 2000
Values = Mapping[str, Any]


class _Files:
    """The drafts on the disk, each written in the order in which its texts were typed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._store = DraftStore.of(database)
        self._lock = threading.Lock()
        self._written: dict[str, int] = {}
        self.is_erased_from = False

    def write(self, key: str, number: int, values: Values | None) -> None:
        """Put or remove a draft unless a later one has been written already."""
        with self._lock:
            if number <= self._written.get(key, 0):
                return
            if values is None:
                self._store.remove(key)
            else:
                self._store.put(key, values)
            self._written[key] = number
        if values is not None and self.is_erased_from:
            self.drop_erased()

    def drop_erased(self) -> None:
        """Drop what was typed about somebody who was erased; while the office cannot be reached nobody knows."""
        with contextlib.suppress(Unreachable):
            drop_erased(self._database, self._store)

    def read(self, key: str) -> Draft | None:
        """Return a draft that was not saved."""
        with self._lock:
            draft = self._store.get(key)
            if draft is not None and was_saved(self._database, self._store, draft):
                return None
            return draft


class DraftKeeper(QObject):
    """Writes what changed, `pace_ms` after the first change at the latest, or at once by `flush`."""

    def __init__(self, context: Context, parent: QObject | None = None, pace_ms: int = PACE_MS) -> None:
        super().__init__(parent)
        self._context = context
        self._files = _Files(context.database)
        self._number = 0
        self._waiting: dict[str, Values | None] = {}
        self._going: dict[str, int] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(pace_ms)
        self._timer.timeout.connect(self._write_waiting)
        context.feed.changed.connect(self._on_changed)

    def _on_changed(self, changed: frozenset[Changed]) -> None:
        """Look from now on whether a text is about somebody who was erased."""
        if any(change.table == "erasure" for change in changed):
            self._files.is_erased_from = True
            self._context.tasks.read(self._files.drop_erased, _ignore, self._context.window.fail)

    def put(self, key: str, values: Values) -> None:
        """Keep the values typed; they are written soon."""
        self._waiting[key] = dict(values)
        if not self._timer.isActive():
            self._timer.start()

    def settled(self, key: str, values: Values) -> Callable[[], None]:
        """Return a function that keeps the values at once, in whatever thread: called before they are saved."""
        self._waiting.pop(key, None)
        return self._job(key, dict(values))

    def forget(self, key: str) -> None:
        """Take a draft away: it was saved or emptied."""
        self._waiting[key] = None
        self._going[key] = self._going.get(key, 0) + 1
        self.flush()

    def flush(self) -> None:
        """Write what waits now; the end of the program waits for it."""
        self._timer.stop()
        waiting, self._waiting = self._waiting, {}
        for key, values in waiting.items():
            if values is not None:
                self._context.tasks.keep(self._job(key, values), _ignore, self._context.window.fail)
            else:
                self._context.tasks.keep(self._job(key, None), partial(self._gone, key), partial(self._stayed, key))

    def _gone(self, key: str, _result: object = None) -> None:
        """Note that a draft is not on the disk any more."""
        self._going[key] -= 1
        if not self._going[key]:
            del self._going[key]

    def _stayed(self, key: str, error: GcrmError) -> None:
        """Say why a draft could not be taken away."""
        self._gone(key)
        self._context.window.fail(error)

    def _write_waiting(self) -> None:
        """Write what waits beside long work of the office: a reader's thread is always free."""
        waiting, self._waiting = self._waiting, {}
        for key, values in waiting.items():
            self._context.tasks.read(self._job(key, values), _ignore, self._context.window.fail)

    def _job(self, key: str, values: Values | None) -> Callable[[], None]:
        self._number += 1
        number = self._number
        return lambda: self._files.write(key, number, values)

    def fetch(self, key: str, then: Callable[[Draft | None], object], owner: QObject) -> None:
        """Read a draft and hand it over; nothing comes when `owner` is gone by then, None of one that was forgotten."""
        if key in self._going:
            then(None)
            return
        self._context.tasks.read(lambda: self._files.read(key), then, self._context.window.fail, owner=owner)


def forget_draft(context: Context, key: str) -> None:
    """Take a draft away whose window, and its keeper, are gone: what was typed there was saved after all."""
    files = _Files(context.database)
    context.tasks.keep(lambda: files.write(key, 1, None), _ignore, context.window.fail)


def _ignore(_result: object) -> None:
    """Take an outcome that nobody waits for."""
