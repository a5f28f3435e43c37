"""Two people change the same field: both values, who it was, and a choice for each (E 54)."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox, QRadioButton
from pytestqt.qtbot import QtBot

from gcrm.model.contact import Contact
from gcrm.services import contact as contacts
from gcrm.services.opening import open_office
from gcrm.ui.conflict import ConflictDialog
from gcrm.ui.contact import ContactPage
from gcrm.ui.contact.value_row import ValueRow
from gcrm.ui.context import Context
from tests.ui.office import Office


def settle(context: Context) -> None:
    for _round in range(6):
        context.tasks.wait_idle()
        QApplication.processEvents()


def row_of(page: ContactPage, end: str) -> ValueRow:
    return next(row for row in page.findChildren(ValueRow) if row.spec.key.endswith(end) and row.isVisible())


@pytest.fixture
def page(context: Context, office: Office, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> ContactPage:
    """Show a contact, and hear nothing of what others do: as if their change came in the same moment."""
    shown = ContactPage(context)
    qtbot.addWidget(shown)
    shown.show_contact(office.albrecht)
    qtbot.waitExposed(shown)
    shown.show()
    shown.activateWindow()
    settle(context)
    context.feed.changed.disconnect(shown._on_changed)
    return shown


def change_as_bruno(office: Office, terms: str, number: str = "") -> None:
    bruno = open_office(str(office.database.path), user="Bruno")
    loaded = contacts.load(bruno, office.albrecht)
    loaded.record.payment_terms = terms
    if number:
        loaded.record.points[0].value = number
    contacts.save(bruno, loaded)
    bruno.close()


def edit(page: ContactPage, end: str, text: str) -> ValueRow:
    row = row_of(page, end)
    QTest.mouseClick(row.view, Qt.MouseButton.LeftButton)
    editor = QApplication.focusWidget()
    assert isinstance(editor, QLineEdit)
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    return row


def asked() -> ConflictDialog:
    found = [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, ConflictDialog)]
    dialogs = [dialog for dialog in found if dialog.isVisible()]
    assert len(dialogs) == 1
    return dialogs[0]


def stored(office: Office) -> Contact:
    return contacts.load(office.database, office.albrecht).record


def test_both_values_and_the_name_are_shown(page: ContactPage, context: Context, office: Office) -> None:
    change_as_bruno(office, "at once")
    row = edit(page, ":payment_terms", "60 days")
    settle(context)
    dialog = asked()
    choices = {button.text(): button.accessibleName() for button in dialog.findChildren(QRadioButton)}
    assert choices == {"60 days": "Payment terms, Mine: 60 days", "at once": "Payment terms, Bruno: at once"}
    assert stored(office).payment_terms == "at once"
    dialog.reject()
    settle(context)
    assert row.is_editing()
    assert row.values() == ["60 days"]


@pytest.mark.parametrize(("mine", "kept"), [(True, "60 days"), (False, "at once")])
def test_what_was_chosen_stays(page: ContactPage, context: Context, office: Office, mine: bool, kept: str) -> None:
    change_as_bruno(office, "at once")
    row = edit(page, ":payment_terms", "60 days")
    settle(context)
    dialog = asked()
    dialog.choose(0, mine)
    dialog.accept()
    settle(context)
    assert stored(office).payment_terms == kept
    assert not row.is_editing()
    assert row_of(page, ":payment_terms").view.shown() == kept


def test_different_fields_both_win_without_a_question(page: ContactPage, context: Context, office: Office) -> None:
    change_as_bruno(office, "at once")
    edit(page, ":price_group", "Retail")
    settle(context)
    assert (stored(office).payment_terms, stored(office).price_group) == ("at once", "Retail")


def test_a_number_that_two_people_changed_is_asked_about_too(
    page: ContactPage, context: Context, office: Office
) -> None:
    change_as_bruno(office, "14 days 2 %, 30 days net", "+49 341 55")
    first = stored(office).points[0].id
    row = row_of(page, f"contact_point:{first}:value")
    QTest.mouseClick(row.view, Qt.MouseButton.LeftButton)
    editor = QApplication.focusWidget()
    assert isinstance(editor, QLineEdit)
    QTest.keyClicks(editor, "+49 341 77")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    settle(context)
    asked().accept()
    settle(context)
    assert stored(office).points[0].value == "+49 341 77"


def trash_as_bruno(office: Office) -> None:
    bruno = open_office(str(office.database.path), user="Bruno")
    contacts.trash(bruno, [office.albrecht])
    bruno.close()


def asked_about_the_trash() -> QMessageBox:
    found = [w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox) and w.isVisible()]
    assert len(found) == 1
    assert found[0].text() == "Bruno moved this contact to the trash. Restore it to save what you typed."
    return found[0]


@pytest.mark.parametrize("is_known", [False, True])
def test_an_edit_of_a_contact_in_the_trash_offers_to_restore_it(
    page: ContactPage, context: Context, office: Office, is_known: bool
) -> None:
    trash_as_bruno(office)
    if is_known:
        page.show_contact(office.albrecht)
        page._load()
        settle(context)
    row = edit(page, ":payment_terms", "60 days")
    settle(context)
    box = asked_about_the_trash()
    assert stored(office).payment_terms != "60 days"
    next(button for button in box.buttons() if button.text() == "Restore and save").click()
    settle(context)
    assert (stored(office).payment_terms, stored(office).deleted_at) == ("60 days", None)
    assert not row.is_editing()


def test_what_was_typed_into_a_contact_in_the_trash_stays_in_its_field(
    page: ContactPage, context: Context, office: Office
) -> None:
    trash_as_bruno(office)
    row = edit(page, ":payment_terms", "60 days")
    settle(context)
    QTest.keyClick(asked_about_the_trash(), Qt.Key.Key_Escape)
    settle(context)
    assert row.is_editing()
    assert row.values() == ["60 days"]
    assert stored(office).payment_terms != "60 days"
    assert stored(office).deleted_at is not None
