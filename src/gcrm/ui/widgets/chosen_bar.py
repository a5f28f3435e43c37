"""The mark of a chosen row."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPainterPath

from gcrm.ui.theme.fonts import px
from gcrm.ui.theme.palette import color


def paint_chosen_bar(painter: QPainter, rect: QRect) -> None:
    """Paint the bar at the left end of a chosen row: its ground alone is too faint for many eyes."""
    high = rect.height() // 2
    bar = QPainterPath()
    bar.addRoundedRect(QRect(rect.left(), rect.top() + (rect.height() - high) // 2, px(3), high), px(3) / 2, px(3) / 2)
    painter.fillPath(bar, color("accent"))
