"""The filter's window: values typed as people write them, choices by name, groups inside groups."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from gcrm.model.custom_field import CustomField
from gcrm.services import contact, custom_field
from gcrm.services.contact_list import ContactQuery
from gcrm.ui.context import Context
from gcrm.ui.tables.filter_group import ConditionGroup
from gcrm.ui.tables.filter_lines import ConditionLine, KeptLine
from gcrm.ui.tables.filter_values import NumberEdit
from gcrm.ui.tables.filters import FilterDialog
from gcrm.ui.widgets.date_edit import DateEdit
from tests.ui.fake_window import FakeWindow
from tests.ui.office import Office
from tests.ui.turning import settle

Make = Callable[..., FilterDialog]


@pytest.fixture
def make(context: Context, qtbot: QtBot) -> Make:
    def build(conditions: dict[str, Any] | None = None) -> FilterDialog:
        dialog = FilterDialog(context, ContactQuery(conditions=conditions or {}))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(dialog)
        dialog.show()
        settle(context)
        return dialog

    return build


def choose(line: ConditionLine, field: str, operator: str) -> None:
    line.field.set_value(field)
    line.field.chosen.emit(field)
    line.operator.setCurrentIndex(line.operator.findData(operator))


def first(dialog: FilterDialog) -> ConditionLine:
    line = dialog.lines[0]
    assert isinstance(line, ConditionLine)
    return line


def write(context: Context, line: ConditionLine, text: str) -> None:
    """Type a value letter by letter; the window counts after each."""
    assert isinstance(line.value, QLineEdit)
    line.value.clear()
    for letter in text:
        QTest.keyClicks(line.value, letter)
        settle(context)


TYPED = [
    ("birthday", "is", "1980-11-23", "1980-11-23"), ("birthday", "less", "23.11.1980", "1980-11-23"),
    ("created_at", "more", "1.2.2026", "2026-02-01"), ("credit_limit", "more", "1.000,00", 1000),
    ("credit_limit", "less", "-12.5", "-12.5"), ("discount", "is", "3", 3), ("birthday", "before_days", "30", 30),
]  # fmt: skip


@pytest.mark.parametrize(("field", "operator", "text", "kept"), TYPED)
def test_values_are_typed_as_people_write_them(
    make: Make, context: Context, field: str, operator: str, text: str, kept: Any
) -> None:
    dialog = make()
    line = first(dialog)
    choose(line, field, operator)
    write(context, line, text)
    assert line.sentence.isHidden()
    assert dialog.conditions() == {"all": [{"field": field, "op": operator, "value": kept}]}
    assert dialog.hits.full_text().startswith(("0 contacts", "1 contact", "2 contacts", "3 contacts"))
    again = make(dialog.conditions())
    assert first(again).tree()["value"] == kept


@pytest.mark.parametrize(
    ("field", "operator", "text"),
    [("birthday", "is", "23.11.19800"), ("credit_limit", "is", "-"), ("birthday", "since_days", "soon"),
     ("follow_up", "before_days", "9999999")],
)  # fmt: skip
def test_what_cannot_be_read_says_so_and_is_not_applied(
    make: Make, context: Context, window: FakeWindow, field: str, operator: str, text: str
) -> None:
    dialog = make()
    shown: list[ContactQuery] = []
    window.show_query = lambda query, title: shown.append(query)  # type: ignore[attr-defined]  # the real window has it
    line = first(dialog)
    choose(line, field, operator)
    write(context, line, text)
    assert line.sentence.isVisible()
    assert line.sentence.full_text() == line.value.accessibleDescription() != ""
    assert dialog.conditions() == {}
    dialog.apply()
    assert shown == []
    assert dialog.isVisible()
    write(context, line, "1.1.2026" if operator == "is" and field == "birthday" else "7")
    assert line.sentence.isHidden()
    dialog.apply()
    assert len(shown) == 1


def test_a_large_number_can_be_read_again_in_german(make: Make, context: Context) -> None:
    made = custom_field.create(context.database, CustomField(owner="contact", label="Metres", kind="number"))
    former = QLocale()
    QLocale.setDefault(QLocale("de_DE"))
    try:
        dialog = make({"all": [{"field": f"custom.f{made}", "op": "more", "value": "12345.5"}]})
        line = first(dialog)
        assert isinstance(line.value, NumberEdit)
        assert (line.value.text(), line.tree()["value"]) == ("12345,5", "12345.5")
        write(context, line, "2000")
        line.value.commit()
        assert (line.value.text(), line.tree()["value"]) == ("2000", 2000)
    finally:
        QLocale.setDefault(former)


def test_each_kind_has_its_editor(make: Make) -> None:
    line = first(make())
    choose(line, "birthday", "is")
    assert isinstance(line.value, DateEdit)
    choose(line, "birthday", "month")
    assert isinstance(line.value, QComboBox)
    assert (line.value.count(), line.value.itemText(10)) == (12, "November")
    line.value.setCurrentIndex(10)
    assert line.tree()["value"] == 11
    choose(line, "birthday", "empty")
    assert line.is_complete()
    assert not isinstance(line.value, QLineEdit)


def test_countries_languages_and_colleagues_are_chosen_by_name(make: Make, context: Context, office: Office) -> None:
    labels = [label for label, _name in first(make())._offers.fields()]
    assert labels.count("Responsible") == 1
    for field, text, kept in (
        ("country", "Germany", "DE"), ("language", "German", "de"), ("responsible", "anna", "anna"),
    ):  # fmt: skip
        dialog = make()
        line = first(dialog)
        choose(line, field, "is")
        assert isinstance(line.value, QComboBox)
        place = line.value.findText(text)
        assert place >= 0, (field, text)
        line.value.setCurrentIndex(place)
        line.value.activated.emit(place)
        settle(context)
        assert line.tree() == {"field": field, "op": "is", "value": kept}
    assert contact.load(context.database, office.albrecht).record.language == "de"


NESTED: dict[str, Any] = {
    "all": [
        {"field": "role", "op": "is", "value": "customer"},
        {"any": [{"field": "town", "op": "starts", "value": "Leip"}, {"field": "priority", "op": "is", "value": "B"}]},
        {"not": {"any": [{"field": "category", "op": "is", "value": "Metal"}]}},
    ]
}
LOOSE: tuple[dict[str, Any], ...] = (
    {"field": "town", "op": "is", "value": "Köln"},
    {"not": {"field": "town", "value": "Köln"}},
    {"any": [{"not": {"not": {"field": "has_email"}}}, {"all": []}]},
    {"all": [{"field": "credit_limit", "op": "more", "value": "1.000,00"}]},
)


@pytest.mark.parametrize("tree", [NESTED, *LOOSE])
def test_what_was_not_touched_is_applied_as_it_was(make: Make, window: FakeWindow, tree: dict[str, Any]) -> None:
    shown: list[ContactQuery] = []
    window.show_query = lambda query, title: shown.append(query)  # type: ignore[attr-defined]  # the real window has it
    dialog = make(tree)
    dialog.apply()
    assert [query.conditions for query in shown] == [tree]


def test_groups_inside_groups_are_edited(make: Make, context: Context) -> None:
    dialog = make(NESTED)
    assert dialog.hits.full_text() == "1 contact fits."
    inner = dialog.lines[1]
    assert isinstance(inner, ConditionGroup)
    line = inner.add_line()
    choose(line, "priority", "is")
    assert isinstance(line.value, QComboBox)
    line.value.setCurrentIndex(line.value.findData("A"))
    settle(context)
    parts = dialog.conditions()["all"]
    assert [len(part) for part in (parts[1]["any"], parts)] == [3, 3]
    assert parts[0] == NESTED["all"][0]
    inner.removed.emit(inner)
    assert [set(part) for part in dialog.conditions()["all"]] == [{"field", "op", "value"}, {"not"}]
    fresh = dialog.root.add_group()
    assert fresh.mode.currentData() == "any"
    settle(context)


def test_a_comparison_that_cannot_be_edited_is_kept_in_words(make: Make, context: Context) -> None:
    gone = {"field": "responsible_id", "op": "is", "value": 1}
    dialog = make({"all": [gone]})
    line = dialog.lines[0]
    assert isinstance(line, KeptLine)
    added = dialog.add_line()
    choose(added, "town", "is")
    write(context, added, "Leipzig")
    assert dialog.conditions()["all"][0] == gone
    line.removed.emit(line)
    assert [part["field"] for part in dialog.conditions()["all"]] == ["town"]
    settle(context)


def test_own_fields_are_filtered_in_the_window(make: Make, context: Context, office: Office) -> None:
    colours = CustomField(owner="contact", label="Colours", kind="choices", choices=["Red", "Blue"])
    made = custom_field.create(context.database, colours)
    loaded = contact.load(context.database, office.becker)
    loaded.record.custom = {f"f{made}": ["Red", "Blue"]}
    loaded.record.birthday, loaded.record.credit_limit = date(1980, 11, 23), Decimal("5")
    contact.save(context.database, loaded)
    dialog = make()
    line = first(dialog)
    choose(line, f"custom.f{made}", "is")
    assert isinstance(line.value, QComboBox)
    line.value.setCurrentIndex(line.value.findData("Blue"))
    settle(context)
    assert dialog.hits.full_text() == "1 contact fits."
    choose(line, f"custom.f{made}", "contains")
    write(context, line, "gre")
    assert dialog.hits.full_text() == "0 contacts fit."
