"""Saving an appointment; where a colleague changed the same field meanwhile, the person chooses which value stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gcrm.errors import ConflictError, GcrmError
from gcrm.model.appointment_times import is_day, read_wall
from gcrm.services.booking import Booking
from gcrm.services.repeats import Repeat, compose
from gcrm.ui.conflict import Chosen, open_conflict
from gcrm.ui.context import Context
from gcrm.ui.day_words import clock_time, long_day

if TYPE_CHECKING:
    from gcrm.services.mail.notices import Notice

NONE: Chosen = frozenset()
TIMES = ("starts", "ends", "zone", "end_zone")
"""Fields that make sense together only."""
FOLLOWING = ("at", "seconds", "sequence")
"""Fields that follow from the times: nobody is asked for them."""


@dataclass(slots=True)
class AppointmentSaver:
    """Saves one form; `done` is called with what has to be told to whom, and whether anything was written.

    `failed` is called with the error when the form stays.
    """

    context: Context
    done: Callable[[list[Notice], bool], object]
    failed: Callable[[GcrmError | None], object]

    def save(self, booking: Booking, scope: Any, repeat: Repeat | None, name: str) -> None:
        """Save in the background, as far as `scope` says."""
        from gcrm.services.mail import notices
        from gcrm.services.undo import done_since

        database, record = self.context.database, booking.appointment

        def work(force: Chosen) -> tuple[list[Notice], bool]:
            before = database.latest
            if repeat is not None:
                record.rule = compose(repeat, record.starts, record.zone)
            found = notices.save(database, booking, scope, force)
            return found, done_since(database, before) is not None

        def run(mine: Chosen) -> None:
            write = self.context.tasks.write
            write(lambda: work(mine), lambda told: self.done(*told), lambda error: refused(error, mine))

        def refused(error: GcrmError, mine: Chosen) -> None:
            if not isinstance(error, ConflictError) or not error.conflicts or error.conflicts[0].field == "id":
                self.failed(error)
                return
            following = frozenset((each.record, each.field) for each in error.conflicts if each.field in FOLLOWING)
            asked = tuple(each for each in error.conflicts if each.field not in FOLLOWING)
            if not asked:
                run(mine | following)
                return

            def chosen(own: Chosen, theirs: Chosen) -> None:
                take_theirs(booking, theirs)
                run(mine | own | following)

            error.conflicts = asked
            open_conflict(self.context, name, error, chosen, lambda: self.failed(None), words)

        run(NONE)


def words(name: str, value: Any) -> str:
    """Return the words for a value of a field that keeps a text of its own; "" for others."""
    if name not in ("starts", "ends") or not isinstance(value, str):
        return ""
    try:
        moment = read_wall(value)
    except ValueError:
        return value
    return long_day(moment.date()) if is_day(value) else f"{long_day(moment.date())} {clock_time(moment)}"


def take_theirs(booking: Booking, theirs: Chosen) -> None:
    """Give fields the values that were read, so that a save leaves them as the colleague wrote them."""
    records = {(each.__tablename__, each.id): each for each in booking.loaded.walk(booking.activity)}
    wanted = set(theirs)
    for key, name in theirs:
        if name in TIMES:
            wanted |= {(key, other) for other in TIMES}
    for key, name in wanted:
        if key in records and name in booking.loaded.base.get(key, {}):
            setattr(records[key], name, booking.loaded.base[key][name])
