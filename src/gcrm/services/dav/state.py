"""How far the office is, as a token, and what changed since one (RFC 6578), both by the change table.

In a file changes are written one after the other: the id of the last one is the state, and part of its digest tells a
file that was restored from a backup. On a server ids are given before the commit: there the oldest transaction that
may still be running is the state, and whatever was written by it or a later one counts as changed since.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from gcrm.model.change import Change, Operation
from gcrm.services.changes import payload

_FILE = re.compile(r"f([0-9]{1,18})-([0-9a-f]{16})?", re.ASCII)
_SERVER = re.compile(r"s([0-9]{1,20})-([0-9]{1,18})", re.ASCII)


def state(session: Session) -> str:
    """Return how far the office is; ask this before what it is a state of."""
    if session.get_bind().dialect.name == "sqlite":
        row = session.execute(select(Change.id, Change.digest).order_by(Change.id.desc()).limit(1)).first()
        return f"f{row.id}-{row.digest.hex()[:16]}" if row else "f0-"
    return f"s{_cluster(session)}-{session.scalar(select(func.txid_snapshot_xmin(func.txid_current_snapshot())))}"


def _cluster(session: Session) -> int:
    """Return what tells a server and its database from others: numbers of transactions begin anew there."""
    system = func.pg_control_system().table_valued("system_identifier")
    here = func.hashtext(func.current_database())
    identifier, database = session.execute(select(system.c.system_identifier, here)).one()
    return int(identifier) ^ int(database) & 0xFFFF


def since(session: Session, token: str) -> ColumnElement[bool]:
    """Return the condition that a change was made after a state. ValueError for a token of another office."""
    if session.get_bind().dialect.name == "sqlite":
        found = _FILE.fullmatch(token)
        if not found:
            raise ValueError("no token of this office")
        last = int(found[1])
        digest = session.scalar(select(Change.digest).where(Change.id == last))
        if last and (digest is None or digest.hex()[:16] != found[2]):
            raise ValueError("a token of another time")
        return Change.id > last
    found = _SERVER.fullmatch(token)
    if not found or int(found[1]) != _cluster(session):
        raise ValueError("no token of this office")
    return Change.operation_id.in_(select(Operation.id).where(Operation.transaction_id >= int(found[2])))


def changed(session: Session, tables: Collection[str], after: ColumnElement[bool]) -> Iterator[Any]:
    """Yield the changes of some tables: table_name, record_id, contact_id, action, old."""
    columns = (Change.table_name, Change.record_id, Change.contact_id, Change.action, Change.old)
    yield from session.execute(select(*columns).where(Change.table_name.in_(tables), after))


@dataclass(slots=True)
class Renamed:
    """Records whose names that devices gave are gone, with these names as they were kept (names.py)."""

    called: list[tuple[int, str]] = field(default_factory=list)

    def take(self, row: Any, column: str) -> None:
        """Take a change of the table of names."""
        record = gone(row, column)
        if record is not None:
            self.called.append((int(record), str(gone(row, "name"))))


def gone(row: Any, name: str) -> Any:
    """Return what a column of a row was that was deleted, None for another change."""
    return payload(row.table_name, row.old).get(name) if row.action == "D" else None
