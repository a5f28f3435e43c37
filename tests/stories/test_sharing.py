"""From the beginning to two desks working: one person shares the office and invites, another one joins it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QProcess
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMainWindow
from typing_extensions import override

from gcrm.services import contact
from gcrm.services.address import parse
from gcrm.services.opening import open_office
from gcrm.services.team import offices
from gcrm.services.team.invitation import decode
from gcrm.services.team.passwords import password_of
from gcrm.services.team.server import Server
from gcrm.ui.first_start import FirstStart
from gcrm.ui.settings import SettingsWindow
from gcrm.ui.team import open_invite, open_join, open_share
from gcrm.ui.team.checklist import CheckList
from gcrm.ui.team.invite_dialog import InviteDialog
from gcrm.ui.team.join_dialog import JoinDialog
from gcrm.ui.team.share_dialog import ShareDialog
from tests.postgres import _free_port
from tests.stories.sitting import Person, at_the_desk, make_office
from tests.team_server import server_folder

MINE, HERS = "correct horse 7", "battery staple 9"


class Closing(QObject):
    """Notes that a main window was told to close, and leaves that to the end of the story."""

    def __init__(self) -> None:
        super().__init__()
        self.times = 0

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.Close:
            return False
        watched.removeEventFilter(self)
        self.times += 1
        return True


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Note the offices that programs of their own are started with; the window of the former one closes each time."""
    found: list[str] = []
    closing = Closing()

    def start(program: str, arguments: list[str]) -> tuple[bool, int]:
        found.append(arguments[-1])
        for window in QApplication.topLevelWidgets():
            if isinstance(window, QMainWindow):
                window.installEventFilter(closing)
        return True, 1

    monkeypatch.setattr(QProcess, "startDetached", start)
    yield found
    assert closing.times == len(found)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give the computer of who shares: a folder for data that the account of a server may enter, too."""
    with server_folder() as (folder, _account):
        os.chmod(folder.parent, 0o755)
        monkeypatch.setenv("GCRM_DATA", str(folder.parent))
        yield folder
        if (folder / "server.json").exists():
            Server.open(folder).stop()


def share(me: Person) -> None:
    """Go through the three steps of sharing, on a server of one's own."""
    open_share(me.context)
    me.settle()
    dialog = me.dialog(ShareDialog)
    assert dialog.place.names.text()
    dialog.place.names.setText("office-pc.example")
    dialog.place.port.set_value(_free_port())
    me.click(dialog.place.starts)
    me.click(dialog.go_button)
    person = dialog.going.person
    assert person.name.text() == me.database_user()
    me.click(dialog.go_button)
    assert person.password_field.error() == "Choose a password."
    person.name.setText("Anna Brandt")
    person.password.setText("short")
    person.again.setText("shorter")
    me.click(dialog.go_button)
    assert "not the same" in person.again_field.error()
    person.again.setText("short")
    me.click(dialog.go_button)
    me.until(lambda: "at least 10" in person.password_field.error())
    for edit in (person.password, person.again):
        edit.setText(MINE)
    me.click(dialog.go_button)
    me.until(lambda: dialog.stack.currentIndex() == 2, "the office never moved")
    assert "3 contacts" in dialog.outcome.counts.full_text()
    assert not dialog.outcome.owner.isVisible()
    assert not dialog.outcome.left.isVisible()
    me.click(dialog.go_button)


def invite(me: Person) -> str:
    """Make a code and copy it."""
    open_invite(me.context)
    me.settle()
    dialog = me.dialog(InviteDialog)
    assert dialog.group.currentText() == "Office"
    me.click(dialog.make_button)
    me.until(lambda: dialog.made.isVisible(), dialog.banner.message() or "no code was made")
    assert dialog.list.count() == 1
    me.click(dialog.copy_button)
    copied = QGuiApplication.clipboard().text()
    assert copied == dialog.text.toPlainText() == dialog.code
    dialog.accept()
    return copied


def join(lotta: Person, code: str) -> None:
    """Type a name and a password, and nothing else."""
    lotta.until(lambda: any(isinstance(one, FirstStart) for one in lotta.windows()), "no first page")
    lotta.click(lotta.dialog(FirstStart).join_button)
    dialog = lotta.dialog(JoinDialog)
    dialog.code.setPlainText(code[:-5])
    assert "not complete" in dialog.code_field.error()
    dialog.code.setPlainText(code)
    assert dialog.office.full_text() == "Brandt & Töchter"
    dialog.person.name.setText("Anna Brandt")
    for edit in (dialog.person.password, dialog.person.again):
        edit.setText(HERS)
    lotta.click(dialog.join_button)
    lotta.until(lambda: "has this name already" in dialog.person.name_field.error(), dialog.banner.message())
    dialog.person.name.setText("Lotta Lang")
    lotta.click(dialog.join_button)
    lotta.until(lambda: not any(isinstance(one, JoinDialog) for one in lotta.windows()), "she never came in")


def test_two_desks_work_in_one_office(
    here: Path, started: list[str], tmp_path: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = str(here.parent / "office.gcrm")
    office = make_office(file)
    assert office is not None
    named(file)
    with at_the_desk(file) as me:
        share(me)
    address = offices.opening_address()
    assert started == [address]
    assert password_of(parse(address)) == MINE
    with at_the_desk("") as me:
        assert me.database.rights.group == "administrator"
        code = invite(me)
    there = tmp_path / "there"
    there.mkdir()
    monkeypatch.setenv("GCRM_DATA", str(there))
    with at_the_desk(str(there / "office.gcrm"), first_start=True) as lotta:
        join(lotta, replace(decode(code), hosts=("localhost",)).code)
    assert started[1:] == [offices.opening_address()]
    with at_the_desk("") as lotta:
        assert lotta.database.rights.group == "office"
        checks(lotta)
        contact.trash(lotta.database, [office.becker])
    monkeypatch.setenv("GCRM_DATA", str(here.parent))
    with at_the_desk("") as me:
        assert contact.load(me.database, office.becker).record.deleted_at is not None


def named(file: str) -> None:
    """Enter the name of the company, which the code then tells."""
    from gcrm.services import company

    database = open_office(file, user="anna")
    known = company.main_company(database)
    known.record.name = "Brandt & Töchter"
    company.save(database, known)
    database.close()


def checks(lotta: Person) -> None:
    """Work through the check list of the new computer."""
    lotta.until(lambda: any(isinstance(one, CheckList) for one in lotta.windows()), "no check list")
    todo = lotta.dialog(CheckList)
    assert todo.list.keys() == ["password", "printers", "telephone"]
    assert todo.list.item(0).text().endswith("Done")
    todo.list.choose("telephone")
    lotta.click(todo.enter_button)
    assert lotta.dialog(SettingsWindow).current() == "telephone"
    lotta.dialog(SettingsWindow).close()
    lotta.click(todo.done_button)
    lotta.settle()


def test_the_list_comes_again_until_it_is_done(here: Path, qapp: QApplication) -> None:
    from gcrm.ui.team.checklist import note_due

    file = str(here.parent / "office.gcrm")
    make_office(file)
    with at_the_desk(file) as me:
        note_due(me.window.state, file)
    with at_the_desk(file) as me:
        me.until(lambda: any(isinstance(one, CheckList) for one in me.windows()), "no check list")
        assert me.dialog(CheckList).list.keys() == ["printers", "telephone"]
        me.click(me.dialog(CheckList).later_button)
    with at_the_desk(file) as me:
        me.until(lambda: any(isinstance(one, CheckList) for one in me.windows()), "no check list")
        me.click(me.dialog(CheckList).done_button)
    with at_the_desk(file) as me:
        me.settle()
        assert not any(isinstance(one, CheckList) for one in me.windows())


def test_the_menu_leads_to_all_three(me: Person) -> None:
    for command, kind in (("share_team", ShareDialog), ("invite", InviteDialog), ("join_team", JoinDialog)):
        me.window.actions_.action(command).trigger()
        me.settle()
        me.dialog(kind).close()
        me.settle()
    assert open_join(me.window.tasks or me.program.tasks, me.window.state, me.window).isVisible()
