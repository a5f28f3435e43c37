"""The table of contacts: columns, several sort columns, filter lines, actions on many, saved lists."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from gcrm.services import contact, contact_list
from gcrm.services.contact_columns import DEFAULT_COLUMNS
from gcrm.services.contact_list import ContactQuery
from gcrm.ui.context import Context
from gcrm.ui.tables.bulk import open_bulk_menu
from gcrm.ui.tables.columns import ColumnChooser
from gcrm.ui.tables.filters import FilterDialog
from gcrm.ui.tables.page import TablePage
from gcrm.ui.tables.saved_lists import ManageListsDialog, SaveListDialog
from tests.ui.fake_window import FakeWindow
from tests.ui.office import Office
from tests.ui.turning import settle


@pytest.fixture
def table(context: Context, qtbot: QtBot) -> TablePage:
    made = TablePage(context)
    qtbot.addWidget(made)
    made.resize(1000, 500)
    made.show()
    settle(context)
    return made


def column(table: TablePage, name: str) -> list[str]:
    place = [one.name for one in table.model.columns()].index(name)
    return [str(table.model.index(row, place).data()) for row in range(table.model.rowCount())]


def test_it_begins_with_the_usual_columns(table: TablePage) -> None:
    assert table.columns() == DEFAULT_COLUMNS
    assert column(table, "display_name") == ["Albrecht Metallbau GmbH", "Becker & Söhne <b>KG</b>", "Joana Cardoso"]
    assert table.footer.full_text() == "3 of 3 contacts"


def test_a_click_sorts_and_another_turns_round(table: TablePage, context: Context) -> None:
    table.set_columns(("display_name", "town"))
    settle(context)
    table.view.horizontalHeader().sectionClicked.emit(1)
    settle(context)
    assert column(table, "town") == ["Köln", "Leipzig", "Lisboa"]
    assert table.view.horizontalHeader().sortIndicatorSection() == 1
    table.view.horizontalHeader().sectionClicked.emit(1)
    settle(context)
    assert column(table, "town") == ["Lisboa", "Leipzig", "Köln"]
    assert table.query().sort == ("-town",)


def test_several_columns_sort_together(table: TablePage, context: Context, office: Office) -> None:
    contact.set_field(context.database, [office.cardoso], "priority", "A")
    table.sort_by("priority")
    table.sort_by("display_name", add=True)
    table.sort_by("display_name", add=True)
    settle(context)
    assert table.query().sort == ("priority", "-display_name")
    assert column(table, "display_name") == ["Joana Cardoso", "Albrecht Metallbau GmbH", "Becker & Söhne <b>KG</b>"]


def test_numbers_and_their_headers_stand_at_the_right(table: TablePage, context: Context) -> None:
    table.set_columns(("display_name", "discount"))
    settle(context)
    role = int(Qt.ItemDataRole.TextAlignmentRole)
    for place, side in ((0, Qt.AlignmentFlag.AlignLeft), (1, Qt.AlignmentFlag.AlignRight)):
        assert table.model.headerData(place, Qt.Orientation.Horizontal, role) & side
        assert table.model.index(0, place).data(role) & side


def test_columns_are_chosen_and_moved_by_keys(table: TablePage, context: Context, qtbot: QtBot) -> None:
    chooser = ColumnChooser(table)
    qtbot.addWidget(chooser)
    chooser.show()
    settle(context)
    assert chooser.chosen() == DEFAULT_COLUMNS
    assert chooser.list.count() > len(DEFAULT_COLUMNS)
    chooser.list.setCurrentRow(0)
    chooser.list.setFocus()
    QTest.keyClick(chooser.list, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert chooser.chosen()[:2] == (DEFAULT_COLUMNS[1], DEFAULT_COLUMNS[0])
    item = chooser.list.item(0)
    assert item is not None
    item.setCheckState(Qt.CheckState.Unchecked)
    wanted = chooser.chosen()
    chooser.apply()
    settle(context)
    assert table.columns() == wanted
    again = TablePage(context)
    qtbot.addWidget(again)
    settle(context)
    assert again.columns() == wanted, "remembered on this computer"


def test_another_choice_of_columns_comes_in_its_own_order(table: TablePage, context: Context) -> None:
    table.set_columns(("display_name", "town", "number"))
    settle(context)
    table.view.horizontalHeader().moveSection(0, 2)
    assert table.columns() == ("town", "number", "display_name")
    table.set_columns(("priority", "email", "town"))
    settle(context)
    assert table.columns() == ("priority", "email", "town")


def test_a_saved_lists_columns_are_shown_and_not_taken_for_ones_own(
    table: TablePage, context: Context, qtbot: QtBot
) -> None:
    table.show_query(ContactQuery(sort=("-town",)), "By town", ("town", "display_name"))
    settle(context)
    assert table.columns() == ("town", "display_name")
    assert table.title.full_text() == "By town"
    table.view.horizontalHeader().resizeSection(0, 400)
    again = TablePage(context)
    qtbot.addWidget(again)
    settle(context)
    assert again.columns() == DEFAULT_COLUMNS


def test_a_change_keeps_cursor_and_place(table: TablePage, context: Context, office: Office) -> None:
    table.view.selectRow(1)
    contact.set_field(context.database, [office.cardoso], "priority", "C")
    settle(context)
    assert table.view.currentIndex().row() == 1
    assert "C" in column(table, "priority")


# --- filter ----------------------------------------------------------------------------------------------------------
@pytest.fixture
def make_filter(context: Context, qtbot: QtBot) -> Any:
    def make(conditions: dict[str, Any] | None = None) -> FilterDialog:
        dialog = FilterDialog(context, ContactQuery(conditions=conditions or {}))
        qtbot.addWidget(dialog)
        dialog.show()
        settle(context)
        return dialog

    return make


TREES: tuple[dict[str, Any], ...] = (
    {"all": [{"field": "town", "op": "is", "value": "Leipzig"}]},
    {"any": [{"field": "town", "op": "contains", "value": "k"}, {"field": "role", "op": "is", "value": "supplier"}]},
    {"not": {"all": [{"field": "priority", "op": "is", "value": "A"}]}},
    {"all": [{"field": "email", "op": "empty", "value": ""}]},
    {"all": [{"field": "category", "op": "is", "value": "Metal"}]},
)
FOUND = (1, 2, 2, 2, 1)


@pytest.mark.parametrize(("tree", "count"), list(zip(TREES, FOUND, strict=True)))
def test_a_filter_shows_what_it_was_given_and_counts(
    make_filter: Any, context: Context, tree: dict[str, Any], count: int
) -> None:
    dialog = make_filter(tree)
    assert dialog.conditions() == tree
    assert dialog.hits.full_text().startswith(f"{count} contact")


def test_a_line_without_value_says_nothing(make_filter: Any) -> None:
    dialog = make_filter()
    line = dialog.lines[0]
    line.field.set_value("town")
    line._on_field()
    assert dialog.conditions() == {}
    line.value.setText("Köln")
    assert [(part["field"], part["value"]) for part in dialog.conditions()["all"]] == [("town", "Köln")]


def test_lines_are_added_and_removed(make_filter: Any, context: Context) -> None:
    dialog = make_filter(TREES[0])
    dialog.add_line()
    assert len(dialog.lines) == 2
    dialog.lines[0].removed.emit(dialog.lines[0])
    assert len(dialog.lines) == 1
    settle(context)


# --- many at once ----------------------------------------------------------------------------------------------------
def bulk(table: TablePage, context: Context, chosen: list[int]) -> QMenu:
    open_bulk_menu(context, table, chosen, table.mapToGlobal(table.rect().center()))
    settle(context)
    menus = [menu for menu in table.findChildren(QMenu) if menu.isVisible() and menu.parent() is table]
    assert len(menus) == 1
    return menus[0]


def entry(menu: QMenu, title: str, text: str) -> Any:
    inner = next(action.menu() for action in menu.actions() if action.text() == title)
    return next(action for action in inner.actions() if action.text() == text)  # type: ignore[attr-defined]  # a QMenu


@pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard")
def test_many_get_a_priority_a_role_a_category(table: TablePage, context: Context, office: Office) -> None:
    both = [office.becker, office.cardoso]
    for title, text in (("Priority", "C"), ("Give the role", "Prospect"), ("Give the category", "Metal")):
        menu = bulk(table, context, both)
        entry(menu, title, text).trigger()
        menu.close()
        settle(context)
    for number in both:
        record = contact.load(context.database, number).record
        assert record.priority == "C"
        assert record.is_prospect
    with context.database.read() as session:
        query = ContactQuery(conditions={"all": [{"field": "category", "op": "is", "value": "Metal"}]})
        assert len(contact_list.ids(session, query)) == 3


@pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard")
def test_without_a_choice_there_is_nothing_to_change(table: TablePage, context: Context) -> None:
    menu = bulk(table, context, [])
    assert not any(action.isEnabled() for action in menu.actions() if not action.isSeparator())
    menu.close()


# --- saved lists -----------------------------------------------------------------------------------------------------
def test_a_list_needs_a_name_of_its_own(context: Context, qtbot: QtBot) -> None:
    contact_list.save_filter(context.database, "Ours", ContactQuery(), user_id=None)
    dialog = SaveListDialog(context)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.save()
    assert dialog.name.accessibleDescription() == "Give the list a name."
    dialog.name.setText("Theirs")
    dialog.save()
    settle(context)
    assert not dialog.isVisible()
    with context.database.read() as session:
        saved = contact_list.saved_filters(session, context.database.user_id)
        assert {one.name for one in saved} >= {"Ours", "Theirs"}


def test_lists_are_moved_by_keys_and_removed(context: Context, window: FakeWindow, qtbot: QtBot) -> None:
    for name in ("One", "Two", "Three"):
        contact_list.save_filter(context.database, name, ContactQuery(), user_id=None)
    dialog = ManageListsDialog(context)
    qtbot.addWidget(dialog)
    dialog.show()
    settle(context)

    def shown() -> list[str]:
        return [item.text() for row in range(dialog.list.count()) if (item := dialog.list.item(row)) is not None]

    before = shown()
    dialog.list.setFocus()
    dialog.list.setCurrentRow(0)
    QTest.keyClick(dialog.list, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    settle(context)
    assert shown() == [before[1], before[0], *before[2:]]
    dialog.list.setCurrentRow(0)
    dialog.remove()
    settle(context)
    assert shown() == [before[0], *before[2:]]
    item = dialog.list.item(0)
    assert item is not None
    item.setText("Renamed")
    settle(context)
    assert shown()[0] == "Renamed"
    assert window.errors == []
