"""Labels: where they begin, who gets one, what is remembered, and how few keys it takes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gcrm.i18n import set_language
from gcrm.model.consent import Consent
from gcrm.services import contact, settings
from gcrm.services.database import Database
from gcrm.services.printing.preview import page_count, page_text, text_boxes
from gcrm.ui.context import Context
from gcrm.ui.printing.adjust import AdjustDialog
from gcrm.ui.printing.built import FormArea
from gcrm.ui.printing.label_job import Recipients
from gcrm.ui.printing.labels import LabelsDialog
from gcrm.ui.printing.left_out import LeftOutDialog
from gcrm.ui.theme import Theme
from tests.services.offices import enter_company
from tests.ui.fake_window import FakeWindow
from tests.ui.office import Office
from tests.ui.printing.paper import NoPrinters, PaperFile, add_customers, keep, operations, printed, settle, street
from tests.ui.turning import move_mouse


@pytest.fixture
def paper(tmp_path: Path) -> PaperFile:
    return PaperFile(tmp_path / "paper.pdf")


@pytest.fixture
def customers(office: Office) -> list[int]:
    settings.set(office.database, "labels.sheet", "L7159")
    return add_customers(office.database, 30)


@pytest.fixture
def dialog(qtbot: QtBot, context: Context, customers: list[int], paper: PaperFile) -> Iterator[LabelsDialog]:
    made = LabelsDialog(context, customers, printers=paper)
    keep(qtbot, made)
    made.begin()
    settle(context, made.preview)
    yield made
    context.tasks.wait_idle()


def pdf_of(dialog: LabelsDialog) -> bytes:
    assert dialog._built is not None
    return dialog._built.pdf


def value(database: Database, key: str) -> object:
    with database.read() as session:
        return settings.get(session, key, database.user_id)


def test_seven_enter_prints_thirty_labels_from_the_seventh_on(
    qtbot: QtBot, context: Context, dialog: LabelsDialog, customers: list[int], paper: PaperFile, window: FakeWindow
) -> None:
    assert dialog.print_button.text() == "Print 30 labels"
    QTest.keyClick(dialog.first, Qt.Key.Key_7)
    QTest.keyClick(dialog.first, Qt.Key.Key_Return)
    context.tasks.wait_idle()
    assert paper.opened == ["Laser"]
    assert page_count(paper.path) == 2
    assert printed(context.database) == dict.fromkeys(customers, 1)
    assert operations(context.database, "{count} prints noted") == 1
    assert value(context.database, "labels.next_free") == {"L7159": 13}
    assert not dialog.isVisible()
    assert window.said == ["Sent to Laser"]


def test_the_next_run_begins_where_the_last_one_ended(
    qtbot: QtBot, context: Context, dialog: LabelsDialog, customers: list[int], paper: PaperFile
) -> None:
    dialog.print_now()
    context.tasks.wait_idle()
    following = LabelsDialog(context, customers[:2], printers=paper)
    keep(qtbot, following)
    following.begin()
    settle(context, following.preview)
    assert following.first.text() == "7"
    assert following.sheet.currentText().startswith("Avery L7159 · 3 × 8")
    following.sheet.setCurrentIndex(following.sheet.findText("L7160", Qt.MatchFlag.MatchContains))
    assert following.first.text() == "1"
    context.tasks.wait_idle()


def test_a_click_on_the_sheet_chooses_the_first_label(qtbot: QtBot, context: Context, dialog: LabelsDialog) -> None:
    spot = dialog.picture.label_rect(10).center().toPoint()
    move_mouse(dialog.picture, QPointF(spot))
    assert "Begin with label 10" in dialog.picture.toolTip()
    QTest.mouseClick(dialog.picture, Qt.MouseButton.LeftButton, pos=spot)
    assert dialog.first.text() == "10"
    settle(context, dialog.preview)
    assert dialog.picture.accessibleName().endswith("first free label 10")
    box = next(box for box in text_boxes(pdf_of(dialog)) if box.text == "Customer 001")
    left, top = dialog.label_sheet().corner(10)
    assert left < box.left < left + dialog.label_sheet().width
    assert top < box.top < top + dialog.label_sheet().height


def test_used_labels_are_grey_and_free_ones_are_white(context: Context, dialog: LabelsDialog) -> None:
    dialog._on_clicked(4)
    settle(context, dialog.preview)
    shown = dialog.picture.grab().toImage()

    def corner_colour(label: int) -> str:
        return shown.pixelColor(dialog.picture.label_rect(label).topLeft().toPoint() + QPoint(8, 8)).name()

    assert corner_colour(3) != corner_colour(4) == "#ffffff"
    dialog.preview.go(2)
    settle(context, dialog.preview)
    shown = dialog.picture.grab().toImage()
    assert corner_colour(24) == "#ffffff"


def test_a_label_that_is_not_on_the_sheet_is_refused_inline(
    qtbot: QtBot, context: Context, dialog: LabelsDialog, paper: PaperFile
) -> None:
    QTest.keyClicks(dialog.first, "99")
    assert dialog.first_field.error() == "Enter a label from 1 to 24."
    assert not dialog.print_button.isEnabled()
    QTest.keyClick(dialog.first, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    context.tasks.wait_idle()
    assert paper.opened == []
    dialog.first.selectAll()
    QTest.keyClicks(dialog.first, "24")
    context.tasks.wait_idle()
    assert dialog.first_field.error() == ""
    assert dialog.print_button.isEnabled()


def test_who_has_no_street_or_wants_no_mail_is_listed_and_skipped(
    qtbot: QtBot, context: Context, customers: list[int], paper: PaperFile, window: FakeWindow
) -> None:
    database = context.database
    homeless = contact.create(database, contact.empty(name="Nowhere <b>Ltd</b>"))
    refusing = contact.empty(name="No Mail Inc")
    refusing.addresses.append(street())
    refusing.consents.append(Consent(channel="mail", is_allowed=False))
    silent = contact.create(database, refusing)
    dialog = LabelsDialog(context, [*customers[:3], homeless, silent], printers=paper)
    keep(qtbot, dialog)
    dialog.begin()
    settle(context, dialog.preview)
    assert dialog.print_button.text() == "Print 3 labels"
    assert dialog.homeless_button.text() == "1 contact has no street — show it"
    assert dialog.no_mail_button.text() == "1 contact wants no mail — show it"
    dialog.homeless_button.click()
    listed = dialog.findChild(LeftOutDialog)
    assert listed is not None
    assert [listed.list.item(row).text() for row in range(listed.list.count())] == ["Nowhere <b>Ltd</b>"]
    loaded = contact.load(database, homeless)
    loaded.record.addresses.append(street(town="Köln"))
    contact.save(database, loaded)
    listed.accept()
    settle(context, dialog.preview)
    assert dialog.print_button.text() == "Print 4 labels"
    assert dialog.homeless_button.isHidden()
    dialog.print_now()
    context.tasks.wait_idle()
    assert silent not in printed(database)


def test_nobody_to_write_to_is_said_and_listed(qtbot: QtBot, context: Context, paper: PaperFile) -> None:
    nobody = contact.create(context.database, contact.empty(name="Nowhere Ltd"))
    dialog = LabelsDialog(context, [nobody], printers=paper)
    keep(qtbot, dialog)
    dialog.begin()
    context.tasks.wait_idle()
    assert dialog.preview.sentence.full_text().startswith("There is no label to print")
    assert not dialog.print_button.isEnabled()
    assert not dialog.homeless_button.isHidden()
    dialog.print_now()
    context.tasks.wait_idle()
    assert paper.opened == []


def test_content_household_country_and_sender(qtbot: QtBot, context: Context, office: Office, paper: PaperFile) -> None:
    enter_company(
        office.database, name="Muster GmbH", street="Markt", house_number="1", postcode="04109", town="Leipzig"
    )
    couple = []
    for first in ("Eva", "Ben"):
        made = contact.empty(kind="person", first_name=first, last_name="Adam")
        made.addresses.append(street())
        couple.append(contact.create(office.database, made))
    dialog = LabelsDialog(context, [office.albrecht, office.cardoso, *couple], printers=paper)
    keep(qtbot, dialog)
    dialog.begin()
    settle(context, dialog.preview)
    text = page_text(pdf_of(dialog))
    assert "PORTUGAL" in text
    assert "Anna Albrecht" in text
    assert "Muster GmbH" not in text
    assert dialog.print_button.text() == "Print 4 labels"
    dialog.per.setCurrentIndex(dialog.per.findData("person"))
    settle(context, dialog.preview)
    assert dialog.print_button.text() == "Print 6 labels"
    assert all(name in page_text(pdf_of(dialog)) for name in ("Anna Albrecht", "Jörg Pfeiffer", "Lea Lindner"))
    dialog.per.setCurrentIndex(dialog.per.findData("household"))
    dialog.country.click()
    dialog.sender_box.click()
    dialog.content.setCurrentIndex(dialog.content.findData("organisation"))
    settle(context, dialog.preview)
    text = page_text(pdf_of(dialog))
    assert dialog.print_button.text() == "Print 3 labels"
    assert "Eva and Ben Adam" in text
    assert "PORTUGAL" not in text
    assert "Anna Albrecht" not in text
    assert text.count("Muster GmbH · Markt 1 · 04109 Leipzig") == 3


def test_the_purpose_chooses_the_address(qtbot: QtBot, context: Context, office: Office, paper: PaperFile) -> None:
    dialog = LabelsDialog(context, [office.albrecht], printers=paper)
    keep(qtbot, dialog)
    dialog.begin()
    settle(context, dialog.preview)
    assert "Hauptstraße 7" in page_text(pdf_of(dialog))
    dialog.purpose.setCurrentIndex(dialog.purpose.findData("delivery"))
    settle(context, dialog.preview)
    assert "Torgauer Straße 12 b" in page_text(pdf_of(dialog))


def test_one_sheet_again_notes_nothing_twice(context: Context, dialog: LabelsDialog, paper: PaperFile) -> None:
    dialog.which.setCurrentIndex(dialog.which.findData(2))
    settle(context, dialog.preview)
    assert dialog.print_button.text() == "Print sheet 2"
    assert page_count(pdf_of(dialog)) == 1
    assert "Customer 001" not in page_text(pdf_of(dialog))
    dialog.print_now()
    context.tasks.wait_idle()
    assert paper.opened == ["Laser"]
    assert printed(context.database) == {}
    assert value(context.database, "labels.next_free") == {}


def test_the_last_run_can_be_printed_again(
    qtbot: QtBot, context: Context, dialog: LabelsDialog, customers: list[int], paper: PaperFile
) -> None:
    dialog._on_clicked(7)
    dialog.print_now()
    context.tasks.wait_idle()
    other = LabelsDialog(context, customers[:1], printers=paper)
    keep(qtbot, other)
    other.begin()
    settle(context, other.preview)
    other.again_button.click()
    settle(context, other.preview)
    assert other.first.text() == "7"
    assert other.print_button.text() == "Print 30 labels"
    other.print_now()
    context.tasks.wait_idle()
    assert set(printed(context.database).values()) == {1}


def test_without_a_printer_words_and_a_pdf(
    qtbot: QtBot, context: Context, customers: list[int], tmp_path: Path, window: FakeWindow
) -> None:
    dialog = LabelsDialog(context, customers, printers=NoPrinters())
    keep(qtbot, dialog)
    dialog.begin()
    settle(context, dialog.preview)
    dialog.print_now()
    assert dialog.banner.message().startswith("No printer is set up on this computer.")
    assert dialog.isVisible()
    target = tmp_path / "labels.pdf"
    dialog.save_to(target, pdf_of(dialog), lambda path: dialog._finish(dialog._built, path.name))  # type: ignore[arg-type]  # it is built
    context.tasks.wait_idle()
    assert "Customer 030" in page_text(target, 2)
    assert printed(context.database) == dict.fromkeys(customers, 1)


def test_a_full_disk_keeps_the_dialog_open(context: Context, dialog: LabelsDialog, tmp_path: Path) -> None:
    dialog.save_to(tmp_path / "gone" / "labels.pdf", pdf_of(dialog), lambda _path: pytest.fail("saved"))
    context.tasks.wait_idle()
    assert "its folder does not exist" in dialog.banner.message()
    assert dialog.isVisible()
    assert dialog.print_button.isEnabled()


def test_each_printer_has_its_own_offset(qtbot: QtBot, context: Context, customers: list[int], tmp_path: Path) -> None:
    two = PaperFile(tmp_path / "paper.pdf", ("Laser", "Inkjet"))
    dialog = LabelsDialog(context, customers, printers=two)
    keep(qtbot, dialog)
    dialog.begin()
    settle(context, dialog.preview)
    before = text_boxes(pdf_of(dialog))[0]
    dialog.adjust()
    adjust = dialog.findChild(AdjustDialog)
    assert adjust is not None
    adjust.right.setValue(1.5)
    adjust.down.setValue(-2.0)
    adjust._take()
    settle(context, dialog.preview)
    after = text_boxes(pdf_of(dialog))[0]
    assert after.left - before.left == pytest.approx(1.5, abs=0.05)
    assert after.top - before.top == pytest.approx(-2.0, abs=0.05)
    assert value(context.database, "labels.offset") == {"Laser": {"right": 1.5, "down": -2.0, "scale": 1.0}}
    dialog.printer.setCurrentIndex(1)
    settle(context, dialog.preview)
    assert text_boxes(pdf_of(dialog))[0].left == pytest.approx(before.left, abs=0.05)


def test_the_ruler_page_is_printed_with_the_offset_on_trial(
    context: Context, dialog: LabelsDialog, paper: PaperFile
) -> None:
    dialog.adjust()
    adjust = dialog.findChild(AdjustDialog)
    assert adjust is not None
    adjust.ruler_button.click()
    context.tasks.wait_idle()
    assert page_count(paper.path) == 1
    assert dialog.isVisible()
    assert printed(context.database) == {}


def test_the_labels_are_made_in_another_thread(
    monkeypatch: pytest.MonkeyPatch, context: Context, dialog: LabelsDialog
) -> None:
    made: list[int] = []
    real = Recipients.of

    def of(source: Recipients, purpose: str, *, every_person: bool) -> object:
        made.append(threading.get_ident())
        return real(source, purpose, every_person=every_person)

    monkeypatch.setattr(Recipients, "of", of)
    dialog.refresh()
    context.tasks.wait_idle()
    assert made
    assert threading.get_ident() not in made


def test_choices_are_remembered_and_the_sheet_stays_white_in_the_dark(
    qtbot: QtBot, context: Context, dialog: LabelsDialog, customers: list[int], paper: PaperFile
) -> None:
    dialog.content.setCurrentIndex(dialog.content.findData("person"))
    dialog.sender_box.click()
    dialog.print_now()
    context.tasks.wait_idle()
    context.theme.set_mode("dark")
    again = LabelsDialog(context, customers, printers=paper)
    keep(qtbot, again)
    again.begin()
    settle(context, again.preview)
    assert again.content.currentData() == "person"
    assert again.sender_box.isChecked()
    shown = again.picture.grab().toImage()
    assert shown.pixelColor(again.picture.label_rect(20).center().toPoint()).lightness() > 150
    assert shown.pixelColor(again.picture.paper().topLeft().toPoint() + QPoint(4, 4)).name() == "#ffffff"


def test_it_speaks_german(qtbot: QtBot, context: Context, customers: list[int], paper: PaperFile) -> None:
    set_language("de")
    dialog = LabelsDialog(context, customers, printers=paper)
    keep(qtbot, dialog)
    dialog.begin()
    settle(context, dialog.preview)
    assert "63,5 × 33,9 mm" in dialog.sheet.currentText()


def test_a_small_screen_cuts_no_field(
    qtbot: QtBot, context: Context, customers: list[int], paper: PaperFile, theme: Theme
) -> None:
    theme.set_scale(1.5)
    dialog = LabelsDialog(context, customers, printers=paper)
    keep(qtbot, dialog)
    dialog.begin()
    settle(context, dialog.preview)
    dialog.resize(dialog.minimumSizeHint())
    settle(context, dialog.preview)
    area = dialog.findChild(FormArea)
    assert area is not None
    for part in (dialog.sheet, dialog.which, dialog.purpose):
        assert part.mapTo(area.viewport(), part.rect().topRight()).x() < area.viewport().width()
    assert dialog.print_button.geometry().right() < dialog.width()
