"""Drafts of new contacts: each form has its own, and none takes the place of another (E 10, 11)."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gcrm.model.contact import Contact
from gcrm.services import contact as contacts
from gcrm.services import contact_list
from gcrm.services.drafts import DraftStore
from gcrm.ui import new_contact
from gcrm.ui.context import Context
from gcrm.ui.new_contact import NewContactDialog, open_new_contact
from tests.ui.office import Office
from tests.ui.turning import settle

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard", extend=True)


@pytest.fixture(autouse=True)
def no_question(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer "Don't save" where a form is closed at the end of a test."""
    monkeypatch.setattr(new_contact, "choose", lambda *given: 1)


def newest(office: Office) -> Contact:
    with office.database.read() as session:
        found = contact_list.ids(session, contact_list.ContactQuery())
    return contacts.load(office.database, max(found)).record


def begun(office: Office) -> list[str]:
    """Return what the new contacts are called that were begun and not saved."""
    return sorted(str(draft.data["title"]) for draft in DraftStore.of(office.database).unfinished())


def open_form(
    context: Context, qtbot: QtBot, prefill: dict[str, str] | None = None, draft: str = ""
) -> NewContactDialog:
    dialog = open_new_contact(context, prefill, draft)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    settle(context)
    return dialog


def write_name(form: NewContactDialog, context: Context, name: str) -> None:
    form.activateWindow()
    form.form.focus("name")
    QTest.keyClicks(form.form.handle("name").widget, name)
    form.draft.flush()
    settle(context)


def test_what_was_typed_outlives_a_crash_and_is_offered_again(context: Context, qtbot: QtBot, office: Office) -> None:
    form = open_form(context, qtbot)
    write_name(form, context, "Half Typed Ltd")
    assert begun(office) == ["Half Typed Ltd"]
    form.hide()
    later = open_form(context, qtbot)
    assert "Half Typed Ltd" in later.draft_banner.message()
    later.draft_banner._buttons[0].click()
    assert later.form.value("name") == "Half Typed Ltd"
    later.create_contact()
    settle(context)
    assert newest(office).name == "Half Typed Ltd"
    assert begun(office) == []


def test_another_contact_does_not_take_the_place_of_one_that_was_begun(
    context: Context, qtbot: QtBot, office: Office
) -> None:
    form = open_form(context, qtbot)
    write_name(form, context, "First GmbH")
    form.hide()
    second = open_form(context, qtbot, {"phone": "+49301234567"})  # a call comes in between
    write_name(second, context, "Second GmbH")
    assert begun(office) == ["First GmbH", "Second GmbH"]
    second.create_contact()
    settle(context)
    assert newest(office).name == "Second GmbH"
    assert begun(office) == ["First GmbH"]
    third = open_form(context, qtbot)
    assert "First GmbH" in third.draft_banner.message()
    third.reject()
    settle(context)
    assert begun(office) == ["First GmbH"]


def test_going_on_with_another_one_keeps_what_was_typed_meanwhile(
    context: Context, qtbot: QtBot, office: Office
) -> None:
    form = open_form(context, qtbot)
    write_name(form, context, "First GmbH")
    form.hide()
    second = open_form(context, qtbot)
    write_name(second, context, "Second GmbH")
    second.draft_banner._buttons[0].click()
    assert second.form.value("name") == "First GmbH"
    second.create_contact()
    settle(context)
    assert newest(office).name == "First GmbH"
    assert begun(office) == ["Second GmbH"]


def test_what_was_begun_is_thrown_away_one_by_one(context: Context, qtbot: QtBot, office: Office) -> None:
    form = open_form(context, qtbot)
    write_name(form, context, "First GmbH")
    form.hide()
    second = open_form(context, qtbot)
    write_name(second, context, "Second GmbH")
    second.hide()
    third = open_form(context, qtbot)
    assert "Second GmbH" in third.draft_banner.message()
    third.draft_banner._buttons[1].click()
    settle(context)
    assert "First GmbH" in third.draft_banner.message()
    assert begun(office) == ["First GmbH"]


def test_a_form_that_is_open_is_not_offered_and_is_gone_on_with_where_it_stands(
    context: Context, qtbot: QtBot, office: Office
) -> None:
    form = open_form(context, qtbot)
    write_name(form, context, "First GmbH")
    second = open_form(context, qtbot)
    assert second.draft_banner.isHidden()
    assert open_new_contact(context, draft=form.draft.key) is form
    form.hide()
    assert open_form(context, qtbot, draft=form.draft.key).form.value("name") == "First GmbH"
