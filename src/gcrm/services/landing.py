"""Whether a commit came through, where the line to the server broke in the middle of it.

A program that sends COMMIT and hears no answer does not know what became of it. Every operation on a server carries a
key of its own that may be there once only: writing it once more tells, and waits where the server is still at work on
the first (a unique index lets nobody pass before that is decided). So nothing is lost and nothing happens twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from gcrm.errors import BeingUpgraded, NewerOffice, Unreachable
from gcrm.i18n import _
from gcrm.model.base import now
from gcrm.model.change import Operation
from gcrm.services.unreachable import is_unreachable

if TYPE_CHECKING:
    from gcrm.services.database import Database

T = TypeVar("T")
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0
"""Seconds between two tries to reach the server; each pause is twice the one before."""
PATIENCE = 20.0
"""Seconds for which a command without windows asks what became of a commit."""


def pauses(first: float = FIRST_PAUSE, longest: float = LONGEST_PAUSE) -> Iterator[float]:
    """Yield growing pauses without end, in seconds."""
    while True:
        yield first
        first = min(2 * first, longest)


def commit(session: Session, database: Database, key: str | None) -> None:
    """Commit; where the line broke meanwhile, ask the server until it tells whether it did.

    Raises Unreachable where nobody could be asked (`Database.wait_for_server`), what the driver says when nothing was
    written.
    """
    sent(session, database, key, session.commit, lambda: None)


def sent(session: Session, database: Database, key: str | None, work: Callable[[], T], again: Callable[[], T]) -> T:
    """Do what ends in a commit and return its answer; `again` reads it where it was lost, but the commit came through.

    Raises what `commit` raises.
    """
    try:
        return work()
    except DBAPIError as problem:
        if key is None or database.is_sqlite or not is_unreachable(problem):
            raise
        session.rollback()
        if not _came_through(database, key, problem):
            raise
    return again()


def _came_through(database: Database, key: str, problem: DBAPIError) -> bool:
    """Ask the server whether an operation is there, again and again while it cannot be reached."""
    wait = database.wait_for_server or _patient(PATIENCE)
    for pause in pauses():
        try:
            return _is_taken(database, key)
        except BeingUpgraded:
            pass  # it is there again soon, as it was or newer
        except NewerOffice:
            break
        except DBAPIError as another:
            if not is_unreachable(another):
                raise
        if not wait(pause):
            break
    sentence = _(
        "The connection broke while it was being saved, and whether it was is not known. Look before you repeat."
    )
    raise Unreachable(sentence, details=str(problem.orig)) from problem


def _patient(seconds: float) -> Callable[[float], bool]:
    """Return a function that sleeps until so many seconds are used up, and then says that it is enough."""
    until = time.monotonic() + seconds

    def wait(pause: float) -> bool:
        if time.monotonic() + pause > until:
            return False
        time.sleep(pause)
        return True

    return wait


def _is_taken(database: Database, key: str) -> bool:
    """Tell whether the key of an operation is there; waits for a transaction that is just writing it."""
    with Session(database.engine) as session:
        try:
            values = {"at": now(), "user_id": database.user_id, "kind": "system", "label": "", "params": {}}
            session.execute(insert(Operation).values(**values, key=key))
        except IntegrityError:
            return True
        finally:
            session.rollback()
    return False


def is_done(database: Database, key: str) -> bool:
    """Tell whether the operation of a key was carried out."""
    with database.read() as session:
        return session.scalar(select(Operation.id).where(Operation.key == key)) is not None
