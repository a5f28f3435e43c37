"""`gcrm team`: users and rights from the command line, as an administrator and as somebody who may not."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from gcrm.cli import run_command
from gcrm.services.database import Database
from tests.services.team.rights.team_office import PASSWORD, Team


def run(capsys: pytest.CaptureFixture[str], office: str, *words: str, status: int = 0) -> str:
    found = run_command(["--database", office, "team", *words])
    said = capsys.readouterr()
    assert found == status, said.err
    return said.err if status else said.out


def test_an_administrator_runs_the_office_without_a_window(
    team: Team, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    boss = team.address("administrator")

    def typed(text: str) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(text + "\n"))

    typed(PASSWORD)
    assert "“Billing”" in run(capsys, boss, "add-user", "lotte", "--name", "Lotta Lang", "--group", "billing")
    team.logins["lotte"] = "lotte"
    told: dict[str, Any] = json.loads(run(capsys, boss, "users", "--json"))
    assert {
        "login": "lotte",
        "name": "Lotta Lang",
        "group": "Billing",
        "active": True,
        "has_login": True,
        "refused": 0,
        "refused_places": [],
    } in (told["users"])
    assert "Lotta Lang" in run(capsys, boss, "users")
    with team.open("lotte") as there:
        online = json.loads(run(capsys, boss, "online", "--json"))["online"]
        assert {row["name"] for row in online} >= {"Lotta Lang", "Administrator"}
        assert {program for row in online for program in row["programs"]} == {"gcrm", "gcrm command"}
        assert "Lotta Lang" in run(capsys, boss, "online")
        assert there.rights.group == "billing"
        assert "session ended" in run(capsys, boss, "end-sessions", "lotte")
    typed("another secret 5")
    run(capsys, boss, "password", "lotte")
    changed = team.url.set(username="lotte", password="another secret 5").render_as_string(hide_password=False)
    typed(PASSWORD)
    run(capsys, changed, "password")
    assert "disabled" in run(capsys, boss, "disable-user", "lotte")
    assert "disabled" in run(capsys, boss, "users")
    run(capsys, boss, "enable-user", "lotte")
    said = run(capsys, boss, "rights", "set", "Trainees", "--add", "contacts.see", "--hide", "notes")
    assert said == "Trainees: Contacts: see; hidden: Notes\n"
    assert "change" in run(capsys, boss, "rights", "set", "trainees", "--add", "contacts.change", "--unhide", "notes")
    run(capsys, boss, "rights", "put", "lotte", "Trainees")
    shown = json.loads(run(capsys, boss, "rights", "show", "Trainees", "--json"))
    assert shown["enforced"] is True
    assert shown["groups"][0]["rights"] == ["contacts.change", "contacts.see"]
    assert "in this group" in run(capsys, boss, "rights", "remove", "Trainees", status=1)
    run(capsys, boss, "rights", "put", "lotte", "office")
    run(capsys, boss, "rights", "remove", "Trainees")


def test_others_are_told_which_right_they_lack(watched: Team, capsys: pytest.CaptureFixture[str]) -> None:
    desk = watched.address("office")
    assert "Office" in run(capsys, desk, "users")
    for words in (("disable-user", watched.logins["second"]), ("end-sessions", watched.logins["second"])):
        assert "Users and rights: set up" in run(capsys, desk, *words, status=1)
    assert "no user with the login nobody" in run(capsys, desk, "disable-user", "nobody", status=1)
    assert "Only the owner" in run(capsys, desk, "rights", "enforce", status=1)


def test_a_file_says_that_rights_are_an_aid(database_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, database_url, "add-user", "lotte")
    said = run(capsys, database_url, "rights", "show")
    assert said.startswith("Administrator: ")
    assert "an aid" in said
    if Database.at(database_url).is_sqlite:
        assert "an aid only" in run(capsys, database_url, "rights", "enforce", status=1)
    assert run(capsys, database_url, "online") == "" or not database_url.startswith("sqlite")
