"""A value as it is read: text that can be clicked or reached by key, and then becomes an editor.

Painted by hand: it wraps like a label, is pressed like a button, and shows hover and focus without asking for the room
of either.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget
from typing_extensions import override

from gcrm.ui.theme import color, px, role_font

LOWEST = 24
"""Height of one line: the least that a pointer hits safely (WCAG 2.5.8)."""
PAD = 4
"""Room left and right of the text, in which hover and focus are painted."""
_ENDLESS = 1 << 20
_OPEN_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2)


class ValueView(QAbstractButton):
    """`note` stands behind the text in a quieter colour, or that of a tone; `role` is a role of type."""

    left = Signal()

    def __init__(self, role: str = "body", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._note = ""
        self._blank = ""
        self._tone = ""
        self._role = role
        self._is_plain = False
        self._is_warm = False
        self._heights: dict[int, int] = {}
        self._one_line: tuple[float, int] | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.IBeamCursor)

    def show_value(self, name: str, text: str, note: str = "", blank: str = "") -> None:
        """Show `text`, or the quiet word `blank` when there is none; `name` says to a screen reader what it is."""
        if (text, note, blank) != (self._text, self._note, self._blank):
            self._text, self._note, self._blank = text, note, blank
            self._forget()
            self.update()
        self.setAccessibleName(f"{name}: {text or blank}" if name else text or blank)
        self.setAccessibleDescription(note)

    def shown(self) -> str:
        """Return the text shown."""
        return self._text

    def set_role(self, role: str) -> None:
        """Write in the type of another role."""
        if role != self._role:
            self._role = role
            self._forget()

    def set_tone(self, tone: str) -> None:
        """Colour the note: bad, or nothing for the quieter colour."""
        if tone != self._tone:
            self._tone = tone
            self.update()

    def set_plain(self, plain: bool) -> None:
        """Say that nothing happens on a click: no hover, no stop of the Tab key."""
        self._is_plain = plain
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus if plain else Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.ArrowCursor if plain else Qt.CursorShape.IBeamCursor)

    @override
    def hasHeightForWidth(self) -> bool:
        return True

    @override
    def heightForWidth(self, width: int) -> int:
        if width not in self._heights:
            self._heights[width] = self._needed(max(1, width - 2 * px(PAD)))
        return self._heights[width]

    @override
    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(role_font(self._role))
        line = metrics.horizontalAdvance(self._line()) + 2 * px(PAD)
        return QSize(line + 1, max(px(LOWEST), metrics.height()))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(px(48), max(px(LOWEST), QFontMetrics(role_font(self._role)).height()))

    def _line(self) -> str:
        text = self._text or self._blank
        return f"{text}  {self._note}" if self._note else text

    def _forget(self) -> None:
        """Measure anew: the text is another one, or its type."""
        self._heights.clear()
        self._one_line = None
        self.updateGeometry()

    def _needed(self, width: int) -> int:
        """Return the height of the text in this width; what fits into one line is measured once for all widths."""
        if self._one_line is None:
            self._one_line = self._in_one_line()
        widest, height = self._one_line
        return height if width > widest else self._airy(self._set(role_font(self._role), width)[1])

    def _in_one_line(self) -> tuple[float, int]:
        """Return how wide the text is where nothing but its own line ends breaks it, and its height there."""
        layout, height = self._set(role_font(self._role), _ENDLESS)
        widest = max((layout.lineAt(place).naturalTextWidth() for place in range(layout.lineCount())), default=0.0)
        return widest, self._airy(height)

    def _airy(self, height: float) -> int:
        """Return the height of a text with the air above and below one line."""
        air = max(0, px(LOWEST) - QFontMetrics(role_font(self._role)).height())
        return max(px(LOWEST), round(height) + air)

    def _set(self, font: QFont, width: int) -> tuple[QTextLayout, float]:
        """Break the text into lines, at words where it can be; return them with their height."""
        text = self._line().replace("\n", "\u2028")
        layout = QTextLayout(text, font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.setFormats(self._formats(text))
        layout.beginLayout()
        height = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width)
            line.setPosition(QPointF(0, height))
            height += line.height()
        layout.endLayout()
        return layout, height

    def _formats(self, text: str) -> list[QTextLayout.FormatRange]:
        """Return the colour of the note."""
        if not self._note:
            return []
        quiet = QTextCharFormat()
        quiet.setForeground(color("bad" if self._tone == "bad" else "text2"))
        span = QTextLayout.FormatRange()
        span.start, span.length = len(text) - len(self._note), len(self._note)
        span.format = quiet
        return [span]

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = self.rect()
        if (self._is_warm or self.isDown()) and not self._is_plain:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color("hover"))
            painter.drawRoundedRect(frame, px(4), px(4))
        if self.hasFocus():
            painter.setPen(QPen(color("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(frame.adjusted(1, 1, -1, -1), px(4), px(4))
        self._paint_text(painter, frame)
        painter.end()

    def _paint_text(self, painter: QPainter, frame: QRect) -> None:
        font = role_font(self._role)
        air = max(0, px(LOWEST) - QFontMetrics(font).height())
        painter.setPen(color("text" if self._text else "text3"))
        layout, _height = self._set(font, max(1, frame.width() - 2 * px(PAD)))
        layout.draw(painter, QPointF(px(PAD), air / 2))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _OPEN_KEYS:
            self.click()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            event.ignore()
        else:
            super().keyPressEvent(event)

    @override
    def enterEvent(self, event: QEnterEvent) -> None:
        self._is_warm = True
        self.update()
        super().enterEvent(event)

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self._is_warm = False
        self.update()
        super().leaveEvent(event)

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.FontChange:
            self._forget()
        super().changeEvent(event)
