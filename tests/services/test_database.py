"""Opening an office, and being two programs in it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.model.user import User
from gcrm.services import contact
from gcrm.services.change_feed import ChangeWatcher
from gcrm.services.changed import Changed
from gcrm.services.database import Database, digest
from gcrm.services.opening import open_office
from tests.databases import SqliteOffices
from tests.services.offices import organisation


def test_sqlite_is_set_up_to_lose_nothing(sqlite_offices: SqliteOffices, data_folder: Path) -> None:
    with sqlite_offices.migrated(data_folder) as url:
        database = open_office(url)
        wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 20_000}
        with database.engine.connect() as connection:
            found = {name: connection.execute(text(f"PRAGMA {name}")).scalar() for name in wanted}
        assert found == wanted
        database.close()


def test_both_engines_make_the_same_digest(database: Database) -> None:
    values = ("salt", "contact", 7, "U", None, '{"name": "Müller 🙂"}')
    call = "gcrm_digest(:s, :t, :r, :a, CAST(:o AS text), :n)"
    with database.read() as session:
        found = session.execute(text(f"SELECT {call}"), dict(zip("straon", values, strict=True))).scalar()
    assert bytes(found or b"") == digest(*values)


def test_the_first_log_in_makes_the_user_and_the_next_finds_it(database_url: str) -> None:
    first = open_office(database_url, user="anna")
    again = open_office(database_url, user="anna")
    other = open_office(database_url, user="bruno")
    assert first.user_id == again.user_id != other.user_id
    with first.read() as session:
        assert session.query(User).filter(User.login == "anna").count() == 1
    for database in (first, again, other):
        database.close()


@pytest.mark.parametrize(
    ("address", "words"),
    [("mysql://host/x", "not with “mysql”"), ("://", "not a database")],
)
def test_a_wrong_address_is_said_in_words(address: str, words: str) -> None:
    with pytest.raises(UserError, match=words):
        open_office(address)


def test_a_server_that_does_not_answer_is_said_without_the_password() -> None:
    with pytest.raises(EnvironmentProblem, match="cannot be reached") as refused:
        open_office("postgresql://anna:geheim@127.0.0.1:9/office")
    assert "geheim" not in refused.value.sentence + refused.value.details


def test_a_file_that_is_no_office_is_said(tmp_path: Path) -> None:
    path = tmp_path / "letter.gcrm"
    path.write_text("Dear Sir or Madam, " * 100)
    with pytest.raises(EnvironmentProblem, match="not an office file"):
        open_office(str(path))
    assert path.read_text().startswith("Dear Sir")


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match="does not exist"):
        open_office(str(tmp_path / "no" / "office.gcrm"))


READ_ONLY = """
import os, sys
from gcrm.errors import GcrmError
from gcrm.services import contact
from gcrm.services.opening import open_office
from gcrm.services.database import Database
warm = open_office(sys.argv[1] + ".warm", user="anna")  # loads what is loaded on first use
contact.create(warm, contact.empty(name="Warm"))
if os.geteuid() == 0:  # the rights of files do not hold root: go on as somebody else
    os.setegid(65534)
    os.seteuid(65534)
try:
    database = open_office(sys.argv[2], user="anna")
    contact.create(database, contact.empty(name="Not written"))
except GcrmError as error:
    print(error.sentence)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="rights of files are those of POSIX")
@pytest.mark.parametrize("closed", [True, False], ids=["folder too", "file only"])
def test_a_file_that_cannot_be_written_is_said(tmp_path: Path, closed: bool) -> None:
    folder = tmp_path / "shelf"
    folder.mkdir()
    path = folder / "office.gcrm"
    database = open_office(str(path), user="anna")
    organisation(database)
    database.close()
    before = path.read_bytes()
    path.chmod(0o444)
    folder.chmod(0o555 if closed else 0o777)
    for parent in tmp_path.parents[:3]:  # a worker has a folder of its own in between
        parent.chmod(parent.stat().st_mode | 0o055)
    tmp_path.chmod(0o755)
    command = [sys.executable, "-c", READ_ONLY, str(tmp_path / "office"), str(path)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    folder.chmod(0o755)
    assert "cannot be written: the file or its folder is read-only." in answer.stdout, answer.stderr
    assert path.read_bytes() == before


def test_listeners_hear_what_an_operation_changed(database: Database) -> None:
    heard: list[tuple[int, frozenset[Changed]]] = []
    database.listeners.append(lambda operation, changed: heard.append((operation, changed)))
    made = organisation(database)
    contact.save(database, contact.load(database, made))
    assert len(heard) == 1
    assert Changed("contact", made, made, "I") in heard[0][1]
    assert {change.table for change in heard[0][1]} >= {"address", "person", "contact_point"}


def test_a_second_program_sees_changes(database: Database, database_url: str) -> None:
    other = open_office(database_url, user="bruno")
    watcher = ChangeWatcher(other)
    watcher.start()
    assert watcher.wait(0.01) == frozenset()
    made = organisation(database)
    assert Changed("contact", made, made, "I") in watcher.wait(5)
    assert watcher.wait(0.01) == frozenset()
    with other.read() as session:
        assert contact.read(session, made).name == "Albrecht Metallbau GmbH"
    watcher.stop()
    other.close()


def test_own_operations_are_not_told_twice(database: Database) -> None:
    watcher = ChangeWatcher(database)
    watcher.start()
    database.listeners.append(lambda operation, changed: watcher.mark_own(operation))
    organisation(database)
    assert watcher.wait(1) == frozenset()
    watcher.stop()
