"""Which changes tell of activities that are private to somebody else: the history shows no more than the chronicle.

Whether an activity is private, and whose it is, is read from the change table too, so that deleted ones stay private,
and that what was written while an activity was private stays so when it is private no more.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gcrm.model.activity import Activity
from gcrm.model.change import Change, Operation
from gcrm.model.registry import class_of, table_of

OWNER = "activity_id"
"""The column of whatever belongs to an activity: files, links, notices."""


@dataclass(slots=True)
class _Past:
    """Whose an activity is, whether it is private now, and from which change on it was private or not."""

    people: set[int | None] = field(default_factory=set)
    is_private: bool = False
    phases: list[tuple[int, bool]] = field(default_factory=list)

    def hides(self, change: int) -> bool:
        """Tell whether a change tells something private: now, before it, or after it."""
        before = [was for at, was in self.phases if at < change][-1:]
        after = [was for at, was in self.phases if at <= change][-1:]
        return self.is_private or any(before + after)


def hidden_changes(session: Session, changes: Sequence[Change], user: int | None) -> set[int]:
    """Return the ids of those changes that `user` may not see; None stands for anybody."""
    about = _activities_of(session, changes)
    pasts = _pasts(session, sorted(set(about.values())))
    return {
        change
        for change, activity in about.items()
        if (user is None or user not in pasts[activity].people) and pasts[activity].hides(change)
    }


def _activities_of(session: Session, changes: Sequence[Change]) -> dict[int, int]:
    """Return change → activity for the changes of activities and of what belongs to one."""
    found = {change.id: change.record_id for change in changes if change.table_name == Activity.__tablename__}
    for name in {change.table_name for change in changes}:
        if OWNER in table_of(class_of(name)).columns:
            mine = [change for change in changes if change.table_name == name]
            owners = _owners(session, name, {change.record_id for change in mine})
            found.update({c.id: owners[c.record_id] for c in mine if c.record_id in owners})
    return found


def _owners(session: Session, name: str, records: Iterable[int]) -> dict[int, int]:
    """Return record → activity for the records of a table, also of those that are gone."""
    wanted, table = sorted(records), table_of(class_of(name))
    told = select(Change.record_id, Change.old, Change.new).where(
        Change.table_name == name, Change.record_id.in_(wanted)
    )
    found: dict[int, int] = {}
    for record, old, new in session.execute(told.order_by(Change.id)):
        owner = {**_values(old), **_values(new)}.get(OWNER)
        if owner is not None:
            found[record] = owner
    present = select(table.c.id, table.c[OWNER]).where(table.c.id.in_(wanted))
    found.update({row[0]: row[1] for row in session.execute(present) if row[1] is not None})
    return found


def _pasts(session: Session, activities: Sequence[int]) -> dict[int, _Past]:
    """Return what is known of the privacy of each activity."""
    pasts = {activity: _Past() for activity in activities}
    told = (
        select(Change, Operation.user_id)
        .join(Operation, Operation.id == Change.operation_id)
        .where(Change.table_name == Activity.__tablename__, Change.record_id.in_(activities))
        .order_by(Change.id)
    )
    responsible: dict[int, int | None] = {}
    for change, user in session.execute(told):
        past = pasts[change.record_id]
        values = {**_values(change.old), **_values(change.new)}
        if change.action == "I" and not past.phases:
            past.people.add(user)
        if "responsible_id" in values:
            responsible[change.record_id] = values["responsible_id"]
        if "is_private" in values:
            past.is_private = bool(values["is_private"])
            past.phases.append((change.id, past.is_private))
    present = select(Activity.id, Activity.is_private, Activity.created_by, Activity.responsible_id)
    for row in session.execute(present.where(Activity.id.in_(activities))):
        pasts[row.id].is_private = row.is_private
        pasts[row.id].people.add(row.created_by)
        responsible[row.id] = row.responsible_id
    for activity, past in pasts.items():
        past.people.add(responsible.get(activity))
    return pasts


def _values(text: str | None) -> dict[str, Any]:
    """Return a payload as it is written; empty when there is none or it was erased."""
    return dict(json.loads(text)) if text else {}
