"""The window that exports everything, and the contact that is dragged by its picture."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gcrm.services import appointment
from gcrm.services.exchange.exporter import clipboard_texts
from gcrm.services.exchange.vcard_read import read_vcard
from gcrm.services.personal_data.belongings import Subject
from gcrm.services.personal_data.erase import erase
from gcrm.ui.context import Context
from gcrm.ui.exchange import open_everything
from gcrm.ui.exchange.clipboard import ContactDrag
from gcrm.ui.exchange.drag_source import DragSource
from gcrm.ui.exchange.hand_over import open_appointment, open_contacts
from gcrm.ui.file_opener import opener_of
from tests.ui.office import Office


def test_everything_goes_into_a_new_folder(context: Context, office: Office, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = open_everything(context)
    context.tasks.wait_idle()
    dialog.export_into(tmp_path)
    context.tasks.wait_idle()
    [folder] = [path for path in tmp_path.iterdir() if (path / "index.html").exists()]
    assert folder.name.startswith("gCRM ")
    assert dialog.banner.message() == "Everything was exported."
    assert dialog.go_button.text() == "Close"
    dialog.choose()
    assert not dialog.isVisible()


def test_cancel_stops_and_leaves_nothing(context: Context, office: Office, qtbot: QtBot, tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    dialog = open_everything(context)
    context.tasks.wait_idle()
    dialog.export_to(tmp_path / "out.zip")
    dialog.cancel()
    context.tasks.wait_idle()
    assert sorted(tmp_path.iterdir()) == before
    assert dialog.banner.message() == "Stopped. Nothing was written."
    dialog.reject()
    assert not dialog.isVisible()


def test_a_contact_is_dragged_by_its_picture(
    context: Context, office: Office, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = QWidget()
    qtbot.addWidget(picture)
    picture.resize(60, 60)
    source = DragSource(context, picture, lambda: office.albrecht)
    begun: list[list[int]] = []
    monkeypatch.setattr(source.drag, "begin", begun.append)
    QTest.mousePress(picture, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    QTest.mouseMove(picture, QPoint(7, 7))
    QTest.mouseRelease(picture, Qt.MouseButton.LeftButton, pos=QPoint(7, 7))
    QTest.mouseMove(picture, QPoint(50, 50))
    assert begun == []
    QTest.mousePress(picture, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    QTest.mouseMove(picture, QPoint(50, 50))
    assert begun == [[office.albrecht]]


def test_a_contact_and_an_appointment_are_handed_to_other_programs(
    context: Context, office: Office, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []

    def take(url: QUrl) -> bool:
        opened.append(Path(url.toLocalFile()))
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", take)
    open_contacts(context, [office.albrecht, office.becker])
    context.tasks.wait_idle()
    [cards] = opened
    assert cards.name == "Contacts.vcf"
    assert len(read_vcard(cards.read_bytes()).cards) == 2
    made = appointment.book(
        context.database, "2026-08-10T09:00:00", "2026-08-10T10:00:00", subject="Fair", zone="Europe/Berlin"
    )
    open_appointment(context, made)
    context.tasks.wait_idle()
    assert b"SUMMARY:Fair" in opened[1].read_bytes()
    source = QWidget()
    qtbot.addWidget(source)
    drag = ContactDrag(context, source)
    with context.database.read() as session:
        dragged = Path(drag.mime(clipboard_texts(session, [office.albrecht], context.database.home)).urls()[0].path())
    assert dragged.exists()
    erase(context.database, Subject("contact", office.becker))
    context.tasks.wait_idle()
    assert not any(path.exists() for path in (*opened, dragged)), "copies of somebody who was erased"
    open_contacts(context, [office.albrecht])
    context.tasks.wait_idle()
    opener_of(context).close()
    assert not opened[2].exists()
