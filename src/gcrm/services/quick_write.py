"""Writing a few records that have no children, in two trips to the database: activities, links, notices.

    with quick_write(database, label, draws={Activity: 1}, reads=[asked]) as work:
        work.add(Activity(…))          # or work.change(record) of what was read

The first trip opens the operation, draws ids for new records, and reads (and locks) what is asked for; a record for
which no id was drawn costs another trip. The second
writes, asks what the triggers noted, and commits. A contact is saved by contact_saving.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from gcrm.model.base import Record
from gcrm.services import row_writing
from gcrm.services.changed import Changed
from gcrm.services.contact_rows import record_of
from gcrm.services.database import Database
from gcrm.services.trip import Asked, Row, ask
from gcrm.services.unit_of_work import UnitOfWork, begun, opening, told, writing, written

R = TypeVar("R", bound=Record)
Draws = Mapping[type[Record], int]


@dataclass(slots=True)
class QuickWrite:
    """What is being written: `answers` are the rows of what was read first, for each question."""

    database: Database
    session: Session
    operation: int
    key: str | None
    answers: list[list[Row]]
    _ids: dict[type[Record], list[int]]
    _asked: list[Asked] = field(default_factory=list)
    _taken: dict[int, dict[str, Any]] = field(default_factory=dict)
    _is_changed: bool = False

    @property
    def engine(self) -> str:
        """Return which engine keeps the office."""
        return self.database.engine.dialect.name

    def take(self, cls: type[R], place: int = -1) -> list[R]:
        """Return the records of an answer whose rows are (table, JSON); they can be changed."""
        found = [record_of(cls, json.loads(row[1])) for row in self.answers[place]]
        self._taken.update({id(record): dict(vars(record)) for record in found})
        return found

    def ask(self, asked: Asked) -> list[Row]:
        """Ask more, at the price of a trip; the rows count as the last answer."""
        self.answers.append(ask(self.session.connection(), [asked])[0])
        return self.answers[-1]

    def change(self, record: Record) -> None:
        """Write what differs on a record that was taken."""
        names = row_writing.settle(record, self._taken[id(record)], self.database.home, self.engine)
        if names:
            self.database.rights.require_write(record.__tablename__, "update", names)
            self._asked.append(row_writing.updated(record, names, self.database.user_id, self.engine))
            self._is_changed = True

    def add(self, record: R) -> R:
        """Insert a copy of a new record and return it with its id; the record stays as it is."""
        self.database.rights.require_write(record.__tablename__, "insert")
        copy = row_writing.copied(record, self.database.home, self.engine)
        drawn = self._ids.get(type(record))
        if drawn:
            set_committed_value(copy, "id", drawn.pop(0))
        self._asked.append(row_writing.inserted(copy, self.database.user_id, self.engine))
        self._is_changed = True
        if not copy.id:  # none was drawn: the row tells it
            set_committed_value(copy, "id", ask(self.session.connection(), self._asked)[-1][0][0])
            self._asked.clear()
        return copy

    def finish(self) -> frozenset[Changed]:
        """Write and commit; return what the triggers noted. Where nothing differs, nothing is left behind."""
        if not self._is_changed:
            self.session.rollback()
            return frozenset()
        return written(UnitOfWork(self.database, self.session, self.operation, self.key), self._asked)


@contextmanager
def quick_write(
    database: Database,
    label: str,
    *,
    kind: str = "edit",
    params: Mapping[str, Any] | None = None,
    key: str | None = None,
    draws: Draws | None = None,
    reads: Sequence[Asked] = (),
) -> Iterator[QuickWrite]:
    """Write in one transaction what is not in the search index. Raises what `unit_of_work` raises."""
    with writing(database) as session:
        opened = opening(database, label, kind=kind, params=params, key=key)
        wanted = {} if database.is_sqlite else {cls: count for cls, count in (draws or {}).items() if count}
        drawing = [row_writing.ids_drawn(cls, count) for cls, count in wanted.items()]
        operation, answers = begun(session.connection(), opened, [*drawing, *reads])
        ids = {cls: [row[0] for row in rows] for cls, rows in zip(wanted, answers, strict=False)}
        work = QuickWrite(database, session, operation, opened[1]["its_key"], answers[len(drawing) :], ids)
        yield work
        changed = work.finish()
    told(database, operation, changed, opened)
