"""How entries are painted: a quiet ground with a strong edge, their words, and icons for what else is to be known."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPen

from gcrm.services.calendar import Entry
from gcrm.ui.theme import color, px, role_font
from gcrm.ui.theme.icons import paint_icon

EDGE = 3
RADIUS = 4
GAP = 1
_ELIDED = Qt.TextElideMode.ElideRight
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
ICONS = {"birthday": "cake", "follow_up": "flag", "busy": "lock"}


@dataclass(frozen=True, slots=True)
class Colours:
    """The strong and the quiet colour of an entry."""

    edge: QColor
    ground: QColor


def small_font(entry: Entry | None = None, *, semibold: bool = False) -> QFont:
    """Return the font of entries; what was called off is struck through."""
    font = role_font("small", semibold=semibold)
    font.setStrikeOut(entry is not None and entry.status == "cancelled")
    return font


def line_height() -> int:
    """Return the height of one line of an entry."""
    return QFontMetrics(role_font("small")).height() + px(1)


def paint_ground(painter: QPainter, rect: QRect, entry: Entry, colours: Colours, *, is_chosen: bool) -> None:
    """Paint what lies behind an entry; tentative ones have a dashed rim, the chosen one a ring."""
    shape = QPainterPath()
    shape.addRoundedRect(QRectF(rect), px(RADIUS), px(RADIUS))
    painter.fillPath(shape, colours.ground)
    painter.save()
    painter.setClipPath(shape)
    painter.fillRect(QRect(rect.left(), rect.top(), px(EDGE), rect.height()), colours.edge)
    painter.restore()
    if entry.status == "tentative":
        painter.setPen(QPen(colours.edge, 1, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), px(RADIUS), px(RADIUS))
    if is_chosen:
        painter.setPen(QPen(color("focus"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), px(RADIUS), px(RADIUS))


def paint_words(painter: QPainter, rect: QRect, text: str, font: QFont, tone: str = "text") -> int:
    """Paint a line, shortened where it does not fit; return how wide it is."""
    painter.setFont(font)
    painter.setPen(color(tone))
    metrics = painter.fontMetrics()
    shown = metrics.elidedText(" ".join(text.split()), _ELIDED, rect.width())
    painter.drawText(rect, _LEFT, shown)
    return metrics.horizontalAdvance(shown)


def paint_marks(painter: QPainter, rect: QRect, entry: Entry) -> int:
    """Paint icons at the right end of a line: repeats, private; return how much room they took."""
    names = []
    if entry.kind == "appointment" and (entry.is_series or entry.original):
        names.append("repeat")
    if entry.is_private and entry.kind == "appointment":
        names.append("lock")
    side, right = px(11), rect.right() - px(2)
    if rect.width() < px(60):
        return 0
    for name in names:
        paint_icon(painter, QRect(right - side, rect.center().y() - side // 2, side, side), name, "text2")
        right -= side + px(3)
    return rect.right() - px(2) - right


def paint_kind(painter: QPainter, rect: QRect, entry: Entry) -> int:
    """Paint the icon of what is no appointment at the left end of a line; return how much room it took."""
    name = ICONS.get(entry.kind)
    if name is None or rect.width() < px(40):
        return 0
    side = px(12)
    tone = {"birthday": "ok", "follow_up": "warn"}.get(entry.kind, "text2")
    paint_icon(painter, QRect(rect.left(), rect.center().y() - side // 2, side, side), name, tone)
    return side + px(4)


def paint_bar(painter: QPainter, rect: QRect, entry: Entry, colours: Colours, words: str, *, is_chosen: bool) -> None:
    """Paint an entry of one line: a bar with its words."""
    paint_ground(painter, rect, entry, colours, is_chosen=is_chosen)
    inner = rect.adjusted(px(EDGE + 4), 0, -px(4), 0)
    inner.setRight(inner.right() - paint_marks(painter, inner, entry))
    inner.setLeft(inner.left() + paint_kind(painter, inner, entry))
    paint_words(painter, inner, words, small_font(entry))
