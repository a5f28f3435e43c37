"""Paints an unfinished text: contact, its beginning, what it is and when."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from gcrm.ui.contact_rows import paint_line, paint_row_background
from gcrm.ui.theme import px, role_font

LineRole = int(Qt.ItemDataRole.UserRole) + 1


class UnfinishedDelegate(QStyledItemDelegate):
    """Up to three lines, in the middle of the row."""

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        lines = index.data(LineRole) or ("", "", "")
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_row_background(painter, option.rect.adjusted(px(2), px(1), -px(2), -px(1)), option)
        small = role_font("small")
        looks = ((role_font("body", semibold=True), "text"), (small, "text"), (small, "text2"))
        shown = [(str(text), *look) for text, look in zip(lines, looks, strict=True) if text]
        high = sum(QFontMetrics(font).height() for _text, font, _tone in shown)
        top = option.rect.top() + (option.rect.height() - high) // 2
        for text, font, tone in shown:
            height = QFontMetrics(font).height()
            rect = QRect(option.rect.left() + px(12), top, option.rect.width() - px(24), height)
            paint_line(painter, rect, text, font, tone)
            top += height
        painter.restore()
