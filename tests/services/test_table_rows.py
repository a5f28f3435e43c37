"""The rows of an office as lines: alike on both engines, there and back, and in words where a value cannot travel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Table, func, insert, select, text

from gcrm.errors import UserError
from gcrm.model.base import Base
from gcrm.model.change import Change, Operation, Seal
from gcrm.model.contact import Contact
from gcrm.model.contact_person import Person
from gcrm.model.registry import table_of
from gcrm.model.setting import Setting
from gcrm.model.user import User
from gcrm.services import contact, demo, schema, table_rows
from gcrm.services.check import check
from gcrm.services.contact_list import find
from gcrm.services.database import Database
from gcrm.services.opening import open_office
from tests.databases import PostgresOffices, SqliteOffices
from tests.services.offices import organisation, tamper


@contextmanager
def writing(database: Database) -> Iterator[Connection]:
    with database.engine.connect().execution_options(gcrm_write=True) as connection, connection.begin():
        yield connection


def lines(connection: Connection, table: Table) -> bytes:
    return b"".join(table_rows.read_rows(connection, table))


def copied(source: Database, target: Database) -> dict[str, int]:
    """Fill an office that has just been made with the rows of another one."""
    counts = {}
    with source.engine.connect() as reading, writing(target) as connection:
        schema.drop_triggers(connection)
        for table in reversed(table_rows.tables()):
            connection.execute(table.delete())
        for table in table_rows.tables():
            counts[table.name] = table_rows.write_rows(connection, table, table_rows.read_rows(reading, table))
        table_rows.finish(connection)
    return counts


@pytest.fixture
def offices_of_both(
    sqlite_offices: SqliteOffices, postgres_offices: PostgresOffices, tmp_path: Path
) -> Iterator[tuple[Database, Database]]:
    """Give an office in a file and one on a server, both without records of their own."""
    with sqlite_offices.migrated(tmp_path) as file, postgres_offices.migrated(tmp_path) as server:
        opened = open_office(file), open_office(server)
        yield opened
        for database in opened:
            database.close()


def test_the_tables_are_all_that_is_kept_and_come_after_what_they_point_to() -> None:
    names = [table.name for table in table_rows.tables()]
    assert set(Base.metadata.tables) - set(names) == {"contact_search", "current_operation"}
    for place, table in enumerate(table_rows.tables()):
        parents = {key.column.table.name for key in table.foreign_keys} - {table.name}
        assert parents <= set(names[:place]), table.name


def test_an_office_goes_from_a_file_to_a_server_and_back(
    offices_of_both: tuple[Database, Database], sqlite_offices: SqliteOffices, tmp_path: Path
) -> None:
    file, server = offices_of_both
    demo.create(file, 30, seed=3, language="de")
    organisation(file, "Quarzwerk Zwönitz")
    counts = copied(file, server)
    assert counts["contact"] == 31
    (tmp_path / "back").mkdir()
    with sqlite_offices.migrated(tmp_path / "back") as url:
        back = open_office(url)
        assert copied(server, back) == counts
        for table in table_rows.tables():
            with file.engine.connect() as one, server.engine.connect() as two, back.engine.connect() as three:
                first = lines(one, table)
                assert first == lines(two, table), table.name
                assert first == lines(three, table), table.name
                assert first.count(b"\n") == counts[table.name]
        for database in (server, back):
            report = check(database, full=True)
            assert report.ok, report.findings
            with database.read() as session:
                assert find(session, "Quarzwerk Zwönitz")[0] == 1
        back.close()


def test_ids_go_on_behind_those_of_deleted_records(offices_of_both: tuple[Database, Database]) -> None:
    file, server = offices_of_both
    first, second = organisation(file), organisation(file, "Brandt GmbH")
    contact.trash(file, [second])
    contact.purge(file, [second])
    copied(file, server)
    assert organisation(server, "Conrad GmbH") > second > first


TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)
HARD = st.sampled_from(
    ["\\", "\\N", "\\.", "a\tb", "a\nb", "\r\n", "\b\v\f\x1f\x7f", "👩‍🏭", "x\\ty", "\\\\x00", "\ufeff", ""]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | TEXTS | st.floats(-1e9, 1e9, allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS | HARD, inner, max_size=4),
    max_leaves=6,
)
INSTANTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))
ROWS = st.lists(
    st.tuples(
        TEXTS | HARD, TEXTS | HARD, JSON, INSTANTS, st.none() | st.dates(), st.none() | TEXTS | HARD, st.binary()
    ),
    min_size=1,
    max_size=4,
)


def filled(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Write rows into tables with a column of every kind."""
    for number, (one, two, value, moment, day, maybe, data) in enumerate(rows, 1):
        stamps = {"created_at": moment, "changed_at": moment, "version": number}
        operation = {
            "id": number,
            "at": moment,
            "database_user": one,
            "kind": two,
            "label": one,
            "params": {one: value},
        }
        connection.execute(insert(Operation).values(**operation))
        person = {"id": number, "first_name": one, "last_name": two, "birthday": day, "name_key": "", "salutation": ""}
        connection.execute(insert(Person).values(title="", **person, **stamps))
        connection.execute(insert(Setting).values(id=number, key=f"{number}", value=[value], **stamps))
        change = {"id": number, "operation_id": number, "table_name": one, "record_id": -number, "action": "I"}
        connection.execute(insert(Change).values(**change, salt=maybe, old=None, new=two, digest=data))


TOUCHED = tuple(table_of(cls) for cls in (Operation, Person, Setting, Change))


@given(ROWS)
@settings(max_examples=30)
def test_every_value_is_the_same_line_on_both_engines(
    offices_of_both: tuple[Database, Database], rows: list[tuple[Any, ...]]
) -> None:
    file, server = offices_of_both
    with file.engine.connect() as one, server.engine.connect() as two, file.engine.connect() as three:
        emptied(one)
        filled(one, rows)
        first = [lines(one, table) for table in TOUCHED]
        emptied(two)
        for table, block in zip(TOUCHED, first, strict=True):
            assert table_rows.write_rows(two, table, [block]) == len(rows)
        assert [lines(two, table) for table in TOUCHED] == first
        one.rollback()
        emptied(three)
        for table in TOUCHED:
            table_rows.write_rows(three, table, table_rows.read_rows(two, table))
        assert [lines(three, table) for table in TOUCHED] == first
        assert found(three) == [(one, {one: value}, moment, day, data) for one, _, value, moment, day, _, data in rows]
        two.rollback()
        three.rollback()


def found(connection: Connection) -> list[tuple[Any, ...]]:
    """Return what was written, as the program reads it."""
    columns = (Person.first_name, Operation.params, Operation.at, Person.birthday, Change.digest)
    joined = table_of(Person).join(table_of(Operation), Operation.id == Person.id).join(table_of(Change))
    return [tuple(row) for row in connection.execute(select(*columns).select_from(joined).order_by(Person.id))]


def emptied(connection: Connection) -> None:
    schema.drop_triggers(connection)
    for table in (table_of(Seal), *reversed(TOUCHED)):
        connection.execute(table.delete())


def raw(database: Database, statement: str, **values: Any) -> None:
    """Write as another program does, with whatever SQLite takes."""
    with writing(database) as connection:
        connection.execute(text(statement), values)


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ("CAST(x'41EDA0BD42' AS TEXT)", "character that does not exist"),
        ("'A' || char(0) || 'B'", "character that does not exist"),
    ],
)
def test_a_text_that_no_server_keeps_is_said_with_its_record(
    offices_of_both: tuple[Database, Database], wrong: str, complaint: str
) -> None:
    file, _server = offices_of_both
    for name in ("Albrecht GmbH", "Brandt GmbH", "Conrad GmbH"):
        organisation(file, name)
    tamper(file, [f"UPDATE contact SET name2 = {wrong} WHERE name = 'Brandt GmbH'"])
    with file.engine.connect() as connection:
        second = connection.scalar(select(Contact.id).where(Contact.name == "Brandt GmbH"))
        with pytest.raises(UserError, match=f"^Record {second} in “contact” .*{complaint}"):
            lines(connection, table_of(Contact))


@pytest.mark.parametrize(
    "wrong",
    [
        "UPDATE contact SET birthday = '2024-13-45' WHERE id = :id",
        "UPDATE contact SET discount = 'much' WHERE id = :id",
        """UPDATE contact SET custom = '{"a": "\\ud83d"}' WHERE id = :id""",
        """UPDATE contact SET custom = '{"a": "\\u0000"}' WHERE id = :id""",
        "UPDATE contact SET custom = '{' WHERE id = :id",
        "UPDATE contact SET created_at = 'long ago' WHERE id = :id",
        "UPDATE contact SET is_customer = 7 WHERE id = :id",
    ],
)
def test_a_value_that_a_server_refuses_is_said_with_its_record(
    offices_of_both: tuple[Database, Database], wrong: str
) -> None:
    file, server = offices_of_both
    numbers = [organisation(file, name) for name in ("Albrecht GmbH", "Brandt GmbH", "Conrad GmbH")]
    raw(file, wrong.replace(":id", str(numbers[1])))
    with pytest.raises(UserError, match=f"^Record {numbers[1]} in “contact” ") as refusal:
        copied(file, server)
    assert refusal.value.details
    with server.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(table_of(Contact))) == 0


@pytest.mark.parametrize(
    "wrong",
    ["7\tone too few\n", "7\tx\tx\t\t\tperhaps\t1\t2026-01-01 00:00:00+00\t\\N\t2026-01-01 00:00:00+00\t\\N\n"],
)
def test_lines_that_do_not_fit_are_refused(offices_of_both: tuple[Database, Database], wrong: str) -> None:
    for database in offices_of_both:
        with pytest.raises(UserError, match=r"^Record 7 in “user” "), writing(database) as connection:
            table_rows.write_rows(connection, table_of(User), [wrong.encode()])


def test_rows_that_contradict_the_table_are_refused(offices_of_both: tuple[Database, Database]) -> None:
    file, _server = offices_of_both
    organisation(file)
    with file.engine.connect() as connection:
        there = lines(connection, table_of(Operation))
    for database in offices_of_both:
        with pytest.raises(UserError, match="“operation”"), writing(database) as connection:
            table_rows.write_rows(connection, table_of(Operation), [there, there])


def test_large_contents_come_in_small_blocks(offices_of_both: tuple[Database, Database]) -> None:
    file, server = offices_of_both
    with writing(file) as connection:
        connection.execute(text("INSERT INTO blob VALUES ('ab', 1)"))
        for position in range(9):
            statement = text("INSERT INTO blob_chunk VALUES ('ab', :position, randomblob(1000000))")
            connection.execute(statement, {"position": position})
    copied(file, server)
    pieces = Base.metadata.tables["blob_chunk"]
    for database in offices_of_both:
        with database.engine.connect() as connection:
            blocks = list(table_rows.read_rows(connection, pieces))
            assert [block.count(b"\n") for block in blocks] == [1] * 9
            assert max(map(len, blocks)) < 2_100_000
