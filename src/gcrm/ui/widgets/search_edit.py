"""The search field above a list."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from gcrm.i18n import _
from gcrm.ui.widgets.button import IconButton
from gcrm.ui.widgets.icon_label import IconLabel
from gcrm.ui.widgets.side_edit import SideEdit


class SearchEdit(SideEdit):
    """Says in its placeholder what it searches. Down goes to the hits, Esc empties it."""

    down_pressed = Signal()

    def __init__(self, hint: str, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(hint)
        self.setAccessibleName(name or _("Search"))
        self.setAccessibleDescription(hint)
        self.add_leading(IconLabel("search"))
        self.clear_button = IconButton("x", _("Clear search"), "Esc", role="inline", on_click=self.clear)
        self.clear_button.hide()
        self.add_trailing(self.clear_button)
        self.textChanged.connect(lambda text: self.show_widget(self.clear_button, bool(text)))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.down_pressed.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)
