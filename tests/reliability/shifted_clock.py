"""A program whose clock is wrong: `python -m tests.reliability.shifted_clock OFFICE SECONDS…`.

For each number of seconds the clock is set that far beside the true one, wherever the program asks `datetime` or
`date`; then contacts are made, edited, logged with, undone and backed up. "ok" is said for each.
"""

from __future__ import annotations

import sys
from contextlib import closing
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from gcrm.model.follow_up import When
from gcrm.services import activity, contact, undo
from gcrm.services.backup import automatic
from gcrm.services.chronicle import chronicle
from gcrm.services.opening import open_office
from tests.reliability.saver import record


class _Moments(type):
    """Every real moment counts as one of the shifted ones."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, datetime)


class _Days(type):
    """The same of days."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, date)


class Moment(datetime, metaclass=_Moments):
    """A `datetime` whose now is elsewhere."""

    shift = timedelta()

    def __new__(cls, *words: Any, **named: Any) -> Any:
        """Make a real one."""
        return datetime(*words, **named)

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Any:
        """Return what the clock shows."""
        shown = datetime.now(UTC) + cls.shift
        return shown.astimezone(tz) if tz else shown.astimezone().replace(tzinfo=None)


class Day(date, metaclass=_Days):
    """A `date` whose today is elsewhere."""

    def __new__(cls, *words: Any) -> Any:
        """Make a real one."""
        return date(*words)

    @classmethod
    def today(cls) -> Any:
        """Return what the calendar shows."""
        return Moment.now().date()


def shift_clocks() -> None:
    """Give every module of the program the clock that can be set."""
    for name, module in list(sys.modules.items()):
        if name.startswith("gcrm."):
            for attribute, shifted in (("datetime", Moment), ("date", Day)):
                if getattr(module, attribute, None) in (datetime, date):
                    setattr(module, attribute, shifted)


def morning(office: str, turn: int) -> None:
    """Make, edit, log, undo, list and back up; what is newest is what was written last, whatever the clock says."""
    with closing(open_office(office, user="saver")) as database:
        made = contact.create(database, record(turn))
        loaded = contact.load(database, made)
        loaded.record.notes = f"Edited {turn}"
        contact.save(database, loaded)
        local = Moment.now().replace(
            hour=2, minute=30, second=0, microsecond=0
        )  # in the hour that is missing or comes twice
        logged = activity.log(database, made, f"Call {turn}", follow_up=When(local, all_day=False))
        with database.read() as session:
            step = undo.next_undo(session, database.user_id)
            assert step is not None
            assert f"Call {turn}" in step.label
            assert [row.id for row in chronicle(session, made, now=Moment.now(UTC))] == [logged]
        undo.undo_last(database)
        with database.read() as session:
            assert chronicle(session, made) == []
        undo.redo_last(database)
        assert automatic.make_due(database) == ""
        assert not automatic.is_due(database)
        assert contact.load(database, made).record.notes == f"Edited {turn}"


def main(office: str, shifts: list[float]) -> None:
    """Work a little at each of the wrong times."""
    shift_clocks()
    for turn, seconds in enumerate(shifts):
        Moment.shift = timedelta(seconds=seconds)
        morning(office, turn)
        print("ok", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], [float(word) for word in sys.argv[2:]])
