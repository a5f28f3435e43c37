"""Export window, clipboard and drag."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gcrm.services.exchange.exporter import clipboard_texts
from gcrm.services.exchange.vcard_read import read_vcard
from gcrm.ui.contact_pane import ContactPane
from gcrm.ui.context import Context
from gcrm.ui.dropped_files import local_files
from gcrm.ui.exchange import copy_contacts, open_export
from gcrm.ui.exchange.clipboard import ContactDrag
from tests.ui.fake_window import FakeWindow
from tests.ui.office import Office
from tests.ui.turning import settle


def test_the_chosen_contacts_are_exported(
    context: Context, office: Office, window: FakeWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = open_export(context, [office.albrecht, office.becker])
    context.tasks.wait_idle()
    assert [dialog.form.what.itemText(row) for row in range(3)] == [
        "2 chosen contacts", "The list as it is shown (3)", "All contacts (3)",
    ]  # fmt: skip
    dialog.export_to(tmp_path / "out.vcf")
    context.tasks.wait_idle()
    assert len(read_vcard((tmp_path / "out.vcf").read_bytes()).cards) == 2
    assert window.said == ["2 contacts exported to out.vcf"]


def test_all_contacts_go_into_single_files(context: Context, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = open_export(context, [])
    dialog.form.what.setCurrentIndex(dialog.form.what.findData("all"))
    dialog.form.format.setCurrentIndex(1)
    dialog.form.split.setChecked(True)
    dialog.export_to(tmp_path / "each")
    context.tasks.wait_idle()
    files = list((tmp_path / "each").glob("*.vcf"))
    assert len(files) == 3
    assert all(b"VERSION:4.0" in file.read_bytes() for file in files)


def test_a_table_goes_out_and_the_choice_is_proposed_again(
    context: Context, office: Office, window: FakeWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = open_export(context, [office.albrecht])
    form = dialog.form
    form.format.setCurrentIndex(form.format.findData("csv"))
    form.purpose.setCurrentIndex(form.purpose.findData("exchange"))
    assert not form.split.isVisible()
    dialog.export_to(tmp_path / "out.csv")
    context.tasks.wait_idle()
    text = (tmp_path / "out.csv").read_text(encoding="utf-8")
    assert text == "Name,Town\nAlbrecht Metallbau GmbH,Leipzig\n"
    assert window.said == ["1 contact exported to out.csv"]
    again = open_export(context, []).form
    assert (again.kind().key, again.purpose.currentData()) == ("csv", "exchange")
    again.format.setCurrentIndex(again.format.findData("json"))
    again.fields.setCurrentIndex(again.fields.findData("all"))
    assert again.form().columns is None
    assert not again.purpose.isVisible()


def test_a_place_that_cannot_be_written_keeps_the_window_open(
    context: Context, office: Office, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = open_export(context, [office.albrecht])
    dialog.export_to(tmp_path / "no such folder" / "out.vcf")
    context.tasks.wait_idle()
    assert dialog.isVisible()
    assert "out.vcf" in dialog.banner.message()
    dialog.close()


def test_copying_gives_address_vcard_and_rows(context: Context, office: Office, window: FakeWindow) -> None:
    copy_contacts(context, [office.albrecht])
    context.tasks.wait_idle()
    data = QApplication.clipboard().mimeData()
    assert data.text().startswith("Albrecht Metallbau GmbH")
    assert "Hauptstraße 7\n04103 Leipzig" in data.text()
    (card,) = read_vcard(bytes(data.data("text/vcard").data())).cards
    assert card.organisation == "Albrecht Metallbau GmbH"
    rows = bytes(data.data("text/tab-separated-values").data()).decode()
    assert rows == "Name\tTown\nAlbrecht Metallbau GmbH\tLeipzig"
    assert window.said == ["1 contact copied"]
    copy_contacts(context, [office.albrecht], as_rows=True)
    context.tasks.wait_idle()
    assert QApplication.clipboard().text() == rows


def test_a_row_is_dragged_out_of_the_list(
    context: Context, office: Office, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[list[int]] = []
    monkeypatch.setattr(ContactDrag, "begin", lambda _drag, contacts: begun.append(list(contacts)))
    pane = ContactPane(context)
    qtbot.addWidget(pane)
    pane.resize(360, 600)
    pane.show()
    pane.start(office.albrecht)
    settle(context)
    place = pane.model.place(office.becker)
    assert place is not None
    port, row = pane.view.viewport(), pane.view.visualRect(pane.model.index(place)).center()
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=row)
    left, bare = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    for step in (5, 30, 200):
        there = QPointF(row + QPoint(step, -step))
        move = QMouseEvent(QEvent.Type.MouseMove, there, port.mapToGlobal(there), left, left, bare)
        QApplication.sendEvent(port, move)
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=row)
    assert begun == [[office.becker]]
    assert pane.selected() == [office.becker], "no other row was chosen on the way"


def test_a_drag_carries_a_file(context: Context, office: Office, qtbot: QtBot) -> None:
    source = QWidget()
    qtbot.addWidget(source)
    drag = ContactDrag(context, source)
    with office.database.read() as session:
        data = drag.mime(clipboard_texts(session, [office.albrecht], office.database.home))
    (url,) = data.urls()
    file = Path(url.toLocalFile())
    assert file.name == "Albrecht Metallbau GmbH.vcf"
    assert len(read_vcard(file.read_bytes()).cards) == 1
    assert local_files(data) == [], "no window of ours takes it in again"
