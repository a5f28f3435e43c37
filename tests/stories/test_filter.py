"""A filter made at the real program with the keyboard: dates, groups, saved and opened again."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtWidgets import QComboBox, QPushButton

from gcrm.services import contact
from gcrm.ui.tables.filter_group import ConditionGroup
from gcrm.ui.tables.filter_lines import ConditionLine
from gcrm.ui.tables.filters import FilterDialog
from gcrm.ui.tables.page import TablePage
from tests.stories.sitting import Key, Person
from tests.ui.office import Office


def open_filter(me: Person) -> FilterDialog:
    me.window.actions_.action("filter").trigger()
    me.settle()
    return me.dialog(FilterDialog)


def compare(me: Person, line: ConditionLine, field: str, operator: str) -> None:
    """Choose field and comparison with the keyboard."""
    line.field.setFocus()
    me.settle()
    me.write(field)
    me.key(Key.Key_Tab)
    line.operator.setCurrentIndex(line.operator.findText(operator))
    line.value.setFocus()
    me.settle()


@pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard")
@pytest.mark.parametrize("typed", ["1980-11-23", "23.11.1980", "23 Nov 1980"])
def test_a_date_is_typed_and_applied(me: Person, office: Office, typed: str) -> None:
    loaded = contact.load(me.database, office.becker)
    loaded.record.birthday = date(1980, 11, 23)
    contact.save(me.database, loaded)
    me.window.open_section("table")
    dialog = open_filter(me)
    line = dialog.lines[0]
    assert isinstance(line, ConditionLine)
    compare(me, line, "Birthday", "is")
    for letter in typed:
        me.write(letter)
    assert dialog.hits.full_text() == "1 contact fits."
    me.click(me.find(QPushButton, "Apply filter", dialog))
    table = me.window._pages["table"]
    assert isinstance(table, TablePage)
    assert [table.model.index(row, 0).data() for row in range(table.model.rowCount())] == ["Becker & Söhne <b>KG</b>"]


@pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard")
def test_a_group_stays_a_group_when_the_filter_is_opened_again(me: Person) -> None:
    dialog = open_filter(me)
    line = dialog.lines[0]
    assert isinstance(line, ConditionLine)
    compare(me, line, "Role", "is")
    me.click(me.find(QPushButton, "Add group", dialog))
    group = dialog.lines[1]
    assert isinstance(group, ConditionGroup)
    for town in ("Leip", "Lis"):
        part = group.parts[-1]
        assert isinstance(part, ConditionLine)
        compare(me, part, "Town", "starts with")
        me.write(town)
        if town == "Leip":
            group.add_line()
    me.click(me.find(QPushButton, "Apply filter", dialog))
    conditions = me.window.current_query().conditions
    starts = [{"field": "town", "op": "starts", "value": town} for town in ("Leip", "Lis")]
    assert conditions == {"all": [{"field": "role", "op": "is", "value": "customer"}, {"any": starts}]}
    again = open_filter(me)
    assert isinstance(again.lines[1], ConditionGroup)
    assert isinstance(again.root.mode, QComboBox)
    again.apply()
    me.settle()
    assert me.window.current_query().conditions == conditions
