"""Nothing is asked and nothing is lost: the status line, undo and redo, the trash (E 9, 12)."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from PySide6.QtWidgets import QMessageBox

from gcrm.model.contact import Contact
from gcrm.services import contact
from gcrm.services.changes import contact_history
from gcrm.ui.contact.value_row import ValueRow
from gcrm.ui.trash import PutAwayDialog
from tests.stories.sitting import CTRL, SHIFT, Key, Person, name_of
from tests.ui.office import Office


def row(me: Person, name: str) -> ValueRow:
    """Return the row of a field on the record page."""
    rows = [r for r in me.window.contacts.page.findChildren(ValueRow) if r.spec.label == name and r.isVisible()]
    assert rows, f"no row {name}"
    return rows[0]


def edit(me: Person, name: str, text: str) -> None:
    """Change a field on the record page as a person does."""
    line = row(me, name)
    line.view.setFocus()
    me.key(Key.Key_Return)
    me.key(Key.Key_A, CTRL)
    me.write(text)
    me.key(Key.Key_Return)


def priority(me: Person, number: int) -> str:
    return contact.load(me.database, number).record.priority


def test_e9_every_edit_says_so_and_can_be_undone_by_key(me: Person, office: Office) -> None:
    edit(me, "Payment terms", "at once")
    assert re.search(r"Saved .* · .*Albrecht Metallbau GmbH.* changed", me.said())
    assert me.window.status.undo_button.isVisible()
    me.key(Key.Key_Z, CTRL)
    assert contact.load(me.database, office.albrecht).record.payment_terms == "14 days 2 %, 30 days net"
    assert row(me, "Payment terms").view.shown() == "14 days 2 %, 30 days net"
    assert "Undone" in me.said()
    me.key(Key.Key_Z, CTRL, SHIFT)
    assert contact.load(me.database, office.albrecht).record.payment_terms == "at once"
    assert row(me, "Payment terms").view.shown() == "at once"


def test_e9_twenty_steps_go_back_and_forth(me: Person, office: Office) -> None:
    letters = ["A", "C", "", "B"] * 6
    before = ["B", *letters]
    for letter in letters:
        contact.set_field(me.database, [office.becker], "priority", letter)
    for letter in reversed(before[:-1]):
        me.key(Key.Key_Z, CTRL)
        assert priority(me, office.becker) == letter
    for letter in letters:
        me.key(Key.Key_Z, CTRL, SHIFT)
        assert priority(me, office.becker) == letter


def test_e9_nothing_left_to_undo_is_said(me: Person) -> None:
    for _step in range(12):
        me.key(Key.Key_Z, CTRL)
        if me.said() == "There is nothing to undo.":
            return
    raise AssertionError(me.said())


def test_e9_the_history_says_who_when_what(me: Person, office: Office) -> None:
    contact.set_field(me.database, [office.albrecht], "priority", "C")
    with me.database.read() as session:
        newest = next(entry for entry in contact_history(session, office.albrecht) if entry.field == "priority")
    assert (newest.who, newest.old, newest.new) == (me.database_user(), "A", "C")
    assert abs((newest.at - datetime.now(UTC)).total_seconds()) < 600


def test_undo_inside_a_text_field_takes_back_typing_not_the_last_operation(me: Person, office: Office) -> None:
    contact.set_field(me.database, [office.albrecht], "priority", "C")
    me.settle()
    me.key(Key.Key_L, CTRL)
    me.write("abc")
    me.key(Key.Key_Z, CTRL)
    assert me.window.contacts.rail.box.text.toPlainText() != "abc"
    assert priority(me, office.albrecht) == "C"


def test_e12_delete_asks_nothing_and_undo_brings_back(
    me: Person, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QMessageBox, "exec", lambda self: pytest.fail(f"asked: {self.text()}"))
    me.key(Key.Key_Backspace, CTRL)
    assert contact.load(me.database, office.albrecht).record.deleted_at is not None
    assert me.window.contacts.pane.model.rowCount() == 2
    assert me.shown() == "Becker & Söhne <b>KG</b>", "the next one is shown"
    assert "Albrecht Metallbau GmbH" in me.said()
    me.click(me.window.status.undo_button)
    assert contact.load(me.database, office.albrecht).record.deleted_at is None
    assert me.window.contacts.pane.model.rowCount() == 3


def test_e12_the_trash_gives_back(me: Person, office: Office) -> None:
    contact.trash(me.database, [office.becker])
    me.window.actions_.action("trash").trigger()
    me.settle()
    trash = me.dialog(PutAwayDialog)
    assert list(trash.model.ids()) == [office.becker]
    assert not me.find_button("Restore", trash).isEnabled(), "nothing is chosen yet"
    trash.view.selectRow(0)
    me.click(me.find_button("Restore", trash))
    assert list(trash.model.ids()) == []
    assert trash.count.text() == "The trash is empty."
    assert contact.load(me.database, office.becker).record.deleted_at is None


def test_e12_only_deleting_for_good_asks_with_its_verb(
    me: Person, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, list[str], str]] = []

    def answer(box: QMessageBox) -> int:
        default = box.defaultButton()
        asked.append((box.text(), sorted(button.text() for button in box.buttons()), default.text() if default else ""))
        return 0

    monkeypatch.setattr(QMessageBox, "exec", answer)
    contact.trash(me.database, [office.becker])
    me.window.actions_.action("trash").trigger()
    me.settle()
    trash = me.dialog(PutAwayDialog)
    trash.view.selectRow(0)
    me.click(me.find_button("Delete for good…", trash))
    assert asked == [
        ("Delete 1 contact for good, with its chronicle and files?", ["Cancel", "Delete"], "Cancel")
    ]  # fmt: skip
    with me.database.read() as session:
        assert session.get(Contact, office.becker) is not None, "Enter must not delete"
    monkeypatch.setattr("gcrm.ui.trash.ask", lambda *rest, **options: True)
    me.click(me.find_button("Delete for good…", trash))
    with me.database.read() as session:
        assert session.get(Contact, office.becker) is None
    assert list(trash.model.ids()) == []


def test_archived_contacts_leave_the_list_and_come_back(me: Person, office: Office) -> None:
    me.window.actions_.action("archive").trigger()
    me.settle()
    assert list(me.window.contacts.pane.model.ids()) == [office.becker, office.cardoso]
    me.window.actions_.action("archive_list").trigger()
    me.settle()
    archive = me.dialog(PutAwayDialog)
    archive.view.selectRow(0)
    me.click(me.find_button("Take out of the archive", archive))
    assert name_of(me.database, office.albrecht) == "Albrecht Metallbau GmbH"
    assert me.window.contacts.pane.model.rowCount() == 3
