"""A view of contacts out of which contacts can be dragged, to the desktop or into a mail."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QTableView, QWidget
from typing_extensions import override


class DragTable(QTableView):
    """A table that says when its chosen rows are dragged away or copied, instead of handing them to Qt."""

    dragged = Signal()
    copied = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDragEnabled(True)

    @override
    def startDrag(self, supported: Qt.DropAction) -> None:
        self.dragged.emit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copied.emit()
        else:
            super().keyPressEvent(event)
