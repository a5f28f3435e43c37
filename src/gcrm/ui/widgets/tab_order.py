"""The Tab key goes through a widget as its layouts are read, in whatever order the parts were made."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QGridLayout,
    QLayout,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QSplitter,
    QTextEdit,
    QWidget,
)

from gcrm.ui.widgets.flow import FlowLayout

_WHOLE = (QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit)
"""Controls that are one stop, whatever they are made of."""


def tab_as_read(top: QWidget, after: QWidget | None = None) -> None:
    """Put everything in `top` into the order of its layouts, behind its first stop or behind `after`.

    To be called when parts were added later than others. `nextInFocusChain` is not to be asked for the order there is:
    Python would own, and delete, what it returns.
    """
    for one, other in pairwise([*([after] if after is not None else []), *_stops(top)]):
        QWidget.setTabOrder(one, other)


def _stops(widget: QWidget) -> Iterator[QWidget]:
    """Yield what the Tab key comes to, hidden or not."""
    if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None:
        yield widget
    if not isinstance(widget, _WHOLE):
        for child in _children(widget):
            yield from _stops(child)


def _children(widget: QWidget) -> list[QWidget]:
    """Return the direct children: those in the layout in its order, then the others as they were made."""
    if isinstance(widget, QScrollArea):
        content = widget.widget()
        return [content] if content is not None else []
    if isinstance(widget, QSplitter):
        return [part for place in range(widget.count()) if (part := widget.widget(place)) is not None]
    inside = [child for child in widget.children() if isinstance(child, QWidget) and not child.isWindow()]
    layout = widget.layout()
    placed = dict.fromkeys(_placed(layout, inside)) if layout is not None else {}
    return [*placed, *(child for child in inside if child not in placed)]


def _placed(layout: QLayout, widgets: list[QWidget]) -> Iterator[QWidget]:
    """Yield those of the widgets that lie in a layout, in its order.

    The items of a layout are never touched: a wrapper of one that is gone may come back for a new one (PySide).
    """
    if isinstance(layout, FlowLayout):
        yield from layout.widgets()
        return
    found: list[tuple[tuple[int, ...], QWidget | QLayout]] = []
    for widget in widgets:
        found.append((_spot(layout, layout.indexOf(widget)), widget))
    for inner in layout.children():
        if isinstance(inner, QLayout):
            found.append((_spot(layout, layout.indexOf(inner)), inner))
    for spot, part in sorted(found, key=lambda pair: pair[0]):
        if isinstance(part, QLayout):
            yield from _placed(part, widgets)
        elif spot:
            yield part


def _spot(layout: QLayout, place: int) -> tuple[int, ...]:
    """Return by what the parts of a layout are put in order: line and column in a grid, else the place; () for none."""
    if place < 0:
        return ()
    if not isinstance(layout, QGridLayout):
        return (place,)
    row, column, *_span = cast("tuple[int, int, int, int]", layout.getItemPosition(place))
    return row, column
