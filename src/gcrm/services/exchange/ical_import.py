"""Bringing calendar files in: appointments new, changed or called off, answers to invitations, and tasks.

What is there already is known by its UID, and by the moment that an exception stands for. An older revision (SEQUENCE)
never overwrites a newer one. Everything is one operation, which undo takes back whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gcrm.i18n import N_
from gcrm.model.activity import Activity
from gcrm.model.appointment import Appointment, Participant
from gcrm.model.base import now
from gcrm.services.activity import add, set_follow_up
from gcrm.services.appointment import insert
from gcrm.services.booking import PLANNED, check, new_uid, settle
from gcrm.services.database import Database
from gcrm.services.exchange.ical_event import Event, Guest, original_in
from gcrm.services.exchange.ical_read import CalendarFile, Incoming, Task, read_calendar
from gcrm.services.exchange.ical_task import TASK_KEY
from gcrm.services.exchange.ical_tree import Problem
from gcrm.services.invitees import recognise
from gcrm.services.privacy import visible_to
from gcrm.services.unit_of_work import UnitOfWork, unit_of_work


@dataclass(slots=True)
class Outcome:
    """What became of a file: how many of which, by "created", "updated", "same", "answered", "cancelled", "tasks"."""

    name: str
    counts: Counter[str] = field(default_factory=Counter)
    passed_over: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def is_calendar(name: str, data: bytes) -> bool:
    """Tell a calendar file by its name, or by how it begins."""
    return name.lower().endswith((".ics", ".ical", ".ifb", ".vcs")) or b"BEGIN:VCALENDAR" in data[:4000].upper()


def import_calendars(
    database: Database, files: Iterable[tuple[str, bytes]], *, dry_run: bool = False, contact_id: int | None = None
) -> list[Outcome]:
    """Import calendar files for whoever works; `contact_id` is whom new appointments are with.

    `dry_run` only tells what would happen. Raises UserError for a file that is too large.
    """
    database.rights.require("exchange", "create")
    read = [(name, read_calendar(data)) for name, data in files]
    if dry_run:
        with database.read() as session:
            return [tell(session, database, name, found) for name, found in read]
    outcomes = []
    title = read[0][1].name or read[0][0] if read else ""
    with unit_of_work(database, N_("Calendar “{name}” imported"), kind="import", params={"name": title[:60]}) as work:
        for name, found in read:
            outcomes.append(CalendarWriter(work, contact_id).write(name, found))
    return outcomes


def tell(session: Session, database: Database, name: str, found: CalendarFile) -> Outcome:
    """Tell what an import would do."""
    outcome = Outcome(name, passed_over=found.passed_over, problems=found.problems)
    known = _known(session, database.user_id, [each.event.uid for each in found.incoming])
    for each in found.incoming:
        is_there = any(row.uid == each.event.uid for row in known)
        outcome.counts["updated" if is_there else "created"] += 1
    outcome.counts["tasks"] += len(found.tasks)
    return outcome


def _known(session: Session, user: int, uids: Sequence[str]) -> list[Appointment]:
    """Return the appointments with these identifiers that `user` may see."""
    rows: list[Appointment] = []
    wanted = sorted({uid for uid in uids if uid})
    for start in range(0, len(wanted), 400):
        these = Appointment.uid.in_(wanted[start : start + 400])
        found = select(Appointment).join(Activity, Activity.id == Appointment.activity_id)
        rows += session.scalars(found.where(these, visible_to(user)).order_by(Appointment.id))
    return rows


class CalendarWriter:
    """Writes one file inside a unit of work."""

    def __init__(self, work: UnitOfWork, contact_id: int | None) -> None:
        self._work = work
        self._contact = contact_id
        self._known: dict[tuple[str, str], Appointment] = {}
        self._activities: dict[int, Activity] = {}
        self._people: dict[int, list[Participant]] = {}

    def _read(self, found: CalendarFile) -> None:
        """Read what is there of a file's appointments, with their activities and who takes part, in a few trips."""
        session = self._work.session
        rows = _known(session, self._work.user_id, [each.event.uid for each in found.incoming])
        self._known = {(row.uid, row.original): row for row in rows if row.uid}
        ids = sorted(row.activity_id for row in rows)
        self._people = {one: [] for one in ids}
        for start in range(0, len(ids), 400):
            batch = ids[start : start + 400]
            self._activities |= {a.id: a for a in session.scalars(select(Activity).where(Activity.id.in_(batch)))}
            for one in session.scalars(select(Participant).where(Participant.activity_id.in_(batch))):
                self._people[one.activity_id].append(one)

    def write(self, name: str, found: CalendarFile) -> Outcome:
        """Write what a file holds: series before their exceptions."""
        outcome = Outcome(name, passed_over=found.passed_over, problems=list(found.problems))
        self._read(found)
        for each in sorted(found.incoming, key=lambda each: each.event.original is not None):
            if found.method == "REPLY":
                outcome.counts["answered"] += self._answer(each.event)
            else:
                if found.method == "CANCEL":
                    each.event.status = "cancelled"
                outcome.counts[self._event(each, outcome)] += 1
        for task in found.tasks:
            outcome.counts["tasks"] += self._task(task)
        return outcome

    def _event(self, each: Incoming, outcome: Outcome) -> str:
        """Write an appointment; return what became of it."""
        event = each.event
        series = self._known.get((event.uid, "")) if event.uid and event.original is not None else None
        original = original_in(event, series.zone if series else event.zone, all_day=bool(series and series.is_all_day))
        present = self._known.get((event.uid, original)) if event.uid else None
        if present is None:
            return self._create(each, series, original)
        if event.sequence < present.sequence:
            return "same"
        return self._update(each, present)

    def _create(self, each: Incoming, series: Appointment | None, original: str) -> str:
        """Make a new appointment."""
        event = each.event
        activity = Activity(
            type="meeting", contact_id=self._contact, responsible_id=self._work.user_id, state=PLANNED, custom={}
        )
        appointment = Appointment(
            uid=event.uid or new_uid(), original=original, series_id=series.activity_id if series else None
        )
        fill(activity, appointment, each)
        people = [participant_of(self._work.session, guest) for guest in event.guests]
        insert(self._work, activity, appointment, people)
        self._known[appointment.uid, original] = appointment
        self._activities[activity.id], self._people[activity.id] = activity, people
        return "cancelled" if event.status == "cancelled" else "created"

    def _update(self, each: Incoming, present: Appointment) -> str:
        """Write over an appointment that is there; its contact and what else was added here stay."""
        session = self._work.session
        activity = self._activities[present.activity_id]
        was_cancelled = present.status == "cancelled"
        fill(activity, present, each)
        settle(activity, present)
        bring_guests(session, present.activity_id, each.event.guests, self._people[present.activity_id])
        is_changed = session.is_modified(activity) or session.is_modified(present)
        session.flush()
        if present.status == "cancelled" and not was_cancelled:
            return "cancelled"
        return "updated" if is_changed else "same"

    def _answer(self, event: Event) -> int:
        """Take answers to an invitation; return how many there were."""
        series = self._known.get((event.uid, ""))
        original = original_in(event, series.zone, all_day=series.is_all_day) if series else ""
        present = self._known.get((event.uid, original)) or series
        if present is None:
            return 0
        by_address = {one.email.casefold(): one for one in self._people[present.activity_id] if one.email}
        count = 0
        for guest in event.guests:
            one = by_address.get(guest.email.casefold())
            if one is not None and guest.answer:
                one.answer = guest.answer
                count += 1
        return count

    def _task(self, task: Task) -> int:
        """Write a task as a follow-up unless it is there; return how many were written."""
        session = self._work.session
        key = f"{TASK_KEY}{task.uid}" if task.uid else None
        if key and session.scalar(select(Activity.id).where(Activity.call_key == key)) is not None:
            return 0
        activity = Activity(
            type="task", at=now(), subject=task.subject or (task.text.splitlines() or ["?"])[0], text=task.text,
            contact_id=self._contact, responsible_id=self._work.user_id, priority="high" if task.is_high else "",
            is_private=task.is_private, call_key=key, custom={},
        )  # fmt: skip
        set_follow_up(activity, task.due, task.recurrence)
        activity.state = "open"
        if task.is_done:
            activity.state, activity.done_by = "done", self._work.user_id
            activity.done_at = task.done_on.astimezone() if task.done_on else now()
        add(self._work, activity)
        return 1


def fill(activity: Activity, appointment: Appointment, each: Incoming) -> None:
    """Write what a file tells into the records. What only looks different stays as it is."""
    event = each.event
    values: dict[str, Any] = {"subject": event.subject, "text": event.text, "is_private": event.is_private}
    for name, value in values.items():
        if getattr(activity, name) != value:
            setattr(activity, name, value)
    plain = (
        "starts", "ends", "zone", "end_zone", "location", "rule", "left_out", "added", "status", "is_busy",
        "categories", "reminder_minutes", "sequence", "organizer",
    )  # fmt: skip
    for name in plain:
        if getattr(appointment, name) != getattr(event, name):
            setattr(appointment, name, getattr(event, name))
    kept = {"raw": each.kept, "zones": each.zones} if each.kept else {}
    if appointment.kept != kept:
        appointment.kept = kept
    check(appointment)


def bring_guests(session: Session, activity_id: int, guests: Sequence[Guest], there: list[Participant]) -> None:
    """Bring who takes part in an appointment in step with a file; `there` are those who do now."""
    by_address = {one.email.casefold(): one for one in there if one.email}
    wanted = {guest.email.casefold() for guest in guests}
    for one in [one for one in there if one.email and one.email.casefold() not in wanted]:
        there.remove(one)
        session.delete(one)
    for guest in guests:
        known = by_address.get(guest.email.casefold())
        if known is None:
            made = participant_of(session, guest)
            made.activity_id = activity_id
            session.add(made)
            there.append(made)
        else:
            known.answer, known.role = guest.answer, guest.role


def participant_of(session: Session, guest: Guest) -> Participant:
    """Return somebody who takes part, with the colleague or contact behind the address."""
    one = Participant(name=guest.name, email=guest.email, role=guest.role, answer=guest.answer, kept={})
    recognise(session, one)
    return one
