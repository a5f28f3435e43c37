"""Writing rows in masses: many by a statement on SQLite, COPY on PostgreSQL. The triggers note every row as ever."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Connection, Integer, String, Table, column, func, select, table, text

from gcrm.services.demo.sheets import TABLES
from gcrm.services.many_rows import insert_rows
from gcrm.services.unit_of_work import UnitOfWork

SEQUENCES = table("sqlite_sequence", column("name", String), column("seq", Integer))


class Writer:
    """Writes sheets inside a unit of work."""

    def __init__(self, work: UnitOfWork) -> None:
        self._connection = work.connection
        self.is_sqlite = work.database.is_sqlite

    def reserve(self, room: int) -> dict[str, int]:
        """Return the first free id of each table; on PostgreSQL `room` ids of each are taken out of its sequence."""
        return {name: _first_id(self._connection, name, self.is_sqlite, room) for name in TABLES}

    def give_back(self, next_ids: dict[str, int], room: int, first_ids: dict[str, int]) -> None:
        """Return reserved ids that were not used, where nobody took one meanwhile."""
        if self.is_sqlite:
            return
        for name, following in next_ids.items():
            sequence = func.pg_get_serial_sequence(f'"{name}"', "id")
            last = self._connection.scalar(select(func.nextval(sequence))) or 0
            if last == first_ids[name] + room + 1:
                self._connection.execute(select(func.setval(sequence, following, False)))

    def write(self, target: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        """Write rows whose values stand in the order of `columns`, which are all of the table's."""
        if not rows:
            return
        if self.is_sqlite:
            insert_rows(self._connection, target, rows)
        else:
            raw: Any = self._connection.connection.driver_connection
            _copy(raw, target, columns, rows)


def _first_id(connection: Connection, name: str, is_sqlite: bool, room: int) -> int:
    """Return the first free id of a table."""
    if is_sqlite:
        return (connection.scalar(select(SEQUENCES.c.seq).where(SEQUENCES.c.name == name)) or 0) + 1
    sequence = func.pg_get_serial_sequence(f'"{name}"', "id")
    first = int(connection.scalar(select(func.nextval(sequence))) or 1)
    connection.execute(select(func.setval(sequence, first + room)))
    return first


def _copy(raw: psycopg.Connection[Any], target: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Stream rows into a table."""
    names = sql.SQL(", ").join(sql.Identifier(name) for name in columns)
    command = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(target.name), names)
    with raw.cursor() as cursor, cursor.copy(command) as copy:
        for row in rows:
            copy.write_row(row)


def analyse(connection: Connection) -> None:
    """Let the database look at what was written, so that it plans well from the first question."""
    connection.execute(text("ANALYZE"))
