"""The only doors through which data reaches a text widget: nothing typed by anybody is ever read as markup.

Qt guesses: a QLabel, a tool tip or a message box that is given `<b>` or `<img src=...>` obeys it. A contact's name
may hold anything, so windows use these wrappers and never the bare classes.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAction, QResizeEvent
from PySide6.QtWidgets import QLabel, QTreeWidgetItem, QWidget
from typing_extensions import override

from gcrm.ui.theme.roles import set_role, set_state


class PlainLabel(QLabel):
    """Text exactly as it is, in the dress of a role; `elide` shortens it with "…" instead of asking for room.

    `tone` colours it: ok, warn, bad, info.
    """

    def __init__(
        self, text: str = "", role: str = "body", *, elide: bool = False, wrap: bool = False, tone: str = "",
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._full = ""
        self._elide = elide
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        set_role(self, role)
        if tone:
            set_state(self, "tone", tone)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Show `text`; a shortened label keeps it whole for screen readers and the tool tip."""
        if self._elide and text == self._full:
            return
        self._full = text
        if self._elide:
            self.setAccessibleName(text)
            self._shorten()
        else:
            super().setText(text)

    def full_text(self) -> str:
        """Return the text before it was shortened."""
        return self._full

    def set_tone(self, tone: str) -> None:
        """Colour the text: ok, warn, bad, info or nothing."""
        set_state(self, "tone", tone)

    @override
    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(self.fontMetrics().horizontalAdvance("…"), hint.height()) if self._elide else hint

    @override
    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        if not self._elide:
            return hint
        return QSize(self.fontMetrics().horizontalAdvance(self._full) + 2, hint.height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._elide:
            self._shorten()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if self._elide and event.type() == QEvent.Type.FontChange:
            self._shorten()

    def _shorten(self) -> None:
        line = " ".join(self._full.split())
        shown = self.fontMetrics().elidedText(line, Qt.TextElideMode.ElideRight, self.width())
        super().setText(shown)
        set_tip(self, self._full if shown != line else "")


def literal(text: str) -> str:
    """Return `text` so that buttons, menus and tabs show its "&" and make no shortcut of it."""
    return text.replace("&", "&&")


def _as_tip(text: str) -> str:
    """Return what a tool tip is given so that it shows `text` exactly as it is."""
    if not text:
        return ""
    from html import escape  # a table of two thousand names, not needed for the first window

    lines = escape(text).replace("\n", "<br>")
    return f"<span>{lines}</span>"


def set_tip(widget: QWidget | QAction, text: str, usual: str = "") -> None:
    """Give `widget` a tool tip that shows `text` exactly as it is; without a text the `usual` one, as it gave it."""
    tip = _as_tip(text) or usual
    if tip != widget.toolTip():
        widget.setToolTip(tip)


def set_item_tip(item: QTreeWidgetItem, column: int, text: str) -> None:
    """Give a cell of a tree a tool tip that shows `text` exactly as it is."""
    item.setToolTip(column, _as_tip(text))


def announce(widget: QWidget, text: str) -> None:
    """Have a screen reader speak `text` when it has finished its sentence."""
    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, text))
