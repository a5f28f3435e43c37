"""Bringing calendar files in: appointments new, changed or called off, answers to invitations, and tasks.

What is there already is known by its UID, and by the moment that an exception stands for. An older revision (SEQUENCE)
never overwrites a newer one. Everything is one operation, which undo takes back whole.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from gcrm.i18n import N_
from gcrm.services.collector import collector_paused
from gcrm.services.database import Database
from gcrm.services.exchange.ical_read import CalendarFile, read_calendar
from gcrm.services.exchange.ical_task import task_key
from gcrm.services.exchange.ical_write import CalendarWriter, Outcome, known, known_tasks
from gcrm.services.unit_of_work import unit_of_work

__all__ = ["CalendarWriter", "Outcome", "import_calendars", "is_calendar", "tell"]


def is_calendar(name: str, data: bytes) -> bool:
    """Tell a calendar file by its name, or by how it begins."""
    return name.lower().endswith((".ics", ".ical", ".ifb", ".vcs")) or b"BEGIN:VCALENDAR" in data[:4000].upper()


@collector_paused()
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
    events = [*(each.event for each in found.incoming), *found.mentions]
    uids, is_reply = [event.uid for event in events], found.method == "REPLY"
    here = {row.uid for row in known(session, database.user_id, uids, of_others=is_reply)}
    if is_reply:
        outcome.counts["answered"] += sum(len(event.guests) for event in events if event.uid in here)
    elif found.method == "CANCEL":
        outcome.counts["cancelled"] += sum(event.uid in here for event in events)
    else:
        for event in events:
            outcome.counts["updated" if event.uid in here else "created"] += 1
    there = known_tasks(session, database.user_id, found.tasks)
    new = [each.task.uid for each in found.tasks if task_key(each.task.uid, database.user_id) not in there]
    outcome.counts["tasks"] += len(set(new) - {""}) + new.count("")
    return outcome
