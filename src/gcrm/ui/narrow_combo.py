"""A choice in a narrow place: its text goes up to the arrow and is shortened with "…" where it does not fit."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QStyle, QStyleOptionComboBox, QStylePainter, QWidget
from typing_extensions import override

from gcrm.ui.theme import color, px

ARROW = 26
LEFT = 12


class NarrowCombo(QComboBox):
    """Asks for as much room as its longest text, and gets along with less."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @override
    def sizeHint(self) -> QSize:
        texts = (self.fontMetrics().horizontalAdvance(self.itemText(place)) for place in range(self.count()))
        return QSize(max(texts, default=0) + px(LEFT + ARROW) + px(4), super().sizeHint().height())

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(px(72), super().minimumSizeHint().height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        room = QRect(px(LEFT), 0, self.width() - px(LEFT + ARROW), self.height())
        shown = self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, room.width())
        painter.setPen(color("text" if self.isEnabled() else "text3"))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown)
        painter.end()
