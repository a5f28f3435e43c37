"""Rows that come in masses are noted like those that come one by one."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from gcrm.errors import ConflictError
from gcrm.model.base import Home
from gcrm.model.change import Change, CurrentOperation
from gcrm.model.contact_person import Person
from gcrm.model.registry import RECORDS, table_of
from gcrm.model.triggers import noted_together
from gcrm.services.check import check
from gcrm.services.database import Database
from gcrm.services.exchange.bulk_insert import reserve_ids
from gcrm.services.exchange.table_rows import RowMaker, write_rows
from gcrm.services.seals import seal_pending
from gcrm.services.unit_of_work import unit_of_work


def test_rows_in_masses_are_noted_as_single_ones_are(database: Database) -> None:
    table = table_of(Person)
    with unit_of_work(database, "Masses") as work:
        work.session.add(Person(last_name="Alone"))
        work.session.flush()
        drawn = reserve_ids(work, table, 3)
        maker = RowMaker(table, work.connection, work.user_id)
        write_rows(work.connection, table, [maker.row(_alone(one)) for one in drawn])
        work.session.add(Person(last_name="Alone"))
    seal_pending(database)
    with database.read() as session:
        noted = session.scalars(
            select(Change).where(Change.operation_id == work.operation_id).order_by(Change.id)
        ).all()
        assert not session.scalars(select(CurrentOperation).where(CurrentOperation.operation_id.is_not(None))).all()
    assert [change.record_id for change in noted] == [drawn[0] - 1, *drawn, drawn[-1] + 1]
    assert len({(change.action, change.contact_id, change.old, change.new) for change in noted}) == 1
    assert len({change.salt for change in noted}) == len(noted)
    assert not [finding for finding in check(database).findings if finding.kind in ("history", "trigger")]


def _write_twice(database: Database) -> None:
    table = table_of(Person)
    with unit_of_work(database, "Fails") as work:
        row = RowMaker(table, work.connection, work.user_id).row({"id": 9, "last_name": "Twice"})
        write_rows(work.connection, table, [row, row])


def _alone(record: int) -> dict[str, object]:
    """Return the fields of a person, as the session would write them."""
    person = Person(last_name="Alone")
    person.derive(Home())
    return {name: value for name, value in vars(person).items() if not name.startswith("_")} | {"id": record}


def test_every_table_has_a_number_of_its_own() -> None:
    numbers = {noted_together(cls.__tablename__) for cls in RECORDS}
    assert len(numbers) == len(RECORDS)
    assert 1 not in numbers


def test_a_failed_write_leaves_no_mark(database: Database) -> None:
    with pytest.raises(ConflictError):
        _write_twice(database)
    with unit_of_work(database, "Alone") as work:
        work.session.add(Person(last_name="Once"))
    with database.read() as session:
        assert session.scalars(select(Change.action).where(Change.operation_id == work.operation_id)).all() == ["I"]
