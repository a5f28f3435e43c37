"""Every command of the program, told once: its menu, its keys, its icon, and what it calls.

The menu bar, the palette (Ctrl+K), the context menus and Help > Keyboard shortcuts are all made from the same list, so
that nothing can be reached in one of them only. A new command: one `Command` in the window's list, and the method it
names. It says in `needs` which rights it asks for; where one is missing it stays in its menu, cannot be used, and tells
why. tests/ui/test_commands_need.py lists the commands that need none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow, QMenu

from gcrm.i18n import N_, _
from gcrm.ui.mnemonics import one_each
from gcrm.ui.theme.icons import icon
from gcrm.ui.widgets.safe import set_tip

Shortcut = str | QKeySequence.StandardKey
MENUS = (
    ("file", N_("&File")),
    ("edit", N_("&Edit")),
    ("view", N_("&View")),
    ("contact", N_("&Contact")),
    ("calendar", N_("Ca&lendar")),
    ("billing", N_("&Billing")),
    ("tools", N_("&Tools")),
    ("window", N_("&Window")),
    ("help", N_("&Help")),
)


@dataclass(frozen=True, slots=True)
class Command:
    """One command. `text` is a marked text, `handler` the name of a method of the handlers or the window.

    `enabled_when` names a method that returns a bool; `checked_when` makes it a switch. `separated`
    draws a line above it. `role` moves it to where macOS users look (Settings, About, Quit). `needs` are the rights
    without which it is not offered, such as "contacts.delete"; `refused_when` names a method that returns why it
    cannot be used here ("": it can).
    """

    id: str
    text: str
    menu: str
    handler: str
    shortcuts: tuple[Shortcut, ...] = ()
    icon: str = ""
    enabled_when: str = ""
    checked_when: str = ""
    separated: bool = False
    role: QAction.MenuRole = QAction.MenuRole.NoRole
    needs: tuple[str, ...] = ()
    refused_when: str = ""


@dataclass(frozen=True, slots=True)
class ShortcutRow:
    """One line of Help > Keyboard shortcuts, in the user's language and in the keys of this system."""

    menu: str
    text: str
    keys: str


class CommandClashError(ValueError):
    """Two commands have the same id or the same key, or a menu or method does not exist: a fault of the program."""


def plain_text(text: str) -> str:
    """Return a menu text without the "&" of its mnemonic."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")


def key_sequences(shortcuts: Iterable[Shortcut]) -> list[QKeySequence]:
    """Return all keys meant, a standard key as this system has it; the first is the one that is shown."""
    keys: list[QKeySequence] = []
    for shortcut in shortcuts:
        found = [QKeySequence(shortcut)] if isinstance(shortcut, str) else QKeySequence.keyBindings(shortcut)
        keys += [key for key in found if not key.isEmpty() and key not in keys]
    return keys


def check_commands(commands: Iterable[Command]) -> None:
    """Raise CommandClashError when two commands share an id or a key, or a menu is unknown."""
    ids: set[str] = set()
    keys: dict[str, str] = {}
    known = {name for name, _text in MENUS}
    for command in commands:
        if command.id in ids:
            raise CommandClashError(f"two commands are called {command.id!r}")
        if command.menu not in known:
            raise CommandClashError(f"{command.id!r} names the unknown menu {command.menu!r}")
        ids.add(command.id)
        for key in key_sequences(command.shortcuts):
            name = key.toString(QKeySequence.SequenceFormat.PortableText)
            if name in keys:
                raise CommandClashError(f"{name} means both {keys[name]!r} and {command.id!r}")
            keys[name] = command.id


def _is_on_few_keyboards(keys: QKeySequence) -> bool:
    """Tell keys such as "New" and "Undo" of office keyboards, which Qt's standard keys bring along; they work too."""
    text = keys.toString(QKeySequence.SequenceFormat.PortableText)
    return "+" not in text and not text[1:].isdigit()


class Actions:
    """The commands of one main window as Qt actions, with its menu bar filled from them."""

    def __init__(self, window: QMainWindow, commands: Sequence[Command], handlers: object | None = None) -> None:
        check_commands(commands)
        self._window = window
        self._handlers = handlers
        self._commands = {command.id: command for command in commands}
        self._actions = {command.id: self._make(command) for command in commands}
        self._menus: dict[str, QMenu] = {}
        self._refusals: dict[str, str] = {}
        self._mute_keys: dict[str, list[QShortcut]] = {}
        self._fill_menus()
        self.refresh()

    @property
    def window(self) -> QMainWindow:
        """Return the window whose commands these are."""
        return self._window

    def _method(self, name: str) -> Callable[..., object]:
        method = getattr(self._handlers, name, None) or getattr(self._window, name, None)
        if not callable(method):
            raise CommandClashError(f"the window has no method {name!r}")
        return cast(Callable[..., object], method)

    def _make(self, command: Command) -> QAction:
        action = QAction(_(command.text), self._window)
        action.setObjectName(command.id)
        action.setMenuRole(command.role)
        action.setShortcuts(key_sequences(command.shortcuts))
        action.setIconVisibleInMenu(bool(command.icon))
        if command.icon:
            action.setIcon(icon(command.icon))
        handler = self._method(command.handler)
        if command.checked_when:
            action.setCheckable(True)
        for name in (command.enabled_when, command.checked_when, command.refused_when):
            if name:
                self._method(name)
        action.triggered.connect(lambda _checked=False: handler())
        action.hovered.connect(lambda: self._hint(command.id))
        return action

    def _hint(self, command_id: str) -> None:
        """Say in the status line why the command is refused that the pointer, or the cursor of a menu, rests on."""
        say = getattr(self._window, "say", None)
        if self.refusal(command_id) and callable(say):
            say(self.refusal(command_id))

    def _fill_menus(self) -> None:
        bar = self._window.menuBar()
        filled = {command.menu for command in self._commands.values()}
        shown = [(name, _(text)) for name, text in MENUS if name in filled]
        for (name, _title), text in zip(shown, one_each([text for _name, text in shown]), strict=True):
            commands = [command for command in self._commands.values() if command.menu == name]
            for command, own in zip(commands, one_each([_(each.text) for each in commands]), strict=True):
                self._actions[command.id].setText(own)
            menu = bar.addMenu(text)
            menu.setToolTipsVisible(True)
            menu.aboutToShow.connect(self.refresh)
            for command in commands:
                if command.separated:
                    menu.addSeparator()
                menu.addAction(self._actions[command.id])
            self._menus[name] = menu

    def refresh(self) -> None:
        """Ask every command whether it can be used now; call it when the selection changes."""
        lacks = getattr(self._handlers, "lacks", None)
        for command in self._commands.values():
            action = self._actions[command.id]
            refusal = lacks(command.needs) if command.needs and callable(lacks) else ""
            if command.refused_when and not refusal:
                refusal = str(self._method(command.refused_when)())
            self._refuse(command.id, refusal)
            can = not command.enabled_when or bool(self._method(command.enabled_when)())
            action.setEnabled(can and not refusal)
            if command.checked_when:
                action.setChecked(bool(self._method(command.checked_when)()))

    def _refuse(self, command_id: str, sentence: str) -> None:
        """Remember why a command may not be used ("": it may), and say so where the pointer or the cursor rests."""
        if sentence != self._refusals.get(command_id, ""):
            self._refusals[command_id] = sentence
            action = self._actions[command_id]
            set_tip(action, sentence)
            self._answer_keys(command_id, action if sentence else None)

    def _answer_keys(self, command_id: str, action: QAction | None) -> None:
        """Let the keys of a command that is refused say why; without an action they are the command's own again."""
        for former in self._mute_keys.pop(command_id, []):
            former.setEnabled(False)
            former.deleteLater()
        keys = action.shortcuts() if action is not None else []
        self._mute_keys[command_id] = [
            QShortcut(key, self._window, lambda: self._hint(command_id)) for key in keys
        ]  # fmt: skip

    def refusal(self, command_id: str) -> str:
        """Return which right a command lacks and who can give it, "" where none is missing."""
        return self._refusals.get(command_id, "")

    def retranslate(self) -> None:
        """Show all texts in the language now in force."""
        for command in self._commands.values():
            self._actions[command.id].setText(_(command.text))
        for name, text in MENUS:
            if name in self._menus:
                self._menus[name].setTitle(_(text))

    def action(self, command_id: str) -> QAction:
        """Return the action of a command, for tool bars and context menus; KeyError when there is none."""
        return self._actions[command_id]

    def menu(self, name: str) -> QMenu:
        """Return the menu called "file", "edit" and so on; KeyError when it is empty."""
        return self._menus[name]

    def all(self) -> list[tuple[Command, QAction]]:
        """Return every command in the order of the menus, for the palette."""
        order = [name for name, _text in MENUS]
        ranked = sorted(self._commands.values(), key=lambda command: order.index(command.menu))
        return [(command, self._actions[command.id]) for command in ranked]

    def shortcut_rows(self) -> list[ShortcutRow]:
        """Return what Help > Keyboard shortcuts lists: all commands that have a key."""
        titles = dict(MENUS)
        rows = []
        for command, action in self.all():
            typed = (key for key in action.shortcuts() if not _is_on_few_keyboards(key))
            keys = ", ".join(key.toString(QKeySequence.SequenceFormat.NativeText) for key in typed)
            if keys:
                rows.append(ShortcutRow(plain_text(_(titles[command.menu])), plain_text(action.text()), keys))
        return rows
