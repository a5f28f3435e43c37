"""A view of contacts out of which contacts can be dragged, to the desktop or into a mail."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QTableView, QWidget
from typing_extensions import override


class DragTable(QTableView):
    """A table that says when its chosen rows are dragged away or copied, instead of handing them to Qt."""

    dragged = Signal()
    copied = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDragEnabled(True)
        self._is_leaving = False

    @override
    def startDrag(self, supported: Qt.DropAction) -> None:
        self._is_leaving = True
        self.dragged.emit()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._is_leaving = False
        super().mousePressEvent(event)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Choose no more rows on the way out: what is dragged is read first, and Qt thinks that nothing came of it."""
        if not self._is_leaving:
            super().mouseMoveEvent(event)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Keep what is chosen where the button was let go before anything was dragged."""
        if not self._is_leaving:
            super().mouseReleaseEvent(event)
        self._is_leaving = False

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copied.emit()
        else:
            super().keyPressEvent(event)
