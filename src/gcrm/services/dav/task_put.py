"""Writing what a device says of a task: only what differs from what the device had is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from gcrm.errors import UserError
from gcrm.i18n import N_, _
from gcrm.model.activity import Activity
from gcrm.model.dav_name import DavName
from gcrm.services import activity as activities
from gcrm.services import follow_up
from gcrm.services.activity import add, find, set_follow_up
from gcrm.services.database import Database
from gcrm.services.dav import names
from gcrm.services.dav.book import Mark, require_state
from gcrm.services.exchange.ical_event import MOST_KEPT
from gcrm.services.exchange.ical_fill import fill_task
from gcrm.services.exchange.ical_read import Task, read_task, with_zones
from gcrm.services.exchange.ical_tree import read_tree
from gcrm.services.unit_of_work import UnitOfWork, unit_of_work

if TYPE_CHECKING:
    from gcrm.services.dav.task_book import TaskBook

SHOWN_SUBJECT = 60
Came = tuple[Task, list[str]]
"""A task, and the lines it came as."""


def read_one(data: bytes) -> Came:
    """Return the one task of a body. Raises UserError for anything else."""
    everything = list(read_tree(data).walk())
    parts = [part for part in everything if part.name == "VTODO"]
    if len(parts) != 1 or any(part.name == "VEVENT" for part in everything):
        raise UserError(_("Only one task can be saved at a time. Save each by itself."))
    zones = {part.value("TZID"): part for part in everything if part.name == "VTIMEZONE" and part.value("TZID")}
    lines = with_zones(parts[0].raw(), parts[0], zones)
    return read_task(parts[0], zones), lines if sum(map(len, lines)) <= MOST_KEPT else []


def create(database: Database, book: TaskBook, name: str, came: Came) -> int:
    """Make a task that is called `name`; return its activity."""
    names.check(name)
    task, lines = came
    activity = Activity()
    fill_task(activity, task, database.user_id)
    with unit_of_work(database, N_("“{text}” logged"), kind="create", params=_named(task)) as work:
        add(work, activity)
        names.give(work, book, name, activity.id, lines)
    return activity.id


def change(database: Database, book: TaskBook, mark: Mark, came: Came) -> None:
    """Write over the task in the state of `mark`. Raises ConflictError where it is in another one."""
    task, lines = came
    with unit_of_work(database, N_("“{text}” changed"), params=_named(task)) as work:
        activity = find(work.session, mark.record, work.user_id, lock=True)
        with database.read() as session:
            require_state(book.marks(session, [mark.name]), mark)
            was, _lines = read_one(book.texts(session, [mark])[mark.name].encode())
        _write_over(activity, was, task)
        _keep(work, mark, lines)
    if task.is_done and not was.is_done:
        follow_up.complete(database, mark.record, at=task.done_on.astimezone() if task.done_on else None)
    elif was.is_done and not task.is_done:
        follow_up.reopen(database, mark.record)


def _named(task: Task) -> dict[str, str]:
    """Return the words of a task for the undo menu; nothing of a private one."""
    return {"text": "" if task.is_private else " ".join((task.subject or task.text).split())[:SHOWN_SUBJECT]}


def _write_over(activity: Activity, was: Task, task: Task) -> None:
    """Change on an activity what differs between two tasks."""
    for name in ("subject", "text", "is_private"):
        if getattr(was, name) != getattr(task, name):
            setattr(activity, name, getattr(task, name))
    if was.is_high != task.is_high:
        activity.priority = "high" if task.is_high else ""
    rules = [(one.recurrence.every, one.recurrence.unit) if one.recurrence else None for one in (was, task)]
    if was.due != task.due or rules[0] != rules[1]:
        state, done = activity.state, (activity.done_at, activity.done_by)
        set_follow_up(activity, task.due, task.recurrence)
        activity.state, (activity.done_at, activity.done_by) = state, done


def _keep(work: UnitOfWork, mark: Mark, lines: list[str]) -> None:
    """Keep the lines that a task came as; one that no device made gets a row for them."""
    mine = select(DavName).where(DavName.activity_id == mark.record).order_by(DavName.id)
    row = work.session.scalar(mine.limit(1))  # the one that is read, too
    if row is None:
        work.session.add(DavName(name=mark.name, activity_id=mark.record, kept=lines))
    elif row.kept != lines:
        row.kept = lines


def delete(database: Database, activity_id: int) -> None:
    """Delete a task; of any other activity take the follow-up away."""
    with database.read() as session:
        kind = find(session, activity_id, database.user_id).type
    if kind == "task":
        activities.remove(database, [activity_id])
        return
    with unit_of_work(database, N_("Follow-up done")) as work:
        set_follow_up(find(work.session, activity_id, work.user_id, lock=True), None)
