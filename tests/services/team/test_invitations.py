"""Inviting: who may, what a code opens and what it does not, how it ends; and joining, once only."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import select

from gcrm.errors import UserError
from gcrm.model.base import now
from gcrm.model.contact import Contact
from gcrm.model.user import User
from gcrm.services import contact, user
from gcrm.services.check import check
from gcrm.services.database import Database
from gcrm.services.opening import open_office
from gcrm.services.quick_find import quick_contacts
from gcrm.services.seals import seal_pending
from gcrm.services.team import invitations, logins, rights
from gcrm.services.team.invitation import Invitation, decode
from gcrm.services.team.join import login_of
from tests.services.team.joining import PASSWORD, Shared, shared_on
from tests.team_server import HOST, TeamServer

NEW = "battery staple 9"
VERIFIER = "SCRAM-SHA-256$4096:AAAA$AAAA:AAAA"
JOIN = "SELECT gcrm_join(%s, %s, %s)"


@pytest.fixture
def shared(team: TeamServer) -> Iterator[Shared]:
    with shared_on(team) as made:
        yield made


def listed(database: Database) -> list[tuple[str, str, str, str]]:
    with database.read() as session:
        rows = invitations.invitations(session)
    return [(row.group, row.made_by, row.state, row.used_by) for row in rows]


def roles(shared: Shared) -> set[str]:
    with shared.superuser() as root:
        rows = root.execute("SELECT rolname FROM pg_roles WHERE rolname ~ '^gcrm_invite_'").fetchall()
    return {str(row[0]) for row in rows}


def door(shared: Shared, made: Invitation) -> psycopg.Connection[tuple[object, ...]]:
    return shared.connect(made.role, made.secret)


def test_a_code_tells_the_way_the_certificate_and_the_end(shared: Shared) -> None:
    made = decode(invitations.invite(shared.owner, shared.group("billing"), 3).code)
    assert made.hosts == (HOST, "192.0.2.7")
    assert (made.port, made.database, made.office) == (shared.port, shared.name, "Brandt & Töchter")
    assert made.fingerprint == shared.team.server.authority.read().fingerprint
    assert timedelta(days=2, hours=23) < made.expires_at - now() <= timedelta(days=3)
    assert listed(shared.owner) == [("Billing", "chef", "open", "")]
    assert decode(invitations.invite(shared.owner, shared.group(), hosts=(" 10.0.0.5 ",)).code).hosts == ("10.0.0.5",)


def test_a_code_opens_nothing_but_the_door(shared: Shared) -> None:
    made = invitations.invite(shared.owner, shared.group())
    with door(shared, made) as guest:
        for statement in (
            'SELECT 1 FROM "user"', "SELECT 1 FROM contact", "SELECT 1 FROM invitation",
            "SELECT 1 FROM alembic_version",
            "UPDATE invitation SET expires_at = now() + interval '1 year'", "SELECT * FROM gcrm_online()",
            f"SELECT gcrm_invite(1, 'gcrm_invite_0123456789ab', '{VERIFIER}', 7, 1, NULL)", "SELECT gcrm_sweep()",
            f"SELECT gcrm_close_door('{made.role}')", f"SELECT gcrm_login(1, '{VERIFIER}')", "SELECT gcrm_revoke(1)",
            "SELECT gcrm_seal(1)", "CREATE TABLE public.x ()", "CREATE ROLE x", f"SET ROLE {shared.name}_owner",
        ):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                guest.execute(statement)
    with shared.superuser() as root:
        assert root.execute(
            "SELECT rolsuper, rolcreaterole, rolcreatedb, rolconnlimit FROM pg_roles WHERE rolname = %s", [made.role]
        ).fetchone() == (False, False, False, 1)  # fmt: skip


def test_whoever_joins_gets_a_login_in_the_group_of_the_invitation(shared: Shared) -> None:
    made = invitations.invite(shared.owner, shared.group("billing"))
    with door(shared, made) as guest:
        verifier = guest.pgconn.encrypt_password(NEW.encode(), b"lotta", b"scram-sha-256").decode()
        guest.execute(JOIN, ["lotta", " Lotta Lang ", verifier])
    assert listed(shared.owner) == [("Billing", "chef", "used", "Lotta Lang")]
    url = f"postgresql://lotta:{NEW.replace(' ', '%20')}@localhost:{shared.port}/{shared.name}"
    with closing(open_office(url)) as lotta:
        assert (lotta.rights.group, lotta.rights.is_enforced, lotta.is_owner) == ("billing", True, False)
        with lotta.read() as session:
            row = next(row for row in logins.users(session) if row.id == lotta.user_id)
    assert (row.login, row.name, row.has_login) == ("lotta", "Lotta Lang", True)
    with shared.superuser() as root:
        limits = root.execute("SELECT rolconnlimit FROM pg_roles WHERE rolname = 'lotta'").fetchone()
        root.execute("DROP OWNED BY lotta; DROP ROLE lotta")
    assert limits == (40,)
    seal_pending(shared.owner)
    assert check(shared.owner).findings == ()


def test_a_code_works_once(shared: Shared) -> None:
    made = invitations.invite(shared.owner, shared.group())
    with door(shared, made) as guest:
        guest.execute(JOIN, [f"{shared.name}a", "A", VERIFIER])
        with pytest.raises(psycopg.Error) as refused:
            guest.execute(JOIN, [f"{shared.name}b", "B", VERIFIER])
        assert refused.value.sqlstate == "GC002"
    with pytest.raises(psycopg.OperationalError):
        door(shared, made)
    invitations.invite(shared.owner, shared.group())
    assert made.role not in roles(shared)


def test_two_at_the_same_moment_make_one_login(shared: Shared) -> None:
    made = invitations.invite(shared.owner, shared.group())
    with shared.superuser() as root:
        root.execute(f"ALTER ROLE {made.role} CONNECTION LIMIT 5")  # else the second one does not even come in
    outcomes: list[str | None] = []
    begin = threading.Barrier(4)

    def go_in(guest: psycopg.Connection[tuple[object, ...]], number: int) -> None:
        begin.wait()
        try:
            guest.execute(JOIN, [f"{shared.name}{number}", f"N{number}", VERIFIER])
            outcomes.append("")
        except psycopg.Error as problem:
            outcomes.append(problem.sqlstate)

    guests = [door(shared, made) for _number in range(4)]
    threads = [threading.Thread(target=go_in, args=(guest, number)) for number, guest in enumerate(guests)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for guest in guests:
        guest.close()
    assert sorted(map(str, outcomes)) == ["", "GC002", "GC002", "GC002"]
    with shared.owner.read() as session:
        assert len(session.scalars(select(User.login).where(User.login.like(f"{shared.name}%"))).all()) == 1


def test_only_one_comes_in_at_a_time(shared: Shared) -> None:
    made = invitations.invite(shared.owner, shared.group())
    with door(shared, made), pytest.raises(psycopg.OperationalError, match="too many connections"):
        door(shared, made)


NO_LOGINS = (
    ("chef", "Chef", "GC005"),
    ("{database}_owner", "Owner", "GC005"),
    ("postgres", "Root", "GC005"),
    ("{database}.office", "Group", "GC006"),
    ("gcrm_invite_0123456789ab", "x", "GC006"),
    ("pg_monitor", "x", "GC006"),
    ("public", "x", "GC006"),
    ("x" * 64, "x", "GC006"),
    ("", "x", "GC006"),
    ("fresh", "  ", "GC006"),
    ("fresh", "two\nlines", "GC006"),
)


def test_no_login_that_is_there_is_taken_over(shared: Shared) -> None:
    made = invitations.invite(shared.owner, shared.group())
    with door(shared, made) as guest:
        for login, name, code in NO_LOGINS:
            with pytest.raises(psycopg.Error) as refused:
                guest.execute(JOIN, [login.format(database=shared.name), name, VERIFIER])
            assert (refused.value.sqlstate, login) == (code, login)
        with pytest.raises(psycopg.Error, match="no login can be made"):
            guest.execute(JOIN, ["fresh", "Fresh", "a password in plain"])
    assert listed(shared.owner)[0][2] == "open"
    with shared.connect(f"{shared.name}_owner", PASSWORD) as owner:
        assert owner.execute("SELECT 1").fetchone() == (1,)


def test_one_whose_login_stayed_on_another_server_must_be_made_anew(shared: Shared) -> None:
    made = invitations.invite(shared.owner, shared.group(), 1)
    with shared.superuser() as root:
        root.execute(f"DROP OWNED BY {made.role}")
        root.execute(f"DROP ROLE {made.role}")
    assert listed(shared.owner) == [("Office", "chef", "lost", "")]


def test_an_expired_one_is_refused_inside_and_at_the_door(shared: Shared) -> None:
    made = invitations.invite(shared.owner, shared.group(), 1)
    with door(shared, made) as guest:
        with shared.superuser() as root:
            root.execute("UPDATE invitation SET expires_at = now() - interval '1 minute'")
        with pytest.raises(psycopg.Error) as refused:
            guest.execute(JOIN, ["late", "Late", VERIFIER])
        assert refused.value.sqlstate == "GC003"
    assert listed(shared.owner) == [("Office", "chef", "expired", "")]
    with shared.superuser() as root:
        until = root.execute(
            "SELECT rolvaliduntil <= now() + interval '1 day' FROM pg_roles WHERE rolname = %s", [made.role]
        )
        assert until.fetchone() == (True,)
    invitations.invite(shared.owner, shared.group())
    assert made.role not in roles(shared)


def test_a_withdrawn_one_is_out_at_once(shared: Shared) -> None:
    made = invitations.invite(shared.owner, shared.group())
    guest = door(shared, made)
    with shared.owner.read() as session:
        number = invitations.invitations(session)[0].id
    invitations.revoke(shared.owner, number)
    with pytest.raises(psycopg.OperationalError):
        guest.execute(JOIN, ["fresh", "Fresh", VERIFIER])
    guest.close()
    assert made.role not in roles(shared)
    assert listed(shared.owner) == [("Office", "chef", "withdrawn", "")]
    for wrong in (number, 999):
        with pytest.raises(UserError, match=f"no open invitation with the number {wrong}"):
            invitations.revoke(shared.owner, wrong)


def test_only_administrators_invite(shared: Shared) -> None:
    login, boss = f"{shared.name}_desk", f"{shared.name}_boss"
    logins.add_user(shared.owner, login, "Desk", shared.group("billing"), NEW)
    logins.add_user(shared.owner, boss, "Boss", shared.group("administrator"), NEW)
    url = f"postgresql://{{}}:{NEW.replace(' ', '%20')}@localhost:{shared.port}/{shared.name}"
    with closing(open_office(url.format(login))) as desk:
        refused: list[Callable[[], object]] = [
            lambda: invitations.invite(desk, shared.group()), lambda: invitations.revoke(desk, 1),
        ]  # fmt: skip
        for call in refused:
            with pytest.raises(UserError, match="Users and rights"):
                call()
    with shared.connect(login, NEW) as raw:
        statements = (
            f"SELECT gcrm_invite({shared.group()}, 'gcrm_invite_0123456789ab', '{VERIFIER}', 7, 1, NULL)",
            "SELECT gcrm_revoke(1)", "SELECT gcrm_sweep()", "SELECT gcrm_close_door('x')",
            "SELECT gcrm_join('a', 'b', 'c')", "UPDATE invitation SET used_at = NULL", "DELETE FROM invitation",
            "INSERT INTO invitation (role, group_id, expires_at, created_at, changed_at) "
            "VALUES ('x', 1, now(), now(), now())",
        )  # fmt: skip
        for statement in statements:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                raw.execute(statement)
    with closing(open_office(url.format(boss))) as chief:
        invitations.invite(chief, shared.group())
        assert listed(chief)[0] == ("Office", "Boss", "open", "")
    with shared.superuser() as root:
        for name in (login, boss):
            root.execute(f"DROP OWNED BY {name}; DROP ROLE {name}")


def test_what_no_invitation_can_be_made_of_is_said(shared: Shared, data_folder: object) -> None:
    for days in (0, 91):
        with pytest.raises(UserError, match="1 to 90 days"):
            invitations.invite(shared.owner, shared.group(), days)
    with pytest.raises(psycopg.Error), shared.connect(f"{shared.name}_owner", PASSWORD) as owner:
        owner.execute(f"SELECT gcrm_invite(1, 'postgres', '{VERIFIER}', 7, 1, NULL)")


def test_somebody_who_is_here_already_gets_a_login(shared: Shared) -> None:
    """A colleague whom follow-ups name since the file: the same user, with a login and the group of the invitation."""
    katrin = user.add_user(shared.owner, "katrin", "Katrin")
    with shared.owner.read() as session:
        assert (katrin, "Katrin") in [row[:2] for row in invitations.guests(session)]
    made = invitations.invite(shared.owner, shared.group("billing"), guest=katrin)
    with shared.owner.read() as session:
        assert invitations.invitations(session)[0].guest == "Katrin"
    with pytest.raises(psycopg.Error) as refused, door(shared, made) as guest:
        guest.execute(JOIN, ["chef", "Chef", VERIFIER])
    assert refused.value.sqlstate == "GC005"
    login = f"{shared.name}.katrin"
    with door(shared, made) as guest:
        assert guest.execute(JOIN, [login, "Katrin Vogel", VERIFIER]).fetchone() == (katrin,)
    with shared.owner.read() as session:
        row = next(row for row in logins.users(session) if row.id == katrin)
        assert (row.login, row.name, row.group, row.has_login) == (login, "Katrin Vogel", "Billing", True)
        assert katrin not in [found[0] for found in invitations.guests(session)]
    with pytest.raises(UserError, match="has a login already"):
        invitations.invite(shared.owner, shared.group(), guest=katrin)
    seal_pending(shared.owner)
    assert check(shared.owner).findings == ()


def test_an_office_that_is_not_shared_invites_nobody(database: Database) -> None:
    group = rights.ensure_groups(database)["office"]
    with pytest.raises(UserError, match="not shared yet"):
        invitations.invite(database, group)
    assert listed(database) == []


def test_what_the_new_colleague_must_not_see_is_not_found_either(shared: Shared) -> None:
    """Fields hidden from a group leave the search index with the invitation, not only when somebody has come."""
    guests = rights.add_group(shared.owner, "Guests", ["contacts.see"], ["notes"])
    contact.create(shared.owner, Contact(kind="organisation", name="Albrecht", notes="quarrelsome"))

    def found() -> int:
        with shared.owner.read() as session:
            return len(quick_contacts(session, "quarrelsome"))

    assert found() == 1
    invitations.invite(shared.owner, guests)
    assert found() == 0
    with shared.owner.read() as session:
        number = invitations.invitations(session)[0].id
    invitations.revoke(shared.owner, number)
    assert found() == 1


@pytest.mark.parametrize(
    ("name", "login"),
    [
        ("Lotta Lang", "lotta.lang"),
        ("  Dr. Jörg  Müller-Weiß ", "dr.jorg.muller.weiss"),
        ("O'Neill", "o.neill"),
        ("José António", "jose.antonio"),
        ("Łukasz", "lukasz"),
        ("Анна", "анна"),
        ("x" * 100, "x" * 63),
    ],
)
def test_a_name_makes_a_login(name: str, login: str) -> None:
    assert login_of(name) == login


@pytest.mark.parametrize("name", ["", "  ", "...", "_"])
def test_a_name_without_letters_makes_none(name: str) -> None:
    with pytest.raises(UserError) as refused:
        login_of(name)
    assert refused.value.field == "name"
