"""An appointment in Outlook, read into values and written from them: alone, or a series with its exceptions.

Pages of Microsoft Learn: "AppointmentItem.StartInStartTimeZone property", "RecurrencePattern.StartTime property" (in
the zone of the appointment), "RecurrencePattern.GetOccurrence method" (in local time), "Exception.OriginalDate
property". The end of whole days is the midnight after the last one, as it is here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from gcrm.model.appointment_times import here, in_zone, is_day, read_wall, write_wall
from gcrm.services.exchange.ical_zone import WINDOWS
from gcrm.services.outlook.appointment_fields import CATEGORIES, TIMES, Values, begin_of, length_of
from gcrm.services.outlook.contact_item import categories_of, write_categories
from gcrm.services.outlook.link import Link, told_of
from gcrm.services.outlook.object_model import (
    BUSY,
    CALLED_OFF,
    FREE,
    NORMAL,
    PRIVATE,
    RECEIVED,
    RECEIVED_CALLED_OFF,
    TENTATIVE,
)
from gcrm.services.outlook.pattern import Repeats, read_pattern, write_pattern

_BUSY = {FREE: "free", TENTATIVE: "tentative"}
_OF_BUSY = {"free": FREE, "cancelled": FREE, "tentative": TENTATIVE}
_MOST_REMINDER = 525_600


def read_appointment(link: Link, item: Any, oldest: date) -> Values | None:
    """Return what an appointment says, None for one that was over before a day, or cannot be read."""
    times = _read_times(link, item)
    if times is None or _last_day(times) < oldest.isoformat():
        return None
    is_off = link.get(item, "MeetingStatus") in (CALLED_OFF, RECEIVED_CALLED_OFF)
    minutes = min(_MOST_REMINDER, max(0, int(link.get(item, "ReminderMinutesBeforeStart"))))
    found: Values = {
        "Subject": link.text(item, "Subject").strip(),
        "Body": link.text(item, "Body").strip(),
        "Location": link.text(item, "Location").strip(),
        "Busy": "cancelled" if is_off else _BUSY.get(link.get(item, "BusyStatus"), "busy"),
        "Private": "yes" if link.get(item, "Sensitivity") != NORMAL else "",
        "Reminder": str(minutes) if link.get(item, "ReminderSet") else "",
        CATEGORIES: categories_of(link, item),
        TIMES: times,
    }
    return {name: value for name, value in found.items() if value}


def is_invitation(link: Link, item: Any) -> bool:
    """Tell whether somebody else organises it."""
    return link.get(item, "MeetingStatus") in (RECEIVED, RECEIVED_CALLED_OFF)


def _last_day(times: Mapping[str, Any]) -> str:
    """Return the last day of an appointment or series, after all others for one that never ends."""
    pattern = times.get("pattern")
    if pattern:
        return str(pattern["until"]) or "9999-12-31"
    return str(times["ends"])[:10]


def _read_times(link: Link, item: Any) -> dict[str, Any] | None:
    """Return when it is, None where that cannot be told."""
    is_whole = bool(link.get(item, "AllDayEvent"))
    names = ("Start", "End") if is_whole else ("StartInStartTimeZone", "EndInEndTimeZone")
    walls = [link.moment(item, name) for name in names]
    if walls[0] is None or walls[1] is None:
        return None
    starts, ends = (_text(wall, is_whole=is_whole) for wall in walls if wall is not None)
    if is_whole and ends <= starts:
        ends = (date.fromisoformat(starts) + timedelta(days=1)).isoformat()
    times: dict[str, Any] = {"starts": starts, "ends": ends, "zone": ""}
    if not is_whole:
        zones = [str(link.get(link.get(item, name), "ID")) for name in ("StartTimeZone", "EndTimeZone")]
        if any(zone not in WINDOWS and zone != "UTC" for zone in zones):
            zones = ["", ""]
            locals_ = [link.moment(item, name) for name in ("Start", "End")]
            times |= {name: write_wall(wall) for name, wall in zip(("starts", "ends"), locals_, strict=True) if wall}
        times["zone"] = zones[0]
        if zones[1] != zones[0]:
            times["end_zone"] = zones[1]
    return _with_series(link, item, times) if link.get(item, "IsRecurring") else times


def _with_series(link: Link, item: Any, times: dict[str, Any]) -> dict[str, Any] | None:
    """Return times with how they repeat and what differs."""
    pattern = link.ask(item.GetRecurrencePattern)
    repeats = read_pattern(link, pattern)
    if repeats is None:
        return None
    left_out, moved = set[str](), []
    deviations = link.get(pattern, "Exceptions")
    for number in range(1, int(link.get(deviations, "Count")) + 1):
        one = link.ask(partial(deviations.Item, number))
        original = link.moment(one, "OriginalDate")
        if original is None:
            continue
        is_deleted = bool(link.get(one, "Deleted"))
        day = _series_day(original, times, is_deleted=is_deleted)
        if is_deleted:
            left_out.add(day.isoformat())
        else:
            moved.append(_read_moved(link, link.get(one, "AppointmentItem"), day))
    moved.sort(key=lambda told: told["day"])
    return times | {"pattern": repeats.told(), "left_out": sorted(left_out), "moved": moved}


def _series_day(original: datetime, times: Mapping[str, Any], *, is_deleted: bool) -> date:
    """Return the day of an occurrence in the zone of its series; Outlook tells it in local time, or its day alone."""
    zone = _iana(times)
    if not zone:
        return original.date()
    if not is_deleted:
        return in_zone(original.astimezone(), zone).date()
    days = (original.date() + timedelta(days=step) for step in (0, 1, -1))
    return next(
        (day for day in days if here(begin_of(str(day), times), zone).date() == original.date()), original.date()
    )


def _iana(times: Mapping[str, Any]) -> str:
    """Return the zone of times by its IANA name."""
    return WINDOWS.get(times.get("zone", ""), str(times.get("zone", "")))


def _read_moved(link: Link, item: Any, day: date) -> dict[str, str]:
    """Return an occurrence that differs from its series."""
    is_whole = bool(link.get(item, "AllDayEvent"))
    names = ("Start", "End") if is_whole else ("StartInStartTimeZone", "EndInEndTimeZone")
    walls = [link.moment(item, name) or datetime.combine(day, datetime.min.time()) for name in names]
    starts, ends = (_text(wall, is_whole=is_whole) for wall in walls)
    return {"day": day.isoformat(), "starts": starts, "ends": ends,
            "Subject": link.text(item, "Subject").strip(), "Location": link.text(item, "Location").strip()}  # fmt: skip


def _text(wall: datetime, *, is_whole: bool) -> str:
    return write_wall(wall.date() if is_whole else wall)


# --- writing -------------------------------------------------------------------------------------------------------
def write_appointment(link: Link, item: Any, changes: Mapping[str, Any]) -> None:
    """Set the fields of an appointment that changed and save it, the exceptions of a series after it."""
    times = changes.get(TIMES)
    if times:
        _write_times(link, item, times)
    for name in ("Subject", "Body", "Location"):
        if name in changes:
            link.set(item, name, (changes[name] or "").replace("\n", "\r\n"))
    if "Busy" in changes:
        link.set(item, "BusyStatus", _OF_BUSY.get(changes["Busy"], BUSY))
    if "Private" in changes:
        link.set(item, "Sensitivity", PRIVATE if changes["Private"] else NORMAL)
    if "Reminder" in changes:
        link.set(item, "ReminderSet", bool(changes["Reminder"]))
        if changes["Reminder"]:
            link.set(item, "ReminderMinutesBeforeStart", int(changes["Reminder"]))
    if CATEGORIES in changes:
        write_categories(link, item, changes[CATEGORIES] or [])
    link.ask(item.Save)
    if times and times.get("pattern"):
        _write_deviations(link, item, times)


def _write_times(link: Link, item: Any, times: Mapping[str, Any]) -> None:
    """Set begin, end and pattern. A pattern that is there goes with its exceptions; they are made anew."""
    if link.get(item, "IsRecurring"):
        link.ask(item.ClearRecurrencePattern)
    starts, ends = read_wall(times["starts"]), read_wall(times["ends"])
    is_whole = is_day(times["starts"])
    link.set(item, "AllDayEvent", is_whole)
    zone = times.get("zone", "")
    if not is_whole and zone:
        for name, its in (("StartTimeZone", zone), ("EndTimeZone", times.get("end_zone") or zone)):
            link.set(item, name, _zone(link, its))
        link.set(item, "StartInStartTimeZone", told_of(starts))
        link.set(item, "EndInEndTimeZone", told_of(ends))
    else:
        link.set(item, "Start", told_of(starts))
        link.set(item, "End", told_of(ends))
    if times.get("pattern"):
        pattern = link.ask(item.GetRecurrencePattern)
        minutes = int(length_of(times).total_seconds() // 60)
        write_pattern(link, pattern, Repeats(**times["pattern"]), starts, minutes)


def _zone(link: Link, name: str) -> Any:
    """Return a time zone of Windows by its name."""
    return link.ask(lambda: link.application.TimeZones.Item(name))


def _write_deviations(link: Link, item: Any, times: Mapping[str, Any]) -> None:
    """Take out of a saved series what does not take place, and change what differs.

    The pattern is asked for anew each time: an old one points to what was there before ("RecurrencePattern object").
    """
    zone = _iana(times)
    for day in times.get("left_out", ()):
        link.ask(_occurrence(link, item, begin_of(day, times), zone).Delete)
    for told in times.get("moved", ()):
        one = _occurrence(link, item, begin_of(told["day"], times), zone)
        is_whole = is_day(told["starts"])
        if bool(link.get(one, "AllDayEvent")) != is_whole:
            link.set(one, "AllDayEvent", is_whole)
        for name, mine in (("Start", "starts"), ("End", "ends")):
            wall = read_wall(told[mine])
            link.set(one, name, told_of(wall if is_whole else here(wall, zone)))
        for name in ("Subject", "Location"):
            if link.text(one, name).strip() != told[name]:
                link.set(one, name, told[name])
        link.ask(one.Save)


def _occurrence(link: Link, item: Any, wall: datetime, zone: str) -> Any:
    """Return the occurrence of a series at a wall time of its zone."""
    local = here(wall, zone) if zone else wall
    return link.ask(lambda: item.GetRecurrencePattern().GetOccurrence(told_of(local)))
