"""`gcrm backup`: make, list, prove, restore, look into one; and what goes wrong, in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcrm.cli import run_command
from gcrm.services import contact, settings
from gcrm.services.opening import open_office
from tests.services.offices import organisation
from tests.test_cli import run, run_json

PASSWORD = "Donaudampfschiff"


@pytest.fixture
def office(database_url: str) -> str:
    """Give the URL of an office with a contact."""
    database = open_office(database_url)
    organisation(database)
    database.close()
    return database_url


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """Give a file with a password."""
    path = tmp_path / "password.txt"
    path.write_text(PASSWORD + "\n")
    return path


def test_a_backup_is_made_listed_proved_and_restored(
    office: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, new = tmp_path / "a.gcrmbackup", tmp_path / "new.gcrm"
    told = run_json(capsys, office, "backup", "create", file)
    assert (told["file"], told["contacts"], told["files"], told["damaged"]) == (str(file), 1, 0, 0)
    assert "Backup made" in run(capsys, office, "backup", "create", file, "--store")
    listed = run_json(capsys, office, "backup", "list", tmp_path)["backups"]
    assert [(each["file"], each["contacts"], each["whole"]) for each in listed] == [("a.gcrmbackup", 1, False)]
    assert "1 backup\n" in run(capsys, office, "backup", "list", tmp_path)
    assert "can be restored" in run(capsys, office, "backup", "verify", file)
    assert run_json(capsys, office, "backup", "verify", file)["ok"]
    assert run_command(["backup", "restore", str(file), "--database", str(new)]) == 0
    assert "Restored" in capsys.readouterr().out
    assert "Albrecht" in run(capsys, str(new), "find", "albrecht")
    assert run_command(["backup", "restore", str(file), "--database", str(new)]) == 1
    said = capsys.readouterr().err
    assert "exists already" in said
    assert said.count("\n") == 1
    told = run_json(capsys, office, "backup", "restore", file, "--database", new, "--replace")
    assert Path(told["kept"]).exists()


def test_a_damaged_backup_is_one_sentence_and_status_1(
    office: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, new = tmp_path / "a.gcrmbackup", tmp_path / "new.gcrm"
    run(capsys, office, "backup", "create", file)
    file.write_bytes(file.read_bytes()[:-1])
    for words in (["verify", str(file)], ["restore", str(file), "--database", str(new)], ["show", str(file), "10001"]):
        said = run(capsys, office, "backup", *words, status=1)
        assert said == "The backup “a.gcrmbackup” is damaged, cut off or altered. Use another one.\n"
    assert not new.exists()
    assert "There is no backup" in run(capsys, office, "backup", "verify", tmp_path / "none.gcrmbackup", status=1)
    (tmp_path / "a.txt").write_text("no backup at all")
    assert "is not a backup of gCRM" in run(capsys, office, "backup", "verify", tmp_path / "a.txt", status=1)
    assert "was not saved" in run(capsys, office, "backup", "create", tmp_path / "none" / "a.gcrmbackup", status=1)
    assert "cannot be reached" in run(capsys, office, "backup", "list", tmp_path / "none", status=1)


def test_an_encrypted_backup_opens_with_its_password_only(
    office: str, tmp_path: Path, key: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, wrong = tmp_path / "a.gcrmbackup", tmp_path / "wrong.txt"
    wrong.write_text("something else")
    run(capsys, office, "backup", "create", file, "--password-file", key)
    assert b"Albrecht" not in file.read_bytes()
    assert "encrypted" in run(capsys, office, "backup", "verify", file, status=1)
    assert "does not open" in run(capsys, office, "backup", "verify", file, "--password-file", wrong, status=1)
    assert "can be restored" in run(capsys, office, "backup", "verify", file, "--password-file", key)
    listed = run_json(capsys, office, "backup", "list", tmp_path)["backups"]
    assert [(each["encrypted"], each["office"]) for each in listed] == [(True, "")]
    assert "Nobody is there" in run(capsys, office, "backup", "create", file, "--encrypt", status=1)
    wrong.write_text("short")
    assert "at least 8" in run(capsys, office, "backup", "create", file, "--password-file", wrong, status=1)


def test_the_daily_backup_is_made_once(office: str, data_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, office, "backup", "list") == "0 backups\n"
    made = run_json(capsys, office, "backup", "daily")["made"]
    assert Path(made).parent == data_folder / "backups"
    assert run_json(capsys, office, "backup", "daily")["made"] == ""
    assert "Nothing to do" in run(capsys, office, "backup", "daily")
    assert len(run_json(capsys, office, "backup", "list")["backups"]) == 1
    Path(made).unlink()
    assert "Backup made" in run(capsys, office, "backup", "daily")
    database = open_office(office)
    settings.set(database, "backup.folder", "/nowhere/at/all")
    database.close()
    for file in (data_folder / "backups").glob("*.gcrmbackup"):
        file.unlink()
    assert "cannot be reached" in run(capsys, office, "backup", "daily", status=1)


def test_one_contact_is_compared_and_taken_over(
    office: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.gcrmbackup"
    run(capsys, office, "backup", "create", file)
    assert "Everything of that day is here" in run(capsys, office, "backup", "show", file, "10001")
    database = open_office(office)
    contact.set_field(database, [1], "priority", "C")
    database.close()
    assert "Contact 1, Priority: A (today: C)" in run(capsys, office, "backup", "show", file, "10001")
    database = open_office(office)
    contact.trash(database, [1])
    contact.purge(database, [1])
    database.close()
    told = run_json(capsys, office, "backup", "show", file, "10001")
    assert (told["gone"], told["taken_over"], told["name"]) == (True, 0, "Albrecht Metallbau GmbH")
    assert "taken over" in run(capsys, office, "backup", "show", file, "10001", "--take-over")
    assert run_json(capsys, office, "show", "10001")["priority"] == "A"
    run(capsys, office, "undo")
    run(capsys, office, "show", "10001", status=1)
    assert "no contact with the number" in run(capsys, office, "backup", "show", file, "77777", status=1)
