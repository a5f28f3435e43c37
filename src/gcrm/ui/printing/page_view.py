"""One page of paper on the screen: always white, whatever the look of the program."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from gcrm.ui.theme import color, px
from gcrm.ui.theme.tokens import LIGHT

A4 = (210.0, 297.0)


class PageView(QWidget):
    """Shows the picture of a page of `size` millimetres, as large as the widget is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size = A4
        self._image: QImage | None = None
        self.setMinimumSize(px(120), px(120))

    def set_page(self, image: QImage | None, size: tuple[float, float]) -> None:
        """Show another page."""
        self._image = image
        self._size = size
        self.update()

    def image(self) -> QImage | None:
        """Return the picture that is shown."""
        return self._image

    def page_size(self) -> tuple[float, float]:
        """Return width and height of the paper in millimetres."""
        return self._size

    def paper(self) -> QRectF:
        """Return where the sheet lies in the widget: as large as it fits, in the middle."""
        wide, high = self._size
        room = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        scale = min(room.width() / wide, room.height() / high)
        sheet = QRectF(0, 0, wide * scale, high * scale)
        sheet.moveCenter(room.center())
        return sheet

    @override
    def sizeHint(self) -> QSize:
        return QSize(px(390), round(px(390) * self._size[1] / self._size[0]))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        sheet = self.paper()
        painter.fillRect(sheet, QColor(LIGHT.surface))
        if self._image is not None:
            painter.drawImage(sheet, self._image)
        self.paint_over(painter, sheet)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(color("line"))
        painter.drawRect(sheet)
        painter.end()

    def paint_over(self, painter: QPainter, sheet: QRectF) -> None:
        """Paint what is shown on the screen only; a plain page has nothing of it."""
