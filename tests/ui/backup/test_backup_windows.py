"""The windows of backups: save one by hand, get a contact back, restore the whole and compare."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog
from shiboken6 import isValid

from gcrm.services import contact, undo
from gcrm.services.backup.create import create
from gcrm.services.backup.load import Loaded
from gcrm.services.backup.lock import Secret
from gcrm.services.backup.restore import opened as opening
from gcrm.services.backup.server_swap import Replaced
from gcrm.services.backup.swap import beside
from gcrm.services.backup.verify import verify
from gcrm.services.changed import MUCH
from gcrm.services.contact_data import contact_data
from gcrm.services.database import Database
from gcrm.ui.backup import LookDialog, RestoreDialog, SaveDialog
from gcrm.ui.context import Context
from gcrm.ui.settings.backup import PAGE, BackupPage
from gcrm.ui.tasks import Cancelled, Progress
from tests.ui.fake_window import FakeWindow
from tests.ui.office import Office

PASSWORD = "Donaudampfschiff"
Show = Callable[[QDialog], None]


@pytest.fixture
def show(context: Context) -> Iterator[Show]:
    """Give what shows a window and waits until it has read what it shows."""
    dialogs: list[QDialog] = []

    def shown(dialog: QDialog) -> None:
        dialogs.append(dialog)
        dialog.show()
        settle(context)

    yield shown
    for dialog in dialogs:
        if isValid(dialog):
            dialog.close()
    settle(context)


@pytest.fixture
def backup(context: Context, tmp_path: Path) -> Path:
    """Give a backup of the office as it is."""
    path = tmp_path / "Monday.gcrmbackup"
    create(context.database.engine, path)
    return path


def settle(context: Context) -> None:
    for _turn in range(4):
        context.tasks.wait_idle()


def edit(context: Context, number: int, **values: object) -> None:
    loaded = contact.load(context.database, number)
    for name, value in values.items():
        setattr(loaded.record, name, value)
    contact.save(context.database, loaded)


def priority(context: Context, number: int) -> object:
    with context.database.read() as session:
        return contact_data(session, number)["priority"]


# --- saving by hand ---------------------------------------------------------------------------------------------------
def test_a_backup_is_saved_with_a_password_and_says_where_it_lies(
    context: Context, show: Show, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "Stick.gcrmbackup"
    monkeypatch.setattr("gcrm.ui.backup.save_dialog.ask_where", lambda *words: words[2](path))
    dialog = SaveDialog(context)
    show(dialog)
    dialog.password.switch.setChecked(True)
    dialog.password.password.setText("short")
    dialog.go_button.click()
    assert "at least 8" in dialog.password.password_field.error()
    dialog.password.password.setText(PASSWORD)
    dialog.go_button.click()
    assert "not the same" in dialog.password.again_field.error()
    dialog.password.again.setText(PASSWORD)
    dialog.go_button.click()
    assert not dialog.go_button.isEnabled()
    settle(context)
    assert "proved by restoring" in dialog.banner.message()
    assert dialog.outcome.isVisible()
    assert dialog.go_button.text() == "Close"
    assert verify(path, secret=Secret(PASSWORD)).contacts == 3


def test_a_backup_that_is_stopped_leaves_the_former_file(
    context: Context, show: Show, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "Stick.gcrmbackup"
    path.write_bytes(b"former")

    def stop(*_words: object, progress: Progress, **_more: object) -> None:
        progress.cancel()
        raise Cancelled

    monkeypatch.setattr("gcrm.services.backup.by_hand.verify", stop)
    dialog = SaveDialog(context)
    show(dialog)
    dialog.save_to(path)
    settle(context)
    assert dialog.banner.message() == "Stopped. No file was written."
    assert (path.read_bytes(), list(tmp_path.glob("*.part"))) == (b"former", [])
    assert dialog.go_button.isEnabled()


# --- one contact ------------------------------------------------------------------------------------------------------
def opened(context: Context, show: Show, backup: Path, words: str) -> LookDialog:
    dialog = LookDialog(context, backup)
    show(dialog)
    dialog.go_on()
    settle(context)
    dialog.contacts.search.setText(words)
    settle(context)
    return dialog


def test_chosen_fields_are_taken_over_as_one_step_that_can_be_undone(
    context: Context, office: Office, show: Show, backup: Path, window: FakeWindow
) -> None:
    edit(context, office.albrecht, priority="C", payment_terms="at once", discount=None)
    dialog = opened(context, show, backup, "lindner")  # a contact person of Albrecht
    line = dialog.contacts.list.line()
    assert line is not None
    assert (line.title, line.mark) == ("Albrecht Metallbau GmbH", "Changed")
    dialog.go_on()
    settle(context)
    assert dialog.table is not None
    rows = {row.label: row for row in dialog.table.boxes}
    assert {label: (row.then, row.now, row.state) for label, row in rows.items()} == {
        "Priority": ("A", "C", "changed"),
        "Payment terms": ("14 days 2 %, 30 days net", "at once", "changed"),
    }
    assert not dialog.go_button.isEnabled()
    dialog.table.show_same()
    dialog.table.boxes[rows["Priority"]].setChecked(True)
    assert dialog.go_button.text() == "Take over 1"
    dialog.go_on()
    settle(context)
    assert priority(context, office.albrecht) == "A"
    assert ("open_contact", office.albrecht, "", False) in window.calls
    with context.database.read() as session:
        assert contact_data(session, office.albrecht)["payment_terms"] == "at once"
    undo.undo_last(context.database)
    assert priority(context, office.albrecht) == "C"


def test_a_contact_that_is_gone_comes_back_whole(context: Context, office: Office, show: Show, backup: Path) -> None:
    with context.database.read() as session:
        before = contact_data(session, office.albrecht)
    contact.trash(context.database, [office.albrecht])
    contact.purge(context.database, [office.albrecht])
    dialog = opened(context, show, backup, "Metallbau Albrecht")
    line = dialog.contacts.list.line()
    assert line is not None
    assert line.mark == "Missing today"
    dialog.go_on()
    settle(context)
    assert "not in the office any more" in dialog.hint.full_text()
    assert dialog.table is not None
    assert not any(box.isEnabled() for box in dialog.table.boxes.values())
    assert "Anna Albrecht" in " ".join(row.then for row in dialog.table.boxes)
    dialog.go_on()
    settle(context)
    with context.database.read() as session:
        assert contact_data(session, office.albrecht) == before


def test_the_password_is_asked_for_and_another_office_refused(
    context: Context, show: Show, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "locked.gcrmbackup"
    create(context.database.engine, path, secret=Secret(PASSWORD))
    monkeypatch.setattr("gcrm.services.backup.record.identity", lambda _connection: "another")
    dialog = LookDialog(context, path)
    show(dialog)
    dialog.go_on()
    settle(context)
    assert dialog.backups.field.isVisible()
    dialog.backups.password.setText(PASSWORD)
    dialog.go_on()
    settle(context)
    assert "of another office" in dialog.banner.message()
    assert dialog.stack.currentIndex() == 0


# --- the whole --------------------------------------------------------------------------------------------------------
def test_the_whole_is_restored_beside_compared_and_takes_the_place_last(
    context: Context, office: Office, show: Show, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact.trash(context.database, [office.becker])
    target = tmp_path / "restored.gcrm"
    opened: list[tuple[str, ...]] = []

    def start(_window: object, *words: str) -> bool:
        opened.append(words)
        return True

    monkeypatch.setattr("gcrm.ui.backup.restore_dialog.open_instead", start)
    monkeypatch.setattr("gcrm.ui.backup.restore_dialog.ask", lambda *_words: True)
    dialog = RestoreDialog(context, backup, target)
    show(dialog)
    dialog.go_on()
    settle(context)
    assert "present office is as it was" in dialog.banner.message()
    found = beside(context.database, target)
    assert {each.label: (each.then, each.now) for each in found.counts[:3]} == {
        "Contacts": (3, 2), "Contacts in the trash": (0, 1), "Contact persons": (3, 3),
    }  # fmt: skip
    assert found.is_same_office
    dialog.swap_button.click()
    assert opened == [(str(context.database.path), str(target))]


def test_on_a_server_it_takes_the_place_there_and_says_where_the_former_office_is(
    context: Context, show: Show, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def replaced(path: Path, _address: str, **_told: object) -> Replaced:
        with opening(path) as loading:
            return Replaced("", Loaded(loading.header), "office_before_restore_20261128_020000")

    monkeypatch.setattr("gcrm.ui.backup.restore_dialog.replace_office", replaced)
    monkeypatch.setattr("gcrm.ui.backup.restore_dialog.ask", lambda *_words: True)
    dialog = RestoreDialog(context, backup, tmp_path / "restored.gcrm")
    show(dialog)
    dialog.go_on()
    settle(context)
    monkeypatch.setattr(Database, "path", None)
    dialog.swap_button.click()
    settle(context)
    assert "office_before_restore_20261128_020000" in dialog.banner.message()
    assert not dialog.swap_button.isVisible()
    assert not dialog.go_button.isVisible()
    monkeypatch.undo()


def test_what_a_right_is_missing_for_is_not_offered_inside_the_windows(
    context: Context, office: Office, show: Show, backup: Path, tmp_path: Path
) -> None:
    mine = context.database.rights
    edit(context, office.albrecht, priority="C")
    restoring, saving = RestoreDialog(context, backup, tmp_path / "restored.gcrm"), SaveDialog(context)
    looking = opened(context, show, backup, "Albrecht Metallbau")
    looking.go_on()
    show(restoring)
    show(saving)
    restoring.go_on()
    settle(context)
    assert looking.table is not None
    looking.choose_all()
    page = BackupPage(context, PAGE)
    buttons = [page.card.add_button, page.save_button, page.look_button, saving.go_button, restoring.swap_button]
    assert all(button.isEnabled() for button in [*buttons, looking.go_button])
    actions = mine.actions - {"contacts.change", "settings.settings"}
    context.database.rights = replace(mine, actions=actions, is_enforced=True)
    context.feed.changed.emit(frozenset({MUCH}))
    assert not any(button.isEnabled() for button in [*buttons, looking.go_button])
    assert all("Contacts: change" in button.toolTip() for button in (page.look_button, looking.go_button))
    assert "Contacts: change" in looking.refused.full_text()
    assert "owner" in saving.banner.message()
    assert all("owner" in button.toolTip() for button in (page.card.add_button, page.save_button))
    context.database.rights = mine
    context.feed.changed.emit(frozenset({MUCH}))
    assert saving.go_button.isEnabled()
    page.deleteLater()
