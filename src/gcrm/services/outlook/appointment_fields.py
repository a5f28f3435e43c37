"""An appointment in the words of Outlook: its fields, its times as one value, and how both become ours again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from gcrm.model.activity import Activity
from gcrm.model.appointment import Appointment
from gcrm.model.appointment_times import here, in_zone, instant, is_day, read_wall, write_wall
from gcrm.model.fields import fields_of
from gcrm.model.rrule import parse
from gcrm.services.exchange.ical_event import Event
from gcrm.services.exchange.ical_values import Moment
from gcrm.services.outlook.pattern import Repeats, of_rule, rule_of
from gcrm.services.outlook.windows_zone import windows_name, zone_of

Values = dict[str, Any]
TIMES, CATEGORIES = "Times", "Categories"
FOREIGN = "foreign"
"""Stands in the times of what Outlook has no pattern or zone for."""
OF_ORGANISER = frozenset({"Subject", "Body", "Location", TIMES, "Busy"})
"""What only the organiser of a meeting changes."""


def values_of_events(events: Sequence[Event]) -> Values:
    """Return what Outlook can hold of an appointment and what was moved out of it, the series first."""
    event = events[0]
    busy = "tentative" if event.status == "tentative" else "busy"
    found: Values = {
        "Subject": event.subject.strip(),
        "Body": event.text.strip(),
        "Location": event.location.strip(),
        "Busy": "cancelled" if event.status == "cancelled" else busy if event.is_busy else "free",
        "Private": "yes" if event.is_private else "",
        "Reminder": "" if event.reminder_minutes is None else str(event.reminder_minutes),
        CATEGORIES: sorted(event.categories),
        TIMES: _times_of(event, events[1:]),
    }
    return {name: value for name, value in found.items() if value}


def _times_of(event: Event, moved: Sequence[Event]) -> dict[str, Any]:
    """Return when an appointment is: begin, end, zone by its Windows name, how it repeats, and what differs."""
    start = read_wall(event.starts)
    zones = [windows_name(zone, start.year) if zone else "" for zone in (event.zone, event.end_zone)]
    times: dict[str, Any] = {"starts": event.starts, "ends": event.ends, "zone": zones[0]}
    if zones[1] and zones[1] != zones[0]:
        times["end_zone"] = zones[1]
    rule = parse(event.rule, event.zone)
    is_lost = any(zone and not name for zone, name in zip((event.zone, event.end_zone), zones, strict=True))
    if is_lost and not (event.rule or event.added):
        ends = here(read_wall(event.ends), event.end_zone or event.zone)
        return {"starts": write_wall(here(start, event.zone)), "ends": write_wall(ends), "zone": ""}
    pattern = of_rule(rule, start) if rule is not None else None
    if event.added or is_lost or (event.rule and pattern is None):
        return times | {FOREIGN: f"{event.rule} {event.zone} {' '.join(event.added)}"}
    if pattern is None:
        return times
    off = [each.original.wall for each in moved if each.original is not None and each.status == "cancelled"]
    times["pattern"] = pattern.told()
    times["left_out"] = sorted({wall[:10] for wall in (*event.left_out, *off)})
    kept = (each for each in moved if each.status != "cancelled" and each.original is not None)
    times["moved"] = sorted((_moved(event, each) for each in kept), key=lambda one: str(one["day"]))
    return times


def _moved(event: Event, each: Event) -> dict[str, str]:
    """Return one occurrence that differs, in the zone of its series."""
    walls = (_in_series(event, each, each.starts, each.zone), _in_series(event, each, each.ends, each.end_zone))
    original = each.original.in_zone(event.zone) if each.original is not None else each.starts
    return {"day": original[:10], "starts": walls[0], "ends": walls[1],
            "Subject": each.subject.strip(), "Location": each.location.strip()}  # fmt: skip


def _in_series(event: Event, each: Event, wall: str, zone: str) -> str:
    zone = zone or each.zone
    if is_day(wall) or zone == event.zone:
        return wall
    return write_wall(in_zone(instant(read_wall(wall), zone), event.zone))


def is_foreign(values: Mapping[str, Any]) -> bool:
    """Tell whether Outlook has no words for when an appointment is."""
    return FOREIGN in values.get(TIMES, {})


# --- and back ------------------------------------------------------------------------------------------------------
def events_with(events: Sequence[Event], changes: Mapping[str, Any]) -> list[Event]:
    """Return an appointment with some fields changed, the series first; `events` is empty for a new one."""
    event = replace(events[0]) if events else Event("", "")
    for name, mine in (("Subject", "subject"), ("Body", "text"), ("Location", "location")):
        if name in changes:
            setattr(event, mine, changes[name] or "")
    if "Busy" in changes:
        busy = changes["Busy"]
        event.is_busy = busy not in ("free", "cancelled")
        event.status = busy if busy in ("tentative", "cancelled") else "confirmed"
    if "Private" in changes:
        event.is_private = bool(changes["Private"])
    if "Reminder" in changes:
        event.reminder_minutes = int(changes["Reminder"]) if changes["Reminder"] else None
    if changes.get(CATEGORIES):
        event.categories = list(dict.fromkeys((*event.categories, *changes[CATEGORIES])))
    if not changes.get(TIMES):
        return [event, *events[1:]]
    return [event, *_set_times(event, events[1:], changes[TIMES])]


def _set_times(event: Event, moved: Sequence[Event], times: Mapping[str, Any]) -> list[Event]:
    """Let an appointment be when Outlook says; return what differs from its series."""
    event.starts, event.ends = times["starts"], times["ends"]
    year = read_wall(event.starts).year
    event.zone = zone_of(times.get("zone", ""), event.zone, year)
    event.end_zone = zone_of(times["end_zone"], event.end_zone, year) if times.get("end_zone") else ""
    pattern = times.get("pattern")
    if not pattern:
        event.rule, event.left_out, event.added = "", [], []
        return []
    event.rule, event.added = rule_of(Repeats(**pattern), event.starts), []
    at = event.starts[10:]
    event.left_out = [f"{day}{at}" for day in times.get("left_out", ())]
    by_day = {each.original.wall[:10]: each for each in moved if each.original is not None}
    return [_deviation(event, by_day.get(told["day"]), told) for told in times.get("moved", ())]


def _deviation(event: Event, present: Event | None, told: Mapping[str, str]) -> Event:
    """Return one occurrence that differs."""
    former = present if present is not None else event
    return replace(
        former, starts=told["starts"], ends=told["ends"], zone=event.zone, end_zone="", rule="", left_out=[], added=[],
        original=Moment(f"{told['day']}{event.starts[10:]}", event.zone), subject=told["Subject"],
        location=told["Location"], uid=event.uid, guests=list(former.guests), categories=list(former.categories),
    )  # fmt: skip


def length_of(times: Mapping[str, Any]) -> timedelta:
    """Return how long an appointment takes."""
    starts, ends = read_wall(times["starts"]), read_wall(times["ends"])
    return max(timedelta(), ends - starts)


def begin_of(day: str, times: Mapping[str, Any]) -> datetime:
    """Return the wall time at which a series takes place on a day."""
    return datetime.combine(date.fromisoformat(day), read_wall(times["starts"]).time())


def label_of(name: str) -> str:
    """Return the (marked) label of the field here that a field of Outlook stands for."""
    here = {"Subject": "subject", "Body": "text", "Private": "is_private"}
    if name in here:
        return fields_of(Activity)[here[name]].label
    names = {"Location": "location", "Busy": "is_busy", "Reminder": "reminder_minutes", TIMES: "starts"}
    return fields_of(Appointment)[names.get(name, "categories")].label
