"""The history as it is read: who changed what, when, from what to what."""

from __future__ import annotations

from sqlalchemy import text

from gcrm.i18n import set_language
from gcrm.services import changes, contact
from gcrm.services.database import Database
from gcrm.services.opening import open_office
from tests.services.offices import organisation


def edit(database: Database, contact_id: int, **values: object) -> None:
    loaded = contact.load(database, contact_id)
    for name, value in values.items():
        setattr(loaded.record, name, value)
    contact.save(database, loaded)


def test_a_change_is_told_field_by_field_newest_first(database: Database) -> None:
    made = organisation(database)
    edit(database, made, priority="B", notes="Ruft an")
    edit(database, made, priority="C")
    with database.read() as session:
        entries = changes.record_history(session, "contact", made)
    told = [(entry.field, entry.label, entry.old, entry.new) for entry in entries if entry.action == "U"]
    assert told == [
        ("priority", "Priority", "B", "C"),
        *sorted(
            [("priority", "Priority", "A", "B"), ("notes", "Notes", "", "Ruft an")],
            key=lambda row: row[0] != told[1][0],
        ),
    ]
    assert {entry.operation for entry in entries} == {
        "Contact “Albrecht Metallbau GmbH” changed",
        "Contact “Albrecht Metallbau GmbH” created",
    }


def test_the_history_of_a_contact_holds_its_children_and_people(database: Database) -> None:
    made = organisation(database)
    loaded = contact.load(database, made)
    loaded.record.persons[0].person.title = "Dr."
    loaded.record.addresses[0].street = "Ring"
    del loaded.record.points[1]
    contact.save(database, loaded)
    with database.read() as session:
        entries = changes.contact_history(session, made)
    newest = {
        (e.table, e.action, e.field): (e.old, e.new) for e in entries if e.operation_id == entries[0].operation_id
    }
    assert newest["person", "U", "title"] == ("", "Dr.")
    assert newest["address", "U", "street"] == ("Hauptstraße", "Ring")
    assert newest["contact_point", "D", "value"] == ("info@albrecht.example", None)
    assert all(not field.endswith("_key") for _table, _action, field in newest)


def test_the_history_names_who_it_was(database: Database, database_url: str) -> None:
    made = organisation(database)
    other = open_office(database_url, user="bruno")
    edit(other, made, notes="by Bruno")
    other.close()
    with database.engine.connect().execution_options(gcrm_write=True) as connection, connection.begin():
        connection.execute(text("UPDATE contact SET name2 = 'by hand'"))
    with database.read() as session:
        assert changes.last_author(session, "contact", made, "notes") == "bruno"
        assert changes.last_author(session, "contact", made, "name2").startswith("outside gCRM (")
        assert changes.last_author(session, "contact", 4711, "name") == "somebody"


def test_erased_payloads_are_said_to_be_erased(database: Database) -> None:
    made = organisation(database)
    edit(database, made, notes="secret")
    with database.engine.connect().execution_options(gcrm_write=True) as connection, connection.begin():
        connection.execute(text("UPDATE change SET salt = NULL, old = NULL, new = NULL WHERE action = 'U'"))
    with database.read() as session:
        entries = changes.record_history(session, "contact", made)
    assert entries[0].is_erased
    assert not any("secret" in str(entry.new) for entry in entries)


def test_labels_speak_the_language_and_never_fail() -> None:
    assert changes.operation_label("Contact “{name}” changed", {"name": "{x}"}) == "Contact “{x}” changed"
    assert changes.operation_label("Contact “{name}” changed", {}) == "Contact “…” changed"
    set_language("de")
    assert changes.who(None, "", "system") == "gCRM"


def test_the_newest_change_is_known(database: Database) -> None:
    with database.read() as session:
        before = changes.latest_change(session)
    organisation(database)
    with database.read() as session:
        assert changes.latest_change(session) > before
        assert len(changes.contact_history(session, 1, limit=3)) >= 3
