"""A line edit with small things inside its left and right end: an icon, a clear button, a currency."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QWidget
from typing_extensions import override

from gcrm.ui.theme.fonts import px
from gcrm.ui.widgets.icon_label import IconLabel
from gcrm.ui.widgets.safe import set_tip


class SideEdit(QLineEdit):
    """A line edit that keeps room for widgets at its ends."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._leading: list[QWidget] = []
        self._trailing: list[QWidget] = []
        self._trouble: IconLabel | None = None

    def add_leading(self, widget: QWidget) -> None:
        """Put `widget` at the left end."""
        self._adopt(widget, self._leading)

    def add_trailing(self, widget: QWidget) -> None:
        """Put `widget` at the right end."""
        self._adopt(widget, self._trailing)

    def _adopt(self, widget: QWidget, side: list[QWidget]) -> None:
        widget.setParent(self)
        widget.setCursor(Qt.CursorShape.ArrowCursor)
        if isinstance(widget, QAbstractButton):
            # The same is reached by key from the field itself; one stop in the Tab order is enough.
            widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        side.append(widget)
        self._place()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._place()

    def show_widget(self, widget: QWidget, shown: bool) -> None:
        """Show or hide one of the widgets; the text has its room while it is hidden."""
        if widget.isHidden() == shown:
            widget.setVisible(shown)
            self._place()

    def show_trouble(self, sentence: str) -> None:
        """Show an icon at the right end while something is wrong; its tip says what."""
        if self._trouble is None and sentence:
            self._trouble = IconLabel("circle-alert", "bad")
            self.add_trailing(self._trouble)
        if self._trouble is not None:
            set_tip(self._trouble, sentence)
            self.show_widget(self._trouble, bool(sentence))

    def _place(self) -> None:
        left = self._row(self._leading, from_left=True)
        right = self._row(self._trailing, from_left=False)
        self.setTextMargins(left, 0, right, 0)

    def _row(self, widgets: list[QWidget], *, from_left: bool) -> int:
        """Line the widgets up from one end; return the room they take from the text."""
        # A button brings its own room around its icon, a text does not.
        is_button = bool(widgets) and isinstance(widgets[0], QAbstractButton)
        edge = px(4 if is_button and not from_left else 9)
        used = 0
        for widget in widgets:
            widget.ensurePolished()
            size = widget.sizeHint().expandedTo(widget.minimumSize()).boundedTo(widget.maximumSize())
            at = edge + used
            left = at if from_left else self.width() - at - size.width()
            widget.setGeometry(left, (self.height() - size.height()) // 2, size.width(), size.height())
            if not widget.isHidden():
                used += size.width() + px(4)
        return used
