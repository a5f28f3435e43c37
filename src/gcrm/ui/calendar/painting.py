"""How entries are painted: a quiet ground with a strong edge, their words, and icons for what else is to be known."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen

from gcrm.services.calendar_entry import Entry
from gcrm.ui.calendar.hues import TONES, Hues
from gcrm.ui.theme import color, px, role_font
from gcrm.ui.theme.icons import paint_icon

EDGE = 3
RADIUS = 4
GAP = 1
_ELIDED = Qt.TextElideMode.ElideRight
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
ICONS = {"birthday": "cake", "follow_up": "flag", "due": "receipt-text", "overdue": "clock-alert", "busy": "lock"}


@dataclass(frozen=True, slots=True)
class Colours:
    """The strong and the quiet colour of an entry."""

    edge: QColor
    ground: QColor


class Pens:
    """Fonts and colours of one painting: asked for once, not for each entry."""

    def __init__(self, hues: Hues) -> None:
        self._hues = hues
        self._colours: dict[tuple[int | None, str], Colours] = {}
        self.small, self.strong, self.off = role_font("small"), role_font("small", semibold=True), role_font("small")
        self.off.setStrikeOut(True)
        self.metrics, self.strong_metrics = QFontMetrics(self.small), QFontMetrics(self.strong)
        self.line = self.metrics.height() + px(1)
        self.text, self.text2, self.focus = color("text"), color("text2"), color("focus")

    def colours(self, entry: Entry) -> Colours:
        """Return the colours of an entry."""
        key = (entry.user_id, entry.kind)
        found = self._colours.get(key)
        if found is None:
            found = self._colours[key] = Colours(self._hues.edge(*key), self._hues.ground(*key))
        return found

    def font(self, entry: Entry) -> QFont:
        """Return the font of an entry; what was called off is struck through."""
        return self.off if entry.status == "cancelled" else self.small


def paint_ground(painter: QPainter, rect: QRect, entry: Entry, pens: Pens, *, is_chosen: bool) -> None:
    """Paint what lies behind an entry; tentative ones have a dashed rim, the chosen one a ring."""
    colours = pens.colours(entry)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colours.ground)
    painter.drawRoundedRect(rect, px(RADIUS), px(RADIUS))
    painter.setBrush(colours.edge)
    painter.drawRoundedRect(rect.left(), rect.top(), px(EDGE), rect.height(), EDGE / 2, EDGE / 2)
    if entry.status != "tentative" and not is_chosen:
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if entry.status == "tentative":
        painter.setPen(QPen(colours.edge, 1, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), px(RADIUS), px(RADIUS))
    if is_chosen:
        painter.setPen(QPen(pens.focus, 2))
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
    tone = TONES.get(entry.kind, "text2")
    paint_icon(painter, QRect(rect.left(), rect.center().y() - side // 2, side, side), name, tone)
    return side + px(4)


def paint_bar(painter: QPainter, rect: QRect, entry: Entry, pens: Pens, words: str, *, is_chosen: bool) -> None:
    """Paint an entry of one line: a bar with its words."""
    paint_ground(painter, rect, entry, pens, is_chosen=is_chosen)
    inner = rect.adjusted(px(EDGE + 4), 0, -px(4), 0)
    inner.setRight(inner.right() - paint_marks(painter, inner, entry))
    inner.setLeft(inner.left() + paint_kind(painter, inner, entry))
    paint_text(painter, inner, words, pens.font(entry), pens.metrics, pens.text)


def paint_text(painter: QPainter, rect: QRect, text: str, font: QFont, metrics: QFontMetrics, tone: QColor) -> None:
    """Paint a line, shortened where it does not fit."""
    painter.setFont(font)
    painter.setPen(tone)
    painter.drawText(rect, _LEFT, metrics.elidedText(text.replace("\n", " "), _ELIDED, rect.width()))
