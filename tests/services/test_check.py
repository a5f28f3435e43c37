"""The check of an office: it is silent over a healthy one, and sees every hand that went round the program."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, event, select, text
from sqlalchemy.orm import sessionmaker

from gcrm.errors import EnvironmentProblem
from gcrm.model.change import Change, Operation, Seal
from gcrm.model.contact import Contact
from gcrm.model.erasure import Erasure
from gcrm.services import activity, attachment, contact, undo
from gcrm.services.backup import copy_beside
from gcrm.services.check import Report, check, history
from gcrm.services.database import Database, digest
from gcrm.services.opening import open_office
from gcrm.services.seals import seal_pending
from gcrm.services.unit_of_work import unit_of_work
from tests.databases import PostgresOffices, SqliteOffices
from tests.services.offices import organisation, tamper

FIRST = 1
"""The first contact of the busy office."""


def edit(database: Database, contact_id: int, **values: str) -> None:
    loaded = contact.load(database, contact_id)
    for name, value in values.items():
        setattr(loaded.record, name, value)
    contact.save(database, loaded)


@pytest.fixture
def busy(offices: SqliteOffices | PostgresOffices, data_folder: Path) -> Iterator[Database]:
    """Give a busy office of its own on either engine."""
    with offices.filled(data_folder, busy_office) as url, closing(open_office(url)) as opened:
        yield opened


def kinds(report: Report) -> set[str]:
    return {finding.kind for finding in report.findings}


def busy_office(database: Database) -> None:
    """Fill an office with a history of edits, a deletion, an undo and a redo, all sealed."""
    first = organisation(database)
    second = organisation(database, "Becker & Söhne KG", town="Köln")
    edit(database, first, name2="Werk 2", notes="Ruft an")
    contact.trash(database, [second])
    contact.purge(database, [second])
    undo.undo_last(database)
    undo.redo_last(database)
    contact.set_category(database, [first], "Presse")
    with unit_of_work(database, "Old and new") as work:
        work.session.get_one(Contact, first).custom = {"f1": None, "f2": ["x", 1.5, "ü"]}
    seal_pending(database)


def test_a_healthy_office_gives_no_finding(busy: Database) -> None:
    assert check(busy, full=True) == Report(True)


def test_an_empty_office_is_healthy(database: Database) -> None:
    assert check(database, full=True) == Report(True)


HISTORY = {
    "a value is altered": ["UPDATE change SET new = replace(new, 'Ruft an', 'Zahlt') WHERE new LIKE '%Ruft an%'"],
    "a change is deleted": ["DELETE FROM change WHERE id = (SELECT max(id) FROM change WHERE action = 'U')"],
    "a change is moved": ["UPDATE change SET operation_id = operation_id - 1 WHERE id = (SELECT max(id) FROM change)"],
    "two changes are swapped": [
        "UPDATE change SET id = -1 WHERE id = 2",
        "UPDATE change SET id = 2 WHERE id = 3",
        "UPDATE change SET id = 3 WHERE id = -1",
    ],
    "a change is added": [
        "INSERT INTO change (operation_id, table_name, record_id, action, digest) "
        "SELECT operation_id, 'contact', 99, 'U', digest FROM change WHERE id = 3"
    ],
    "the author is forged": ["UPDATE operation SET user_id = 77 WHERE id = 3"],
    "the server's user is forged": ["UPDATE operation SET database_user = 'nobody' WHERE id = 3"],
    "the time is forged": ["UPDATE operation SET at = '2020-01-01 00:00:00.000000' WHERE id = 3"],
    "a seal is deleted": ["DELETE FROM seal WHERE id = 3"],
    "a seal is exchanged": ["UPDATE seal SET content = digest WHERE id = 3"],
    "an operation vanishes with all traces": [
        "DELETE FROM seal WHERE operation_id = 3",
        "DELETE FROM change WHERE operation_id = 3",
        "UPDATE operation SET undoes_id = NULL WHERE undoes_id = 3",
        "DELETE FROM operation WHERE id = 3",
        "UPDATE seal SET id = -id WHERE id > 3",
        "UPDATE seal SET id = -id - 1 WHERE id < 0",
    ],
}


@pytest.mark.parametrize("statements", HISTORY.values(), ids=HISTORY)
def test_every_hand_on_the_history_is_seen(busy: Database, statements: list[str]) -> None:
    tamper(busy, statements)
    report = check(busy)
    assert not report.ok
    assert kinds(report) & {"history", "seal"}
    assert "trigger" not in kinds(report)


def test_an_operation_that_was_never_sealed_is_seen(busy: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    tamper(busy, ["DELETE FROM seal WHERE id = (SELECT max(id) FROM seal)"])
    assert check(busy).ok
    monkeypatch.setattr(history, "SEALED_WITHIN", timedelta(0))
    assert kinds(check(busy)) == {"seal"}
    seal_pending(busy)
    assert check(busy).ok


def test_an_erased_payload_leaves_the_chain_whole_and_needs_an_erasure(busy: Database) -> None:
    with busy.engine.connect().execution_options(gcrm_write=True) as connection, connection.begin():
        connection.execute(text("UPDATE change SET salt = NULL, old = NULL, new = NULL WHERE new LIKE '%Ruft an%'"))
    assert [(each.kind, each.record) for each in check(busy, full=True).findings] == [("history", f"contact:{FIRST}")]
    with unit_of_work(busy, "Erased") as work:
        work.session.add(Erasure(contact_id=FIRST, records={"contact": [FIRST]}))
    seal_pending(busy)
    assert check(busy, full=True).ok
    with busy.read() as session:
        assert session.get_one(Contact, FIRST).notes == "Ruft an"


def test_a_record_changed_round_the_triggers_is_seen(busy: Database) -> None:
    tamper(busy, ["UPDATE contact SET vat_number = 'DE1'", "DELETE FROM bank_account"])
    report = check(busy)
    assert {finding.record for finding in report.findings if finding.kind == "state"} == {
        f"contact:{FIRST}",
        "bank_account",
    }


DERIVED = {
    "an index row is wrong": (["UPDATE contact_search SET text = 'nobody'"], "index"),
    "an index row is missing": (["DELETE FROM contact_search"], "index"),
    "a key is out of date": (["UPDATE contact SET name_key = 'zzz'", "UPDATE contact_point SET value_key = ''"], "key"),
    "there is no default": (["UPDATE address SET is_default = false"], "default"),
    "there are two defaults": (["UPDATE contact_point SET kind = 'phone', is_default = true"], "default"),
}


@pytest.mark.parametrize(("statements", "kind"), DERIVED.values(), ids=DERIVED)
def test_what_follows_from_the_records_is_repaired_after_a_backup(
    busy: Database, statements: list[str], kind: str
) -> None:
    with unit_of_work(busy, "By hand", index=False) as work:
        for statement in statements:
            work.session.execute(text(statement))
    found = check(busy)
    assert kind in kinds(found)
    assert not any(finding.repaired for finding in found.findings)
    repaired = check(busy, repair=True, has_backup=True)
    assert repaired.ok, repaired.findings
    assert {finding.repaired for finding in repaired.findings} == {True}
    assert bool(repaired.backup) is busy.is_sqlite
    assert check(busy, full=True) == Report(True)
    with busy.read() as session:
        assert session.get_one(Contact, FIRST).name_key == "albrecht metallbau gmbh werk 2"


@pytest.fixture
def file_office(sqlite_offices: SqliteOffices, data_folder: Path) -> Iterator[Database]:
    with sqlite_offices.migrated(data_folder) as url:
        opened = open_office(url)
        yield opened
        opened.close()


@pytest.fixture
def team_office(postgres_offices: PostgresOffices, data_folder: Path) -> Iterator[Database]:
    with postgres_offices.migrated(data_folder) as url:
        opened = open_office(url)
        yield opened
        opened.close()


def test_a_full_text_index_that_does_not_fit_is_made_anew(file_office: Database) -> None:
    database = file_office
    busy_office(database)
    tamper(database, ["DELETE FROM contact_search_fts_idx", "DELETE FROM contact_search_fts_data WHERE id > 10"])
    assert "index" in kinds(check(database))
    assert check(database, repair=True).ok


def test_missing_triggers_are_made_again(busy: Database) -> None:
    on = "" if busy.is_sqlite else " ON contact"
    with busy.engine.connect().execution_options(gcrm_write=True) as connection, connection.begin():
        connection.exec_driver_sql(f"DROP TRIGGER change_contact_update{on}")
        if not busy.is_sqlite:
            connection.exec_driver_sql("ALTER TABLE change DISABLE TRIGGER change_guard")
    report = check(busy)
    assert "change_contact_update" in {finding.record for finding in report.findings}
    assert len(report.findings) == 2 - busy.is_sqlite
    assert check(busy, repair=True, has_backup=True).ok


def test_a_function_of_the_server_that_was_exchanged_is_seen(team_office: Database) -> None:
    with team_office.engine.connect() as connection, connection.begin():
        connection.exec_driver_sql(
            "CREATE OR REPLACE FUNCTION change_contact_delete() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RETURN NULL; END $$"
        )
    assert [finding.record for finding in check(team_office).findings] == ["change_contact_delete"]


def test_odd_versions_are_seen(busy: Database) -> None:
    tamper(busy, ["UPDATE address SET version = 0"])
    assert kinds(check(busy)) == {"version"}


def test_orphans_are_seen(file_office: Database) -> None:
    busy_office(file_office)
    raw = sqlite3.connect(str(file_office.path))
    raw.execute("PRAGMA foreign_keys = OFF")
    raw.execute("DROP TRIGGER change_address_update")
    raw.execute("UPDATE address SET contact_id = 4711")
    raw.commit()
    raw.close()
    assert "address:1" in {finding.record for finding in check(file_office).findings if finding.kind == "reference"}


def test_a_damaged_file_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "office.gcrm"
    database = open_office(str(path))
    organisation(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    content = bytearray(path.read_bytes())
    for place in range(8192, len(content), 8192):
        content[place : place + 200] = b"\xff" * 200
    path.write_bytes(content)
    database = Database(database.url, database.engine, database.sessions)
    report = check(database)
    assert not report.ok
    assert kinds(report) == {"integrity"}
    database.close()


def test_nothing_private_is_named_by_what_is_found(database: Database) -> None:
    private = activity.log(database, organisation(database), "SECRET", is_private=True)
    hidden = attachment.attach_bytes(database, b"hidden", "SECRET.txt", activity_id=private)
    attachment.attach_bytes(database, b"open", "offer.txt")
    seal_pending(database)
    with database.read() as session:
        operation = session.scalars(select(Operation.id).where(Operation.label.like("File%")).order_by(Operation.id))
        number = operation.first()
    tamper(database, ["DELETE FROM blob_chunk", "UPDATE operation SET label = 'x' || label"])
    told = "\n".join(finding.sentence for finding in check(database).findings)
    assert "SECRET" not in told
    assert f"private file {hidden}" in told
    assert "“offer.txt”" in told
    assert f"Operation {number} of" in told


def test_a_team_database_is_repaired_after_a_backup_of_its_own(team_office: Database) -> None:
    busy_office(team_office)
    tamper(team_office, ["UPDATE contact SET name_key = 'x'"])
    report = check(team_office, repair=True)
    assert report.ok
    assert Path(report.backup).is_file()


def test_many_findings_are_counted(database: Database) -> None:
    for number in range(105):
        contact.create(database, contact.empty(name=f"Firma {number}"))
    tamper(database, ["UPDATE contact SET name_key = 'x'"])
    report = check(database)
    told = [finding for finding in report.findings if finding.kind == "key"]
    assert len(told) == 101
    assert told[-1].sentence == "5 more findings of this kind"


def test_a_check_changes_nothing(busy: Database) -> None:
    with busy.read() as session:
        before = [session.query(cls).count() for cls in (Change, Operation, Seal)]
    check(busy, full=True)
    check(busy, repair=True, has_backup=True)
    with busy.read() as session:
        assert [session.query(cls).count() for cls in (Change, Operation, Seal)] == before


def test_a_copy_is_whole_while_others_write(tmp_path: Path) -> None:
    path = tmp_path / "office.gcrm"
    database = open_office(str(path))
    organisation(database)
    copy = copy_beside(path, "test")
    organisation(database, "Nach der Kopie")
    opened = open_office(str(copy))
    with opened.read() as session:
        assert session.query(Contact).count() == 1
    assert check(opened).ok
    opened.close()
    database.close()


def test_a_copy_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    broken = tmp_path / "office.gcrm"
    broken.write_bytes(b"SQLite format 3\0" + b"\x00" * 5000)
    with pytest.raises(EnvironmentProblem):
        copy_beside(broken, "test")
    assert list(tmp_path.glob("office*")) == [broken]


def test_an_office_that_cannot_be_written_is_checked(file_office: Database) -> None:
    busy_office(file_office)
    reading = f"file:{file_office.path}?mode=ro"
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(reading, uri=True, check_same_thread=False))
    event.listen(engine, "connect", lambda raw, record: raw.create_function("gcrm_digest", 6, digest))
    assert check(Database(file_office.url, engine, sessionmaker(engine))) == Report(True)
    engine.dispose()
