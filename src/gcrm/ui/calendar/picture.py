"""What was painted before, kept while nothing of it changed: scrolling and choosing paint it as a whole."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from gcrm.ui.theme.tokens import current


class Picture:
    """Paints once what is asked for often."""

    def __init__(self) -> None:
        self._picture = QPixmap()
        self._shown: tuple[object, ...] = ()

    def of(self, widget: QWidget, size: QSize, paint: Callable[[QPainter], None], *shown: object) -> QPixmap:
        """Return a picture of this size, painted anew where anything of `shown`, the colours or the screen changed."""
        ratio = widget.devicePixelRatioF()
        wanted = (size, ratio, current(), *shown)
        if wanted != self._shown:
            self._picture, self._shown = self._painted(widget, size, ratio, paint), wanted
        return self._picture

    def _painted(self, widget: QWidget, size: QSize, ratio: float, paint: Callable[[QPainter], None]) -> QPixmap:
        picture = QPixmap(size * ratio)
        picture.setDevicePixelRatio(ratio)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(widget.font())
        paint(painter)
        painter.end()
        return picture
