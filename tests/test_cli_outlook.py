"""`gcrm outlook`: one sentence where there is no Outlook, else what was done."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path

import pytest

from gcrm.cli import run_command
from gcrm.services.outlook import com
from tests.services.outlook.fake import Outlook


def test_outlook_is_exchanged_with_or_it_is_said_that_there_is_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    office = ["--database", str(tmp_path / "office.gcrm"), "--language", "en", "outlook", "sync"]
    monkeypatch.setattr(com, "why_not", lambda: "There is no Outlook here. Use another computer.")
    assert run_command(office) == 1
    assert capsys.readouterr().err == "There is no Outlook here. Use another computer.\n"

    outlook = Outlook()
    outlook.add_contact(FirstName="Eva", LastName="Neu")
    monkeypatch.setattr(com, "outlook", lambda: nullcontext(outlook.link()))
    assert run_command([*office, "--dry-run", "--contacts"]) == 0
    assert "gCRM  Create  Eva Neu\ngCRM: 1 new" in capsys.readouterr().out
    assert run_command([*office, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["created_here"], told["lines"][0]["name"]) == (1, "Eva Neu")
    assert run_command(office) == 0
    assert capsys.readouterr().out == "Both sides are in step.\n"
