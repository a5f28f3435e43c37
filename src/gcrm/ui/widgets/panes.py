"""Panes beside each other whose widths are changed with the mouse, or by a command."""

from __future__ import annotations

from PySide6.QtWidgets import QSplitter, QWidget

from gcrm.ui.theme.fonts import px

STEP = 24
"""How far one command moves a border."""


class Panes(QSplitter):
    """A splitter whose parts never fold away."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setChildrenCollapsible(False)

    def widen(self, part: int, into: int, steps: int) -> None:
        """Give a pane more room out of its neighbour's, less when `steps` is negative."""
        sizes = self.sizes()
        if max(part, into) < len(sizes):
            by = px(STEP) * steps
            sizes[part] += by
            sizes[into] -= by
            self.setSizes(sizes)
