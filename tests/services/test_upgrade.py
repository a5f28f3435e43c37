"""An office on a server is upgraded by its owner, while nobody else works in it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import OperationalError

from gcrm.errors import BeingUpgraded, EnvironmentProblem, OlderOffice
from gcrm.model.migrations import HEAD
from gcrm.services import contact, schema, schema_opening, settings, upgrade
from gcrm.services.backup.verify import verify
from gcrm.services.check import check
from gcrm.services.database import Database
from gcrm.services.opening import open_office
from gcrm.services.seals import seal_pending
from gcrm.services.versions import INSTALLER
from tests.databases import PostgresOffices
from tests.old_offices import OLDEST, load, lost, rows


@pytest.fixture
def old(postgres_offices: PostgresOffices, data_folder: Path) -> Iterator[str]:
    """Give the URL of an office as the first program left it on a server."""
    with postgres_offices.empty(data_folder) as url:
        load(url, OLDEST)
        yield url


@pytest.fixture
def team_url(postgres_offices: PostgresOffices, data_folder: Path) -> Iterator[str]:
    """Give the URL of an office of today on a server."""
    with postgres_offices.migrated(data_folder) as url:
        yield url


def revision(url: str) -> str | None:
    with closing(Database.at(url)) as database, database.engine.connect() as connection:
        return schema.revision(connection)


@contextmanager
def held(url: str) -> Iterator[Connection]:
    """Hold an office as somebody does who is upgrading it."""
    with closing(Database.at(url)) as database, database.engine.connect() as connection, connection.begin():
        upgrade.lock_out(connection)
        upgrade.send_others_out(connection, database.engine)
        yield connection


def test_whoever_owns_an_older_office_is_offered_to_upgrade_it(old: str) -> None:
    with pytest.raises(OlderOffice, match=r"older gCRM.*“gcrm upgrade” does that") as found:
        open_office(old)
    assert found.value.is_owner
    assert found.value.others == ()
    assert revision(old) == OLDEST


def test_whoever_else_opens_it_is_told_whom_to_ask(postgres_offices: PostgresOffices, old: str) -> None:
    with postgres_offices.reader(old) as address, pytest.raises(OlderOffice, match="Ask its administrator") as found:
        open_office(address)
    assert not found.value.is_owner
    assert revision(old) == OLDEST


def test_an_office_that_tells_its_version_names_it_with_those_who_work(
    team_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(open_office(team_url)) as database:
        settings.set(database, INSTALLER, "https://intranet/gcrm")
        with database.engine.connect() as connection, connection.begin():
            connection.execute(text("UPDATE office_version SET program = '0.0.9'"))
        monkeypatch.setattr(schema, "HEAD", "9999")
        with pytest.raises(OlderOffice, match=r"is kept by gCRM 0\.0\.9") as found:
            open_office(team_url)
    assert (found.value.program, found.value.installer) == ("0.0.9", "https://intranet/gcrm")
    assert found.value.others == (make_url(team_url).username,)


def test_the_owner_upgrades_after_a_backup_that_was_proved(old: str, data_folder: Path) -> None:
    with closing(open_office(old, upgrades=True)) as database:
        made = next((data_folder / "backups").iterdir())
        assert database.warnings == [schema_opening.told(made)]
        assert str(made) in database.warnings[0]
        assert verify(made).contacts == 7
        with database.engine.connect() as connection:
            assert schema.revision(connection) == HEAD
        seal_pending(database)
        assert check(database, full=True).ok


def test_others_are_sent_out_and_come_back_to_the_office_of_before(team_url: str) -> None:
    with closing(open_office(team_url, user="bruno")) as bruno:
        made = contact.create(bruno, contact.empty(name="Before"))
        with held(team_url):
            with pytest.raises(BeingUpgraded, match="being brought to a new version"):
                contact.trash(bruno, [made])
            with pytest.raises(BeingUpgraded):
                contact.load(bruno, made)
            with pytest.raises(BeingUpgraded):
                open_office(team_url, user="clara")
        contact.trash(bruno, [made])
        with bruno.engine.connect() as connection:
            assert connection.execute(text("SELECT count(*) FROM contact WHERE deleted_at IS NULL")).scalar() == 0


def test_what_somebody_was_writing_is_rolled_back_by_the_server(team_url: str) -> None:
    with closing(open_office(team_url, user="bruno")) as bruno, bruno.engine.connect() as writing:
        writing.execute(text("UPDATE company SET name = 'Half'"))
        with held(team_url) as alone:
            assert alone.execute(text("SELECT name FROM company")).scalar() == ""
        with pytest.raises(OperationalError):
            writing.execute(text("SELECT 1"))
        writing.invalidate()


def test_a_connection_that_cannot_be_ended_stops_it_before_anything_is_done(
    postgres_offices: PostgresOffices, old: str, data_folder: Path
) -> None:
    with psycopg.connect(old, autocommit=True) as owner:
        name = sql.Identifier("gcrm_small_owner")
        owner.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'x'").format(name))
        tables = owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (table,) in tables:
            owner.execute(sql.SQL("ALTER TABLE {} OWNER TO {}").format(sql.Identifier(table), name))
        try:
            small = make_url(old).set(username="gcrm_small_owner", password="x")
            with pytest.raises(EnvironmentProblem, match="could not be sent out: gcrm"):
                open_office(small.render_as_string(hide_password=False), upgrades=True)
            assert not (data_folder / "backups").exists()
        finally:
            owner.execute(sql.SQL("REASSIGN OWNED BY {} TO CURRENT_USER").format(name))
            owner.execute(sql.SQL("DROP OWNED BY {}").format(name))
            owner.execute(sql.SQL("DROP ROLE {}").format(name))
    assert revision(old) == OLDEST


def test_a_migration_that_breaks_off_leaves_every_row_as_it_was(old: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def kept() -> object:
        with closing(Database.at(old)) as database, database.engine.connect() as connection:
            return rows(connection)

    def breaks(connection: Connection) -> None:
        connection.execute(text("SELECT 1 / 0"))

    before = kept()
    monkeypatch.setattr(schema, "make_triggers", breaks)
    with pytest.raises(EnvironmentProblem, match="as it was before"):
        open_office(old, upgrades=True)
    assert revision(old) == OLDEST
    assert kept() == before
    monkeypatch.undo()
    with closing(open_office(old, upgrades=True)) as database, database.engine.connect() as connection:
        assert lost(before, rows(connection)) == []  # type: ignore[arg-type]  # rows, as kept says


def test_two_who_upgrade_at_once_upgrade_once(old: str, data_folder: Path) -> None:
    ends: list[str] = []

    def run() -> None:
        try:
            open_office(old, upgrades=True).close()
            ends.append("open")
        except EnvironmentProblem as problem:  # sent out by the other, or told that it is at work
            ends.append(type(problem).__name__)

    both = [threading.Thread(target=run) for _each in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert "open" in ends
    assert revision(old) == HEAD
    assert len(list((data_folder / "backups").glob("*.gcrmbackup"))) == 1
