"""The unit of work: everything that is written, is written in one, as one operation that can be undone.

    with unit_of_work(database, N_("Contact created")) as work:
        work.session.add(contact)

It opens the operation, lets the triggers note the changes, stamps who and when, keeps the search index and the chain
of seals in step, commits, and tells the listeners of this program. Nothing changed: no operation is left behind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    BigInteger,
    Connection,
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
    update,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import LoaderCallableStatus, Session, make_transient
from sqlalchemy.orm.exc import StaleDataError

from gcrm.errors import ConflictError, EnvironmentProblem, Unreachable
from gcrm.i18n import _
from gcrm.model.base import Record, now
from gcrm.model.change import Change, CurrentOperation, Operation
from gcrm.model.registry import table_of
from gcrm.services import landing
from gcrm.services.changed import MUCH, Changed, Latest
from gcrm.services.database import Database
from gcrm.services.moved import is_refused, refuse
from gcrm.services.privacy import UNINDEXED
from gcrm.services.seals import seal
from gcrm.services.tidy import tidied, tidy
from gcrm.services.trip import Asked, Prepared, Row, ask
from gcrm.services.unreachable import is_forbidden, is_unreachable
from gcrm.services.versions import refuse_other

NOT_UNDOABLE = ("undo", "outside", "system", "demo", "erase")
"""Kinds of operations that are no step to undo."""
ERASED_MARK = "erased"
"""Among the params of an operation: it cannot be undone any more, because somebody was erased for good."""


@dataclass(slots=True)
class UnitOfWork:
    """What is being written: the session, the id of the operation, and its key where it has one."""

    database: Database
    session: Session
    operation_id: int
    key: str | None = None

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
        asked = (_changes(self.connection.dialect.name), {"operation": self.operation_id})
        return [(Changed(*row[:4]), row[4]) for row in ask(self.connection, [asked])[0]]


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
    with writing(database) as session:
        opened = opening(database, label, kind=kind, params=params, undoes=undoes, key=key)
        work = UnitOfWork(database, session, begun(session.connection(), opened)[0], opened[1]["its_key"])
        yield work
        session.flush()
        changed = finished(work, index)
        landing.commit(session, database, work.key)
    told(database, work.operation_id, changed, opened)


@contextmanager
def writing(database: Database) -> Iterator[Session]:
    """Give a session to write with. What fails is taken back and said in words, as `unit_of_work` says.

    Raises EnvironmentProblem where the office moved away and can only be read.
    """
    refuse(database.moved)
    session = _Writing(database)
    try:
        yield session
    except StaleDataError as problem:
        _take_back(session)
        raise ConflictError(_("Somebody else changed this record at the same moment. Read it again.")) from problem
    except DBAPIError as problem:
        _take_back(session)
        raise _translated(database, problem) from problem
    except BaseException:
        _take_back(session)
        raise
    finally:
        session.close()


def told(database: Database, operation: int, changed: frozenset[Changed], opened: Asked | None = None) -> None:
    """Tell the listeners of this program what an operation changed, once it is committed.

    `opened` is how it began: what can be undone now is known without asking.
    """
    if changed:
        database.is_unsealed = not database.is_sqlite
        its: Mapping[str, Any] = opened[1] if opened is not None else {"its_kind": "system"}
        if its["its_kind"] == "undo":
            database.latest = None
        elif its["its_kind"] not in NOT_UNDOABLE:
            database.latest = Latest(operation, its["its_label"], its["its_params"])
        database.publish(operation, changed)


def opening(
    database: Database,
    label: str,
    *,
    kind: str = "edit",
    params: Mapping[str, Any] | None = None,
    undoes: int | None = None,
    key: str | None = None,
) -> Asked:
    """Return the statement that writes an operation, with its values. On a server it has a key (landing.py)."""
    key = key or (None if database.is_sqlite else uuid4().hex)
    values = {"at": now(), "user_id": database.user_id, "database_user": "", "kind": kind, "label": label}
    values |= {"params": tidied(dict(params or {})), "undoes_id": undoes, "key": key}
    return _opened(database.engine.dialect.name), {f"its_{name}": value for name, value in values.items()}


def begun(connection: Connection, opened: Asked, asked: Sequence[Asked] = ()) -> tuple[int, list[list[Row]]]:
    """Write an operation, tell the triggers of this transaction its id, and ask more in the same trip.

    Returns the id and the rows of what was asked.
    """
    if connection.dialect.name != "sqlite":
        head, *answers = ask(connection, [opened, *asked], begin=True)
        return int(head[0][0]), answers
    refuse_other(connection)
    operation = int(ask(connection, [opened])[0][0][0])
    return operation, ask(connection, [(_current(), {"its_operation": operation}), *asked])[1:]


GIVEN = ("id", "transaction_id")
"""What the database fills of an operation by itself."""


@cache
def _opened(engine: str) -> Prepared:
    """Return the statement that writes an operation; on a server it tells the triggers, too."""
    table = table_of(Operation)
    columns = [column for column in table.columns if column.name not in GIVEN]
    its = {column.name: bindparam(f"its_{column.name}", type_=column.type) for column in columns}
    made = insert(table).values(its).returning(table.c.id)
    if engine == "sqlite":
        return Prepared(made, engine)
    opened = made.cte("opened")
    return Prepared(select(opened.c.id, func.set_config("gcrm.operation", cast(opened.c.id, Text), True)), engine)


@cache
def _current() -> Prepared:
    """Return the statement that tells the triggers of a SQLite office the operation."""
    its = bindparam("its_operation", type_=BigInteger)
    made = sqlite.insert(table_of(CurrentOperation)).values(id=1, operation_id=its)
    return Prepared(made.on_conflict_do_update(index_elements=["id"], set_={"operation_id": its}), "sqlite")


@cache
def _changes(engine: str) -> Prepared:
    """Return the select of what :operation changed, with the JSON text of the new values of updates."""
    payload = case((Change.action == "U", Change.new))
    columns = (Change.table_name, Change.record_id, Change.contact_id, Change.action, payload)
    mine = Change.operation_id == bindparam("operation")
    return Prepared(select(*columns).where(mine), engine)


class _Writing(Session):
    """A session that fills derived columns and bookkeeping of what it writes.

    On a server the transaction begins with the operation (`begun`): the driver would make a trip for its beginning.
    """

    def __init__(self, database: Database) -> None:
        super().__init__(database.writer, expire_on_commit=False, autoflush=False)
        self.database = database
        self.info[UNINDEXED] = database.rights.unindexed
        self.made: list[Record] = []


def _take_back(session: _Writing) -> None:
    """Roll back, and let new records forget the ids that they do not have; they can be added once more.

    A server that went away meanwhile has taken back by itself: what failed before that is what is said.
    """
    with suppress(DBAPIError):
        session.rollback()
    for record in session.made:
        make_transient(record)
        state = inspect(record)
        state.dict.pop("id", None)
        for relationship in state.mapper.relationships:  # its children learn the next id only if they count as added
            if relationship.key in state.dict:
                state.committed_state[relationship.key] = LoaderCallableStatus.NO_VALUE


@event.listens_for(_Writing, "before_flush")
def _stamp(session: _Writing, *_more: object) -> None:
    """Fill derived columns and bookkeeping of everything that is about to be written."""
    moment, database = now(), session.database
    made = [record for record in session.new if isinstance(record, Record)]
    session.made.extend(made)
    for record in made:
        tidy(record)
        record.derive(database.home)
        record.created_at = record.changed_at = moment
        record.created_by = record.changed_by = database.user_id
    for record in session.dirty:
        if isinstance(record, Record) and session.is_modified(record, include_collections=False):
            tidy(record)
            record.derive(database.home)
            record.changed_at, record.changed_by = moment, database.user_id


def finished(work: UnitOfWork, index: bool) -> frozenset[Changed]:
    """Bring index and seals in step before the commit; drop the operation when nothing changed."""
    changed = _indexed(work) if index else frozenset({MUCH})
    if work.database.is_sqlite:
        ask(work.connection, [(_current(), {"its_operation": None})])
    if not changed:
        _drop(work)
    elif work.database.is_sqlite:
        seal(work.session)
    return changed


def _drop(work: UnitOfWork) -> None:
    """Drop the operation; a server has a function for it, so that nobody may delete operations."""
    if work.database.is_sqlite:
        work.session.execute(delete(Operation).where(Operation.id == work.operation_id))
    else:
        work.session.execute(select(func.gcrm_nothing(work.operation_id)))


def written(work: UnitOfWork, asked: Sequence[Asked]) -> frozenset[Changed]:
    """Carry out the last statements of an operation, which change something, and commit; return what changed.

    On a server all of this is one trip. Whoever calls it has brought the search index in step.
    """
    noted = _noted(work.connection.dialect.name), {"operation": work.operation_id}
    if work.database.is_sqlite:
        rows = ask(work.connection, [*asked, (_current(), {"its_operation": None}), noted])[-1]
        seal(work.session, {work.operation_id: b"".join(row[4] for row in rows)})
        work.session.commit()
    else:
        rows = landing.sent(
            work.session,
            work.database,
            work.key,
            lambda: ask(work.connection, [*asked, noted], commit=True)[-1],
            lambda: _read_again(work.database, noted),
        )
    return frozenset(Changed(*row[:4]) for row in rows)


def _read_again(database: Database, noted: Asked) -> list[Row]:
    """Return what an operation changed whose answer was lost on the way."""
    with database.read() as session:
        return ask(session.connection(), [noted])[0]


@cache
def _noted(engine: str) -> Prepared:
    """Return the select of what :operation changed with the digests, in the order written."""
    columns = (Change.table_name, Change.record_id, Change.contact_id, Change.action, Change.digest)
    return Prepared(select(*columns).where(Change.operation_id == bindparam("operation")).order_by(Change.id), engine)


def _indexed(work: UnitOfWork) -> frozenset[Changed]:
    """Bring the search index in step with what was changed, and return that."""
    from gcrm.services.search import is_searched, reindex, touched_contacts

    changes = work.changes()
    searched = [change for change, payload in changes if is_searched(change, payload)]
    if searched:
        reindex(work.session, touched_contacts(work.session, searched))
    return frozenset(change for change, _payload in changes)


def _translated(database: Database, problem: DBAPIError) -> EnvironmentProblem | ConflictError:
    """Say in one sentence why a write failed."""
    reason = str(problem.orig)
    if is_refused(problem):
        database.follow_home(frozenset({MUCH}))
        refuse(database.moved)
    if not database.is_sqlite and is_unreachable(problem):
        sentence = _("The team database cannot be reached; nothing was saved. Save again when it is back.")
        return Unreachable(sentence, details=reason)
    if is_forbidden(problem):
        sentence = _("Your login may not write in this office; nothing was saved. Ask its administrator for the right.")
        return EnvironmentProblem(sentence, details=reason)
    if isinstance(problem, IntegrityError):
        return ConflictError(
            _("The record was not saved: it contradicts what is already in the office. Read it again and compare."),
            details=reason,
        )
    if getattr(problem.orig, "sqlstate", None) == "54000":  # program_limit_exceeded: no index holds it
        sentence = _("A text is too long for the database; nothing was saved. Shorten it and save again.")
    elif "full" in reason:
        sentence = _("The disk is full; nothing was saved. Make room and save again.")
    elif "disk I/O" in reason:
        sentence = _("The disk could not be written; nothing was saved. Check the disk and save again.")
    elif "readonly" in reason or "read-only" in reason:
        sentence = _(
            "The office cannot be written: the file or its folder is read-only. Allow writing there, then save again."
        )
    elif "locked" in reason:
        sentence = _("Another program is writing in this office; nothing was saved. Try again.")
    else:
        sentence = _(
            "The database refused to save; nothing was changed. Try again; if it happens once more, report the details."
        )
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
