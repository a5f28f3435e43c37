"""A Lucide icon that stands beside a text and cannot be pressed."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from gcrm.ui.theme.fonts import px
from gcrm.ui.theme.icons import SIZE, paint_icon


class IconLabel(QWidget):
    """One icon in the colour of a token. It says nothing to a screen reader: the text beside it does."""

    def __init__(self, name: str, tint: str = "text2", size: int = SIZE, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._tint = tint
        self._size = size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_icon(self, name: str, tint: str) -> None:
        """Show another icon."""
        self._name = name
        self._tint = tint
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(px(self._size), px(self._size))

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        side = px(self._size)
        corner = QRect(0, 0, side, side)
        corner.moveCenter(self.rect().center())
        painter = QPainter(self)
        paint_icon(painter, corner, self._name, self._tint)
        painter.end()
