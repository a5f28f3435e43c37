"""What can be done with follow-ups wherever they are listed: done, postponed, delegated, deleted.

Each is one call for any number of them; the status line then offers Undo (ui/main_window.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gcrm.model.follow_up import Step, When
from gcrm.ui.allowed import say_why_not, why_not
from gcrm.ui.context import Context

if TYPE_CHECKING:
    from gcrm.services.mail.notices import Notice

KEYS = {"done": "Space", "day": "+", "week": "W", "date": "D", "delegate": "G", "open": "F2", "delete": "Del"}
"""What can be asked for in a list of follow-ups, and its key."""

NEEDS = {
    "done": "activities.change", "day": "activities.change", "week": "activities.change", "date": "activities.change",
    "delegate": "activities.change", "delete": "activities.delete", "attach": "files.create", "paste": "files.create",
}  # fmt: skip
"""The rights that each of them asks for; looking at one asks for none."""


class FollowUpActions(QObject):
    """Emits `completed` with the activity that was done and the id of what comes after it by itself, or None."""

    completed = Signal(int, object)

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context

    def refusal(self, what: str) -> str:
        """Return why something may not be done with follow-ups, "" where it may."""
        return why_not(self._context, NEEDS.get(what, ""))

    def is_refused(self, what: str) -> bool:
        """Say in the status line why something may not be done; False, and nothing is said, where it may."""
        return say_why_not(self._context, NEEDS.get(what, ""))

    def _write(self, function: Callable[[], object], done: Callable[[object], None] | None = None) -> None:
        self._context.window.write(function, done)

    def complete(self, activities: Sequence[int]) -> None:
        """Mark activities as done; for a single one the next follow-up is offered."""
        from gcrm.services import follow_up

        database, ids = self._context.database, list(activities)

        def write() -> int | None:
            return [follow_up.complete(database, activity) for activity in ids][-1]

        if ids:
            only = ids[0] if len(ids) == 1 else None
            self._write(write, lambda coming: self.completed.emit(only, coming) if only is not None else None)

    def postpone(self, activities: Sequence[int], to: Step | When) -> None:
        """Postpone activities by a day, to next week, or to a moment."""
        from gcrm.services import follow_up

        database, ids = self._context.database, list(activities)
        if ids:
            self._write(lambda: follow_up.postpone(database, ids, to))

    def delegate(self, activities: Sequence[int], to_user: int) -> None:
        """Hand activities to a colleague."""
        from gcrm.services import delegation

        database, ids = self._context.database, list(activities)
        if ids:
            self._write(lambda: delegation.delegate(database, ids, to_user))

    def remove(self, activities: Sequence[int]) -> None:
        """Delete activities; undo brings them back. Who is invited to an appointment among them may have to be told."""
        from gcrm.services.mail import notices

        database, ids = self._context.database, list(activities)

        def removed(found: list[Notice]) -> None:
            if found:
                from gcrm.ui.calendar.telling import offer_to_tell

                offer_to_tell(self._context, found)

        if ids:
            self._context.window.write(lambda: notices.remove_activities(database, ids), removed)

    def follow(self, done: int, when: When) -> None:
        """Make the follow-up that comes after one that was done, with its words."""
        from gcrm.services import activity

        database = self._context.database

        def write() -> int:
            former = activity.load(database, done).record
            return activity.log(
                database,
                former.contact_id,
                former.text,
                type="task" if former.state == "missed" else former.type,
                subject=former.subject,
                contact_person_id=former.contact_person_id,
                responsible_id=former.responsible_id,
                priority=former.priority,
                phone=former.phone,
                is_private=former.is_private,
                follows_id=done,
                follow_up=when,
            )

        self._write(write)
