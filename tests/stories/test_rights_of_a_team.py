"""A team's office on a server: who may only read is offered no more, learns why, and is refused when it is forced."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from PySide6.QtWidgets import QApplication

from gcrm.model.rights import GROUPS, Rights
from gcrm.services.team import rights
from gcrm.ui.contact.value_row import ValueRow
from gcrm.ui.settings import SettingsWindow
from gcrm.ui.settings.rights import RightsPage
from gcrm.ui.settings.users import UsersPage
from tests.databases import PostgresOffices
from tests.services.team.rights.team_office import Team, shared_office
from tests.stories.sitting import CTRL, Key, Person, at_the_desk
from tests.ui.office import Office, fill_office


@pytest.fixture
def team(postgres_offices: PostgresOffices, data_folder: object) -> Iterator[tuple[Team, Office]]:
    """Give an office with an owner, a login for each group, and the contacts of the design pictures."""
    with shared_office(postgres_offices) as made:
        yield made, fill_office(made.owner)


def values(me: Person) -> list[str]:
    return [row.spec.text for row in me.window.contacts.page.findChildren(ValueRow)]


def test_what_is_not_allowed_is_not_offered_and_refused_when_forced(
    team: tuple[Team, Office], qapp: QApplication
) -> None:
    office, contents = team
    with at_the_desk(office.address("read-only")) as me:
        me.window.open_contact(contents.albrecht)
        me.settle()
        assert not me.window.banner.isVisible(), me.window.banner.message()
        delete = me.window.actions_.action("delete")
        assert not delete.isEnabled()
        assert "Contacts: delete" in delete.toolTip()
        assert "Administrator" in delete.toolTip()
        page = me.window.contacts.page
        assert page.rights.isVisible()
        assert not [row for row in page.findChildren(ValueRow) if row.spec.can_edit]
        page.open_tab("terms")
        me.settle()
        assert "DE89370400440532013000" not in "".join(values(me))
        assert "14 days 2 %, 30 days net" not in values(me)

        me.database.rights = Rights()  # as a program would that thinks it may do anything
        me.window.refresh_actions()
        delete.trigger()
        me.until(lambda: "may not write" in me.window.banner.message(), "nobody was told that the server refuses")
        with office.connect("read-only") as line, pytest.raises(psycopg.errors.InsufficientPrivilege):
            line.execute("UPDATE contact SET deleted_at = now()")
        me.database.read_rights()
        me.window.refresh_actions()

        with office.open("administrator") as boss:
            group = rights.ensure_groups(boss)["read-only"]
            kept = GROUPS["read-only"]
            rights.set_rights(boss, group, kept.rights | {"contacts.change", "activities.create"}, {"terms"})
            me.until(me.window.actions_.action("log").isEnabled, "a right that was given is not offered")
        me.until(lambda: not page.rights.isVisible())
        me.until(lambda: any("DE89" in text for text in values(me)), "the bank account is still hidden")
        me.key(Key.Key_L, CTRL)
        me.write("Called back")
        me.key(Key.Key_Return, CTRL)
        me.until(lambda: "Called back" in me.chronicle_texts(contents.albrecht))


def test_an_administrator_sets_up_rights_and_sees_who_is_there(team: tuple[Team, Office], qapp: QApplication) -> None:
    office, _contents = team
    with office.open("billing") as colleague, at_the_desk(office.address("administrator")) as me:
        me.window.actions_.action("settings").trigger()
        me.settle()
        window = me.dialog(SettingsWindow)
        window.open_page("rights")
        me.settle()
        page = window.page("rights")
        assert isinstance(page, RightsPage)
        assert page.enforced.isVisible()
        page.list.choose(rights.ensure_groups(colleague)["billing"])
        me.click(page.form.boxes["contacts.delete"])
        assert page.save_button.isEnabled()
        me.click(page.save_button)
        me.until(lambda: not page.save_button.isEnabled(), "the rights were not saved")
        colleague.read_rights()
        assert not colleague.rights.may("contacts", "delete")

        window.open_page("users")
        me.settle()
        users = window.page("users")
        assert isinstance(users, UsersPage)
        card = users.colleagues
        card.list.choose(office.users["billing"])
        assert "Online since" in card.about.full_text()
        me.click(card.active_button)
        me.until(lambda: card.active_button.text() == "Enable", "the user was not disabled")
        card.list.choose(office.users["administrator"])
        assert not card.active_button.isEnabled()
        window.close()
