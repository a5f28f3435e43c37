"""Everything that is done by dragging has a key, a command or a button as well (E 51, WCAG 2.5.7).

DRAGS names each place in the source that takes part in dragging, and the other way to the same end. A new place fails
until its line is here, and a way that is gone fails too. Headers are looked at in tests/ui/test_accessibility.py.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from gcrm.ui.command_handlers import CommandHandlers
from gcrm.ui.commands import COMMANDS
from gcrm.ui.context import Context
from gcrm.ui.tables.columns import ColumnChooser
from gcrm.ui.widgets.button import native_keys
from gcrm.ui.widgets.panes import STEP, Panes
from tests.laws import called, named
from tests.source import Module, program
from tests.ui.office import Office
from tests.ui.register import WINDOWS
from tests.ui.register_frame import main_window
from tests.ui.turning import settle

# A window that is opened by a call only, and so stands in no register.
BESIDE = "record beside"
METHODS = {"dragEnterEvent", "dragMoveEvent", "dropEvent", "startDrag", "mouseMoveEvent"}
MAKERS = {
    "setAcceptDrops", "setDragEnabled", "setDragDropMode", "setSectionsMovable", "setMovable", "startSystemMove",
    "startSystemResize", "QSplitter", "QDrag", "QSizeGrip", "QDockWidget", "QRubberBand", "QSlider", "QScroller",
    "Panes",
}  # fmt: skip
EVENTS = {"DragEnter", "Drop", "MouseMove"}


@dataclass(frozen=True)
class Command:
    """A command of the menu bar."""

    id: str


@dataclass(frozen=True)
class Keys:
    """Keys in a window of the register: a shortcut of it, or told on one of its buttons."""

    window: str
    keys: str


@dataclass(frozen=True)
class Press:
    """A button or field in a window of the register, by its spoken name."""

    window: str
    name: str


@dataclass(frozen=True)
class Hover:
    """Nothing is dragged: the mouse only shows what is under it."""

    shows: str


Way = Command | Keys | Press | Hover
MOVED = (Keys("table, columns", "Alt+Up"), Keys("table, columns", "Alt+Down"))
TAKEN_ALONG = (Command("copy_contact"), Command("export_contacts"))
ATTACHED = (Command("attach"), Command("attach_to_activity"))
LINES = (Keys("settings, activity_types", "Alt+Up"), Keys("settings, activity_types", "Alt+Down"))
WIDTHS = tuple(map(Command, ("list_wider", "list_narrower", "chronicle_wider", "chronicle_narrower")))
FILES = (Command("import_files"), Press("import, no file yet", "Choose files…"), Press("import", "Add files…"))
DRAGS: dict[str, tuple[Way, ...]] = {
    "widgets.panes: QSplitter": WIDTHS,
    "contacts_section: Panes": WIDTHS,
    "beside: Panes": (Keys("record beside", "F8"), Keys("record beside", "Shift+F8")),
    "merge.duplicates: Panes": (Keys("duplicates", "F8"), Keys("duplicates", "Shift+F8")),
    "tables.page: setSectionsMovable": MOVED,
    "tables.columns: setDragDropMode": MOVED,
    "tables.dragging: setDragEnabled": TAKEN_ALONG,
    "tables.dragging: startDrag": TAKEN_ALONG,
    "tables.dragging: mouseMoveEvent": TAKEN_ALONG,
    "exchange.clipboard: QDrag": TAKEN_ALONG,
    "exchange.drag_source: MouseMove": TAKEN_ALONG,
    "exchange.drop: setAcceptDrops": FILES,
    "exchange.drop: DragEnter": FILES,
    "exchange.drop: Drop": FILES,
    "exchange.import_dialog: setAcceptDrops": FILES,
    "exchange.import_dialog: dragEnterEvent": FILES,
    "exchange.import_dialog: dropEvent": FILES,
    "files: setAcceptDrops": ATTACHED,
    "files: DragEnter": ATTACHED,
    "files: Drop": ATTACHED,
    "dropped_files: DragEnter": ATTACHED,
    "dropped_files: Drop": ATTACHED,
    "mail.drop: setAcceptDrops": FILES,
    "mail.drop: DragEnter": FILES,
    "mail.drop: Drop": FILES,
    "chronicle.rail: setAcceptDrops": ATTACHED,
    "chronicle.rail: dragEnterEvent": ATTACHED,
    "chronicle.rail: dropEvent": ATTACHED,
    "widgets.two_line_list: setDragDropMode": LINES,
    "printing.sheet_picture: mouseMoveEvent": (
        Hover("the label under the mouse"),
        Press("print labels", "First free label (or click it)"),
    ),
    "calendar.grid: mouseMoveEvent": (Command("new_appointment"),),
    "calendar.page: setAcceptDrops": (Command("import_files"),),
    "calendar.page: dragEnterEvent": (Command("import_files"),),
    "calendar.page: dropEvent": (Command("import_files"),),
    "today.view: mouseMoveEvent": (Hover("the buttons of the line under the mouse"),),
}


def drags(module: Module) -> Iterator[str]:
    """Yield what in a module takes part in dragging."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef) and node.name in METHODS:
            yield node.name
        elif isinstance(node, ast.Call) and called(node) in MAKERS:
            if not any(isinstance(argument, ast.Constant) and argument.value is False for argument in node.args):
                yield called(node)
        elif isinstance(node, ast.ClassDef):
            yield from (named(base) for base in node.bases if named(base) in MAKERS)
        elif isinstance(node, ast.Attribute) and node.attr in EVENTS and named(node.value) == "Type":
            yield node.attr


def found() -> set[str]:
    """Return everything in the windows that takes part in dragging: `module: what`."""
    modules = [module for module in program() if module.is_in("gcrm.ui")]
    return {f"{module.name.removeprefix('gcrm.ui.')}: {what}" for module in modules for what in drags(module)}


WAYS = sorted({way for ways in DRAGS.values() for way in ways}, key=repr)


def test_every_drag_is_known() -> None:
    assert sorted(found() - set(DRAGS)) == [], "name the key or command for it in DRAGS"
    assert sorted(set(DRAGS) - found()) == []


def test_every_drag_has_another_way() -> None:
    idle = [what for what, ways in DRAGS.items() if not ways]
    only_hover = [what for what, ways in DRAGS.items() if "mouseMove" not in what and Hover in map(type, ways)]
    assert idle + only_hover == []


@pytest.mark.parametrize("way", [way for way in WAYS if isinstance(way, Command)], ids=lambda way: way.id)
def test_the_command_is_in_the_menu(way: Command) -> None:
    [command] = [command for command in COMMANDS if command.id == way.id]
    assert command.menu
    assert callable(getattr(CommandHandlers, command.handler))


def opened(name: str, context: Context, qtbot: QtBot) -> QWidget:
    from gcrm.ui.beside import BesideWindow

    window = BesideWindow(context, 1, "Albrecht", None) if name == BESIDE else WINDOWS[name](context, None)
    window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(window)
    window.show()
    settle(context)
    return window


def keys_of(window: QWidget) -> set[str]:
    """Return the keys of a window: its shortcuts, and what its buttons tell."""
    shortcuts = {shortcut.key().toString() for shortcut in window.findChildren(QShortcut)}
    tips = " ".join(button.toolTip() for button in window.findChildren(QAbstractButton))
    return shortcuts | {keys for keys in ("Alt+Up", "Alt+Down") if native_keys(keys) in tips}


@pytest.mark.parametrize("name", sorted({way.window for way in WAYS if isinstance(way, Keys | Press)}))
def test_the_other_way_is_in_its_window(name: str, context: Context, qtbot: QtBot) -> None:
    window = opened(name, context, qtbot)
    wanted = {way.keys for way in WAYS if isinstance(way, Keys) and way.window == name}
    assert wanted <= keys_of(window)
    names = {widget.accessibleName() for widget in window.findChildren(QWidget)}
    names |= {button.text() for button in window.findChildren(QAbstractButton)}
    assert {way.name for way in WAYS if isinstance(way, Press) and way.window == name} <= names


# --- the ways that are no more than a way round the mouse ---------------------------------------------------------
@pytest.mark.parametrize(
    ("command", "part", "grows"),
    [("list_wider", 0, True), ("list_narrower", 0, False), ("chronicle_wider", 2, True),
     ("chronicle_narrower", 2, False)],
)  # fmt: skip
def test_e51_panes_are_widened_by_a_command(
    command: str, part: int, grows: bool, context: Context, qtbot: QtBot
) -> None:
    window = main_window("contacts")(context, None)
    window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(window)
    window.resize(1700, 900)
    window.show()
    settle(context)
    [panes] = [panes for panes in window.findChildren(Panes) if panes.count() == 3]
    panes.setSizes([400, 800, 400])
    before = panes.sizes()[part]
    window.actions_.action(command).trigger()  # type: ignore[attr-defined]  # it is the main window
    assert abs(panes.sizes()[part] - before - (STEP if grows else -STEP)) <= 2


def test_e51_a_column_is_widened_and_sorted_by_with_keys(office: Office, context: Context, qtbot: QtBot) -> None:
    from gcrm.ui.tables.page import TablePage

    table = TablePage(context)
    qtbot.addWidget(table)
    table.resize(1000, 500)
    table.show()
    settle(context)
    chooser = ColumnChooser(table)
    qtbot.addWidget(chooser)
    chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    with qtbot.waitExposed(chooser):
        chooser.show()
    settle(context)
    chooser.activateWindow()
    name = table.columns()[0]
    header = table.view.horizontalHeader()
    before = header.sectionSize(0)
    QTest.keyClick(chooser.list, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert header.sectionSize(0) == before + STEP
    QTest.keyClick(chooser.list, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert header.sectionSize(0) == before
    QTest.keyClick(chooser.list, Qt.Key.Key_S, Qt.KeyboardModifier.AltModifier)
    settle(context)
    assert table.query().sort[0].lstrip("-") == name


def test_the_keys_of_both_windows_are_the_same() -> None:
    wider = {command.id: command.shortcuts for command in COMMANDS if command.id.startswith("chronicle_")}
    assert wider == {"chronicle_wider": ("F8",), "chronicle_narrower": ("Shift+F8",)}
