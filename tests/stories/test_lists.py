"""The list: empty and without hits, kept in place by every change, printed and saved as shown (E 33, 38–41)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication, QPushButton, QSplitter

from gcrm.services import contact, contact_list
from gcrm.services.contact_list import ContactQuery
from gcrm.services.printing.preview import page_text
from gcrm.services.unit_of_work import unit_of_work
from gcrm.ui.first_start import FirstStart
from gcrm.ui.new_contact import NewContactDialog
from gcrm.ui.printing.listing import ListDialog
from gcrm.ui.tables.page import TablePage
from tests.stories.sitting import CTRL, Key, Person, at_the_desk, customers, make_office
from tests.ui.office import Office

MANY = 450


# --- E 38, 39: empty offices -----------------------------------------------------------------------------------------
def test_e38_an_empty_list_has_a_sentence_a_button_and_a_link(address: str, qapp: QApplication) -> None:
    with at_the_desk(address) as me:
        empty = me.window.contacts.pane.empty
        assert empty.isVisible()
        assert empty.sentence.full_text() == "No contacts yet."
        assert empty.button is not None
        assert empty.link is not None
        assert (empty.button.text(), empty.link.text()) == ("New contact", "Import contacts")
        assert not empty.icon().isNull() if hasattr(empty, "icon") else True
        me.click(empty.button)
        assert me.dialog(NewContactDialog).isVisible()


def test_e38_a_saved_list_without_contacts_says_so(me: Person) -> None:
    conditions = {"all": [{"field": "town", "op": "is", "value": "Nowhere"}]}
    me.window.contacts.pane.show_list(ContactQuery(conditions=conditions), "Nowhere")
    me.settle()
    assert me.window.contacts.pane.no_hits.sentence.full_text() == "No contact fits this list."


def test_e39_the_first_start_has_three_pages_that_can_be_skipped(address: str, qapp: QApplication) -> None:
    with at_the_desk(address, first_start=True) as me:
        pages = me.dialog(FirstStart)
        assert pages.stack.count() <= 3
        for _page in range(pages.stack.count()):
            me.click(pages.skip_button)
        assert me.count() <= 3
        assert me.windows() == []
        assert me.window.contacts.pane.empty.isVisible()
    with at_the_desk(address, first_start=True) as me:
        assert me.windows() == [], "asked once, not at every start"


def test_e39_sample_data_come_and_go_with_one_click(address: str, qapp: QApplication) -> None:
    with at_the_desk(address, first_start=True) as me:
        me.click(me.dialog(FirstStart).sample_button)
        assert me.count() == 1
        assert me.windows() == []
        assert me.window.contacts.pane.model.rowCount() > 5
        assert me.shown()
        assert me.window.banner.message() == "These are sample data to try everything on."
        me.click(me.find(QPushButton, "Remove sample data", me.window.banner))
        assert me.count() == 2
        assert me.window.contacts.pane.model.rowCount() == 0
        assert not me.window.banner.isVisible()


# --- E 41: nothing moves ---------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def many_contacts(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> bytes:
    offices = request.getfixturevalue("sqlite_offices")
    folder = tmp_path_factory.mktemp("many")
    with offices.migrated(folder) as url:
        make_office(url, lambda database: customers(database, MANY, with_address=False))
    return (folder / "office.gcrm").read_bytes()


@pytest.fixture
def long_list(many_contacts: bytes, address: str, qapp: QApplication) -> Iterator[Person]:
    from pathlib import Path

    Path(address.removeprefix("sqlite:///")).write_bytes(many_contacts)
    with at_the_desk(address) as me:
        yield me


def stand_at(me: Person, row: int) -> tuple[int, int]:
    """Put the cursor far down in the list and scroll it to the middle; return contact and place of the scroll bar."""
    pane = me.window.contacts.pane
    number = pane.model.ids()[row]
    me.window.open_contact(number)
    me.settle()
    pane.view.scrollTo(pane.model.index(row), pane.view.ScrollHint.PositionAtCenter)
    me.settle()
    return number, pane.view.verticalScrollBar().value()


def stands_at(me: Person) -> tuple[int | None, int]:
    return me.window.current_contact(), me.window.contacts.pane.view.verticalScrollBar().value()


def test_e41_a_change_elsewhere_moves_neither_record_nor_list(long_list: Person) -> None:
    me = long_list
    before = stand_at(me, 400)
    contact.set_field(me.database, [before[0] - 3], "priority", "A")
    me.settle()
    assert stands_at(me) == before
    assert me.window.contacts.pane.selected() == [before[0]]


def test_e41_an_edit_of_the_shown_contact_and_its_undo_move_nothing(long_list: Person) -> None:
    me = long_list
    before = stand_at(me, 300)
    contact.set_field(me.database, [before[0]], "priority", "A")
    me.settle()
    assert stands_at(me) == before
    me.key(Key.Key_Z, CTRL)
    assert stands_at(me) == before


def test_e41_a_new_contact_above_keeps_record_and_cursor(long_list: Person) -> None:
    me = long_list
    number, _place = stand_at(me, 300)
    contact.create(me.database, contact.empty(name="Aachen AG", is_customer=True))
    me.settle()
    assert me.window.current_contact() == number
    assert me.window.contacts.pane.selected() == [number]
    assert me.window.contacts.pane.model.rowCount() == MANY + 1


def test_e41_several_chosen_rows_stay_chosen(long_list: Person) -> None:
    me = long_list
    pane = me.window.contacts.pane
    me.click(pane.view.viewport(), pane.view.visualRect(pane.model.index(0)).center())
    from PySide6.QtTest import QTest

    for row in (2, 3):
        place = pane.view.visualRect(pane.model.index(row)).center()
        QTest.mouseClick(pane.view.viewport(), Qt.MouseButton.LeftButton, CTRL, place)
    me.settle()
    chosen = pane.selected()
    assert len(chosen) == 3
    contact.create(me.database, contact.empty(name="Aachen AG", is_customer=True))
    me.settle()
    assert pane.selected() == chosen


def test_e41_a_filter_and_its_end_give_the_cursor_back(long_list: Person) -> None:
    me = long_list
    number, _place = stand_at(me, 440)
    me.key(Key.Key_F, CTRL)
    me.write("customer 00")
    assert me.window.current_contact() == number
    me.window.contacts.pane.search.clear()
    me.settle()
    assert me.window.current_contact() == number
    assert me.window.contacts.pane.selected() == [number]


def test_e41_the_neighbour_of_a_deleted_contact_is_shown(long_list: Person) -> None:
    me = long_list
    number, _place = stand_at(me, 400)
    me.key(Key.Key_Backspace, CTRL)
    assert me.window.current_contact() == me.window.contacts.pane.model.ids()[400] != number


# --- E 40: where everything stood ------------------------------------------------------------------------------------
def test_e40_everything_comes_back_where_it_stood(office: Office, address: str, qapp: QApplication) -> None:
    with at_the_desk(address, size=(1300, 820)) as me:
        me.window.move(40, 30)
        me.window.open_contact(office.cardoso)
        splitter = me.window.contacts.findChild(QSplitter)
        assert splitter is not None
        sizes = splitter.sizes()
        splitter.setSizes([sizes[0] + 40, sizes[1] - 40, sizes[2]])
        widths = splitter.sizes()
        me.window.open_section("table")
        me.settle()
        table = me.window._pages["table"]
        assert isinstance(table, TablePage)
        header = table.view.horizontalHeader()
        header.moveSection(0, 2)
        header.resizeSection(1, 333)
        table.sort_by("town")
        me.settle()
        columns = table.columns()
        place = me.window.geometry()
    with at_the_desk(address, size=(1300, 820)) as me:
        assert me.window.geometry() == place
        assert me.shown() == "Joana Cardoso"
        splitter = me.window.contacts.findChild(QSplitter)
        assert splitter is not None
        assert splitter.sizes() == widths
        me.window.open_section("table")
        me.settle()
        table = me.window._pages["table"]
        assert isinstance(table, TablePage)
        assert table.columns() == columns
        assert table.view.horizontalHeader().sectionSize(1) == 333
        assert table.query().sort == ("town",)


def test_e40_a_window_that_lies_off_every_screen_comes_back(office: Office, address: str, qapp: QApplication) -> None:
    with at_the_desk(address) as me:
        me.window.setGeometry(QRect(9000, 9000, 1200, 800))
    with at_the_desk(address, size=(1200, 800)) as me:
        screen = qapp.primaryScreen().availableGeometry()
        assert screen.intersects(me.window.geometry())
        assert all(size >= 120 for size in me.window.contacts.findChild(QSplitter).sizes())  # type: ignore[union-attr]  # it is there


# --- E 33: exactly what is shown -------------------------------------------------------------------------------------
def test_e33_the_printed_list_is_the_table_that_is_shown(me: Person, office: Office) -> None:
    with unit_of_work(me.database, "Town", kind="system") as work:
        work.session.connection()
    me.window.open_section("table")
    me.settle()
    table = me.window._pages["table"]
    assert isinstance(table, TablePage)
    table.set_columns(("town", "display_name"))
    me.settle()
    table.sort_by("town")
    table.sort_by("town")
    me.settle()
    shown = [table.model.index(row, 0).data() for row in range(table.model.rowCount())]
    assert shown == ["Lisboa", "Leipzig", "Köln"]
    assert me.window.current_columns() == ("town", "display_name")
    me.key(Key.Key_P, CTRL, Qt.KeyboardModifier.ShiftModifier)
    dialog = me.dialog(ListDialog)
    me.until(lambda: dialog._built is not None, "the list was never made")
    assert dialog._built is not None
    text = page_text(dialog._built.pdf)
    places = [text.index(town) for town in shown]
    assert places == sorted(places)
    assert text.index("Lisboa") < text.index("Joana Cardoso")
    assert "Domplatz" not in text


def test_e33_a_saved_list_remembers_order_and_columns(me: Person) -> None:
    from gcrm.ui.tables.saved_lists import SaveListDialog

    me.window.open_section("table")
    me.settle()
    table = me.window._pages["table"]
    assert isinstance(table, TablePage)
    table.set_columns(("display_name", "town"))
    table.sort_by("town")
    me.settle()
    me.key(Key.Key_S, CTRL, Qt.KeyboardModifier.ShiftModifier)
    me.dialog(SaveListDialog)
    me.write("By town")
    me.key(Key.Key_Return)
    with me.database.read() as session:
        saved = contact_list.saved_filters(session, me.database.user_id)
        found = next(one for one in saved if one.name == "By town")
        query = contact_list.query_of(found)
    assert query.sort == ("town",)
    assert tuple(found.columns) == ("display_name", "town")
