"""Appointments and series of the fake of Outlook (fake.py)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from dateutil import rrule

from gcrm.services.exchange.ical_zone import WINDOWS
from tests.services.outlook.fake_base import FAILED, NO_DATE, ComError, Item, Thing

if TYPE_CHECKING:
    from tests.services.outlook.fake import Folder, Outlook

VALID: Mapping[int, frozenset[str]] = {
    0: frozenset(), 1: frozenset({"DayOfWeekMask"}), 2: frozenset({"DayOfMonth"}),
    3: frozenset({"DayOfWeekMask", "Instance"}),
    5: frozenset({"DayOfMonth", "MonthOfYear"}), 6: frozenset({"DayOfWeekMask", "Instance", "MonthOfYear"}),
}  # fmt: skip


class Zone(Thing):
    FIELDS: ClassVar[dict[str, type]] = {"ID": str}
    READ_ONLY = frozenset({"ID"})


class Zones(Thing):
    def Item(self, Index: str) -> Zone:
        self.outlook.enter()
        if Index != "UTC" and Index not in WINDOWS:
            raise ComError(FAILED, "no such time zone")
        return Zone(self.outlook, ID=Index)


class Appointment(Item):
    """`start` and `end` are wall times in the zones of the appointment; `Start` and `End` are local."""

    CLASS = "IPM.Appointment"
    FIELDS: ClassVar[dict[str, type]] = {
        **dict.fromkeys(("Subject", "Body", "Location", "Categories", "MessageClass", "EntryID"), str),
        **dict.fromkeys(("Start", "End", "StartInStartTimeZone", "EndInEndTimeZone", "LastModificationTime"), datetime),
        **dict.fromkeys(("AllDayEvent", "ReminderSet", "IsRecurring"), bool),
        **dict.fromkeys(("BusyStatus", "Sensitivity", "MeetingStatus", "ReminderMinutesBeforeStart"), int),
        "StartTimeZone": Zone, "EndTimeZone": Zone,
    }  # fmt: skip
    READ_ONLY = frozenset({"MessageClass", "EntryID", "LastModificationTime", "IsRecurring", "MeetingStatus"})

    def __init__(self, outlook: Outlook, folder: Folder, **values: Any) -> None:
        super().__init__(outlook, folder, BusyStatus=2, ReminderSet=True, ReminderMinutesBeforeStart=15, **values)
        now = datetime(2026, 11, 28, 8)
        object.__setattr__(self, "times", {"start": now, "end": now + timedelta(minutes=30)})
        object.__setattr__(self, "zones", {"start": outlook.local, "end": outlook.local})
        object.__setattr__(self, "series", None)

    def read(self, name: str) -> Any:
        if name in ("StartInStartTimeZone", "EndInEndTimeZone"):
            return self.times["start" if name.startswith("S") else "end"]
        if name in ("Start", "End"):
            return self.outlook.here(self.times[name.lower()], self.zones[name.lower()])
        if name in ("StartTimeZone", "EndTimeZone"):
            return Zone(self.outlook, ID=self.zones["start" if name.startswith("S") else "end"])
        return self.series is not None if name == "IsRecurring" else super().read(name)

    def write(self, name: str, value: Any) -> None:
        if name in ("StartTimeZone", "EndTimeZone"):
            self.zones["start" if name.startswith("S") else "end"] = value.values["ID"]
            return
        if name not in ("Start", "End", "StartInStartTimeZone", "EndInEndTimeZone"):
            if name == "AllDayEvent" and value:
                self.zones.update(start=self.outlook.local, end=self.outlook.local)
            super().write(name, value)
            return
        if self.series is not None:
            raise ComError(FAILED, "The times of a series are those of its pattern")
        which = "start" if name.startswith("S") else "end"
        wall = self.outlook.there(value, self.zones[which]) if name in ("Start", "End") else value
        length = self.times["end"] - self.times["start"]
        self.times[which] = wall
        if which == "start":
            self.times["end"] = wall + length

    def check(self) -> None:
        if self.times["end"] < self.times["start"]:
            raise ComError(FAILED, "The end is before the beginning")
        if self.values.get("AllDayEvent") and any(wall.time() != time() for wall in self.times.values()):
            raise ComError(FAILED, "A whole day begins at midnight")
        if self.series is not None:
            self.series.check()

    def GetRecurrencePattern(self) -> Pattern:
        self.outlook.enter()
        if self.series is None:
            object.__setattr__(self, "series", Series(self))
        return Pattern(self.outlook, self.series)

    def ClearRecurrencePattern(self) -> None:
        self.outlook.enter()
        object.__setattr__(self, "series", None)


class Series:
    """The pattern of an appointment, and what differs from it."""

    def __init__(self, item: Appointment) -> None:
        self.item = item
        self.fields: dict[str, Any] = {"RecurrenceType": 1, "Interval": 1, "NoEndDate": True, "DayOfWeekMask": 0}
        self.set: list[str] = []
        self.deleted: list[datetime] = []
        self.changed: dict[datetime, Occurrence] = {}

    def check(self) -> None:
        kind = self.fields["RecurrenceType"]
        missing = VALID[kind] - set(self.set)
        wrong = {"DayOfWeekMask", "DayOfMonth", "MonthOfYear", "Instance"} & set(self.set) - VALID[kind]
        if missing or wrong:
            raise ComError(FAILED, f"The pattern is not valid: {missing} {wrong}")

    def starts(self) -> Iterator[datetime]:
        """Yield all beginnings in the zone of the appointment, by another arithmetic than ours."""
        told = self.fields
        kind, mask = told["RecurrenceType"], told["DayOfWeekMask"]
        days = [weekday for weekday in range(7) if mask & 1 << (weekday + 1) % 7]
        more: dict[str, Any] = {}
        if kind in (1, 3, 6):
            more["byweekday"] = days
        if kind in (3, 6):
            more["bysetpos"] = -1 if told["Instance"] == 5 else told["Instance"]
        if kind in (5, 6):
            more["bymonth"] = told["MonthOfYear"]
        if kind in (2, 5):
            last = told["DayOfMonth"]
            more |= {"bymonthday": list(range(min(28, last), last + 1)), "bysetpos": -1}
        if not told["NoEndDate"]:
            more["until"] = datetime.combine(told["PatternEndDate"].date(), time(23, 59))
        rate: Any = {0: rrule.DAILY, 1: rrule.WEEKLY, 2: rrule.MONTHLY, 3: rrule.MONTHLY}.get(kind, rrule.YEARLY)
        yield from rrule.rrule(rate, self.item.times["start"], interval=told["Interval"], **more)

    def neighbours(self, start: datetime) -> tuple[datetime, datetime]:
        before, after = datetime.min, datetime.max
        for one in self.starts():
            if one < start:
                before = one
            elif one > start:
                return before, one
        return before, after


class Pattern(Thing):
    FIELDS: ClassVar[dict[str, type]] = {
        **dict.fromkeys(("RecurrenceType", "Interval", "DayOfWeekMask", "DayOfMonth", "MonthOfYear"), int),
        **dict.fromkeys(("Instance", "Duration"), int),
        **dict.fromkeys(("PatternStartDate", "PatternEndDate", "StartTime"), datetime),
        "NoEndDate": bool, "Exceptions": list,
    }  # fmt: skip
    READ_ONLY = frozenset({"Exceptions"})

    def __init__(self, outlook: Outlook, series: Series) -> None:
        super().__init__(outlook)
        object.__setattr__(self, "series", series)

    def read(self, name: str) -> Any:
        item = self.series.item
        if name == "Exceptions":
            return Exceptions(self.outlook, self.series)
        if name in ("PatternStartDate", "StartTime"):
            return item.times["start"]
        if name == "PatternEndDate" and self.series.fields["NoEndDate"]:
            return NO_DATE
        return self.series.fields.get(name, super().read(name))

    def write(self, name: str, value: Any) -> None:
        series, times = self.series, self.series.item.times
        series.set.append(name)
        series.deleted.clear()
        series.changed.clear()
        if name == "RecurrenceType":
            series.set[:] = [name]
        elif "RecurrenceType" not in series.set:
            raise ComError(FAILED, "RecurrenceType is the first property to set")
        if name == "PatternEndDate":
            if "Interval" not in series.set:
                raise ComError(FAILED, "Interval must be set before PatternEndDate")
            series.fields["NoEndDate"] = False
        length = times["end"] - times["start"]
        if name == "PatternStartDate":
            times["start"] = datetime.combine(value.date(), times["start"].time())
            times["end"] = times["start"] + length
        elif name == "StartTime":
            times["start"] = datetime.combine(times["start"].date(), value.time())
            times["end"] = times["start"] + length
        elif name == "Duration":
            times["end"] = times["start"] + timedelta(minutes=value)
        else:
            series.fields[name] = value

    def GetOccurrence(self, StartDate: datetime) -> Occurrence:
        self.outlook.enter()
        series, item = self.series, self.series.item
        if not item.values.get("EntryID"):
            raise ComError(FAILED, "Save the series first")
        wanted = StartDate.astimezone(UTC).replace(tzinfo=None)
        for start in series.starts():
            if self.outlook.here(start, item.zones["start"]) == wanted:
                if start in series.deleted or start in series.changed:
                    break
                return Occurrence(series, start)
            if start > wanted + timedelta(days=2):
                break
        raise ComError(FAILED, "There is no occurrence at this time")


class Occurrence(Appointment):
    """One of a series."""

    def __init__(self, series: Series, start: datetime) -> None:
        master = series.item
        super().__init__(master.outlook, master.folder)
        self.values.update(master.values)
        self.zones.update(master.zones)
        self.times.update(start=start, end=start + (master.times["end"] - master.times["start"]))
        object.__setattr__(self, "of", series)
        object.__setattr__(self, "original", start)

    def Save(self) -> None:
        self.outlook.enter()
        before, after = self.of.neighbours(self.original)
        if not before.date() < self.times["start"].date() < after.date():
            raise ComError(FAILED, "It would skip over another occurrence")
        self.of.changed[self.original] = self
        self.of.item.values["LastModificationTime"] = self.outlook.tick()

    def Delete(self) -> None:
        self.outlook.enter()
        self.of.deleted.append(self.original)
        self.of.item.values["LastModificationTime"] = self.outlook.tick()


class Exceptions(Thing):
    FIELDS: ClassVar[dict[str, type]] = {"Count": int}
    READ_ONLY = frozenset({"Count"})

    def __init__(self, outlook: Outlook, series: Series) -> None:
        every = [*((start, None) for start in series.deleted), *series.changed.items()]
        super().__init__(outlook, Count=len(every))
        object.__setattr__(self, "every", sorted(every, key=lambda one: one[0]))
        object.__setattr__(self, "zone", series.item.zones["start"])

    def Item(self, Index: int) -> Deviation:
        self.outlook.enter()
        if not 1 <= Index <= len(self.every):
            raise ComError(FAILED, "Array index out of bounds")
        start, item = self.every[Index - 1]
        local = self.outlook.here(start, self.zone)
        original = datetime.combine(local.date(), time()) if item is None else local
        return Deviation(self.outlook, Deleted=item is None, OriginalDate=original, AppointmentItem=item)


class Deviation(Thing):
    FIELDS: ClassVar[dict[str, type]] = {"Deleted": bool, "OriginalDate": datetime, "AppointmentItem": Appointment}
    READ_ONLY = frozenset(FIELDS)

    def read(self, name: str) -> Any:
        if name == "AppointmentItem" and self.values["Deleted"]:
            raise ComError(FAILED, "You changed one of the recurrences of this item, and it was deleted")
        return super().read(name)
