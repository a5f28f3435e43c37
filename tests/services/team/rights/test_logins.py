"""People come in with a login of their own, are kept out, change their password, and are seen while they are there."""

from __future__ import annotations

import platform
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import select, text

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.model.base import now
from gcrm.model.user import User
from gcrm.model.user_group import RefusedLogin
from gcrm.services import settings, user
from gcrm.services.check import check
from gcrm.services.database import Database
from gcrm.services.opening import open_office
from gcrm.services.seals import seal_pending
from gcrm.services.team import attempts, logins, rights
from gcrm.services.team.programs import called
from tests.databases import PostgresOffices
from tests.services.team.rights.team_office import PASSWORD, Team, shared_office

NEW = "battery staple 9"


def with_password(team: Team, who: str, password: str) -> str:
    """Return the URL of a login with another password."""
    return team.url.set(username=team.logins[who], password=password).render_as_string(hide_password=False)


def test_an_administrator_adds_a_colleague(team: Team) -> None:
    with team.open("administrator") as boss:
        known = rights.ensure_groups(boss)
        made = logins.add_user(boss, " lotta ", "Lotta Lang", known["billing"], PASSWORD)
        with boss.read() as session:
            row = next(row for row in logins.users(session) if row.id == made)
        assert (row.login, row.name, row.group, row.is_active, row.has_login) == (
            "lotta", "Lotta Lang", "Billing", True, True,
        )  # fmt: skip
    team.logins["lotta"] = "lotta"
    with team.open("lotta") as lotta:
        assert (lotta.user_id, lotta.rights.group) == (made, "billing")
    seal_pending(team.owner)
    assert check(team.owner).findings == ()


@pytest.mark.parametrize(
    ("login", "password", "sentence"),
    [
        ("", PASSWORD, "Enter a login"),
        ("pg_read_all_data", PASSWORD, "No login can have this name"),
        ("gcrm_x", PASSWORD, "No login can have this name"),
        ("ä" * 32, PASSWORD, "No login can have this name"),
        ("chef", PASSWORD, "is taken"),
        ("lotta", "short", "at least 10"),
    ],
)
def test_a_login_that_cannot_be_is_refused(watched: Team, login: str, password: str, sentence: str) -> None:
    with watched.open("administrator") as boss, pytest.raises(UserError, match=sentence):
        logins.add_user(boss, login, "Lotta", rights.ensure_groups(boss)["office"], password)


def test_a_role_of_somebody_else_is_left_alone(team: Team, postgres_offices: PostgresOffices) -> None:
    """Two offices on one server: neither touches the logins of the other, nor the owner's."""
    with shared_office(postgres_offices) as other, team.open("administrator") as boss:
        group = rights.ensure_groups(boss)["office"]
        with pytest.raises(UserError, match="knows somebody else"):
            logins.add_user(boss, other.logins["office"], "x", group, NEW)
        stranger = user.add_user(team.owner, other.logins["office"], "x")
        rights.set_group(team.owner, stranger, group)
        with pytest.raises(UserError, match="knows somebody else"):
            logins.set_login(boss, stranger, NEW)
        with other.open("office") as desk:
            assert desk.rights.group == "office"
        with pytest.raises(EnvironmentProblem):
            open_office(team.address(other.logins["office"]))


def test_nobody_but_administrators_makes_logins(team: Team) -> None:
    with team.open("office") as desk:
        group = rights.ensure_groups(desk)["office"]
        for forbidden in (
            lambda: logins.add_user(desk, "lotta", "Lotta", group, PASSWORD),
            lambda: logins.set_login(desk, team.users["second"], NEW),
            lambda: logins.set_active(desk, team.users["second"], False),
            lambda: logins.end_sessions(desk, team.users["second"]),
            lambda: user.change(desk, team.users["second"], "x", ""),
        ):
            with pytest.raises(UserError, match="Users and rights: set up"):
                forbidden()
        user.change(desk, desk.user_id, "Olga Office", "")


def test_a_password_is_changed_and_never_sent(team: Team) -> None:
    with team.open("office") as desk:
        with pytest.raises(UserError, match="at least 10"):
            logins.change_password(desk, "short")
        logins.change_password(desk, NEW)
        desk.engine.dispose()  # who connects again does so with the new one
        with desk.read() as session:
            assert logins.users(session)
    with pytest.raises(EnvironmentProblem, match="refuses the user or the password"):
        open_office(team.address("office"))
    open_office(with_password(team, "office", NEW)).close()
    with team.open("administrator") as boss:
        logins.set_login(boss, team.users["office"], PASSWORD)
    with team.open("office") as desk:
        assert desk.user_id == team.users["office"]
    with team.connect("office") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SELECT gcrm_password('plain words')")
    with pytest.raises(UserError, match="owner's password"):
        logins.change_password(team.owner, NEW)


def test_a_disabled_user_is_out_at_once(team: Team) -> None:
    inside = team.connect("office")
    with team.open("administrator") as boss:
        with pytest.raises(UserError, match="cannot disable yourself"):
            logins.set_active(boss, boss.user_id, False)
        logins.set_active(boss, team.users["office"], False)
        with pytest.raises(psycopg.OperationalError):
            inside.execute("SELECT 1")
        with pytest.raises(EnvironmentProblem, match="is disabled"):
            open_office(team.address("office"))
        logins.set_active(boss, team.users["office"], True)
    with team.open("office") as desk:
        assert desk.rights.group == "office"
    inside.close()


def test_whoever_changes_the_group_begins_anew(team: Team) -> None:
    inside = team.connect("office")
    known = rights.ensure_groups(team.owner)
    rights.set_group(team.owner, team.users["office"], known["read-only"])
    with pytest.raises(psycopg.OperationalError):
        inside.execute("SELECT 1")
    inside.close()
    with team.connect("office") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("UPDATE contact SET name = 'x'")


def test_sessions_are_seen_and_ended(team: Team) -> None:
    inside = team.connect("second")
    with team.open("administrator") as boss:
        with boss.read() as session:
            there = {row.user: row for row in logins.online(session)}
        assert there[team.users["second"]].address == "127.0.0.1"
        assert there[boss.user_id].name == "Administrator"
        assert list(map(called, there[team.users["second"]].programs)) == ["another program"]
        assert list(map(called, there[boss.user_id].programs)) == ["gCRM"]
        assert logins.end_sessions(boss, team.users["second"]) == 1
    with pytest.raises(psycopg.OperationalError):
        inside.execute("SELECT 1")
    inside.close()
    with team.open("office") as desk, desk.read() as session:
        mine = {row.user: row for row in logins.online(session)}
        assert mine[desk.user_id].address == "127.0.0.1"
        assert all(row.address == "" for who, row in mine.items() if who != desk.user_id)


def test_limits_go_with_a_login(team: Team) -> None:
    with team.connect("office") as connection:
        shown = [
            connection.execute(f"SHOW {name}".encode()).fetchone() for name in ("statement_timeout", "lock_timeout")
        ]
        row = connection.execute(
            "SELECT rolconnlimit, rolsuper, rolcreaterole FROM pg_roles WHERE rolname = session_user"
        )
        assert shown == [("2min",), ("20s",)]
        assert row.fetchone() == (40, False, False)


def test_wrong_passwords_are_counted_and_slow_down(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = with_password(team, "office", "no such password")
    for _turn in range(3):
        with pytest.raises(EnvironmentProblem, match="refuses the user or the password"):
            open_office(wrong)
    with pytest.raises(EnvironmentProblem, match="Wait 5 seconds"):
        open_office(team.address("office"))
    with team.open("billing") as other:
        assert other.rights.group == "billing", "the pause is for the login that was tried"
    later = now() + timedelta(seconds=6)
    with monkeypatch.context() as patch:
        patch.setattr(attempts, "now", lambda: later)
        with team.open("office") as desk, desk.read() as session:
            noted = session.scalars(select(RefusedLogin)).all()
            assert [(row.user_id, row.times) for row in noted] == [(desk.user_id, 3)]
    with team.open("administrator") as boss, boss.read() as session:
        told = next(row for row in logins.users(session) if row.id == team.users["office"])
        assert (told.refused, told.refused_places) == (3, (platform.node()[:100],))
    with team.open("second") as second, second.read() as session:
        assert session.scalars(select(RefusedLogin)).all() == []
    attempts.mark(team.owner)  # from now on the server counts
    assert told_after_a_wrong_one(team, wrong) == [3]
    settings.set(team.owner, attempts.MARK, {"server": "another one", "at": now().isoformat()})
    assert told_after_a_wrong_one(team, wrong) == [3, 1]


def told_after_a_wrong_one(team: Team, wrong: str) -> list[int]:
    """Return what the office was told of refused log-ins, after one more and one that works."""
    with pytest.raises(EnvironmentProblem, match="refuses the user or the password"):
        open_office(wrong)
    with team.open("office") as desk, desk.read() as session:
        return [row.times for row in session.scalars(select(RefusedLogin).order_by(RefusedLogin.id))]


@pytest.mark.parametrize(("times", "seconds"), [(1, 0), (2, 0), (3, 5), (4, 10), (8, 160), (20, 300)])
def test_pauses_grow(times: int, seconds: int) -> None:
    moment = now()
    assert attempts.Refused(times, moment).wait(moment) == seconds
    assert attempts.Refused(times, moment - timedelta(days=2)).wait(moment) == 0


def test_a_damaged_count_counts_nothing(team: Team) -> None:
    attempts._path().write_text("not JSON", encoding="utf-8")
    with team.open("office") as desk:
        assert desk.user_id


def test_an_office_in_a_file_has_users_and_no_logins(database: Database) -> None:
    made = logins.add_user(database, "lotta", "Lotta", rights.ensure_groups(database)["office"])
    with database.read() as session:
        rows = {row.login: row for row in logins.users(session)}
        assert (rows["lotta"].group, rows["lotta"].has_login) == ("Office", False)
    with pytest.raises(UserError, match="has no logins"):
        logins.end_sessions(database, made)
    with pytest.raises(UserError, match="has no logins"):
        logins.set_login(database, made, PASSWORD)
    logins.set_active(database, made, False)
    with database.read() as session:
        assert not session.get_one(User, made).is_active
        assert session.scalar(text("SELECT 1")) == 1
