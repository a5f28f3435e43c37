"""Finding and going: the box that goes anywhere, the search of the list, and where the keyboard is afterwards."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from gcrm.model.address import Address
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.contact_point import ContactPoint
from gcrm.services import contact
from gcrm.services.database import Database
from gcrm.ui.command_palette import MOST, CommandPalette, Entry, EntryRole
from gcrm.ui.tables.page import TablePage
from tests.stories.sitting import ALT, CTRL, Key, at_the_desk, customers, has_focus, make_office
from tests.stories.sitting import Person as Worker
from tests.ui.office import Office


def palette(me: Worker) -> CommandPalette:
    me.key(Key.Key_K, CTRL)
    found = me.window.findChildren(CommandPalette)
    assert len(found) == 1
    return found[0]


def entries(box: CommandPalette) -> list[Entry]:
    return [box.list.item(row).data(EntryRole) for row in range(box.list.count())]


def groups(box: CommandPalette) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entry in entries(box):
        if entry.run is None:
            found[entry.title] = []
        else:
            found[list(found)[-1]].append(entry.title)
    return found


def test_e14_palette_shows_recent_contacts_when_nothing_is_typed(me: Worker, office: Office) -> None:
    for number in (office.cardoso, office.becker):
        me.window.open_contact(number)
        me.settle()
    box = palette(me)
    shown = groups(box)
    assert shown["Recently open"] == ["Becker & Söhne <b>KG</b>", "Joana Cardoso", "Albrecht Metallbau GmbH"]
    assert "New contact" in shown["Commands"]


def test_e14_palette_groups_contacts_people_and_commands(me: Worker) -> None:
    box = palette(me)
    me.write("a")
    shown = groups(box)
    assert "Albrecht Metallbau GmbH" in shown["Contacts"]
    assert any("Anna Albrecht" in title for title in shown["People"])
    assert shown["Commands"]


def test_e14_palette_shows_at_most_eight_of_a_group(address: str, qapp: QApplication) -> None:
    make_office(address, lambda database: customers(database, 12, with_address=False))
    with at_the_desk(address) as me:
        box = palette(me)
        me.write("customer")
        assert len(groups(box)["Contacts"]) == 8
        assert MOST == 8


def test_e14_escape_returns_to_the_exact_place(me: Worker) -> None:
    me.key(Key.Key_L, CTRL)
    me.write("Wants an offer")
    text = me.window.contacts.rail.box.text
    caret = text.textCursor()
    caret.setPosition(5)
    text.setTextCursor(caret)
    palette(me)
    me.write("card")
    me.key(Key.Key_Escape)
    assert QApplication.focusWidget() is text
    assert text.textCursor().position() == 5
    assert text.toPlainText() == "Wants an offer"
    assert not me.window.findChildren(CommandPalette)


def test_e14_palette_carries_out_commands(me: Worker) -> None:
    palette(me)
    me.write("dark appearance")
    me.key(Key.Key_Return)
    assert me.window.theme.is_dark


def test_e14_palette_says_when_nothing_is_found(me: Worker) -> None:
    box = palette(me)
    me.write("qqqq <b>x</b>")
    assert [entry.title for entry in entries(box)] == ["Nothing found for “qqqq <b>x</b>”."]
    me.key(Key.Key_Return)
    assert box.isVisible()


def test_e14_arrow_keys_step_over_headings(me: Worker) -> None:
    box = palette(me)
    me.write("a")
    seen = set()
    for _step in range(box.list.count() + 2):
        entry: Entry = box.list.currentItem().data(EntryRole)
        assert entry.run is not None
        seen.add(box.list.currentRow())
        me.key(Key.Key_Down)
    assert seen == {row for row, entry in enumerate(entries(box)) if entry.run is not None}
    me.key(Key.Key_Up)
    assert box.list.currentRow() in seen


# --- E 15: what a search finds --------------------------------------------------------------------------------------
def _corpus(database: Database) -> None:
    one = contact.empty(name="Müller & Söhne Straßenbau GmbH", is_customer=True)
    one.addresses.append(Address(street="Rua de São Bento", house_number="3", postcode="1200", town="Lisboa"))
    one.points.append(ContactPoint(kind="phone", value="+49 (341) 12 34-56"))
    one.points.append(ContactPoint(kind="email", value="post@mueller-bau.example"))
    one.persons.append(ContactPerson(person=Person(first_name="Zoë", last_name="Çelik"), function="Einkauf"))
    contact.create(database, one)
    customers(database, 3)


@pytest.fixture
def searcher(address: str, qapp: QApplication) -> Iterator[Worker]:
    make_office(address, _corpus)
    with at_the_desk(address) as me:
        yield me


WORDS = [
    "müller", "mueller", "muller", "MULLER", "söhne müller", "sohne mull", "strassenbau", "straßenb", "ssenba",
    "sao bento", "são", "lisboa", "0341 123456", "+49341123456", "12 34-56", "341/1234", "post@mueller", "celik",
    "zoe çelik", "10001",
]  # fmt: skip


def test_e15_every_spelling_finds_the_contact(searcher: Worker) -> None:
    pane = searcher.window.contacts.pane
    missed = []
    for words in WORDS:
        pane.search.setText(words)
        searcher.settle()
        if pane.model.rowCount() != 1:
            missed.append((words, pane.model.rowCount()))
    assert missed == []
    pane.search.setText("müller weg")
    searcher.settle()
    assert pane.model.rowCount() == 0


def test_e15_the_palette_finds_the_same(searcher: Worker) -> None:
    missed = []
    box = palette(searcher)
    for words in WORDS:
        box.input.setText(words)
        searcher.settle()
        found = [title for group in ("Contacts", "People") for title in groups(box).get(group, [])]
        if not any("Müller" in title or "Çelik" in title for title in found):
            missed.append(words)
    assert missed == []


# --- E 16: the search of the list -----------------------------------------------------------------------------------
def test_e16_control_f_searches_and_down_enters_the_list(me: Worker, office: Office) -> None:
    me.window.open_section("today")
    me.settle()
    me.key(Key.Key_F, CTRL)
    pane = me.window.contacts.pane
    assert has_focus(pane.search)
    assert pane.search.placeholderText() == "Name, phone, city, customer no."
    me.write("köln")
    assert pane.model.rowCount() == 1
    assert has_focus(pane.search)
    me.key(Key.Key_Down)
    assert has_focus(pane.view)
    assert me.shown() == "Becker & Söhne <b>KG</b>"
    me.key(Key.Key_F, CTRL)
    assert pane.search.selectedText() == "köln"


def test_e16_enter_opens_the_best_match(me: Worker) -> None:
    me.key(Key.Key_F, CTRL)
    me.write("card")
    assert me.shown() == "Albrecht Metallbau GmbH", "typing alone must not change the record"
    me.key(Key.Key_Return)
    assert me.shown() == "Joana Cardoso"


def test_e16_the_search_can_be_cleared_and_the_cursor_comes_back(me: Worker, office: Office) -> None:
    pane = me.window.contacts.pane
    me.window.open_contact(office.cardoso)
    me.key(Key.Key_F, CTRL)
    me.write("zzz")
    assert pane.no_hits.isVisible()
    assert pane.no_hits.sentence.full_text() == "Nothing found for “zzz”."
    assert pane.no_hits.link is not None
    me.click(pane.no_hits.link)
    assert pane.search.text() == ""
    assert pane.model.rowCount() == 3
    assert pane.selected() == [office.cardoso]
    assert me.shown() == "Joana Cardoso"
    assert has_focus(pane.search)


def test_e16_the_table_has_its_own_search_on_the_same_key(me: Worker) -> None:
    me.window.open_section("table")
    me.settle()
    me.key(Key.Key_F, CTRL)
    table = me.window.stack.currentWidget()
    assert isinstance(table, TablePage), "searching must not leave the table"
    me.write("card")
    assert table.model.rowCount() == 1
    me.key(Key.Key_Down)
    assert has_focus(table.view)


# --- back and forward -----------------------------------------------------------------------------------------------
def test_alt_left_goes_back_where_one_was(me: Worker, office: Office) -> None:
    me.window.open_contact(office.cardoso)
    me.settle()
    me.key(Key.Key_1, CTRL)
    assert me.window.stack.currentWidget() is me.window._pages["today"]
    me.key(Key.Key_Left, ALT)
    assert me.shown() == "Joana Cardoso"
    assert me.window.contacts.isVisible()
    me.key(Key.Key_Right, ALT)
    assert me.window.stack.currentWidget() is me.window._pages["today"]


def test_a_contact_that_the_list_does_not_show_stays_open_when_the_list_is_read_anew(
    me: Worker, office: Office
) -> None:
    me.key(Key.Key_F, CTRL)
    me.write("card")
    me.window.open_contact(office.albrecht)
    me.settle()
    contact.set_field(me.database, [office.cardoso], "priority", "C")
    me.settle()
    assert me.shown() == "Albrecht Metallbau GmbH"
    assert me.window.contacts.pane.selected() == []


def test_only_contacts_that_were_chosen_are_remembered_as_recent(me: Worker, office: Office) -> None:
    before = me.context.state.recent_contacts()
    me.key(Key.Key_F, CTRL)
    me.write("becker")
    assert me.context.state.recent_contacts() == before
