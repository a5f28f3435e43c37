"""What a window tells by colour alone, so that some eyes and every screen reader miss it (E 50).

A colour with a meaning (ok, warn, bad, info) has a word beside it; what is marked as unreadable says why; a row that
is coloured says it in its text. How a chosen or a wrong control looks without colour: tests/ui/test_colour_alone.py.
"""

from __future__ import annotations

import re

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QRadioButton,
    QTableView,
    QTreeView,
    QWidget,
)

from gcrm.ui.widgets.icon_label import IconLabel
from gcrm.ui.widgets.nav import NavItem
from gcrm.ui.widgets.two_line_list import ROW_ROLE, Line

TONES = ("ok", "warn", "bad", "info")
ROWS = 50
"""Rows of a list that are looked at."""
_WORD = re.compile(r"[^\W\d_]{2,}|[ABC]$")


def said_by_colour_alone(window: QWidget) -> list[str]:
    """Return everything whose meaning is in its colour only."""
    found = [f"label “{label.text()}”" for label in _coloured(window) if not _has_word(label)]
    for icon in window.findChildren(IconLabel):
        if icon.isVisible() and icon._tint in TONES and not _words_beside(icon):
            found.append(f"icon {icon._name}")
    for editor in window.findChildren(QWidget):
        if editor.isVisible() and editor.property("invalid") and not editor.accessibleDescription():
            found.append(f"{type(editor).__name__} “{editor.accessibleName()}” cannot be read, and does not say why")
    for button in window.findChildren(QAbstractButton):
        is_known = isinstance(button, QCheckBox | QRadioButton | NavItem)
        if button.isVisible() and button.isCheckable() and not is_known:
            found.append(
                f"{type(button).__name__} “{button.accessibleName()}”: is it seen without colour when pressed?"
            )
    for view in window.findChildren(QAbstractItemView):
        if view.isVisible() and view.model() is not None and not isinstance(view.parentWidget(), QComboBox):
            found += _coloured_rows(view)
    return found


def _coloured(window: QWidget) -> list[QLabel]:
    labels = [label for label in window.findChildren(QLabel) if label.isVisible()]
    return [
        label
        for label in labels
        if label.property("tone") in TONES or str(label.property("role")).startswith(("chip-", "error"))
    ]


def _has_word(label: QLabel) -> bool:
    """Tell whether a label says something in words, itself or in the caption of the card it stands in."""
    return _WORD.search(label.text()) is not None or _words_beside(label)


def _words_beside(widget: QWidget) -> bool:
    """Tell whether a text stands beside a widget, or the widget stands in a field that says why."""
    parent = widget.parentWidget()
    if isinstance(parent, QLineEdit):
        return bool(parent.accessibleDescription())
    others = parent.findChildren(QLabel) if parent is not None else []
    return any(_WORD.search(other.text()) for other in others if other is not widget and other.isVisible())


def _coloured_rows(view: QAbstractItemView) -> list[str]:
    """Return the rows of a list that have a colour and no words for it."""
    model, found = view.model(), []
    for row in range(min(model.rowCount(QModelIndex()), ROWS)):
        for column in range(_columns(view)):
            index = model.index(row, column)
            text = str(index.data(Qt.ItemDataRole.AccessibleTextRole) or index.data() or "")
            line = index.data(ROW_ROLE)
            has_colour = index.data(Qt.ItemDataRole.ForegroundRole) or index.data(Qt.ItemDataRole.BackgroundRole)
            if isinstance(line, Line) and line.is_faint and not line.mark:
                found.append(f"row “{text}” is faint, and does not say why")
            elif has_colour and not _WORD.search(text):
                found.append(f"row {row} of {type(view).__name__} “{text}”")
    return found


def _columns(view: QAbstractItemView) -> int:
    if isinstance(view, QTableView):
        return view.horizontalHeader().count()
    return view.header().count() if isinstance(view, QTreeView) else 1
