"""The unit of work: everything that is written, is written in one, as one operation that can be undone.

    with unit_of_work(database, N_("Contact created")) as work:
        work.session.add(contact)

It opens the operation, lets the triggers note the changes, stamps who and when, keeps the search index and the chain
of seals in step, commits, and tells the listeners of this program. Nothing changed: no operation is left behind.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    Connection,
    Select,
    Text,
    bindparam,
    case,
    cast,
    delete,
    event,
    func,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import LoaderCallableStatus, Session, make_transient
from sqlalchemy.orm.exc import StaleDataError

from gcrm.errors import ConflictError, EnvironmentProblem, Unreachable
from gcrm.i18n import _
from gcrm.model.base import Record, now
from gcrm.model.change import Change, CurrentOperation, Operation, Seal
from gcrm.model.registry import table_of
from gcrm.services import landing
from gcrm.services.database import MUCH, Changed, Database
from gcrm.services.tidy import tidied, tidy
from gcrm.services.unreachable import is_forbidden, is_unreachable

SEAL_LOCK = text("LOCK TABLE seal IN SHARE ROW EXCLUSIVE MODE")


@dataclass(slots=True)
class UnitOfWork:
    """What is being written: the session, and the id of the operation."""

    database: Database
    session: Session
    operation_id: int

    @property
    def user_id(self) -> int:
        """Return the user who works."""
        return self.database.user_id

    @property
    def connection(self) -> Connection:
        """Return the connection of the session, for statements over many rows."""
        return self.session.connection()

    def changed(self) -> frozenset[Changed]:
        """Return the records this operation has changed so far."""
        return frozenset(change for change, _payload in self.changes())

    def changes(self) -> list[tuple[Changed, str | None]]:
        """Return what `changed` returns, with the JSON text of the new values of updates."""
        self.session.flush()
        payload = case((Change.action == "U", Change.new))
        columns = (Change.table_name, Change.record_id, Change.contact_id, Change.action, payload)
        rows = self.session.execute(select(*columns).where(Change.operation_id == self.operation_id))
        return [(Changed(*row[:4]), row[4]) for row in rows]


@contextmanager
def unit_of_work(
    database: Database,
    label: str,
    *,
    kind: str = "edit",
    params: Mapping[str, Any] | None = None,
    undoes: int | None = None,
    key: str | None = None,
    index: bool = True,
) -> Iterator[UnitOfWork]:
    """Write in one transaction. `label` (marked text) and `params` describe the operation in history and undo.

    `key` makes a repeated sending fail instead of happening twice; on a server every operation has one, its own where
    none is given (services/landing.py). `index=False` leaves the search index to the caller (mass changes). Raises
    ConflictError when somebody wrote in between, EnvironmentProblem when the disk or the server fails (Unreachable when
    it is away); then nothing has been written, and new records are as if they had never been.
    """
    key = key or (None if database.is_sqlite else uuid4().hex)
    session = Session(database.engine.execution_options(gcrm_write=True), expire_on_commit=False, autoflush=False)
    made: list[Record] = []
    event.listen(session, "before_flush", lambda *args: made.extend(_stamp(session, database)))
    try:
        operation = _begin(session, database, kind, label, dict(params or {}), undoes, key)
        work = UnitOfWork(database, session, operation)
        yield work
        session.flush()
        changed = _finish(work, index)
        landing.commit(session, database, key)
    except StaleDataError as problem:
        _take_back(session, made)
        raise ConflictError(_("Somebody else changed this record at the same moment. Read it again.")) from problem
    except DBAPIError as problem:
        _take_back(session, made)
        raise _translated(database, problem) from problem
    except BaseException:
        _take_back(session, made)
        raise
    finally:
        session.close()
    if changed:
        database.is_unsealed = not database.is_sqlite
        database.publish(operation, changed)


def _begin(
    session: Session,
    database: Database,
    kind: str,
    label: str,
    params: dict[str, Any],
    undoes: int | None,
    key: str | None,
) -> int:
    """Write the operation and tell the triggers of this transaction its id."""
    values = {"at": now(), "user_id": database.user_id, "kind": kind, "label": label, "params": tidied(params)}
    made = insert(Operation).values(**values, undoes_id=undoes, key=key).returning(Operation.id)
    if not database.is_sqlite:
        opened = made.cte("opened")
        told = func.set_config("gcrm.operation", cast(opened.c.id, Text), True)
        return int(session.execute(select(opened.c.id, told)).one()[0])
    operation = int(session.execute(made).scalar_one())
    if session.execute(update(CurrentOperation).values(operation_id=operation)).rowcount == 0:  # type: ignore[attr-defined]  # CursorResult
        session.execute(insert(CurrentOperation).values(id=1, operation_id=operation))
    return operation


def _take_back(session: Session, made: list[Record]) -> None:
    """Roll back, and let new records forget the ids that they do not have; they can be added once more."""
    session.rollback()
    for record in made:
        make_transient(record)
        state = inspect(record)
        state.dict.pop("id", None)
        for relationship in state.mapper.relationships:  # its children learn the next id only if they count as added
            if relationship.key in state.dict:
                state.committed_state[relationship.key] = LoaderCallableStatus.NO_VALUE


def _stamp(session: Session, database: Database) -> list[Record]:
    """Fill derived columns and bookkeeping of everything that is about to be written; return what is new."""
    moment = now()
    made = [record for record in session.new if isinstance(record, Record)]
    for record in session.new:
        if isinstance(record, Record):
            tidy(record)
            record.derive(database.home)
            record.created_at = record.changed_at = moment
            record.created_by = record.changed_by = database.user_id
    for record in session.dirty:
        if isinstance(record, Record) and session.is_modified(record, include_collections=False):
            tidy(record)
            record.derive(database.home)
            record.changed_at, record.changed_by = moment, database.user_id
    return made


def _finish(work: UnitOfWork, index: bool) -> frozenset[Changed]:
    """Bring index and seals in step before the commit; drop the operation when nothing changed."""
    session = work.session
    changed = _indexed(work) if index else frozenset({MUCH})
    if work.database.is_sqlite:
        session.execute(update(CurrentOperation).values(operation_id=None))
        if not changed:
            session.execute(delete(Operation).where(Operation.id == work.operation_id))
        else:
            seal(session)
    elif not changed:
        session.execute(delete(Operation).where(Operation.id == work.operation_id))
    return changed


def _indexed(work: UnitOfWork) -> frozenset[Changed]:
    """Bring the search index in step with what was changed, and return that."""
    from gcrm.services.search import is_searched, reindex, touched_contacts

    changes = work.changes()
    searched = [change for change, payload in changes if is_searched(change, payload)]
    if searched:
        reindex(work.session, touched_contacts(work.session, searched))
    return frozenset(change for change, _payload in changes)


def content_start(operation: Any) -> Any:
    """Return the hash of what an operation says about itself (a row with its columns), to go on with its changes."""
    author = f"{operation.user_id}|{operation.database_user}"
    head = f"{operation.id}|{operation.at.isoformat()}|{author}|{operation.kind}|{operation.label}"
    return hashlib.sha256(head.encode("utf-8", "surrogatepass"))


def link(previous: bytes, operation: int, content: bytes) -> bytes:
    """Return the digest of a seal: the one before it, the operation's id and its content."""
    return hashlib.sha256(previous + str(operation).encode() + content).digest()


def content_digest(session: Session, operation: Any) -> bytes:
    """Return the digest over an operation (a row with its columns) and all its changes, in the order written."""
    total = content_start(operation)
    rows = session.execute(select(Change.digest).where(Change.operation_id == operation.id).order_by(Change.id))
    for digests in rows.scalars().partitions(10_000):
        total.update(b"".join(digests))
    return bytes(total.digest())


def seal(session: Session) -> int:
    """Seal every operation that is not sealed yet, in the order of ids; return how many.

    On PostgreSQL this runs after the commits, in a transaction of its own (`seal_pending`), so that writers never
    wait for each other's place in the chain.
    """
    newest = select(Seal.id, Seal.digest, Seal.operation_id).order_by(Seal.id.desc()).limit(1)
    last = session.execute(newest).first()
    position, previous = (last.id, last.digest) if last else (0, b"")
    count = 0
    for operation in session.execute(_waiting(session, last.operation_id if last else 0)).all():
        content = content_digest(session, operation)
        previous = link(bytes(previous), operation.id, content)
        position += 1
        count += 1
        values = {"id": position, "operation_id": operation.id, "content": content, "digest": previous}
        session.connection().execute(insert(table_of(Seal)), values)
    return count


def _waiting(session: Session, last: int) -> Select[*tuple[Any, ...]]:
    """Return the select of the operations to seal.

    Writers of a SQLite file come one after the other, so all that waits is newer than the last one sealed; on a server
    an operation may be committed after a later one.
    """
    columns = (Operation.id, Operation.at, Operation.user_id, Operation.database_user, Operation.kind, Operation.label)
    waiting = select(*columns).order_by(Operation.id)
    if session.get_bind().dialect.name == "sqlite":
        return waiting.where(Operation.id > last)
    return waiting.where(~select(Seal.id).where(Seal.operation_id == Operation.id).exists())


def seal_pending(database: Database) -> int:
    """Seal what other transactions have committed since; needed on PostgreSQL only, harmless elsewhere.

    Whoever may only read leaves it to the others.
    """
    database.is_unsealed = False
    session = Session(database.engine.execution_options(gcrm_write=True))
    try:
        with session, session.begin():
            if not database.is_sqlite:
                session.execute(SEAL_LOCK)
            return seal(session)
    except DBAPIError as problem:
        if not is_forbidden(problem):
            raise
        return 0


def _translated(database: Database, problem: DBAPIError) -> EnvironmentProblem | ConflictError:
    """Say in one sentence why a write failed."""
    reason = str(problem.orig)
    if not database.is_sqlite and is_unreachable(problem):
        sentence = _("The team database cannot be reached; nothing was saved. Save again when it is back.")
        return Unreachable(sentence, details=reason)
    if is_forbidden(problem):
        sentence = _("Your login may not write in this office; nothing was saved. Ask its administrator for the right.")
        return EnvironmentProblem(sentence, details=reason)
    if isinstance(problem, IntegrityError):
        return ConflictError(
            _("The record was not saved: it contradicts what is already in the office."), details=reason
        )
    if getattr(problem.orig, "sqlstate", None) == "54000":  # program_limit_exceeded: no index holds it
        sentence = _("A text is too long for the database; nothing was saved. Shorten it and save again.")
    elif "full" in reason:
        sentence = _("The disk is full; nothing was saved. Make room and save again.")
    elif "disk I/O" in reason:
        sentence = _("The disk could not be written; nothing was saved. Check the disk and save again.")
    elif "readonly" in reason or "read-only" in reason:
        sentence = _("The office cannot be written: the file or its folder is read-only.")
    elif "locked" in reason:
        sentence = _("Another program is writing in this office; nothing was saved. Try again.")
    else:
        sentence = _("The database refused to save; nothing was changed.")
    return EnvironmentProblem(sentence, details=reason)


def bump(connection: Connection, table: Any, ids: list[int], user_id: int) -> None:
    """Count up the version of records that were changed by statements or through their children."""
    if not ids:
        return
    statement = (
        update(table)
        .where(table.c.id == bindparam("record"))
        .values(version=table.c.version + 1, changed_at=now(), changed_by=user_id)
    )
    connection.execute(statement, [{"record": record} for record in ids])
