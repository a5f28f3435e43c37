"""The view of the contact list: rows of one height, laid out without asking the model for each of them.

A QListView asks for every row each time one of them changes: a block of 0.2 s with 100 000 contacts. A table of one
column lays out by numbers alone; Home, End and selection are those of a list.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget
from typing_extensions import override

from gcrm.ui.contact_rows import ROW_HEIGHT
from gcrm.ui.tables.dragging import DragTable
from gcrm.ui.theme import px, set_role, set_state

Move = QAbstractItemView.CursorAction


class ContactView(DragTable):
    """A list of contacts in which any number of rows can be chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.horizontalHeader().hide()
        self.horizontalHeader().setStretchLastSection(True)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._fit_rows()
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        set_role(self, "plain")
        set_state(self, "painted", True)  # the delegate paints selection and hover

    def _fit_rows(self) -> None:
        """Give the rows the height that goes with the size of text."""
        self.verticalHeader().setMinimumSectionSize(1)
        self.verticalHeader().setDefaultSectionSize(px(ROW_HEIGHT))

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit_rows()

    @override
    def moveCursor(self, cursorAction: Move, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        model = self.model()
        if model is not None and model.rowCount() and cursorAction in (Move.MoveHome, Move.MoveEnd):
            return model.index(0 if cursorAction == Move.MoveHome else model.rowCount() - 1, 0)
        return super().moveCursor(cursorAction, modifiers)
