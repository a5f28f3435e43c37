"""The follow-ups of a user as a list of tasks: what is open, and what was done lately."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from xml.etree.ElementTree import Element

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from gcrm.i18n import _
from gcrm.model.activity import Activity
from gcrm.model.base import now
from gcrm.model.dav_name import DavName
from gcrm.services.changes import payload
from gcrm.services.database import Database
from gcrm.services.dav import conflicts, task_put
from gcrm.services.dav.book import CALENDAR, Mark, by_key, etag
from gcrm.services.dav.names import ACTIVITY, batches, changed_names, names_of, records_of
from gcrm.services.dav.state import Renamed, changed, gone
from gcrm.services.exchange.ical_export import file_bytes, kept_tasks
from gcrm.services.exchange.ical_task import task_uid, was_brought
from gcrm.services.privacy import viewer, visible_to

DONE_SHOWN = timedelta(days=30)
"""How long a task that is done stays in the list."""
TELLING = frozenset({"state", "follow_up_at", "responsible_id", "is_private", "type"})
"""Fields whose change brings an activity into the list, or takes it out."""


class TaskBook:
    """What a user has to do."""

    kind, component = CALENDAR, "VTODO"
    has_tokens = True

    def __init__(self, user: int) -> None:
        self._user = user
        self.home = f"{user}/tasks/"

    @property
    def title(self) -> str:
        """Return the name that a device shows."""
        return _("Tasks")

    def marks(self, session: Session, names: Sequence[str] | None = None) -> list[Mark]:
        """Return the tasks of these names, of all without them."""
        if names is None:
            rows = {row.id: row for row in session.execute(self._selected(session))}
            named = [(name, record) for record, name in names_of(session, ACTIVITY, rows.keys(), self.home).items()]
        else:
            wanted, rows = records_of(session, ACTIVITY, names, self.home), {}
            for some in batches(sorted(set(wanted.values()))):
                rows |= {row.id: row for row in session.execute(self._selected(session).where(Activity.id.in_(some)))}
            named = [(name, record) for name, record in wanted.items() if record in rows]
        kept: dict[int, tuple[Any, ...]] = {}
        for some in batches(sorted(rows)):
            asked = select(DavName.activity_id, func.max(DavName.version), func.max(DavName.id))
            mine = asked.where(DavName.activity_id.in_(some)).group_by(DavName.activity_id)
            kept |= by_key(iter(session.execute(mine)))
        return [_mark(name, rows[record], kept.get(record)) for name, record in named]

    def _selected(self, session: Session) -> Any:
        """Return the select of what tells the state of the tasks of this list."""
        lately = and_(
            Activity.state == "done",
            Activity.done_at > now() - DONE_SHOWN,
            or_(Activity.follow_up_at.is_not(None), was_brought()),
        )
        mine = (Activity.responsible_id == self._user, or_(Activity.state == "open", lately))
        wanted = select(Activity.id, Activity.version, Activity.changed_at, Activity.call_key)
        return wanted.where(*mine, visible_to(viewer(session))).order_by(Activity.id)

    def texts(self, session: Session, marks: Sequence[Mark]) -> dict[str, str]:
        """Return the tasks as calendars of one entry each."""
        found = {}
        for some in batches(marks):
            ids = {mark.record for mark in some}
            rows = session.scalars(select(Activity).where(Activity.id.in_(ids), visible_to(viewer(session))))
            tasks = {task.id: task for task in rows}
            kept = kept_tasks(session, sorted(ids))
            for mark in some:
                if mark.record in tasks:
                    task = tasks[mark.record]
                    told = [(task, kept.get(mark.record, ()))]
                    found[mark.name] = file_bytes((), task.changed_at, tasks=told).decode()
        return found

    def changed(self, session: Session, after: ColumnElement[bool]) -> set[str]:
        """Return the names of tasks that may have changed."""
        records, ids, former = set[int](), set[int](), Renamed()
        for row in changed(session, ("activity", "dav_name"), after):
            if row.table_name == "dav_name":
                former.take(row, "activity_id")
            elif row.action == "D":
                records |= {row.record_id} if gone(row, "state") in ("open", "done") else set()
            elif TELLING & payload("activity", row.old).keys():
                records.add(row.record_id)
            else:
                ids.add(row.record_id)
        for some in batches(sorted(ids)):
            found = session.execute(self._selected(session).where(Activity.id.in_(some)))
            records.update(row.id for row in found)
        return changed_names(session, ACTIVITY, records, former, self.home)

    def found(self, session: Session, filters: Sequence[Element]) -> None:
        """Return None: what is asked for beyond a range of time is compared."""

    def has_uid(self, session: Session, uid: str) -> bool:
        """Tell whether a task of this list has this identifier."""
        wanted = self._selected(session)
        head, _dash, rest = uid.partition("-")
        number = rest.removesuffix("@gcrm")
        if head == "activity" and number.isdecimal() and len(number) < 19:
            row = session.execute(wanted.where(Activity.id == int(number))).first()
            return row is not None and task_uid(row.id, row.call_key) == uid
        alike = wanted.where(was_brought(), Activity.call_key.endswith(f":{uid}", autoescape=True))
        return bool(uid) and any(task_uid(row.id, row.call_key) == uid for row in session.execute(alike))

    def put(self, database: Database, name: str, data: bytes, mark: Mark | None) -> None:
        """Write a task."""
        came = task_put.read_one(data)
        if mark is None:
            task_put.create(database, self, name, came)
        else:
            task_put.change(database, self, mark, came)

    def delete(self, database: Database, mark: Mark) -> None:
        """Take a task away; what else was done with a contact stays in its chronicle, without the follow-up."""
        task_put.delete(database, mark.record)

    def keep(self, database: Database, name: str, data: bytes) -> None:
        """Keep what a device wanted to write over something newer."""
        with database.read() as session:
            marks = self.marks(session, [name])
            present = self.texts(session, marks).get(name, "")
        conflicts.keep_task(database, marks[0].record if marks else None, present.encode(), data)


def _mark(name: str, row: Any, kept: tuple[Any, ...] | None) -> Mark:
    state = etag(row.id, row.version, row.changed_at.isoformat(), kept)
    return Mark(name, task_uid(row.id, row.call_key), row.id, state, row.changed_at)
