"""The chronicle of a made-up office: what was said and promised, and what is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from gcrm.services.demo.contacts import Made
from gcrm.services.demo.people import Maker
from gcrm.services.demo.sheets import Sheet, Stamps

TYPES = ("call",) * 9 + ("email",) * 6 + ("note",) * 3 + ("letter",) * 2 + ("visit",) * 2 + ("meeting",) * 2
NOON = time(12)


@dataclass(frozen=True, slots=True)
class Due:
    """When an open follow-up comes back: days from today and a time of day, None for the whole day."""

    days: int
    at: time | None = None


PLANNED = tuple(
    Due(days, time(hour, minute) if hour else None)
    for days, hour, minute in (
        (0, 9, 30), (0, 11, 0), (0, 0, 0), (0, 15, 30), (0, 0, 0), (0, 16, 45),
        (-1, 0, 0), (-2, 10, 0), (-3, 0, 0), (-6, 0, 0), (-12, 0, 0),
        (1, 9, 0), (1, 0, 0), (2, 14, 0), (3, 0, 0), (4, 0, 0), (4, 10, 30), (5, 0, 0), (7, 0, 0),
    )
)  # fmt: skip
"""The follow-ups every office has, however small; others lie further in the future."""


class Chronicle:
    """Makes activities; `hours` are wall time of this computer."""

    def __init__(self, maker: Maker, sheet: Sheet, stamps: Stamps, users: list[int], now: datetime) -> None:
        self.maker = maker
        self.sheet = sheet
        self.stamps = stamps
        self.users = users
        self.now = now
        self.today = now.astimezone().date()
        self.texts = maker.material.texts
        self._planned = list(PLANNED)

    def happened(self, made: Made) -> None:
        """Add something that was done with a contact in the last three years."""
        maker = self.maker
        kind = maker.pick(TYPES)
        at = self._moment(int(maker.random.random() ** 2 * 1000))
        link, person = maker.pick(made.persons) if made.persons else (None, made.name)
        user = maker.pick(self.users)
        values: dict[str, Any] = {}
        if kind == "call":
            values = {"direction": maker.pick(("in", "out")), "seconds": 20 + int(maker.random.random() ** 3 * 1800)}
            values["phone"] = made.phone
        elif kind in ("email", "letter"):
            values = {"direction": maker.pick(("in", "out"))}
        text = self._sentence(kind, person)
        self.add(made, kind, at, text=text, contact_person_id=link, responsible_id=user, done_by=user, **values)

    def planned(self, made: Made) -> bool:
        """Add an open follow-up with a contact; False when the office has enough of them for today and this week."""
        due = self._planned.pop(0) if self._planned else Due(7 + int(self.maker.random.random() * 120))
        link, person = self.maker.pick(made.persons) if made.persons else (None, made.name)
        at = self._moment(max(1, -due.days + 2))
        user = self.users[0] if self.maker.chance(0.7) else self.maker.pick(self.users)
        self.add(
            made,
            "task",
            at,
            text=self._sentence("task", person),
            contact_person_id=link,
            responsible_id=user,
            due=due,
            priority="high" if self.maker.chance(0.15) else "",
        )
        return bool(self._planned)

    def add(self, made: Made, kind: str, at: datetime, *, due: Due | None = None, **values: Any) -> int:
        """Add an activity; with `due` it is open, else done when it happened."""
        moment = self.stamps.text(at)
        state: dict[str, Any]
        if due is None:
            state = {"state": "done", "done_at": moment}
        else:
            all_day = due.at is None
            state = {"state": "open", "follow_up_at": self.due_text(due), "follow_up_all_day": all_day}
            values.pop("done_by", None)
        return self.sheet.add(contact_id=made.id, type=kind, at=moment, **state, **values)

    def due_text(self, due: Due) -> str:
        """Return when a follow-up comes back; whole days are kept as 12:00 UTC (services/moment.py)."""
        day = _workday(self.today + timedelta(days=due.days), due.days) if due.days else self.today
        if due.at is None:
            return self.stamps.text(datetime.combine(day, NOON, UTC))
        return self.stamps.text(datetime.combine(day, due.at).astimezone())

    def _moment(self, days: int) -> datetime:
        """Return an instant in office hours of a workday so many days ago, never in the future."""
        day = _workday(self.today - timedelta(days=days), -1)
        minutes = int(self.maker.random.random() * 540)
        return min(datetime.combine(day, time(8)).astimezone() + timedelta(minutes=minutes), self.now)

    def _sentence(self, kind: str, person: str) -> str:
        """Return a sentence of real office life."""
        maker = self.maker
        values = {
            "person": person,
            "year": self.today.year,
            "number": f"{100 + int(maker.random.random() * 1900):04d}",
            "weekday": maker.pick(self.texts["weekdays"]),
            "percent": 2 + int(maker.random.random() * 9),
            "count": 2 + int(maker.random.random() * 40),
        }
        values["reason"] = maker.pick(self.texts["reasons"]).format_map(values)
        return str(maker.pick(self.texts[kind]).format_map(values))


def _workday(day: date, direction: int) -> date:
    """Return a day that is neither Saturday nor Sunday, going on in a direction."""
    while day.weekday() > 4:
        day += timedelta(days=1 if direction > 0 else -1)
    return day
