"""Mails that are dropped: on a row, on the record, on the window; what is asked, what is said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from gcrm.model.activity import Activity
from gcrm.model.appointment import Appointment
from gcrm.model.attachment import Attachment
from gcrm.ui.contact_pane import ContactPane
from gcrm.ui.context import Context
from gcrm.ui.exchange import install_drop, open_import
from gcrm.ui.mail import keep_mails, take_files
from gcrm.ui.mail.dialog import MailDialog
from tests.services.mail import mails
from tests.ui.fake_window import FakeWindow
from tests.ui.office import Office


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Give a mail of a contact, two of somebody unknown, and a drawing."""
    named = {
        "known.eml": mails.mail("Info <info@albrecht.example>", "a@ours.example", "Known"),
        "first.eml": mails.mail("Rui <rui@new.example>", "a@ours.example", "First"),
        "second.eml": mails.mail("Rui <rui@new.example>", "a@ours.example", "Second"),
        "drawing.pdf": mails.PDF,
    }
    for name, data in named.items():
        (tmp_path / name).write_bytes(data)
    return [tmp_path / name for name in named]


def settle(context: Context) -> None:
    for _round in range(8):
        context.tasks.wait_idle()
        QApplication.processEvents()


def emails(context: Context) -> list[tuple[str, int | None]]:
    with context.database.read() as session:
        found = session.scalars(select(Activity).where(Activity.type == "email").order_by(Activity.subject)).all()
        return [(one.subject, one.contact_id) for one in found]


def drop(target: QWidget, point: QPoint, paths: list[Path]) -> bool:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    kinds = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(point, *kinds)
    enter.ignore()
    QApplication.sendEvent(target, enter)
    if enter.isAccepted():
        QApplication.sendEvent(target, QDropEvent(QPointF(point), *kinds))
    return enter.isAccepted()


@pytest.fixture
def dialogs() -> Iterator[None]:
    """Close what was asked at the end."""
    yield
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, MailDialog | QMessageBox):
            widget.close()
            widget.deleteLater()


def asked() -> MailDialog:
    (dialog,) = [one for one in QApplication.topLevelWidgets() if isinstance(one, MailDialog) and one.isVisible()]
    return dialog


def test_a_mail_goes_to_the_contact_of_the_row_it_falls_on(
    context: Context, office: Office, qtbot: QtBot, files: list[Path], window: FakeWindow
) -> None:
    pane = ContactPane(context)
    qtbot.addWidget(pane)
    pane.resize(360, 600)
    pane.show()
    pane.start(None)
    settle(context)
    place = pane.model.place(office.becker)
    assert place is not None
    port, row = pane.view.viewport(), pane.view.visualRect(pane.model.index(place))
    assert not drop(port, QPoint(20, port.height() - 5), files[:1])
    assert drop(port, row.center(), files[1:])
    settle(context)
    assert emails(context) == [("First", office.becker), ("Second", office.becker)]
    assert window.said == ["2 e-mails kept."]
    with context.database.read() as session:
        loose = select(Attachment.name).where(Attachment.contact_id == office.becker, Attachment.activity_id.is_(None))
        assert list(session.scalars(loose)) == ["drawing.pdf"]


def test_mails_on_the_window_find_their_contacts_or_ask(
    context: Context, office: Office, qtbot: QtBot, files: list[Path], window: FakeWindow, dialogs: None
) -> None:
    home = QWidget()
    qtbot.addWidget(home)
    install_drop(home, context)
    assert drop(home, QPoint(5, 5), files[:3])
    settle(context)
    dialog = asked()
    current = dialog.current()
    assert current is not None
    assert (current.subject, dialog.question.full_text()) == ("First", "Rui")
    dialog.take(office.becker, "Becker")
    assert dialog.summary.full_text() == "Every e-mail has its contact."
    dialog.keep()
    settle(context)
    assert emails(context) == [("First", office.becker), ("Known", office.albrecht), ("Second", office.becker)]


def test_what_is_left_out_broken_or_there_is_said(
    context: Context, office: Office, files: list[Path], window: FakeWindow, tmp_path: Path, dialogs: None
) -> None:
    broken = tmp_path / "broken.msg"
    broken.write_bytes(b"nothing")
    take_files(context, [files[0], broken], office.albrecht)
    settle(context)
    assert window.said[0].startswith("E-mail “Known” kept. “broken.msg” was kept as a file. ")
    keep_mails(context, files[:2])
    settle(context)
    asked().keep()
    settle(context)
    assert window.said[1] == "“known.eml” was there already. 1 e-mail was left out."


def test_an_invitation_is_offered_to_the_calendar(
    context: Context, office: Office, tmp_path: Path, window: FakeWindow, dialogs: None
) -> None:
    file = tmp_path / "launch.eml"
    file.write_bytes(mails.gmail())
    keep_mails(context, [file], office.becker)
    settle(context)
    (box,) = [one for one in QApplication.topLevelWidgets() if isinstance(one, QMessageBox) and one.isVisible()]
    next(button for button in box.buttons() if button.text() == "Bring into calendar").click()
    settle(context)
    with context.database.read() as session:
        wanted = select(Activity.contact_id).join(Appointment, Appointment.activity_id == Activity.id)
        assert list(session.scalars(wanted.where(Appointment.uid == "werft-1"))) == [office.becker]


def test_mails_of_the_import_window_go_the_same_way(
    context: Context, office: Office, qtbot: QtBot, files: list[Path], dialogs: None
) -> None:
    gone: list[bool] = []
    open_import(context, files[:1]).destroyed.connect(lambda: gone.append(True))
    settle(context)
    assert emails(context) == [("Known", office.albrecht)]
    assert gone == [True]
