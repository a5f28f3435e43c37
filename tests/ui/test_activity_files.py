"""Files and links of one activity: in its form, in the chronicle, by the menu bar; always reachable by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gcrm.services import activity, activity_links, attachment, undo
from gcrm.services.attachment import AttachmentRow
from gcrm.ui.activity_form import ActivityForm
from gcrm.ui.chronicle import ChronicleRail
from gcrm.ui.contact.related_card import RelatedCard
from gcrm.ui.context import Context
from gcrm.ui.draft_keeper import DraftKeeper
from tests.ui.fake_window import FakeWindow
from tests.ui.office import Office
from tests.ui.turning import settle

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard", extend=True)
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def made(context: Context, office: Office) -> int:
    return activity.log(context.database, office.albrecht, "Agreed to call back", type="call")


@pytest.fixture
def form(context: Context, made: int, qtbot: QtBot) -> Iterator[ActivityForm]:
    shown = ActivityForm(context, made, DraftKeeper(context))
    qtbot.addWidget(shown)
    shown.resize(380, 700)
    shown.show()
    settle(context)
    yield shown
    settle(context)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    urls: list[str] = []

    def take(url: QUrl) -> bool:
        urls.append(url.toLocalFile())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", take)
    return urls


@pytest.fixture
def copied(tmp_path: Path) -> Iterator[Path]:
    """Give a file that lies on the clipboard."""
    path = tmp_path / "plan.pdf"
    path.write_bytes(b"%PDF-1.7 plan")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    data.setText(path.as_uri())
    QGuiApplication.clipboard().setMimeData(data)
    yield path
    QGuiApplication.clipboard().clear()


def kept(context: Context, made: int) -> list[AttachmentRow]:
    with context.database.read() as session:
        return attachment.rows(session, None, activity_id=made, user=context.database.user_id)


def test_files_pasted_into_a_field_are_attached_and_no_text(
    form: ActivityForm, context: Context, made: int, office: Office, copied: Path
) -> None:
    QTest.keyClick(form.fields.text, Qt.Key.Key_V, CTRL)
    settle(context)
    assert [(row.name, row.contact_id) for row in kept(context, made)] == [("plan.pdf", office.albrecht)]
    assert form.fields.text.toPlainText() == "Agreed to call back"
    assert form.files.list.isVisibleTo(form)


def test_a_pasted_picture_is_attached_and_a_pasted_text_is_typed(
    form: ActivityForm, context: Context, made: int
) -> None:
    image = QImage(20, 10, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    QGuiApplication.clipboard().setImage(image)
    QTest.keyClick(form.fields.text, Qt.Key.Key_V, CTRL)
    settle(context)
    assert [row.media_type for row in kept(context, made)] == ["image/png"]
    QGuiApplication.clipboard().setText("typed ")
    QTest.keyClick(form.fields.text, Qt.Key.Key_V, CTRL)
    assert "typed " in form.fields.text.toPlainText()
    QGuiApplication.clipboard().clear()


def test_files_of_the_form_are_opened_by_keyboard_and_programs_refused(
    form: ActivityForm, context: Context, made: int, opened: list[str], window: FakeWindow
) -> None:
    attachment.attach_bytes(context.database, b"%PDF-1.7", "offer.pdf", activity_id=made)
    attachment.attach_bytes(context.database, b"MZ", "notes.txt", activity_id=made)
    settle(context)
    assert form.files.list.focusPolicy() & Qt.FocusPolicy.TabFocus
    for row in (0, 1):
        form.files.list.setCurrentRow(row)
        QTest.keyClick(form.files.list, Qt.Key.Key_Return)
        settle(context)
    assert [Path(path).name for path in opened] == ["offer.pdf"]
    assert "is a program" in window.errors[0].sentence
    QTest.keyClick(form.files.list, Qt.Key.Key_Delete)
    settle(context)
    assert [row.name for row in kept(context, made)] == ["notes.txt"]
    undo.undo_last(context.database)
    settle(context)
    assert form.files.list.count() == 2


def test_files_dropped_on_the_text_reach_the_form(
    form: ActivityForm, context: Context, made: int, copied: Path
) -> None:
    data = QGuiApplication.clipboard().mimeData()
    kinds = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    over_text = QDragEnterEvent(QPoint(3, 3), *kinds)
    QApplication.sendEvent(form.fields.text.viewport(), over_text)
    over_form = QDragEnterEvent(QPoint(3, 3), *kinds)
    QApplication.sendEvent(form, over_form)
    assert over_form.isAccepted()
    assert form.acceptDrops()


@pytest.fixture
def rail(context: Context, office: Office, made: int, qtbot: QtBot) -> ChronicleRail:
    shown = ChronicleRail(context)
    qtbot.addWidget(shown)
    shown.resize(316, 800)
    shown.show_contact(office.albrecht)
    shown.show()
    settle(context)
    place = shown.model.place(made)
    assert place is not None
    shown.view.setCurrentIndex(shown.model.index(place))
    return shown


def test_the_chronicle_attaches_what_is_pasted_to_the_entry(
    rail: ChronicleRail, context: Context, made: int, copied: Path
) -> None:
    QTest.keyClick(rail.view, Qt.Key.Key_V, CTRL)
    settle(context)
    assert [row.name for row in kept(context, made)] == ["plan.pdf"]


def test_files_pasted_into_the_log_box_are_kept_and_no_text(
    rail: ChronicleRail, context: Context, office: Office, copied: Path
) -> None:
    QTest.keyClick(rail.box.text, Qt.Key.Key_V, CTRL)
    settle(context)
    with context.database.read() as session:
        assert [row.name for row in attachment.rows(session, office.albrecht)] == ["plan.pdf"]
    assert rail.box.text.toPlainText() == ""
    over_text = QDragEnterEvent(QPoint(3, 3), Qt.DropAction.CopyAction, QGuiApplication.clipboard().mimeData(),
                                Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)  # fmt: skip
    QApplication.sendEvent(rail.box.text.viewport(), over_text)
    assert rail.drop_area.isVisible()


def test_the_menu_of_an_entry_and_the_menu_bar_ask_for_files(
    rail: ChronicleRail, context: Context, made: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "offer.txt"
    path.write_text("offer")
    monkeypatch.setattr("gcrm.ui.dropped_files.ask_for_files", lambda _parent, _title, then: then([path]))
    [entry] = [action for action in rail.view.make_menu().actions() if action.text() == "Attach files…"]
    entry.trigger()
    settle(context)
    assert len(kept(context, made)) == 1
    rail.open_activity(made)
    rail.attach_to_activity()
    settle(context)
    assert len(kept(context, made)) == 2


def test_an_activity_is_linked_to_a_contact_opened_and_unlinked(
    form: ActivityForm, context: Context, made: int, office: Office, window: FakeWindow
) -> None:
    form.links.add(office.becker)
    form.links.add(office.becker)
    form.links.add(office.albrecht)
    settle(context)
    assert [link.contact for link in form.links.links.values()] == [office.becker]
    QTest.keyClick(form.links.list, Qt.Key.Key_Return)
    assert window.calls[-1][:2] == ("open_contact", office.becker)
    QTest.keyClick(form.links.list, Qt.Key.Key_Delete)
    settle(context)
    assert form.links.list.count() == 0


def test_what_links_to_a_contact_is_shown_with_it(context: Context, made: int, office: Office, qtbot: QtBot) -> None:
    tab = QWidget()  # it keeps itself in step while its tab is looked at
    qtbot.addWidget(tab)
    card = RelatedCard(context)
    QVBoxLayout(tab).addWidget(card)
    tab.show()
    card.show_contact(office.becker)
    settle(context)
    assert card.lines == []
    activity_links.add_link(context.database, made, office.becker)
    settle(context)
    assert len(card.lines) == 1
    assert not card.isHidden()
