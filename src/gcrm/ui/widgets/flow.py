"""A layout that sets widgets in a row and breaks it like text: buttons, chips."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget
from typing_extensions import override

from gcrm.ui.theme.fonts import px


class FlowLayout(QLayout):
    """Left to right (or right to left), then the next row; gaps of `spacing` at 100 %."""

    def __init__(self, parent: QWidget | None = None, spacing: int = 6) -> None:
        super().__init__(parent)
        self._gap = spacing
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(QMargins())

    @override
    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    @override
    def count(self) -> int:
        return len(self._items)

    @override
    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    @override
    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    @override
    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    @override
    def hasHeightForWidth(self) -> bool:
        return True

    @override
    def heightForWidth(self, width: int) -> int:
        return self._flow(QRect(0, 0, width, 0), move=False)

    @override
    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._flow(rect, move=True)

    @override
    def sizeHint(self) -> QSize:
        gaps = px(self._gap) * max(0, len(self._visible()) - 1)
        hints = [item.sizeHint() for item in self._visible()]
        wide = sum(hint.width() for hint in hints) + gaps
        return QSize(wide, max((hint.height() for hint in hints), default=0))

    @override
    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._visible():
            size = size.expandedTo(item.minimumSize())
        return size

    def widgets(self) -> list[QWidget]:
        """Return what lies in the layout, in its order. `indexOf` is not to be asked: it hands the items to Qt."""
        return [widget for item in self._items if (widget := item.widget()) is not None]

    def _visible(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _flow(self, rect: QRect, *, move: bool) -> int:
        """Lay the items out in `rect`; return the height they need."""
        gap = px(self._gap)
        x, y, row = rect.x(), rect.y(), 0
        for item in self._visible():
            hint = item.sizeHint()
            if x > rect.x() and x + hint.width() > rect.right() + 1:
                x, y, row = rect.x(), y + row + gap, 0
            if move:
                item.setGeometry(self._mirrored(QRect(QPoint(x, y), hint), rect))
            x += hint.width() + gap
            row = max(row, hint.height())
        return y + row - rect.y()

    def _mirrored(self, place: QRect, rect: QRect) -> QRect:
        widget = self.parentWidget()
        if widget is not None and widget.isRightToLeft():
            place.moveRight(rect.right() - (place.x() - rect.x()))
        return place
