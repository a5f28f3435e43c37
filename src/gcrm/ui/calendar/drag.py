"""What the mouse does with an entry, or with the days behind: makes, moves, lengthens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from PySide6.QtCore import QPoint

from gcrm.services.calendar_entry import Entry

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(slots=True)
class Drag:
    """What the mouse is doing: `kind` is create, move or resize; begin, end and all_day are what it would come to.

    `by_days` says that it was taken hold of where whole days stand.
    """

    kind: str
    start: QPoint
    slot: datetime
    begin: datetime
    end: datetime
    all_day: bool
    by_days: bool
    entry: Entry | None = None
    is_moving: bool = False

    def come_to(self, moment: datetime, by_days: bool, step: timedelta) -> None:
        """Come to a moment; `by_days`: to a whole day. `step` is the least that something lasts."""
        entry, midnight = self.entry, datetime.combine(moment.date(), datetime.min.time())
        if entry is not None and self.kind == "move" and by_days != self.by_days:
            self.all_day = by_days
            days = (entry.last_day - entry.begins.date()).days + 1
            self.begin = midnight if by_days else moment
            lasts = HOUR if entry.is_all_day else entry.ends - entry.begins
            self.end = self.begin + (DAY * days if by_days else lasts)
            return
        by = midnight - self.slot if self.by_days else moment - self.slot
        if entry is None:
            least = DAY if self.by_days else step
            self.begin, self.end = min(self.slot, self.slot + by), max(self.slot, self.slot + by) + least
            return
        self.all_day = entry.is_all_day
        if self.kind == "move":
            self.begin, self.end = entry.begins + by, entry.ends + by
        else:
            self.end = max(entry.begins + (DAY if self.all_day else step), entry.ends + by)
