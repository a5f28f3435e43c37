"""Reminders at the minute: a timer to the next due instant, silence in focus mode, nothing lost.

What falls due while the program is closed or silent is asked for by the instant up to which reminders were dealt with
(services/reminders.py). That instant moves on only when every reminder shown has been answered; in between it is kept
here, and written when something was answered and at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from PySide6.QtCore import QObject, Qt, QTimer
from shiboken6 import isValid

from gcrm.errors import GcrmError
from gcrm.model.follow_up import When
from gcrm.services.booking import PLANNED
from gcrm.services.changed import Changed
from gcrm.services.today import TodayRow
from gcrm.ui import focus_mode
from gcrm.ui.context import Context

LONGEST_MS = 60_000
"""The timer looks at the clock at least this often: a computer that slept, a clock that was set."""
TOLERANCE_MS = 50

Clock = Callable[[], datetime]
Key = tuple[int, datetime | None]


@dataclass(frozen=True, slots=True)
class _Due:
    """What was read: reminders due after `since` up to `now`, the next one, and whether quiet was set."""

    rows: Sequence[TodayRow]
    since: datetime
    now: datetime
    next: datetime | None
    is_quiet: bool


def now_here() -> datetime:
    """Return the instant it is, with the zone of this computer."""
    return datetime.now().astimezone()


def lies_within(at: time, first: time, last: time) -> bool:
    """Tell whether a time of day lies from `first` to before `last`, also over midnight; equal ends: never."""
    if first <= last:
        return first <= at < last
    return at >= first or at < last


def snoozed(now: datetime, minutes: int) -> When:
    """Return the moment some minutes from an aware now, in wall time and without seconds."""
    later = (now + timedelta(minutes=minutes)).astimezone()
    return When(later.replace(tzinfo=None, second=0, microsecond=0), all_day=False)


class Reminders(QObject):
    """Runs as long as the office is open; `stop` before it is closed."""

    def __init__(self, context: Context, parent: QObject | None = None, clock: Clock = now_here) -> None:
        super().__init__(parent)
        from gcrm.ui.reminder_popup import ReminderPopup

        self._context = context
        self._clock = clock
        self._answered: set[Key] = set()
        self._seen: datetime | None = None
        self._is_stopped = False
        self.popup = ReminderPopup(context)
        self.popup.answered.connect(self._on_answer)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.check)
        context.feed.changed.connect(self._on_changed)
        actions = getattr(context.window, "actions_", None)
        if actions is not None:
            actions.action("focus_mode").triggered.connect(lambda _checked=False: self.check())
        self.check()

    def stop(self) -> None:
        """Stop reminding."""
        if self._is_stopped:
            return
        self._is_stopped = True
        if self._seen is not None:
            self._mark(self._seen)
        self._timer.stop()
        self._context.feed.changed.disconnect(self._on_changed)
        if isValid(self.popup):  # it goes with the main window, which may be gone by now
            self.popup.close()
            self.popup.deleteLater()

    # --- looking --------------------------------------------------------------------------------------------------
    def _on_changed(self, changed: frozenset[Changed]) -> None:
        """Look again when follow-ups or settings changed."""
        if any(change.table in _READ_ANEW for change in changed):
            self.check()

    def check(self) -> None:
        """Ask what is due; a newer question overtakes an older one."""
        if self._is_stopped:
            return
        now, seen, answered = self._clock(), self._seen, len(self._answered)
        self._context.tasks.read(
            lambda: self._read(now, seen, answered), self._on_due, self._on_failed, key=("reminders", id(self)),
            owner=self,
        )  # fmt: skip

    def _read(self, now: datetime, seen: datetime | None, answered: int) -> _Due:
        """Read what is due: beyond what was answered as much as is shown at once, so that more follows until all is."""
        from gcrm.services import appointment_reminders, reminders, settings

        database = self._context.database
        with database.read() as session:
            kept = reminders.shown_until(session, database.user_id, now)
            since = max(kept, seen) if seen is not None else kept
            most = reminders.MOST + answered
            rows = reminders.due_reminders(session, database.user_id, since, now, most)
            rows += appointment_reminders.due(session, database.user_id, since, now)
            following = (
                reminders.next_due(session, database.user_id, now),
                appointment_reminders.next_at(session, database.user_id, now),
            )
            coming = min((moment for moment in following if moment is not None), default=None)
            chosen = {key: settings.get(session, key, database.user_id) for key in _QUIET}
        return _Due(rows, since, now, coming, _is_quiet(chosen, now))

    def _on_failed(self, _error: GcrmError) -> None:
        """The office cannot be reached: the change feed says so, and the timer tries again."""
        if not self._is_stopped:
            self._timer.start(LONGEST_MS)

    def _on_due(self, due: _Due) -> None:
        """Show what is due, unless it is to be quiet; then wait for the next one."""
        if self._is_stopped:
            return
        waiting = [row for row in due.rows if _key(row) not in self._answered]
        if self._seen is None:  # an office in which nothing was ever reminded: count from here, also after a crash
            self._seen = due.since
            self._mark(due.since)
        if due.is_quiet or focus_mode.is_on(self._context.state, due.now.date()):
            self.popup.hide()
        elif waiting:
            self.popup.show_rows(waiting, due.now)
        else:
            self.popup.hide()
            self._seen = due.now
            if self._answered:
                self._answered.clear()
                self._mark(due.now)
        self._wait_for(due.next)

    def _wait_for(self, coming: datetime | None) -> None:
        """Set the timer to the next reminder, but look at the clock in between."""
        wait = LONGEST_MS
        if coming is not None:
            milliseconds = int((coming - self._clock()).total_seconds() * 1000) + TOLERANCE_MS
            wait = max(TOLERANCE_MS, min(wait, milliseconds))
        self._timer.start(wait)

    # --- answering ------------------------------------------------------------------------------------------------
    def _on_answer(self, what: str, rows: list[TodayRow]) -> None:
        """Do what was answered: open, done, later by minutes, tomorrow, or nothing more."""
        self._answered |= {_key(row) for row in rows}
        ids = [row.id for row in rows]
        if what == "open":
            self._open(rows[0])
        elif what == "done":
            self._complete(ids)
        elif what == "tomorrow":
            self._postpone(ids, None)
        elif what.isdigit():
            self._postpone(ids, int(what))
        self.check()

    def _open(self, row: TodayRow) -> None:
        """Show the contact, the Today page for a follow-up without one, or an appointment itself."""
        window = self._context.window
        if row.state == PLANNED:
            from gcrm.ui.calendar.form import open_appointment

            open_appointment(self._context, row.id)
        elif row.contact_id is not None:
            window.open_contact(row.contact_id)
        else:
            window.open_section("today")

    def _complete(self, ids: list[int]) -> None:
        from gcrm.services import follow_up

        database = self._context.database
        self._context.window.write(lambda: [follow_up.complete(database, activity) for activity in ids])

    def _postpone(self, ids: list[int], minutes: int | None) -> None:
        from gcrm.model.follow_up import Step
        from gcrm.services import follow_up

        database = self._context.database
        to = Step.DAY if minutes is None else snoozed(self._clock(), minutes)
        self._context.window.write(lambda: follow_up.postpone(database, ids, to))

    def _mark(self, until: datetime) -> None:
        """Note that everything up to an instant was dealt with; where the office moved to, it is noted there."""
        from gcrm.services.reminders import mark_shown

        database = self._context.database
        if database.is_read_only:
            return
        self._context.tasks.write(lambda: mark_shown(database, until), lambda _none: None, self._on_failed)


_READ_ANEW = ("activity", "appointment", "participant", "absence", "setting")
_QUIET = ("focus.enabled", "focus.from", "focus.until")


def _is_quiet(chosen: dict[str, object], now: datetime) -> bool:
    """Tell whether the quiet time of the settings is running."""
    if not chosen["focus.enabled"]:
        return False
    first, last = (time.fromisoformat(str(chosen[key])) for key in _QUIET[1:])
    return lies_within(now.astimezone().time(), first, last)


def _key(row: TodayRow) -> Key:
    """Return what makes a reminder one of a kind: a follow-up that was postponed reminds again."""
    return row.id, row.follow_up_at
