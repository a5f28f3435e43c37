"""The box under a field that offers what a half-typed text could become. It never takes the focus."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from gcrm.ui.contact_rows import paint_line, paint_row_background
from gcrm.ui.theme import px, role_font, set_role
from gcrm.ui.widgets.safe import announce

_MEANING = int(Qt.ItemDataRole.UserRole) + 1
ROW = 32


class _Delegate(QStyledItemDelegate):
    """Paints what is typed at the left and what it means at the right."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(px(200), px(ROW))

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_row_background(painter, option.rect, option)
        body, small = role_font("body"), role_font("small")
        meaning = str(index.data(_MEANING) or "")
        wide = QFontMetrics(small).horizontalAdvance(meaning)
        inner = option.rect.adjusted(px(8), 0, -px(8), 0)
        paint_line(painter, QRect(inner.right() - wide, inner.top(), wide + 1, inner.height()), meaning, small, "text2")
        left = inner.adjusted(0, 0, -wide - px(8), 0)
        paint_line(painter, left, str(index.data() or ""), body, "text")
        painter.restore()


class Suggestions(QFrame):
    """A list over the window, below its field or above it; `chosen` carries the row that was clicked."""

    chosen = Signal(int)

    def __init__(self, field: QWidget, name: str) -> None:
        super().__init__(field)
        self._field = field
        set_role(self, "overlay")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list = QListWidget()
        set_role(self._list, "plain")
        self._list.setItemDelegate(_Delegate(self._list))
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setAccessibleName(name)
        self._list.setMouseTracking(True)
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.itemClicked.connect(lambda item: self.chosen.emit(self._list.row(item)))
        field.destroyed.connect(self.deleteLater)  # by then it may belong to the window
        column = QVBoxLayout(self)
        column.setContentsMargins(px(4), px(4), px(4), px(4))
        column.addWidget(self._list)
        self.hide()

    def offer(self, rows: Sequence[tuple[str, str]]) -> None:
        """Show texts with their meaning; nothing is chosen yet. An empty list hides the box."""
        self._list.clear()
        for text, meaning in rows:
            item = QListWidgetItem(text)
            item.setData(_MEANING, meaning)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{text}, {meaning}")
            self._list.addItem(item)
        if rows:
            self._place(len(rows))
        self.setVisible(bool(rows))

    def _place(self, count: int) -> None:
        """Lie over the window, as wide as the rows need, where there is room."""
        window = self._field.window()
        if self.parentWidget() is not window:
            self.setParent(window)
        height = min(count, 8) * px(ROW) + px(14)
        width = min(max(self._field.width(), self._needed()), window.width() - px(8))
        below = self._field.mapTo(window, QPoint(0, self._field.height() + px(2)))
        above = self._field.mapTo(window, QPoint(0, -height - px(2)))
        top = below.y() if below.y() + height <= window.height() or above.y() < 0 else above.y()
        left = max(px(4), min(below.x(), window.width() - width - px(4)))
        self.setGeometry(left, top, width, height)
        self.raise_()

    def _needed(self) -> int:
        """Return the width of the widest row."""
        body, small = QFontMetrics(role_font("body")), QFontMetrics(role_font("small"))
        items = [self._list.item(row) for row in range(self._list.count())]
        wide = (body.horizontalAdvance(i.text()) + small.horizontalAdvance(str(i.data(_MEANING))) for i in items)
        return max(wide, default=0) + px(56)

    def move_by(self, step: int) -> None:
        """Go down or up; it is spoken."""
        count = self._list.count()
        if count:
            row = self._list.currentRow()
            self._list.setCurrentRow((row + step) % count if row >= 0 else (0 if step > 0 else count - 1))
            item = self._list.currentItem()
            announce(self._field, str(item.data(Qt.ItemDataRole.AccessibleTextRole)))

    def current(self) -> int:
        """Return the row gone to by key, -1 when there is none."""
        return self._list.currentRow() if self.isVisible() else -1
