"""Appointments: what an activity has that stands in the calendar, and who takes part (docs/decisions/0016).

Subject, text, contact, whose it is and whether it is private are those of the activity; here is when and how. One
occurrence of a series that was moved or changed is an activity of its own, which names the series and the moment that
it stands for.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column
from typing_extensions import override

from gcrm.i18n import N_
from gcrm.model.appointment_times import LONG, NEVER, bounds, here, is_day, read_wall
from gcrm.model.base import Home, Record
from gcrm.model.fields import field
from gcrm.model.rrule import Rule, last_of, parse
from gcrm.model.types import BigId, JsonValue, UtcDateTime

STATUSES = (("confirmed", N_("Confirmed")), ("tentative", N_("Tentative")), ("cancelled", N_("Cancelled")))
ROLES = (
    ("required", N_("Required")),
    ("optional", N_("Optional")),
    ("chair", N_("Chair")),
    ("resource", N_("Room or device")),
)
ANSWERS = (
    ("", N_("No answer yet")),
    ("accepted", N_("Accepted")),
    ("tentative", N_("Tentatively accepted")),
    ("declined", N_("Declined")),
    ("delegated", N_("Delegated")),
)


class Appointment(Record):
    """When an activity stands in the calendar.

    `starts` and `ends` are wall times in `zone` (`end_zone` where the end has another), or days without a time, the end
    being the day after the last (model/appointment_times.py). `rule` is an RRULE; `left_out` and `added` are wall times
    of a series that do not take place or do besides. `original` is the wall time of the series `series_id` that this
    one stands for. `kept` is what other calendars said and has no field here. `begins_at`, `ends_at` and `is_long`
    follow from the others: between which instants all of a series lies, for looking it up.
    """

    __tablename__ = "appointment"
    __table_args__ = (
        Index("ix_appointment_range", "is_long", "begins_at"),
        Index("ix_appointment_open", "is_long", "ends_at"),
        {"sqlite_autoincrement": True},
    )

    activity_id: Mapped[int] = mapped_column(
        BigId,
        ForeignKey("activity.id", ondelete="CASCADE"),
        unique=True,
        info=field(N_("Activity"), kind="record", form=False),
    )
    series_id: Mapped[int | None] = mapped_column(
        BigId,
        ForeignKey("activity.id", ondelete="CASCADE"),
        index=True,
        info=field(N_("Series"), kind="record", form=False),
    )
    original: Mapped[str] = mapped_column(Text, default="", info=field(N_("Stands for"), form=False))
    starts: Mapped[str] = mapped_column(Text, info=field(N_("Begins")))
    ends: Mapped[str] = mapped_column(Text, info=field(N_("Ends")))
    zone: Mapped[str] = mapped_column(Text, default="", info=field(N_("Time zone")))
    end_zone: Mapped[str] = mapped_column(Text, default="", info=field(N_("Time zone of the end"), form=False))
    location: Mapped[str] = mapped_column(Text, default="", info=field(N_("Location")))
    rule: Mapped[str] = mapped_column(Text, default="", info=field(N_("Repeats")))
    left_out: Mapped[list[Any]] = mapped_column(
        JsonValue, default=list, info=field(N_("Does not take place"), kind="json", form=False)
    )
    added: Mapped[list[Any]] = mapped_column(
        JsonValue, default=list, info=field(N_("Takes place besides"), kind="json", form=False)
    )
    status: Mapped[str] = mapped_column(
        Text, default="confirmed", info=field(N_("Certainty"), kind="choice", choices=STATUSES)
    )
    is_busy: Mapped[bool] = mapped_column(default=True, info=field(N_("Busy"), kind="yes_no"))
    reminder_minutes: Mapped[int | None] = mapped_column(info=field(N_("Reminder"), kind="number"))
    categories: Mapped[list[Any]] = mapped_column(JsonValue, default=list, info=field(N_("Categories"), kind="json"))
    uid: Mapped[str] = mapped_column(
        Text, default="", index=True, info=field(N_("Identifier"), form=False, column=False)
    )
    sequence: Mapped[int] = mapped_column(default=0, info=field(N_("Revision"), kind="number", form=False))
    organizer: Mapped[str] = mapped_column(Text, default="", info=field(N_("Organiser"), kind="email", form=False))
    kept: Mapped[dict[str, Any]] = mapped_column(
        JsonValue, default=dict, info=field(N_("Kept from other programs"), kind="json", column=False, form=False)
    )
    begins_at: Mapped[datetime] = mapped_column(UtcDateTime, info=field(N_("Begins at"), kind="instant", form=False))
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime, info=field(N_("Ends at"), kind="instant", form=False))
    is_long: Mapped[bool] = mapped_column(
        default=False, info=field(N_("Longer than a week"), kind="yes_no", form=False)
    )

    @property
    def is_all_day(self) -> bool:
        """Tell whether it is for whole days."""
        return is_day(self.starts)

    @property
    def length(self) -> timedelta:
        """Return how long it takes by the clock, never less than nothing."""
        return max(timedelta(), read_wall(self.ends) - read_wall(self.starts))

    def here(self) -> tuple[datetime, datetime]:
        """Return begin and end as naive moments of this computer."""
        starts, ends = read_wall(self.starts), read_wall(self.ends)
        if self.is_all_day:
            return starts, ends
        return here(starts, self.zone or ""), here(ends, self.end_zone or self.zone or "")

    @override
    def derive(self, home: Home) -> None:
        """Fill what follows from begin, end and rule; what cannot be read leaves it as it was."""
        try:
            starts, ends = read_wall(self.starts), read_wall(self.ends)
            rule = parse(self.rule or "", self.zone or "")
        except (ValueError, OverflowError):
            return
        zone, end_zone = self.zone or "", self.end_zone or ""
        first, last = bounds(starts, max(starts, ends), zone, end_zone, all_day=self.is_all_day)
        for wall in self.added or ():
            other = bounds(read_wall(wall), read_wall(wall) + self.length, zone, zone, all_day=self.is_all_day)
            first, last = min(first, other[0]), max(last, other[1])
        if rule is not None:
            last = max(last, self._end_of(rule, starts))
        self.begins_at, self.ends_at = first, last
        self.is_long = rule is not None or last - first > LONG

    def _end_of(self, rule: Rule, starts: datetime) -> datetime:
        """Return the instant after which nothing of a series takes place."""
        ending = last_of(rule, starts) if rule.count else rule.until
        if ending is None:
            return NEVER
        ending = max(starts, ending)
        return bounds(ending, ending + self.length, self.zone or "", self.zone or "", all_day=self.is_all_day)[1]


class Participant(Record):
    """Who takes part in an appointment: a colleague, a contact, a person of one, or an address alone."""

    __tablename__ = "participant"

    activity_id: Mapped[int] = mapped_column(
        BigId,
        ForeignKey("activity.id", ondelete="CASCADE"),
        index=True,
        info=field(N_("Activity"), kind="record", form=False),
    )
    name: Mapped[str] = mapped_column(Text, default="", info=field(N_("Name")))
    email: Mapped[str] = mapped_column(Text, default="", info=field(N_("E-mail"), kind="email"))
    role: Mapped[str] = mapped_column(Text, default="required", info=field(N_("Role"), kind="choice", choices=ROLES))
    answer: Mapped[str] = mapped_column(
        Text, default="", info=field(N_("Answer"), kind="choice", choices=ANSWERS, form=False)
    )
    user_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("user.id", ondelete="SET NULL"), index=True, info=field(N_("User"), kind="record")
    )
    contact_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("contact.id", ondelete="SET NULL"), index=True, info=field(N_("Contact"), kind="contact")
    )
    contact_person_id: Mapped[int | None] = mapped_column(
        BigId,
        ForeignKey("contact_person.id", ondelete="SET NULL"),
        index=True,
        info=field(N_("Contact person"), kind="record"),
    )
    kept: Mapped[dict[str, Any]] = mapped_column(
        JsonValue, default=dict, info=field(N_("Kept from other programs"), kind="json", column=False, form=False)
    )
