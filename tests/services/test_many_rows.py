"""Many rows by few statements: every one of them arrives, in its order."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, create_engine, select
from sqlalchemy.exc import IntegrityError

from gcrm.services.many_rows import MOST_VALUES, SIZES, insert_rows


def _table(name: str, texts: int) -> Table:
    """Return a table with an id and so many texts."""
    columns = [Column(f"c{number}", Text) for number in range(texts)]
    return Table(name, MetaData(), Column("id", Integer, primary_key=True), *columns)


NARROW, WIDE = _table("narrow", 1), _table("wide", MOST_VALUES // 100)


@pytest.mark.parametrize(("table", "count", "few"), [(NARROW, 1623, 9), (WIDE, 123, 15), (NARROW, 0, 0)])
def test_all_rows_arrive_in_order_by_few_statements(table: Table, count: int, few: int) -> None:
    width = len(table.columns)
    rows = [(number, *["x"] * (width - 1)) for number in range(count, 0, -1)]
    with create_engine("sqlite://").begin() as connection:
        table.create(connection)
        carried_out: list[str] = []
        raw: Any = connection.connection.driver_connection
        raw.set_trace_callback(carried_out.append)
        insert_rows(connection, table, rows)
        assert connection.execute(select(table).order_by(table.c[0].desc())).all() == rows
    assert len([one for one in carried_out if one.startswith("INSERT")]) == few


def test_a_statement_that_fails_leaves_none_of_its_rows() -> None:
    rows = [(number, "x") for number in range(SIZES[0])]
    with create_engine("sqlite://").connect() as connection:
        NARROW.create(connection)
        with pytest.raises(IntegrityError):
            insert_rows(connection, NARROW, [*rows, (SIZES[0], "x"), (0, "again")])
        assert len(connection.execute(select(NARROW)).all()) == SIZES[0] + 1
