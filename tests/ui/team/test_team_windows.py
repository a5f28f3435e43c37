"""The windows of a team without a server: what they say, what they refuse, and that nothing happens too early."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from gcrm.model.base import now
from gcrm.services import settings
from gcrm.services.team import qr
from gcrm.services.team.invitation import Invitation
from gcrm.ui.context import Context
from gcrm.ui.team.checklist import CheckList, is_due, look, note_due
from gcrm.ui.team.invite_dialog import InviteDialog
from gcrm.ui.team.join_dialog import JoinDialog
from gcrm.ui.team.qr_view import DARK, LIGHT, QrView
from gcrm.ui.team.share_dialog import ShareDialog
from tests.ui.register_team import INVITATION, RESULT, invite

PASSWORD = "correct horse 7"
D = TypeVar("D", bound=QDialog)


def shown(dialog: D, qtbot: QtBot) -> D:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


# --- joining --------------------------------------------------------------------------------------------------------
@pytest.fixture
def joining(context: Context, qtbot: QtBot) -> JoinDialog:
    return shown(JoinDialog(context.tasks, context.state), qtbot)


def test_the_code_says_whose_office_it_is(joining: JoinDialog) -> None:
    assert not joining.office.isVisible()
    joining.code.setPlainText(INVITATION.code.lower())
    assert joining.office.full_text() == "Brandt & Töchter"
    joining.code_field.set_error("what is said in several lines needs room " * 6)
    QApplication.processEvents()
    for edit in (joining.person.name, joining.person.password, joining.person.again):
        assert edit.visibleRegion().boundingRect() == edit.rect(), "a field is cut off below"
        assert edit.height() >= edit.sizeHint().height()
    joining.code.setPlainText("something else")
    assert "is not the code" in joining.code_field.error()
    assert not joining.office.isVisible()
    joining.code.clear()
    assert joining.code_field.error() == ""


def test_what_is_missing_is_said_one_after_the_other(joining: JoinDialog, context: Context) -> None:
    person = joining.person
    joining.join_button.click()
    assert "Paste the code" in joining.code_field.error()
    joining.code.setPlainText(INVITATION.code)
    joining.join_button.click()
    assert person.name_field.error() == "Enter your name."
    person.name.setText("Lotta")
    joining.join_button.click()
    assert person.password_field.error() == "Choose a password."
    person.password.setText(PASSWORD)
    person.again.setText(PASSWORD + "x")
    joining.join_button.click()
    assert "not the same" in person.again_field.error()
    assert context.tasks.is_idle()


def test_a_server_that_is_away_is_said_above_and_everything_stays_typed(joining: JoinDialog, context: Context) -> None:
    nobody = Invitation(("localhost",), 1, "x", "X", "ab" * 32, INVITATION.role, INVITATION.secret,
                        now() + timedelta(days=1))  # fmt: skip
    joining.code.setPlainText(nobody.code)
    joining.person.name.setText("Lotta")
    for edit in (joining.person.password, joining.person.again):
        edit.setText(PASSWORD)
    joining.join_button.click()
    assert joining.progress.isVisible()
    assert not joining.join_button.isEnabled()
    context.tasks.wait_idle()
    assert "localhost:1 cannot be reached" in joining.banner.message()
    assert joining.join_button.isEnabled()
    assert joining.person.password.text() == PASSWORD
    joining.person.password.setText("short")
    joining.person.again.setText("short")
    joining.join_button.click()
    context.tasks.wait_idle()
    assert "at least 10" in joining.person.password_field.error()


# --- inviting -------------------------------------------------------------------------------------------------------
def test_an_office_in_a_file_invites_nobody_yet(context: Context, qtbot: QtBot) -> None:
    dialog = shown(InviteDialog(context), qtbot)
    context.tasks.wait_idle()
    assert "not shared yet" in dialog.banner.message()
    assert not dialog.make_button.isEnabled()
    assert not dialog.withdraw_button.isEnabled()
    assert dialog.empty.isVisible()


def test_only_open_invitations_can_be_withdrawn(context: Context, qtbot: QtBot) -> None:
    made = invite(context, None)
    assert isinstance(made, InviteDialog)
    dialog = shown(made, qtbot)
    states = {}
    for key in (3, 2, 1):
        dialog.list.choose(key)
        states[key] = dialog.withdraw_button.isEnabled()
    assert states == {3: True, 2: False, 1: False}
    assert dialog.text.isReadOnly()


def test_the_code_is_painted_as_it_is(qtbot: QtBot) -> None:
    squares = qr.matrix(INVITATION.code)
    view = QrView("Code")
    qtbot.addWidget(view)
    view.show_squares(squares)
    picture = view.grab().toImage()
    size = picture.width() // (len(squares) + 8)
    left = (picture.width() - len(squares) * size) // 2
    for y, row in enumerate(squares):
        for x, is_dark in enumerate(row):
            seen = picture.pixelColor(left + x * size + size // 2, left + y * size + size // 2)
            assert seen == (DARK if is_dark else LIGHT)
    assert picture.pixelColor(1, 1) == LIGHT


# --- sharing --------------------------------------------------------------------------------------------------------
@pytest.fixture
def sharing(context: Context, qtbot: QtBot) -> Iterator[ShareDialog]:
    dialog = shown(ShareDialog(context), qtbot)
    context.tasks.wait_idle()
    yield dialog
    context.tasks.wait_idle()


def test_one_of_two_places_is_chosen(sharing: ShareDialog) -> None:
    assert sharing.place.names.isVisible()
    assert not sharing.place.address.isVisible()
    sharing.place.there.click()
    assert not sharing.place.here.isChecked()
    assert sharing.place.address.isVisible()
    sharing.go_button.click()
    assert "Enter the address" in sharing.place.address_field.error()
    sharing.place.here.click()
    sharing.place.names.clear()
    sharing.go_button.click()
    assert "at least one name" in sharing.place.names_field.error()
    assert sharing.stack.currentIndex() == 0


def test_what_will_happen_is_said_before_it_does(sharing: ShareDialog) -> None:
    sharing.place.names.setText("office-pc")
    sharing.go_button.click()
    assert sharing.going.what.full_text().startswith("1. gCRM makes a server")
    sharing.back_button.click()
    sharing.place.there.click()
    sharing.place.address.setText("postgresql://owner@localhost:1/office")
    sharing.go_button.click()
    assert sharing.going.what.full_text().startswith("1. Everything in this office is copied")


def test_a_server_that_is_away_leaves_the_office_where_it_is(sharing: ShareDialog, context: Context) -> None:
    sharing.place.there.click()
    sharing.place.address.setText("not an address")
    sharing.place.certificate.setText("/nowhere/office.crt")
    sharing.go_button.click()
    sharing.going.person.name.setText("Anna")
    for edit in (sharing.going.person.password, sharing.going.person.again):
        edit.setText(PASSWORD)
    sharing.go_button.click()
    context.tasks.wait_idle()
    assert "/nowhere/office.crt cannot be read" in sharing.banner.message()
    assert not context.database.is_read_only
    assert sharing.go_button.isEnabled()


def test_what_came_of_it_and_what_is_left_is_shown(sharing: ShareDialog) -> None:
    sharing._shared(RESULT)
    assert sharing.heading.full_text() == "The office is shared"
    assert "300 contacts, 1500 activities, 12 files" in sharing.outcome.counts.full_text()
    assert not sharing.outcome.left.isVisible()
    assert not sharing.outcome.owner.isVisible()
    assert sharing.go_button.text() == "Open the office"


# --- the check list -------------------------------------------------------------------------------------------------
def test_what_is_to_do_on_a_new_computer(context: Context) -> None:
    found = look(context.database, ["Laser", "Ink"])
    assert list(found) == ["printers", "telephone"]
    assert "Laser, Ink" in found["printers"].sentence
    settings.put(context.database, "labels.offset", "Laser", {"right": 1, "down": 0, "scale": 1})
    settings.put(context.database, "labels.offset", "Ink", {"right": 1, "down": 0, "scale": 1})
    settings.set(context.database, "phone.box_enabled", True)
    settings.set(context.database, "phone.extensions", "11")
    found = look(context.database, ["Laser", "Ink"])
    assert all(one.is_done for one in found.values())


def test_done_puts_the_list_away_and_later_does_not(context: Context, qtbot: QtBot) -> None:
    assert not is_due(context)
    note_due(context.state, str(context.database.path))
    assert is_due(context)
    dialog = shown(CheckList(context), qtbot)
    context.tasks.wait_idle()
    dialog.later_button.click()
    assert is_due(context)
    dialog.done_button.click()
    assert not is_due(context)
