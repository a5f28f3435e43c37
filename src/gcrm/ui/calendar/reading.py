"""What the calendar shows, read off the window's thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gcrm.services.calendar_entry import Entry
from gcrm.services.database import Database


@dataclass(frozen=True, slots=True)
class Shown:
    """What was read: entries of a range, and the users with their names."""

    entries: list[Entry]
    names: dict[int, str]
    chosen: dict[int, str]
    first: date
    last: date


def read_range(database: Database, first: date, last: date, users: list[int], layers: list[str]) -> Shown:
    """Read a range of the calendars of these users."""
    from gcrm.services.calendar import entries
    from gcrm.services.user import users as everybody

    with database.read() as session:
        names = {user.id: user.name for user in everybody(session)}
        chosen = [user for user in users if user in names]
        if users and not chosen:
            chosen = [database.user_id]  # those of last time are gone
        found = entries(session, database.user_id, first, last, chosen, layers)
    return Shown(found, names, {user: names.get(user, "") for user in chosen}, first, last)
