"""What is typed on a record outlives the window and the program (E 8, 10, 24, 25), and a call does not cost it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from gcrm.model.contact import Contact
from gcrm.services import activity
from gcrm.services import contact as contacts
from gcrm.services.drafts import Draft, DraftStore
from gcrm.services.opening import open_office
from gcrm.ui.beside import BesideWindow, open_kindly
from gcrm.ui.contact.value_row import ValueRow
from gcrm.ui.draft_keeper import PACE_MS
from gcrm.ui.new_contact import NewContactDialog
from gcrm.ui.unfinished import UnfinishedDialog
from gcrm.ui.widgets.combo import FilterCombo
from tests.stories.sitting import CTRL, Key, Person, at_the_desk
from tests.ui.office import Office

pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard", extend=True),
    pytest.mark.usefixtures("qapp"),
]


def stored(address: str, number: int) -> Contact:
    """Return a contact as the next program finds it."""
    database = open_office(address, user="anna")
    found = contacts.load(database, number).record
    database.close()
    return found


def drafts(me: Person) -> list[Draft]:
    return DraftStore.of(me.database).unfinished()


def row_of(me: Person, end: str, inside: QWidget | None = None) -> ValueRow:
    rows = (inside or me.window.contacts.page).findChildren(ValueRow)
    found = [row for row in rows if row.isVisible() and row.spec.key.endswith(end)]
    assert found, sorted(row.spec.key for row in rows if row.isVisible())
    return found[0]


def open_editor(me: Person, tab: str, end: str) -> ValueRow:
    me.window.contacts.page.open_tab(tab)
    me.settle()
    row = row_of(me, end)
    me.click(row.view)
    assert row.is_editing()
    return row


def wait_for_the_disk(me: Person) -> None:
    QTest.qWait(PACE_MS + 200)
    me.settle()


def write_note(me: Person, number: int, text: str = "Ask for the crane") -> None:
    me.window.open_contact(number)
    me.settle()
    open_editor(me, "notes", ":notes")
    me.write(text)


def write_street(me: Person, number: int) -> None:
    me.window.open_contact(number)
    me.settle()
    open_editor(me, "overview", ":street")
    QApplication.focusWidget().selectAll()  # type: ignore[union-attr]  # the editor of a street is a line
    me.write("Nordweg 3")
    me.key(Key.Key_Return)
    assert me.window.contacts.page.overview.address.has_pending()


@pytest.mark.parametrize("section", ["contacts", "today"])
def test_closing_the_window_saves_a_note_that_is_being_typed(office: Office, address: str, section: str) -> None:
    with at_the_desk(address) as me:
        write_note(me, office.albrecht)
        if section == "today":
            me.window.open_section(section)
    assert stored(address, office.albrecht).notes == "Ask for the crane"
    with at_the_desk(address) as me:
        assert drafts(me) == []


def test_closing_the_window_takes_an_unanswered_address_for_corrected(office: Office, address: str) -> None:
    with at_the_desk(address) as me:
        write_street(me, office.albrecht)
    first = stored(address, office.albrecht).addresses[0]
    assert (first.street, first.house_number) == ("Nordweg", "3")
    with at_the_desk(address) as me:
        assert drafts(me) == []


def test_a_call_beside_is_saved_with_the_main_window(office: Office, address: str) -> None:
    with at_the_desk(address) as me:
        beside = BesideWindow(me.context, office.becker, "Becker", me.window)
        beside.show()
        me.settle()
        beside.page.open_tab("notes")
        me.settle()
        row = row_of(me, ":notes", beside.page)
        row.open_editor()
        row._handles[0].retype("Wants an offer")
        me.settle()
    assert stored(address, office.becker).notes == "Wants an offer"


def test_a_window_beside_saves_when_it_is_closed(office: Office, address: str) -> None:
    with at_the_desk(address) as me:
        beside = BesideWindow(me.context, office.becker, "Becker", me.window)
        beside.show()
        me.settle()
        beside.page.open_tab("notes")
        me.settle()
        row = row_of(me, ":notes", beside.page)
        row.open_editor()
        row._handles[0].retype("Wants an offer")
        beside.close()
        me.settle()
        assert contacts.load(me.database, office.becker).record.notes == "Wants an offer"


@pytest.mark.parametrize(("begin", "back"), [
    (write_note, lambda me: row_of(me, ":notes").texts() == ["Ask for the crane"]),
    (write_street, lambda me: me.window.contacts.page.overview.address.has_pending()),
])  # fmt: skip
def test_what_was_typed_when_the_program_died_is_gone_on_with(
    office: Office, address: str, begin: Callable[[Person, int], None], back: Callable[[Person], bool]
) -> None:
    with at_the_desk(address) as me:
        begin(me, office.albrecht)
        wait_for_the_disk(me)
        [kept] = drafts(me)
        store = DraftStore.of(me.database)
    store.put(kept.key, kept.data)  # closing saved the text; a killed program would have left this
    database = open_office(address, user="anna")
    loaded = contacts.load(database, office.albrecht)
    loaded.record.notes = ""
    contacts.save(database, loaded)
    database.close()
    with at_the_desk(address) as me:
        me.window.open_contact(office.becker)
        me.window.actions_.action("unfinished").trigger()
        me.settle()
        dialog = me.dialog(UnfinishedDialog)
        assert "Albrecht" in dialog.list.item(0).text()
        me.click(dialog.open_button)
        me.until(lambda: back(me), "the text never came back")
        assert me.window.current_contact() == office.albrecht
        if begin is write_note:
            me.key(Key.Key_Return, CTRL)
        else:
            me.window.contacts.page.overview.address.correct()
        me.settle()
        assert drafts(me) == []


def test_given_up_is_given_up(me: Person, office: Office) -> None:
    write_note(me, office.albrecht)
    wait_for_the_disk(me)
    assert [draft.data["text"] for draft in drafts(me)] == ["Ask for the crane"]
    me.key(Key.Key_Escape)
    assert drafts(me) == []
    open_editor(me, "notes", ":notes")
    assert row_of(me, ":notes").texts() == [""]


def test_what_cannot_be_saved_holds_the_window_once_and_is_kept(office: Office, address: str) -> None:
    with at_the_desk(address) as me:
        me.window.open_contact(office.albrecht)
        me.settle()
        row = open_editor(me, "overview", "contact:1:name")
        QApplication.focusWidget().clear()  # type: ignore[union-attr]  # the editor of a name is a line
        me.window.open_section("today")
        assert not me.window.close()
        me.settle()
        assert row.isVisible()
        assert row.is_editing()
        assert "Unfinished" in me.said()
    with at_the_desk(address) as me:
        [kept] = drafts(me)
        assert kept.data["row"] == "contact:1:name"


def test_a_text_that_cannot_be_saved_is_kept_when_another_contact_is_shown(me: Person, office: Office) -> None:
    me.window.open_contact(office.albrecht)
    me.settle()
    open_editor(me, "overview", "contact:1:name")
    QApplication.focusWidget().clear()  # type: ignore[union-attr]  # the editor of a name is a line
    me.window.open_contact(office.becker)
    me.settle()
    assert "Unfinished" in me.said()
    wait_for_the_disk(me)
    assert [draft.data["contact_id"] for draft in drafts(me)] == [office.albrecht]


def a_call_comes(me: Person, office: Office) -> BesideWindow:
    """Open the caller's record as the button of the pop-up does; it is expected beside what is shown."""
    beside = open_kindly(me.context, office.becker, "Becker")
    me.settle()
    assert beside is not None
    QTest.qWaitForWindowActive(beside)
    return beside


def the_call_is_over(me: Person, beside: BesideWindow) -> QWidget | None:
    """Close the record of the caller by Esc; return what has the keyboard then."""
    QTest.keyClick(beside, Key.Key_Escape)
    QTest.qWaitForWindowActive(me.window)
    me.settle()
    return QApplication.focusWidget()


@pytest.mark.parametrize(("tab", "end"), [("overview", ":priority"), ("notes", ":notes")])
def test_a_call_leaves_an_open_editor_alone_also_an_empty_one(me: Person, office: Office, tab: str, end: str) -> None:
    me.window.open_contact(office.cardoso)
    me.settle()
    if tab == "overview":
        me.window.contacts.page.overview.details.toggle()
        me.settle()
    me.window.contacts.page.open_tab(tab)
    me.settle()
    row = row_of(me, f"contact:3{end}")
    row.open_editor()
    before = QApplication.focusWidget()
    beside = a_call_comes(me, office)
    assert me.window.current_contact() == office.cardoso
    assert the_call_is_over(me, beside) is before
    assert row.is_editing()


def test_a_call_leaves_half_a_choice_alone(me: Person, office: Office) -> None:
    me.window.open_contact(office.albrecht)
    me.settle()
    open_editor(me, "overview", "contact:1:language")
    me.write("e")
    QApplication.focusWidget().lineEdit().setCursorPosition(0)  # type: ignore[union-attr]  # a choice
    beside = a_call_comes(me, office)
    focus = the_call_is_over(me, beside)
    assert isinstance(focus, FilterCombo)
    assert focus.currentText() == "e"
    edit = focus.lineEdit()
    assert edit is not None
    assert edit.cursorPosition() == 0


def test_a_call_leaves_an_unanswered_address_and_an_open_activity_alone(me: Person, office: Office) -> None:
    write_street(me, office.albrecht)
    a_call_comes(me, office).close()
    me.settle()
    card = me.window.contacts.page.overview.address
    assert card.has_pending()
    card.give_up()
    rail = me.window.contacts.rail
    made = activity.log(me.database, office.albrecht, "Call back")
    rail.open_activity(made)
    me.settle()
    rail.view.setFocus()
    a_call_comes(me, office).close()
    me.settle()
    assert rail.body.count() == 2


def test_after_a_call_a_window_of_its_own_has_the_keyboard_again(me: Person, office: Office) -> None:
    me.key(Key.Key_N, CTRL)
    form = me.dialog(NewContactDialog)
    me.write("Neumann GmbH")
    beside = a_call_comes(me, office)
    QTest.keyClick(beside, Key.Key_Escape)
    QTest.qWaitForWindowActive(form)
    me.settle()
    assert QApplication.focusWidget() is form.form.handle("name").widget


def test_nothing_half_done_opens_the_caller_in_the_main_window(me: Person, office: Office) -> None:
    me.window.open_contact(office.albrecht)
    me.settle()
    assert open_kindly(me.context, office.becker, "Becker") is None
    me.settle()
    assert me.window.current_contact() == office.becker
