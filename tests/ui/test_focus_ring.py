"""Where the keyboard is, is always seen: a ring of at least two pixels in the colour of the focus (E 49)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QStringListModel
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QRadioButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gcrm.ui.theme import Theme, current
from gcrm.ui.widgets.button import Button, IconButton

THINNEST, EDGE = 2, 12
"""Pixels of a ring, and how far from the side it is looked for."""


def list_view() -> QAbstractItemView:
    view = QListView()
    view.setModel(QStringListModel(["One", "Two"], view))
    return view


CONTROLS: dict[str, Callable[[], QWidget]] = {
    "button": lambda: Button("Close"),
    "primary button": lambda: Button("Create contact", "primary"),
    "danger button": lambda: Button("Delete for good", "danger"),
    "flat button": lambda: Button("More", "flat"),
    "link": lambda: Button("Show older changes", "link"),
    "icon button": lambda: IconButton("phone", "Call"),
    "tool button": QToolButton,
    "line": QLineEdit,
    "choice": QComboBox,
    "text": QPlainTextEdit,
    "check box": lambda: QCheckBox("Private"),
    "radio button": lambda: QRadioButton("Mine"),
    "list": list_view,
}


def ring(image: QImage, colour: str) -> int:
    """Return how thick the ring is: pixels of its colour near the left side, half way down."""
    side = [image.pixelColor(x, image.height() // 2).name().upper() for x in range(min(EDGE, image.width()))]
    return side.count(colour)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("name", CONTROLS)
def test_e49_the_focus_is_seen(name: str, mode: str, theme: Theme, qtbot: QtBot) -> None:
    theme.set_mode(mode)
    window = QWidget()
    control, other = CONTROLS[name](), QLineEdit()
    column = QVBoxLayout(window)
    column.addWidget(control)
    column.addWidget(other)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    colour = current().on_accent if name == "primary button" else current().focus  # a line inside of what is filled
    other.setFocus()
    without = ring(control.grab().toImage(), colour)
    control.setFocus()
    assert control.hasFocus()
    assert without == 0
    assert ring(control.grab().toImage(), colour) >= THINNEST
