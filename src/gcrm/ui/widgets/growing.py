"""A window that grows with what is said in it: wrapped lines tell Qt too little about the room they need."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QDialog
from typing_extensions import override


class GrowingDialog(QDialog):
    """A window without scroll bar, as high as its contents need at its width; it never makes itself smaller."""

    @override
    def event(self, event: QEvent) -> bool:
        asks_for_room = event.type() == QEvent.Type.LayoutRequest
        done = super().event(event)
        if asks_for_room:  # of any other event the window may be gone by now
            self._grow()
        return done

    def _grow(self) -> None:
        layout = self.layout()
        needed = layout.totalHeightForWidth(self.width()) if layout is not None else 0
        if self.isVisible() and needed > self.height():
            self.resize(self.width(), needed)
