"""Privacy on the command line: told, written, permissions recorded, erased after the word was said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gcrm.cli import run_command
from gcrm.services import contact
from gcrm.services.database import Database


def run(capsys: pytest.CaptureFixture[str], office: Database, *words: object, status: int = 0) -> str:
    found = run_command(["--database", office.url.render_as_string(hide_password=False), "privacy", *map(str, words)])
    said = capsys.readouterr()
    assert found == status, said.err
    return said.err if status else said.out


def test_somebody_is_told_and_erased(database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    contact.create(database, contact.empty(name="Albrecht", number="A7", notes="Rings the bell."))
    said = run(capsys, database, "consent", "A7", "--channel", "email", "--refuse", "--source", "fair", "--json")
    (statement,) = json.loads(said)["statements"]
    assert (statement["channel"], statement["is_allowed"], statement["holds"]) == ("email", False, True)
    assert "Notes: Rings the bell." in run(capsys, database, "show", "A7")
    told = json.loads(run(capsys, database, "show", "A7", "--to", tmp_path / "answer", "--json"))
    assert told["counts"] == {"contact": 1, "consent": 1}
    assert json.loads((tmp_path / "answer" / "data.json").read_text())["records"]["contact"][0]["number"] == "A7"
    assert "not an empty folder" in run(capsys, database, "show", "A7", "--to", tmp_path, status=1)
    planned = json.loads(run(capsys, database, "erase", "A7", "--dry-run", "--json"))
    assert (planned["word"], planned["stays"], planned["former"]) == ("A7", [], [])
    assert "names nobody" in run(capsys, database, "erase", "A7", "--former", "contact:9", "--confirm", "A7", status=1)
    assert "Type A7" in run(capsys, database, "erase", "A7", "--confirm", "a", "--json", status=1)
    done = json.loads(run(capsys, database, "erase", "A7", "--confirm", "A7", "--json"))
    assert (done["kept"], done["kept_until"]) == (0, None)
    assert "no contact with the number" in run(capsys, database, "show", "A7", status=1)
    assert "0 contacts whose period has ended" in run(capsys, database, "clean")
