"""Paints the lines of the Today page: contact, what, when, who; and the headings between them."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPainterPath
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from gcrm.ui.contact_rows import paint_line, paint_row_background
from gcrm.ui.theme import color, px, role_font
from gcrm.ui.theme.icons import paint_icon
from gcrm.ui.today.items import Index, Item, TodayModel

ROW = 52
HEADING = 42
MORE = 30
CIRCLE = 28
EDGE = 16
DUE_WIDTH = 132


class TodayDelegate(QStyledItemDelegate):
    """The look of a line."""

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._view = view

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        model = index.model()
        kind = model.item(index).kind if isinstance(model, TodayModel) else ""
        height = {"header": HEADING, "more": MORE}.get(kind, ROW)
        return QSize(self._view.viewport().width(), px(height))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, TodayModel):
            return
        item = model.item(index)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if item.kind == "header":
            paint_heading(painter, option.rect, item)
        elif item.kind == "more":
            rect = option.rect.adjusted(px(EDGE + CIRCLE + 12), 0, 0, 0)
            paint_line(painter, rect, item.title, role_font("small"), "text2")
        else:
            rect = option.rect.adjusted(px(6), px(1), -px(6), -px(1))
            paint_row_background(painter, rect, option)
            paint_item(painter, rect, item)
        painter.restore()


def paint_heading(painter: QPainter, rect: QRect, item: Item) -> None:
    """Paint the name of a list and how many are in it."""
    font = role_font("section")
    inner = rect.adjusted(px(EDGE), px(10), -px(EDGE), 0)
    paint_line(painter, inner, item.title, font, "bad" if item.tone == "bad" else "text")
    count_font = role_font("caption", semibold=True)
    width = max(px(22), QFontMetrics(count_font).horizontalAdvance(item.due) + px(14))
    left = inner.left() + QFontMetrics(font).horizontalAdvance(item.title) + px(8)
    chip = QRect(left, inner.center().y() - px(10), width, px(20))
    shape = QPainterPath()
    shape.addRoundedRect(chip, chip.height() / 2, chip.height() / 2)
    painter.fillPath(shape, color(f"{item.tone}_bg"))
    painter.setFont(count_font)
    painter.setPen(color(item.tone))
    painter.drawText(chip, int(Qt.AlignmentFlag.AlignCenter), item.due)


def paint_item(painter: QPainter, rect: QRect, item: Item) -> None:
    """Paint one line."""
    side = px(CIRCLE)
    circle = QRect(rect.left() + px(EDGE - 6), rect.center().y() - side // 2, side, side)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color(f"{item.tone}_bg"))
    painter.drawEllipse(circle)
    square = QRect(0, 0, px(16), px(16))
    square.moveCenter(circle.center())
    paint_icon(painter, square, item.icon, item.tone)
    left, due = circle.right() + px(12), px(DUE_WIDTH)
    room = QRect(left, rect.top(), rect.right() - left - due - px(EDGE), rect.height())
    strong, small = role_font("body", semibold=True), role_font("small")
    upper, lower = _two_lines(room) if item.text else (room, QRect())
    paint_line(painter, upper, item.title, strong if item.kind != "notice" else role_font("body"), "text")
    if item.text:
        paint_line(painter, lower, item.text, small, "text2")
    right = QRect(rect.right() - px(EDGE - 4) - due, rect.top(), due, rect.height())
    upper, lower = _two_lines(right) if item.who else (right, QRect())
    tone = "bad" if item.is_bad else "text"
    _paint_right(painter, upper, item.due, role_font("small", semibold=item.is_bad), tone)
    if item.who:
        _paint_right(painter, lower, item.who, small, "text2")


def _two_lines(room: QRect) -> tuple[QRect, QRect]:
    """Cut a row into an upper and a lower line."""
    upper_height = QFontMetrics(role_font("body", semibold=True)).height() + px(1)
    lower_height = QFontMetrics(role_font("small")).height() + px(1)
    top = room.top() + (room.height() - upper_height - lower_height) // 2
    upper = QRect(room.left(), top, room.width(), upper_height)
    return upper, QRect(room.left(), top + upper_height, room.width(), lower_height)


def _paint_right(painter: QPainter, rect: QRect, text: str, font: QFont, tone: str) -> None:
    """Paint a text at the right edge, shortened where it does not fit."""
    painter.setFont(font)
    painter.setPen(color(tone))
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), shown)
