"""`gcrm team share --name`, `invite`, `invitations`, `revoke` and `join` on a real server."""

from __future__ import annotations

import io
import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gcrm.cli import run_command
from gcrm.services.team import offices
from gcrm.services.team.databases import make_database
from tests.services.team.joining import PASSWORD, Shared, shared_on
from tests.team_server import TeamServer, team_server

NEW = "battery staple 9"


@pytest.fixture(scope="module")
def team() -> Iterator[TeamServer]:
    with team_server() as running:
        yield running


@pytest.fixture
def shared(team: TeamServer) -> Iterator[Shared]:
    with shared_on(team) as made:
        yield made


def run(capsys: pytest.CaptureFixture[str], *words: str, status: int = 0) -> str:
    capsys.readouterr()
    found = run_command([*words])
    said = capsys.readouterr()
    assert found == status, said.err
    return said.err if status else said.out


def typed(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines) + "\n"))


def test_a_colleague_is_invited_and_joins_without_a_window(
    shared: Shared, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    boss = ("--database", shared.administrator(), "team")
    picture = tmp_path / "code.png"
    words = ("invite", "--group", "Billing", "--days", "3", "--host", "localhost")
    code = run(capsys, *boss, *words, "--qr", str(picture)).strip()
    assert picture.read_bytes().startswith(b"\x89PNG")
    told: dict[str, Any] = json.loads(run(capsys, *boss, "invite", "--host", "localhost", "--json"))
    assert (told["group"], told["hosts"], told["port"]) == ("office", ["localhost"], shared.port)
    rows = json.loads(run(capsys, *boss, "invitations", "--json"))["invitations"]
    assert [(row["number"], row["group"], row["state"]) for row in rows] == [
        (2, "Office", "open"), (1, "Billing", "open"),
    ]  # fmt: skip
    assert "withdrawn" in run(capsys, *boss, "revoke", "2")
    assert "no open invitation with the number 2" in run(capsys, *boss, "revoke", "2", status=1)
    name = f"Lotta {shared.name}"
    typed(monkeypatch, "short")
    assert "at least 10" in run(capsys, "team", "join", code, "--name", name, status=1)
    typed(monkeypatch, code, NEW)
    joined = json.loads(run(capsys, "team", "join", "-", "--name", name, "--json"))
    assert joined == {
        "office": "Brandt & Töchter", "address": offices.opening_address(), "login": f"lotta.{shared.name}",
        "kept": True,
    }  # fmt: skip
    typed(monkeypatch, NEW)
    assert "used or withdrawn" in run(capsys, "team", "join", code, "--name", "Somebody", status=1)
    assert "Billing\tused" in run(capsys, *boss, "invitations")
    assert name in run(capsys, "team", "users")
    assert "Users and rights" in run(capsys, "team", "invite", status=1)


def test_what_is_wrong_is_one_sentence(
    shared: Shared, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    boss = ("--database", shared.administrator(), "team")
    assert ".png or .svg" in run(capsys, *boss, "invite", "--qr", str(tmp_path / "code.gif"), status=1)
    assert "1 to 90 days" in run(capsys, *boss, "invite", "--days", "400", status=1)
    assert "no group called" in run(capsys, *boss, "invite", "--group", "nobody", status=1)
    typed(monkeypatch, NEW)
    assert "not the code" in run(capsys, "team", "join", "hello", "--name", "Lotta", status=1)
    assert "--here with --name" in run(capsys, "team", "share", status=2)
    assert "--here with --name" in run(capsys, "team", "share", "--here", status=2)


def test_an_office_is_shared_with_everything_that_belongs_to_it(
    team: TeamServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, data_folder: Path,
    tmp_path: Path,
) -> None:  # fmt: skip
    name, file = f"s{secrets.token_hex(5)}", str(data_folder / "office.gcrm")
    make_database(team.server, name, f"{name}_owner", PASSWORD)
    certificate = tmp_path / "office.crt"
    certificate.write_text(team.certificate)
    url = f"postgresql://{name}_owner:{PASSWORD.replace(' ', '%20')}@localhost:{team.server.plan.port}/{name}"
    typed(monkeypatch, PASSWORD)
    words = ("--database", file, "team", "share", url, "--name", f"Klaus {name}", "--certificate", str(certificate))
    told = json.loads(run(capsys, *words, "--json"))
    assert (told["login"], told["kept"], told["owner_password"], told["left"]) == (f"klaus.{name}", True, "", [])
    assert told["address"] == offices.opening_address()
    assert "GCRM1" in run(capsys, "team", "invite")
    typed(monkeypatch, PASSWORD)
    assert "is shared" in run(capsys, *words)
