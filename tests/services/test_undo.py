"""Undo and redo, also of deletes and imports; and who stands in the way."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from gcrm.errors import ConflictError, UserError
from gcrm.model.contact import Contact
from gcrm.services import contact, demo, settings, undo
from gcrm.services.check import check
from gcrm.services.database import Database
from gcrm.services.opening import open_office
from gcrm.services.seals import seal_pending
from gcrm.services.unit_of_work import unit_of_work
from tests.services.offices import organisation
from tests.services.test_merge import dump


def edit(database: Database, contact_id: int, **values: Any) -> None:
    loaded = contact.load(database, contact_id)
    for name, value in values.items():
        setattr(loaded.record, name, value)
    contact.save(database, loaded)


def read(database: Database, contact_id: int) -> Contact:
    with database.read() as session:
        return session.get_one(Contact, contact_id)


def test_the_last_twenty_and_more_are_undone_and_redone(database: Database) -> None:
    made = organisation(database)
    states = [dump(database)]
    for turn in range(25):
        edit(database, made, notes=f"Note {turn}", custom={f"f{turn % 3}": turn})
        states.append(dump(database))
    for state in reversed(states[:-1]):
        assert undo.undo_last(database) is not None
        assert dump(database) == state
    for state in states[1:]:
        assert undo.redo_last(database) is not None
        assert dump(database) == state
    assert undo.redo_last(database) is None
    seal_pending(database)
    assert check(database, full=True).ok


def test_a_purged_contact_comes_back_whole(database: Database) -> None:
    made = organisation(database)
    before = dump(database)
    contact.trash(database, [made])
    contact.purge(database, [made])
    with database.read() as session:
        assert session.get(Contact, made) is None
    undo.undo_last(database)
    undo.undo_last(database)
    assert dump(database) == before
    assert read(database, made).version > 1
    assert check(database).ok


def test_a_creation_is_undone_with_its_children(database: Database) -> None:
    before = dump(database)
    organisation(database)
    undo.undo_last(database)
    assert {name: rows for name, rows in dump(database).items() if rows} == {n: r for n, r in before.items() if r}
    undo.redo_last(database)
    with database.read() as session:
        assert session.query(Contact).count() == 1


def test_each_user_undoes_the_own_work(database: Database, database_url: str) -> None:
    made = organisation(database)
    other = open_office(database_url, user="bruno")
    edit(other, made, notes="by Bruno")
    with database.read() as session:
        step = undo.next_undo(session, database.user_id)
        assert step is not None
        assert step.label == "Contact “Albrecht Metallbau GmbH” created"
    with pytest.raises(ConflictError, match="bruno"):
        undo.undo_last(database)
    undo.undo_last(other)
    assert read(database, made).notes == ""
    undo.undo_last(database)
    other.close()


def test_changes_of_other_fields_do_not_stand_in_the_way(database: Database, database_url: str) -> None:
    made = organisation(database)
    edit(database, made, notes="mine")
    other = open_office(database_url, user="bruno")
    edit(other, made, priority="C")
    other.close()
    undo.undo_last(database)
    found = read(database, made)
    assert (found.notes, found.priority) == ("", "C")


def test_the_same_field_refuses_with_the_name_and_writes_nothing(database: Database, database_url: str) -> None:
    made = organisation(database)
    edit(database, made, notes="mine", priority="B")
    other = open_office(database_url, user="bruno")
    edit(other, made, notes="theirs")
    other.close()
    before = dump(database)
    with pytest.raises(ConflictError, match="bruno has changed Notes since") as refused:
        undo.undo_last(database)
    assert [(conflict.field, conflict.theirs) for conflict in refused.value.conflicts] == [("notes", "theirs")]
    assert dump(database) == before
    third = open_office(database_url, user="carla")
    edit(third, made, priority="C")
    third.close()
    with pytest.raises(ConflictError, match="bruno, carla have changed "):
        undo.undo_last(database)


def test_what_hangs_on_a_creation_by_now_refuses(database: Database, database_url: str) -> None:
    made = organisation(database)
    other = open_office(database_url, user="bruno")
    contact.set_category(other, [made], "VIP")
    other.close()
    with pytest.raises(ConflictError, match="bruno"):
        undo.undo_last(database)


def test_an_import_is_undone_but_for_what_was_edited_since(database: Database) -> None:
    with unit_of_work(database, "Import", kind="import") as work:
        for name in ("One", "Two", "Three"):
            contact.add(work, contact.empty(name=name))
        operation = work.operation_id
    with database.read() as session:
        two = session.query(Contact).filter(Contact.name == "Two").one().id
    edit(database, two, notes="worked on")
    with pytest.raises(ConflictError):
        undo.undo(database, operation)
    kept = undo.undo(database, operation, keep_edited=True)
    assert {conflict.record for conflict in kept} == {("contact", two)}
    with database.read() as session:
        assert [found.name for found in session.query(Contact)] == ["Two"]


def test_nothing_is_undone_twice_and_nothing_new_is_redone_over(database: Database) -> None:
    made = organisation(database)
    edit(database, made, notes="x")
    step = undo.undo_last(database)
    assert step is not None
    with pytest.raises(UserError, match="already"):
        undo.undo(database, step.operation)
    edit(database, made, notes="something new")
    assert undo.redo_last(database) is None


def test_there_is_nothing_to_undo_in_a_new_office(database: Database) -> None:
    assert undo.undo_last(database) is None
    demo.create(database, 15, activities=20)
    assert undo.undo_last(database) is None


def test_erased_data_cannot_come_back(database: Database) -> None:
    made = organisation(database)
    edit(database, made, notes="secret")
    with database.engine.connect().execution_options(gcrm_write=True) as connection, connection.begin():
        connection.execute(text("UPDATE change SET salt = NULL, old = NULL, new = NULL WHERE action = 'U'"))
    with pytest.raises(UserError, match="erased"):
        undo.undo_last(database)


def test_unique_values_that_changed_places_go_back(database: Database) -> None:
    one, two = organisation(database, "One"), organisation(database, "Two")
    before = dump(database)
    with unit_of_work(database, "Swapped") as work:
        first, second = work.session.get_one(Contact, one), work.session.get_one(Contact, two)
        first.number = None
        work.session.flush()
        second.number = "10001"
        work.session.flush()
        first.number = "10002"
    after = dump(database)
    undo.undo_last(database)
    assert dump(database) == before
    undo.redo_last(database)
    assert dump(database) == after


def test_thousands_of_records_are_undone_in_one_step(database: Database) -> None:
    demo.create(database, 500, activities=0)
    settings.set(database, "backup.is_automatic", False)  # it would note its backup in the office
    with database.read() as session:
        ids = [row for (row,) in session.query(Contact.id)]
    before = dump(database)
    contact.trash(database, ids)
    contact.purge(database, ids)
    undo.undo_last(database)
    undo.undo_last(database)
    assert dump(database) == before
