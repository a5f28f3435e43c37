"""Calendars on the command line: in once, out, and in again without a change."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gcrm.cli import run_command

CALENDAR = """BEGIN:VCALENDAR
BEGIN:VEVENT
UID:one
DTSTART:20260323T090000Z
SUMMARY:Visit
END:VEVENT
BEGIN:VEVENT
UID:none
SUMMARY:Without a day
END:VEVENT
BEGIN:VTODO
UID:task
SUMMARY:Call
END:VTODO
BEGIN:VJOURNAL
UID:day
END:VJOURNAL
END:VCALENDAR
"""


def run(capsys: pytest.CaptureFixture[str], office: str, *words: object, status: int = 0) -> str:
    found = run_command(["--database", office, *map(str, words)])
    said = capsys.readouterr()
    assert found == status, said.err
    return said.err if status else said.out


def test_calendars_come_in_and_go_out(database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, out = tmp_path / "old.ics", tmp_path / "new.ics"
    file.write_text(CALENDAR, encoding="utf-8")
    (told,) = json.loads(run(capsys, database_url, "import", file, "--dry-run", "--json"))["calendars"]
    assert (told["created"], told["tasks"], told["passed_over"]) == (1, 1, {"journal": 1})
    said = run(capsys, database_url, "import", file)
    assert "old.ics: 1 appointment; 1 created, 0 updated, 0 skipped" in said
    assert "“Without a day” has no beginning" in said
    assert "2 entries written" in run(capsys, database_url, "export", "calendar", "--tasks", "--output", out)
    assert b"SUMMARY:Visit" in out.read_bytes()
    (again,) = json.loads(run(capsys, database_url, "import", out, "--json"))["calendars"]
    assert (again["created"], again["updated"], again["same"], again["tasks"]) == (0, 0, 1, 0)
    assert "is no day" in run(
        capsys, database_url, "export", "calendar", "--from", "x", "--until", "y", "--output", out, status=2
    )
