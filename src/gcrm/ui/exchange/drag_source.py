"""A part of a window by which a contact is dragged to the desktop or into a mail, as a vCard file."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget
from typing_extensions import override

from gcrm.i18n import _
from gcrm.ui.allowed import RightsWatch, why_not
from gcrm.ui.context import Context
from gcrm.ui.exchange.clipboard import ContactDrag
from gcrm.ui.widgets.safe import set_tip


class DragSource(QObject):
    """Watches a widget; `contact` tells which contact it stands for, None for none."""

    def __init__(self, context: Context, widget: QWidget, contact: Callable[[], int | None]) -> None:
        super().__init__(widget)
        self._context = context
        self._contact = contact
        self._pressed: QPoint | None = None
        self.drag = ContactDrag(context, widget)
        self._widget = widget
        widget.installEventFilter(self)
        RightsWatch(context, self._judge, self)

    def _judge(self) -> None:
        """Offer the drag to whoever may take contacts out; say to others why they may not."""
        refusal = why_not(self._context, "contacts.export")
        if refusal:
            self._widget.unsetCursor()
        else:
            self._widget.setCursor(Qt.CursorShape.OpenHandCursor)
        set_tip(self._widget, refusal, _("Drag to the desktop or into a mail as a vCard"))

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent):
            if event.type() == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
                self._pressed = event.position().toPoint()
            elif event.type() == QEvent.Type.MouseButtonRelease:
                self._pressed = None
            elif event.type() == QEvent.Type.MouseMove and self._is_far(event.position().toPoint()):
                self._pressed = None
                self._begin()
        return super().eventFilter(watched, event)

    def _is_far(self, now: QPoint) -> bool:
        """Tell whether the mouse went so far with its button down that a drag is meant."""
        if self._pressed is None:
            return False
        return (now - self._pressed).manhattanLength() >= QApplication.startDragDistance()

    def _begin(self) -> None:
        contact = self._contact()
        if contact is not None:
            self.drag.begin([contact])
