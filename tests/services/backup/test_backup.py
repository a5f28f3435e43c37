"""A backup holds the whole office, and makes it again on either engine."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url, text

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.services import contact
from gcrm.services.backup.create import create
from gcrm.services.backup.lock import Secret
from gcrm.services.backup.record import scratch
from gcrm.services.backup.restore import restore
from gcrm.services.backup.store import Store
from gcrm.services.backup.verify import skim, verify
from gcrm.services.check import check
from gcrm.services.database import Database
from gcrm.services.opening import open_office
from tests.databases import PostgresOffices, SqliteOffices
from tests.services.backup.conftest import BIG, PASSWORD, Filled, filled, rows_of
from tests.services.offices import organisation, tamper


def test_what_was_backed_up_comes_back_on_either_engine(office: Filled, empty_target: str, tmp_path: Path) -> None:
    comes_back(office, empty_target, tmp_path, "plain")


@pytest.mark.parametrize("offices", ["sqlite"], indirect=True)
@pytest.mark.parametrize("empty_target", ["postgresql"], indirect=True)
@pytest.mark.parametrize("way", ["encrypted", "store", "encrypted store"])
def test_however_it_was_backed_up_it_comes_back(office: Filled, empty_target: str, tmp_path: Path, way: str) -> None:
    """The engines never hear of the way, which is the container's."""
    comes_back(office, empty_target, tmp_path, way)


def comes_back(office: Filled, empty_target: str, tmp_path: Path, way: str) -> None:
    """Back an office up, restore it, compare all rows, and work on with it."""
    path, secret = tmp_path / "a.gcrmbackup", Secret(PASSWORD) if "encrypted" in way else None
    store = Store(tmp_path, secret) if "store" in way else None
    before = rows_of(office.database)
    made = create(office.database.engine, path, secret=secret, store=store)
    assert (made.contacts, made.files, made.damaged) == (1, 3, ())
    content = path.read_bytes()
    assert secret is None or b"Albrecht" not in content
    assert (len(content) < len(BIG)) is ("store" in way)
    restored = restore(path, empty_target, secret=secret)
    assert restored.kept is None
    with closing(open_office(empty_target)) as again:
        assert check(again, full=True).findings == ()
        assert rows_of(again) == before
        with again.read() as session:
            assert contact.count(session) == 1
        assert organisation(again, "Neu KG") == 3
        assert check(again, full=True).ok


def test_the_end_of_a_verification_is_what_is_in_it(office: Filled, tmp_path: Path) -> None:
    path = tmp_path / "a.gcrmbackup"
    made = create(office.database.engine, path)
    verdict = verify(path)
    skim(path)
    assert (verdict.at, verdict.contacts, verdict.files, verdict.findings) == (made.at, 1, 3, ())
    assert verdict.rows == made.rows > 20
    assert sorted(each.name for each in tmp_path.iterdir() if each.is_file()) == ["a.gcrmbackup"]


@pytest.mark.parametrize("empty_target", ["sqlite"], indirect=True)
def test_a_file_that_was_damaged_in_the_office_is_said_and_the_rest_is_kept(
    office: Filled, empty_target: str, tmp_path: Path
) -> None:
    tamper(office.database, ["DELETE FROM blob_chunk WHERE position = 1"])
    for store in (None, Store(tmp_path)):
        path = tmp_path / f"{store is None}.gcrmbackup"
        made = create(office.database.engine, path, store=store)
        assert len(made.damaged) == 1
        verdict = verify(path)
        assert verdict.findings == ("In the office itself: 1 file was damaged before.",)
    assert not verdict.ok
    restore(path, empty_target)


def test_a_history_that_was_altered_in_the_office_is_found_in_the_backup(office: Filled, tmp_path: Path) -> None:
    tamper(office.database, ["UPDATE change SET new = old WHERE id = (SELECT max(id) FROM change WHERE action = 'U')"])
    path = tmp_path / "a.gcrmbackup"
    create(office.database.engine, path)
    assert [each for each in verify(path).findings if "was altered" in each]


def test_an_empty_office_can_be_backed_up(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.gcrmbackup"
    create(database.engine, path)
    assert verify(path).contacts == 0
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "no folder"))
    with pytest.raises(EnvironmentProblem, match="temporary files"):
        verify(path)
    with pytest.raises(EnvironmentProblem, match="temporary files"), scratch(path):
        pass


def test_a_place_that_is_taken_is_refused(office: Filled, tmp_path: Path) -> None:
    path = tmp_path / "a.gcrmbackup"
    create(office.database.engine, path)
    address = office.database.url.render_as_string(hide_password=False)
    before = rows_of(office.database)
    with pytest.raises(UserError, match=r"exists already|is not empty"):
        restore(path, address)
    assert rows_of(office.database) == before


def test_a_server_that_breaks_off_stays_empty(
    office: Filled, postgres_offices: PostgresOffices, tmp_path: Path
) -> None:
    path = tmp_path / "a.gcrmbackup"
    create(office.database.engine, path)
    path.write_bytes(path.read_bytes()[:-20])
    with postgres_offices.empty(tmp_path) as url:
        with pytest.raises(EnvironmentProblem, match="damaged, cut off or altered"):
            restore(path, url)
        database = open_office(url)
        with database.engine.connect() as connection:
            assert connection.execute(text("SELECT count(*) FROM contact")).scalar() == 0
        database.close()


def test_a_present_office_is_replaced_last_and_kept(sqlite_offices: SqliteOffices, tmp_path: Path) -> None:
    with sqlite_offices.migrated(tmp_path) as url:
        database = open_office(url)
    filled(database)
    path = tmp_path / "a.gcrmbackup"
    create(database.engine, path)
    organisation(database, "Later GmbH")
    with pytest.raises(UserError, match="open in a program"):
        restore(path, str(database.path), replace=True)
    database.close()
    broken = tmp_path / "b.gcrmbackup"
    broken.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(EnvironmentProblem, match="damaged"):
        restore(broken, str(database.path), replace=True)
    assert _names(database.path) == {"Albrecht Metallbau GmbH", "Zoë's “Käse” & Søn\t\\N 🧀", "Later GmbH"}
    restored = restore(path, str(database.path), replace=True)
    assert restored.kept is not None
    assert restored.kept.name.startswith("office-before-restore-")
    assert "Later GmbH" in _names(restored.kept)
    assert "Later GmbH" not in _names(database.path)
    assert [each.name for each in tmp_path.glob(".restore*")] == []


def test_a_damaged_office_is_kept_when_a_backup_replaces_it(sqlite_offices: SqliteOffices, tmp_path: Path) -> None:
    with sqlite_offices.migrated(tmp_path) as url:
        database = open_office(url)
    create(database.engine, tmp_path / "a.gcrmbackup")
    database.close()
    assert database.path is not None
    database.path.write_bytes(b"rubbish" * 1000)
    restored = restore(tmp_path / "a.gcrmbackup", str(database.path), replace=True)
    assert restored.kept is not None
    assert restored.kept.read_bytes().startswith(b"rubbish")
    open_office(str(database.path)).close()


def test_a_login_that_may_not_read_everything_makes_no_backup(
    postgres_offices: PostgresOffices, tmp_path: Path
) -> None:
    with postgres_offices.migrated(tmp_path) as url:
        owner = open_office(url)
        organisation(owner)
        with owner.engine.begin() as connection:
            connection.execute(text("ALTER TABLE contact ENABLE ROW LEVEL SECURITY"))
            connection.execute(text("CREATE POLICY mine ON contact USING (priority = 'A')"))
        with postgres_offices.reader(url) as reading:
            engine = Database.at(reading).engine
            with pytest.raises(EnvironmentProblem, match="may not read the whole office"):
                create(engine, tmp_path / "a.gcrmbackup")
            engine.dispose()
        owner.close()
    assert list(tmp_path.glob("*.gcrmbackup")) == []
    assert list(tmp_path.glob(".*part")) == []


def _names(path: Path | None) -> set[str]:
    with closing(sqlite3.connect(str(path))) as raw:
        return {row[0] for row in raw.execute("SELECT name FROM contact")}


def test_a_database_that_is_missing_is_made_where_the_login_may(
    postgres_offices: PostgresOffices, tmp_path: Path
) -> None:
    path, bad = tmp_path / "a.gcrmbackup", tmp_path / "bad.gcrmbackup"
    with closing(open_office(str(tmp_path / "small.gcrm"))) as small:
        organisation(small)
        create(small.engine, path)
    bad.write_bytes(path.read_bytes()[:-1])
    with postgres_offices.empty(tmp_path) as there, psycopg.connect(there, autocommit=True) as server:
        name = f"{make_url(there).database}_new"
        missing = make_url(there).set(database=name)
        address = missing.render_as_string(hide_password=False)
        with pytest.raises(EnvironmentProblem, match="damaged"):
            restore(bad, address)
        assert server.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone() is None
        with postgres_offices.reader(there) as url:
            poor = make_url(url).set(database=name).render_as_string(hide_password=False)
            with pytest.raises(EnvironmentProblem, match=f'CREATE DATABASE "{name}" OWNER'):
                restore(path, poor)
        try:
            restore(path, address)
            with closing(open_office(address)) as again, again.read() as session:
                assert contact.count(session) == 1
        finally:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def test_a_text_that_no_server_keeps_is_named_and_the_rest_is_backed_up(
    postgres_offices: PostgresOffices, tmp_path: Path
) -> None:
    path = tmp_path / "a.gcrmbackup"
    with closing(open_office(str(tmp_path / "small.gcrm"))) as small:
        number = organisation(small)
        tamper(small, ["UPDATE contact SET name2 = 'Werk' || char(0) || '2', notes = CAST(x'41EDA0BD42' AS TEXT)"])
        made = create(small.engine, path)
    assert made.mended == (f"contact {number}",)
    assert f"leaves out: contact {number}. Type that text again." in made.notice
    verdict = verify(path)
    assert made.notice in verdict.findings[0]
    with postgres_offices.empty(tmp_path) as url:
        restore(path, url)
        with closing(open_office(url)) as again:
            record = contact.load(again, number).record
            assert (record.name2, record.notes) == ("Werk2", "AB")
