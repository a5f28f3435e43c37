"""The round picture of a contact: a photo, or initials on a colour that the name chooses."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from gcrm.ui.theme.fonts import px, role_font
from gcrm.ui.theme.tokens import ON_AVATAR, avatar_color

SIZE_HEADER = 52
SIZE_ROW = 36


def initials(name: str) -> str:
    """Return up to two capitals: of the first two words, or the first two letters of a single word."""
    words = [word for word in name.replace("-", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    letters = words[0][0] + words[1][0] if len(words) > 1 else words[0][:2]
    return letters.upper()[:2]


def paint_avatar(painter: QPainter, rect: QRect, name: str, photo: QPixmap | None = None) -> None:
    """Paint the avatar of `name` into the square `rect`; for delegates."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    circle = QPainterPath()
    circle.addEllipse(QRectF(rect))
    if photo is not None and not photo.isNull():
        painter.setClipPath(circle)
        painter.drawPixmap(rect, photo, _middle_square(photo))
    else:
        painter.fillPath(circle, QColor(avatar_color(name)))
        font = role_font("body", semibold=True)
        font.setPixelSize(max(8, round(rect.height() * 0.37)))
        painter.setFont(font)
        painter.setPen(QColor(ON_AVATAR))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, initials(name))
    painter.restore()


def _middle_square(photo: QPixmap) -> QRect:
    side = min(photo.width(), photo.height())
    return QRect((photo.width() - side) // 2, (photo.height() - side) // 2, side, side)


class Avatar(QWidget):
    """An avatar of the design size `size` (52 in a header, 36 in a row)."""

    def __init__(self, name: str = "", size: int = SIZE_HEADER, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size = size
        self._name = ""
        self._photo: QPixmap | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_contact(name)

    def set_contact(self, name: str, photo: QPixmap | None = None) -> None:
        """Show another contact; without a photo its initials."""
        self._name = name
        self._photo = photo
        self.setAccessibleName(name)
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(px(self._size), px(self._size))

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        side = px(self._size)
        square = QRect(0, 0, side, side)
        square.moveCenter(self.rect().center())
        painter = QPainter(self)
        paint_avatar(painter, square, self._name, self._photo)
        painter.end()
