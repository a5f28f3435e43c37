"""`gcrm upgrade` on both engines: what it says, what it leaves behind, and what every other command says before."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from gcrm import __version__
from gcrm.cli import run_command
from gcrm.model.migrations import HEAD
from gcrm.services import schema
from gcrm.services.database import Database
from tests.old_offices import OLDEST, load


def revision(url: str) -> str | None:
    with closing(Database.at(url)) as database, database.engine.connect() as connection:
        return schema.revision(connection)


def test_an_older_office_is_upgraded_and_the_backup_named(
    empty_database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    load(empty_database_url, OLDEST)
    assert run_command(["--database", empty_database_url, "upgrade"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == f"The office was brought to the version of gCRM {__version__}."
    assert Path(said[1].removeprefix("The office as it was before: ")).is_file()
    assert revision(empty_database_url) == HEAD


def test_an_office_of_this_version_is_left_alone(database_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["upgrade", "--database", database_url, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"upgraded": False, "program": __version__, "backup": ""}
    assert run_command(["upgrade", "--database", database_url]) == 0
    assert capsys.readouterr().out == f"The office has the version of gCRM {__version__} already.\n"


def test_nothing_is_made_where_there_is_no_office(empty_database_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["--database", empty_database_url, "upgrade"]) == 1
    assert "There is no office at" in capsys.readouterr().err
    if "sqlite" in empty_database_url:
        assert not Path(empty_database_url.removeprefix("sqlite:///")).exists()
    else:
        assert revision(empty_database_url) is None


def test_other_commands_upgrade_files_and_leave_servers_to_their_administrator(
    empty_database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    load(empty_database_url, OLDEST)
    is_file = "sqlite" in empty_database_url
    assert run_command(["--database", empty_database_url, "find", "--limit", "1"]) == (0 if is_file else 1)
    said = capsys.readouterr().err
    assert ("As it was before, it is kept in" in said) == is_file
    assert ("“gcrm upgrade” does that" in said) != is_file
    assert revision(empty_database_url) == (HEAD if is_file else OLDEST)


def test_a_server_that_is_away_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["--database", "postgresql://anna@127.0.0.1:1/office", "upgrade"]) == 1
    assert "127.0.0.1:1/office" in capsys.readouterr().err
