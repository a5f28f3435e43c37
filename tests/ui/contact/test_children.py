"""Adding, changing and removing what hangs on a contact: addresses, numbers, persons, accounts, permissions, fields."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt

from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson
from gcrm.model.custom_field import CustomField
from gcrm.services import contact as contacts
from gcrm.services import undo
from gcrm.services.unit_of_work import unit_of_work
from gcrm.ui.contact.reach_rows import guess_kind
from gcrm.ui.contact.rows import RowCommand
from gcrm.ui.contact_picker import ContactPicker
from gcrm.ui.forms.town_help import TownHelp
from gcrm.ui.widgets.button import Button
from tests.ui.contact.conftest import Hands
from tests.ui.fake_window import FakeWindow

# The list of a choice opens while one types.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard", extend=True)


def command(hands: Hands, end: str, text: str) -> None:
    found: list[RowCommand] = [entry for entry in hands.row(end).spec.commands if entry.text == text]
    assert found, [entry.text for entry in hands.row(end).spec.commands]
    found[0].run()
    hands.settle()


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("anna@albrecht.example", "email"), ("www.albrecht.example", "web"), ("albrecht.example/de", "web"),
        ("0171 5551234", "mobile"), ("+49 171 5551234", "mobile"), ("+49 341 1234", "phone"), ("0341/1234", "phone"),
        ("+351 912 345 678", "mobile"),
    ],
)  # fmt: skip
def test_the_kind_of_a_number_is_guessed(value: str, kind: str, hands: Hands) -> None:
    assert guess_kind(value, hands.office.database.home) == kind


def test_a_new_number_begins_in_its_value(hands: Hands) -> None:
    hands.page.overview.reach.add_button.click()
    assert hands.focus() is hands.row("new:point:0")._handles[1].widget
    hands.type("anna@albrecht.example")
    hands.press(Qt.Key.Key_Return)
    hands.settle()
    added = [point for point in hands.stored().points if point.value == "anna@albrecht.example"]
    assert [point.kind for point in added] == ["email"]
    assert all(not row.spec.key.startswith("new:") for row in hands.page.overview.reach.rows.rows())


def test_a_new_number_that_was_not_typed_leaves_nothing(hands: Hands) -> None:
    hands.page.overview.reach.add_button.click()
    hands.press(Qt.Key.Key_Escape)
    hands.settle()
    assert len(hands.stored().points) == 4
    assert len(hands.page.overview.reach.rows.rows()) == 4


def test_a_number_is_removed_without_a_question_and_comes_back_by_undo(hands: Hands) -> None:
    key = next(row.spec.key for row in hands.page.overview.reach.rows.rows() if "0171" in row.spec.text)
    command(hands, key, "Remove")
    assert len(hands.stored().points) == 3
    undo.undo_last(hands.office.database)
    hands.settle()
    assert len(hands.stored().points) == 4


def test_the_last_chosen_default_wins(hands: Hands) -> None:
    second = next(link for link in hands.stored().persons if link.person.first_name == "Jörg")
    command(hands, f"contact_person:{second.id}:all", "Make default")
    assert [link.person.first_name for link in hands.stored().persons if link.is_default] == ["Jörg"]


def test_a_changed_address_asks_and_corrected_writes_over_it(hands: Hands) -> None:
    strip = hands.page.overview.address.strip
    assert strip.isHidden()
    hands.edit(":street", "Hauptstraße 9")
    assert strip.isVisible()
    assert hands.stored().addresses[0].house_number == "7"
    assert hands.focus() is strip.corrected
    hands.press(Qt.Key.Key_Return)
    hands.settle()
    assert strip.isHidden()
    first = hands.stored().addresses[0]
    assert (first.street, first.house_number) == ("Hauptstraße", "9")
    assert len(hands.stored().addresses) == 2


def test_a_move_keeps_the_former_address_with_its_dates(hands: Hands) -> None:
    hands.edit(":street", "Ring 1")
    strip = hands.page.overview.address.strip
    strip.day.set_value(date(2026, 2, 1))
    strip.moved.click()
    hands.settle()
    former, _delivery, fresh = hands.stored().addresses
    assert (former.street, former.until_on, former.is_default) == ("Hauptstraße", date(2026, 1, 31), False)
    assert (fresh.street, fresh.town, fresh.from_on, fresh.is_default) == ("Ring", "Leipzig", date(2026, 2, 1), True)
    assert hands.text(f"address:{fresh.id}:street") == "Ring 1"
    assert hands.text(f"address:{former.id}:past") == "Hauptstraße 7, 04103 Leipzig"


def test_a_move_to_come_waits_for_its_day(hands: Hands) -> None:
    hands.edit(":street", "Ring 1")
    strip = hands.page.overview.address.strip
    strip.day.set_value(date.today() + timedelta(days=60))
    strip.moved.click()
    hands.settle()
    now, _delivery, fresh = hands.stored().addresses
    assert (now.is_default, now.is_present(), fresh.is_coming()) == (True, True, True)
    assert hands.text(f"address:{now.id}:street") == "Hauptstraße 7"
    assert hands.row(f"address:{now.id}:street").spec.note.startswith("until ")
    assert hands.row(f"address:{fresh.id}:all").spec.note.startswith("from ")


def test_the_default_address_is_protected_in_a_sentence_and_the_only_one_can_go(hands: Hands) -> None:
    postal, delivery = (address.id for address in hands.stored().addresses)
    command(hands, f"address:{postal}:street", "Remove")
    problem = hands.page.overview.address.problem
    assert problem.isVisible()
    assert "Choose another default first" in problem.full_text()
    command(hands, f"address:{delivery}:all", "Remove")
    assert problem.isHidden()
    command(hands, f"address:{postal}:street", "Remove")
    assert hands.stored().addresses == []
    undo.undo_last(hands.office.database)
    assert len(hands.stored().addresses) == 1


def test_the_default_person_is_protected_in_a_sentence(hands: Hands) -> None:
    first = next(link for link in hands.stored().persons if link.is_default)
    command(hands, f"contact_person:{first.id}:all", "Remove person")
    window = hands.context.window
    assert isinstance(window, FakeWindow)
    assert [error.sentence for error in window.errors] == ["This is the default person. Choose another default first."]
    assert len(hands.stored().persons) == 3


def test_with_all_fields_every_address_has_a_heading_with_its_purpose(hands: Hands) -> None:
    card = hands.page.overview.address
    assert not any(row.spec.is_heading for row in card.rows.rows())
    card.toggle()
    hands.settle()
    heads = [row for row in card.rows.rows() if row.spec.is_heading]
    assert hands.row(":street").is_editing()
    assert [row.spec.label for row in heads] == ["Postal", "Delivery"]
    hands.edit(heads[1].spec.key, "Invoice")
    assert [address.purpose for address in hands.stored().addresses] == ["postal", "invoice"]


def test_use_and_label_of_a_number_are_typed_and_edited_in_place(hands: Hands) -> None:
    hands.page.overview.reach.add_button.click()
    hands.type("0341 777")
    hands.press(Qt.Key.Key_Tab)
    hands.type("Home")
    hands.press(Qt.Key.Key_Tab)
    hands.type("Garden")
    hands.press(Qt.Key.Key_Return)
    hands.settle()
    added = hands.stored().points[-1]
    assert (added.kind, added.value, added.purpose, added.label) == ("phone", "0341 777", "home", "Garden")
    row = f"contact_point:{added.id}:value"
    assert hands.row(row).spec.note.startswith("Home · ")
    hands.open(row)
    hands.press(Qt.Key.Key_Tab, Qt.Key.Key_Tab)
    hands.type("Workshop")
    hands.press(Qt.Key.Key_Return)
    hands.settle()
    assert hands.stored().points[-1].label == "Workshop"


def test_an_emptied_number_is_none_and_a_taken_one_is_refused_at_its_row(hands: Hands) -> None:
    hands.page.overview.details.toggle()
    hands.settle()
    hands.edit("contact:1:number", "10002")
    row = hands.row("contact:1:number")
    assert row.is_editing()
    assert row._hint.full_text() == "The number 10002 belongs to Becker & Söhne <b>KG</b>."
    hands.press(Qt.Key.Key_Escape)
    hands.open("contact:1:number")
    hands.press(Qt.Key.Key_Delete, Qt.Key.Key_Return)
    hands.settle()
    assert hands.stored().number is None


def test_leaving_the_card_counts_as_corrected(hands: Hands) -> None:
    hands.edit(":street", "Hauptstraße 11")
    hands.row(":payment_terms").view.setFocus()
    hands.settle()
    assert hands.stored().addresses[0].house_number == "11"


def test_giving_up_shows_the_address_as_it_was(hands: Hands) -> None:
    hands.edit(":street", "Hauptstraße 12")
    hands.page.overview.address.strip.give_up.click()
    hands.settle()
    assert hands.text(":street") == "Hauptstraße 7"
    assert hands.stored().addresses[0].house_number == "7"


def test_postcode_and_town_are_edited_in_the_order_of_the_country(hands: Hands) -> None:
    hands.open(":postcode")
    assert [handle.entry.name for handle in hands.row(":postcode")._handles] == ["postcode", "town"]
    hands.press(Qt.Key.Key_Escape)

    def to_america(contact: Contact) -> None:
        contact.addresses[0].country = "US"
        contact.addresses[0].region = "NY"

    hands.elsewhere(to_america)
    hands.settle()
    assert hands.text(":town") == "Leipzig, NY 04103"


def test_the_postcode_of_a_new_address_fills_in_its_town(hands: Hands) -> None:
    hands.page.overview.address.add_new()
    hands.type("Dom 1")
    hands.press(Qt.Key.Key_Tab)
    hands.type("50667")  # the address of another contact says where that is
    next(iter(hands.page.findChildren(TownHelp))).look_now()
    hands.settle()
    hands.press(Qt.Key.Key_Return)
    hands.settle()
    assert (hands.stored().addresses[-1].postcode, hands.stored().addresses[-1].town) == ("50667", "Köln")


def test_a_second_address_is_added_in_one_line(hands: Hands) -> None:
    hands.page.overview.address.add_new()
    hands.type("Am Hafen 3")
    hands.press(Qt.Key.Key_Tab)
    hands.type("20457")
    hands.press(Qt.Key.Key_Tab)
    hands.type("Hamburg")
    hands.press(Qt.Key.Key_Tab)
    assert hands.row("new:address").values()[-1] == "delivery"
    hands.type("Invoice")
    hands.press(Qt.Key.Key_Return)
    hands.settle()
    last = hands.stored().addresses[-1]
    assert (last.street, last.house_number, last.postcode, last.town, last.purpose) == (
        "Am Hafen", "3", "20457", "Hamburg", "invoice",
    )  # fmt: skip


def test_a_person_is_added_with_a_salutation_and_an_own_number(hands: Hands) -> None:
    hands.page._open_person(0)
    hands.settle()
    hands.type("Susanne")
    hands.press(Qt.Key.Key_Tab)
    hands.type("Weber")
    hands.press(Qt.Key.Key_Tab)
    hands.type("Sales")
    hands.press(Qt.Key.Key_Return)
    hands.settle()
    added = hands.stored().persons[-1]
    assert (added.person.full_name, added.person.salutation, added.function) == ("Susanne Weber", "ms", "Sales")
    card = next(card for card in hands.page.people._cards if card.person_id == added.id)
    card.add_new()
    hands.type("0341 99")
    hands.press(Qt.Key.Key_Return)
    hands.settle()
    assert [point.value for point in hands.stored().persons[-1].points] == ["0341 99"]


def test_removing_a_person_leaves_their_role_at_another_organisation(hands: Hands) -> None:
    lea = hands.stored().persons[2]
    with unit_of_work(hands.office.database, "Role added") as work:
        work.session.add(ContactPerson(contact_id=hands.office.becker, person_id=lea.person_id, custom={}))
    command(hands, f"contact_person:{lea.id}:all", "Remove person")
    assert len(hands.stored().persons) == 2
    other = contacts.load(hands.office.database, hands.office.becker).record
    assert [link.person.full_name for link in other.persons] == ["Lea Lindner"]


def test_an_iban_brings_its_bank_and_bic(hands: Hands) -> None:
    hands.page.open_tab("terms")
    tab = hands.page._tabs["terms"]
    banks = getattr(tab, "banks")  # noqa: B009 - the tab's own type is not public
    banks.add_new()
    hands.type("DE02 1203 0000 0000 2020 51")
    hands.press(Qt.Key.Key_Return)
    hands.settle()
    account = hands.stored().bank_accounts[-1]
    assert account.iban == "DE02120300000000202051"
    assert account.bic.startswith("BYLADEM1")
    assert account.bank_name


def test_an_unusual_value_is_said_and_saved_all_the_same(hands: Hands) -> None:
    hands.open(":vat_number")
    hands.type("DE123456789")
    hands.row(":vat_number")._check()
    hands.settle()
    assert "check digit" in hands.row(":vat_number")._hint.full_text()
    hands.press(Qt.Key.Key_Return)
    hands.settle()
    assert hands.stored().vat_number == "DE123456789"


def test_a_permission_is_written_with_source_and_date(hands: Hands) -> None:
    hands.open("consent:phone")
    hands.type("Yes")
    hands.press(Qt.Key.Key_Tab)
    hands.type("letter")
    hands.press(Qt.Key.Key_Return)
    hands.settle()
    said = next(consent for consent in hands.stored().consents if consent.channel == "phone")
    assert (said.is_allowed, said.source, said.said_on) == (True, "letter", date.today())


def test_user_defined_fields_have_a_tab_per_group_and_read_by_their_kind(hands: Hands) -> None:
    hands.page.open_tab("group:Plant")
    hands.settle()
    hands.edit(":custom.f2", "1,250")
    hands.edit(":custom.f4", "Steel")
    stored = hands.stored().custom
    assert stored["f4"] == "Steel"
    assert stored["f2"] in (1250, 1.25)
    hands.open(":custom.f2")
    hands.type("many")
    hands.press(Qt.Key.Key_Return)
    hands.settle()
    assert hands.row(":custom.f2").is_editing()
    assert "not a number" in hands.row(":custom.f2")._hint.full_text()


def test_categories_are_given_and_taken(hands: Hands) -> None:
    hands.page.overview._set_category("Metal", False)
    hands.settle()
    assert hands.text("contact:1:categories") == "Leipzig"
    hands.page.overview._add_category("VIP")
    hands.settle()
    assert hands.text("contact:1:categories") == "Leipzig, VIP"


def test_a_field_that_names_a_contact_is_chosen_from_a_search_and_shown_at_both_ends(hands: Hands) -> None:
    with unit_of_work(hands.office.database, "Field added") as work:
        field = CustomField(owner="contact", label="Supplier", kind="contact", group_name="Plant", options={})
        field.choices = []
        work.session.add(field)
    hands.settle()
    hands.page.open_tab("group:Plant")
    hands.settle()
    hands.row(f":custom.{field.key}").view.click()
    hands.settle()
    picker = hands.page.findChildren(ContactPicker)[0]
    picker.search.setText("becker")
    hands.settle()
    assert [picker.hits.item(row).text() for row in range(picker.hits.count())] == [
        "Becker & Söhne <b>KG</b> · Köln · 10002"
    ]
    picker.accept()
    hands.settle()
    assert hands.stored().custom == {field.key: hands.office.becker}
    assert hands.text(f":custom.{field.key}") == "Becker & Söhne <b>KG</b>"
    hands.page.show_contact(hands.office.becker)
    hands.page.open_tab("people")
    hands.settle()
    assert [line.findChildren(Button)[0].text() for line in hands.page.people.related.lines] == [
        "Albrecht Metallbau GmbH"
    ]
