"""The offices an account knows, and their passwords."""

from __future__ import annotations

import json
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.chainer import ChainerBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.errors import KeyringLocked

from gcrm.cli import run_command
from gcrm.errors import EnvironmentProblem, UserError
from gcrm.paths import default_database
from gcrm.services import secret_store
from gcrm.services.address import parse
from gcrm.services.team import offices, passwords
from gcrm.services.team.authority import Authority
from tests.guards import MemoryKeyring

TEAM = "postgresql://anna@server/office"
SECRET = "kanarienvogel-1188"


@pytest.fixture
def certificate(tmp_path: Path) -> str:
    authority = Authority(tmp_path)
    authority.create("Muster")
    return authority.certificate.read_text()


def test_at_first_the_accounts_own_file_opens() -> None:
    assert offices.known() == ()
    assert offices.last() is None
    assert offices.opening_address() == default_database()


def test_the_last_one_opens_by_itself(tmp_path: Path) -> None:
    offices.remember(TEAM)
    file = tmp_path / "Zweigstelle.gcrm"
    file.touch()
    offices.remember(str(file))
    assert offices.opening_address() == str(file)
    file.unlink()
    with pytest.raises(EnvironmentProblem, match="no longer there"):
        offices.opening_address()
    offices.remember(TEAM)
    assert offices.opening_address() == TEAM
    assert [(one.name, one.is_server) for one in offices.known()] == [
        ("office on server", True),
        ("Zweigstelle", False),
    ]


def test_a_secret_never_reaches_the_list(data_folder: Path) -> None:
    for address in (
        f"postgresql://anna:{SECRET}@server/office",
        f"postgresql://anna@server/office?password={SECRET}",
        f"postgresql://anna@server/office?sslpassword={SECRET}",
    ):
        assert offices.remember(address).address == TEAM
    assert len(offices.known()) == 1
    assert not any(SECRET in file.read_text() for file in data_folder.rglob("*") if file.is_file())


def test_a_file_that_is_gone_is_not_made_anew(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    offices.remember(str(tmp_path / "gone.gcrm"))
    assert run_command(["find"]) == 1
    assert "no longer there" in capsys.readouterr().err
    assert not (tmp_path / "gone.gcrm").exists()


def test_names_are_given_once(tmp_path: Path) -> None:
    first = offices.remember(TEAM, "Büro")
    second = offices.remember(str(tmp_path / "x.gcrm"), "büro")
    assert second.name == "büro 2"
    with pytest.raises(UserError):
        offices.rename(second.address, "BÜRO")
    with pytest.raises(UserError):
        offices.rename(second.address, " ")
    offices.rename(first.address, "Zentrale")
    offices.rename(first.address, "zentrale")
    assert offices.named("ZENTRALE").address == TEAM
    with pytest.raises(UserError):
        offices.named("Büro")


def test_what_is_known_of_an_office_stays_when_it_is_opened_again(certificate: str) -> None:
    offices.remember(TEAM, "Büro", certificate)
    again = offices.remember(TEAM)
    assert again.name == "Büro"
    assert again.authority


def test_the_authority_is_that_of_the_server(certificate: str) -> None:
    offices.remember(TEAM, certificate=certificate)
    for same in (TEAM, "postgresql://bruno@SERVER:5432/other", "postgresql:///x?host=server&port=5432"):
        found = offices.authority_of(parse(same))
        assert found is not None
        assert found.read_text() == certificate
    for other in ("postgresql://anna@server:5433/office", "postgresql://anna@server2/office", "postgresql:///office"):
        assert offices.authority_of(parse(other)) is None
    with pytest.raises(UserError):
        offices.remember(TEAM, certificate="hello")


def test_forgetting_takes_password_and_certificate_along(certificate: str, data_folder: Path) -> None:
    offices.remember(TEAM, certificate=certificate)
    offices.remember("postgresql://anna@server/archive", certificate=certificate)
    assert passwords.keep_password(parse(TEAM), SECRET)
    offices.forget(TEAM)
    assert offices.authority_of(parse("postgresql://anna@server/archive")) is not None
    assert passwords.password_of(parse(TEAM)) == ""
    offices.forget("postgresql://anna@server/archive")
    assert list((data_folder / "config" / "authorities").iterdir()) == []
    assert offices.opening_address() == default_database()


def test_a_damaged_list_is_kept_aside(data_folder: Path) -> None:
    folder = data_folder / "config"
    folder.mkdir()
    (folder / "offices.json").write_text('{"offices": [{"name"')
    assert offices.known() == ()
    offices.remember(TEAM)
    assert len(offices.known()) == 1
    assert (folder / "offices.damaged.json").read_text() == '{"offices": [{"name"'


# --- passwords -------------------------------------------------------------------------------------------------------
def test_a_login_has_one_password_for_all_databases_of_its_server() -> None:
    assert passwords.keep_password(parse(TEAM), SECRET)
    assert passwords.password_of(parse("postgresql://anna@server/archive")) == SECRET
    assert passwords.password_of(parse("postgresql://bruno@server/office")) == ""
    assert passwords.password_of(parse("postgresql://anna@server:5433/office")) == ""
    passwords.drop_password(parse(TEAM))
    passwords.drop_password(parse(TEAM))
    assert passwords.password_of(parse(TEAM)) == ""


class PlainText(MemoryKeyring):
    """Stands for a store of the package keyrings.alt."""


PlainText.__module__ = "keyrings.alt.file"


class Locked(MemoryKeyring):
    """A store that its owner does not open."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked


@pytest.mark.parametrize("store", [NoKeyring, PlainText, Locked])
def test_without_a_good_store_nothing_is_kept(store: type[KeyringBackend]) -> None:
    keyring.set_keyring(store())
    assert not passwords.keep_password(parse(TEAM), SECRET)
    assert passwords.password_of(parse(TEAM)) == ""
    assert secret_store.has_store() == (store is Locked)
    passwords.drop_password(parse(TEAM))


def test_of_several_stores_a_good_one_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    plain, good = PlainText(), MemoryKeyring()
    monkeypatch.setattr(ChainerBackend, "backends", [plain, good])
    keyring.set_keyring(ChainerBackend())  # type: ignore[no-untyped-call]  # keyring has no types
    assert passwords.keep_password(parse(TEAM), SECRET)
    assert good.get_password("gcrm", "postgresql://anna@server") == SECRET
    assert plain.get_password("gcrm", "postgresql://anna@server") is None


# --- the command -----------------------------------------------------------------------------------------------------
def test_the_commands_list_add_rename_and_forget(
    capsys: pytest.CaptureFixture[str], certificate: str, tmp_path: Path
) -> None:
    file = tmp_path / "office.crt"
    file.write_text(certificate)
    address = f"postgresql://anna:{SECRET}@server/office"
    assert run_command(["office", "list"]) == 0
    assert run_command(["office", "add", address, "--name", "Team", "--certificate", str(file)]) == 0
    assert run_command(["office", "rename", "team", "Büro"]) == 0
    assert run_command(["office", "list"]) == 0
    said = capsys.readouterr()
    assert f"* Büro: {TEAM}" in said.out
    assert SECRET not in said.out + said.err
    assert run_command(["office", "list", "--json"]) == 0
    row = {"name": "Büro", "kind": "server", "address": TEAM, "last": True}
    assert json.loads(capsys.readouterr().out) == {"offices": [row]}
    assert run_command(["office", "forget", "Büro"]) == 0
    assert run_command(["office", "forget", "Büro"]) == 1
    assert offices.known() == ()


def test_a_command_without_an_address_works_in_the_last_office(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    other = str(tmp_path / "other.gcrm")
    assert run_command(["--database", other, "demo", "--contacts", "3", "--activities", "0"]) == 0
    offices.remember(other)
    capsys.readouterr()
    assert run_command(["find", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["total"] == 3
