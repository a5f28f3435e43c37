"""The page of backups: make one, check it, restore it beside the present office, encrypt."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLineEdit

from gcrm.services import contact, settings
from gcrm.services.backup import automatic, password
from gcrm.services.backup.create import create
from gcrm.services.backup.lock import Secret
from gcrm.ui.context import Context
from gcrm.ui.settings import SettingsWindow
from gcrm.ui.settings.backup import BackupPage
from tests.guards import MemoryKeyring

PASSWORD = "Donaudampfschiff"


@pytest.fixture
def page(context: Context) -> Iterator[BackupPage]:
    window = SettingsWindow(context, "backup")
    window.show()
    context.tasks.wait_idle()
    found = window.page("backup")
    assert isinstance(found, BackupPage)
    yield found
    window.close()


def settle(context: Context) -> None:
    for _turn in range(4):
        context.tasks.wait_idle()


def edit(page: BackupPage, name: str) -> QLineEdit:
    assert page.card.form is not None
    found = page.card.form.fields[name].editor
    assert isinstance(found, QLineEdit)
    return found


def backups(data_folder: Path) -> list[Path]:
    return sorted((data_folder / "backups").glob("*.gcrmbackup"))


def test_a_backup_is_made_and_checked(page: BackupPage, context: Context, data_folder: Path) -> None:
    assert page.card.list.count() == 0
    assert not page.check_button.isEnabled()
    page.card.add_button.click()
    assert not page.card.add_button.isEnabled()
    settle(context)
    made = backups(data_folder)
    assert len(made) == 1
    assert page.result.message() == f"Backup made: {made[0].name}"
    assert page.card.add_button.isEnabled()
    assert page.card.list.count() == 1
    page.card.list.choose(made[0])
    page.check_button.click()
    settle(context)
    with context.database.read() as session:
        count = contact.count(session)
    assert page.result.message() == f"This backup can be restored: {count} contacts, 0 files."
    assert str(data_folder / "backups") in page.place.full_text()


def test_a_damaged_backup_is_said(page: BackupPage, context: Context, data_folder: Path) -> None:
    made = automatic.run(context.database).path
    page.load()
    settle(context)
    page.card.list.choose(made)
    made.write_bytes(made.read_bytes()[:-5])
    page.check_button.click()
    settle(context)
    assert "is damaged, cut off or altered" in page.result.message()


def test_another_file_is_opened_with_its_password(
    page: BackupPage, context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other.gcrmbackup"
    create(context.database.engine, other, secret=Secret(PASSWORD))
    monkeypatch.setattr("gcrm.ui.settings.backup.ask_for_files", lambda *words, **_more: words[2]([other]))
    page.other_button.click()
    settle(context)
    page.card.list.choose(other)
    page.check_button.click()
    settle(context)
    edit(page, "password").setText("something else")
    assert page.card.form is not None
    page.card.form.submit_button.click()
    settle(context)
    edit(page, "password").setText(PASSWORD)
    page.card.form.submit_button.click()
    settle(context)
    assert page.card.form is None
    assert "can be restored" in page.result.message()


def test_encrypting_asks_for_a_password_that_is_kept(
    page: BackupPage, context: Context, passwords: MemoryKeyring
) -> None:
    option = settings.option("backup.is_encrypted")
    page.rows[option.key].changed.emit(True)
    edit(page, "password").setText("short")
    edit(page, "again").setText("other")
    assert page.card.form is not None
    page.card.form.submit_button.click()
    assert page.card.form.fields["again"].error() == "The two passwords are not the same."
    edit(page, "again").setText("short")
    page.card.form.submit_button.click()
    settle(context)
    assert "at least 8 letters" in page.card.form.fields["password"].error()
    for name in ("password", "again"):
        edit(page, name).setText(PASSWORD)
    page.card.form.submit_button.click()
    settle(context)
    assert page.card.form is None
    assert page.rows[option.key].value() is True
    kept = password.kept(automatic.place_of(context.database).identity)
    assert kept is not None
    assert kept.password == PASSWORD
    page.card.add_button.click()
    settle(context)
    assert page.result.message().startswith("Backup made")


def test_a_form_that_is_closed_leaves_backups_as_they_are(page: BackupPage, context: Context) -> None:
    option = settings.option("backup.is_encrypted")
    page.rows[option.key].editor.write(True)
    page.rows[option.key].commit()
    assert page.card.form is not None
    page.card.form.closed.emit()
    settle(context)
    assert page.rows[option.key].value() is False
    assert isinstance(page, QObject)


def test_a_folder_that_is_away_is_said_on_the_page(page: BackupPage, context: Context, tmp_path: Path) -> None:
    settings.set(context.database, "backup.folder", str(tmp_path / "stick"))
    settle(context)
    page.load()
    settle(context)
    assert "cannot be reached" in page.place.full_text()
    page.card.add_button.click()
    settle(context)
    assert "cannot be reached" in page.result.message()
