"""The window of privacy: permissions are recorded, and erasing waits for the word to be typed."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from shiboken6 import isValid
from sqlalchemy import select

from gcrm.errors import UserError
from gcrm.model.change import Change
from gcrm.services import attachment, contact
from gcrm.services.personal_data.belongings import Subject
from gcrm.services.personal_data.consents import statements
from gcrm.services.personal_data.erase import erase
from gcrm.services.showing import show_date
from gcrm.ui.beside import BesideWindow
from gcrm.ui.contacts_section import ContactsSection
from gcrm.ui.context import Context
from gcrm.ui.privacy.dialog import ERASE, KEPT, PERMISSIONS, PrivacyDialog
from gcrm.ui.trash import PutAwayDialog
from tests.ui import turning
from tests.ui.office import Office


def settle(context: Context) -> None:
    for _turn in range(3):
        context.tasks.wait_idle()


def opened(context: Context, contact_id: int, page: int = KEPT) -> PrivacyDialog:
    dialog = PrivacyDialog(context, contact_id)
    dialog.show()
    settle(context)
    dialog.tabs.setCurrentIndex(page)
    settle(context)
    return dialog


def test_what_is_kept_is_shown_of_the_contact_and_of_a_person(context: Context, office: Office, tmp_path: Path) -> None:
    dialog = opened(context, office.albrecht)
    assert "Torgauer Straße" in dialog.kept.browser.toPlainText()
    dialog.kept.save_to(tmp_path / "answer.zip")
    settle(context)
    assert (tmp_path / "answer.zip").exists()
    dialog.about.setCurrentIndex(1)
    settle(context)
    told = dialog.kept.browser.toPlainText()
    assert "Anna" in told
    assert "Torgauer Straße" not in told


def test_a_statement_is_recorded(context: Context, office: Office) -> None:
    dialog = opened(context, office.becker, PERMISSIONS)
    page = dialog.permissions
    page.channel.setCurrentIndex(page.channel.findData("phone"))
    page.is_allowed.setCurrentIndex(page.is_allowed.findData(False))
    page.wording.setPlainText("Do not call me.")
    page.record_button.click()
    settle(context)
    with context.database.read() as session:
        said = [(each.channel, each.what, each.wording) for each in statements(session, office.becker)]
    assert said == [("phone", "Refused", "Do not call me.")]
    assert page.list.count() == 1


def test_what_the_law_wants_kept_is_listed_with_its_last_day(context: Context, office: Office, qtbot: QtBot) -> None:
    attachment.attach_bytes(context.database, b"Offer", "Offer.txt", contact_id=office.albrecht)
    done = erase(context.database, Subject("contact", office.albrecht))
    listed = PutAwayDialog(context, "restricted")
    qtbot.addWidget(listed)
    settle(context)
    listed.model.index(0, 0).data()  # rows are read when they are looked at
    turning.settle(context)
    assert done.kept_until is not None
    row = [listed.model.index(0, column).data() for column in range(listed.model.columnCount())]
    assert row == ["Albrecht Metallbau GmbH", "10001", "Leipzig", show_date(done.kept_until)]
    section = ContactsSection(context)
    qtbot.addWidget(section)
    for contact_id, is_shut in ((office.albrecht, True), (office.becker, False)):
        section.page.show_contact(contact_id)
        section.rail.show_contact(contact_id)
        turning.settle(context)
        assert section.rail.box.text.isReadOnly() is is_shut
        assert ("was erased" in section.rail.box.hint.full_text()) is is_shut
    beside = BesideWindow(context, office.albrecht, "Albrecht")
    turning.settle(context)
    assert beside.rail.box.text.isReadOnly()
    beside.close()


def test_erasing_waits_for_the_word_and_takes_what_is_released(context: Context, office: Office) -> None:
    attachment.attach_bytes(context.database, b"Offer", "Offer.txt", contact_id=office.albrecht)
    for notes in ("Buys at Albrecht Metallbau GmbH", "Buys elsewhere"):
        loaded = contact.load(context.database, office.becker)
        loaded.record.notes = notes
        contact.save(context.database, loaded)
    dialog = opened(context, office.albrecht, ERASE)
    page = dialog.erasing
    assert not page.erase_button.isEnabled()
    assert "Buys at Albrecht" in page.former.item(0).text()
    page.former.setCurrentRow(0)
    page.former_button.click()
    assert page.papers.count() == 1
    page.turn_button.click()
    assert page.turn_button.text() == "Keep this after all"
    page.word.setText("10001")
    page.erase_button.click()
    settle(context)
    assert dialog.title.full_text() == "Personal data erased"
    assert dialog.tabs.isHidden()
    with context.database.read() as session:
        told = session.scalars(select(Change.new).where(Change.record_id == office.becker))
        assert "Buys at" not in "".join(filter(None, told))
    with pytest.raises(UserError, match="does not exist any more"):
        contact.load(context.database, office.albrecht)


def test_a_statement_that_was_typed_is_not_lost(
    context: Context, office: Office, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = opened(context, office.becker, PERMISSIONS)
    answers = [1, 0]
    monkeypatch.setattr("gcrm.ui.privacy.dialog.choose", lambda *_args, **_more: answers.pop(0))
    window.permissions.wording.setPlainText("Write to me.")
    QTest.keyClick(window.permissions.wording, Qt.Key.Key_Escape)
    assert window.isVisible()
    window.close()
    qtbot.waitUntil(lambda: not isValid(window))
    assert answers == []


def test_a_day_that_cannot_be_read_erases_nobody(context: Context, office: Office) -> None:
    window = opened(context, office.becker, ERASE)
    page = window.erasing
    assert page._plan is not None
    page.word.setText(page._plan.word)
    page.asked_on.setText("31.2.")
    page.erase_button.click()
    settle(context)
    assert page.asked_on.has_error()
    with context.database.read() as session:
        assert contact.read(session, office.becker).restricted_until is None
    window.close()


def test_who_is_erasing_is_told_what_came_of_it(
    context: Context, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, may_end = opened(context, office.becker, ERASE), Event()
    monkeypatch.setattr(
        "gcrm.ui.privacy.erase_page.erase", lambda *args, **more: may_end.wait(10) and erase(*args, **more)
    )
    page = window.erasing
    assert page._plan is not None
    page.word.setText(page._plan.word)
    page.erase_button.click()
    assert not page.erase_button.isEnabled()
    window.close()
    assert window.isVisible()
    may_end.set()
    settle(context)
    assert window.title.full_text() == "Personal data erased"
    window.close()
