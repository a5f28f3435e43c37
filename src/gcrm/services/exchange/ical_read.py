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
from gcrm.services.exchange.ical_event import MOST_KEPT, Event, fingerprint, read_event, read_mention
from gcrm.services.exchange.ical_tree import Component, Problem, read_tree
from gcrm.services.exchange.ical_values import Moment, read_moment

PASSED_OVER = {"VJOURNAL": "journal", "VFREEBUSY": "free_busy", "VAVAILABILITY": "availability"}
SPEAKING = ("CANCEL", "REPLY")
"""Methods (RFC 5546) by which a file speaks of an appointment without having to say when it is."""


@dataclass(slots=True)
class Incoming:
    """An appointment with the component it came as, the zones that its lines name, and its fingerprint."""

    event: Event
    kept: list[str]
    zones: dict[str, list[str]] = field(default_factory=dict)
    told: str = ""


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
class IncomingTask:
    """A task with the lines it came as: the component, and after it the zones that it names."""

    task: Task
    kept: list[str]


@dataclass(slots=True)
class CalendarFile:
    """A file that was read. `method` is REQUEST, REPLY, CANCEL or "" for a calendar that only tells.

    `mentions` are appointments that it only speaks of, without saying when they are. `left_out` counts what has no
    place here, by component and name; `problems` tell of it in words.
    """

    method: str = ""
    name: str = ""
    incoming: list[Incoming] = field(default_factory=list)
    mentions: list[Event] = field(default_factory=list)
    tasks: list[IncomingTask] = field(default_factory=list)
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
        elif part.name in ("VEVENT", "VTODO"):
            inside.update(id(each) for each in part.walk())
            (_take_event if part.name == "VEVENT" else _take_task)(part, zones, found)
            part.lines, part.parts = [], []  # a large calendar need not be in memory twice
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


def _tell_left_out(found: CalendarFile) -> None:
    """Say in words what has no place here."""
    names = ", ".join(sorted(name for name in found.left_out if name != "VTODO"))
    if names:
        sentence = _("These parts are neither appointments nor tasks, they are left out: {names}.")
        found.problems.append(Problem(0, sentence.format(names=names[:200])))


def _take_event(part: Component, zones: Mapping[str, Component], found: CalendarFile) -> None:
    """Read one appointment, or say why it cannot be taken."""
    found.components += 1
    event = read_event(part, zones)
    if event is None and found.method in SPEAKING and part.value("UID"):
        found.mentions.append(read_mention(part, zones))
        return
    if event is None:
        named = clean(part.text("SUMMARY")) or part.value("UID")
        sentence = _("“{name}” has no beginning that can be read. Enter it by hand.")
        found.problems.append(Problem(0, sentence.format(name=named[:60])))
        return
    if part.value("RRULE") and not event.rule:
        sentence = _("“{name}” repeats by a rule that cannot be read, so it stands here once. Choose the rule anew.")
        found.problems.append(Problem(0, sentence.format(name=event.subject[:60])))
    kept = _kept(part, event.subject, found)
    found.incoming.append(Incoming(event, kept, named_zones(part, zones), fingerprint(event)))


def _kept(part: Component, subject: str, found: CalendarFile) -> list[str]:
    """Return the lines that are kept of a component; of one that is too large none, which is said."""
    kept = part.raw()
    if sum(map(len, kept)) <= MOST_KEPT:
        return kept
    sentence = _("“{name}” holds more than can be kept; what has no field here is left out.")
    found.problems.append(Problem(0, sentence.format(name=subject[:60])))
    return []


def named_zones(part: Component, zones: Mapping[str, Component]) -> dict[str, list[str]]:
    """Return the lines of the zones of a file that the lines of a component name."""
    names = {line.params["TZID"] for line in part.lines if "TZID" in line.params}
    return {name: zones[name].raw() for name in sorted(names) if name in zones}


def _take_task(part: Component, zones: Mapping[str, Component], found: CalendarFile) -> None:
    """Read one task."""
    found.components += 1
    task = read_task(part, zones)
    kept = _kept(part, task.subject or task.uid, found)
    if not kept:
        names = [line.name for each in part.walk() for line in each.lines]
        found.left_out.setdefault(part.name, Counter()).update(names)
    found.tasks.append(IncomingTask(task, with_zones(kept, part, zones)))


def with_zones(kept: list[str], task: Component, zones: Mapping[str, Component]) -> list[str]:
    """Return the kept lines of a task with the zones that it names."""
    return [*kept, *(line for lines in named_zones(task, zones).values() for line in lines)] if kept else []


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
