"""New rows of a table for the driver: many by a statement on SQLite, COPY on PostgreSQL; triggers note all of them.

Where a server watches over rows one by one it takes no COPY; they are inserted in one go then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import JSON, Connection, Table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.schema import CallableColumnDefault, ScalarElementColumnDefault

from gcrm.model.base import BOOKKEEPING, now
from gcrm.model.registry import is_tracked
from gcrm.model.triggers import noted_together
from gcrm.services.many_rows import insert_rows

Row = tuple[Any, ...]
Form = Callable[[Any], Any]
"""Puts a value into the form that the driver takes."""


class RowMaker:
    """Makes the rows of one table out of the fields of records, in the form the driver takes.

    What was not set has the column's default; the bookkeeping says that `user` made the record now.
    """

    def __init__(self, table: Table, connection: Connection, user: int) -> None:
        self.table = table
        self._dialect = connection.dialect
        moment = now()
        stamp = {"version": 1, "created_at": moment, "created_by": user, "changed_at": moment, "changed_by": user}
        self._blank: list[Any] = []
        self._places: dict[str, tuple[int, Form | None]] = {}
        for place, column in enumerate(table.columns):
            form: Form | None = column.type.dialect_impl(self._dialect).bind_processor(self._dialect)
            if form is not None and isinstance(column.type, JSON):
                form = _empty_at_once(form)
            value = stamp[column.name] if column.name in stamp else _default(column)
            self._blank.append(form(value) if form and value is not None else value)
            self._places[column.name] = place, None if column.name in BOOKKEEPING else form

    def row(self, fields: Mapping[str, Any]) -> Row:
        """Return the row of one record, its values in the order of the table's columns."""
        row, places = self._blank.copy(), self._places
        for name, value in fields.items():
            if name in places:
                place, form = places[name]
                row[place] = form(value) if form is not None and value is not None else value
        return tuple(row)


def _empty_at_once(form: Form) -> Form:
    """Return a form of JSON that has worked out the empty values once: most of an office are."""
    empty: dict[type[Any], Any] = {dict: form({}), list: form([])}
    return lambda value: form(value) if value or type(value) not in empty else empty[type(value)]


def _default(column: Any) -> Any:
    """Return the value of a column that was not set."""
    default = column.default
    if isinstance(default, ScalarElementColumnDefault):
        return default.arg
    if isinstance(default, CallableColumnDefault):
        return default.arg(None)  # type: ignore[arg-type]  # our defaults ask for no context
    return "" if column.server_default is not None else None


def write_rows(connection: Connection, table: Table, rows: Sequence[Row], *, is_guarded: bool = False) -> None:
    """Write rows whose values stand in the order of the table's columns, and their ids as drawn. Raises DBAPIError.

    `is_guarded` tells that the server decides row by row what may be written.
    """
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        with _noted_together(connection, table, rows):
            insert_rows(connection, table, rows)
    else:
        _send(connection, table, rows, is_guarded)


@contextmanager
def _noted_together(connection: Connection, table: Table, rows: Sequence[Row]) -> Iterator[None]:
    """Let the triggers of a file note new rows all at once; a failed write is noted as far as it came."""
    if not is_tracked(table):
        yield
        return
    mark = noted_together(table.name)
    connection.exec_driver_sql("INSERT INTO current_operation (id, operation_id) VALUES (?, ?)", (mark, rows[0][0]))
    try:
        yield
    finally:
        connection.exec_driver_sql("DELETE FROM current_operation WHERE id = ?", (mark,))


def _send(connection: Connection, table: Table, rows: Iterable[Row], is_guarded: bool) -> None:
    """Send rows to a table of a server; its errors become those that every statement raises."""
    import psycopg
    from psycopg import sql

    raw: Any = connection.connection.driver_connection
    names = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.columns)
    target, marks = sql.Identifier(table.name), sql.SQL(", ").join([sql.Placeholder()] * len(table.columns))
    one_by_one = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(target, names, marks)
    streamed = sql.SQL("COPY {} ({}) FROM STDIN").format(target, names)
    try:
        with raw.cursor() as cursor:
            if is_guarded:
                cursor.executemany(one_by_one, rows)
                return
            with cursor.copy(streamed) as copy:
                for row in rows:
                    copy.write_row(row)
    except psycopg.Error as problem:
        raise DBAPIError.instance(f"COPY {table.name}", None, problem, psycopg.Error) from problem
