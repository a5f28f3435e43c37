"""Which records were erased for good, by the records of the erasures."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from gcrm.model.erasure import Erasure


def erased_records(session: Session) -> set[tuple[str, int]]:
    """Return table and id of everything that was ever erased; nothing may bring it back."""
    found: set[tuple[str, int]] = set()
    for records in session.scalars(select(Erasure.records)):
        found |= {(table, record) for table, ids in records.items() for record in ids or ()}
    return found
