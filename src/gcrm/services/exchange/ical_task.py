"""Follow-ups as tasks of calendar files: what has a field, and what is kept and written back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, or_

from gcrm.model.activity import Activity
from gcrm.model.appointment_times import is_zone
from gcrm.model.follow_up import When
from gcrm.model.recurrence import Recurrence, decode
from gcrm.services.exchange.ical_read import Task, read_task
from gcrm.services.exchange.ical_tree import escape, parse_parts
from gcrm.services.exchange.ical_values import stamp
from gcrm.services.moment import instant_of, when_of

_KEY = re.compile(r"ical(?:-[0-9]+)?:(.*)", re.ASCII | re.DOTALL)
LONGEST = 500
"""Characters of such a key; an index holds no more."""
SHOWN = 80
Writer = Callable[[Task, datetime], list[str]]


def task_uid(activity: int, key: str | None) -> str:
    """Return the identifier of a task: the one it came with, else one that follows from its id."""
    found = _KEY.fullmatch(key or "")
    return found[1] if found else f"activity-{activity}@gcrm"


def task_key(uid: str, user: int | None = None) -> str:
    """Return the key of a task that `user` brought in, so that it is not brought in twice; colleagues have their own.

    Without a user it is the one of former times, when there was one for the whole office.
    """
    return (f"ical:{uid}" if user is None else f"ical-{user}:{uid}")[:LONGEST]


def was_brought() -> ColumnElement[bool]:
    """Return the condition that an activity is a task that was brought in."""
    return or_(Activity.call_key.startswith("ical:"), Activity.call_key.startswith("ical-"))


def task_of(activity: Activity) -> Task:
    """Return a follow-up in the words of calendar files; one without a subject is called by its text."""
    return Task(
        task_uid(activity.id, activity.call_key),
        activity.subject or " ".join((activity.text or "").split())[:SHOWN],
        activity.text or "",
        when_of(activity.follow_up_at, activity.follow_up_all_day),
        decode(activity.recurrence) if activity.recurrence else None,
        activity.state == "done",
        activity.done_at,
        activity.priority == "high",
        activity.is_private,
    )


def _due(when: When | None) -> list[str]:
    """Return the line of the day or moment that a task is due."""
    if when is None:
        return []
    if when.all_day:
        return [f"DUE;VALUE=DATE:{when.on:%Y%m%d}"]
    return [f"DUE:{instant_of(when).astimezone(UTC):%Y%m%dT%H%M%SZ}"]


def _rule(recurrence: Recurrence | None) -> list[str]:
    return [f"RRULE:FREQ={recurrence.unit.value};INTERVAL={recurrence.every}"] if recurrence else []


def _status(task: Task, moment: datetime) -> list[str]:
    if not task.is_done:
        return ["STATUS:NEEDS-ACTION"]
    return ["STATUS:COMPLETED", f"COMPLETED:{stamp(task.done_on or moment)}"]


# What is compared → the names of its lines, and how they are written when they were changed here.
GROUPS: tuple[tuple[Callable[[Task], object], tuple[str, ...], Writer], ...] = (
    (lambda t: t.subject, ("SUMMARY",), lambda t, _m: [f"SUMMARY:{escape(t.subject)}"]),
    (lambda t: t.text, ("DESCRIPTION",), lambda t, _m: [f"DESCRIPTION:{escape(t.text)}"] if t.text else []),
    (lambda t: t.due and (t.due.at, t.due.all_day), ("DUE", "DTSTART", "DURATION"), lambda t, _m: _due(t.due)),
    (lambda t: t.recurrence and (t.recurrence.every, t.recurrence.unit), ("RRULE",), lambda t, _m: _rule(t.recurrence)),
    (lambda t: t.is_done, ("STATUS", "COMPLETED", "PERCENT-COMPLETE"), _status),
    (lambda t: t.is_high, ("PRIORITY",), lambda t, _m: ["PRIORITY:1"] if t.is_high else []),
    (lambda t: t.is_private, ("CLASS",), lambda t, _m: ["CLASS:PRIVATE"] if t.is_private else []),
)


def differs(was: Task, task: Task) -> bool:
    """Tell whether two tasks say something else of what has a field."""
    return any(value(was) != value(task) for value, _names, _write in GROUPS)


def task_lines(activity: Activity, moment: datetime, kept: Sequence[str] = ()) -> list[str]:
    """Return the lines of a VTODO; `kept` is the component it came as, empty for one that was made here."""
    task = task_of(activity)
    came = next(iter(parse_parts(kept)), None)
    if came is None:
        lines = [line for _value, _names, write in GROUPS for line in write(task, moment)]
        return ["BEGIN:VTODO", f"UID:{task.uid}", f"DTSTAMP:{stamp(moment)}", *lines, "END:VTODO"]
    was = read_task(came, {})
    replaced: dict[str, list[str]] = {}
    for value, names, write in GROUPS:
        if value(was) != value(task):
            replaced |= {name: [] for name in names} | {names[0]: write(task, moment)}
    lines = [line.raw for line in came.lines if line.name not in replaced]
    made = [line for some in replaced.values() for line in some]
    inner = [line for part in came.parts for line in part.raw()]
    return ["BEGIN:VTODO", *lines, *made, *inner, "END:VTODO"]


def zones_of(kept: Iterable[str]) -> tuple[set[str], dict[str, list[str]]]:
    """Return the zones that the kept lines of a task name: those that everybody knows, and those that came along."""
    parts = parse_parts(kept)
    named = {line.params["TZID"] for part in parts[:1] for line in part.lines if "TZID" in line.params}
    given = {part.value("TZID"): part.raw() for part in parts[1:]}
    return {name for name in named if is_zone(name)}, {name: given[name] for name in given if not is_zone(name)}
