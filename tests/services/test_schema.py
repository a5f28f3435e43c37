"""The schema: older offices are copied and migrated, newer and foreign ones refused in words."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import OperationalError

from gcrm.errors import EnvironmentProblem, NewerOffice, UserError
from gcrm.model.migrations import HEAD
from gcrm.services import schema
from gcrm.services.backup import load
from gcrm.services.backup.verify import verify
from gcrm.services.database import Database
from gcrm.services.opening import open_office
from tests.services.offices import organisation


def run(database: Database, statement: str) -> None:
    with database.engine.connect().execution_options(gcrm_write=True) as connection, connection.begin():
        connection.execute(text(statement))


def make_older(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pretend that this office was made by an older program, whose one migration to now adds a table."""
    run(database, "UPDATE alembic_version SET version_num = '0000'")
    for place in (schema, load):
        monkeypatch.setattr(place, "REVISIONS", ("0000", HEAD))
    really = schema.migrate

    def migrate(connection: Connection, target: str = "head", *, with_triggers: bool = True) -> None:
        if target == "0000":
            really(connection, HEAD)
        else:
            connection.execute(text("CREATE TABLE new_things (id integer)"))
        connection.execute(text("UPDATE alembic_version SET version_num = :to"), {"to": target.replace("head", HEAD)})

    monkeypatch.setattr(schema, "migrate", migrate)


def copies(folder: Path) -> list[Path]:
    return sorted(folder.glob("*before-upgrade*"))


def test_an_older_office_is_copied_and_then_migrated(
    database: Database, database_url: str, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    organisation(database)
    make_older(database, monkeypatch)
    upgraded = open_office(database_url, upgrades=True)
    with upgraded.engine.connect() as connection:
        assert schema.revision(connection) == HEAD
        assert inspect(connection).has_table("new_things")
    upgraded.close()
    assert len(copies(data_folder)) == database.is_sqlite
    for copy in copies(data_folder):
        raw = sqlite3.connect(copy)
        assert raw.execute("SELECT name FROM contact").fetchall() == [("Albrecht Metallbau GmbH",)]
        assert raw.execute("SELECT version_num FROM alembic_version").fetchone() == ("0000",)
        raw.close()


def test_an_older_database_on_a_server_is_backed_up_and_the_backup_proved(
    database: Database, database_url: str, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    organisation(database)
    make_older(database, monkeypatch)
    open_office(database_url, upgrades=True).close()
    made = list((data_folder / "backups").glob("*-before-upgrade-*.gcrmbackup"))
    assert len(made) == (not database.is_sqlite)
    for backup in made:
        verdict = verify(backup)
        assert (verdict.contacts, verdict.findings) == (1, ())


def test_a_server_is_not_migrated_without_a_backup(
    database: Database, database_url: str, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_older(database, monkeypatch)
    (data_folder / "backups").write_text("in the way")
    if database.is_sqlite:
        open_office(database_url, upgrades=True).close()
        return
    with pytest.raises(EnvironmentProblem, match="backup before the upgrade failed, so nothing was changed"):
        open_office(database_url, upgrades=True)
    with closing(Database.at(database_url)) as office, office.engine.connect() as connection:
        assert schema.revision(connection) == "0000"


def test_a_migration_that_fails_leaves_the_office_as_it_was(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    organisation(database)
    make_older(database, monkeypatch)
    whole = schema.migrate

    def half(connection: object, target: str = "head") -> None:
        whole(connection, target)  # type: ignore[arg-type]  # a Connection
        raise OperationalError("ALTER", {}, sqlite3.OperationalError("no such column"))

    monkeypatch.setattr(schema, "migrate", half)
    with pytest.raises(EnvironmentProblem, match="as it was before"):
        open_office(database_url, upgrades=True)
    with closing(Database.at(database_url)) as office, office.engine.connect() as connection:
        assert schema.revision(connection) == "0000"
        assert not inspect(connection).has_table("new_things")
        assert connection.execute(text("SELECT count(*) FROM contact")).scalar() == 1


def test_a_newer_office_is_refused_in_words(database: Database, database_url: str) -> None:
    run(database, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(NewerOffice, match=r"newer gCRM .*9999.* Update gCRM. Ask the administrator"):
        open_office(database_url)


def test_a_foreign_database_is_not_touched(empty_database_url: str) -> None:
    database = open_office(empty_database_url)
    with database.engine.connect().execution_options(gcrm_write=True) as connection, connection.begin():
        schema.migrate(connection, "base")
        for name in inspect(connection).get_table_names():
            if name != "sqlite_sequence":
                connection.execute(text(f'DROP TABLE IF EXISTS "{name}"'))
        connection.execute(text("CREATE TABLE recipes (id integer)"))
    with pytest.raises(UserError, match="not an office of gCRM"):
        open_office(empty_database_url)
    with database.engine.connect() as connection:
        assert inspect(connection).has_table("recipes")
        assert not inspect(connection).has_table("contact")
    database.close()


def test_an_empty_database_becomes_an_office(empty_database_url: str) -> None:
    database = open_office(empty_database_url)
    with database.engine.connect() as connection:
        assert schema.revision(connection) == HEAD
        assert not schema.needs_upgrade(connection)
    database.close()
