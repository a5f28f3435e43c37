"""What calendar files tell, written into records: mapped ones, or plain ones that are written in masses later."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from gcrm.model.appointment import Participant
from gcrm.model.base import now
from gcrm.services.activity import set_follow_up
from gcrm.services.booking import check
from gcrm.services.exchange.ical_event import Guest
from gcrm.services.exchange.ical_read import Incoming, Task
from gcrm.services.exchange.ical_task import task_key
from gcrm.services.invitees import recognise

_OF_ACTIVITY = ("subject", "text", "is_private")
_OF_APPOINTMENT = (
    "starts", "ends", "zone", "end_zone", "location", "rule", "left_out", "added", "status", "is_busy",
    "categories", "reminder_minutes", "sequence", "organizer",
)  # fmt: skip


def fill(activity: Any, appointment: Any, each: Incoming) -> None:
    """Write what a file tells into the records. What only looks different stays as it is.

    Raises UserError for times or a rule that cannot be kept.
    """
    event = each.event
    for record, names in ((activity, _OF_ACTIVITY), (appointment, _OF_APPOINTMENT)):
        for name in names:
            value = getattr(event, name)
            if getattr(record, name) != value:
                setattr(record, name, value)
    was = appointment.kept or {}
    if (was.get("raw", []), was.get("zones", {})) != (each.kept, each.zones):
        appointment.kept = {"raw": each.kept, "zones": each.zones, "told": each.told} if each.kept else {}
    check(appointment)


def bring_guests(session: Session, activity_id: int, guests: Sequence[Guest], there: list[Participant]) -> None:
    """Bring who takes part in an appointment in step with a file; `there` are those who do now."""
    by_address = {one.email.casefold(): one for one in there if one.email}
    by_name = {one.name: one for one in there if not one.email}
    wanted = {guest.email.casefold() for guest in guests}
    for one in [one for one in there if one.email and one.email.casefold() not in wanted]:
        there.remove(one)
        session.delete(one)
    new = []
    for guest in guests:
        known = by_address.get(guest.email.casefold()) if guest.email else by_name.get(guest.name)
        if known is None:
            made: Participant = participant_of(guest, Participant)
            made.activity_id = activity_id
            new.append(made)
        else:
            known.answer, known.role = guest.answer, guest.role
    recognise(session, new)
    session.add_all(new)
    there += new


def participant_of(guest: Guest, make: Any) -> Any:
    """Return somebody who takes part, as a record of the class `make`."""
    return make(name=guest.name, email=guest.email, role=guest.role, answer=guest.answer, kept={})


def fill_task(activity: Any, task: Task, user: int) -> None:
    """Write a new task into its activity; it is `user`'s."""
    activity.type, activity.at, activity.custom = "task", now(), {}
    activity.subject, activity.text = task.subject or (task.text.splitlines() or ["?"])[0], task.text
    activity.responsible_id, activity.is_private = user, task.is_private
    activity.priority = "high" if task.is_high else ""
    activity.call_key = task_key(task.uid, user) if task.uid else None
    set_follow_up(activity, task.due, task.recurrence)
    activity.state = "open"
    if task.is_done:
        activity.state, activity.done_by = "done", user
        activity.done_at = task.done_on.astimezone() if task.done_on else now()
