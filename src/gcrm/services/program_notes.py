"""What the program itself noted about contacts (prints, exports, calls) and nobody touched since."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gcrm.model.activity import Activity
from gcrm.model.change import Change, Operation
from gcrm.model.registry import table_of

BY_ITSELF = ("system", "undo", "redo")
"""Kinds of operations in which nobody edits a record: what the program notes, and what brings that back."""
NOTED = ("print", "export", "call")
BATCH = 400


def program_notes(session: Session, contacts: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Return the rows of such activities of contacts by id, locked for this transaction."""
    table = table_of(Activity)
    noted = table.c.type.in_(NOTED) & table.c.follow_up_at.is_(None)
    wanted, found = sorted(contacts), {}
    for start in range(0, len(wanted), BATCH):
        mine = select(table).where(table.c.contact_id.in_(wanted[start : start + BATCH]), noted).with_for_update()
        found.update({row.id: dict(row._mapping) for row in session.execute(mine)})
    edited = _edited(session, found)
    return {record: row for record, row in found.items() if record not in edited}


def _edited(session: Session, activities: Iterable[int]) -> set[int]:
    """Return those activities that somebody wrote or changed by hand."""
    wanted, found = sorted(activities), set[int]()
    for start in range(0, len(wanted), BATCH):
        found |= set(
            session.scalars(
                select(Change.record_id)
                .join(Operation, Operation.id == Change.operation_id)
                .where(Change.table_name == "activity", Change.record_id.in_(wanted[start : start + BATCH]))
                .where(Operation.kind.not_in(BY_ITSELF))
            )
        )
    return found
