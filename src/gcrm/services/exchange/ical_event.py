"""One appointment between a calendar file and here: what has a field, what is kept, and what is written back.

A component is kept as it was written, with a fingerprint of what its fields said. Where they still say so, it goes
out as it came. Else it is read once more; a field that is the same goes out by its own line, one that was changed here
by a new one, and everything else as it came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from operator import attrgetter
from typing import Any

from gcrm.model.appointment_times import in_zone, instant, is_day, read_wall, write_wall
from gcrm.model.fold import clean
from gcrm.model.rrule import parse
from gcrm.services.exchange.ical_tree import Component, Property, escape, parameter, parse_lines, split_list
from gcrm.services.exchange.ical_values import (
    Moment,
    minutes_before,
    moment_line,
    read_length,
    read_moment,
    read_moments,
    stamp,
)

STATUS = {"TENTATIVE": "tentative", "CANCELLED": "cancelled"}
ROLES = {"OPT-PARTICIPANT": "optional", "CHAIR": "chair", "NON-PARTICIPANT": "optional"}
ANSWERS = {"ACCEPTED": "accepted", "TENTATIVE": "tentative", "DECLINED": "declined", "DELEGATED": "delegated"}
_ROLE_WORDS = {"required": "REQ-PARTICIPANT", "optional": "OPT-PARTICIPANT", "chair": "CHAIR"}
MOST_KEPT = 200_000
"""Characters of a component that are kept; pictures beyond that are left out and reported."""


@dataclass(frozen=True, slots=True)
class Guest:
    """Who takes part, by address."""

    name: str = ""
    email: str = ""
    role: str = "required"
    answer: str = ""


@dataclass(slots=True)
class Event:
    """An appointment as a calendar file tells it, in the words of model/appointment.py.

    `is_following`: what is said of the occurrence at `original` holds for those after it, too.
    """

    starts: str
    ends: str
    zone: str = ""
    end_zone: str = ""
    uid: str = ""
    original: Moment | None = None
    subject: str = ""
    text: str = ""
    location: str = ""
    rule: str = ""
    left_out: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    status: str = "confirmed"
    is_busy: bool = True
    is_private: bool = False
    categories: list[str] = field(default_factory=list)
    reminder_minutes: int | None = None
    sequence: int = 0
    organizer: str = ""
    guests: list[Guest] = field(default_factory=list)
    is_following: bool = False


TOLD = (
    "starts", "ends", "zone", "end_zone", "uid", "subject", "text", "location", "rule", "left_out", "added", "status",
    "is_busy", "is_private", "categories", "reminder_minutes", "sequence", "organizer",
)  # fmt: skip
"""What a fingerprint is of, besides the moment that an exception stands for and who takes part."""
_PLAIN = attrgetter(*TOLD)


def fingerprint(event: Event) -> str:
    """Return what is equal for two appointments that say the same."""
    original = event.original.in_zone(event.zone) if event.original is not None else ""
    return fingerprint_of(_PLAIN(event), original, event.guests)


def fingerprint_of(told: tuple[Any, ...], original: str, people: Iterable[Any]) -> str:
    """Return the fingerprint of the values of TOLD, a moment in the zone of the appointment, and of guests."""
    guests = [(one.name, one.email, one.role, one.answer) for one in people]
    text = repr((told, original, guests))
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def read_event(part: Component, zones: Mapping[str, Component]) -> Event | None:
    """Return the appointment of a VEVENT, None for one without a beginning that can be read."""
    line = part.first("DTSTART")
    start = read_moment(line, zones) if line is not None else None
    if line is None or start is None:
        return None
    end = _end(part, start, zones)
    found = Event(start.wall, end.wall, start.zone, end.zone if end.zone != start.zone else "")
    _read_which(found, part, zones)
    found.rule, found.text = _rule(part, start.zone), clean(part.text("DESCRIPTION"))
    found.location = clean(part.text("LOCATION"))
    found.left_out = _in_series(read_moments(part.all("EXDATE"), zones), start)
    found.added = _in_series(read_moments(part.all("RDATE"), zones), start)
    found.status = STATUS.get(part.value("STATUS").upper(), "confirmed")
    found.is_busy = part.value("TRANSP").upper() != "TRANSPARENT"
    found.is_private = part.value("CLASS").upper() in ("PRIVATE", "CONFIDENTIAL")
    found.categories = [name for each in part.all("CATEGORIES") for name in split_list(each.value) if name]
    found.reminder_minutes = _reminder(part)
    found.organizer = _address(part.value("ORGANIZER"))
    return found


def read_mention(part: Component, zones: Mapping[str, Component]) -> Event:
    """Return which appointment a VEVENT speaks of, and who answers; it need not say when that is."""
    found = Event("", "")
    _read_which(found, part, zones)
    return found


def _read_which(found: Event, part: Component, zones: Mapping[str, Component]) -> None:
    """Read what tells appointments and their states apart, and who takes part."""
    found.uid, found.subject = part.value("UID")[:500], clean(part.text("SUMMARY"))
    recurrence = part.first("RECURRENCE-ID")
    if recurrence is not None:
        found.original = read_moment(recurrence, zones)
        found.is_following = recurrence.params.get("RANGE", "").upper() == "THISANDFUTURE"
    number = part.value("SEQUENCE")
    found.sequence = min(int(number), 2**31 - 1) if number.isascii() and number.isdecimal() else 0
    found.guests = [_guest(each) for each in part.all("ATTENDEE")]


def _end(part: Component, start: Moment, zones: Mapping[str, Component]) -> Moment:
    """Return the end: DTEND, or the beginning and DURATION, or a day for whole days, or the beginning itself."""
    line = part.first("DTEND")
    end = read_moment(line, zones) if line is not None else None
    begin = read_wall(start.wall)
    length = read_length(part.value("DURATION")) if part.first("DURATION") is not None else None
    if end is None or end.is_day != start.is_day:
        length = length if length is not None and length >= timedelta() else timedelta(days=1 if start.is_day else 0)
        if start.is_day:
            length = timedelta(days=max(1, length.days))
        try:
            ends = begin + length
        except OverflowError:
            ends = begin
        return Moment(write_wall(ends.date() if start.is_day else ends), start.zone)
    last, first = instant(read_wall(end.wall), end.zone), instant(begin, start.zone)
    if last < first or (start.is_day and read_wall(end.wall) <= begin):
        return Moment(write_wall(begin.date() + timedelta(days=1)) if start.is_day else start.wall, start.zone)
    return end


def _rule(part: Component, zone: str) -> str:
    """Return the rule where it can be read."""
    text = part.value("RRULE")
    try:
        parse(text, zone)
    except (ValueError, OverflowError):
        return ""
    return text


def _in_series(moments: list[Moment], start: Moment) -> list[str]:
    """Return moments as wall times of the series; a day stands for the time of the series on that day."""
    found = []
    for moment in moments:
        wall = moment.in_zone(start.zone)
        if is_day(wall) and not start.is_day:
            wall = write_wall(datetime.combine(read_wall(wall).date(), read_wall(start.wall).time()))
        elif start.is_day:
            wall = wall[:10]
        found.append(wall)
    return found


def _reminder(part: Component) -> int | None:
    """Return the minutes of the first alarm before the beginning."""
    for alarm in part.parts:
        trigger = alarm.first("TRIGGER") if alarm.name == "VALARM" else None
        minutes = minutes_before(trigger) if trigger is not None else None
        if minutes is not None:
            return min(minutes, 525_600)
    return None


def _address(value: str) -> str:
    """Return the address of a mailto:, other addresses as they are."""
    return value[7:].strip() if value[:7].casefold() == "mailto:" else value.strip()


def _guest(line: Property) -> Guest:
    params = line.params
    role = "resource" if params.get("CUTYPE", "").upper() in ("RESOURCE", "ROOM") else ""
    return Guest(
        params.get("CN", "")[:500],
        (params.get("EMAIL") or _address(line.value))[:500],
        role or ROLES.get(params.get("ROLE", "").upper(), "required"),
        ANSWERS.get(params.get("PARTSTAT", "").upper(), ""),
    )


# --- writing ------------------------------------------------------------------------------------------------------
Writer = Callable[[Event], list[str]]
# Fields that go together → the names of their lines, and how they are written when they were changed here.
GROUPS: tuple[tuple[tuple[str, ...], tuple[str, ...], Writer], ...] = (
    (("uid",), ("UID",), lambda e: [f"UID:{e.uid}"]),
    (("starts", "zone"), ("DTSTART",), lambda e: [moment_line("DTSTART", e.starts, e.zone)]),
    (("starts", "ends", "zone", "end_zone"), ("DTEND", "DURATION"),
     lambda e: [moment_line("DTEND", e.ends, e.end_zone or e.zone)] if e.ends != e.starts else []),
    (("rule",), ("RRULE",), lambda e: [f"RRULE:{e.rule}"] if e.rule else []),
    (("left_out", "zone", "starts"), ("EXDATE",), lambda e: [moment_line("EXDATE", w, e.zone) for w in e.left_out]),
    (("added", "zone", "starts"), ("RDATE",), lambda e: [moment_line("RDATE", w, e.zone) for w in e.added]),
    (("subject",), ("SUMMARY",), lambda e: [f"SUMMARY:{escape(e.subject)}"] if e.subject else []),
    (("text",), ("DESCRIPTION",), lambda e: [f"DESCRIPTION:{escape(e.text)}"] if e.text else []),
    (("location",), ("LOCATION",), lambda e: [f"LOCATION:{escape(e.location)}"] if e.location else []),
    (("status",), ("STATUS",), lambda e: [f"STATUS:{e.status.upper()}"]),
    (("is_busy",), ("TRANSP",), lambda e: [f"TRANSP:{'OPAQUE' if e.is_busy else 'TRANSPARENT'}"]),
    (("is_private",), ("CLASS",), lambda e: ["CLASS:PRIVATE" if e.is_private else "CLASS:PUBLIC"]),
    (("categories",), ("CATEGORIES",),
     lambda e: [f"CATEGORIES:{','.join(map(escape, e.categories))}"] if e.categories else []),
    (("sequence",), ("SEQUENCE",), lambda e: [f"SEQUENCE:{e.sequence}"]),
    (("organizer",), ("ORGANIZER",), lambda e: [f"ORGANIZER:mailto:{e.organizer}"] if e.organizer else []),
    (("guests",), ("ATTENDEE",), lambda e: [_attendee(guest) for guest in e.guests]),
    (("original",), ("RECURRENCE-ID",),
     lambda e: [moment_line("RECURRENCE-ID", e.original.wall, e.original.zone)] if e.original else []),
)  # fmt: skip


def _attendee(guest: Guest) -> str:
    """Return the line of somebody who is invited."""
    answer = next((word for word, known in ANSWERS.items() if known == guest.answer), "NEEDS-ACTION")
    kind = ";CUTYPE=RESOURCE" if guest.role == "resource" else ""
    name = f";CN={parameter(guest.name)}" if guest.name else ""
    head = f"ATTENDEE{kind};ROLE={_ROLE_WORDS.get(guest.role, 'REQ-PARTICIPANT')};PARTSTAT={answer};RSVP=TRUE{name}"
    return f"{head}:mailto:{guest.email}"


def event_lines(event: Event, kept: list[str], zones: Mapping[str, Component], now: datetime) -> list[str]:
    """Return the lines of a VEVENT; `kept` is the component it came as, empty for one that was made here."""
    came = parse_lines(kept) if kept else None
    was = read_event(came, zones) if came is not None else None
    if came is None or was is None:
        lines = [line for _fields, _names, write in GROUPS for line in write(event)]
        return ["BEGIN:VEVENT", f"DTSTAMP:{stamp(now)}", *lines, *_alarm(event), "END:VEVENT"]
    replaced: dict[str, list[str]] = {}
    for fields, names, write in GROUPS:
        if any(_differs(was, event, name) for name in fields):
            replaced |= {name: [] for name in names} | {names[0]: write(event)}
    lines = [line.raw for line in came.lines if line.name not in replaced]
    lines += [line for made in replaced.values() for line in made]
    parts = came.parts
    if was.reminder_minutes != event.reminder_minutes:
        parts = [part for part in parts if part.name != "VALARM"]
        lines += _alarm(event)
    inner = [line for part in parts for line in part.raw()]
    return ["BEGIN:VEVENT", *lines, *inner, "END:VEVENT"]


def _differs(was: Event, event: Event, name: str) -> bool:
    """Tell whether a field is not what it came as."""
    if name == "original" and was.original is not None and event.original is not None:
        return was.original.in_zone(event.original.zone) != event.original.wall
    return bool(getattr(was, name) != getattr(event, name))


def _alarm(event: Event) -> list[str]:
    """Return the lines of the reminder."""
    if event.reminder_minutes is None:
        return []
    words = escape(event.subject) or "Reminder"
    trigger = f"TRIGGER:-PT{event.reminder_minutes}M"
    return ["BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{words}", trigger, "END:VALARM"]


def original_in(event: Event, zone: str, *, all_day: bool) -> str:
    """Return the moment that an exception stands for, as wall time of its series."""
    if event.original is None:
        return ""
    if all_day:
        return event.original.wall[:10]
    if event.original.is_day:
        return event.original.wall
    moment = event.original
    if not moment.zone or moment.zone == zone:
        return moment.wall
    return write_wall(in_zone(instant(read_wall(moment.wall), moment.zone), zone))
