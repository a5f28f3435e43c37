"""Draws the code of an invitation as QR code: dark on white in every look, as cameras need it."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from gcrm.services.team.qr import QUIET
from gcrm.ui.theme import px

DARK, LIGHT = QColor(0, 0, 0), QColor(255, 255, 255)
SIDE = 232


class QrView(QWidget):
    """Shows squares, given row by row; each is a whole number of pixels."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._squares: tuple[tuple[bool, ...], ...] = ()
        self.setAccessibleName(name)
        self.setFixedSize(px(SIDE), px(SIDE))

    def show_squares(self, squares: tuple[tuple[bool, ...], ...]) -> None:
        """Show another code."""
        self._squares = squares
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(px(SIDE), px(SIDE))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), LIGHT)
        count = len(self._squares) + 2 * QUIET
        size = max(1, min(self.width(), self.height()) // count)
        left, top = ((side - len(self._squares) * size) // 2 for side in (self.width(), self.height()))
        painter.setPen(Qt.PenStyle.NoPen)
        for y, row in enumerate(self._squares):
            for x, is_dark in enumerate(row):
                if is_dark:
                    painter.fillRect(QRect(left + x * size, top + y * size, size, size), DARK)
        painter.end()
