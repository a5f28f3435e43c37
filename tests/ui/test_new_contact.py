"""The form for a new contact (E 1–5, 7, 10, 11) and its keystrokes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from gcrm.errors import EnvironmentProblem
from gcrm.model.contact import Contact
from gcrm.services import contact as contacts
from gcrm.services import contact_list
from gcrm.services.verdicts import told_apart
from gcrm.ui import new_contact
from gcrm.ui.context import Context
from gcrm.ui.forms.new_contact_form import PersonName, looks_like_person, split_person
from gcrm.ui.forms.town_help import TownHelp
from gcrm.ui.new_contact import NewContactDialog, open_new_contact
from gcrm.ui.paste_address import PasteDialog
from gcrm.ui.widgets.combo import FilterCombo
from tests.ui.fake_window import FakeWindow
from tests.ui.office import Office

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard", extend=True)


@pytest.fixture(autouse=True)
def no_question(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer "Don't save" at the end of a test; a test that is about the question asks it itself."""
    monkeypatch.setattr(new_contact, "choose", lambda *given: 1)


@pytest.fixture
def form(context: Context, qtbot: QtBot) -> NewContactDialog:
    dialog = open_new_contact(context)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    qtbot.waitExposed(dialog)
    dialog.activateWindow()
    settle(context)
    return dialog


def settle(context: Context) -> None:
    for _round in range(6):
        context.tasks.wait_idle()
        QApplication.processEvents()


def focus() -> QLineEdit:
    widget = QApplication.focusWidget()
    assert isinstance(widget, QLineEdit)
    return widget


class Counter:
    """Presses keys and counts those that are no text."""

    def __init__(self) -> None:
        self.actions = 1  # Ctrl+N has opened the form

    def type(self, text: str) -> None:
        QTest.keyClicks(focus(), text)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.actions += 1
        QTest.keyClick(focus(), key, modifier)


def newest(office: Office) -> Contact:
    with office.database.read() as session:
        found = contact_list.ids(session, contact_list.ContactQuery())
    return contacts.load(office.database, max(found)).record


def test_a_company_is_on_file_in_six_actions(
    form: NewContactDialog, context: Context, office: Office, window: FakeWindow
) -> None:
    hand = Counter()
    for text in ("Ibsen Design", "Elbchaussee 9", "22763", "Hamburg"):
        hand.type(text)
        hand.press(Qt.Key.Key_Tab)
    hand.type("040 778899")
    hand.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(context)
    assert hand.actions <= 6
    made = newest(office)
    address = made.addresses[0]
    assert (made.name, made.kind, made.is_customer) == ("Ibsen Design", "organisation", True)
    assert (address.street, address.house_number, address.postcode, address.town, address.country) == (
        "Elbchaussee", "9", "22763", "Hamburg", "DE",
    )  # fmt: skip
    assert [(point.kind, point.value) for point in made.points] == [("phone", "040 778899")]
    assert window.calls == [("open_contact", made.id, "", False)]
    assert "Ibsen Design" in window.said[-1]
    assert form.isHidden()


def test_the_first_letter_lands_in_the_name_and_a_blank_too(form: NewContactDialog) -> None:
    QTest.keyClicks(focus(), "M uster")
    assert form.form.value("name") == "M uster"
    assert form.isVisible()


def test_without_a_name_nothing_is_saved_and_the_field_says_why(
    form: NewContactDialog, context: Context, office: Office
) -> None:
    before = newest(office).id
    form.form.fill({"town": "Leipzig"})
    form.form.focus("town")
    form.create_contact()
    settle(context)
    assert newest(office).id == before
    assert form.form.fields["name"].error() == "Enter the name of the company or the person."
    assert focus() is form.form.handle("name").widget


@pytest.mark.parametrize(
    ("text", "is_person"),
    [
        ("Anna Albrecht", True), ("Frau Weber", True), ("Dr. Ute Dahlmann", True), ("João da Silva", True),
        ("Anna Albrecht GmbH", False), ("Becker & Söhne", False), ("Ibsen Design", False), ("Anna", False),
        ("4711 Parfum", False), ("Albrecht Metallbau", False), ("Praxis Dahlmann", False),
    ],
)  # fmt: skip
def test_a_person_is_recognised(text: str, is_person: bool) -> None:
    assert looks_like_person(text) is is_person


def test_a_name_is_taken_apart() -> None:
    assert split_person("Frau Dr. Anna Albrecht") == PersonName("ms", "Dr.", "Anna", "Albrecht")
    assert split_person("Max von der Heide") == PersonName("mr", "", "Max", "von der Heide")
    assert split_person("Weber") == PersonName("", "", "", "Weber")


def test_the_fields_of_a_person_unfold_and_are_saved(form: NewContactDialog, context: Context, office: Office) -> None:
    assert not form.form.fields["first_name"].isVisible()
    QTest.keyClicks(focus(), "Frau Dr. Ute Dahlmann")
    assert form.form.fields["first_name"].isVisible()
    assert [form.form.value(name) for name in ("salutation", "title", "first_name", "last_name")] == [
        "ms", "Dr.", "Ute", "Dahlmann",
    ]  # fmt: skip
    form.create_contact()
    settle(context)
    made = newest(office)
    assert (made.kind, made.name, made.display_name, made.salutation) == ("person", "", "Dr. Ute Dahlmann", "ms")


def test_the_person_at_the_desk_has_the_last_word_on_what_it_is(form: NewContactDialog) -> None:
    QTest.keyClicks(focus(), "Anna Albrecht")
    assert form.is_person()
    form.kind_button.click()
    assert not form.is_person()
    QTest.keyClicks(focus(), "s Laden")
    assert not form.is_person()


def test_the_order_of_the_town_line_follows_the_country(form: NewContactDialog) -> None:
    def left_to_right() -> list[str]:
        QApplication.processEvents()
        shown = [name for name in ("postcode", "town", "region") if form.form.fields[name].isVisible()]
        return sorted(shown, key=lambda name: (form.form.fields[name].y(), form.form.fields[name].x()))

    assert left_to_right() == ["postcode", "town"]
    form.form.fill({"country": "US"})
    assert left_to_right() == ["town", "region", "postcode"]
    form.form.fill({"country": "GB"})
    assert left_to_right()[0] == "town"
    form.form.fill({"country": "PT"})
    assert left_to_right() == ["postcode", "town"]


def test_a_duplicate_is_shown_while_typing_and_stops_nobody(
    form: NewContactDialog, context: Context, window: FakeWindow, office: Office, qtbot: QtBot
) -> None:
    QTest.keyClicks(focus(), "Albrecht Metallbau")
    form.form.fill({"town": "Leipzig"})
    form.kind_button.click()
    assert form.is_person()
    form._look.start()
    qtbot.waitUntil(lambda: form.hint.isVisible())
    assert form.hint.sentence() == "Looks like an existing contact: Albrecht Metallbau GmbH, Leipzig"
    form.hint.button.click()
    assert window.calls == [("open_contact", office.albrecht, "", False)]
    assert form.isVisible()
    form.kind_button.click()
    form.hint.others_button.click()
    assert form.hint.sentence() == ""
    form.create_contact()
    settle(context)
    made = newest(office)
    assert made.name == "Albrecht Metallbau"
    with context.database.read() as session:
        assert told_apart(session) == {(office.albrecht, made.id)}


def test_unusual_values_are_said_below_the_field(form: NewContactDialog, context: Context, qtbot: QtBot) -> None:
    form.form.fill({"postcode": "0410", "phone": "0341 123456"})
    qtbot.waitUntil(lambda: form.form.fields["postcode"].said() != "")
    assert "looks like" in form.form.fields["postcode"].said()
    assert form.form.fields["phone"].said() == "+49 341 123456"


def test_cancel_on_an_untouched_form_never_asks(form: NewContactDialog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(new_contact, "choose", lambda *given: pytest.fail("asked"))
    form.cancel_button.click()
    assert form.isHidden()


@pytest.mark.parametrize(("answer", "is_open", "is_saved"), [(0, False, True), (1, False, False), (2, True, False)])
def test_cancel_on_a_touched_form_asks(
    form: NewContactDialog,
    context: Context,
    office: Office,
    monkeypatch: pytest.MonkeyPatch,
    answer: int,
    is_open: bool,
    is_saved: bool,
) -> None:
    asked: list[tuple[list[str], int]] = []

    def choose(parent: object, title: str, sentence: str, verbs: list[str], safe: int) -> int:
        asked.append((verbs, safe))
        return answer

    monkeypatch.setattr(new_contact, "choose", choose)
    QTest.keyClicks(focus(), "Ibsen Design")
    QTest.keyClick(focus(), Qt.Key.Key_Escape)
    settle(context)
    assert asked == [(["Save", "Don't save", "Keep editing"], 2)]
    assert form.isVisible() is is_open
    assert (newest(office).name == "Ibsen Design") is is_saved


def test_a_form_filled_by_a_call_is_untouched(context: Context, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(new_contact, "choose", lambda *given: pytest.fail("asked"))
    dialog = open_new_contact(context, {"phone": "+49301234567"})
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    assert dialog.form.value("phone") == "+49301234567"
    dialog.reject()
    assert dialog.isHidden()
    settle(context)


def test_a_failed_save_keeps_the_form_with_what_was_typed(
    form: NewContactDialog, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*given: object, **more: object) -> None:
        raise EnvironmentProblem("The disk is full; nothing was saved.")

    monkeypatch.setattr(contacts, "create", refuse)
    QTest.keyClicks(focus(), "Ibsen Design")
    form.create_contact()
    settle(context)
    assert form.isVisible()
    assert form.error_banner.message() == "The disk is full; nothing was saved."
    assert form.form.value("name") == "Ibsen Design"
    assert form.create_button.isEnabled()


SIGNATURE = """Anna Albrecht
Geschäftsführerin

Neue Stahlbau GmbH
Hauptstraße 7
04103 Leipzig
Tel. +49 341 123456-0
Mobil: 0171 5551234
Fax +49 341 123456-9
a.albrecht@stahlbau.example
Amtsgericht Leipzig HRB 1234"""


def test_a_pasted_signature_is_on_file_in_four_actions_with_every_line_kept(
    form: NewContactDialog, context: Context, office: Office
) -> None:
    data = QMimeData()
    data.setText(SIGNATURE)
    QGuiApplication.clipboard().setMimeData(data)
    form.paste_button.click()
    settle(context)
    dialog = form.findChildren(PasteDialog)[0]
    dialog.accept()
    settle(context)
    assert form.form.value("name") == "Neue Stahlbau GmbH"
    assert form.form.value("person") == "Anna Albrecht"
    form.create_contact()
    settle(context)
    made = newest(office)
    assert (made.name, made.addresses[0].town) == ("Neue Stahlbau GmbH", "Leipzig")
    assert {point.kind for point in made.points} == {"phone", "mobile", "fax", "email"}
    assert [(link.person.full_name, link.function) for link in made.persons] == [("Anna Albrecht", "Geschäftsführerin")]
    assert "HRB 1234" in made.notes
    QGuiApplication.clipboard().clear()


def test_several_lines_pasted_into_the_name_open_the_same_window(form: NewContactDialog, context: Context) -> None:
    QGuiApplication.clipboard().setText(SIGNATURE)
    QTest.keyClick(focus(), Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    settle(context)
    dialog = form.findChildren(PasteDialog)[0]
    assert dialog.edit.toPlainText() == SIGNATURE
    assert form.form.value("name") == ""
    dialog.reject()
    QGuiApplication.clipboard().clear()


def test_a_postcode_fills_an_empty_town_and_nothing_that_was_typed(form: NewContactDialog, context: Context) -> None:
    postcode, town = form.form.handle("postcode").widget, form.form.handle("town").widget
    assert isinstance(town, QLineEdit)

    def type_postcode(text: str) -> None:
        form.form.focus("postcode")
        QTest.keyClicks(postcode, text)
        form.findChildren(TownHelp)[0].look_now()
        settle(context)

    type_postcode("04103")  # an address of the office says where that is
    assert town.text() == "Leipzig"
    type_postcode("50667")
    assert town.text() == "Köln"
    town.undo()
    assert town.text() != "Köln"
    form.form.focus("town")
    QTest.keyClicks(town, "Deutz")
    type_postcode("04103")
    assert town.text() == "Deutz"
    town.clear()
    type_postcode("1010")
    assert town.text() == ""
    country = form.form.handle("country").widget
    assert isinstance(country, FilterCombo)
    country.setCurrentIndex(country.findData("AT"))
    country.activated.emit(country.currentIndex())
    form.findChildren(TownHelp)[0].look_now()
    settle(context)
    assert town.text() == "Wien", "the country was chosen last, as it stands last"
