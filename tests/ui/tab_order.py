"""What the Tab key visits in a window, and whether that is the order of reading (E 49).

Two stops are compared where their ways part: in the widget that holds both, by the places of its two children that
lead to them. So a scrolled page, a card or a pane counts as one thing, and everything in it is read before the next.
What lies over a window, such as the palette, has an order of its own.
"""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QWidget

LINE = 8
"""Pixels by which two things on one line may stand higher or lower, and by which neighbours may overlap."""


def is_part(widget: QWidget) -> bool:
    """Tell whether a widget is the inside of another one that carries the name."""
    parent = widget.parentWidget()
    return isinstance(widget, QLineEdit) and isinstance(parent, QComboBox)


def focusable(window: QWidget) -> list[QWidget]:
    """Return what the Tab key should come to."""
    found = [child for child in (window, *window.findChildren(QWidget)) if child.isVisible() and child.isEnabled()]
    tabbed = [child for child in found if child.focusPolicy() & Qt.FocusPolicy.TabFocus]
    return [child for child in tabbed if child.focusProxy() is None and not is_part(child)]


def walk(window: QWidget, *, backwards: bool = False) -> list[QWidget]:
    """Press Tab, or Shift+Tab, once around the window; return the stops in the order of Tab."""
    wanted = focusable(window)
    if not wanted:
        return []
    wanted[0].setFocus(Qt.FocusReason.TabFocusReason)
    seen: list[QWidget] = []
    for _step in range(3 * len(wanted) + 10):
        focus = QApplication.focusWidget()
        assert focus is not None
        if focus in seen:
            break
        seen.append(focus)
        held = Qt.KeyboardModifier.ShiftModifier if backwards else Qt.KeyboardModifier.NoModifier
        QTest.keyClick(focus, Qt.Key.Key_Backtab if backwards else Qt.Key.Key_Tab, held)
    return [*seen[:1], *reversed(seen[1:])] if backwards else seen


def in_reach(child: QWidget, seen: list[QWidget]) -> bool:
    """Tell whether a radio button belongs to a group that was reached: arrow keys go on inside of it."""
    if child in seen or not isinstance(child, QAbstractButton):
        return child in seen
    group = child.group()
    if group is not None:
        return any(button in seen for button in group.buttons())
    alike = child.parentWidget().findChildren(type(child)) if child.autoExclusive() else []
    return any(button in seen for button in alike)


def against_reading(stops: list[QWidget]) -> list[tuple[QWidget, QWidget]]:
    """Return the steps that lead up, or back to the left on the same line; one of them goes back to the beginning."""
    steps = [step for step in pairwise([*stops, *stops[:1]]) if _overlay(step[0]) is _overlay(step[1])]
    found = [step for step in steps if not _reads_on(*step)]
    return found if len(found) > 1 else []


def _overlay(widget: QWidget) -> QWidget | None:
    return next((each for each in _way_up(widget) if each.property("role") == "overlay"), None)


def _reads_on(one: QWidget, other: QWidget) -> bool:
    first, then = _where_they_part(one, other)
    if then.top() >= first.bottom() - LINE:
        return True
    is_beside = then.left() >= first.right() - LINE
    starts_above = then.bottom() <= first.top() + LINE
    return is_beside and not starts_above


def _where_they_part(one: QWidget, other: QWidget) -> tuple[QRect, QRect]:
    """Return the places of the two in the smallest widget that holds both."""
    above = _way_up(one)
    way = _way_up(other)
    shared = next(each for each in way if each in above)
    places = []
    for widget, line in ((one, above), (other, way)):
        at = line.index(shared)
        child = line[at - 1] if at else widget
        origin = child.mapTo(shared, QPoint(0, 0)) if child is not shared else QPoint(0, 0)
        places.append(QRect(origin, child.size()))
    return places[0], places[1]


def _way_up(widget: QWidget) -> list[QWidget]:
    found: list[QWidget] = [widget]
    while (above := found[-1].parentWidget()) is not None and not found[-1].isWindow():
        found.append(above)
    return found
