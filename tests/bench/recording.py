"""The statements that gCRM sends to a server, written down once and sent again by the driver alone.

So the floor is the very same work for the server, trip by trip, without gCRM. What differs from time to time (contact,
operation, its key) is put into the values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from uuid import uuid4

import psycopg
from sqlalchemy import Engine, event

from gcrm.model.change import Operation
from gcrm.model.registry import table_of

INTO_OPERATION = f"INSERT INTO {table_of(Operation).name} "
KEY = "its_key"
DRAW = "nextval("


@dataclass(frozen=True, slots=True)
class Said:
    """One statement with its values; what has the same `trip` was sent at once, None alone."""

    statement: str
    values: Any
    trip: object


@dataclass(slots=True)
class Recording:
    """What one piece of work said. `contact` is the one it was about, `operation` and `key` those it wrote with.

    `drawn` are the ids of the records that it made.
    """

    contact: int
    said: list[Said] = field(default_factory=list)
    operation: int = 0
    key: str = ""
    drawn: list[int] = field(default_factory=list)

    def play(self, connection: psycopg.Connection[Any], contact: int, more: Mapping[Any, Any] | None = None) -> None:
        """Say it again about another contact, on a connection in autocommit mode; `more` are values to exchange."""
        turned: dict[Any, Any] = {**(more or {}), self.contact: contact, self.key: uuid4().hex}
        for trip, said in groupby(self.said, lambda one: one.trip):
            together = list(said)
            if trip is None:
                cursors = [connection.execute(one.statement, _turned(one.values, turned)) for one in together]
            else:
                with connection.pipeline():
                    cursors = [connection.execute(one.statement, _turned(one.values, turned)) for one in together]
            for one, cursor in zip(together, cursors, strict=True):
                rows = cursor.fetchall() if cursor.description else []
                if INTO_OPERATION in one.statement:
                    turned[self.operation] = rows[0][0]
                elif DRAW in one.statement:
                    turned.update(zip(self.drawn, (row[0] for row in rows), strict=True))
        if self.key and connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
            connection.execute("COMMIT")


def _turned(values: Any, turned: Mapping[Any, Any]) -> Any:
    """Return values with some of them exchanged."""
    if isinstance(values, Mapping):
        return {name: _turned(value, turned) for name, value in values.items()}
    if isinstance(values, list | tuple):
        return [_turned(value, turned) for value in values]
    is_plain = isinstance(values, int | str) and not isinstance(values, bool)
    return turned.get(values, values) if is_plain else values


@contextmanager
def recorded(engine: Engine, contact: int) -> Iterator[Recording]:
    """Write down what an engine says while the block runs; its connections are made anew."""
    found = Recording(contact)

    class Noting(psycopg.Cursor[Any]):
        """A cursor that writes down what it is asked."""

        def execute(self, query: Any, params: Any = None, **options: Any) -> Noting:
            """Write down and ask."""
            trip = self.connection._pipeline  # the driver tells in no other way what goes together
            found.said.append(Said(str(query), params, trip))
            if INTO_OPERATION in str(query):
                found.key = params[KEY]
            super().execute(query, params, **options)
            return self

    def connected(raw: Any, _record: object) -> None:
        raw.cursor_factory = Noting

    engine.dispose()
    event.listen(engine, "connect", connected)
    with engine.connect():
        pass
    found.said.clear()
    try:
        yield found
    finally:
        event.remove(engine, "connect", connected)
        engine.dispose()
