"""Moving an office to a server, verified, against the driver's COPY of the very same rows, prepared as text before."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from psycopg import sql
from sqlalchemy import Table

from gcrm.services import schema, table_rows
from gcrm.services.database import Database
from gcrm.services.team.move import share
from tests.bench.lines import Goal, Line
from tests.bench.offices import Bench, copied, opened
from tests.bench.raw import Raw, raw

GOAL = 1 / 0.3
"""At no less than 0.3 times the rows in a second that the raw COPY writes."""


def move(bench: Bench) -> Iterator[Line]:
    """Move the whole office: made tables, copy, search index, comparison; then only copy into tables that are there."""
    with TemporaryDirectory(dir=bench.cache, prefix="move-") as name:
        folder = Path(name)
        source = copied(bench.office("sqlite"), folder)
        with opened(source) as database:
            prepare(database, folder)
            with bench.bare() as target:
                begin = time.perf_counter()
                rows = share(database, target).total
                ours = time.perf_counter() - begin
        with bench.bare() as other:
            floor = copy_prepared(other, folder)
    name = f"move {bench.size} contacts, {bench.activities} activities ({rows} rows)"
    yield Line(name, ours, floor, "s", Goal(ratio=round(GOAL, 2)))


def prepare(database: Database, folder: Path) -> None:
    """Write every table as text of COPY."""
    with database.engine.connect() as connection:
        for table in table_rows.tables():
            with (folder / table.name).open("wb") as file:
                file.writelines(table_rows.read_rows(connection, table))


def copy_prepared(url: str, folder: Path) -> float:
    """Copy the texts into fresh tables with their keys and indexes, without triggers; return the seconds of that."""
    with opened(url) as database, database.engine.begin() as connection:
        schema.drop_triggers(connection)
    with raw(url) as target:
        for table in reversed(table_rows.tables()):
            target.run(f'DELETE FROM "{table.name}"')
        begin = time.perf_counter()
        for table in table_rows.tables():
            _copy(target, table, folder / table.name)
        return time.perf_counter() - begin


def _copy(target: Raw, table: Table, file: Path) -> None:
    """Send a text as it is."""
    names = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.columns)
    command = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), names)
    with file.open("rb") as text, target.connection.cursor().copy(command) as copy:
        while block := text.read(1 << 20):
            copy.write(block)
