"""The gate for every window of the register: spoken names, reach by keyboard, size of targets (E 48, 49, 51)."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QScrollBar, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from gcrm.ui.context import Context
from tests.ui.register import WINDOWS

SMALLEST = 24


def spoken(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    return str(interface.text(QAccessible.Text.Name)).strip()


def is_part(widget: QWidget) -> bool:
    """Tell whether a widget is the inside of another one that carries the name."""
    parent = widget.parentWidget()
    return isinstance(widget, QLineEdit) and isinstance(parent, QComboBox)


def is_tab_scroller(widget: QWidget) -> bool:
    """Tell whether a button scrolls a row of tabs: Qt's own, reached by the arrow keys of the tabs themselves."""
    return isinstance(widget.parentWidget(), QTabBar)


def focusable(window: QWidget) -> list[QWidget]:
    found = [child for child in (window, *window.findChildren(QWidget)) if child.isVisible() and child.isEnabled()]
    tabbed = [child for child in found if child.focusPolicy() & Qt.FocusPolicy.TabFocus]
    return [child for child in tabbed if child.focusProxy() is None and not is_part(child)]


def where(widget: QWidget) -> str:
    return f"{type(widget).__name__} “{spoken(widget)}” in {type(widget.parentWidget()).__name__}"


@pytest.fixture(params=sorted(WINDOWS))
def shown(request: pytest.FixtureRequest, context: Context, qtbot: QtBot) -> QWidget:
    """Show a window of the register with everything read that it shows."""
    window = WINDOWS[request.param](context, None)
    window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    context.tasks.wait_idle()
    window.activateWindow()
    return window


def test_everything_that_can_be_reached_has_a_name(shown: QWidget) -> None:
    reachable = focusable(shown)
    assert reachable
    assert [where(child) for child in reachable if not spoken(child)] == []


def test_buttons_outside_of_the_tab_order_have_a_name_too(shown: QWidget) -> None:
    buttons = [child for child in shown.findChildren(QAbstractButton) if child.isVisible()]
    assert [where(button) for button in buttons if not is_tab_scroller(button) and not spoken(button)] == []


def test_the_tab_key_reaches_everything_and_is_never_trapped(shown: QWidget) -> None:
    wanted = set(focusable(shown))
    start = next(iter(focusable(shown)))
    start.setFocus(Qt.FocusReason.TabFocusReason)
    seen: list[QWidget] = []
    for _step in range(3 * len(wanted) + 10):
        focus = QApplication.focusWidget()
        assert focus is not None
        if focus in seen and focus is seen[0] and len(seen) > 1:
            break
        seen.append(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    missed = [child for child in wanted - set(seen) if child.isVisible() and not _in_reach_of(child, seen)]
    assert [where(child) for child in missed] == []


def _in_reach_of(child: QWidget, seen: list[QWidget]) -> bool:
    """Tell whether a radio button belongs to a group that was reached: arrow keys go on inside of it."""
    group = child.group() if isinstance(child, QAbstractButton) else None
    return group is not None and any(button in seen for button in group.buttons())


def test_targets_are_large_enough(shown: QWidget) -> None:
    targets = {*focusable(shown), *(child for child in shown.findChildren(QAbstractButton) if child.isVisible())}
    small = [
        (where(child), child.width(), child.height())
        for child in targets
        if not isinstance(child, QScrollBar) and not is_tab_scroller(child)
        and min(child.width(), child.height()) < SMALLEST
    ]  # fmt: skip
    assert small == []
