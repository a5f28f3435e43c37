"""The contact person of a new contact may be somebody who is known."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot
from sqlalchemy import func, select

from gcrm.model.contact import Contact
from gcrm.model.contact_person import Person
from gcrm.services import contact as contacts
from gcrm.services.contact import load
from gcrm.ui import new_contact
from gcrm.ui.context import Context
from gcrm.ui.new_contact import NewContactDialog, open_new_contact
from tests.ui.office import Office
from tests.ui.turning import settle

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard", extend=True)
ANNA = "Frau Anna Albrecht"


@pytest.fixture
def form(context: Context, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> NewContactDialog:
    monkeypatch.setattr(new_contact, "choose", lambda *given: 1)
    dialog = open_new_contact(context)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    settle(context)
    return dialog


def type_person(form: NewContactDialog, context: Context, text: str) -> None:
    edit = form.form.handle("person").widget
    assert isinstance(edit, QLineEdit)
    edit.clear()
    QTest.keyClicks(edit, text)
    form._look_around()
    settle(context)


def people(office: Office) -> int:
    with office.database.read() as session:
        return session.scalar(select(func.count()).select_from(Person)) or 0


def created(form: NewContactDialog, context: Context, office: Office, name: str) -> Contact:
    form.fill({"name": name})
    form.create_contact()
    settle(context)
    with office.database.read() as session:
        made = session.scalars(select(Contact.id).where(Contact.name == name)).one()
        return contacts.read(session, made)


def test_a_known_person_is_offered_and_gets_the_role(form: NewContactDialog, context: Context, office: Office) -> None:
    before, anna = people(office), load(office.database, office.albrecht).record.persons[0].person_id
    type_person(form, context, ANNA)
    assert len(form.people.buttons) == 1
    assert "Albrecht Metallbau GmbH" in form.people.buttons[0].accessibleDescription()
    form.people.buttons[0].click()
    [link] = created(form, context, office, "Neue Werft GmbH").persons
    assert (link.person_id, link.is_default) == (anna, True)
    assert people(office) == before


def test_who_is_not_taken_is_somebody_new(form: NewContactDialog, context: Context, office: Office) -> None:
    before = people(office)
    type_person(form, context, ANNA)
    form.people.buttons[0].click()
    form.people.buttons[0].click()  # no, somebody else
    [link] = created(form, context, office, "Neue Werft GmbH").persons
    assert link.person.full_name == "Anna Albrecht"
    assert people(office) == before + 1


def test_another_name_is_not_the_person_taken_before(form: NewContactDialog, context: Context, office: Office) -> None:
    type_person(form, context, ANNA)
    form.people.buttons[0].click()
    edit = form.form.handle("person").widget
    assert isinstance(edit, QLineEdit)
    edit.setText("Berta Unbekannt")  # created before anybody was looked up
    [link] = created(form, context, office, "Neue Werft GmbH").persons
    assert link.person.full_name == "Berta Unbekannt"


def test_a_name_that_nobody_has_offers_nothing(form: NewContactDialog, context: Context) -> None:
    type_person(form, context, "Berta Unbekannt")
    assert form.people.isHidden()
    assert form.people.buttons == []
