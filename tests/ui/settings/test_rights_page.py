"""Groups and rights in the settings: nothing changes before it is saved, and what is refused is said in its place."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gcrm.model.base import now
from gcrm.services.team import logins, rights
from gcrm.services.team.logins import OnlineRow
from gcrm.services.team.rights import GroupRow
from gcrm.ui.context import Context
from gcrm.ui.settings import SettingsWindow
from gcrm.ui.settings.rights import RightsPage
from gcrm.ui.settings.user_card import People
from gcrm.ui.settings.users import UsersPage
from tests.ui.turning import settle


@pytest.fixture
def page(context: Context, qtbot: QtBot) -> RightsPage:
    window = SettingsWindow(context, "rights")
    qtbot.addWidget(window)
    settle(context)
    made = window.page("rights")
    assert isinstance(made, RightsPage)
    return made


def group(context: Context, name: str) -> GroupRow:
    with context.database.read() as session:
        return rights.group_named(session, name)


def test_groups_are_made_added_changed_and_removed(
    page: RightsPage, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.window().show()
    assert page.content.isHidden()
    assert page.empty.button is not None
    page.empty.button.click()
    settle(context)
    assert page.aid.message().startswith("No server enforces these rights here")
    page.list.choose(group(context, "read-only").id)
    page.duplicate()
    assert page.form.name.text() == "Copy of Read-only"
    page.form.name.clear()
    QTest.keyClicks(page.form.name, "Office")
    QTest.keyClick(page.form.name, Qt.Key.Key_Return)
    settle(context)
    assert page.form.name_field.error() == "There is a group called “Office” already."
    page.form.name.clear()
    QTest.keyClicks(page.form.name, "Trainees")
    page.form.boxes["activities.create"].setChecked(True)
    page.form.fields["bank"].setChecked(True)
    page.save()
    settle(context)
    kept = group(context, "Trainees")
    assert kept.rights >= {"activities.create", "activities.see"}
    assert kept.hidden == {"open_items", "terms"}

    page.form.boxes["activities.see"].setChecked(False)
    assert not page.form.boxes["activities.create"].isChecked()
    page.list.choose(group(context, "office").id)
    page.list.choose(kept.id)
    assert not page.form.boxes["activities.see"].isChecked(), "what was not saved is lost"
    assert group(context, "Trainees").rights == kept.rights
    asked: list[str] = []

    def keep_editing(*told: object, **_more: object) -> bool:
        asked.append(str(told[2]))
        return False

    monkeypatch.setattr("gcrm.ui.settings.rights.ask", keep_editing)
    page.window().close()
    assert asked == ["Discard the rights that were not saved?"]
    assert not page.window().isHidden()
    page.discard()
    assert page.form.boxes["activities.see"].isChecked()
    page.remove()
    settle(context)
    assert "Trainees" not in [row.name for row in page._rows.values()]


def test_the_last_administrator_stays_and_that_is_said_in_its_place(page: RightsPage, context: Context) -> None:
    known = rights.ensure_groups(context.database)
    settle(context)
    page.list.choose(known["administrator"])
    assert not page.form.boxes["contacts.see"].isEnabled()
    assert not page.remove_button.isEnabled()
    assert page.note.full_text().startswith("Administrators have every right.")
    with context.database.read() as session:
        others = [row for row in logins.users(session) if row.id != context.database.user_id]
    for row in others:
        logins.set_active(context.database, row.id, False)
    window = page.window()
    assert isinstance(window, SettingsWindow)
    users = window.page("users")
    assert isinstance(users, UsersPage)
    settle(context)
    card, me = users.colleagues, context.database.user_id
    card.list.choose(me)
    assert not card.active_button.isEnabled()
    card.change_wanted.emit(me)
    assert card.form is not None
    card.form.fields["group"].editor.set_value(known["office"])  # type: ignore[attr-defined]  # a combo
    card.form.submit_button.click()
    settle(context)
    assert card.form is not None
    assert card.form.error.full_text() == "An office needs at least one administrator. Make somebody else one first."
    assert context.database.rights.may("users", "settings")


def test_who_may_not_set_up_users_only_looks(context: Context, qtbot: QtBot) -> None:
    known = rights.ensure_groups(context.database)
    logins.add_user(context.database, "bruno", "Bruno", known["administrator"])
    rights.set_group(context.database, context.database.user_id, known["office"])
    window = SettingsWindow(context, "rights")
    qtbot.addWidget(window)
    settle(context)
    page = window.page("rights")
    assert page.lock.message().startswith("Your group does not have the right “Users and rights: set up”.")
    assert isinstance(page, RightsPage)
    page.list.choose(known["read-only"])
    assert page.form.boxes["contacts.see"].isChecked()
    for part in (page.form.boxes["contacts.see"], page.form.name, page.add_button, page.copy_button):
        assert not part.isEnabled()
    assert not window.page("company").body.isEnabled()
    users = window.page("users")
    assert isinstance(users, UsersPage)
    settle(context)
    assert users.name.isEnabled()
    assert not users.colleagues.add_button.isEnabled()
    assert "Users and rights: set up" in users.colleagues.about.full_text()
    row = next(row for row in users.colleagues.people.users if row.login == "bruno")
    places = tuple(f"192.0.2.{number}" for number in range(1, 15))
    tried = replace(row, refused=20, refused_at=now(), refused_places=places)
    online = OnlineRow(row.id, row.name, now(), "192.0.2.14", 1)
    users.colleagues.show_people(People((tried,), online=(online,), is_served=True))
    assert "20 refused log-ins from 14 places" in users.colleagues._line(tried).spoken()
    users.colleagues.list.choose(row.id)
    assert "at 192.0.2.14, 192.0.2.13," in users.colleagues.about.full_text()
    assert "192.0.2.3, …" in users.colleagues.about.full_text()
