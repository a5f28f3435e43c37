"""Every record type and every field keeps the rules of the house, on both databases; a new one is covered by itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, UniqueConstraint, delete, inspect, select, text

from gcrm.model.base import BOOKKEEPING, Base, Record
from gcrm.model.category import Category
from gcrm.model.change import Change
from gcrm.model.fields import KINDS, fields_of
from gcrm.model.fold import fold
from gcrm.model.migrations import HEAD
from gcrm.model.registry import INTERNAL, RECORDS, UNTRACKED_COLUMNS, class_of, table_of, tracked_columns
from gcrm.services import schema, undo
from gcrm.services.changes import payload, record_history
from gcrm.services.check import check
from gcrm.services.database import Database
from gcrm.services.seals import seal_pending
from gcrm.services.unit_of_work import unit_of_work
from tests.samples import make, value_of

records = pytest.mark.parametrize("cls", RECORDS, ids=lambda cls: cls.__tablename__)
FIELDS = [(cls, name) for cls in RECORDS for name in fields_of(cls)]
FOLLOWING = re.compile(r"(name|town|value)_key|suffix|next_value|e164")
"""Columns that follow from fields, or are told apart in the registry: they are no fields."""


def test_every_mapped_class_is_registered() -> None:
    assert {mapper.class_ for mapper in Base.registry.mappers} == {*RECORDS, *INTERNAL}
    assert all(class_of(cls.__tablename__) is cls for cls in RECORDS)


@records
def test_every_column_is_a_field_or_bookkeeping(cls: type[Record]) -> None:
    told = fields_of(cls)
    left = {c.name for c in table_of(cls).columns} - set(told) - set(BOOKKEEPING) - {"id"}
    assert {name for name in left if not FOLLOWING.fullmatch(name)} == set()


@pytest.mark.parametrize(("cls", "name"), FIELDS, ids=lambda value: getattr(value, "__tablename__", value))
def test_every_field_is_told_whole(cls: type[Record], name: str) -> None:
    field = fields_of(cls)[name]
    assert field.label.strip() == field.label != ""
    assert field.label[0].isupper() or field.label[0] == "E"
    assert not field.label.endswith((".", ":", "!"))
    assert field.kind in KINDS
    assert field.kind not in ("choice", "choices") or field.choices
    column = table_of(cls).columns[name]
    assert (field.kind == "yes_no") == (column.type.python_type is bool)
    assert (field.kind in ("record", "contact")) >= bool(column.foreign_keys) or name == "sha256"
    default: Any = column.default
    assert not field.choices or default is None or default.arg in dict(field.choices)


@records
def test_nothing_is_read_behind_a_windows_back(cls: type[Record]) -> None:
    assert {relation.lazy for relation in inspect(cls).relationships} <= {"raise"}


@records
def test_ids_are_never_used_twice_and_versions_are_guarded(cls: type[Record]) -> None:
    assert table_of(cls).dialect_options["sqlite"]["autoincrement"] is True
    assert inspect(cls).version_id_col is table_of(cls).c.version
    assert set(BOOKKEEPING) <= set(table_of(cls).columns.keys())


@pytest.mark.parametrize("table", Base.metadata.sorted_tables, ids=lambda table: table.name)
def test_names_of_constraints_follow_the_convention(table: Any) -> None:
    for constraint in table.constraints:
        start = {"PrimaryKeyConstraint": "pk", "ForeignKeyConstraint": "fk", "UniqueConstraint": "uq"}
        assert str(constraint.name).startswith(f"{start.get(type(constraint).__name__, 'ck')}_{table.name}")
    assert all(str(index.name).startswith((f"ix_{table.name}", f"uq_{table.name}")) for index in table.indexes)


@records
def test_every_reference_can_be_followed_back_by_an_index(cls: type[Record]) -> None:
    table = table_of(cls)
    groups = [list(index.columns) for index in table.indexes]
    groups += [list(c.columns) for c in table.constraints if isinstance(c, UniqueConstraint)]
    first = {columns[0].name for columns in groups}
    assert {column.name for column in table.columns if column.foreign_keys} <= first


@records
def test_every_reference_says_what_becomes_of_it(cls: type[Record]) -> None:
    for key in table_of(cls).foreign_keys:
        assert key.ondelete in ("CASCADE", "SET NULL", "RESTRICT") or key.column.table.name == "blob"
        assert key.ondelete != "SET NULL" or key.parent.nullable


ADDED = {
    ("user", "group_id"): ("user_group", "id", "RESTRICT"),
    ("consent", "contact_person_id"): ("contact_person", "id", "CASCADE"),
}
"""References of columns that a revision added: SQLite takes them in one statement with the column."""


TRIGRAMS = ("ix_contact_search_text", "ix_contact_name_trigrams")
"""Indexes that only a server has."""


def test_the_migrated_schema_is_that_of_the_classes(database: Database) -> None:
    def ours(thing: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:
        if kind == "foreign_key_constraint" and database.is_sqlite:  # no ON DELETE of an added column is read
            return (thing.table.name, *thing.columns.keys()) not in ADDED
        return not (kind == "table" and str(name).startswith("contact_search_fts")) and name not in TRIGRAMS

    with database.engine.connect() as connection:
        options = {"compare_type": True, "include_object": ours}
        differences = compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)
        connection.rollback()
    assert differences == []


@pytest.mark.parametrize(("place", "told"), ADDED.items())
def test_a_reference_that_was_added_says_what_becomes_of_it(
    database: Database, place: tuple[str, str], told: tuple[str, str, str]
) -> None:
    if database.is_sqlite:
        with database.read() as session:
            keys = session.execute(text("SELECT * FROM pragma_foreign_key_list(:name)"), {"name": place[0]}).all()
        assert [(key[2], key[4], key[6]) for key in keys if key[3] == place[1]] == [told]


def test_the_schema_goes_down_and_up_again(database: Database) -> None:
    with database.engine.connect().execution_options(gcrm_write=True) as connection, connection.begin():
        schema.migrate(connection, "base")
        left = {name for name in inspect(connection).get_table_names() if not name.startswith("contact_search")}
    assert left <= {"alembic_version", "sqlite_sequence"}
    schema.upgrade(database.engine)
    with database.engine.connect() as connection:
        assert schema.revision(connection) == HEAD
    with unit_of_work(database, "Again") as work:
        for cls in RECORDS:
            make(work.session, cls, 1)
    seal_pending(database)
    assert {finding.kind for finding in check(database).findings} <= {"default", "file"}


def rows_of(database: Database, cls: type[Record], record: int) -> dict[str, Any] | None:
    with database.read() as session:
        table = table_of(cls)
        columns = [table.c[name] for name in tracked_columns(table)]
        row = session.execute(select(*columns).where(table.c.id == record)).first()
        return dict(row._mapping) if row else None


def writable(cls: type[Record]) -> list[Column[Any]]:
    """Return the columns that can be given another value without other records."""
    return [c for c in table_of(cls).columns if c.name in tracked_columns(table_of(cls)) and not c.foreign_keys]


@records
def test_one_write_is_one_change_and_every_field_is_in_the_history_and_can_be_undone(
    database: Database, cls: type[Record]
) -> None:
    with unit_of_work(database, "Made") as work:
        record = make(work.session, cls, 1).id
        operation = work.operation_id
    first, changes = rows_of(database, cls, record), changes_of(database, cls, record)
    assert [(change.action, change.operation_id, change.old) for change in changes] == [("I", operation, None)]
    kept = {name: value for name, value in (first or {}).items() if value is not None}
    assert payload(cls.__tablename__, changes[0].new) == kept
    with unit_of_work(database, "Changed") as work:
        found = work.session.get_one(cls, record)
        for column in writable(cls):
            setattr(found, column.name, value_of(column, 2))
    second = rows_of(database, cls, record)
    assert first is not None
    assert second is not None
    changed = {name for name in first if first[name] != second[name]}
    assert {c.name for c in writable(cls) if not FOLLOWING.fullmatch(c.name)} <= changed
    with database.read() as session:
        entries = record_history(session, cls.__tablename__, record, user=database.user_id)
        told = {entry.field: (entry.old, entry.new) for entry in entries if entry.action == "U"}
    assert set(told) == changed & set(fields_of(cls))
    assert all(told[name] == (first[name], second[name]) for name in told)
    with unit_of_work(database, "Deleted") as work:
        work.session.execute(delete(table_of(cls)).where(table_of(cls).c.id == record))
    for expected in (second, first) if changed else (second,):
        undo.undo_last(database)
        assert rows_of(database, cls, record) == expected
    undo.redo_last(database)
    assert rows_of(database, cls, record) == (second if changed else None)


def changes_of(database: Database, cls: type[Record], record: int) -> Sequence[Change]:
    with database.read() as session:
        mine = select(Change).where(Change.table_name == cls.__tablename__, Change.record_id == record)
        return session.scalars(mine).all()


def test_what_the_history_leaves_out_is_told(database: Database) -> None:
    for name, columns in UNTRACKED_COLUMNS.items():
        assert columns <= set(table_of(class_of(name)).columns.keys())


def test_sort_order_is_the_same_on_both_engines(database: Database) -> None:
    names = "Zebra zebu Ängstlich Angst ÄNGSTE Öse Ose Übel Ubel straße strasse Élan elan çedilha cedo señor senor"
    names += " São sao Ångström angström Łódź lodz İzmir izmir ızgara Øre æra þing đak ŉ 1 10 2 - _ ~"
    with unit_of_work(database, "Categories") as work:
        work.session.add_all(Category(name=name) for name in {fold(name): name for name in names.split()}.values())
    with database.read() as session:
        keys = session.scalars(select(Category.name_key).order_by(Category.name_key)).all()
    assert keys == sorted({fold(name) for name in names.split()}, key=lambda key: key.encode())
