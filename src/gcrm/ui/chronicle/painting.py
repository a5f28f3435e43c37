"""Paints an entry of the chronicle: an icon in a coloured circle, a line down to the next one, heading, text, time."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QTextLayout, QTextOption
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from gcrm.ui.chronicle.entries import EntryModel, Index
from gcrm.ui.chronicle.words import EntryWords
from gcrm.ui.contact_rows import paint_line, paint_row_background
from gcrm.ui.theme import color, px, role_font
from gcrm.ui.theme.icons import paint_icon

CIRCLE = 26
LEFT = 14
TEXT_LEFT = 52
RIGHT = 12
FOLDED = 2
"""Lines of text that are shown until an entry is expanded."""
MOST_LINES = 400


def meta_font() -> QFont:
    """Return the font of the line with time and person."""
    font = role_font("caption", semibold=False)
    font.setCapitalization(QFont.Capitalization.MixedCase)
    return font


def break_lines(text: str, font: QFont, width: int, most: int) -> tuple[list[str], bool]:
    """Return at most `most` lines of a text in a width, and whether there is more; the last one is then shortened."""
    metrics = QFontMetrics(font)
    lines: list[str] = []
    for paragraph in text.strip().split("\n"):
        for line in _wrapped(paragraph, font, width):
            if len(lines) == most:
                lines[-1] = metrics.elidedText(f"{lines[-1]} {line}…", Qt.TextElideMode.ElideRight, width)
                return lines, True
            lines.append(line)
    return lines, False


def _wrapped(paragraph: str, font: QFont, width: int) -> list[str]:
    """Break one paragraph."""
    if not paragraph.strip():
        return [""]
    layout = QTextLayout(paragraph.replace("\t", " "), font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    found: list[str] = []
    while len(found) <= MOST_LINES:
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(max(1, width))
        found.append(paragraph[line.textStart() : line.textStart() + line.textLength()].strip())
    layout.endLayout()
    return found


class EntryDelegate(QStyledItemDelegate):
    """The look of an entry."""

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._view = view

    def _text_width(self) -> int:
        return int(self._view.viewport().width()) - px(TEXT_LEFT) - px(RIGHT)

    def _lines(self, model: EntryModel, index: Index) -> tuple[list[str], bool]:
        """Return the lines of text shown, and whether there is more."""
        text = model.words(index).text
        if not text.strip():
            return [], False
        most = MOST_LINES if model.is_expanded(index) else FOLDED
        shown = text if model.is_expanded(index) else text[:600]
        return break_lines(shown, role_font("small"), self._text_width(), most)

    def is_folded(self, model: EntryModel, index: Index) -> bool:
        """Tell whether an entry has more text than is shown, or is expanded and can be folded again."""
        return self._lines(model, index)[1] or model.is_expanded(index)

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        model = index.model()
        if not isinstance(model, EntryModel):
            return super().sizeHint(option, index)
        lines, _more = self._lines(model, index)
        high = _heading_height() + len(lines) * _line_height() + _meta_height()
        return QSize(self._view.viewport().width(), px(6) + max(high, px(CIRCLE)) + px(8))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, EntryModel):
            return
        words = model.words(index)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = option.rect
        paint_row_background(painter, rect.adjusted(px(6), 0, -px(4), -px(1)), option)
        circle = QRect(rect.left() + px(LEFT), rect.top() + px(6), px(CIRCLE), px(CIRCLE))
        if not model.is_last(index):
            top = circle.bottom() + px(4)
            line = QRectF(circle.center().x(), top, px(2), rect.bottom() + px(3) - top)
            painter.fillRect(line, color("line"))
        _paint_circle(painter, circle, words)
        self._paint_words(painter, rect, words, self._lines(model, index)[0])
        painter.restore()

    def _paint_words(self, painter: QPainter, rect: QRect, words: EntryWords, lines: list[str]) -> None:
        """Paint heading, text and the line below."""
        place = QRect(rect.left() + px(TEXT_LEFT), rect.top() + px(5), self._text_width(), _heading_height())
        strong = role_font("body", semibold=True)
        paint_line(painter, place, words.title, strong, "bad" if words.is_due else "text")
        place.setHeight(_line_height())
        place.moveTop(rect.top() + px(5) + _heading_height())
        for line in lines:
            paint_line(painter, place, line, role_font("small"), "text")
            place.translate(QPoint(0, _line_height()))
        place.setHeight(_meta_height())
        paint_line(painter, place, words.meta, meta_font(), "text2")


def _paint_circle(painter: QPainter, circle: QRect, words: EntryWords) -> None:
    """Paint the icon in its circle."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color(f"{words.tone}_bg"))
    painter.drawEllipse(circle)
    side = px(16)
    square = QRect(0, 0, side, side)
    square.moveCenter(circle.center())
    paint_icon(painter, square, words.icon, words.tone)


def _heading_height() -> int:
    return QFontMetrics(role_font("body", semibold=True)).height() + px(2)


def _line_height() -> int:
    return QFontMetrics(role_font("small")).height() + px(2)


def _meta_height() -> int:
    return QFontMetrics(meta_font()).height() + px(5)
