"""The picture of a label sheet: used labels grey, the first free one framed; a click says where to begin."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from gcrm.i18n import _
from gcrm.services.printing.label_sheets import LabelSheet
from gcrm.ui.printing.page_view import PageView
from gcrm.ui.theme import px, role_font
from gcrm.ui.theme.tokens import LIGHT
from gcrm.ui.widgets.safe import set_tip


class SheetPicture(PageView):
    """A page with the outlines of its labels. `label_chosen` carries the label that was clicked, from 1."""

    label_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sheet: LabelSheet | None = None
        self._first = 1
        self._number = 1
        self._hovered = 0
        self.setMouseTracking(True)

    def set_sheet(self, sheet: LabelSheet, first: int) -> None:
        """Show another kind of sheet, or another beginning."""
        self._sheet = sheet
        self._first = first
        self.setAccessibleName(_("{sheet}, first free label {label}").format(sheet=sheet.title, label=first))
        self.update()

    def set_number(self, number: int) -> None:
        """Say the how-manieth sheet of the run is shown; only the first one is partly used."""
        self._number = number
        self.update()

    def label_rect(self, label: int) -> QRectF:
        """Return where a label lies in the widget."""
        if self._sheet is None:
            return QRectF()
        paper = self.paper()
        scale = paper.width() / self.page_size()[0]
        left, top = self._sheet.corner(label)
        size = (self._sheet.width * scale, self._sheet.height * scale)
        return QRectF(paper.left() + left * scale, paper.top() + top * scale, *size)

    def label_at(self, place: QPointF) -> int:
        """Return the label at a place of the widget, 0 when there is none."""
        count = self._sheet.count if self._sheet is not None else 0
        return next((label for label in range(1, count + 1) if self.label_rect(label).contains(place)), 0)

    @override
    def paint_over(self, painter: QPainter, sheet: QRectF) -> None:
        if self._sheet is None:
            return
        first = self._first if self._number == 1 else 1
        for label in range(1, self._sheet.count + 1):
            rect = self.label_rect(label).adjusted(1, 1, -1, -1)
            self._paint_label(painter, rect, label, label < first, label == first and self._number == 1)

    def _paint_label(self, painter: QPainter, rect: QRectF, label: int, is_used: bool, is_first: bool) -> None:
        """Paint one outline: grey with its number if used, with a strong frame where the run begins."""
        radius = min(px(4), rect.height() / 8)
        painter.setBrush(QColor(LIGHT.sidebar) if is_used else Qt.BrushStyle.NoBrush)
        strong = is_first or label == self._hovered
        pen = QPen(QColor(LIGHT.accent if strong else LIGHT.line), px(2) if strong else 1)
        painter.setPen(pen)
        painter.drawRoundedRect(rect, radius, radius)
        if is_used:
            painter.setPen(QColor(LIGHT.text2))
            painter.setFont(self._font(rect))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, _("{label} used").format(label=label))

    def _font(self, rect: QRectF) -> QFont:
        """Return a font that fits the label on the screen."""
        font = role_font("body")
        font.setPixelSize(max(6, min(px(11), round(min(rect.height() * 0.5, rect.width() / 6)))))
        return font

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        hovered = self.label_at(event.position()) if self._number == 1 else 0
        if hovered != self._hovered:
            self._hovered = hovered
            self.setCursor(Qt.CursorShape.PointingHandCursor if hovered else Qt.CursorShape.ArrowCursor)
            set_tip(self, _("Begin with label {label}").format(label=hovered) if hovered else "")
            self.update()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        label = self.label_at(event.position()) if self._number == 1 else 0
        if label:
            self.label_chosen.emit(label)
