"""A person who is known gets a role at another contact: by the picker, or by the offer below a typed name."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gcrm.model.activity import Activity, ActivityLink
from gcrm.services import contact as contacts
from gcrm.services.unit_of_work import unit_of_work
from gcrm.ui import activity_form
from gcrm.ui.contact.person_offer import PersonOffer
from gcrm.ui.contact.person_picker import PersonPicker
from gcrm.ui.widgets.button import Button
from tests.ui.contact.conftest import Hands
from tests.ui.fake_window import FakeWindow


def at_becker(hands: Hands) -> None:
    hands.page.show_contact(hands.office.becker)
    hands.page.open_tab("people")
    hands.settle()


def type_name(hands: Hands, first: str, last: str, function: str) -> PersonOffer:
    hands.page._open_person(0)
    hands.settle()
    for place, text in enumerate((first, last, function)):
        if place:
            hands.press(Qt.Key.Key_Tab)
        hands.type(text)
    offer = hands.page.findChildren(PersonOffer)[-1]
    offer.look()
    hands.settle()
    return offer


def persons_of(hands: Hands, contact: int) -> list[tuple[int, str]]:
    return [(link.person_id, link.function) for link in contacts.load(hands.office.database, contact).record.persons]


def test_a_known_person_is_chosen_with_a_function_by_keyboard(hands: Hands) -> None:
    anna = hands.stored().persons[0]
    at_becker(hands)
    hands.page.people.known_button.click()
    hands.settle()
    picker = hands.page.findChildren(PersonPicker)[0]
    QTest.keyClicks(picker.search, "anna")
    hands.settle()
    assert [picker.hits.item(row).text() for row in range(picker.hits.count())] == [
        "Anna Albrecht · Managing director, Albrecht Metallbau GmbH"
    ]
    QTest.keyClicks(picker.function, "Adviser")
    QTest.keyClick(picker.function, Qt.Key.Key_Return)
    hands.settle()
    assert persons_of(hands, hands.office.becker) == [(anna.person_id, "Adviser")]


def test_typing_a_known_name_offers_the_person_and_tab_goes_there(hands: Hands) -> None:
    anna = hands.stored().persons[0]
    at_becker(hands)
    offer = type_name(hands, "anna", "ALBRECHT", "Adviser")
    assert offer.isVisible()
    hands.press(Qt.Key.Key_Tab)
    assert hands.focus() is offer.buttons[0]
    hands.press(Qt.Key.Key_Return)
    hands.settle()
    assert persons_of(hands, hands.office.becker) == [(anna.person_id, "Adviser")]


def test_the_offer_never_blocks_and_can_be_given_up(hands: Hands) -> None:
    anna = hands.stored().persons[0]
    at_becker(hands)
    type_name(hands, "Anna", "Albrecht", "Adviser")
    hands.press(Qt.Key.Key_Tab, Qt.Key.Key_Escape)
    hands.settle()
    assert hands.page.people.new_card.isHidden()
    assert persons_of(hands, hands.office.becker) == []
    type_name(hands, "Anna", "Albrecht", "Adviser")
    hands.press(Qt.Key.Key_Return)
    hands.settle()
    ((person, function),) = persons_of(hands, hands.office.becker)
    assert (person != anna.person_id, function) == (True, "Adviser")


def test_somebody_who_is_here_already_is_said_without_a_button(hands: Hands) -> None:
    offer = type_name(hands, "Anna", "Albrecht", "Adviser")
    assert offer.isVisible()
    assert offer.buttons == []


def test_the_other_organisations_of_a_person_stand_with_the_person_and_open(hands: Hands) -> None:
    anna = hands.stored().persons[0]
    at_becker(hands)
    type_name(hands, "Anna", "Albrecht", "Adviser")
    hands.press(Qt.Key.Key_Tab, Qt.Key.Key_Return)
    hands.settle()
    hands.page.show_contact(hands.office.albrecht)
    hands.page.open_tab("people")
    hands.settle()
    row = hands.row(f"contact_person:{anna.id}:role:0")
    assert (row.spec.label, row.spec.text) == ("Also at", "Becker & Söhne <b>KG</b> · Adviser")
    assert hands.page.people.related.isHidden()
    row.view.click()
    hands.settle()
    window = hands.context.window
    assert isinstance(window, FakeWindow)
    assert window.calls[-1] == ("open_contact", hands.office.becker, "", False)


def test_an_activity_that_is_linked_to_the_contact_stands_there_and_opens(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    with unit_of_work(hands.office.database, "Linked") as work:
        made = Activity(
            contact_id=hands.office.becker, type="meeting", at=datetime.now(UTC), subject="Fair in Köln", custom={}
        )
        work.session.add(made)
        work.session.flush()
        link = ActivityLink(activity_id=made.id, table_name="contact", record_id=hands.office.albrecht)
    hands.page.open_tab("people")
    hands.settle()
    card = hands.page.people.related
    assert card.isHidden()
    with unit_of_work(hands.office.database, "Linked") as work:
        work.session.add(link)
    hands.qtbot.waitUntil(card.isVisible)
    (button,) = (line.findChildren(Button)[0] for line in card.lines)
    assert button.text() == "Fair in Köln"
    opened: list[int] = []
    monkeypatch.setattr(activity_form, "open_activity", lambda _context, activity: opened.append(activity))
    button.click()
    assert opened == [made.id]
