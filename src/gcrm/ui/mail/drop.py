"""Files dropped on a row of a list of contacts: they belong to the contact of that row, which lights up meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractItemView, QWidget
from typing_extensions import override

from gcrm.ui.allowed import why_not
from gcrm.ui.context import Context
from gcrm.ui.dropped_files import local_files
from gcrm.ui.mail.keep import mails_in, take_files
from gcrm.ui.theme import color, px


class RowMark(QWidget):
    """A frame around a row; what stands in the row stays readable."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(color("accent"), px(2)))
        painter.drawRoundedRect(self.rect().adjusted(px(2), px(2), -px(2), -px(2)), px(6), px(6))


class RowDrop(QObject):
    """Takes mails, and files that are no address files, for the contact of the row under the mouse."""

    def __init__(self, context: Context, view: QAbstractItemView, contact_at: Callable[[QModelIndex], int]) -> None:
        super().__init__(view)
        self._context = context
        self._view = view
        self._contact_at = contact_at
        self._mark = RowMark(view.viewport())
        view.viewport().setAcceptDrops(True)
        view.viewport().installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind in (QEvent.Type.DragEnter, QEvent.Type.DragMove) and isinstance(event, QDragEnterEvent | QDropEvent):
            return self._over(event)
        if kind == QEvent.Type.DragLeave:
            self._mark.hide()
        elif kind == QEvent.Type.Drop and isinstance(event, QDropEvent):
            return self._drop(event)
        return False

    def _files(self, event: QDropEvent) -> list[Path]:
        """Return the files that are for one contact; nothing where any is to be imported."""
        from gcrm.ui.exchange.droppable import importable  # not loaded with the first list

        files = local_files(event.mimeData())
        is_import = bool(importable(event.mimeData())) and len(mails_in(files)) < len(files)
        return [] if is_import or why_not(self._context, "files.create") else files

    def _row(self, event: QDropEvent) -> QModelIndex:
        return self._view.indexAt(event.position().toPoint())

    def _over(self, event: QDropEvent) -> bool:
        """Light up the row that would get the files; beside the rows the window is asked."""
        index = self._row(event)
        if not index.isValid() or not self._files(event):
            self._mark.hide()
            event.ignore()
            return True
        row = self._view.visualRect(index)
        self._mark.setGeometry(0, row.y(), self._view.viewport().width(), row.height())
        self._mark.show()
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        return True

    def _drop(self, event: QDropEvent) -> bool:
        self._mark.hide()
        index, files = self._row(event), self._files(event)
        if not index.isValid() or not files:
            event.ignore()
            return True
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        take_files(self._context, files, self._contact_at(index))
        return True
