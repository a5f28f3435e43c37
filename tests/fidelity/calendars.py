"""A calendar file: its lines go into appointments and tasks, and out again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

from gcrm.errors import UserError
from gcrm.model.activity import Activity
from gcrm.model.appointment import Appointment, Participant
from gcrm.services.exchange.encoding import decode
from gcrm.services.exchange.ical_event import event_lines
from gcrm.services.exchange.ical_export import event_of
from gcrm.services.exchange.ical_fill import fill, fill_task
from gcrm.services.exchange.ical_read import PASSED_OVER, CalendarFile, Incoming, IncomingTask, read_calendar
from gcrm.services.exchange.ical_task import task_lines
from gcrm.services.exchange.ical_tree import Component, Property, parse_lines, read_tree, write_lines
from tests.fidelity.found import Found, most_memory
from tests.fidelity.said import Told, told_by_lines

MOMENT = datetime(2026, 11, 27, 9, tzinfo=UTC)


def follow(data: bytes) -> Found:
    """Return what becomes of the lines of a calendar file."""
    found = Found("ical")
    file = read_calendar(data)
    found.memory = most_memory()
    everything = [each for each in told_by_lines(decode(data).text) if each.name not in ("BEGIN", "END")]
    tree = read_tree(data)
    found.product = next((part.value("PRODID") for part in tree.walk() if part.name == "VCALENDAR"), "")
    frame = sum(len(part.lines) for part in tree.walk() if part.name == "VCALENDAR")
    found.properties = len(everything) - frame
    incoming = {tuple(each.kept): each for each in file.incoming}
    counted = 0
    for part in _entries(tree.parts):
        lines = _lines(part)
        counted += len(lines)
        if part.name == "VEVENT":
            _event(found, lines, incoming.get(tuple(part.raw())), file)
        elif part.name == "VTODO":
            _task(found, lines, _task_of(part, file))
        else:
            _other(found, part, file)
    if found.properties > counted:
        found.report("This line is none of a calendar", found.properties - counted)
    return found


def _entries(parts: list[Component]) -> Iterator[Component]:
    """Yield what stands in calendars. Their own lines (name, maker, colour) tell of the file, not of what is in it."""
    for part in parts:
        if part.name == "VCALENDAR":
            yield from _entries(part.parts)
        else:
            yield part


def _lines(part: Component) -> list[Property]:
    return [line for inner in part.walk() for line in inner.lines]


def _told(line: Property) -> Told:
    return Told(0, line.name, line.value)


def _event(found: Found, lines: list[Property], each: Incoming | None, file: CalendarFile) -> None:
    """Follow an appointment; one that cannot be taken is named by the import."""
    if each is None and any(line.value.strip() == event.uid for line in lines for event in file.mentions):
        found.report("It calls an appointment off, or answers an invitation", len(lines))
        return
    if each is None:
        found.report("The appointment has no beginning that can be read", len(lines))
        return
    try:
        went = _back(each)
    except UserError as error:
        found.report(error.sentence, len(lines))
        return
    fields = {"SUMMARY", "DESCRIPTION", "LOCATION", "DTSTART", "DTEND", "DURATION", "RRULE", "EXDATE", "RDATE", "UID",
              "STATUS", "TRANSP", "CLASS", "CATEGORIES", "SEQUENCE", "ORGANIZER", "ATTENDEE", "RECURRENCE-ID",
              "TRIGGER"}  # fmt: skip
    _compare(found, lines, went, fields)


def _task_of(part: Component, file: CalendarFile) -> IncomingTask | None:
    """Return the task that was made of a component, with the lines that are kept of it."""
    raw = part.raw()
    return next((each for each in file.tasks if each.kept[: len(raw)] == raw), None)


def _task(found: Found, lines: list[Property], each: IncomingTask | None) -> None:
    """Follow a task; one that is too large to be kept is named by the import."""
    if each is None:
        found.report("The task is too large to be kept", len(lines))
        return
    activity = Activity(id=1)
    fill_task(activity, each.task, 1)
    went = parse_lines(task_lines(activity, MOMENT, each.kept))
    fields = {"UID", "SUMMARY", "DESCRIPTION", "DUE", "DTSTART", "RRULE", "STATUS", "COMPLETED", "PRIORITY", "CLASS"}
    _compare(found, lines, went, fields)


def _compare(found: Found, lines: list[Property], went: Component | None, fields: set[str]) -> None:
    """Look for the lines that came in those that go out."""
    there = Counter(_key(line) for line in _lines(went)) if went is not None else Counter()
    for line in lines:
        if there[_key(line)] > 0:
            there[_key(line)] -= 1
            found.count(is_kept=line.name not in fields)
        else:
            found.lose(_told(line))


def _key(line: Property) -> tuple[str, str, str]:
    return line.name, str(sorted(line.params.items())), line.value


def _back(each: Incoming) -> Component | None:
    """Return an appointment as it goes out after it was taken in."""
    activity, appointment = Activity(), Appointment(original="")
    fill(activity, appointment, each)
    people = [Participant(name=g.name, email=g.email, role=g.role, answer=g.answer) for g in each.event.guests]
    event = event_of(activity, appointment, people)
    event.original, event.uid = each.event.original, each.event.uid
    zones = {name: zone for name, lines in each.zones.items() if (zone := parse_lines(lines)) is not None}
    parts = read_tree(write_lines(event_lines(event, each.kept, zones, MOMENT))).parts
    return parts[0] if parts else None


def _other(found: Found, part: Component, file: CalendarFile) -> None:
    """Follow a zone, and what is passed over."""
    named = part.name in file.left_out
    is_passed_over = part.name in PASSED_OVER and bool(file.passed_over)
    for line in _lines(part):
        if part.name == "VTIMEZONE":
            found.count(is_kept=False)
        elif is_passed_over or named:
            found.report(f"{part.name} has no place for it")
        else:
            found.lose(_told(line))
