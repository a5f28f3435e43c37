"""From one desk to many in one go, on a server that gCRM makes and on one that is there; broken off and done again."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import keyring
import psycopg
import pytest
from keyring.backends.fail import Keyring as NoKeyring
from sqlalchemy import select

from gcrm.errors import UserError
from gcrm.model.contact import Contact
from gcrm.model.guards import HARDENED
from gcrm.services import company, contact
from gcrm.services.address import parse
from gcrm.services.check import check
from gcrm.services.database import Database
from gcrm.services.opening import open_office
from gcrm.services.seals import seal_pending
from gcrm.services.team import invitations, join, offices, rights, sharing
from gcrm.services.team.databases import make_database, run_inside
from gcrm.services.team.hardening import weaknesses
from gcrm.services.team.passwords import password_of
from gcrm.services.team.server import Server
from gcrm.services.team.sharing import OwnServer, Person, ThereServer
from gcrm.services.user import add_user
from tests.postgres import _free_port
from tests.team_server import TeamServer, server_folder

PASSWORD = "correct horse 7"
NAMES = ("office-pc.example",)


class Stop(Exception):
    """Raised by a progress that was cancelled."""


class Impatient:
    """Cancels as soon as rows are copied."""

    def report(self, done: int, total: int = 0, text: str = "") -> None:
        if done:
            raise Stop

    def check(self) -> None: ...


@pytest.fixture
def source(data_folder: Path) -> Iterator[Database]:
    """Give an office in a file with a contact."""
    with closing(open_office(str(data_folder / "office.gcrm"), user="klaus")) as office:
        known = company.main_company(office)
        known.record.name = "Brandt & Töchter"
        company.save(office, known)
        contact.create(office, Contact(kind="organisation", name="Albrecht Metallbau GmbH"))
        yield office


def person() -> Person:
    return Person(f"Klaus B{secrets.token_hex(4)}", PASSWORD)


def names(address: str) -> list[str]:
    with closing(open_office(address)) as office, office.read() as session:
        return list(session.scalars(select(Contact.name)))


def test_a_file_becomes_the_office_of_a_team_and_a_colleague_comes_in(source: Database, data_folder: Path) -> None:
    me = person()
    add_user(source, "bruno", "Bruno")
    with server_folder() as (folder, account):
        wish = OwnServer(NAMES, _free_port(), folder, ("127.0.0.1",), account, starts_with_computer=False)
        try:
            with pytest.raises(Stop):
                sharing.share_here(source, wish, me, Impatient())
            assert (source.moved, offices.known()) == (None, ())
            result = sharing.share_here(source, wish, me)
            assert (result.rows["contact"], result.is_kept, result.owner_password) == (1, True, "")
            address = result.office.address
            assert address == f"postgresql://{me.login}@localhost:{wish.port}/office"
            assert offices.last() == result.office
            assert [one.address for one in offices.known()] == [address]
            assert password_of(parse(address)) == PASSWORD
            assert len(password_of(parse(f"postgresql://office_owner@localhost:{wish.port}/office"))) >= 24
            with closing(open_office(address)) as office:
                assert (office.rights.group, office.is_owner, office.weaker_than_usual) == ("administrator", False, "")
                group = rights.ensure_groups(office)["office"]
                code = invitations.invite(office, group, hosts=("localhost",)).code
                with office.read() as session:
                    assert [row.made_by for row in invitations.invitations(session)] == [me.name]
                    assert [(name, its) for _id, name, its in invitations.guests(session)] == [("Bruno", group)]
            joined = join.join(code, "Lotta", "battery staple 9")
            assert names(joined.office.address) == ["Albrecht Metallbau GmbH"]
            again = sharing.share_here(source, wish, me)
            assert (again.office, again.rows["contact"]) == (result.office, 1)
            second(wish, data_folder)
        finally:
            Server.open(folder).stop()


def second(wish: OwnServer, folder: Path) -> None:
    """Share another file on the same server: the first office keeps its database, its owner and its logins."""
    with closing(open_office(str(folder / "other.gcrm"), user="klaus")) as other:
        me = person()
        result = sharing.share_here(other, wish, me)
        assert result.office.address.endswith("/office2")
        with closing(open_office(f"postgresql://office_owner@localhost:{wish.port}/office")) as owner:
            assert owner.is_owner
            seal_pending(owner)
            assert check(owner).findings == ()


@pytest.fixture
def there(team: TeamServer) -> ThereServer:
    name = f"t{secrets.token_hex(5)}"
    make_database(team.server, name, f"{name}_owner", PASSWORD)
    return ThereServer(
        f"postgresql://{name}_owner@localhost:{team.server.plan.port}/{name}", PASSWORD, team.certificate
    )


def test_an_office_goes_to_a_server_that_is_there(source: Database, there: ThereServer, team: TeamServer) -> None:
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]  # keyring has no types
    me = person()
    result = sharing.share_there(source, there, me)
    assert (result.is_kept, result.owner_password, result.office.name) == (False, PASSWORD, "Brandt & Töchter")
    assert result.office.authority == team.server.authority.read().fingerprint
    with closing(open_office(result.office.address, password=PASSWORD)) as office:
        assert office.rights.is_enforced
        assert not result.is_hardened
        (found,) = weaknesses(office)
        assert "large objects" in found.sentence
        run_inside(team.server, str(office.url.database), HARDENED)
        assert weaknesses(office) == ()


def test_an_owner_who_may_not_make_logins_is_refused_before_anything_moves(
    source: Database, there: ThereServer, team: TeamServer
) -> None:
    url = parse(there.address)
    root = parse(team.server.administrator_url())
    from gcrm.services.team.connection import arguments

    with psycopg.connect(**arguments(root), autocommit=True) as administrator:
        administrator.execute(f"ALTER ROLE {url.username} NOCREATEROLE")
        with pytest.raises(UserError, match=f'ALTER ROLE "{url.username}" CREATEROLE'):
            sharing.share_there(source, there, person())
        assert source.moved is None
        administrator.execute(f"ALTER ROLE {url.username} CREATEROLE")
    with pytest.raises(UserError, match="somebody else called"):
        sharing.share_there(source, there, Person("Postgres", PASSWORD))
    assert source.moved is None
    assert offices.known() == ()


@pytest.mark.parametrize(
    ("name", "password", "sentence"),
    [
        ("", PASSWORD, "Enter your name"),
        ("Klaus", "short", "at least 10"),
        ("Klaus Brandt", "klaus brandt", "no password"),
    ],
)
def test_name_and_password_are_looked_at_first(source: Database, name: str, password: str, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        sharing.share_there(source, ThereServer("postgresql://x@localhost:1/x", ""), Person(name, password))


def test_own_names_lead_from_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.node", lambda: "office-pc")
    assert sharing.own_names(["127.0.0.1", "::1", "192.168.1.20"]) == ("office-pc", "office-pc.local", "192.168.1.20")
    monkeypatch.setattr("platform.node", lambda: "")
    assert sharing.own_names() == ()
