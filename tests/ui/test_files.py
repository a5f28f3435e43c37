"""The tab Files: adding in three ways, looking, opening only on purpose, refusing programs."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import select

from gcrm.model.activity import Activity
from gcrm.services import attachment
from gcrm.services.attachment import AttachmentRow
from gcrm.ui.contact import ContactPage
from gcrm.ui.context import Context
from gcrm.ui.file_list import icon_of
from gcrm.ui.file_opener import opener_of
from gcrm.ui.file_versions import FileVersions
from gcrm.ui.files import FilesTab, remove_picture
from tests.ui.fake_window import FakeWindow
from tests.ui.office import Office


@pytest.fixture
def page(context: Context, office: Office, qtbot: QtBot) -> ContactPage:
    shown = ContactPage(context)
    qtbot.addWidget(shown)
    shown.resize(720, 800)
    shown.show_contact(office.albrecht)
    shown.show()
    settle(context)
    shown.open_tab("files")
    settle(context)
    return shown


@pytest.fixture
def files(page: ContactPage) -> FilesTab:
    return page.findChildren(FilesTab)[0]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    urls: list[str] = []

    def take(url: QUrl) -> bool:
        urls.append(url.toString())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", take)
    return urls


def settle(context: Context) -> None:
    for _round in range(8):
        context.tasks.wait_idle()
        QApplication.processEvents()


def kept(office: Office) -> list[AttachmentRow]:
    with office.database.read() as session:
        return attachment.rows(session, office.albrecht)


def add(office: Office, name: str, content: bytes) -> None:
    attachment.attach_bytes(office.database, content, name, contact_id=office.albrecht)


def pdf_of(*pages: str) -> bytes:
    stream = io.BytesIO()
    canvas = Canvas(stream)
    for text in pages:
        canvas.drawString(100, 700, text)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def picture() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (40, 20), (0, 128, 0)).save(stream, "PNG")
    return stream.getvalue()


def test_an_empty_tab_says_what_to_do(files: FilesTab) -> None:
    assert files.empty.isVisible()
    assert not files.table.isVisible()


def test_files_that_are_dropped_anywhere_on_the_record_are_kept(
    page: ContactPage, context: Context, office: Office, tmp_path: Path
) -> None:
    path = tmp_path / "offer.pdf"
    path.write_bytes(pdf_of("Offer"))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    copy = Qt.DropAction.CopyAction
    enter = QDragEnterEvent(QPoint(5, 5), copy, data, buttons, keys)
    QApplication.sendEvent(page, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(page, QDropEvent(QPointF(5, 5), copy, data, buttons, keys))
    settle(context)
    assert [row.name for row in kept(office)] == ["offer.pdf"]
    assert path.exists()
    assert page.bar.tabText(page._index("files")) == "Files 1"


def test_a_picture_on_the_clipboard_is_pasted(files: FilesTab, context: Context, office: Office) -> None:
    image = QImage(20, 10, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    QGuiApplication.clipboard().setImage(image)
    files.paste()
    settle(context)
    assert [row.media_type for row in kept(office)] == ["image/png"]
    QGuiApplication.clipboard().clear()


def test_the_list_tells_type_size_date_and_who(files: FilesTab, context: Context, office: Office) -> None:
    add(office, "offer.pdf", pdf_of("Offer"))
    settle(context)
    model = files.table.files
    row = kept(office)[0]
    assert model.index(0, 0).data() == "offer.pdf"
    assert "kB" in model.index(0, 1).data() or "KiB" in model.index(0, 1).data()
    assert model.index(0, 3).data() == "anna"
    assert icon_of(row) == "file-text"
    assert "offer.pdf" in model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)


def test_a_pdf_is_looked_at_page_by_page(files: FilesTab, context: Context, office: Office) -> None:
    add(office, "two.pdf", pdf_of("One", "Two"))
    settle(context)
    files.table.selectRow(0)
    settle(context)
    assert files.preview.isVisible()
    assert files.preview.place.full_text() == "1 of 2"
    assert not files.preview.back.isEnabled()
    files.preview.forth.click()
    settle(context)
    assert files.preview.place.full_text() == "2 of 2"


def test_a_picture_is_looked_at_and_a_damaged_pdf_says_so(files: FilesTab, context: Context, office: Office) -> None:
    add(office, "broken.pdf", b"%PDF-1.4 broken")
    add(office, "hall.png", picture())
    settle(context)
    files.table.selectRow(0)
    settle(context)
    assert files.preview.picture._image.size().width() == 40
    files.table.selectRow(1)
    settle(context)
    assert "cannot be read" in files.preview.name.full_text()


def test_a_large_photo_is_made_smaller_where_it_is_read(files: FilesTab, context: Context, office: Office) -> None:
    stream = io.BytesIO()
    Image.new("L", (6000, 3000)).save(stream, "PNG")
    add(office, "photo.png", stream.getvalue())
    settle(context)
    files.table.selectRow(0)
    settle(context)
    assert (files.preview.picture._image.width(), files.preview.picture._image.height()) == (2400, 1200)


def test_nothing_is_opened_by_choosing_and_a_read_only_copy_on_purpose(
    files: FilesTab, context: Context, office: Office, opened: list[str]
) -> None:
    add(office, "offer.pdf", pdf_of("Offer"))
    settle(context)
    files.table.selectRow(0)
    settle(context)
    assert opened == []
    files.open_button.click()
    settle(context)
    assert len(opened) == 1
    path = Path(QUrl(opened[0]).toLocalFile())
    assert path.name == "offer.pdf"
    assert path.stat().st_mode & 0o222 == 0
    files.opener.close()
    assert not path.exists()


def test_a_program_is_refused_in_a_sentence(
    files: FilesTab, context: Context, office: Office, opened: list[str], window: FakeWindow
) -> None:
    add(office, "invoice.pdf.exe", b"MZ program")
    settle(context)
    files.table.selectRow(0)
    files.open_button.click()
    settle(context)
    assert opened == []
    assert "is a program" in window.errors[0].sentence


def test_a_change_in_another_program_becomes_a_new_version(
    files: FilesTab, context: Context, office: Office, opened: list[str]
) -> None:
    add(office, "list.txt", b"one")
    settle(context)
    files.opener.edit(kept(office)[0])
    settle(context)
    Path(QUrl(opened[0]).toLocalFile()).write_text("one and two")
    for _look in range(2):
        files.opener.poll()
        settle(context)
    with office.database.read() as session:
        assert attachment.read_bytes(session, kept(office)[0].id, 100) == b"one and two"
    assert len(kept(office)) == 1


def test_a_link_is_kept_and_opened_where_it_lies(
    files: FilesTab, context: Context, office: Office, opened: list[str]
) -> None:
    attachment.attach_link(office.database, "https://share.example/plan.pdf", contact_id=office.albrecht)
    settle(context)
    files.table.selectRow(0)
    files.open_button.click()
    assert opened == ["https://share.example/plan.pdf"]


def test_removed_files_come_back_by_undo(files: FilesTab, context: Context, office: Office) -> None:
    from gcrm.services import undo

    add(office, "offer.pdf", pdf_of("Offer"))
    settle(context)
    files.table.selectRow(0)
    files._remove()
    settle(context)
    assert kept(office) == []
    assert files.empty.isVisible()
    undo.undo_last(office.database)
    settle(context)
    assert files.table.isVisible()


def test_a_link_to_a_program_is_refused_whatever_it_is_called(
    files: FilesTab, context: Context, office: Office, opened: list[str], window: FakeWindow, tmp_path: Path
) -> None:
    script = tmp_path / "evil.sh"
    script.write_text("echo")
    tool = tmp_path / "tool"
    tool.write_bytes(b"\x7fELF")
    for place in (script, tool):
        attachment.attach_link(office.database, str(place), name="notes.txt", contact_id=office.albrecht)
    settle(context)
    for row in (0, 1):
        files.table.selectRow(row)
        files.open_button.click()
        settle(context)
    assert opened == []
    assert ["is a program" in error.sentence for error in window.errors] == [True, True]


def test_a_linked_document_is_opened_where_it_lies(
    files: FilesTab, context: Context, office: Office, opened: list[str], tmp_path: Path
) -> None:
    (tmp_path / "plan.pdf").write_bytes(pdf_of("Plan"))
    attachment.attach_link(office.database, str(tmp_path / "plan.pdf"), contact_id=office.albrecht)
    settle(context)
    files.table.selectRow(0)
    files.open_button.click()
    settle(context)
    assert opened == [QUrl.fromLocalFile(str(tmp_path / "plan.pdf")).toString()]


def words(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if action.text()]


def test_files_and_links_can_be_added_without_choosing_a_file_first(
    files: FilesTab, context: Context, office: Office
) -> None:
    add(office, "offer.pdf", pdf_of("Offer"))
    settle(context)
    files.table.clearSelection()
    assert files.more_button.isEnabled()
    assert words(files.make_menu()) == ["Attach files…", "Link to a file on a share…"]
    files.table.selectRow(0)
    assert "Save as…" in words(files.make_menu())
    assert "Earlier versions…" not in words(files.make_menu())


def test_a_calendar_file_is_brought_into_the_calendar(files: FilesTab, context: Context, office: Office) -> None:
    event = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:Gate\nDTSTART:20260324T080000Z\nEND:VEVENT\nEND:VCALENDAR\n"
    add(office, "invite.ics", event)
    settle(context)
    files.table.selectRow(0)
    (bring,) = [action for action in files.make_menu().actions() if action.text() == "Bring into calendar"]
    bring.trigger()
    settle(context)
    with context.database.read() as session:
        made = session.execute(select(Activity.subject, Activity.contact_id).where(Activity.subject == "Gate")).all()
    assert [tuple(row) for row in made] == [("Gate", office.albrecht)]


def changed_elsewhere(context: Context, office: Office, opened: list[str]) -> Path:
    """Open a file for editing and save another content there, as another program does."""
    add(office, "list.txt", b"one")
    opener_of(context).edit(kept(office)[0])
    settle(context)
    path = Path(QUrl(opened[-1]).toLocalFile())
    path.write_text("one and two")
    return path


def test_earlier_versions_are_listed_opened_and_restored(
    files: FilesTab, context: Context, office: Office, opened: list[str]
) -> None:
    changed_elsewhere(context, office, opened)
    opener_of(context).take_up()
    settle(context)
    files.table.selectRow(0)
    assert "Earlier versions…" in words(files.make_menu())
    dialog = FileVersions(context, kept(office)[0])
    dialog.show()
    settle(context)
    assert [row.size for row in dialog.table.files.rows] == [11, 3]
    assert dialog.table.files.index(1, 3).data() == "anna"
    dialog.look()
    settle(context)
    assert Path(QUrl(opened[-1]).toLocalFile()).read_bytes() == b"one"
    dialog.restore_button.click()
    settle(context)
    with office.database.read() as session:
        assert attachment.read_bytes(session, kept(office)[0].id, 100) == b"one"


def test_what_was_saved_before_a_sudden_end_is_kept_at_the_next_start(
    context: Context, office: Office, opened: list[str], window: FakeWindow
) -> None:
    changed_elsewhere(context, office, opened)
    former = opener_of(context)
    assert former._opened is not None
    for lock in former._opened._locks.values():
        lock.close()
    former._opened = None
    former.take_up()
    settle(context)
    assert kept(office)[0].size == 11
    assert window.said == ["New version of “list.txt” kept"]
    opener_of(context).close()


def test_what_was_saved_just_before_closing_is_kept(context: Context, office: Office, opened: list[str]) -> None:
    from gcrm.ui.main_window import MainWindow

    main = MainWindow(context.theme, context.state)
    context.window = main
    main.attach(context)
    settle(context)
    changed_elsewhere(context, office, opened)
    main.close()
    context.tasks.close()
    assert kept(office)[0].size == 11
    opener_of(context).close()


def test_the_picture_is_removed_and_comes_back_by_undo(context: Context, office: Office) -> None:
    from gcrm.services import undo

    attachment.set_picture(office.database, office.albrecht, picture())
    remove_picture(context, office.albrecht)
    settle(context)
    assert kept(office) == []
    undo.undo_last(office.database)
    assert [row.is_picture for row in kept(office)] == [True]
