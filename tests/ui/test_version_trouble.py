"""A window whose office is of another version: the upgrade is offered, waited for, or the newer program shown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from gcrm.app import Program
from gcrm.errors import NewerOffice, OlderOffice, PasswordProblem
from gcrm.model.migrations import HEAD
from gcrm.services import schema, upgrade
from gcrm.services.database import Database
from gcrm.ui.main_window import MainWindow
from gcrm.ui.state import WindowState
from gcrm.ui.tasks import Progress, Tasks
from gcrm.ui.theme import Theme
from gcrm.ui.upgrade_dialog import UpgradeDialog
from gcrm.ui.version_trouble import VersionTrouble
from tests.databases import PostgresOffices
from tests.old_offices import OLDEST, load


@pytest.fixture
def program(theme: Theme, qapp: QApplication, qtbot: QtBot) -> Iterator[Program]:
    """Give a started program whose window is empty yet."""
    tasks = Tasks()
    window = MainWindow(theme, WindowState())
    window.tasks = tasks
    qtbot.addWidget(window)
    window.show()
    made = Program(qapp, window, tasks, theme, "en", "light")
    yield made
    made.close()


@pytest.fixture
def trouble(program: Program) -> VersionTrouble:
    return VersionTrouble(program.window, program.tasks)


@pytest.fixture
def old(postgres_offices: PostgresOffices, data_folder: Path) -> Iterator[str]:
    with postgres_offices.empty(data_folder) as url:
        load(url, OLDEST)
        yield url


def no_upgrade(owner: str, typed: str, keeps: bool, progress: Progress) -> str:
    raise AssertionError


def buttons(program: Program) -> dict[str, object]:
    return {button.text(): button for button in program.window.banner._buttons}


def asked(program: Program) -> UpgradeDialog:
    (dialog,) = program.window.findChildren(UpgradeDialog)
    return dialog


def revision(url: str) -> str | None:
    with closing(Database.at(url)) as database, database.engine.connect() as connection:
        return schema.revision(connection)


@pytest.mark.usefixtures("gui_thread")
def test_the_owner_is_asked_and_the_office_opens_upgraded(program: Program, old: str, qtbot: QtBot) -> None:
    program.open(old)
    program.tasks.wait_idle()
    assert "“gcrm upgrade” does that" in program.window.banner.message()
    dialog = asked(program)
    assert dialog.later_button.isDefault()
    dialog.upgrade_button.click()
    assert dialog.progress.isVisible()
    assert dialog.later_button.text() == "Cancel"
    qtbot.waitUntil(lambda: program.context is not None, timeout=60_000)
    assert "As it was before, it is kept in" in program.window.banner.message()
    assert revision(old) == HEAD
    program.tasks.wait_idle()


def test_whoever_says_not_now_leaves_it_as_it_is_and_can_be_asked_again(program: Program, old: str) -> None:
    program.open(old)
    program.tasks.wait_idle()
    asked(program).later_button.click()
    assert list(buttons(program)) == ["Upgrade office…"]
    assert revision(old) == OLDEST


def test_a_window_opens_by_itself_when_the_upgrade_by_another_is_done(
    program: Program, postgres_offices: PostgresOffices, data_folder: Path, qtbot: QtBot
) -> None:
    with postgres_offices.migrated(data_folder) as url:
        with closing(Database.at(url)) as other, other.engine.connect() as connection, connection.begin():
            upgrade.lock_out(connection)
            program.open(url)
            program.tasks.wait_idle()
            assert "being brought to a new version" in program.window.banner.message()
            assert program.versions is not None
            assert program.versions.timer.isActive()
            program.versions.timer.timeout.emit()
            program.tasks.wait_idle()
            assert program.context is None
        program.versions.timer.timeout.emit()
        qtbot.waitUntil(lambda: program.context is not None, timeout=60_000)
        program.tasks.wait_idle()
        assert not program.window.banner.isVisible()
        program.close()


def test_a_line_to_an_office_that_is_upgraded_says_why_and_then_which_program_is_needed(
    program: Program, postgres_offices: PostgresOffices, data_folder: Path, qtbot: QtBot
) -> None:
    with postgres_offices.migrated(data_folder) as url:
        program.open(url)
        qtbot.waitUntil(lambda: program.context is not None, timeout=60_000)
        program.tasks.wait_idle()
        assert program.context is not None

        def says(words: str) -> bool:
            assert program.context is not None
            program.context.feed.look_now()
            program.tasks.wait_idle()
            return words in program.window.banner.message()

        with closing(Database.at(url)) as other, other.engine.connect() as connection, connection.begin():
            upgrade.lock_out(connection)
            upgrade.send_others_out(connection, other.engine)
            qtbot.waitUntil(lambda: says("being brought to a new version"), timeout=60_000)
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
            connection.execute(text("INSERT INTO office_version VALUES ('9999', '9.1.0')"))
        qtbot.waitUntil(lambda: says("needs gCRM 9.1.0 or newer"), timeout=60_000)
        program.close()


def test_the_place_of_the_installer_is_shown_and_nothing_in_it_is_run(
    program: Program, trouble: VersionTrouble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(QUrl(url).toString()))
    (tmp_path / "gCRM.exe").write_bytes(b"MZ")
    for place in (tmp_path, tmp_path / "gCRM.exe", "https://intranet/gcrm", tmp_path / "gone" / "x", "file:///bin/sh"):
        program.window.banner.clear_buttons()
        error = NewerOffice("Newer.", program="9.1.0", installer=str(place))
        program.window.fail(error)
        trouble.offer(error, lambda told="": None, no_upgrade)
        (button,) = program.window.banner._buttons
        assert button.text() == "Show installer"
        button.click()
        program.tasks.wait_idle()
    folder = QUrl.fromLocalFile(str(tmp_path)).toString()
    assert opened == [folder, folder, "https://intranet/gcrm"]


def test_whoever_may_not_upgrade_waits_without_being_told_again(program: Program, trouble: VersionTrouble) -> None:
    tries: list[str] = []

    def again(told: str = "") -> None:
        tries.append(told)

    error = OlderOffice("Ask the administrator.")
    assert not trouble.is_told(error)
    trouble.offer(error, again, no_upgrade)
    assert trouble.timer.isActive()
    trouble.timer.timeout.emit()
    assert tries == [""]
    assert trouble.is_told(OlderOffice("Ask the administrator."))
    assert not trouble.is_told(OlderOffice("The server is away."))


def test_whoever_knows_the_password_of_the_owner_may_upgrade(program: Program, trouble: VersionTrouble) -> None:
    asked_with: list[tuple[str, str, bool]] = []
    opened: list[str] = []

    def upgrade(owner: str, typed: str, keeps: bool, progress: Progress) -> str:
        progress.report(0, 0, "Writing the backup")
        asked_with.append((owner, typed, keeps))
        if typed != "right":
            raise PasswordProblem("The server refuses the password." if typed else "It is not kept here.")
        return "Upgraded."

    def again(told: str = "") -> None:
        opened.append(told)

    trouble.offer(OlderOffice("Ask its administrator.", owner="office_owner"), again, upgrade)
    (button,) = program.window.banner._buttons
    button.click()
    dialog = asked(program)
    assert not trouble.timer.isActive()
    for typed in ("", "wrong", "right"):
        dialog.password.setText(typed)
        dialog.upgrade_button.click()
        program.tasks.wait_idle()
        if typed != "right":
            assert dialog.field.error() == ("The server refuses the password." if typed else "It is not kept here.")
    assert asked_with == [("office_owner", typed, False) for typed in ("", "wrong", "right")]
    assert opened == ["Upgraded."]


def test_what_an_upgrade_means_is_said_before(qtbot: QtBot, theme: Theme) -> None:
    office = OlderOffice("", program="0.0.9", installer="https://intranet/gcrm", is_owner=True, others=("anna", "bo"))
    from gcrm.ui.upgrade_dialog import sentences

    told = " ".join(sentences(office))
    assert "kept by gCRM 0.0.9" in told
    assert "At work at the moment: anna, bo" in told
    assert "https://intranet/gcrm" in told
    assert "In Settings, Office, you can say" in " ".join(sentences(OlderOffice("", is_owner=True)))
