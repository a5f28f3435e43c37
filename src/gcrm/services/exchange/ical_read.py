"""What a calendar file holds for us: appointments, tasks, and what could not be taken, each accounted for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from gcrm.i18n import _
from gcrm.model.appointment_times import here, is_day, read_wall
from gcrm.model.fold import clean
from gcrm.model.follow_up import When
from gcrm.model.recurrence import Recurrence, Unit
from gcrm.model.rrule import parse
from gcrm.services.exchange.ical_event import MOST_KEPT, Event, read_event
from gcrm.services.exchange.ical_tree import Component, Problem, read_tree
from gcrm.services.exchange.ical_values import Moment, read_moment

PASSED_OVER = {"VJOURNAL": "journal", "VFREEBUSY": "free_busy", "VAVAILABILITY": "availability"}
_OF_TASK = frozenset((
    "UID", "SUMMARY", "DESCRIPTION", "DUE", "DTSTART", "RRULE", "STATUS", "COMPLETED", "PRIORITY", "CLASS",
    "DTSTAMP", "CREATED", "LAST-MODIFIED", "SEQUENCE", "PERCENT-COMPLETE",
))  # fmt: skip
"""Lines of a task that a follow-up has a place for, and those that only tell of its writing."""


@dataclass(slots=True)
class Incoming:
    """An appointment with the component it came as, and the foreign zones that its lines name."""

    event: Event
    kept: list[str]
    zones: dict[str, list[str]] = field(default_factory=dict)


@dataclass(slots=True)
class Task:
    """A VTODO as a follow-up: when it is due (None: undated), and whether it is done."""

    uid: str
    subject: str
    text: str
    due: When | None = None
    recurrence: Recurrence | None = None
    is_done: bool = False
    done_on: datetime | None = None
    is_high: bool = False
    is_private: bool = False


@dataclass(slots=True)
class CalendarFile:
    """A file that was read. `method` is REQUEST, REPLY, CANCEL or "" for a calendar that only tells.

    `left_out` counts the lines that have no place here, by component and name; `problems` tell of them in words.
    """

    method: str = ""
    name: str = ""
    incoming: list[Incoming] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    passed_over: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, Counter[str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    components: int = 0


def read_calendar(data: bytes) -> CalendarFile:
    """Read a calendar file. Raises UserError for one that is too large."""
    tree = read_tree(data)
    found = CalendarFile(problems=list(tree.problems))
    everything = list(tree.walk())
    zones = {part.value("TZID"): part for part in everything if part.name == "VTIMEZONE" and part.value("TZID")}
    inside: set[int] = set()
    for part in everything:
        if part.name == "VCALENDAR":
            found.method = found.method or part.value("METHOD").upper()
            found.name = found.name or part.text("X-WR-CALNAME") or part.text("NAME")
        elif part.name == "VEVENT":
            _take_event(part, zones, found)
            inside.update(id(each) for each in part.walk())
        elif part.name == "VTODO":
            found.components += 1
            found.tasks.append(read_task(part, zones))
            _leave_out(part, found)
            inside.update(id(each) for each in part.walk())
        elif part.name in PASSED_OVER:
            kind = PASSED_OVER[part.name]
            found.passed_over[kind] = found.passed_over.get(kind, 0) + 1
            inside.update(id(each) for each in part.walk())
        elif part.name == "VTIMEZONE":
            inside.update(id(each) for each in part.walk())
        elif id(part) not in inside:
            found.left_out.setdefault(part.name, Counter())[""] += 1
    _tell_left_out(found)
    return found


def _leave_out(task: Component, found: CalendarFile) -> None:
    """Count the lines of a task that a follow-up has no place for."""
    names = [line.name for line in task.lines if line.name not in _OF_TASK]
    names += [part.name for part in task.parts]
    if names:
        found.left_out.setdefault(task.name, Counter()).update(names)


def _tell_left_out(found: CalendarFile) -> None:
    """Say in words what has no place here."""
    names = ", ".join(sorted(found.left_out.get("VTODO", ())))
    if names:
        sentence = _("A follow-up has no field for these lines of tasks, they are left out: {names}.")
        found.problems.append(Problem(0, sentence.format(names=names[:200])))
    names = ", ".join(sorted(name for name in found.left_out if name != "VTODO"))
    if names:
        sentence = _("These parts are neither appointments nor tasks, they are left out: {names}.")
        found.problems.append(Problem(0, sentence.format(names=names[:200])))


def _take_event(part: Component, zones: Mapping[str, Component], found: CalendarFile) -> None:
    """Read one appointment, or say why it cannot be taken."""
    found.components += 1
    event = read_event(part, zones)
    if event is None:
        named = clean(part.text("SUMMARY")) or part.value("UID")
        sentence = _("“{name}” has no beginning that can be read. Enter it by hand.")
        found.problems.append(Problem(0, sentence.format(name=named[:60])))
        return
    kept = part.raw()
    if sum(map(len, kept)) > MOST_KEPT:
        kept = []
        sentence = _("“{name}” holds more than can be kept; what has no field here is left out.")
        found.problems.append(Problem(0, sentence.format(name=event.subject[:60])))
    names = {line.params["TZID"] for line in part.lines if "TZID" in line.params}
    foreign = {name: zones[name].raw() for name in sorted(names) if name in zones}
    found.incoming.append(Incoming(event, kept, foreign))


def read_task(part: Component, zones: Mapping[str, Component]) -> Task:
    """Read a task."""
    line = part.first("DUE") or part.first("DTSTART")
    moment = read_moment(line, zones) if line is not None else None
    completed = part.first("COMPLETED")
    done = read_moment(completed, zones) if completed is not None else None
    status = part.value("STATUS").upper()
    priority = part.value("PRIORITY")
    is_number = priority.isascii() and priority.isdecimal() and len(priority) < 3
    due = _when(moment) if moment is not None else None
    return Task(
        part.value("UID")[:500],
        clean(part.text("SUMMARY")),
        clean(part.text("DESCRIPTION")),
        due,
        _recurrence(part.value("RRULE"), due) if due is not None else None,
        status in ("COMPLETED", "CANCELLED") or done is not None,
        _here(done) if done is not None else None,
        1 <= int(priority if is_number else 0) <= 4,
        part.value("CLASS").upper() in ("PRIVATE", "CONFIDENTIAL"),
    )


def _when(moment: Moment) -> When:
    """Return a moment as a follow-up says it."""
    if moment.is_day:
        return When(datetime.combine(date.fromisoformat(moment.wall), time()), all_day=True)
    return When(_here(moment).replace(second=0), all_day=False)


def _here(moment: Moment) -> datetime:
    """Return a moment as naive wall time of this computer."""
    return read_wall(moment.wall) if is_day(moment.wall) else here(read_wall(moment.wall), moment.zone)


def _recurrence(text: str, due: When) -> Recurrence | None:
    """Return the repetition of a task where follow-ups know one like it: every n days, weeks, months or years."""
    try:
        rule = parse(text)
    except (ValueError, OverflowError):
        return None
    if rule is None or rule.every > 999:
        return None
    return Recurrence(rule.every, Unit(rule.unit), due.on)
