"""The chain of seals: each operation's changes as one digest, joined to the seal before it.

Who changes the history by hand breaks the chain; services/check/history.py follows it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from gcrm.model.change import Change, Operation, Seal
from gcrm.model.registry import table_of
from gcrm.services.trip import Prepared, ask
from gcrm.services.unreachable import is_forbidden

if TYPE_CHECKING:
    from gcrm.services.database import Database

SEALED_AT_ONCE = 500
"""Operations that a server seals in one transaction."""


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


class _Waiting(NamedTuple):
    """An operation that no seal holds yet."""

    id: int
    at: datetime
    user_id: int | None
    database_user: str
    kind: str
    label: str


def seal(session: Session, known: Mapping[int, bytes] | None = None) -> int:
    """Seal every operation that is not sealed yet, in the order of ids; return how many.

    `known` are the joined digests of the changes of operations that were read already. On PostgreSQL this runs after
    the commits, in a transaction of its own (`seal_pending`), so that writers never wait for each other's place in the
    chain.
    """
    connection, known = session.connection(), known or {}
    engine = connection.dialect.name
    newest = ask(connection, [(_newest(engine), {})])[0]
    position, previous, last = newest[0] if newest else (0, b"", 0)
    waiting = [_Waiting(*row) for row in ask(connection, [(_waiting(engine), {"last": last})])[0]]
    for operation in waiting:
        content = _content(session, operation, known.get(operation.id))
        previous = link(bytes(previous), operation.id, content)
        position += 1
        values = {"id": position, "operation_id": operation.id, "content": content, "digest": previous}
        ask(connection, [(_sealed(engine), values)])
    return len(waiting)


def _content(session: Session, operation: _Waiting, digests: bytes | None) -> bytes:
    """Return the digest of the content of an operation, of which the digests of the changes may be known."""
    if digests is None:
        return content_digest(session, operation)
    total = content_start(operation)
    total.update(digests)
    return bytes(total.digest())


@cache
def _sealed(engine: str) -> Prepared:
    """Return the insert of a seal."""
    table = table_of(Seal)
    return Prepared(insert(table), engine, table.columns.keys())


@cache
def _newest(engine: str) -> Prepared:
    """Return the select of the last link of the chain."""
    return Prepared(select(Seal.id, Seal.digest, Seal.operation_id).order_by(Seal.id.desc()).limit(1), engine)


@cache
def _waiting(engine: str) -> Prepared:
    """Return the select of the operations to seal; :last is the one sealed last.

    Writers of a SQLite file come one after the other, so all that waits is newer than the last one sealed; on a server
    an operation may be committed after a later one.
    """
    columns = (Operation.id, Operation.at, Operation.user_id, Operation.database_user, Operation.kind, Operation.label)
    waiting = select(*columns).order_by(Operation.id)
    if engine == "sqlite":
        waiting = waiting.where(Operation.id > bindparam("last"))
    else:
        waiting = waiting.where(~select(Seal.id).where(Seal.operation_id == Operation.id).exists())
    return Prepared(waiting, engine)


def seal_pending(database: Database) -> int:
    """Seal what other transactions have committed since; needed on PostgreSQL only, harmless elsewhere.

    Whoever may only read leaves it to the others.
    """
    database.is_unsealed = False
    count, done = 0, SEALED_AT_ONCE
    try:
        while done == SEALED_AT_ONCE:
            with Session(database.engine.execution_options(gcrm_write=True)) as session, session.begin():
                done = seal(session) if database.is_sqlite else _sealed_by_server(session)
                count += done
    except DBAPIError as problem:
        if not is_forbidden(problem):
            raise
    return count


def _sealed_by_server(session: Session) -> int:
    """Let the server seal with its function, which nobody can make say something else; a test holds both alike."""
    return int(session.execute(select(func.gcrm_seal(SEALED_AT_ONCE))).scalar_one())
