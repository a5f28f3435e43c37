"""Commands are told once; menus, palette and the list of keys agree."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from gcrm.i18n import _, set_language
from gcrm.ui.actions import MENUS, Actions, Command, CommandClashError, check_commands, key_sequences, plain_text
from gcrm.ui.commands import COMMANDS as EVERY
from gcrm.ui.mnemonics import mnemonic, one_each

Standard = QKeySequence.StandardKey
COMMANDS = (
    Command("contact.new", "&New contact", "file", "new_contact", (Standard.New,), icon="plus"),
    Command("app.quit", "&Quit", "file", "close", ("Ctrl+Q",), separated=True, role=QAction.MenuRole.QuitRole),
    Command("contact.log", "&Log action", "contact", "log", ("Ctrl+L",), enabled_when="has_contact"),
    Command("view.archived", "Show archived", "view", "toggle", checked_when="shows_archived"),
    Command("palette", "Search && go", "edit", "palette", ("Ctrl+K", "Ctrl+Shift+P")),
)


class Window(QMainWindow):
    def __init__(self) -> None:
        super().__init__()
        self.called: list[str] = []
        self.has = False

    def new_contact(self) -> None:
        self.called.append("new")

    def log(self) -> None:
        self.called.append("log")

    def toggle(self) -> None:
        self.has = not self.has

    def palette_(self) -> None:
        self.called.append("palette")

    def has_contact(self) -> bool:
        return self.has

    def shows_archived(self) -> bool:
        return self.has


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    made = Window()
    qtbot.addWidget(made)
    return made


def test_every_command_is_in_the_menu_bar_with_its_key(window: Window) -> None:
    actions = Actions(window, COMMANDS)
    titles = [entry.text() for entry in window.menuBar().actions()]
    assert titles == ["&File", "&Edit", "&View", "&Contact"]
    shown = [entry for menu in ("file", "edit", "view", "contact") for entry in actions.menu(menu).actions()]
    assert [entry.objectName() for entry in shown if not entry.isSeparator()] == [
        command.id for command, _action in actions.all()
    ]
    assert actions.action("contact.new").shortcut() == QKeySequence(Standard.New)
    assert actions.action("app.quit").menuRole() == QAction.MenuRole.QuitRole
    assert actions.action("contact.new").menuRole() == QAction.MenuRole.NoRole


def test_a_command_calls_its_method_and_no_argument_reaches_it(window: Window) -> None:
    actions = Actions(window, COMMANDS)
    actions.action("contact.new").trigger()
    assert window.called == ["new"]


def test_what_cannot_be_done_now_is_off(window: Window) -> None:
    actions = Actions(window, COMMANDS)
    assert not actions.action("contact.log").isEnabled()
    actions.action("contact.log").trigger()
    assert window.called == []
    window.has = True
    actions.menu("contact").aboutToShow.emit()
    assert actions.action("contact.log").isEnabled()
    assert actions.action("view.archived").isChecked()


def test_the_list_of_keys_is_complete_and_native(window: Window) -> None:
    rows = Actions(window, COMMANDS).shortcut_rows()
    assert [(row.menu, row.text) for row in rows] == [
        ("File", "New contact"),
        ("File", "Quit"),
        ("Edit", "Search & go"),
        ("Contact", "Log action"),
    ]
    native = QKeySequence("Ctrl+K").toString(QKeySequence.SequenceFormat.NativeText)
    assert rows[2].keys.startswith(native + ", ")


def test_menus_speak_the_language_in_force(window: Window) -> None:
    actions = Actions(window, COMMANDS)
    set_language("de")
    actions.retranslate()
    assert window.menuBar().actions()[0].text() == actions.menu("file").title()


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (Command("x", "X", "file", "log", ("Ctrl+L",)), "Ctrl\\+L means both"),
        (Command("x", "X", "file", "log", (Standard.New,)), "means both 'contact.new' and 'x'"),
        (Command("contact.new", "X", "file", "log"), "two commands are called"),
        (Command("x", "X", "nowhere", "log"), "unknown menu"),
    ],
)
def test_no_key_has_two_meanings(other: Command, reason: str) -> None:
    with pytest.raises(CommandClashError, match=reason):
        check_commands((*COMMANDS, other))


def test_a_standard_key_clashes_with_its_letters() -> None:
    written = key_sequences((Standard.New,))[0].toString(QKeySequence.SequenceFormat.PortableText)
    with pytest.raises(CommandClashError):
        check_commands((COMMANDS[0], Command("x", "X", "file", "log", (written,))))


def test_a_method_that_does_not_exist_is_found_at_start(window: Window) -> None:
    with pytest.raises(CommandClashError, match="no method 'fly'"):
        Actions(window, (Command("x", "X", "file", "fly"),))
    with pytest.raises(CommandClashError, match="no method 'can_fly'"):
        Actions(window, (Command("x", "X", "file", "log", enabled_when="can_fly"),))


def test_texts_lose_their_mnemonic_only() -> None:
    assert plain_text("&New") == "New"
    assert plain_text("Search && &go") == "Search & go"


@pytest.mark.parametrize("language", ["en", "de", "pt"])
def test_each_letter_chooses_one_entry_of_a_menu(language: str) -> None:
    set_language(language)
    try:
        menus = [[_(each.text) for each in EVERY if each.menu == name] for name, _title in MENUS]
        for texts in (*menus, [_(title) for name, title in MENUS if name not in ("billing", "window")]):
            letters = [letter for text in one_each(texts) if (letter := mnemonic(text))]
            assert len(letters) == len(set(letters))
    finally:
        set_language("en")
    assert one_each(["&Open", "&Open && go", "&O", "O"]) == ["&Open", "Open && &go", "O", "O"]


def test_keys_that_few_keyboards_have_are_not_listed(window: Window) -> None:
    rows = Actions(window, COMMANDS).shortcut_rows()
    assert not [key for row in rows for key in row.keys.split(", ") if key in ("New", "Undo", "Find")]
