"""`gcrm team`: to the server and back on the command line, and one sentence where it cannot be."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

from gcrm.cli import run_command
from gcrm.services import database as opening
from gcrm.services.opening import open_office
from tests.databases import PostgresOffices
from tests.services.offices import organisation


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give an office in a file, with one contact."""
    path = tmp_path / "office.gcrm"
    database = open_office(str(path))
    organisation(database)
    database.close()
    return path


@pytest.fixture
def server(postgres_offices: PostgresOffices, tmp_path: Path) -> Iterator[str]:
    """Give the URL of an empty database."""
    with postgres_offices.empty(tmp_path) as url:
        yield url


def run(capsys: pytest.CaptureFixture[str], office: object, *words: object) -> str:
    """Run a command that is carried out; return what it says."""
    status = run_command(["--database", str(office), "team", *map(str, words)])
    said = capsys.readouterr()
    assert status == 0, said.err
    return said.out


def run_json(capsys: pytest.CaptureFixture[str], office: object, *words: object) -> Any:
    out = run(capsys, office, *words, "--json")
    assert len(out.splitlines()) == 1
    return json.loads(out)


def refused(capsys: pytest.CaptureFixture[str], office: object, *words: object) -> str:
    """Run a command that is refused with one sentence."""
    assert run_command(["--database", str(office), "team", *map(str, words)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    return said.err


def found(capsys: pytest.CaptureFixture[str], office: object) -> int:
    assert run_command(["--database", str(office), "find", "Albrecht", "--json"]) == 0
    return int(json.loads(capsys.readouterr().out)["total"])


def test_to_the_server_and_back(file: Path, server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shared = run_json(capsys, file, "share", server)
    assert shared["tables"]["contact"] == 1
    assert shared["tables"]["contact_point"] == 2
    assert shared["records"] == sum(shared["tables"].values())
    assert "***" not in shared["place"]
    assert make_url(shared["place"]).password is None
    assert found(capsys, server) == 1
    assert found(capsys, file) == 1
    back = run_json(capsys, server, "unshare", tmp_path / "back.gcrm")
    assert back["place"] == str(tmp_path / "back.gcrm")
    assert {name: back["tables"][name] for name in shared["tables"]} | {"seal": 0} == shared["tables"] | {"seal": 0}
    assert found(capsys, tmp_path / "back.gcrm") == 1


def test_what_is_said_to_people(file: Path, server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = run(capsys, file, "share", server).splitlines()
    assert said[0] == "1 contact, 0 activities, 0 files"
    assert said[1].startswith("The office is now in postgresql://")
    assert said[2] == "Where it was, it is kept and can only be read."
    said = run(capsys, server, "unshare", tmp_path / "back.gcrm").splitlines()
    assert said[1] == f"The office is now in {tmp_path / 'back.gcrm'}; every record was compared."


def test_an_office_that_moved_is_not_written(file: Path, server: str, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, file, "share", server)
    warning, refusal = refused(capsys, file, "share", server).splitlines()
    assert warning == refusal
    assert "Here it can be read, but not changed. Open it there." in warning
    assert run_command(["--database", str(file), "demo", "--contacts", "1"]) == 1
    assert "Nothing was saved: this office moved to postgresql://" in capsys.readouterr().err


def changed(url: str, **parts: Any) -> str:
    return make_url(url).set(**parts).render_as_string(hide_password=False)


def test_what_cannot_be_is_said_in_one_sentence(
    file: Path, server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = secrets.token_hex(8)
    said = refused(capsys, file, "share", changed(server, password=secret))
    assert "refuses the user or the password" in said
    assert secret not in said
    assert "has no database “nowhere”" in refused(capsys, file, "share", changed(server, database="nowhere"))
    assert "cannot be reached" in refused(capsys, file, "share", changed(server, port=1))
    assert "works on a server" in refused(capsys, file, "share", tmp_path / "other.gcrm")
    assert "not a database address" in refused(capsys, file, "share", "postgresql://anna@host:port/name")
    assert "in a file already" in refused(capsys, file, "unshare", tmp_path / "other.gcrm")
    assert "does not exist" in refused(capsys, file, "share", tmp_path / "nowhere" / "other.gcrm")
    with psycopg.connect(server) as raw:
        raw.execute("CREATE TABLE recipes (id integer)")
    assert "is not empty" in refused(capsys, file, "share", server)


def test_a_server_that_is_too_old_is_refused(
    file: Path, server: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "OLDEST_SERVER", 990_000)
    said = refused(capsys, file, "share", server)
    assert len(said.splitlines()) == 1
    assert "gCRM needs 99 or newer" in said


def test_a_login_that_may_not_make_tables_is_refused(
    file: Path, server: str, postgres_offices: PostgresOffices, capsys: pytest.CaptureFixture[str]
) -> None:
    with postgres_offices.reader(server) as url:
        assert "may not make tables in postgresql://gcrm_reader_" in refused(capsys, file, "share", url)


def test_a_login_that_may_only_read_cannot_take_the_office_away(
    file: Path, server: str, tmp_path: Path, postgres_offices: PostgresOffices, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, file, "share", server)
    with psycopg.connect(server) as raw:
        raw.execute("INSERT INTO \"user\" SELECT 77, 'reader', 'Reader', '', '', true, 1, now(), NULL, now(), NULL")
    with postgres_offices.reader(server) as url:
        said = refused(capsys, url, "unshare", tmp_path / "back.gcrm")
    assert len(said.splitlines()) == 1
    assert not list(tmp_path.glob("*back*"))
    assert found(capsys, server) == 1


def test_a_file_that_is_there_is_not_overwritten(
    file: Path, server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, file, "share", server)
    assert "exists already" in refused(capsys, server, "unshare", file)
    (tmp_path / "folder").mkdir()
    assert run_command(["--database", server, "team", "unshare", str(tmp_path / "folder")]) == 2
