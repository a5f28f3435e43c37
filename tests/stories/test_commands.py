"""Every command has one key, stands in the menu bar, and nothing else can do what the menu bar cannot (E 17, 18)."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from gcrm.ui.commands import COMMANDS
from gcrm.ui.help import ShortcutsDialog
from gcrm.ui.theme.icons import svg
from tests.stories.sitting import CTRL, Key, Person, at_the_desk
from tests.ui.office import Office

# offscreen has no keyboard to grab for a menu that is open
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard")

PROMISED = {
    "new_contact": "Ctrl+N", "find": "Ctrl+F", "log": "Ctrl+L", "palette": "Ctrl+K", "print_sheet": "Ctrl+P",
    "settings": "Ctrl+,", "undo": "Ctrl+Z", "redo": "Ctrl+Shift+Z", "today": "Ctrl+1", "contacts": "Ctrl+2",
    "back": "Alt+Left", "forward": "Alt+Right",
}  # fmt: skip


ENDING = (
    "quit", "minimise", "open_office", "about", "guide", "attach", "import_calendar", "export_days", "export_calendar",
)  # fmt: skip
"""Commands that end the program or open a window of the system."""


def keys_of(action: QAction) -> list[str]:
    return [key.toString(QKeySequence.SequenceFormat.PortableText) for key in action.shortcuts()]


@pytest.mark.parametrize(("command", "keys"), PROMISED.items())
def test_e17_the_promised_keys_do_what_they_promise(me: Person, command: str, keys: str) -> None:
    assert keys in keys_of(me.window.actions_.action(command))


def test_e17_no_key_has_two_meanings_in_the_whole_window(me: Person) -> None:
    for section in ("today", "table", "contacts"):
        me.window.open_section(section)
        me.settle()
    found: dict[str, list[str]] = {}
    for action in me.window.findChildren(QAction):
        for key in keys_of(action):
            found.setdefault(key, []).append(action.objectName() or action.text())
    for shortcut in me.window.findChildren(QShortcut):
        parent = shortcut.parent()
        if isinstance(parent, QWidget) and parent.window() is me.window:
            found.setdefault(shortcut.key().toString(), []).append(f"shortcut of {type(parent).__name__}")
    assert {key: owners for key, owners in found.items() if len(set(owners)) > 1} == {}


def test_e17_help_lists_every_key(me: Person) -> None:
    me.window.actions_.action("shortcuts").trigger()
    me.settle()
    tree = me.dialog(ShortcutsDialog).list
    listed = set()
    for top in range(tree.topLevelItemCount()):
        menu = tree.topLevelItem(top)
        assert menu is not None
        rows = [row for place in range(menu.childCount()) if (row := menu.child(place)) is not None]
        listed |= {(row.text(0).rstrip("…"), row.text(1)) for row in rows}
    wanted = {row.text.rstrip("…") for row in me.window.actions_.shortcut_rows()}
    assert {text for text, _keys in listed} == wanted
    assert ("Go to or do anything", "Ctrl+K") in listed


def in_menu_bar(me: Person) -> dict[str, QAction]:
    found: dict[str, QAction] = {}
    for top in me.window.menuBar().actions():
        menu = top.menu()
        assert isinstance(menu, QMenu)
        found |= {action.objectName(): action for action in menu.actions() if not action.isSeparator()}
    return found


def test_e18_every_command_is_in_the_menu_bar(me: Person) -> None:
    assert set(in_menu_bar(me)) == {command.id for command in COMMANDS}


def test_e18_the_menu_of_a_row_offers_nothing_of_its_own(me: Person) -> None:
    pane = me.window.contacts.pane
    pane._open_menu(pane.view.visualRect(pane.view.currentIndex()).center())
    me.settle()
    menus = [menu for menu in pane.findChildren(QMenu) if menu.isVisible()]
    assert len(menus) == 1
    known = set(in_menu_bar(me).values())
    offered = [action for action in menus[0].actions() if not action.isSeparator()]
    assert offered
    assert [action.text() for action in offered if action not in known] == []
    menus[0].close()


def test_e18_the_menu_of_many_rows_shares_its_commands(me: Person) -> None:
    from gcrm.ui.tables.bulk import COMMANDS as SHARED

    assert set(SHARED) <= set(in_menu_bar(me))


def test_commands_for_a_contact_are_off_until_one_is_shown(address: str, qapp: QApplication) -> None:
    with at_the_desk(address) as me:
        actions = me.window.actions_
        assert actions.action("new_contact").isEnabled()
        wrong = [c.id for c in COMMANDS if c.enabled_when == "has_contact" and actions.action(c.id).isEnabled()]
        assert wrong == []
        assert not actions.action("back").isEnabled()


def test_every_command_can_be_carried_out(me: Person, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each opens or does something without a fault; windows it opens are closed again."""
    monkeypatch.setattr("gcrm.ui.widgets.message.tell", lambda *rest: None)
    monkeypatch.setattr("PySide6.QtGui.QDesktopServices.openUrl", lambda url: True)
    for command in COMMANDS:
        if command.id in ENDING:
            continue
        me.window.open_contact(office.albrecht if office.albrecht in me.window.contacts.pane.model.ids() else
                               office.becker)  # fmt: skip
        me.settle()
        me.window.actions_.action(command.id).trigger()
        me.settle()
        for window in me.windows():
            window.close()
        me.settle()
        assert not me.window.banner.isVisible(), f"{command.id}: {me.window.banner.message()}"


def test_every_icon_of_a_command_exists() -> None:
    assert all(svg(command.icon) for command in COMMANDS if command.icon)


def test_the_settings_open_by_their_key(me: Person) -> None:
    me.key(Key.Key_Comma, CTRL)
    assert len(me.windows()) == 1
