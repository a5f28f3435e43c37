"""Is the history as it was written? Every change against its digest, every operation against its seal.

A change that was altered no longer fits its digest. A change that was removed, added, moved to another operation or
another author no longer fits the seal of its operation, and a seal that was removed, exchanged or made anew no longer
fits the next one. Erased payloads (GDPR) have no digest to recompute; the chain over the digests still holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, Result, Text, and_, cast, func, not_, select
from sqlalchemy.orm import Session

from gcrm.i18n import _
from gcrm.model.base import now
from gcrm.model.change import Change, Operation, Seal
from gcrm.model.erasure import Erasure
from gcrm.model.user import User
from gcrm.services.changes import payload, who
from gcrm.services.check.report import MOST, Finding
from gcrm.services.seals import content_start, link

STEP = 20_000
SEALED_WITHIN = timedelta(minutes=10)
"""After how long an operation has its seal: programs seal within a second, and the next one what a killed one left."""


def _digest(dialect: str) -> ColumnElement[bytes]:
    """Return the digest of a change as it must be; PostgreSQL by its own functions, which an office cannot exchange."""
    parts = (Change.salt, Change.table_name, Change.record_id, Change.action, Change.old, Change.new)
    if dialect == "sqlite":
        return func.gcrm_digest(*parts, type_=LargeBinary)
    texts = [func.coalesce(cast(part, Text), "") for part in parts]
    return func.sha256(func.convert_to(func.concat_ws("|", *texts), "UTF8"), type_=LargeBinary)


def digests(session: Session) -> Iterator[Finding]:
    """Find changes whose payload was altered."""
    erased = and_(Change.salt.is_(None), Change.old.is_(None), Change.new.is_(None))
    altered = and_(not_(erased), _digest(session.get_bind().dialect.name).is_distinct_from(Change.digest))
    rows = session.execute(select(Change.table_name, Change.record_id).where(altered).limit(MOST)).all()
    for table, record in rows:
        sentence = _("The history of a record in “{table}” was altered after it was written.").format(table=table)
        yield Finding("history", f"{table}:{record}", sentence)


def erasures(session: Session) -> Iterator[Finding]:
    """Find changes whose payload is gone though no erasure before it names their record (model/erasure.py).

    What an erasure says is read from the history itself, whose digest and seal are looked at besides.
    """
    known = _erased_records(session)
    empty = and_(Change.salt.is_(None), Change.old.is_(None), Change.new.is_(None))
    wanted = select(Change.table_name, Change.record_id, func.max(Change.id)).where(empty)
    found = 0
    for table, record, latest in session.execute(wanted.group_by(Change.table_name, Change.record_id)):
        if known.get((table, record), 0) < latest and found < MOST:
            found += 1
            sentence = _("The history of a record in “{table}” was emptied, and no erasure says so.")
            yield Finding("history", f"{table}:{record}", sentence.format(table=table))


def _erased_records(session: Session) -> dict[tuple[str, int], int]:
    """Return for each erased record the change by which its newest erasure was noted."""
    known: dict[tuple[str, int], int] = {}
    noted = select(Change.id, Change.new).where(Change.table_name == Erasure.__tablename__, Change.action == "I")
    for change, new in session.execute(noted.order_by(Change.id)):
        for table, ids in (payload(Erasure.__tablename__, new).get("records") or {}).items():
            known |= {(table, record): change for record in ids or ()}
    return known


def seals(session: Session) -> Iterator[Finding]:
    """Walk the chain of seals and compare each with the operation it seals."""
    with closing(_changes(session)) as changes, closing(_sealed(session)) as sealed:
        yield from _walk(sealed, _Contents(session, changes))


def unsealed(session: Session) -> Iterator[Finding]:
    """Find operations that nobody sealed for long: whoever alters them would not be seen.

    What another program wrote into a SQLite file is sealed with the next operation of gCRM.
    """
    waiting = select(Operation.id).where(Operation.at < now() - SEALED_WITHIN)
    waiting = waiting.where(~select(Seal.id).where(Seal.operation_id == Operation.id).exists())
    if session.get_bind().dialect.name == "sqlite":
        waiting = waiting.where(Operation.kind != "outside")
    for operation in session.scalars(waiting.order_by(Operation.id).limit(MOST)):
        sentence = _("Operation {number} was never sealed. Open the office in a window, which seals it.")
        yield Finding("seal", f"operation:{operation}", sentence.format(number=operation))


def _walk(sealed: Result[Any], contents: _Contents) -> Iterator[Finding]:
    """Compare seal after seal."""
    position, previous = 0, b""
    for row in sealed:
        position += 1
        if row.id != position:
            sentence = _("Seals of the history are missing before the one with number {number}.")
            yield Finding("seal", f"seal:{row.id}", sentence.format(number=row.id))
            position = row.id
        elif bytes(row.digest) != link(previous, row.operation_id, bytes(row.content)):
            sentence = _("The seal with number {number} does not fit the one before it.")
            yield Finding("seal", f"seal:{row.id}", sentence.format(number=row.id))
        if row.at is None or contents.of(row) != bytes(row.content):
            yield Finding("seal", f"operation:{row.operation_id}", _unlike(row))
        previous = bytes(row.digest)


def _changes(session: Session) -> Result[Any]:
    """Return the digests of all changes, operation by operation."""
    statement = select(Change.operation_id, Change.digest).order_by(Change.operation_id, Change.id)
    return session.connection().execute(statement.execution_options(yield_per=STEP))


def _sealed(session: Session) -> Result[Any]:
    """Return seals with their operations in the order of the chain."""
    columns = (Operation.at, Operation.user_id, Operation.database_user, Operation.kind, Operation.label)
    statement = (
        select(Seal.id, Seal.operation_id, Seal.content, Seal.digest, User.name, *columns)
        .outerjoin(Operation, Operation.id == Seal.operation_id)
        .outerjoin(User, User.id == Operation.user_id)
        .order_by(Seal.id)
        .execution_options(yield_per=STEP)
    )
    return session.connection().execute(statement)


class _Contents:
    """Recomputes the content of operations; the digests are read in one stream as long as the order allows."""

    def __init__(self, session: Session, changes: Result[Any]) -> None:
        self._session = session
        self._rows = iter(changes)
        self._next = next(self._rows, None)
        self._reached = 0

    def of(self, row: Any) -> bytes:
        """Return the content of the operation of a seal."""
        total = content_start(_Head(row))
        for digest in self._digests(row.operation_id):
            total.update(bytes(digest))
        return bytes(total.digest())

    def _digests(self, operation: int) -> Iterator[bytes]:
        """Yield the digests of an operation's changes in their order."""
        if operation <= self._reached:
            late = select(Change.digest).where(Change.operation_id == operation).order_by(Change.id)
            yield from self._session.execute(late).scalars()
            return
        self._reached = operation
        while self._next is not None and self._next.operation_id <= operation:
            if self._next.operation_id == operation:
                yield self._next.digest
            self._next = next(self._rows, None)


class _Head:
    """An operation as its seal names it."""

    def __init__(self, row: Any) -> None:
        self.id = row.operation_id
        self.at = row.at
        self.user_id = row.user_id
        self.database_user = row.database_user
        self.kind = row.kind
        self.label = row.label


def _unlike(row: Any) -> str:
    """Say which operation is no longer what was sealed, by its number: its label may name something private."""
    if row.at is None:
        return _("An operation was deleted from the history.")
    sentence = _(
        "Operation {number} of {day} by {name} is not what was sealed: something was altered, deleted or added."
    )
    return sentence.format(
        number=row.operation_id,
        day=row.at.astimezone().strftime("%Y-%m-%d %H:%M"),
        name=who(row.name, row.database_user, row.kind),
    )
