"""A window that appears in front without taking the keyboard from whoever is typing."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid
from typing_extensions import override


class QuietWindow(QWidget):
    """Frameless and on top. It gets the keyboard only when somebody points at it, or after `allow_keyboard`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        flags = Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint
        super().__init__(parent, flags)
        for attribute in (
            Qt.WidgetAttribute.WA_ShowWithoutActivating,
            Qt.WidgetAttribute.WA_TranslucentBackground,
            Qt.WidgetAttribute.WA_MacAlwaysShowToolWindow,
            Qt.WidgetAttribute.WA_DeleteOnClose,
        ):
            self.setAttribute(attribute)
        self._typed_in: QWidget | None = None

    def show_quietly(self) -> None:
        """Show the window; the one in which somebody types stays active."""
        self._typed_in = QApplication.activeWindow()
        self.show()

    def allow_keyboard(self) -> None:
        """Take the keyboard now, because somebody wants to type here."""
        self._typed_in = None
        self.activateWindow()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self._give_back()

    def _give_back(self) -> None:
        """Return the keyboard at once: some desktops hand it to every new window, whatever was asked for."""
        window = self._typed_in
        if window is not None and isValid(window) and window.isVisible():
            window.activateWindow()

    @override
    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._typed_in = None  # whoever points at the window may also click into it
