"""An office on a server as its people meet it: the password is asked for, what is not safe is said in red."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring
from PySide6.QtWidgets import QApplication, QCheckBox, QPushButton

from gcrm.services.address import parse
from gcrm.services.team import offices
from gcrm.services.team.passwords import keep_password, password_of
from gcrm.ui.password_dialog import PasswordDialog
from tests.stories.sitting import Person, at_the_desk, leave, make_office, open_program
from tests.team_server import TeamServer, team_server
from tests.test_secrets import files_with


@pytest.fixture(scope="module")
def team() -> Iterator[TeamServer]:
    with team_server() as running:
        yield running


@pytest.fixture
def address(team: TeamServer) -> str:
    """Give the address of an office that this account has joined, without its password."""
    offices.remember(team.url(), "Team", team.certificate)
    make_office(team.url(), lambda database: None)
    return offices.plain(team.url())


@pytest.fixture
def me(address: str, qapp: QApplication) -> Iterator[Person]:
    """Start the program as `gcrm` does, and wait until it asks."""
    program = open_program("")
    person = Person(program)
    person.until(lambda: any(isinstance(one, PasswordDialog) for one in person.windows()), "nobody asked")
    yield person
    leave(program)


def answer(me: Person, password: str) -> None:
    dialog = me.dialog(PasswordDialog)
    dialog.edit.setText(password)
    me.click(dialog.open_button)


def is_open(me: Person) -> bool:
    return me.program.context is not None


def test_the_last_office_opens_and_asks_until_the_password_is_right(
    me: Person, team: TeamServer, address: str, data_folder: Path
) -> None:
    assert "wants your password" in me.dialog(PasswordDialog).sentence.full_text()
    answer(me, "wrong")
    me.until(lambda: "refuses" in me.window.banner.message(), "nobody said that it is wrong")
    me.until(lambda: any(isinstance(one, PasswordDialog) for one in me.windows()), "nobody asked again")
    assert "refuses" in me.dialog(PasswordDialog).sentence.full_text()
    assert password_of(parse(address)) == ""
    answer(me, team.password)
    me.until(lambda: is_open(me), "the office never opened")
    assert not me.window.banner.isVisible()
    assert not me.window.unsafe.isVisible()
    assert password_of(parse(address)) == team.password
    assert files_with(team.password, data_folder) == []


def test_who_cancels_can_be_asked_again(me: Person, team: TeamServer, address: str) -> None:
    me.dialog(PasswordDialog).reject()
    me.settle()
    assert me.window.banner.isVisible()
    me.click(me.find(QPushButton, "Enter password…"))
    me.until(lambda: any(isinstance(one, PasswordDialog) for one in me.windows()))
    dialog = me.dialog(PasswordDialog)
    me.click(me.find(QCheckBox, "Keep it in the password store of this computer", dialog))
    answer(me, team.password)
    me.until(lambda: is_open(me), "the office never opened")
    assert password_of(parse(address)) == ""


def test_a_kept_password_is_not_asked_for(team: TeamServer, address: str, qapp: QApplication) -> None:
    assert keep_password(parse(address), team.password)
    with at_the_desk("") as me:
        assert not any(isinstance(one, PasswordDialog) for one in me.windows())


def test_without_a_store_it_is_asked_each_time(team: TeamServer, address: str, qapp: QApplication) -> None:
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]  # keyring has no types
    program = open_program("")
    me = Person(program)
    me.until(lambda: any(isinstance(one, PasswordDialog) for one in me.windows()), "nobody asked")
    assert not me.dialog(PasswordDialog).keep.isVisible()
    answer(me, team.password)
    me.until(lambda: is_open(me), "the office never opened")
    assert not me.window.banner.isVisible()
    leave(program)


def test_what_is_weaker_stands_in_red_above_everything_and_stays(team: TeamServer, qapp: QApplication) -> None:
    with at_the_desk(team.url(sslmode="require")) as me:
        bar = me.window.unsafe
        assert bar.isVisible()
        assert "nobody checks that the server is the right one" in bar.accessibleName()
        assert "sslmode=require" in bar.message()
        me.window.office.feed.found.emit()
        me.window.banner.hide()
        me.settle()
        assert bar.isVisible()
        assert not bar._dismiss.isVisible()
