"""A text field that grows with what is typed, from two lines to six."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from gcrm.ui.widgets.text_area import TextArea

FEWEST, MOST = 2, 6


class GrowingText(TextArea):
    """Two lines high while it is empty; from the seventh line on it scrolls."""

    def __init__(self, hint: str, accessible_name: str, parent: QWidget | None = None) -> None:
        super().__init__(FEWEST, hint, accessible_name, parent)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self._grow())

    def _grow(self) -> None:
        """Take as many lines as the text has."""
        wanted = round(self.document().size().height())
        lines = max(FEWEST, min(MOST, wanted))
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if wanted > MOST else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(policy)
        if lines != self._lines:
            self._lines = lines
            self._fit()
