"""Writing what calendar files hold, inside a unit of work: what is new in masses, what is here one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from gcrm.i18n import _
from gcrm.model.activity import Activity
from gcrm.model.appointment import Appointment, Participant
from gcrm.model.appointment_times import is_day, read_wall, write_wall
from gcrm.services.answers import is_late
from gcrm.services.appointment import end_before, remove_rows
from gcrm.services.booking import PLANNED, new_uid, settle
from gcrm.services.exchange.bulk_booking import BulkBooking, Made
from gcrm.services.exchange.ical_event import Event, original_in
from gcrm.services.exchange.ical_fill import bring_guests, fill, fill_task, participant_of
from gcrm.services.exchange.ical_read import CalendarFile, Incoming, IncomingTask
from gcrm.services.exchange.ical_task import task_key
from gcrm.services.exchange.ical_tree import Problem
from gcrm.services.exchange.plain_records import plain_class
from gcrm.services.privacy import visible_to
from gcrm.services.unit_of_work import UnitOfWork

BATCH = 400
OWN, TAKES_PART, OF_OTHERS = range(3)
"""How near an appointment is to a user."""
Key = tuple[str, str]
"""Identifier of an appointment, and the moment of its series that it stands for."""


@dataclass(slots=True)
class Outcome:
    """What became of a file: how many of which, by "created", "updated", "same", "answered", "cancelled", "tasks"."""

    name: str
    counts: Counter[str] = field(default_factory=Counter)
    passed_over: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Written:
    """What has to be known of an appointment that this import wrote: another entry may be an occurrence of it."""

    activity_id: int
    zone: str
    starts: str

    @property
    def is_all_day(self) -> bool:
        """Tell whether it is for whole days."""
        return is_day(self.starts)


def known(session: Session, user: int, uids: Sequence[str], *, of_others: bool = False) -> list[Appointment]:
    """Return the appointments with these identifiers in the calendar of `user`: own ones, else those they take part in.

    `of_others`: else those of others that they may see, for answers to what a colleague invited to.
    """
    rows: list[Appointment] = []
    for these in batches(sorted({uid for uid in uids if uid})):
        part = select(Participant.activity_id).where(Participant.user_id == user)
        found = select(Appointment, Activity.responsible_id, Activity.id.in_(part)).join(
            Activity, Activity.id == Appointment.activity_id
        )
        here = found.where(Appointment.uid.in_(these), visible_to(user)).order_by(Appointment.id)
        rows += _nearest(session.execute(here).all(), user, OF_OTHERS if of_others else TAKES_PART)
    return rows


def _nearest(rows: Sequence[Any], user: int, farthest: int) -> list[Appointment]:
    """Return, of several entries with one identifier, those that are nearest to `user`; none beyond `farthest`."""
    near: dict[str, dict[int, int]] = {}
    for row, whose, takes_part in rows:
        entries, rank = near.setdefault(row.uid, {}), TAKES_PART if takes_part or whose is None else OF_OTHERS
        rank = OWN if whose == user else rank
        entries[_entry(row)] = min(rank, entries.get(_entry(row), rank))
    best = {uid: min(entries.values()) for uid, entries in near.items()}
    return [row for row, *_more in rows if near[row.uid][_entry(row)] == best[row.uid] <= farthest]


def _entry(row: Appointment) -> int:
    """Return what stands for a series and what was moved out of it."""
    return row.series_id or row.activity_id


def known_tasks(session: Session, user: int, tasks: Sequence[IncomingTask]) -> set[str | None]:
    """Return the keys of those tasks that `user` brought in already, or has."""
    keys = {task_key(each.task.uid, user): task_key(each.task.uid) for each in tasks if each.task.uid}
    here: set[str | None] = set()
    for batch in batches(sorted(keys)):
        former = {keys[key]: key for key in batch}
        mine = or_(Activity.responsible_id == user, Activity.created_by == user)
        wanted = or_(Activity.call_key.in_(batch), and_(Activity.call_key.in_(sorted(former)), mine))
        here.update(former.get(key or "", key) for key in session.scalars(select(Activity.call_key).where(wanted)))
    return here


def batches(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Yield values in lists that a statement can take."""
    for start in range(0, len(values), BATCH):
        yield values[start : start + BATCH]


class CalendarWriter:
    """Writes one file."""

    def __init__(self, work: UnitOfWork, contact_id: int | None) -> None:
        self._work = work
        self._contact = contact_id
        self._bulk = BulkBooking(work)
        self._waiting: list[Made] = []
        self._new: dict[Key, Any] = {}
        self._written: dict[Key, Written] = {}
        self._known: dict[Key, Appointment] = {}
        self._activities: dict[int, Activity] = {}
        self._people: dict[int, list[Participant]] = {}
        self._make = plain_class(Activity), plain_class(Appointment), plain_class(Participant)

    def write(self, name: str, found: CalendarFile) -> Outcome:
        """Write what a file holds: series before their exceptions, which are called off first."""
        outcome = Outcome(name, passed_over=found.passed_over, problems=list(found.problems))
        uids = [event.uid for event in (*(each.event for each in found.incoming), *found.mentions)]
        self._read(uids, of_others=found.method == "REPLY")
        is_off = found.method == "CANCEL"
        for each in sorted(found.incoming, key=lambda each: (each.event.original is None) is is_off):
            if found.method == "REPLY":
                outcome.counts["answered"] += self._answer(each.event, outcome)
            elif is_off:
                outcome.counts[self._call_off(each.event, each, outcome)] += 1
            else:
                outcome.counts[self._event(each)] += 1
        for event in found.mentions:
            if found.method == "REPLY":
                outcome.counts["answered"] += self._answer(event, outcome)
            else:
                outcome.counts[self._call_off(event, None, outcome)] += 1
        self._write_out()
        if found.tasks:
            outcome.counts["tasks"] = self._tasks(found.tasks)
        return outcome

    # --- what is here -----------------------------------------------------------------------------------------------
    def _read(self, uids: Sequence[str], *, of_others: bool = False) -> None:
        """Read what is here of some appointments, with their activities and who takes part, in a few trips."""
        session = self._work.session
        rows = known(session, self._work.user_id, uids, of_others=of_others)
        self._known |= {(row.uid, row.original): row for row in rows if row.uid}
        for batch in batches(sorted(row.activity_id for row in rows)):
            self._people |= {one: [] for one in batch}
            self._activities |= {a.id: a for a in session.scalars(select(Activity).where(Activity.id.in_(batch)))}
            for one in session.scalars(select(Participant).where(Participant.activity_id.in_(batch))):
                self._people[one.activity_id].append(one)

    def _present(self, key: Key) -> Appointment | None:
        """Return an appointment that is here; one that came earlier in this file is written and read first."""
        if key not in self._known and (key in self._new or key in self._written):
            self._write_out()
            self._read([key[0]])
        return self._known.get(key)

    def _series(self, event: Event) -> Any:
        """Return the series that an event stands for an occurrence of, as it is here or waits to be written."""
        if not event.uid or event.original is None:
            return None
        key = (event.uid, "")
        return self._known.get(key) or self._new.get(key) or self._written.get(key)

    # --- appointments -----------------------------------------------------------------------------------------------
    def _event(self, each: Incoming) -> str:
        """Write an appointment; return what became of it."""
        event = each.event
        series = self._series(event)
        original = original_in(event, series.zone if series else event.zone, all_day=bool(series and series.is_all_day))
        present = self._present((event.uid, original)) if event.uid else None
        if present is None:
            return self._create(each, series, original)
        if event.sequence < present.sequence:
            return "same"
        return self._update(each, present)

    def _create(self, each: Incoming, series: Any, original: str) -> str:
        """Let a new appointment wait to be written."""
        activity, appointment, participant = self._make
        made = Made(
            activity(
                type="meeting", contact_id=self._contact, responsible_id=self._work.user_id, state=PLANNED, custom={}
            ),
            appointment(uid=each.event.uid or new_uid(), original=original),
            [participant_of(guest, participant) for guest in each.event.guests],
            series,
        )
        fill(made.activity, made.appointment, each)
        self._new[made.appointment.uid, original] = made.appointment
        self._waiting.append(made)
        if len(self._waiting) >= BATCH:
            self._write_out()
        return "cancelled" if each.event.status == "cancelled" else "created"

    def _write_out(self) -> None:
        """Write what waits."""
        self._bulk.write(self._waiting)
        self._written |= {key: Written(new.activity_id, new.zone, new.starts) for key, new in self._new.items()}
        self._waiting, self._new = [], {}

    def _update(self, each: Incoming, present: Appointment) -> str:
        """Write over an appointment that is here; its contact and what else was added here stay."""
        session = self._work.session
        activity = self._activities[present.activity_id]
        was_cancelled = present.status == "cancelled"
        fill(activity, present, each)
        settle(activity, present)
        bring_guests(session, present.activity_id, each.event.guests, self._people[present.activity_id])
        is_changed = session.is_modified(activity) or session.is_modified(present)
        if is_changed:
            session.flush()
        if present.status == "cancelled" and not was_cancelled:
            return "cancelled"
        return "updated" if is_changed else "same"

    # --- answers, and what is called off ----------------------------------------------------------------------------
    def _answer(self, event: Event, outcome: Outcome) -> int:
        """Take answers to an invitation; return how many there were. Those to a former time are told of, not taken."""
        series = self._known.get((event.uid, ""))
        original = original_in(event, series.zone, all_day=series.is_all_day) if series else ""
        present = self._known.get((event.uid, original)) or series
        if present is None:
            return 0
        by_address = {one.email.casefold(): one for one in self._people[present.activity_id] if one.email}
        count = 0
        for guest in event.guests:
            one = by_address.get(guest.email.casefold())
            if one is None or not guest.answer:
                continue
            if is_late(one, event.sequence):
                sentence = _("{name} answered to the former time of “{title}”. Wait for the answer to the new one.")
                title = self._activities[present.activity_id].subject or _("Appointment")
                outcome.problems.append(Problem(0, sentence.format(name=one.name or one.email, title=title)))
                continue
            one.answer = guest.answer
            count += 1
        return count

    def _call_off(self, event: Event, each: Incoming | None, outcome: Outcome) -> str:
        """Call off an appointment, a series whole, or occurrences of it; `each` is all that the file tells of it."""
        series = self._series(event)
        series = self._present((event.uid, "")) if series is not None else None
        original = original_in(event, series.zone if series else event.zone, all_day=bool(series and series.is_all_day))
        present = self._present((event.uid, original)) if event.uid else None
        former = present or series
        if former is not None and event.sequence < former.sequence:
            return "same"
        if series is not None and event.is_following:
            return self._end(series, _at(original, series), event)
        if present is not None:
            mine = [row for key, row in self._known.items() if key[0] == event.uid]
            return _cancel([present] if original else mine, event)
        if each is not None:
            event.status = "cancelled"
            return self._create(each, series, original)
        if series is not None:
            series.left_out = sorted({*series.left_out, _at(original, series)})
            series.sequence = max(series.sequence, event.sequence)
            return "cancelled"
        sentence = _("“{name}” was called off, but is not in this calendar.").format(name=event.subject or event.uid)
        outcome.problems.append(Problem(0, sentence))
        return "same"

    def _end(self, series: Appointment, original: str, event: Event) -> str:
        """Let a series end before an occurrence."""
        end_before(series, original)
        series.sequence = max(series.sequence, event.sequence)
        gone = [row.activity_id for key, row in self._known.items() if key[0] == series.uid and key[1] >= original]
        self._work.session.flush()
        remove_rows(self._work, gone)
        return "cancelled"

    # --- tasks ------------------------------------------------------------------------------------------------------
    def _tasks(self, tasks: Sequence[IncomingTask]) -> int:
        """Write tasks as follow-ups, but for those that are here; return how many were written."""
        here, count = known_tasks(self._work.session, self._work.user_id, tasks), 0
        for each in tasks:
            made = Made(self._make[0](contact_id=self._contact), kept=each.kept)
            fill_task(made.activity, each.task, self._work.user_id)
            if made.activity.call_key not in here:
                here |= {made.activity.call_key} - {None}
                self._waiting.append(made)
                count += 1
            if len(self._waiting) >= BATCH:
                self._write_out()
        self._write_out()
        return count


def _at(original: str, series: Appointment) -> str:
    """Return the moment of an occurrence; a day stands for the time of the series on that day."""
    if is_day(original) and not series.is_all_day:
        return write_wall(datetime.combine(read_wall(original).date(), read_wall(series.starts).time()))
    return original


def _cancel(rows: Sequence[Appointment], event: Event) -> str:
    """Mark appointments as called off; return what became of them."""
    is_news = any(row.status != "cancelled" for row in rows)
    for row in rows:
        row.status, row.sequence = "cancelled", max(row.sequence, event.sequence)
    return "cancelled" if is_news else "same"
