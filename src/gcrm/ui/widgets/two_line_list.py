"""A list of a few things: icon, name, what is to know about it in a second line, a word at the right end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPainterPath
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)
from typing_extensions import override

from gcrm.ui.theme import color, px, role_font, set_role
from gcrm.ui.theme.icons import paint_icon
from gcrm.ui.widgets.chosen_bar import paint_chosen_bar

ROW_HEIGHT = 48
SHORT_ROW = 36
ROW_ROLE = int(Qt.ItemDataRole.UserRole) + 1
_MOVES = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing: `key` tells it apart, `mark` is the word at the right end in the colour of `tone`."""

    key: object
    title: str
    detail: str = ""
    icon: str = ""
    tint: str = "text2"
    mark: str = ""
    tone: str = "neutral"
    is_faint: bool = False

    def spoken(self) -> str:
        """Return everything a screen reader says."""
        return ", ".join(part for part in (self.title, self.detail, self.mark) if part)


class _Painter(QStyledItemDelegate):
    """Paints a line with the colours of this moment."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        title, detail = QFontMetrics(role_font("body")).height(), QFontMetrics(role_font("small")).height()
        if not index.data(ROW_ROLE).detail:
            return QSize(px(80), max(px(SHORT_ROW), title + px(10)))
        return QSize(px(80), max(px(ROW_HEIGHT), title + detail + px(14)))

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        line: Line = index.data(ROW_ROLE)
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, area, state, option.widget)
        inner = area.adjusted(px(10), px(5), -px(10), -px(5))
        if line.icon:
            side = px(16)
            corner = QRect(inner.x(), inner.center().y() - side // 2, side, side)
            paint_icon(painter, corner, line.icon, "text3" if line.is_faint else line.tint)
            inner.setLeft(inner.left() + side + px(12))
        inner.setRight(inner.right() - self._paint_mark(painter, inner, line))
        self._paint_texts(painter, inner, line)
        painter.restore()

    def _paint_ground(self, painter: QPainter, area: QRect, state: QStyle.StateFlag, view: QWidget) -> None:
        """Show the chosen line strongly only where keys go to it."""
        is_chosen = bool(state & QStyle.StateFlag.State_Selected) and view.hasFocus()
        if not state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            return
        shape = QPainterPath()
        shape.addRoundedRect(area.adjusted(px(1), px(1), -px(1), -px(1)), px(6), px(6))
        painter.fillPath(shape, color("sel" if is_chosen else "hover"))
        if state & QStyle.StateFlag.State_Selected:
            paint_chosen_bar(painter, area.adjusted(px(1), px(1), -px(1), -px(1)))

    def _paint_mark(self, painter: QPainter, inner: QRect, line: Line) -> int:
        """Paint the word at the right end as a chip; return the room it took."""
        if not line.mark:
            return 0
        font = role_font("caption", semibold=True)
        font.setCapitalization(font.Capitalization.MixedCase)
        metrics = QFontMetrics(font)
        width, height = metrics.horizontalAdvance(line.mark) + px(16), max(px(20), metrics.height() + px(2))
        chip = QRect(inner.right() - width, inner.center().y() - height // 2, width, height)
        shape = QPainterPath()
        shape.addRoundedRect(chip, height / 2, height / 2)
        painter.fillPath(shape, color(f"{line.tone}_bg"))
        painter.setPen(color(line.tone))
        painter.setFont(font)
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, line.mark)
        return width + px(10)

    def _paint_texts(self, painter: QPainter, inner: QRect, line: Line) -> None:
        title, small = role_font("body", semibold=bool(line.detail)), role_font("small")
        above, below = QFontMetrics(title), QFontMetrics(small)
        painter.setFont(title)
        painter.setPen(color("text3" if line.is_faint else "text"))
        text = above.elidedText(line.title, Qt.TextElideMode.ElideRight, inner.width())
        if not line.detail:
            painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter, text)
            return
        top = inner.y() + (inner.height() - above.height() - below.height()) // 2
        painter.drawText(QRect(inner.x(), top, inner.width(), above.height()), Qt.AlignmentFlag.AlignVCenter, text)
        painter.setFont(small)
        painter.setPen(color("text3" if line.is_faint else "text2"))
        detail = below.elidedText(line.detail, Qt.TextElideMode.ElideRight, inner.width())
        under = QRect(inner.x(), top + above.height(), inner.width(), below.height())
        painter.drawText(under, Qt.AlignmentFlag.AlignVCenter, detail)


class TwoLineList(QListWidget):
    """Enter or a double click asks to change a line (`wanted`), Delete to remove it (`unwanted`).

    With `can_move` lines are dragged, or moved with Alt+Up and Alt+Down; `arranged` carries all keys in the new order.
    """

    wanted = Signal(object)
    unwanted = Signal(object)
    chosen = Signal(object)
    arranged = Signal(object)

    def __init__(self, name: str, *, can_move: bool = False, most_rows: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._can_move = can_move
        self._most_rows = most_rows
        set_role(self, "plain")
        self.setAccessibleName(name)
        self.setItemDelegate(_Painter(self))
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        if can_move:
            self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
            self.model().rowsMoved.connect(lambda *_where: self.arranged.emit(self.keys()))
        self.itemActivated.connect(lambda item: self.wanted.emit(item.data(ROW_ROLE).key))
        self.currentRowChanged.connect(lambda _row: self.chosen.emit(self.current()))

    def set_lines(self, lines: Iterable[Line]) -> None:
        """Show other lines; the chosen one stays chosen while it is there."""
        former, row = self.current(), self.currentRow()
        self.blockSignals(True)
        self.clear()
        for line in lines:
            item = QListWidgetItem(line.spoken())
            item.setData(ROW_ROLE, line)
            self.addItem(item)
        self.blockSignals(False)
        self.choose(former)
        if self.current() is None and self.count():
            self.setCurrentRow(max(0, min(row, self.count() - 1)))
        self._fit()
        self.chosen.emit(self.current())

    def _fit(self) -> None:
        """Be as high as the lines, up to `most_rows` of them."""
        if self._most_rows:
            rows = range(min(self.count(), self._most_rows))
            self.setFixedHeight(max(px(SHORT_ROW), sum(self.sizeHintForRow(row) for row in rows)) + px(6))

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of the size of text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.scheduleDelayedItemsLayout()
            self._fit()

    def keys(self) -> list[object]:
        """Return the keys in the order shown."""
        return [self.item(row).data(ROW_ROLE).key for row in range(self.count())]

    def current(self) -> object:
        """Return the key of the chosen line, None for none."""
        item = self.currentItem()
        return item.data(ROW_ROLE).key if item is not None else None

    def chosen_keys(self) -> list[object]:
        """Return the keys of all lines that are chosen, in the order shown."""
        rows = sorted(self.row(item) for item in self.selectedItems())
        return [self.item(row).data(ROW_ROLE).key for row in rows]

    def line(self) -> Line | None:
        """Return the chosen line."""
        item = self.currentItem()
        found: Line | None = item.data(ROW_ROLE) if item is not None else None
        return found

    def choose(self, key: object) -> None:
        """Choose the line with this key; nothing happens when it is not there."""
        if key in self.keys():
            self.setCurrentRow(self.keys().index(key))

    def move_current(self, step: int) -> None:
        """Move the chosen line up (-1) or down (1)."""
        row = self.currentRow()
        if row < 0 or not 0 <= row + step < self.count():
            return
        self.blockSignals(True)
        item = self.takeItem(row)
        self.insertItem(row + step, item)
        self.setCurrentRow(row + step)
        self.blockSignals(False)
        self.arranged.emit(self.keys())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        with_alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if self._can_move and with_alt and event.key() in _MOVES:
            self.move_current(_MOVES[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_Delete and self.current() is not None:
            self.unwanted.emit(self.current())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current() is not None:
            self.wanted.emit(self.current())
        else:
            super().keyPressEvent(event)
