"""A binding that loses a reference to None per call ends the program after minutes of painting."""

from __future__ import annotations

import sys

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gcrm.ui.theme import icon
from gcrm.ui.widgets.avatar import Avatar
from gcrm.ui.widgets.icon_label import IconLabel
from gcrm.ui.widgets.safe import PlainLabel

CALLS = 300
FLAT = 20


def test_painting_and_setting_keeps_the_count_of_none(qtbot: QtBot, qapp: QApplication) -> None:
    """Virtual methods in Python without a result (paintEvent, resizeEvent) are the other half of the danger."""
    label, avatar, mark = PlainLabel("x", elide=True), Avatar("Anna Albrecht"), IconLabel("phone")
    drawn = icon("mail")
    for widget in (label, avatar, mark):
        qtbot.addWidget(widget)
        widget.grab()
    before = sys.getrefcount(None)
    for step in range(CALLS):
        label.resize(40 + step % 2, 20)
        label.setText("some text")
        avatar.grab()
        mark.grab()
        drawn.pixmap(QSize(16, 16))
    assert sys.getrefcount(None) > before - FLAT
