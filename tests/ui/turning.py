"""Letting the work of a window come to its end: reads and writes, and what they set off."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from gcrm.ui.context import Context


def settle(context: Context) -> None:
    """Turn the event loop until nothing is under way any more."""
    app = QApplication.instance()
    assert app is not None
    for _turn in range(5):
        context.tasks.wait_idle()
        app.processEvents()


def move_mouse(widget: QWidget, where: QPointF) -> None:
    """Move the mouse over a widget; the pointer of the test screen reaches whatever window lies on top there."""
    none = Qt.MouseButton.NoButton
    move = QMouseEvent(QEvent.Type.MouseMove, where, where, none, none, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, move)
