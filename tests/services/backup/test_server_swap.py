"""A backup takes the place of an office on a server: proved beside it, renamed at once, and everybody comes back."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import func, select, text

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.model.contact import Contact
from gcrm.services import contact
from gcrm.services.backup import automatic
from gcrm.services.backup.create import create
from gcrm.services.backup.server_swap import Replaced, replace_office
from gcrm.services.change_feed import ChangeWatcher
from gcrm.services.changed import MUCH, Changed
from gcrm.services.check import check
from gcrm.services.database import Database
from gcrm.services.opening import open_office
from gcrm.services.team import logins, rights
from gcrm.services.team.invitation import new_role
from gcrm.services.team.passwords import keep_password
from gcrm.services.unit_of_work import unit_of_work
from tests.databases import PostgresOffices
from tests.guards import MemoryKeyring
from tests.reliability.killed_migration import Migrator
from tests.services.offices import organisation
from tests.services.team.rights.team_office import PASSWORD, Team, shared_office

KILLED_BEFORE_THE_END = (1, 12)
"""Steps before the last one: after the commit, and while the names are being changed."""


@dataclass
class Desk:
    """A shared office, its backup, and the connection of the server's administrator."""

    team: Team
    backup: Path
    administrator: psycopg.Connection[tuple[object, ...]]

    def replace(self) -> Replaced:
        return replace_office(self.backup, self.team.url.render_as_string(hide_password=False))

    def names(self) -> set[str]:
        return contacts(self.team.url.render_as_string(hide_password=False))

    def databases(self) -> set[str]:
        told = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
        return {str(row[0]) for row in self.administrator.execute(told, (self.team.url.database,))}

    def let_make_databases(self, may: bool) -> None:
        state = sql.SQL("CREATEDB") if may else sql.SQL("NOCREATEDB")
        owner = sql.Identifier(str(self.team.url.username))
        self.administrator.execute(sql.SQL("ALTER ROLE {} {}").format(owner, state))


def heard(watcher: ChangeWatcher) -> set[Changed]:
    """Look as a window does, until the office is there again."""
    for _turn in range(20):
        with suppress(EnvironmentProblem):
            found = watcher.wait(0.1)
            if found:
                return set(found)
    return set()


def contacts(address: str) -> set[str]:
    with closing(open_office(address, user="chef")) as database, database.read() as session:
        return set(session.scalars(select(Contact.name)))


@pytest.fixture(scope="module")
def desk(postgres_offices: PostgresOffices, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with (
        pytest.MonkeyPatch.context() as patch,
        psycopg.connect(postgres_offices.server.render_as_string(hide_password=False), autocommit=True) as root,
    ):
        patch.setenv("GCRM_DATA", str(tmp_path_factory.mktemp("data")))
        with shared_office(postgres_offices) as team:
            organisation(team.owner)
            backup = tmp_path_factory.mktemp("backups") / "Monday.gcrmbackup"
            create(team.owner.engine, backup)
            made = Desk(team, backup, root)
            made.let_make_databases(True)
            yield made
            for name in made.databases() - {str(team.url.database)}:
                root.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


def test_a_login_that_may_not_rename_databases_is_told_the_way_out(desk: Desk) -> None:
    desk.let_make_databases(False)
    with pytest.raises(EnvironmentProblem, match=f'ALTER ROLE "{desk.team.url.username}" CREATEDB;') as problem:
        desk.replace()
    assert "restore into a new database" in problem.value.sentence
    with pytest.raises(UserError, match="Only the owner"):
        replace_office(desk.backup, desk.team.address("administrator"))
    desk.let_make_databases(True)


def test_an_administrator_backs_all_up_where_the_owners_password_is_kept(
    desk: Desk, data_folder: Path, passwords: MemoryKeyring
) -> None:
    folder, tomorrow = data_folder / "backups", datetime.now().astimezone() + timedelta(days=1)
    with desk.team.open("administrator") as boss:
        assert not boss.is_owner
        assert automatic.make_due(boss, tomorrow) == ""
        assert not folder.exists()
        assert keep_password(desk.team.url, PASSWORD)
        assert automatic.make_due(boss, tomorrow) == ""
        (made,) = folder.glob("*.gcrmbackup")
        newest = automatic.last(boss)
        assert newest is not None
        assert newest.place == str(made)
    owner, mine = str(desk.team.url.username), desk.team.url.set(username=desk.team.logins["administrator"])
    desk.let_make_databases(False)
    with pytest.raises(EnvironmentProblem, match="CREATEDB"):  # it came in as the owner, not with the password of mine
        replace_office(made, mine.set(password="mine alone").render_as_string(hide_password=False), owner=owner)
    desk.let_make_databases(True)


def test_the_backup_takes_the_place_and_everybody_comes_back(desk: Desk) -> None:
    team, known = desk.team, rights.ensure_groups(desk.team.owner)
    before = desk.databases()
    organisation(team.owner, "Neu KG")
    logins.add_user(team.owner, f"late_{team.logins['second']}", "Late", known["office"], PASSWORD)
    rights.set_group(team.owner, team.users["second"], known["read-only"])
    door = new_role()
    with unit_of_work(team.owner, "Colleague invited", kind="system") as work:
        secret = logins.verifier(work.session, door, PASSWORD)
        work.session.execute(select(func.gcrm_invite(known["office"], door, secret, 7, team.owner.user_id, None)))
    with team.owner.read() as session:
        last = session.scalar(select(func.max(Contact.id)))
    inside = open_office(team.address("office"))
    watcher = ChangeWatcher(inside)
    watcher.start()
    done = desk.replace()

    assert MUCH in heard(watcher)
    assert "out of a backup" in watcher.news
    assert done.kept in watcher.news
    assert desk.administrator.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (door,)).fetchone() is None
    with inside.read() as session:
        assert session.scalars(select(Contact.name)).all() == ["Albrecht Metallbau GmbH"]
    contact.create(inside, contact.empty(name="Danach GmbH"))
    watcher.stop()
    inside.close()
    with team.open("second") as second:
        assert second.rights.group == "office"
    with pytest.raises(EnvironmentProblem):
        open_office(team.address(f"late_{team.logins['second']}"))

    owner = team.url.render_as_string(hide_password=False)
    assert desk.names() == {"Albrecht Metallbau GmbH", "Danach GmbH"}
    assert desk.databases() - before == {done.kept}
    assert contacts(str(team.url.set(database=done.kept).render_as_string(hide_password=False))) == {
        "Albrecht Metallbau GmbH", "Neu KG",
    }  # fmt: skip
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(
            host=team.url.host, port=team.url.port, dbname=done.kept, user=team.logins["office"], password=PASSWORD
        )
    with closing(open_office(owner, user="chef")) as database:
        with database.read() as session:
            newest = session.scalar(select(func.max(Contact.id)))
            assert session.scalar(text("SELECT gcrm_in_force()"))
        assert newest is not None
        assert last is not None
        assert newest > last
        assert check(database, full=True).findings == ()


def test_what_breaks_before_the_names_have_changed_leaves_the_office(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_told: object) -> None:
        raise KeyboardInterrupt

    names, there = desk.names(), desk.databases()
    monkeypatch.setattr("gcrm.services.backup.server_people.put", fails)
    with pytest.raises(KeyboardInterrupt):
        desk.replace()
    assert (desk.names(), desk.databases()) == (names, there)


def test_a_backup_of_another_office_takes_no_place(desk: Desk, database: Database, tmp_path: Path) -> None:
    stranger = tmp_path / "other.gcrmbackup"
    create(database.engine, stranger)
    with pytest.raises(UserError, match="another office"):
        replace_office(stranger, desk.team.url.render_as_string(hide_password=False))


@pytest.mark.skipif(sys.platform == "win32", reason="ending a program is no kill there")
def test_a_program_that_is_killed_leaves_the_former_office_or_the_restored(desk: Desk) -> None:
    owner = desk.team.url.render_as_string(hide_password=False)
    rest = f"{owner.replace(' ', '%20')} {desk.backup}"
    former, restored = {"Albrecht Metallbau GmbH", "Später GmbH"}, {"Albrecht Metallbau GmbH"}
    seen = []
    with Migrator("replacer") as replacer:
        steps = int(replacer.upgrade(rest).split()[1])
        for step in KILLED_BEFORE_THE_END:
            with closing(open_office(owner, user="chef")) as database:
                contact.create(database, contact.empty(name="Später GmbH"))
            assert replacer.upgrade(rest, steps - step) == "killed"
            seen.append(desk.names())
            with desk.team.open("office") as inside:
                assert inside.rights.group == "office"
    assert seen == [restored, former]
