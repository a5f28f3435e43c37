r"""The rows of an office as lines that both engines read and write: for moving an office, and for backups.

A line is what PostgreSQL's COPY calls text: the columns of the mapped table in their order, a tab between them, `\N`
for null, a backslash before what would be taken for something else, UTF-8, a newline at the end. Booleans are t and f,
instants `2026-01-31 08:00:00.25+00` (as many digits as they have), days ISO, bytes `\\x00ff`, JSON as `jsonb` writes
it (shorter keys first). PostgreSQL so reads and writes them as fast as it can, and only the side of SQLite converts:
reading within SQLite, a whole row in one expression. The same rows give the same lines on both engines.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    LargeBinary,
    String,
    Table,
    Text,
    column,
    func,
    insert,
    select,
    table,
)
from sqlalchemy.exc import DBAPIError

from gcrm.model.base import Base
from gcrm.model.change import ContactSearch, CurrentOperation
from gcrm.model.registry import RECORDS, table_of
from gcrm.model.types import UtcDateTime
from gcrm.services import schema
from gcrm.services.row_trouble import checked, refused
from gcrm.services.search import rebuild
from gcrm.services.sqlite_lines import ESCAPES, NULL, OFTEN, RARE, lines_of

BLOCK = 1 << 20
"""Bytes after which lines are handed on."""
FETCHED = 16
"""Rows that are fetched from SQLite at once; a row may be a piece of a file of 2 MiB."""
LATELY = 16
"""Blocks that are kept while a server may still complain of a line in them."""
DERIVED = frozenset({ContactSearch.__tablename__, CurrentOperation.__tablename__})
SETTINGS = {"DateStyle": "ISO", "TimeZone": "UTC", "bytea_output": "hex"}
"""How a server must write values; others may be usual for a login."""
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_LETTERS = {letter: character for character, letter in ESCAPES.items()}
_BACKSLASHED = str.maketrans({character: "\\" + letter for character, letter in ESCAPES.items()})
_LINE = re.compile(r"\bCOPY [^,]+, line (\d+)")


def tables() -> tuple[Table, ...]:
    """Return the tables of an office in an order in which they can be filled; what follows from others is left out."""
    return tuple(table for table in Base.metadata.sorted_tables if table.name not in DERIVED)


def read_rows(connection: Connection, table: Table, mended: Callable[[str], object] | None = None) -> Iterator[bytes]:
    """Yield the rows of a table in the order of its key, in blocks of whole lines of about 1 MiB.

    Raises UserError, with the record, for a text that no server can keep; with `mended` such characters are left out,
    and it hears the key of each such record.
    """
    if connection.dialect.name == "sqlite":
        yield from _read_sqlite(connection, table, mended)
    else:
        yield from _read_postgres(connection, table)


def write_rows(connection: Connection, table: Table, blocks: Iterable[bytes]) -> int:
    """Write blocks of whole lines into a table and return how many rows; the office must have no triggers.

    On SQLite references are looked at when the transaction ends. Raises UserError, with the record, for a row that
    the table does not take.
    """
    writes = _write_sqlite if connection.dialect.name == "sqlite" else _write_postgres
    return writes(connection, table, blocks)


def finish(connection: Connection, told: Callable[[int], object] = lambda count: None) -> None:
    """Make what follows from the rows: where ids go on, the search index, and the triggers, as the last thing.

    `told` hears of so many contacts more that are in the index, and may raise to stop.
    """
    _count_on(connection)
    rebuild(connection, told)
    schema.make_triggers(connection)


# Reading


def _read_sqlite(
    connection: Connection, table: Table, mended: Callable[[str], object] | None = None
) -> Iterator[bytes]:
    """Let SQLite make the lines."""
    raw: Any = connection.connection.driver_connection
    raw.create_function("gcrm_jsonb", 1, _json_in_line, deterministic=True)
    with closing(connection.execute(lines_of(table), execution_options={"yield_per": FETCHED})) as rows:
        for block in _blocks(rows.scalars()):
            block = checked(table, block, mended)
            for character in RARE:
                block = block.replace(character.encode(), b"\\" + ESCAPES[character].encode())
            yield block


def _blocks(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Join lines to blocks."""
    waiting: list[bytes] = []
    size = 0
    for line in lines:
        waiting.append(line)
        size += len(line) + 1
        if size >= BLOCK:
            yield b"\n".join([*waiting, b""])
            waiting.clear()
            size = 0
    if waiting:
        yield b"\n".join([*waiting, b""])


def _json_in_line(kept: bytes) -> bytes:
    """Return a JSON text as it stands in a line."""
    written = jsonb_text(kept)
    for character in OFTEN:
        written = written.replace(character.encode(), b"\\" + ESCAPES[character].encode())
    return written


def jsonb_text(kept: bytes) -> bytes:
    """Return a JSON text as a server's `jsonb` writes it; what is no JSON stays as it is, for the server to refuse."""
    try:
        value = json.loads(kept, parse_float=Decimal)
    except (ValueError, RecursionError):
        return kept
    return jsonb(value).encode("utf-8", "surrogatepass")


def jsonb(value: Any) -> str:
    """Write a value as a server's `jsonb`: keys by length and then by bytes, numbers without exponent."""
    if isinstance(value, dict):
        ordered = sorted(value.items(), key=lambda pair: (len(key := pair[0].encode("utf-8", "surrogatepass")), key))
        return "{" + ", ".join(f"{json.dumps(name, ensure_ascii=False)}: {jsonb(each)}" for name, each in ordered) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(jsonb, value)) + "]"
    if isinstance(value, Decimal):
        return f"{value if value else abs(value):f}"
    return json.dumps(value, ensure_ascii=False)


def _read_postgres(connection: Connection, table: Table) -> Iterator[bytes]:
    """Let the server send the lines."""
    import psycopg
    from psycopg import sql

    connection.execute(select(*(func.set_config(name, value, True) for name, value in SETTINGS.items())))
    keys = sql.SQL(", ").join(sql.Identifier(key.name) for key in table.primary_key.columns)
    command = sql.SQL("COPY (SELECT {} FROM {} ORDER BY {}) TO STDOUT")
    whole = command.format(_names(table), sql.Identifier(table.name), keys)
    raw: Any = connection.connection.driver_connection
    try:
        with raw.cursor() as cursor, cursor.copy(whole) as copy:
            yield from _joined(copy)
    except psycopg.Error as problem:
        raise DBAPIError.instance(f"COPY {table.name}", None, problem, psycopg.Error) from problem


def _joined(lines: Iterable[Any]) -> Iterator[bytes]:
    """Join the lines of a server, which come one by one."""
    waiting = bytearray()
    for line in lines:
        waiting += line
        if len(waiting) >= BLOCK:
            yield bytes(waiting)
            waiting.clear()
    if waiting:
        yield bytes(waiting)


def _names(table: Table) -> Any:
    """Return the names of a table's columns, for the driver of a server."""
    from psycopg import sql

    return sql.SQL(", ").join(sql.Identifier(each.name) for each in table.columns)


# Writing


def _write_postgres(connection: Connection, table: Table, blocks: Iterable[bytes]) -> int:
    """Send the lines to the server."""
    import psycopg
    from psycopg import sql

    connection.execute(select(*(func.set_config(name, value, True) for name, value in SETTINGS.items())))
    command = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), _names(table))
    raw: Any = connection.connection.driver_connection
    sent = _Sent()
    try:
        with raw.cursor() as cursor:
            with cursor.copy(command) as copy:
                for block in blocks:
                    sent.note(block)
                    copy.write(block)
            return int(cursor.rowcount)
    except (psycopg.DataError, psycopg.IntegrityError) as problem:
        raise refused(table, sent.line(problem.diag.context or ""), str(problem)) from problem
    except psycopg.Error as problem:
        raise DBAPIError.instance(f"COPY {table.name}", None, problem, psycopg.Error) from problem


class _Sent:
    """The lines that were sent lately: a server complains of a line by its number, and a little later."""

    def __init__(self) -> None:
        self._first = 1
        self._blocks: deque[tuple[int, bytes]] = deque(maxlen=LATELY)

    def note(self, block: bytes) -> None:
        """Remember a block."""
        self._blocks.append((self._first, block))
        self._first += block.count(b"\n")

    def line(self, context: str) -> bytes:
        """Return the line that a server speaks of, nothing where it names none."""
        found = _LINE.search(context)
        number = int(found[1]) if found else 0
        for first, block in reversed(self._blocks):
            if first <= number:
                return block.split(b"\n")[number - first]
        return b""


def _write_sqlite(connection: Connection, table: Table, blocks: Iterable[bytes]) -> int:
    """Turn lines back into values."""
    connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    statement = str(insert(table).compile(dialect=connection.dialect, column_keys=[c.name for c in table.columns]))
    readers = [_reader(each) for each in table.columns]
    count = 0
    for block in blocks:
        rows = [_values(table, line, readers) for line in block.decode().split("\n")[:-1]]
        try:
            connection.exec_driver_sql(statement, rows)
        except DBAPIError as problem:
            if not isinstance(problem.orig, sqlite3.IntegrityError | sqlite3.DataError):
                raise
            raise refused(table, b"", str(problem.orig)) from problem
        count += len(rows)
    return count


def _values(table: Table, line: str, readers: Sequence[Callable[[str], Any]]) -> tuple[Any, ...]:
    """Return the values of a line as SQLite keeps them."""
    texts = line.split("\t")
    if len(texts) != len(readers):
        raise refused(table, line.encode(), f"{len(texts)} columns")
    try:
        return tuple([None if text == NULL else read(text) for read, text in zip(readers, texts, strict=True)])
    except ValueError as problem:
        raise refused(table, line.encode(), str(problem)) from problem


def _reader(target: Column[Any]) -> Callable[[str], Any]:
    """Return what turns the text of a column into the value that SQLite keeps."""
    kind = target.type
    if isinstance(kind, Boolean):
        return ("f", "t").index
    if isinstance(kind, UtcDateTime):
        return _instant
    if isinstance(kind, LargeBinary):
        return lambda text: bytes.fromhex(text[len("\\\\x") :])
    if isinstance(kind, String | JSON):
        return unescaped
    return str  # numbers: the column's affinity makes them so


def _instant(text: str) -> str:
    """Return an instant without zone and with all digits of its fraction."""
    plain = text.removesuffix("+00")
    return plain.ljust(26, "0") if "." in plain else f"{plain}.000000"


def unescaped(text: str) -> str:
    """Take the backslashes out."""
    return _ESCAPED.sub(lambda found: _LETTERS.get(found[1], found[1]), text) if "\\" in text else text


def escaped(text: str) -> str:
    """Return a text as it stands in a line."""
    return text.translate(_BACKSLASHED)


# What follows


def _count_on(connection: Connection) -> None:
    """Let ids go on behind the highest that was ever used: the history speaks of deleted records by their ids, too."""
    from gcrm.model.change import Change

    followed = {table_of(cls).name for cls in RECORDS}
    for each in tables():
        if "id" not in each.columns:
            continue
        highest = connection.scalar(select(func.max(each.c.id))) or 0
        if each.name in followed:
            used = select(func.max(Change.record_id)).where(Change.table_name == each.name)
            highest = max(highest, connection.scalar(used) or 0)
        _count_from(connection, each.name, highest)


def _count_from(connection: Connection, name: str, highest: int) -> None:
    """Set the counter of a table to the last id that was used."""
    if connection.dialect.name == "sqlite":
        known = table("sqlite_sequence", column("name", Text), column("seq"))
        connection.execute(known.delete().where(known.c.name == name))
        connection.execute(known.insert().values(name=name, seq=highest))
        return
    sequence = func.pg_get_serial_sequence(f'"{name}"', "id")
    connection.execute(select(func.setval(sequence, max(highest, 1), highest > 0)))
