"""The gate for every window of the register: names, keys, targets, words beside colours, room (E 45, 48–51).

Every window class of the program stands in the register; a new one fails here.

A window is opened once, walked through with Tab and back, looked at by all gates, and again in larger type. To add a
gate: a function from what was seen to what is wrong with it, and its line in GATES.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QScrollBar,
    QSplitter,
    QTabBar,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gcrm.errors import UserError
from gcrm.ui.context import Context
from gcrm.ui.tables.dragging import DragTable
from gcrm.ui.widgets.panes import Panes
from gcrm.ui.widgets.tab_order import tab_as_read
from tests.stories.sitting import StrayWindows, strays_noted
from tests.ui.colour_alone import said_by_colour_alone
from tests.ui.register import WINDOWS
from tests.ui.tab_order import against_reading, focusable, in_reach, walk
from tests.ui.test_clipping import LARGER, MADE_LARGER, cut_off, sideways
from tests.ui.turning import settle
from tests.ui.window_classes import OTHER_WINDOWS, below, classes_in, window_classes

SMALLEST = 24


@dataclass(frozen=True)
class Seen:
    """A window, and what Tab and Shift+Tab come to in it."""

    window: QWidget
    there: list[QWidget]
    back: list[QWidget]

    @classmethod
    def of(cls, window: QWidget) -> Seen:
        return cls(window, walk(window), walk(window, backwards=True))


def spoken(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    return str(interface.text(QAccessible.Text.Name)).strip()


def is_tab_scroller(widget: QWidget) -> bool:
    """Tell whether a button scrolls a row of tabs: Qt's own, reached by the arrow keys of the tabs themselves."""
    return isinstance(widget.parentWidget(), QTabBar)


def where(widget: QWidget) -> str:
    return f"{type(widget).__name__} “{spoken(widget)}” in {type(widget.parentWidget()).__name__}"


def buttons_of(window: QWidget) -> list[QAbstractButton]:
    return [child for child in window.findChildren(QAbstractButton) if child.isVisible() and not is_tab_scroller(child)]


def nameless(seen: Seen) -> list[str]:
    """Everything that can be reached has a name, and buttons outside of the Tab order too."""
    wanted = {*focusable(seen.window), *buttons_of(seen.window)}
    return [where(child) for child in wanted if not spoken(child)]


def out_of_reach(seen: Seen) -> list[str]:
    """The Tab key reaches everything and is never trapped."""
    return [where(child) for child in focusable(seen.window) if not in_reach(child, seen.there)]


def out_of_order(seen: Seen) -> list[str]:
    """The Tab key goes on as one reads."""
    return [f"{where(one)} → {where(other)}" for one, other in against_reading(seen.there)]


def another_way_back(seen: Seen) -> list[str]:
    """Shift+Tab goes the same way backwards."""
    only_one_way = [where(stop) for stop in {*seen.there} ^ {*seen.back}]
    return only_one_way or (["another order"] if seen.there != seen.back else [])


def too_small(seen: Seen) -> list[str]:
    """Targets are large enough."""
    targets = {*focusable(seen.window), *buttons_of(seen.window)}
    return [
        f"{where(child)} {child.width()} × {child.height()}"
        for child in targets
        if not isinstance(child, QScrollBar) and min(child.width(), child.height()) < SMALLEST
    ]


def dragged_only(seen: Seen) -> list[str]:
    """Columns and panes are not left to the mouse: only the table of contacts and Panes have a key for it."""
    found = [where(panes) for panes in seen.window.findChildren(QSplitter) if not isinstance(panes, Panes)]
    for header in seen.window.findChildren(QHeaderView):
        last = header.count() - 1 if header.stretchLastSection() else header.count()
        modes = [header.sectionResizeMode(section) for section in range(last)]
        is_dragged = header.sectionsMovable() or QHeaderView.ResizeMode.Interactive in modes
        if header.isVisible() and is_dragged and not isinstance(header.parentWidget(), DragTable):
            found.append(where(header))
    return found


GATES: dict[str, Callable[[Seen], list[str]]] = {
    "E 48: without a name": nameless,
    "E 49: out of reach": out_of_reach,
    "E 49: Tab goes against the order of reading": out_of_order,
    "E 49: Shift+Tab goes another way": another_way_back,
    "E 50: said by colour alone": lambda seen: said_by_colour_alone(seen.window),
    "E 51: too small": too_small,
    "E 51: dragged only": dragged_only,
}


Known = dict[str, set[type[QWidget]]]


@pytest.fixture(scope="module")
def known() -> Known:
    """Give the classes that stand in the windows which were opened already."""
    return {}


def opened(name: str, context: Context, qtbot: QtBot) -> QWidget:
    """Return a window of the register with everything read that it shows."""
    app, stray = QApplication.instance(), StrayWindows()
    assert app is not None
    app.installEventFilter(stray)
    window = WINDOWS[name](context, None)
    window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(window)
    context.tasks.wait_idle()
    app.removeEventFilter(stray)
    assert not stray.seen, f"shown before they had a place in their window: {stray.seen}"
    return window


def in_larger_type(window: QWidget, context: Context) -> list[str]:
    """Return what is cut off when the text is half as large again; a dialog opens as much larger."""
    context.theme.set_scale(LARGER)
    if isinstance(window, QDialog):
        window.resize(window.size() * LARGER)
    for _round in range(4):
        context.tasks.wait_idle()
        QApplication.processEvents()
    return cut_off(window) + sideways(window)


@pytest.mark.parametrize("name", sorted(WINDOWS))
def test_every_window_passes_the_gates(name: str, known: Known, context: Context, qtbot: QtBot) -> None:
    window = opened(name, context, qtbot)
    with qtbot.waitExposed(window):
        window.show()
    settle(context)  # what was read late is laid out late
    window.activateWindow()
    known[name] = classes_in(window)
    seen = Seen.of(window)
    assert seen.there
    found = {gate: faults for gate, look in GATES.items() if (faults := look(seen))}
    if name not in MADE_LARGER and (cut := in_larger_type(window, context)):
        found["E 45: cut off in larger type"] = cut
    if found:
        lines = [f"{gate}\n    " + "\n    ".join(faults) for gate, faults in found.items()]
        pytest.fail("\n".join(lines), pytrace=False)


def test_every_window_is_in_the_register(known: Known, context: Context, qtbot: QtBot) -> None:
    for name in (name for name in WINDOWS if name not in known):  # none, where the whole file is run
        try:
            known[name] = classes_in(opened(name, context, qtbot))
        except (UserError, IndexError):  # an earlier window of its kind has put into the office what it needs
            continue
    wanted, seen = window_classes(), set().union(*known.values())
    assert {cls.__name__ for cls in wanted} >= {"HistoryDialog", "CallPopup", "MainWindow"}
    assert sorted(f"{cls.__module__}.{cls.__name__}" for cls in wanted - seen) == []


def test_the_windows_by_another_name_are_still_there() -> None:
    window_classes()
    assert {cls.__name__ for cls in below(QWidget)} >= set(OTHER_WINDOWS)


# --- the gates themselves -----------------------------------------------------------------------------------------
def mixed_up(qtbot: QtBot) -> QWidget:
    """Return a window whose parts were made in another order than they stand in."""
    window = QWidget()
    qtbot.addWidget(window)
    last, first, above = QPushButton("Save", window), QLineEdit(window), QLineEdit(window)
    column, row = QVBoxLayout(window), QHBoxLayout()
    column.addWidget(above)
    column.addLayout(row)
    row.addWidget(first)
    row.addWidget(last)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    return window


def test_an_order_that_is_not_that_of_reading_is_found(qtbot: QtBot) -> None:
    window = mixed_up(qtbot)
    seen = Seen.of(window)
    assert out_of_order(seen)
    assert another_way_back(seen) == []


def test_the_order_of_the_layouts_is_that_of_reading(qtbot: QtBot) -> None:
    window = mixed_up(qtbot)
    tab_as_read(window)
    assert out_of_order(Seen.of(window)) == []
    assert [type(stop) for stop in walk(window)] == [QPushButton, QLineEdit, QLineEdit]  # it begins where it stood


class OneWay(QPushButton):
    """A button that lets nobody go back."""

    def focusNextPrevChild(self, ahead: bool) -> bool:
        return super().focusNextPrevChild(True)


def test_a_way_back_that_differs_is_found(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    for widget in (QLineEdit(), QLineEdit(), OneWay("Keep"), QLineEdit()):
        column.addWidget(widget)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    assert another_way_back(Seen.of(window))


def test_what_is_shown_before_it_has_a_place_is_noted(qtbot: QtBot) -> None:
    window, stray, flash = QDialog(), QPushButton("Save"), OneWay("Keep")
    for widget in (window, stray, flash):
        qtbot.addWidget(widget)
    placed = QPushButton(window)
    with strays_noted() as noted:
        stray.show()
        flash.setVisible(True)
        placed.show()
        window.show()
    assert noted == [repr(stray), repr(flash)]
