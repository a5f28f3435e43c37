"""The window of the settings: every option is there, is found, is kept at once and can be taken back."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit

from gcrm.i18n import N_, language
from gcrm.services import settings
from gcrm.services.dav import passwords
from gcrm.services.settings import OPTIONS, Option
from gcrm.ui.context import Context
from gcrm.ui.settings import SettingsWindow, open_settings
from gcrm.ui.settings.option_editor import TimeEdit, make_editor
from gcrm.ui.settings.option_page import OptionPage
from gcrm.ui.settings.option_row import OptionRow
from gcrm.ui.settings.pages import all_pages, options_of, search
from gcrm.ui.widgets.nav import NavItem


@pytest.fixture
def dialog(context: Context) -> Any:
    made = SettingsWindow(context)
    made.show()
    context.tasks.wait_idle()
    yield made
    made.close()


def value(context: Context, key: str) -> Any:
    with context.database.read() as session:
        return settings.get(session, key, context.database.user_id)


def test_every_option_stands_on_exactly_one_page_that_shows_options() -> None:
    shown = [option.key for page in all_pages() for option in options_of(page)]
    wanted = [option.key for option in OPTIONS if option.is_shown and not option.company_field]
    assert sorted(shown) == sorted(wanted)
    for page in all_pages():
        if options_of(page):
            assert isinstance(page.make, type), page.key
            assert issubclass(page.make, OptionPage), page.key


def test_a_new_option_needs_no_window_code(monkeypatch: pytest.MonkeyPatch) -> None:
    new = Option("print.stapled", False, N_("Staples"), "yes_no", "print")
    elsewhere = Option("weather.town", "", N_("Town of the forecast"), "text", "weather")
    monkeypatch.setattr(settings, "OPTIONS", (*OPTIONS, new, elsewhere))
    pages = {page.key: page for page in all_pages()}
    assert new in options_of(pages["printing"])
    assert elsewhere in options_of(pages["general"])
    assert [hit.name for hit in search("staples")] == ["print.stapled"]


def test_all_options_have_an_editor_that_gives_back_what_it_shows(qapp: object) -> None:
    for option in OPTIONS:
        if option.is_shown:
            editor = make_editor(option)
            editor.write(option.default)
            assert editor.read() == option.default, option.key
            assert editor.widget.accessibleName()


@pytest.mark.parametrize(
    ("words", "page", "name"),
    [
        ("dark", "general", "ui.theme"),
        ("text size", "general", "ui.scale"),
        ("fritz", "telephone", "find"),
        ("outside prefix", "telephone", "phone.outside_prefix"),
        ("deputy", "users", "absence"),
        ("vat", "company", "vat_number"),
        ("holiday", "company", "region"),
        ("quiet", "reminders", "focus.from"),
        ("empty trash", "trash", "trash.keep_days"),
        ("label sheet", "printing", "labels.sheet"),
        ("customer number", "numbers", "ranges"),
    ],
)
def test_any_word_finds_its_setting(words: str, page: str, name: str) -> None:
    assert (page, name) in [(hit.page.key, hit.name) for hit in search(words)]


def test_typing_shows_what_is_found_and_enter_goes_there(dialog: SettingsWindow, context: Context) -> None:
    QTest.keyClicks(dialog.search, "missed")
    assert dialog.hits.count() == 1
    QTest.keyClick(dialog.search, Qt.Key.Key_Return)
    context.tasks.wait_idle()
    assert dialog.current() == "telephone"
    assert dialog.stack.currentWidget() is dialog.page("telephone")
    assert not dialog.search.text()


def test_words_that_nothing_has_say_so(dialog: SettingsWindow) -> None:
    dialog.search.setText("quaternion")
    assert dialog.hits.isHidden()
    assert dialog.nothing.sentence.full_text() == "No setting is called “quaternion”."
    dialog.search.clear()
    assert dialog.stack.currentWidget() is dialog.page("general")


def test_a_choice_is_kept_at_once_and_undo_takes_it_back(dialog: SettingsWindow, context: Context) -> None:
    page = dialog.page("telephone")
    assert isinstance(page, OptionPage)
    box = page.rows["phone.missed_follow_up"].editor.widget
    assert isinstance(box, QCheckBox)
    assert box.isChecked()
    box.click()
    context.tasks.wait_idle()
    assert value(context, "phone.missed_follow_up") is False
    assert "A missed call becomes a follow-up" in dialog.status.message()
    dialog.status.undo_button.click()
    context.tasks.wait_idle()
    context.tasks.wait_idle()
    assert value(context, "phone.missed_follow_up") is True
    assert box.isChecked()


def test_the_look_changes_at_once(dialog: SettingsWindow, context: Context) -> None:
    page = dialog.page("general")
    assert isinstance(page, OptionPage)
    combo = page.rows["ui.theme"].editor.widget
    assert isinstance(combo, QComboBox)
    combo.setCurrentIndex(combo.findData("dark"))
    combo.activated.emit(combo.currentIndex())
    context.tasks.wait_idle()
    assert context.theme.is_dark
    assert value(context, "ui.theme") == "dark"


def test_a_value_that_does_not_fit_says_why_and_is_not_kept(dialog: SettingsWindow, context: Context) -> None:
    page = dialog.page("telephone")
    assert isinstance(page, OptionPage)
    row = page.rows["phone.box_port"]
    edit = row.editor.widget
    assert isinstance(edit, QLineEdit)
    edit.setText("99999")
    edit.editingFinished.emit()
    assert row.error.full_text() == "Port is a whole number from 1 to 65535."
    edit.setText("a few")
    edit.editingFinished.emit()
    assert row.error.full_text()
    context.tasks.wait_idle()
    assert value(context, "phone.box_port") == 1012
    edit.setText("1013")
    edit.editingFinished.emit()
    context.tasks.wait_idle()
    assert not row.error.full_text()
    assert value(context, "phone.box_port") == 1013


def test_a_change_of_somebody_else_is_shown(dialog: SettingsWindow, context: Context) -> None:
    page = dialog.page("telephone")
    assert isinstance(page, OptionPage)
    settings.set(context.database, "phone.box_host", "192.168.178.1")
    context.tasks.wait_idle()
    context.tasks.wait_idle()
    assert page.rows["phone.box_host"].value() == "192.168.178.1"


def test_what_is_being_typed_survives_a_change_of_somebody_else(qapp: object, qtbot: Any) -> None:
    row = OptionRow(settings.option("phone.box_host"))
    qtbot.addWidget(row)
    row.set_value("fritz.box")
    row.show()
    row.editor.widget.setFocus()
    qtbot.waitUntil(row.editor.widget.hasFocus)
    QTest.keyClicks(row.editor.widget, "x")
    typed = row.value()
    row.set_value("other.box")
    assert row.value() == typed


@pytest.mark.parametrize(
    ("typed", "kept"), [("7", "07:00"), ("730", "07:30"), ("7.30", "07:30"), ("19:05", "19:05"), ("8 Uhr", "08:00")]
)
def test_times_are_read_as_people_write_them(qapp: object, typed: str, kept: str) -> None:
    edit = TimeEdit()
    edit.setText(typed)
    edit.commit()
    assert edit.value() == kept


@pytest.mark.parametrize("typed", ["25:00", "7:61", "noon", "1234567"])
def test_no_time_is_refused_in_words(qapp: object, typed: str) -> None:
    edit = TimeEdit()
    said: list[str] = []
    edit.invalid.connect(said.append)
    edit.setText(typed)
    edit.commit()
    assert edit.value() is None
    assert typed in said[0]


def test_the_window_opens_at_the_page_asked_for(context: Context) -> None:
    dialog = open_settings(context, "custom_fields")
    context.tasks.wait_idle()
    assert dialog.current() == "custom_fields"
    dialog.close()


def test_pages_are_walked_with_one_tab_stop_and_arrows(dialog: SettingsWindow, context: Context) -> None:
    first = dialog._buttons["general"]
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Down)
    context.tasks.wait_idle()
    assert dialog.current() == "company"


def test_larger_text_makes_room_at_once(dialog: SettingsWindow, context: Context) -> None:
    page = dialog.page("general")
    assert isinstance(page, OptionPage)
    combo = page.rows["ui.scale"].editor.widget
    before = combo.width()
    assert isinstance(combo, QComboBox)
    combo.setCurrentIndex(combo.findData(150))
    combo.activated.emit(combo.currentIndex())
    context.tasks.wait_idle()
    assert value(context, "ui.scale") == 150
    assert combo.minimumWidth() > 1.4 * before
    assert dialog.nav.width() >= 330


def test_no_page_of_the_settings_has_a_shortened_name(context: Context) -> None:
    with language("de"):
        made = SettingsWindow(context)
        made.show()
        context.tasks.wait_idle()
        named = {item.accessibleName(): item for item in made.findChildren(NavItem)}
        assert "Benutzer und Abwesenheit" in named
        for name, item in named.items():
            assert item.text() == name
            assert item.width() >= item.fontMetrics().horizontalAdvance(name) + item.iconSize().width()
        made.close()


def test_a_password_for_phones_is_made_and_shown_once(dialog: SettingsWindow, context: Context) -> None:
    page: Any = dialog.page("phones")
    page.make_button.click()
    context.tasks.wait_idle()
    shown = page.secret.full_text()
    assert passwords.fits(shown, value(context, "dav.password")["hash"])
    settings.set(context.database, "dav.address", "https://office-pc.local:8643")
    page.load()
    context.tasks.wait_idle()
    page.device.setCurrentIndex(1)
    assert "https://office-pc.local:8643" in page.steps[2].full_text()
    assert page.picture.isVisibleTo(page)
