"""Choosing an office, and its password."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import QProcess, Qt
from PySide6.QtWidgets import QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from gcrm.model.contact import Contact
from gcrm.paths import own_program
from gcrm.services.address import parse
from gcrm.services.exchange.everything.export import export_everything
from gcrm.services.opening import open_office
from gcrm.services.team import offices
from gcrm.services.team.passwords import keep_password, password_of
from gcrm.ui.context import Context
from gcrm.ui.office_chooser import OfficeChooser
from gcrm.ui.password_dialog import PasswordDialog
from tests.ui.office import Office

TEAM = "postgresql://anna@server/office"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Note the programs that are started."""
    found: list[list[str]] = []

    def start(program: str, arguments: list[str]) -> tuple[bool, int]:
        found.append([program, *arguments])
        return True, 1

    monkeypatch.setattr(QProcess, "startDetached", start)
    return found


@pytest.fixture
def chooser(context: Context, qtbot: QtBot, tmp_path: Path) -> Iterator[OfficeChooser]:
    offices.remember(str(tmp_path / "Zweigstelle Süd.gcrm"))
    offices.remember(TEAM, "Brandt & Partner")
    dialog = OfficeChooser(context.tasks)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    context.tasks.wait_idle()
    yield dialog
    dialog.close()


def names(dialog: OfficeChooser) -> list[str]:
    return [dialog.list.item(row).text() for row in range(dialog.list.count())]


def test_the_known_offices_are_offered_with_their_addresses(chooser: OfficeChooser, tmp_path: Path) -> None:
    assert names(chooser)[:2] == [
        f"Brandt & Partner, {TEAM}", f"Zweigstelle Süd, {tmp_path / 'Zweigstelle Süd.gcrm'}",
    ]  # fmt: skip
    assert chooser.open_button.isEnabled()
    assert chooser.forget_button.isEnabled()


def test_the_accounts_own_file_is_always_offered(chooser: OfficeChooser, data_folder: Path) -> None:
    assert names(chooser)[2:] == [f"My own office, {data_folder / 'office.gcrm'}"]
    chooser.list.setCurrentRow(2)
    assert chooser.open_button.isEnabled()
    assert not chooser.forget_button.isEnabled()


def test_the_chosen_one_opens_in_a_program_of_its_own_and_by_itself_from_then_on(
    chooser: OfficeChooser, context: Context, started: list[list[str]], tmp_path: Path
) -> None:
    other = str(tmp_path / "Zweigstelle Süd.gcrm")
    chooser.list.choose(other)
    chooser.open_button.click()
    context.tasks.wait_idle()
    assert started == [[sys.executable, "-m", "gcrm", "--database", other]]
    last = offices.last()
    assert last is not None
    assert last.address == other
    assert not chooser.isVisible()


def test_a_file_is_opened_and_known_from_then_on(
    chooser: OfficeChooser, context: Context, started: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "open", lambda self: None)
    chooser.choose_file().fileSelected.emit("/offices/x.gcrm")
    context.tasks.wait_idle()
    assert started[0][-1] == "/offices/x.gcrm"
    assert offices.named("x").address == "/offices/x.gcrm"


def test_an_office_is_made_of_an_export(
    chooser: OfficeChooser, context: Context, office: Office, started: list[list[str]], tmp_path: Path
) -> None:
    export_everything(office.database, tmp_path / "out")
    chooser.export.make(tmp_path / "out" / "index.html", tmp_path / "new.gcrm")
    context.tasks.wait_idle()
    assert "is no export of an office" in chooser.banner.message()
    chooser.export.make(tmp_path / "out" / "office.json", tmp_path / "new.gcrm")
    chooser.reject()
    context.tasks.wait_idle()
    assert chooser.export.button.isEnabled()
    assert not (tmp_path / "new.gcrm").exists()
    chooser.export.make(tmp_path / "out" / "office.json", tmp_path / "new.gcrm")
    context.tasks.wait_idle()
    assert [words[-1] for words in started] == [str(tmp_path / "new.gcrm")]
    with closing(open_office(str(tmp_path / "new.gcrm"))) as new, new.read() as session:
        assert session.get_one(Contact, office.albrecht).name == "Albrecht Metallbau GmbH"


def test_a_program_that_does_not_start_is_said(
    chooser: OfficeChooser, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr("gcrm.ui.office_chooser.tell", lambda parent, title, sentence: told.append(sentence))
    monkeypatch.setattr(QProcess, "startDetached", lambda program, arguments: (False, 0))
    chooser.open_button.click()
    context.tasks.wait_idle()
    assert told == ["A second window could not be started."]
    assert chooser.isVisible()


def test_an_office_is_renamed(chooser: OfficeChooser, context: Context) -> None:
    dialog = chooser.rename()
    assert dialog is not None
    assert dialog.edit.text() == "Brandt & Partner"
    dialog.edit.setText("Zentrale")
    dialog.accept()
    context.tasks.wait_idle()
    assert f"Zentrale, {TEAM}" in names(chooser)
    again = chooser.rename()
    assert again is not None
    again.edit.setText("zweigstelle süd")
    again.accept()
    context.tasks.wait_idle()
    assert "already" in chooser.banner.message()


def test_an_office_is_forgotten_after_a_question(
    chooser: OfficeChooser, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert keep_password(parse(TEAM), "secret")
    answers = [False, True]
    monkeypatch.setattr("gcrm.ui.office_chooser.ask", lambda *_words: answers.pop(0))
    for count in (3, 2):
        chooser.forget_button.click()
        context.tasks.wait_idle()
        assert chooser.list.count() == count
    assert password_of(parse(TEAM)) == ""


def test_the_own_office_is_offered_too(
    context: Context, qtbot: QtBot, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = data_folder / "office.gcrm"
    own.touch()
    offices.remember(TEAM)
    assert [office.address for office in offices.choices()] == [TEAM, str(own)]
    offices.rename(str(own), "Mine")
    assert offices.named("Mine").address == str(own)
    offices.remember(str(own))
    assert [office.address for office in offices.choices()] == [str(own), TEAM]


def test_the_program_starts_itself_built_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    assert own_program(["--version"]) == [sys.executable, "-m", "gcrm", "--version"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert own_program(["--version"]) == [sys.executable, "--version"]


# --- the password ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("has_store", [True, False])
def test_a_password_is_taken_and_kept_where_that_is_possible(qtbot: QtBot, has_store: bool) -> None:
    taken: list[tuple[str, bool]] = []
    dialog = PasswordDialog("Which?", has_store, lambda password, keep: taken.append((password, keep)))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.edit.echoMode() == QLineEdit.EchoMode.Password
    assert dialog.keep.isVisible() == has_store
    dialog.open_button.click()
    assert taken == []
    assert dialog.field.error() == "Enter the password."
    dialog.edit.setText(" geheim ")
    dialog.open_button.click()
    assert taken == [(" geheim ", has_store)]
