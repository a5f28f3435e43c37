"""The calendar of a colleague, to look at: what is private there says "busy" and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from xml.etree.ElementTree import Element

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.model.appointment_times import bounds, day_begin, is_day, is_zone, read_wall
from gcrm.model.base import now
from gcrm.services.calendar import hidden_rows, moved_of_hidden
from gcrm.services.database import Database
from gcrm.services.dav.book import ALWAYS, CALENDAR, Mark, etag, seconds
from gcrm.services.dav.calendar_book import BACK, CalendarBook
from gcrm.services.dav.names import ACTIVITY, own_name
from gcrm.services.exchange.ical_event import Event, event_lines
from gcrm.services.exchange.ical_export import whole_bytes
from gcrm.services.exchange.ical_values import Moment
from gcrm.services.privacy import viewer

AHEAD = timedelta(days=5 * 366)
"""How far ahead the private appointments of others are told."""


@dataclass(frozen=True, slots=True)
class _Hidden:
    """When somebody has something private, and which occurrences of it were moved elsewhere."""

    row: Any
    moved: list[str]


class ColleagueBook:
    """What stands in the calendar of somebody else."""

    kind, component = CALENDAR, "VEVENT"
    has_tokens = False  # what is private to others is not in the change table that one sees

    def __init__(self, user: int, name: str) -> None:
        self._user = user
        self._seen = CalendarBook(user)
        self.home = self._seen.home
        self.title = name

    def marks(self, session: Session, names: Sequence[str] | None = None) -> list[Mark]:
        """Return the appointments of these names, of all without them."""
        found = {mark.name: mark for mark in self._seen.marks(session, names)}
        for name, hidden in self._hidden(session).items():
            if names is None or name in names:
                found.setdefault(name, _mark(name, hidden))
        return list(found.values())

    def _hidden(self, session: Session) -> dict[str, _Hidden]:
        """Return when the colleague has something private."""
        today = day_begin(date.today())
        rows = hidden_rows(session, viewer(session) or 0, today - BACK, today + AHEAD)
        moved = moved_of_hidden(session, rows)
        mine = (row for row in rows if row.responsible_id == self._user and row.is_busy)
        return {own_name(ACTIVITY, row.activity_id): _Hidden(row, sorted(moved[row.activity_id])) for row in mine}

    def texts(self, session: Session, marks: Sequence[Mark]) -> dict[str, str]:
        """Return the appointments as calendars of one entry each."""
        found = self._seen.texts(session, marks)
        if len(found) < len(marks):
            hidden = self._hidden(session)
            for mark in marks:
                if mark.name not in found and mark.name in hidden:
                    found[mark.name] = _busy(hidden[mark.name])
        return found

    def changed(self, session: Session, after: ColumnElement[bool]) -> set[str]:
        """Return nothing: there are no tokens."""
        return set()

    def found(self, session: Session, filters: Sequence[Element]) -> None:
        """Return None: what is asked for beyond a range of time is compared."""

    def has_uid(self, session: Session, uid: str) -> bool:
        """Return False: nothing is written here."""
        return False

    def put(self, database: Database, name: str, data: bytes, mark: Mark | None) -> None:
        """Refuse to write."""
        raise UserError(_("The calendars of others can only be read here. Change the appointment in gCRM."))

    def delete(self, database: Database, mark: Mark) -> None:
        """Refuse to delete."""
        self.put(database, mark.name, b"", mark)

    def keep(self, database: Database, name: str, data: bytes) -> None:
        """Keep nothing: nobody could write here."""


def _uid(row: Any) -> str:
    return f"busy-{row.activity_id}@gcrm"


def _mark(name: str, hidden: _Hidden) -> Mark:
    """Return the mark of a private appointment."""
    row = hidden.row
    starts, ends = read_wall(row.starts), read_wall(row.ends)
    first, last = bounds(starts, ends, row.zone, row.end_zone, all_day=is_day(row.starts))
    told = (getattr(row, each) for each in ("starts", "ends", "zone", "end_zone", "rule", "left_out", "added"))
    state = etag(*told, hidden.moved)
    span = ALWAYS if row.rule or row.added else (seconds(first), seconds(last))
    return Mark(name, _uid(row), row.activity_id, state, now(), span)


def _busy(hidden: _Hidden) -> str:
    """Return a private appointment: its times and nothing else."""
    row = hidden.row
    original = Moment(row.original, row.zone) if row.original and not row.series_id else None
    event = Event(
        row.starts, row.ends, row.zone, row.end_zone, _uid(row), original, _("Private appointment"), rule=row.rule,
        left_out=sorted({*row.left_out, *hidden.moved}), added=list(row.added), is_private=True,
    )  # fmt: skip
    zones = {name: read_wall(row.starts).year for name in (row.zone, row.end_zone) if is_zone(name) and name != "UTC"}
    return whole_bytes(event_lines(event, [], {}, now()), zones, {}).decode()
