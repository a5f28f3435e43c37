"""What stands in a calendar: one line of it, and the order in which lines are read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

MOST = 20_000
"""Entries of a range at most."""
SHOWN_TEXT = 300


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the calendar; moments are naive and here, `ends` is not included (whole days: the next midnight).

    `kind` is appointment, busy, birthday, follow_up, due or overdue (a document). `original` names the occurrence of a
    series. `user_id` is whose it is among those asked for, `also` are the others of them who take part. `record_id` is
    what of a contact it tells of, where that is no activity.
    """

    kind: str
    begins: datetime
    ends: datetime
    is_all_day: bool
    title: str
    user_id: int | None = None
    activity_id: int | None = None
    original: str = ""
    is_series: bool = False
    type: str = ""
    icon: str = ""
    contact_id: int | None = None
    contact: str = ""
    location: str = ""
    text: str = ""
    is_private: bool = False
    is_busy: bool = True
    status: str = "confirmed"
    also: tuple[int, ...] = ()
    record_id: int | None = None

    @property
    def key(self) -> str:
        """Return what finds the entry again after reading anew."""
        which = self.original or ("" if self.activity_id else self.begins.isoformat())
        return f"{self.kind}:{self.activity_id or self.record_id or self.contact_id}:{which}"

    @property
    def last_day(self) -> date:
        """Return the last day it stands on."""
        return max(self.begins.date(), (self.ends - timedelta(microseconds=1)).date())


def order(entry: Entry) -> tuple[Any, ...]:
    """Return the key by which entries are read: by day, whole days first, longer ones before shorter ones."""
    return (
        entry.begins.date(), not entry.is_all_day, entry.begins, entry.begins - entry.ends, entry.title,
        entry.activity_id or 0,
    )  # fmt: skip
