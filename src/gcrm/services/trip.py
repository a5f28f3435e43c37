"""Several statements in one trip to the server.

Over a slow line it is the trips that take the time, not the statements: what does not need the answer of the one
before is sent with it. PostgreSQL takes all of them at once (pipeline mode of psycopg), together with the BEGIN
before and the COMMIT behind them; a SQLite file carries them out one after the other.

A statement is compiled once (`Prepared`) and sent as it is from then on. Its values come by their names; every value
is named, because defaults of columns are not filled in here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from functools import cache
from typing import Any

from sqlalchemy import Connection, Delete, Dialect, Insert, Select, Update, bindparam, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.selectable import CompoundSelect
from sqlalchemy.types import TypeEngine

Statement = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]] | Insert | Update | Delete
Row = tuple[Any, ...]
Turn = Callable[[Any], Any]


@cache
def _dialect(engine: str) -> Dialect:
    """Return how an engine wants its statements: what is compiled serves every office on it."""
    return make_url("postgresql+psycopg://" if engine == "postgresql" else f"{engine}://").get_dialect()()


class Prepared:
    """A statement compiled for one engine ("sqlite", "postgresql").

    It may hold values of its own, also such as are told when it is sent; the others are given then. `columns` are the
    columns that an INSERT or UPDATE sets by values of their names.
    """

    def __init__(self, statement: Statement, engine: str, columns: Iterable[str] | None = None) -> None:
        dialect = _dialect(engine)
        keys = None if columns is None else list(columns)
        compiled = statement.compile(dialect=dialect, column_keys=keys, compile_kwargs={"render_postcompile": True})
        self.text = str(compiled)
        self._names: Sequence[str] | None = getattr(compiled, "positiontup", None)
        self._own: dict[str, Any] = dict(compiled.params)
        self._told: dict[str, Callable[[], Any]] = {}
        self._in: dict[str, Turn] = {}
        for value, name in getattr(compiled, "bind_names", {}).items():
            if value.callable is not None:
                self._told[name] = value.callable
            turn = value.type.dialect_impl(dialect).bind_processor(dialect)
            if turn is not None:
                self._in[name] = turn
        columns = getattr(statement, "exported_columns", ())
        turns = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        self._out: list[tuple[int, Turn]] = [(place, turn) for place, turn in enumerate(turns) if turn is not None]

    def values(self, given: Mapping[str, Any]) -> Any:
        """Return the parameters as the driver takes them."""
        named = {**self._own, **given}
        for name, tell in self._told.items():
            named[name] = tell()
        for name, turn in self._in.items():
            named[name] = turn(named[name])
        return named if self._names is None else tuple([named[name] for name in self._names])

    def rows(self, raw: Sequence[Sequence[Any]]) -> list[Row]:
        """Return the rows of the driver as values of Python."""
        if not self._out:
            return [tuple(row) for row in raw]
        found = []
        for row in map(list, raw):
            for place, turn in self._out:
                row[place] = turn(row[place])
            found.append(tuple(row))
        return found


def bound(name: str, kind: TypeEngine[Any]) -> Any:
    """Return a value of a statement that is given when it is sent."""
    return bindparam(name, None, type_=kind)  # no value is required when it is compiled


Asked = tuple[Prepared, Mapping[str, Any]]


def ask(
    connection: Connection, asked: Sequence[Asked], *, begin: bool = False, commit: bool = False
) -> list[list[Row]]:
    """Carry out statements in their order and return the rows of each.

    On a server that is one trip, which may begin a transaction first and commit it at last; a file leaves both to its
    session. Raises the errors that SQLAlchemy has for those of the driver; nothing is committed then.
    """
    is_plain = len(asked) == 1 and not begin and not commit
    if connection.dialect.name == "sqlite" or (is_plain and connection.dispatch.before_cursor_execute):
        return [_ask(connection, *one) for one in asked]  # where somebody listens, he hears of each
    return _ask_server(connection, asked, begin, commit)


def _ask(connection: Connection, prepared: Prepared, given: Mapping[str, Any]) -> list[Row]:
    """Carry out one statement and wait for its rows."""
    result = connection.exec_driver_sql(prepared.text, prepared.values(given))
    return prepared.rows(result.fetchall()) if result.returns_rows else []


def _ask_server(connection: Connection, asked: Sequence[Asked], begin: bool, commit: bool) -> list[list[Row]]:
    """Send statements to the server without waiting in between."""
    import psycopg  # not needed, and not loaded, where the office is a file

    raw: Any = connection.connection.dbapi_connection
    is_plain = len(asked) == 1 and not begin and not commit
    try:
        with nullcontext() if is_plain else raw.pipeline():
            if begin:
                raw.execute("BEGIN")
            cursors = [raw.execute(prepared.text, prepared.values(given)) for prepared, given in asked]
            if commit:  # not by the driver's commit, which waits for what is before it
                raw.execute("COMMIT")
    except psycopg.Error as problem:
        if raw.info.pipeline_status != psycopg.pq.PipelineStatus.OFF:
            raw.close()  # a server that says why it ends where it should be ready: nothing can be sent any more
        raise _translated(connection, asked, problem) from problem
    return [
        prepared.rows(cursor.fetchall()) if cursor.description else []
        for (prepared, _given), cursor in zip(asked, cursors, strict=True)
    ]


def _translated(connection: Connection, asked: Sequence[Asked], problem: Any) -> Exception:
    """Return the error that SQLAlchemy raises for one of the driver; what is lost is not used again."""
    import psycopg

    dialect = connection.dialect
    raw: Any = connection.connection.dbapi_connection
    is_lost = dialect.is_disconnect(problem, raw, None)
    if is_lost:
        connection.invalidate(problem)
    statement = asked[0][0].text if asked else ""
    found = DBAPIError.instance(
        statement, None, problem, psycopg.Error, hide_parameters=True, connection_invalidated=is_lost, dialect=dialect
    )
    return found if isinstance(found, Exception) else problem
