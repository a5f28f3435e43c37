"""Icons that take their colour from the tokens at the moment they are painted.

An icon is a name of the Lucide set (https://lucide.dev, ISC licence), read once from the package `lucide`.
One icon has one meaning: `phone`, `mail`, `navigation`, `file-plus-corner` invoice, `message-square-plus` log,
`flag` follow-up, `receipt-text` reminder, `clock-alert` overdue, `pencil` edit, `ellipsis` more.
"""

from __future__ import annotations

from functools import lru_cache
from typing import ClassVar

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

from gcrm.services.drawings import read_drawing
from gcrm.ui.theme.tokens import current

STROKE = 1.75
THIN = 1.0
"""Stroke of what cannot be used now: its colour alone, text3, is hardly told from that of what can."""
SIZE = 16
SIZE_NAV = 18
SIZE_EMPTY = 40
# Names of the design guide that the icon set has since renamed; it warns of the old ones.
_RENAMED = {
    "building-2": "building-complex",
    "file-plus-2": "file-plus-corner",
    "file-video": "file-play",
    "file-warning": "file-exclamation-point",
    "history": "rotate-ccw-clock",
    "trash-2": "trash",
}


@lru_cache(maxsize=512)
def svg(name: str, stroke: float = STROKE) -> str:
    """Return the drawing of an icon with `currentColor` for its lines; LookupError when there is none."""
    return read_drawing(_RENAMED.get(name, name)).replace('stroke-width="2"', f'stroke-width="{stroke}"', 1)


def tinted(name: str, value: str, stroke: float = STROKE) -> bytes:
    """Return the drawing of an icon in one colour."""
    return svg(name, stroke).replace("currentColor", value).encode()


class _Engine(QIconEngine):
    """Paints one icon; knows names only, so that it never outlives a theme."""

    _copies: ClassVar[list[QIconEngine]] = []

    def __init__(self, name: str, token: str, on: str) -> None:
        super().__init__()
        self._name = name
        self._token = token
        self._on = on

    def clone(self) -> QIconEngine:
        # Python would free what Qt has just been given. Qt copies an engine only when an icon is changed, which
        # nothing here does, so the few copies are kept for good.
        twin = _Engine(self._name, self._token, self._on)
        self._copies.append(twin)
        return twin

    def _value(self, mode: QIcon.Mode, state: QIcon.State) -> str:
        if mode == QIcon.Mode.Disabled:
            return current().text3
        return current().get(self._on if state == QIcon.State.On else self._token)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(rect, self.pixmap(rect.size() * ratio, mode, state))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        stroke = THIN if mode == QIcon.Mode.Disabled else STROKE
        return _pixmap(self._name, self._value(mode, state), size, stroke)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        """`size` is in device-independent pixels (since Qt 6.8)."""
        return self.pixmap(size * scale, mode, state)


def _pixmap(name: str, value: str, size: QSize, stroke: float = STROKE) -> QPixmap:
    """Render once per name, colour, stroke and size; Qt's cache throws out what is no longer used."""
    key = f"icon/{name}/{value}/{stroke}/{size.width()}x{size.height()}"
    pixmap = QPixmap()
    if QPixmapCache.find(key, pixmap):
        return pixmap
    drawing = QSvgRenderer(QByteArray(tinted(name, value, stroke)))
    pixmap = QPixmap(size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    side = min(size.width(), size.height())
    drawing.render(painter, QRectF(0, (size.height() - side) // 2, side, side))
    painter.end()
    QPixmapCache.insert(key, pixmap)
    return pixmap


def icon(name: str, tint: str = "text2", *, on: str = "") -> QIcon:
    """Return a Lucide icon in the colour of the token `tint`; `on` is its colour when checked or selected.

    Nothing is read or drawn until the icon is painted, and it follows a change of theme by itself. In a size that is
    wider than high it stands at the left: this is how the sheet makes the gap between icon and text.
    """
    return QIcon(_Engine(name, tint, on or tint))


def paint_icon(painter: QPainter, rect: QRect, name: str, tint: str = "text2") -> None:
    """Paint an icon in a delegate or a widget, sharp at the ratio of the painter's device."""
    ratio = painter.device().devicePixelRatioF()
    painter.drawPixmap(rect, _pixmap(name, current().get(tint), rect.size() * ratio))
