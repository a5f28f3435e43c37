"""The record page: what it shows, how it follows changes, and editing in place (E 8, 9, 53)."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import event

from gcrm.errors import EnvironmentProblem
from gcrm.model.contact import Contact
from gcrm.services import activity, attachment, contact_page, undo
from gcrm.services import contact as contacts
from gcrm.services.opening import open_office
from gcrm.ui.widgets.chip import Chip
from gcrm.ui.widgets.combo import FilterCombo
from gcrm.ui.widgets.safe import PlainLabel
from tests.ui.contact.conftest import Hands
from tests.ui.fake_window import FakeWindow

# The list of a choice opens while one types.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard", extend=True)


def chips(hands: Hands) -> list[str]:
    return [chip.full_text() for chip in hands.page.header.findChildren(Chip) if chip.isVisible()]


def test_the_page_shows_what_a_call_needs(hands: Hands) -> None:
    assert hands.text("contact:1:name") == "Albrecht Metallbau GmbH"
    assert hands.text(":street") == "Hauptstraße 7"
    assert hands.text(":postcode") == "04103 Leipzig"
    assert hands.text(":payment_terms") == "14 days 2 %, 30 days net"
    assert chips(hands)[1:3] == ["Priority A", "1 follow-up overdue"]
    assert chips(hands)[0].startswith("Customer 1")
    assert [hands.page.bar.tabText(i) for i in range(3)] == ["Overview", "People 3", "Bank && terms"]
    figures = [card._value.full_text() for card in hands.page.overview.figures]
    assert figures == ["1", "1", "2", "Today"]


def test_a_number_typed_the_local_way_has_its_international_form_beside_it(hands: Hands) -> None:
    rows = {row.view.shown(): row.spec.note for row in hands.page.overview.reach.rows.rows()}
    assert rows["0171 5551234"] == "+49 171 5551234"
    assert rows["+49 341 123456-0"] == ""


def test_enter_saves_a_field_and_says_so_with_undo(hands: Hands, window: FakeWindow) -> None:
    editor = hands.open(":payment_terms")
    assert isinstance(editor, QLineEdit)
    assert editor.selectedText() == "14 days 2 %, 30 days net"
    hands.type("at once")
    hands.press(Qt.Key.Key_Return)
    hands.settle()
    assert hands.stored().payment_terms == "at once"
    assert hands.text(":payment_terms") == "at once"
    assert not hands.row(":payment_terms").is_editing()
    assert "Contact “Albrecht Metallbau GmbH” changed" in window.said[-1]
    undo.undo_last(hands.office.database)
    hands.settle()
    assert hands.text(":payment_terms") == "14 days 2 %, 30 days net"


def test_escape_gives_the_former_value_back(hands: Hands) -> None:
    hands.open(":payment_terms")
    hands.type("never")
    hands.press(Qt.Key.Key_Escape)
    hands.settle()
    assert hands.text(":payment_terms") == "14 days 2 %, 30 days net"
    assert hands.stored().payment_terms == "14 days 2 %, 30 days net"
    assert hands.focus() is hands.row(":payment_terms").view


def test_leaving_a_field_saves_it(hands: Hands) -> None:
    hands.open(":payment_terms")
    hands.type("30 days")
    hands.row("contact:1:name").view.setFocus()
    hands.settle()
    assert hands.stored().payment_terms == "30 days"


def test_tab_saves_and_goes_on_to_the_next_field(hands: Hands) -> None:
    hands.open(":payment_terms")
    hands.type("30 days")
    hands.press(Qt.Key.Key_Tab)
    hands.settle()
    assert hands.stored().payment_terms == "30 days"
    assert hands.row(":price_group").is_editing()
    assert not hands.row(":payment_terms").is_editing()
    hands.press(Qt.Key.Key_Backtab)
    hands.settle()
    assert hands.row(":payment_terms").is_editing()


def test_f2_and_enter_open_the_editor_of_the_value_in_focus(hands: Hands) -> None:
    for key in (Qt.Key.Key_F2, Qt.Key.Key_Return):
        hands.row(":vat_number").view.setFocus()
        hands.press(key)
        assert hands.row(":vat_number").is_editing()
        hands.press(Qt.Key.Key_Escape)


def test_the_pencil_shows_all_fields_and_begins_with_the_first(hands: Hands) -> None:
    card = hands.page.overview.terms
    before = len(card.rows.rows())
    assert card.edit_button is not None
    card.edit_button.click()
    rows = card.rows.rows()
    assert len(rows) > before
    assert rows[0].is_editing()
    hands.press(Qt.Key.Key_Escape, Qt.Key.Key_Escape)
    assert len(card.rows.rows()) == before


def test_nothing_is_written_when_nothing_was_changed(hands: Hands, window: FakeWindow) -> None:
    hands.open(":payment_terms")
    hands.press(Qt.Key.Key_Return)
    hands.settle()
    assert window.said == []


def test_a_change_of_somebody_else_is_shown_and_leaves_the_open_editor_alone(hands: Hands) -> None:
    hands.open(":payment_terms")
    hands.type("my own")

    def change(contact: Contact) -> None:
        contact.price_group = "Retail"
        contact.payment_terms = "theirs"

    hands.elsewhere(change)
    hands.settle()
    assert hands.text(":price_group") == "Retail"
    focus = hands.focus()
    assert isinstance(focus, QLineEdit)
    assert focus.text() == "my own"


def test_a_failed_save_keeps_the_editor_open_with_what_was_typed(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object, **more: object) -> None:
        raise EnvironmentProblem("The disk is full; nothing was saved.")

    hands.open(":payment_terms")
    hands.type("not lost")
    monkeypatch.setattr(contacts, "save", refuse)
    hands.press(Qt.Key.Key_Return)
    hands.settle()
    row = hands.row(":payment_terms")
    assert row.is_editing()
    assert row.values() == ["not lost"]
    assert row._hint.full_text() == "The disk is full; nothing was saved."


def test_another_contact_saves_the_open_editor_first(hands: Hands) -> None:
    hands.open(":payment_terms")
    hands.type("kept")
    hands.page.show_contact(hands.office.becker)
    hands.settle()
    assert contacts.load(hands.office.database, hands.office.albrecht).record.payment_terms == "kept"
    assert hands.page.contact_id() == hands.office.becker
    assert hands.text("contact:2:name") == "Becker & Söhne <b>KG</b>"


def test_an_overtaken_contact_is_never_shown(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[int] = []
    original = hands.page._show

    def spy(view: contact_page.ContactView) -> None:
        shown.append(view.contact.id)
        original(view)

    monkeypatch.setattr(hands.page, "_show", spy)
    for contact in (hands.office.becker, hands.office.cardoso, hands.office.becker):
        hands.page.show_contact(contact)
    hands.settle()
    assert shown == [hands.office.becker]


def test_a_choice_is_edited_with_a_list(hands: Hands) -> None:
    editor = hands.open("contact:1:priority")
    assert isinstance(editor, FilterCombo)
    hands.type("B")
    hands.press(Qt.Key.Key_Return)
    hands.settle()
    assert hands.stored().priority == "B"


def test_the_company_name_is_edited_in_the_title(hands: Hands) -> None:
    hands.edit("contact:1:name", "Albrecht Stahlbau GmbH")
    assert hands.stored().name == "Albrecht Stahlbau GmbH"
    hands.open("contact:1:name")
    QTest.keyClick(hands.focus(), Qt.Key.Key_Backspace)
    hands.press(Qt.Key.Key_Return)
    hands.settle()
    assert hands.row("contact:1:name").is_editing()
    assert "Enter the name" in hands.row("contact:1:name")._hint.full_text()


def test_the_record_is_read_in_four_round_trips_at_most(hands: Hands) -> None:
    database = hands.office.database
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    contact_page.view(database, hands.office.albrecht)
    assert len(statements) <= 4


def test_narrow_pages_have_icons_and_one_column(hands: Hands) -> None:
    page = hands.page
    page.resize(1000, 800)
    hands.settle()
    assert page.header.call.wide.isVisible()
    page.resize(600, 800)
    hands.settle()
    assert page.header.call.narrow.isVisible()
    assert not page.header.call.wide.isVisible()
    assert page.overview.address.x() == page.overview.reach.x()
    assert page.overview.figures[0].y() < page.overview.figures[2].y()


def test_a_contact_that_is_gone_says_so(hands: Hands) -> None:
    contacts.trash(hands.office.database, [hands.office.becker])
    contacts.purge(hands.office.database, [hands.office.becker])
    hands.page.show_contact(hands.office.becker)
    hands.settle()
    assert hands.page.empty.isVisible()
    assert "does not exist" in hands.page.empty.sentence.full_text()


def test_the_chronicle_comes_and_goes_as_the_first_tab(hands: Hands, qtbot: QtBot) -> None:
    page, rail = hands.page, QWidget()
    qtbot.addWidget(rail)
    page.open_tab("terms")
    page.add_chronicle_tab(rail)
    page.add_chronicle_tab(rail)
    assert page.bar.tabText(0) == "Chronicle"
    assert page.bar.tabData(page.bar.currentIndex()) == "terms"
    page.open_tab("chronicle")
    assert rail.isVisible()
    page.remove_chronicle_tab()
    hands.settle()
    assert page.bar.tabText(0) == "Overview"
    assert page._tab == page.bar.tabData(page.bar.currentIndex()) == "overview"
    assert page.overview.isVisible()


def test_the_page_tells_nothing_of_the_private_activities_of_others(hands: Hands) -> None:
    tabs, page = [hands.page.bar.tabText(i) for i in range(hands.page.bar.count())], hands.page
    address = hands.office.database.url.render_as_string(hide_password=False)
    bea = open_office(address, user="bea")
    made = activity.log(bea, hands.office.albrecht, "SECRET salary talk", is_private=True)
    attachment.attach_bytes(bea, b"secret", "SECRET.txt", activity_id=made)
    bea.close()
    page.show_contact(hands.office.albrecht)
    hands.settle()
    assert [page.bar.tabText(i) for i in range(page.bar.count())] == tabs
    for key in ("files", "history"):
        page.open_tab(key)
        hands.settle()
        texts = [label.full_text() for label in page.findChildren(PlainLabel) if label.isVisible()]
        assert texts
        assert not [text for text in texts if "SECRET" in text]
