"""Fields that are typed into: amounts, dates, choices, searches, and what stands around them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from gcrm.ui.widgets.combo import FilterCombo
from gcrm.ui.widgets.date_edit import DateEdit
from gcrm.ui.widgets.form_fields import FormField
from gcrm.ui.widgets.money_edit import MoneyEdit
from gcrm.ui.widgets.month_view import MonthView
from gcrm.ui.widgets.search_edit import SearchEdit
from gcrm.ui.widgets.text_area import TextArea
from tests.ui.gallery import TODAY, parse_day

# Pop-ups grab the keyboard, which a platform without windows cannot do.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard")
GERMAN = QLocale(QLocale.Language.German, QLocale.Country.Germany)
ENGLISH = QLocale(QLocale.Language.English, QLocale.Country.UnitedStates)
PORTUGUESE = QLocale(QLocale.Language.Portuguese, QLocale.Country.Portugal)


def money(qtbot: QtBot, locale: QLocale, decimals: int = 2) -> MoneyEdit:
    edit = MoneyEdit("€", decimals, "Price")
    qtbot.addWidget(edit)
    edit.setLocale(locale)
    return edit


@pytest.mark.parametrize(
    ("locale", "typed", "amount", "shown"),
    [
        (GERMAN, "1.234,56", "1234.56", "1.234,56"),
        (GERMAN, "1234.56", "1234.56", "1.234,56"),
        (GERMAN, "1.234", "1234", "1.234,00"),
        (GERMAN, "-5", "-5", "-5,00"),
        (ENGLISH, "1,234.56", "1234.56", "1,234.56"),
        (ENGLISH, "1234.5", "1234.5", "1,234.50"),
        (PORTUGUESE, "1234,56", "1234.56", None),
        (PORTUGUESE, "1234.56", "1234.56", None),
    ],
)
def test_amounts_are_read_in_the_local_and_the_iso_form(
    qtbot: QtBot, locale: QLocale, typed: str, amount: str, shown: str | None
) -> None:
    edit = money(qtbot, locale)
    told: list[Decimal | None] = []
    edit.changed.connect(told.append)
    QTest.keyClicks(edit, typed)
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert told == [Decimal(amount)]
    assert edit.value() == Decimal(amount)
    if shown:
        assert edit.text() == shown
    edit.commit()
    assert told == [Decimal(amount)]


def test_what_is_no_amount_stays_as_typed_and_says_why(qtbot: QtBot) -> None:
    edit = money(qtbot, GERMAN)
    field = FormField("Price", edit)
    qtbot.addWidget(field)
    for typed in ("zwölf", "1,234567", "1,2,3"):
        edit.setText(typed)
        edit.commit()
        assert edit.has_error()
        assert edit.value() is None
        assert edit.text() == typed
        assert field.error()
    edit.setText("12")
    edit.commit()
    assert not edit.has_error()
    assert field.error() == ""
    assert edit.text() == "12,00"


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_an_amount_survives_being_shown_and_read(amount: Decimal) -> None:
    for locale in (GERMAN, ENGLISH, PORTUGUESE):
        edit = MoneyEdit()
        edit.setLocale(locale)
        edit.set_value(amount)
        shown = edit.text()
        edit.set_value(None)
        edit.setText(shown)
        edit.commit()
        assert edit.value() == amount


@pytest.fixture(autouse=True)
def application(qapp: QApplication) -> None:
    """Widgets are also made inside of hypothesis."""


def day_edit(qtbot: QtBot) -> DateEdit:
    edit = DateEdit(parse_day, "Date")
    qtbot.addWidget(edit)
    edit.setLocale(GERMAN)
    return edit


@pytest.mark.parametrize("typed", ["23.11.", "23.11.26", "23.11.2026", "2026-11-23", "today"])
def test_a_date_is_read_as_people_write_it(qtbot: QtBot, typed: str) -> None:
    edit = day_edit(qtbot)
    told: list[date | None] = []
    edit.changed.connect(told.append)
    QTest.keyClicks(edit, typed)
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert edit.value() == TODAY
    assert edit.text() == "23.11.2026"
    assert told == [TODAY]


def test_what_is_no_date_stays_and_an_empty_field_is_none(qtbot: QtBot) -> None:
    edit = day_edit(qtbot)
    sentences: list[str] = []
    edit.invalid.connect(sentences.append)
    edit.setText("31.02.2026")
    edit.commit()
    assert edit.has_error()
    assert edit.text() == "31.02.2026"
    edit.setText("")
    edit.commit()
    assert not edit.has_error()
    assert edit.value() is None
    assert len(sentences) == 2
    assert sentences[1] == ""


def test_keys_step_through_days(qtbot: QtBot) -> None:
    edit = day_edit(qtbot)
    edit.set_value(TODAY)
    QTest.keyClick(edit, Qt.Key.Key_Up)
    assert edit.value() == TODAY + timedelta(days=1)
    QTest.keyClick(edit, Qt.Key.Key_PageDown)
    assert edit.value() == TODAY - timedelta(days=6)
    edit.setText("nonsense")
    QTest.keyClick(edit, Qt.Key.Key_Up)
    assert edit.text() == "nonsense"


def test_the_calendar_opens_by_key_and_gives_its_day(qtbot: QtBot) -> None:
    edit = day_edit(qtbot)
    edit.set_value(TODAY)
    edit.show()
    QTest.keyClick(edit, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    menu = edit.findChild(QMenu)
    assert isinstance(menu, QMenu)
    month = menu.findChild(MonthView)
    assert isinstance(month, MonthView)
    month.setSelectedDate(month.selectedDate().addDays(2))
    month.activated.emit(month.selectedDate())
    assert edit.value() == TODAY + timedelta(days=2)
    assert not menu.isVisible()


def test_tab_leaves_a_text_and_ctrl_enter_submits_it(qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    row = QHBoxLayout(host)
    area, other = TextArea(2, "What happened?", "Log"), QLineEdit()
    row.addWidget(area)
    row.addWidget(other)
    with qtbot.waitExposed(host):
        host.show()
    host.activateWindow()
    area.setFocus()
    QTest.keyClicks(area, "called")
    QTest.keyClick(area, Qt.Key.Key_Return)
    QTest.keyClick(area, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is other
    assert area.toPlainText() == "called\n"
    with qtbot.waitSignal(area.submitted):
        QTest.keyClick(area, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert area.toPlainText() == "called\n"


def choices(qtbot: QtBot) -> FilterCombo:
    combo = FilterCombo("Customer")
    qtbot.addWidget(combo)
    combo.set_choices([("Müller GmbH", 1), ("Meier KG", 2), ("São João Lda", 3)])
    combo.show()
    return combo


def type_into(combo: FilterCombo, text: str) -> None:
    edit = combo.lineEdit()
    assert edit is not None
    edit.selectAll()
    QTest.keyClicks(edit, text)


def test_typing_finds_without_accents_and_enter_takes(qtbot: QtBot) -> None:
    combo = choices(qtbot)
    told: list[int] = []
    combo.chosen.connect(told.append)
    assert combo.value() is None
    assert combo.currentText() == ""
    type_into(combo, "joao sao")
    QTest.keyClick(combo, Qt.Key.Key_Return)
    assert combo.value() == 3
    assert combo.currentText() == "São João Lda"
    assert told == [3]


def test_what_is_not_in_the_list_cannot_be_chosen(qtbot: QtBot) -> None:
    combo = choices(qtbot)
    combo.set_value(2)
    type_into(combo, "nobody")
    QTest.keyClick(combo, Qt.Key.Key_Return)
    assert combo.value() == 2
    assert combo.currentText() == "Meier KG"
    type_into(combo, "m")
    QTest.keyClick(combo, Qt.Key.Key_Return)
    assert combo.value() == 2


def test_escape_gives_the_former_choice_back(qtbot: QtBot) -> None:
    combo = choices(qtbot)
    combo.set_value(1)
    type_into(combo, "mei")
    QTest.keyClick(combo, Qt.Key.Key_Escape)
    assert combo.value() == 1
    assert combo.currentText() == "Müller GmbH"


def test_leaving_the_field_takes_the_only_hit(qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    row = QHBoxLayout(host)
    combo, other = choices(qtbot), QLineEdit()
    row.addWidget(combo)
    row.addWidget(other)
    with qtbot.waitExposed(host):
        host.show()
    host.activateWindow()
    combo.setFocus()
    type_into(combo, "meier")
    completer = combo.completer()
    assert completer is not None
    popup = completer.popup()
    assert popup is not None
    popup.hide()
    other.setFocus()
    assert combo.value() == 2


def test_search_has_keys_for_hits_and_clearing(qtbot: QtBot) -> None:
    edit = SearchEdit("Name, phone, city")
    qtbot.addWidget(edit)
    edit.resize(300, 32)
    edit.show()
    assert edit.clear_button.isHidden()
    QTest.keyClicks(edit, "alb")
    assert not edit.clear_button.isHidden()
    with qtbot.waitSignal(edit.down_pressed):
        QTest.keyClick(edit, Qt.Key.Key_Down)
    QTest.keyClick(edit, Qt.Key.Key_Escape)
    assert edit.text() == ""
    edit.setText("x")
    edit.clear_button.click()
    assert edit.text() == ""
    assert edit.placeholderText() == edit.accessibleDescription() == "Name, phone, city"


def test_a_form_field_names_its_editor_and_its_error(qtbot: QtBot) -> None:
    edit = QLineEdit()
    field = FormField("R&D budget", edit, required=True, hint="per year")
    qtbot.addWidget(field)
    assert edit.accessibleName() == "R&D budget (required)"
    assert field.label.buddy() is edit
    assert field.label.text() == "R&&D budget (required)"
    assert edit.accessibleDescription() == "per year"
    field.set_error("Enter an amount.")
    assert edit.accessibleDescription() == field.error() == "Enter an amount."
    assert edit.property("invalid") is True
    field.clear_error()
    assert edit.property("invalid") is False
    assert edit.accessibleDescription() == "per year"
