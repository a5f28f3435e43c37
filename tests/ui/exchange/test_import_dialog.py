"""The import window: what it shows before, while and after; decisions per row; Cancel and Undo."""

from __future__ import annotations

import zipfile
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from gcrm.services.database import Database
from gcrm.services.exchange import importer
from gcrm.services.exchange.import_plan import ImportPlan, ImportReport
from gcrm.ui.context import Context
from gcrm.ui.exchange import install_drop
from gcrm.ui.exchange.cut_over_dialog import CutOverDialog
from gcrm.ui.exchange.from_export import FromExport
from gcrm.ui.office_chooser import OfficeChooser
from gcrm.ui.tasks import Progress
from gcrm.ui.widgets.button import Button
from tests.ui.exchange.import_steps import Opener, cells, choose, drop, found
from tests.ui.fake_window import FakeWindow
from tests.ui.office import Office
from tests.ui.register_exchange import old_folder

CARDS = """BEGIN:VCARD
VERSION:3.0
N:Neu;Eva;;;
FN:Eva Neu
TEL:0171 5550002
END:VCARD
no line of a contact
BEGIN:VCARD
VERSION:3.0
FN:Albrecht Metallbau GmbH
ORG:Albrecht Metallbau GmbH
TEL:+49 341 123456-0
URL:https://albrecht.example
END:VCARD
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give a file with one new contact, one that is here, and a line without meaning."""
    found = tmp_path / "cards.vcf"
    found.write_text(CARDS, encoding="utf-8")
    return found


def test_it_says_what_would_happen_and_why(office: Office, opened: Opener, file: Path) -> None:
    dialog = opened(file)
    assert cells(dialog, 0) == ("Eva Neu", "Create", "New")
    assert cells(dialog, 1)[:2] == ("Albrecht Metallbau GmbH", "Leave out")
    assert "seems to be the same" in cells(dialog, 1)[2]
    assert dialog.parts.summary.full_text() == "1 new, 0 to fill, 1 to leave out"
    item = dialog.parts.files.item(0)
    assert item is not None
    assert all(word in item.text() for word in ("cards.vcf", "2 contacts", "ASCII", "1 without meaning"))
    reported = dialog.parts.reported.topLevelItem(0)
    assert reported is not None
    assert reported.text(1) == "7"
    assert found(office, "eva neu") == 0


def test_ctrl_enter_imports_and_undo_takes_it_back(
    context: Context, office: Office, window: FakeWindow, opened: Opener, file: Path
) -> None:
    dialog = opened(file)
    dialog.parts.categories.setText("Trade fair 2026, Press")
    QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    context.tasks.wait_idle()
    assert found(office, "eva neu fair press") == 1
    assert "1 new" in dialog.parts.banner.message()
    assert window.said == [dialog.parts.banner.message()]
    assert dialog.parts.go.text() == "Close"
    dialog._undo()
    context.tasks.wait_idle()
    assert found(office, "eva neu") == 0
    assert "undone" in dialog.parts.banner.message()


def test_all_duplicates_are_decided_at_once_and_single_ones_apart(context: Context, opened: Opener, file: Path) -> None:
    dialog = opened(file)
    dialog.parts.rule.setCurrentIndex(dialog.parts.rule.findData("update"))
    dialog.parts.rule.activated.emit(dialog.parts.rule.currentIndex())
    assert cells(dialog, 1)[1] == "Fill"
    assert "Web" in cells(dialog, 1)[2]
    assert dialog.parts.go.text() == "Import 2 contacts"
    assert not dialog.parts.row_buttons["skip"].isEnabled()
    choose(dialog, 1)
    assert dialog.parts.row_buttons["skip"].isEnabled()
    dialog.parts.row_buttons["skip"].click()
    assert cells(dialog, 1)[1] == "Leave out"
    dialog.parts.row_buttons["add"].click()
    assert cells(dialog, 1)[1] == "Create"
    choose(dialog, 0)
    assert [rule for rule, button in dialog.parts.row_buttons.items() if button.isEnabled()] == ["skip"]
    dialog.parts.row_buttons["skip"].click()
    assert cells(dialog, 0)[1:] == ("Leave out", "Left out by hand")
    dialog._look()
    context.tasks.wait_idle()
    assert (cells(dialog, 0)[1], cells(dialog, 1)[1]) == ("Leave out", "Create")
    choose(dialog, 0)
    dialog.parts.row_buttons["add"].click()
    assert cells(dialog, 0)[1:] == ("Create", "New")


def test_a_category_for_all_is_news_to_those_who_are_here(context: Context, opened: Opener, file: Path) -> None:
    opened(file).run()
    context.tasks.wait_idle()
    dialog = opened(file)
    dialog.parts.rule.setCurrentIndex(dialog.parts.rule.findData("update"))
    dialog.parts.rule.activated.emit(dialog.parts.rule.currentIndex())
    assert cells(dialog, 0)[1] == "Leave out"
    assert cells(dialog, 1)[1] == "Fill"
    dialog.parts.categories.setText("Press")
    assert cells(dialog, 0)[1:] == ("Fill", "Eva Neu seems to be the same; adds Category")
    assert dialog.parts.go.text() == "Import 2 contacts"
    dialog.parts.categories.clear()
    assert cells(dialog, 0)[1] == "Leave out"


def test_cancel_while_it_runs_leaves_nothing(
    context: Context, office: Office, opened: Opener, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = opened(file)
    real = importer.apply

    def cancelled(database: Database, plan: ImportPlan, progress: Progress, **more: Any) -> ImportReport:
        progress.cancel()  # what the button does, at the worst moment
        return real(database, plan, progress, **more)

    monkeypatch.setattr(importer, "apply", cancelled)
    dialog.run()
    context.tasks.wait_idle()
    assert "Nothing was imported" in dialog.parts.banner.message()
    assert found(office, "eva neu") == 0
    assert dialog.parts.go.isEnabled()


def test_who_stops_too_late_is_told(
    context: Context, office: Office, opened: Opener, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = opened(file)
    real, is_written, may_end = importer.apply, Event(), Event()

    def late(*args: Any, **more: Any) -> ImportReport:
        report = real(*args, **more)
        is_written.set()
        may_end.wait(10)
        return report

    monkeypatch.setattr(importer, "apply", late)
    dialog.show()
    dialog.run()
    is_written.wait(10)
    dialog.reject()
    assert dialog.isVisible()
    may_end.set()
    context.tasks.wait_idle()
    assert dialog.parts.banner.message().startswith("Imported: 1 new")
    assert found(office, "eva neu") == 1
    dialog.reject()
    assert not dialog.isVisible()


def test_a_file_that_cannot_be_read_is_said(opened: Opener, file: Path, tmp_path: Path) -> None:
    dialog = opened(tmp_path / "missing.vcf")
    assert "missing.vcf" in dialog.parts.banner.message()
    dialog = opened(file, tmp_path / "missing.vcf")
    assert "missing.vcf" in dialog.parts.banner.message()
    assert len(dialog.plan.rows) == 2
    dialog.parts.files.setCurrentRow(1)
    dialog.parts.remove.click()
    dialog._context.tasks.wait_idle()
    assert dialog.parts.files.count() == 1


def test_without_files_it_asks_for_some(opened: Opener) -> None:
    dialog = opened()
    assert dialog.parts.stack.currentWidget() is dialog.parts.empty
    assert not dialog.parts.go.isVisible()
    dialog.run()


def test_files_dropped_on_the_window_open_the_import(
    context: Context, qtbot: QtBot, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    install_drop(window, context)
    opened: list[list[Path]] = []
    told = "gcrm.ui.exchange.import_dialog.show_import"
    monkeypatch.setattr(told, lambda _context, paths: opened.append(list(paths)))
    picture = tmp_path / "picture.png"
    assert drop(window, [file])
    context.tasks.wait_idle()
    assert drop(window, [tmp_path])
    context.tasks.wait_idle()
    assert not drop(window, [picture])
    assert not drop(window, [file, picture])
    assert opened == [[file], [tmp_path]]


def test_an_export_of_an_office_that_is_dropped_becomes_one(
    context: Context, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    install_drop(window, context)
    export = tmp_path / "office.zip"
    with zipfile.ZipFile(export, "w") as packed:
        packed.writestr("office.json", "{}")
    asked: list[Path] = []
    monkeypatch.setattr(FromExport, "ask_target", lambda _self, path: asked.append(path))
    assert drop(window, [export])
    context.tasks.wait_idle()
    box = next(box for box in window.findChildren(QMessageBox) if "office.zip" in box.text())
    next(button for button in box.buttons() if button.text().startswith("Make")).click()
    assert asked == [export]
    context.tasks.wait_idle()
    window.findChildren(OfficeChooser)[0].reject()


def test_more_files_can_be_dropped_on_the_dialog(context: Context, opened: Opener, file: Path, tmp_path: Path) -> None:
    dialog = opened(file)
    more = tmp_path / "more.vcf"
    more.write_text("BEGIN:VCARD\nVERSION:3.0\nFN:Third\nEND:VCARD\n")
    assert drop(dialog, [more])
    context.tasks.wait_idle()
    assert [row.name for row in dialog.plan.rows] == ["Eva Neu", "Albrecht Metallbau GmbH", "Third"]


def test_mails_and_appointments_come_in_by_the_same_window(
    context: Context, office: Office, opened: Opener, file: Path, tmp_path: Path
) -> None:
    (tmp_path / "nobody.eml").write_text("From: who@else.example\nSubject: Greeting\n\nText\n", encoding="utf-8")
    (tmp_path / "known.eml").write_text("From: info@albrecht.example\nSubject: Offer\n\nText\n", encoding="utf-8")
    (tmp_path / "other.txt").write_text("no contact", encoding="utf-8")
    dialog = opened(tmp_path)
    assert dialog.parts.summary.full_text() == "1 new, 0 to fill, 1 to leave out, 2 e-mails"
    assert dialog.parts.go.text() == "Import all of this"
    assert dialog.parts.tabs.tabText(3) == "Left out: 2"
    dialog.run()
    context.tasks.wait_idle()
    told = dialog.parts.banner.message()
    assert "Also imported: 1 e-mail." in told
    assert "1 e-mail waits for its contact." in told
    assert [button.text() for button in dialog.parts.banner.findChildren(QPushButton)] == [
        "Choose contacts…", "Undo import",
    ]  # fmt: skip
    dialog.parts.files.selectAll()
    dialog._remove_file()
    context.tasks.wait_idle()
    assert dialog.parts.files.count() == 0


def test_a_folder_of_a_former_program_is_handed_to_the_cut_over(context: Context, opened: Opener) -> None:
    dialog = opened(old_folder())
    [button] = [each for each in dialog.parts.banner.findChildren(Button) if "another program" in each.text()]
    button.click()
    context.tasks.wait_idle()
    [found] = [each for each in QApplication.topLevelWidgets() if isinstance(each, CutOverDialog)]
    assert found.made is not None
    found.reject()
