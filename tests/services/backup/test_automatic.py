"""Backups by themselves: when, where, encrypted or not, what is thinned, and what is said."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.services import attachment, contact, file_lock, secret_store, settings
from gcrm.services.backup import automatic, many, password
from gcrm.services.backup.listing import entries
from gcrm.services.backup.restore import restore
from gcrm.services.backup.verify import skim, verify
from gcrm.services.blob import collect_garbage
from gcrm.services.database import Database
from gcrm.services.exchange import importer
from gcrm.services.opening import open_office
from tests.guards import MemoryKeyring
from tests.services.backup.conftest import BIG, PASSWORD, Filled
from tests.services.offices import organisation

MORNING = datetime(2026, 11, 27, 8, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def backups(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.gcrmbackup"))


def contents(folder: Path) -> list[Path]:
    return sorted(folder.glob("files/*/*"))


def age(folder: Path, days: int) -> None:
    """Let everything in a folder be older."""
    for path in folder.rglob("*"):
        told = path.stat()
        os.utime(path, (told.st_atime, told.st_mtime - days * 86400))


def noted(database: Database) -> dict[str, Any]:
    with database.read() as session:
        return dict(settings.get(session, "backup.last", database.user_id))


def test_the_first_start_of_a_day_makes_a_backup(office: Filled, data_folder: Path) -> None:
    database, today = office.database, datetime.now(UTC).astimezone()
    assert automatic.last(database) is None
    assert automatic.make_due(database, today) == ""
    made = backups(data_folder / "backups")
    assert len(made) == 1
    assert verify(made[0]).contacts == 1
    assert not automatic.is_due(database, today)
    automatic.make_due(database, today)
    assert backups(data_folder / "backups") == made
    newest = automatic.last(database)
    assert newest is not None
    assert newest.place == str(made[0])
    assert automatic.is_due(database, today + DAY)
    assert automatic.is_due(database, today - DAY)
    settings.set(database, "backup.is_automatic", False)
    assert not automatic.is_due(database, today + DAY)


def test_a_backup_that_was_deleted_does_not_count(office: Filled, data_folder: Path) -> None:
    made = automatic.run(office.database)
    assert automatic.last(office.database) is not None
    made.path.unlink()
    assert automatic.last(office.database) is None
    note = noted(office.database) | {"host": "another desk"}
    settings.set(office.database, "backup.last", note)
    newest = automatic.last(office.database)
    assert newest is not None
    assert newest.at == made.at


def test_files_are_written_once(office: Filled, data_folder: Path) -> None:
    folder = data_folder / "backups"
    first = automatic.run(office.database, moment=MORNING)
    assert first.written > len(BIG)
    assert len(contents(folder)) == 3
    second = automatic.run(office.database, moment=MORNING + timedelta(hours=1))
    assert second.written < 60_000
    assert len(contents(folder)) == 3
    office.attach("new.txt", b"new")
    assert automatic.run(office.database, moment=MORNING + timedelta(hours=2)).written < 60_000
    assert len(contents(folder)) == 4
    for each in backups(folder):
        verify(each)


def test_thinning_keeps_what_a_kept_backup_needs(office: Filled, data_folder: Path) -> None:
    folder, database = data_folder / "backups", office.database
    by_hand = folder / "mine.gcrmbackup"
    for turn in range(14):
        office.attach(f"{turn}.txt", f"content {turn}".encode())
        made = automatic.run(database, moment=MORNING + turn * DAY)
        if turn == 0:
            by_hand.write_bytes(made.path.read_bytes())
        with database.read() as session:
            rows = attachment.rows(session, office.first)
        attachment.remove(database, [row.id for row in rows if row.name == f"{turn}.txt"])
        collect_garbage(database, kept_days=0, kept_steps=0)
        age(folder, 1)
    automatic.run(database, moment=MORNING + 14 * DAY)
    left = backups(folder)
    assert by_hand in left
    assert 8 <= len(left) <= 12
    for each in left:
        skim(each)
    assert verify(left[0]).ok
    assert 3 + len(left) - 2 <= len(contents(folder)) < 3 + 14


def test_nothing_is_swept_while_a_backup_cannot_be_read(office: Filled, data_folder: Path) -> None:
    folder, database = data_folder / "backups", office.database
    old = automatic.run(database, moment=MORNING)
    automatic.run(database, moment=MORNING + 40 * DAY)
    age(folder, 10)
    (folder / "broken.gcrmbackup").write_bytes(old.path.read_bytes()[:-100] if old.path.exists() else b"x")
    whole = contents(folder)
    old.path.unlink(missing_ok=True)
    for path in backups(folder):
        if path.name.startswith("office") and path != backups(folder)[-1]:
            path.unlink()
    automatic.run(database, moment=MORNING + 80 * DAY)
    assert contents(folder) == whole


def test_a_content_that_went_bad_is_written_again_within_a_week(office: Filled, data_folder: Path) -> None:
    folder, database = data_folder / "backups", office.database
    automatic.run(database, moment=MORNING)
    bad = max(contents(folder), key=lambda path: path.stat().st_size)
    bad.write_bytes(bad.read_bytes()[:-1])
    made = automatic.run(database, moment=MORNING + DAY)
    with pytest.raises(EnvironmentProblem, match="damaged"):
        verify(made.path)
    made = automatic.run(database, moment=MORNING + 8 * DAY)
    assert verify(made.path).ok


def test_backups_are_encrypted_with_the_password_of_this_computer(
    office: Filled, data_folder: Path, tmp_path: Path, passwords: MemoryKeyring
) -> None:
    folder, database = data_folder / "backups", office.database
    settings.set(database, "backup.is_encrypted", True)
    today = datetime.now(UTC).astimezone()
    said = automatic.make_due(database, today)
    assert said.startswith("The password for backups is not kept on this computer")
    assert automatic.make_due(database, today) == ""
    assert backups(folder) == []
    identity = automatic.place_of(database).identity
    with pytest.raises(UserError, match="at least 8"):
        password.keep(identity, "short")
    password.keep(identity, PASSWORD)
    assert password.keep(identity, PASSWORD).lock == password.keep(identity, PASSWORD).lock
    automatic.run(database, moment=MORNING)
    automatic.run(database, moment=MORNING + timedelta(hours=1))
    first, second = backups(folder)
    assert len(contents(folder)) == 3
    assert not set(office.files) & {path.name for path in contents(folder)}
    assert all(b"Guten Tag" not in path.read_bytes() for path in contents(folder))
    with pytest.raises(UserError, match="is encrypted"):
        verify(second)
    assert verify(second, secret=password.opening(second)).files == 3
    assert [each.is_encrypted for each in entries(folder)] == [True, True]
    password.keep(identity, "another password")
    automatic.run(database, moment=MORNING + timedelta(hours=2))
    assert len(contents(folder)) == 6
    restore(first, str(tmp_path / "again.gcrm"), secret=password.opening(first, PASSWORD))
    password.forget(identity)
    password.forget(identity)
    assert password.kept(identity) is None


def test_without_a_store_for_passwords_none_is_kept(passwords: MemoryKeyring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MemoryKeyring, "priority", 0)
    assert not secret_store.has_store()
    with pytest.raises(EnvironmentProblem, match="no safe place for passwords"):
        password.keep("1", PASSWORD)
    assert password.kept("1") is None


def test_a_folder_that_is_away_is_said_once(office: Filled, tmp_path: Path) -> None:
    database, today = office.database, datetime.now(UTC).astimezone()
    elsewhere = tmp_path / "stick" / "backups"
    settings.set(database, "backup.folder", str(elsewhere))
    said = automatic.make_due(database, today)
    assert str(elsewhere) in said
    assert "cannot be reached" in said
    assert automatic.make_due(database, today) == ""
    assert automatic.make_due(database, today + DAY) == ""
    elsewhere.mkdir(parents=True)
    assert automatic.make_due(database, today) == ""
    assert len(backups(elsewhere)) == 1
    elsewhere.rename(tmp_path / "away")
    assert "cannot be reached" in automatic.make_due(database, today + DAY)


def test_another_program_at_it_is_waited_for_by_nobody(office: Filled, data_folder: Path) -> None:
    folder = data_folder / "backups"
    folder.mkdir()
    guard = file_lock.take(folder / automatic.LOCK)
    assert guard is not None
    with guard, pytest.raises(EnvironmentProblem, match="Another program is making a backup"):
        automatic.run(office.database)
    automatic.run(office.database)


def older(folder: Path, database: Database) -> None:
    """Let the backups in a folder, and the note of the last, be of yesterday."""
    yesterday = datetime.now(UTC) - DAY
    for path in backups(folder):
        path.rename(automatic.place_of(database).name_at(yesterday))
    settings.set(database, "backup.last", noted(database) | {"file": "gone"})


def test_what_changes_much_is_preceded_by_a_backup(
    database: Database, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = data_folder / "backups"
    monkeypatch.setattr(many.before_many, "__kwdefaults__", {"least": 3})
    ids = [organisation(database, f"Firma {turn}") for turn in range(3)]
    contact.set_field(database, ids[:2], "priority", "B")
    assert backups(folder) == []
    contact.set_field(database, ids, "priority", "C")
    assert len(backups(folder)) == 1
    assert verify(backups(folder)[0]).contacts == 3
    contact.set_category(database, ids, "Presse")
    assert len(backups(folder)) == 1
    older(folder, database)
    contact.set_category(database, ids, "Presse", False)
    assert len(backups(folder)) == 2
    backups(folder)[1].unlink()
    older(folder, database)
    automatic.before_much(database)
    assert len(backups(folder)) == 2
    backups(folder)[1].unlink()
    older(folder, database)
    settings.set(database, "backup.is_automatic", False)
    contact.trash(database, ids)
    assert len(backups(folder)) == 1


def test_nothing_written_since_needs_no_second_backup(database: Database, data_folder: Path) -> None:
    folder = data_folder / "backups"
    automatic.before_much(database)
    assert backups(folder) == []
    organisation(database)
    automatic.before_much(database)
    assert len(backups(folder)) == 1
    older(folder, database)
    automatic.before_much(database)
    assert len(backups(folder)) == 1


def test_an_import_is_preceded_by_a_backup(
    database: Database, data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(many, "MANY", 2)
    cards = [f"BEGIN:VCARD\nVERSION:3.0\nFN:Firma {turn}\nORG:Firma {turn}\nEND:VCARD\n" for turn in range(2)]
    for name, text in (("one.vcf", cards[0]), ("two.vcf", "".join(cards).replace("Firma", "Haus"))):
        (tmp_path / name).write_text(text)
        importer.apply(database, importer.preview(database, [tmp_path / name]))
    made = backups(data_folder / "backups")
    assert [verify(path).contacts for path in made] == [1]


def test_two_offices_in_one_folder_leave_each_other_alone(office: Filled, data_folder: Path, tmp_path: Path) -> None:
    other = open_office(str(tmp_path / "office.gcrm"))
    for turn in range(3):
        automatic.run(other, moment=MORNING + turn * 40 * DAY)
    automatic.run(office.database, moment=MORNING + 2000 * DAY)
    folder = data_folder / "backups"
    assert len(backups(folder)) == 4
    assert len({each.identity for each in entries(folder)}) == 2
    other.close()


def test_what_a_killed_program_left_is_cleared_away(office: Filled, data_folder: Path) -> None:
    folder = data_folder / "backups"
    folder.mkdir()
    (folder / ".abc123.part").write_bytes(b"half")
    (folder / ".fresh1.part").write_bytes(b"half")
    (folder / "my.part").write_bytes(b"mine")
    os.utime(folder / ".abc123.part", (0, 0))
    automatic.run(office.database)
    assert sorted(path.name for path in folder.glob("*.part")) == [".fresh1.part", "my.part"]
    assert platform.node() == noted(office.database)["host"]
