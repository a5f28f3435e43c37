"""Cards and figures side by side while there is room, below each other when there is none."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QScrollArea, QSizePolicy, QWidget
from typing_extensions import override

from gcrm.ui.theme import px, set_role

ONE_COLUMN_BELOW = 608
"""Width of the columns; the record around them is 32 wider."""
BAR = 12
"""Width of a scroll bar."""


class Columns(QWidget):
    """Widgets in `wide` columns of equal width, in `narrow` ones below 640 px."""

    def __init__(self, widgets: Sequence[QWidget], wide: int, narrow: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._widgets = list(widgets)
        self._wide = wide
        self._narrow = narrow
        self._count = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(px(12))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._arrange(wide)

    def set_widgets(self, widgets: Sequence[QWidget]) -> None:
        """Show other widgets; those that were there before belong to the caller again."""
        for widget in self._widgets:
            self._grid.removeWidget(widget)
        self._widgets = list(widgets)
        count, self._count = self._count, 0
        self._arrange(count)

    def show_only(self, widgets: Sequence[QWidget]) -> None:
        """Show these of the widgets, without gaps; the others are hidden."""
        if list(widgets) == self._widgets:
            return
        for widget in self._widgets:
            widget.setVisible(widget in widgets)
        self.set_widgets(widgets)
        for widget in widgets:
            widget.show()

    def columns(self) -> int:
        """Return how many columns there are now."""
        return self._count

    def _arrange(self, count: int) -> None:
        if count == self._count:
            return
        for column in range(self._count):
            self._grid.setColumnStretch(column, 0)
        self._count = count
        for place, widget in enumerate(self._widgets):
            self._grid.addWidget(widget, place // count, place % count)
        for column in range(count):
            self._grid.setColumnStretch(column, 1)
            self._grid.setColumnMinimumWidth(column, 1)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(self._narrow if self.width() < px(ONE_COLUMN_BELOW) else self._wide)


class ContentArea(QScrollArea):
    """Scrolls up and down only; its content ends at the same line whether the scroll bar is there or not.

    Whether it is there is decided here. Qt decides by the room without margin and bar, where content may fit that does
    not fit beside them, and would show and hide the bar for ever.
    """

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self._has_bar = True
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        set_role(content, "content")
        self.setWidget(content)
        self._keep_edge()
        self.verticalScrollBar().rangeChanged.connect(self._keep_edge, Qt.ConnectionType.QueuedConnection)

    def _keep_edge(self) -> None:
        """Show the bar where there is something to scroll, in the room that is left free without it."""
        bar = self.verticalScrollBar()
        has_bar = bar.maximum() > bar.minimum()
        if has_bar == self._has_bar:
            return
        self._has_bar = has_bar
        policy = Qt.ScrollBarPolicy.ScrollBarAlwaysOn if self._has_bar else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(policy)
        self.setViewportMargins(0, 0, 0 if self._has_bar else px(BAR), 0)


def scrolling(content: QWidget) -> ContentArea:
    """Return `content` in a frame that scrolls up and down only."""
    return ContentArea(content)
