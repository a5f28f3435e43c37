"""Printing contact sheets and lists: what is chosen is what is on the paper."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gcrm.services.contact_list import ContactQuery
from gcrm.services.printing.preview import page_size, page_text
from gcrm.ui.context import Context
from gcrm.ui.printing import print_contact_sheets
from gcrm.ui.printing.listing import ListDialog
from gcrm.ui.printing.sheets import SheetsDialog
from gcrm.ui.printing.shell import PrintDialog
from tests.ui.fake_window import FakeWindow
from tests.ui.office import Office
from tests.ui.printing.paper import PaperFile, add_customers, keep, operations, printed, settle


@pytest.fixture
def paper(tmp_path: Path) -> PaperFile:
    return PaperFile(tmp_path / "paper.pdf")


@pytest.fixture
def opened(qtbot: QtBot, context: Context) -> Callable[[PrintDialog], bytes]:
    """Give what opens a dialog and returns its PDF."""

    def begin(dialog: PrintDialog) -> bytes:
        if not dialog.isVisible():
            keep(qtbot, dialog)
            dialog.begin()
        settle(context, dialog.preview)
        assert dialog._built is not None
        return dialog._built.pdf

    return begin


def test_the_sheet_has_the_ticked_sections_in_the_customers_language(
    context: Context, office: Office, paper: PaperFile, opened: Callable[[PrintDialog], bytes]
) -> None:
    dialog = SheetsDialog(context, [office.albrecht], printers=paper)
    text = page_text(opened(dialog))
    assert "Hauptstraße 7" in text
    assert "DE89" in text
    dialog.boxes["bank"].click()
    assert "DE89" not in page_text(opened(dialog))
    dialog.language.setCurrentIndex(dialog.language.findData("en"))
    assert "Addresses" in page_text(opened(dialog))
    for box in dialog.boxes.values():
        box.setChecked(False)
    context.tasks.wait_idle()
    assert dialog.preview.sentence.full_text() == "Tick at least one section."
    assert not dialog.print_button.isEnabled()
    dialog.all_button.click()
    assert "DE89" in page_text(opened(dialog))


def test_sheets_are_noted_once_for_each_contact(
    qtbot: QtBot, context: Context, office: Office, paper: PaperFile, opened: Callable[[PrintDialog], bytes]
) -> None:
    dialog = SheetsDialog(context, [office.albrecht, office.becker], printers=paper)
    opened(dialog)
    assert dialog.windowTitle() == "Print contact sheets"
    assert dialog.print_button.text() == "Print 2 pages"
    QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    context.tasks.wait_idle()
    assert paper.opened == ["Laser"]
    assert printed(context.database) == {office.albrecht: 1, office.becker: 1}
    assert operations(context.database, "{count} prints noted") == 1


def test_enter_before_the_preview_prints_what_comes(
    qtbot: QtBot, context: Context, office: Office, paper: PaperFile
) -> None:
    dialog = SheetsDialog(context, [office.albrecht], printers=paper)
    keep(qtbot, dialog)
    dialog.begin()
    dialog.refresh()
    dialog.print_now()
    context.tasks.wait_idle()
    assert paper.opened == ["Laser"]
    assert not dialog.isVisible()


def test_esc_prints_and_notes_nothing(qtbot: QtBot, context: Context, office: Office) -> None:
    dialog = print_contact_sheets(context, [office.albrecht])
    keep(qtbot, dialog)
    settle(context, dialog.preview)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    context.tasks.wait_idle()
    assert not dialog.isVisible()
    assert printed(context.database) == {}


def test_the_list_has_the_shown_columns_and_order(
    monkeypatch: pytest.MonkeyPatch, context: Context, window: FakeWindow, office: Office, paper: PaperFile,
    opened: Callable[[PrintDialog], bytes],
) -> None:  # fmt: skip
    monkeypatch.setattr(window, "current_query", lambda: ContactQuery(sort=("-display_name",)))
    monkeypatch.setattr(window, "current_columns", lambda: ("town", "display_name"))
    dialog = ListDialog(context, printers=paper)
    text = page_text(opened(dialog))
    assert text.index("Town") < text.index("Name")
    assert text.index("Cardoso") < text.index("Becker") < text.index("Albrecht")
    assert "3 entries" in text
    assert "10001" not in text
    assert dialog.summary.full_text() == "3 contacts · 2 columns · 1 page"


def test_the_list_can_be_the_selection_in_groups_with_a_title(
    monkeypatch: pytest.MonkeyPatch, context: Context, window: FakeWindow, office: Office, paper: PaperFile,
    opened: Callable[[PrintDialog], bytes],
) -> None:  # fmt: skip
    monkeypatch.setattr(window, "selected_contacts", lambda: [office.albrecht, office.becker])
    dialog = ListDialog(context, printers=paper)
    assert "Cardoso" not in page_text(opened(dialog))
    assert dialog.what.currentText() == "2 chosen contacts"
    dialog.what.setCurrentIndex(0)
    assert "Cardoso" in page_text(opened(dialog))
    dialog.group.setCurrentIndex(dialog.group.findData("priority"))
    dialog.heading.setText("My <b>list</b>")
    dialog.heading.textEdited.emit("")
    dialog.refresh()
    text = page_text(opened(dialog))
    assert "My <b>list</b>" in text
    assert "Without group" in text


def test_paper_direction_and_language(
    context: Context, office: Office, paper: PaperFile, opened: Callable[[PrintDialog], bytes]
) -> None:
    dialog = ListDialog(context, printers=paper)
    wide, high = page_size(opened(dialog))
    assert wide < high
    dialog.orientation.setCurrentIndex(dialog.orientation.findData("landscape"))
    wide, high = page_size(opened(dialog))
    assert wide > high
    assert dialog.preview.view.page_size()[0] > dialog.preview.view.page_size()[1]


def test_the_preview_turns_pages_and_zooms(
    qtbot: QtBot, context: Context, office: Office, paper: PaperFile, opened: Callable[[PrintDialog], bytes]
) -> None:
    add_customers(office.database, 120)
    dialog = ListDialog(context, printers=paper)
    opened(dialog)
    preview = dialog.preview
    assert preview.pages() > 1
    assert preview.place.full_text() == f"Page 1 of {preview.pages()}"
    assert not preview.back.isEnabled()
    fitted = preview.view.size()
    QTest.keyClick(dialog, Qt.Key.Key_PageDown)
    assert preview.page() == 2
    preview.zoom_by(1)
    context.tasks.wait_idle()
    assert preview.view.width() > fitted.width()
    preview.set_zoom(0.0)
    context.tasks.wait_idle()
    assert preview.view.size() == fitted
    for _press in range(5):
        QTest.keyClick(dialog, Qt.Key.Key_PageDown)
    assert preview.page() == preview.pages()
    assert not preview.forward.isEnabled()


def test_an_empty_list_says_so(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, context: Context, window: FakeWindow, paper: PaperFile
) -> None:
    monkeypatch.setattr(window, "current_query", lambda: ContactQuery(words="nobody is called so"))
    dialog = ListDialog(context, printers=paper)
    keep(qtbot, dialog)
    dialog.begin()
    context.tasks.wait_idle()
    assert dialog.preview.sentence.full_text() == "The list is empty; there is nothing to print. Choose another list."
    assert not dialog.save_button.isEnabled()
