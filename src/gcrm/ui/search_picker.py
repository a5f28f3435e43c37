"""A search field over its hits: type a few letters, Down and Enter. What is searched and taken, the subclasses say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from gcrm.i18n import _
from gcrm.ui.context import Context
from gcrm.ui.theme import px, set_role
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.search_edit import SearchEdit

Hit = TypeVar("Hit")


class SearchPicker(QDialog, Generic[Hit]):
    """Asks for one of what is found. `name` is spoken for the list of hits."""

    def __init__(self, context: Context, title: str, search: SearchEdit, name: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._context = context
        self._found: list[Hit] = []
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.search = search
        self.hits = QListWidget()
        set_role(self.hits, "plain")
        self.hits.setAccessibleName(name)
        self.choose_button = Button(_("Choose"), "primary", on_click=self.accept)
        self.choose_button.setDefault(True)
        self.buttons = QDialogButtonBox()
        self.buttons.addButton(self.choose_button, QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.addButton(Button(_("Cancel"), on_click=self.reject), QDialogButtonBox.ButtonRole.RejectRole)
        self.search.textChanged.connect(self._look)
        self.search.down_pressed.connect(self.hits.setFocus)
        self.hits.itemActivated.connect(lambda _item: self.accept())

    def begin(self, *below: QWidget) -> None:
        """Lay out search, hits, what stands `below` them and the buttons; then search."""
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(20), px(20), px(20))
        column.setSpacing(px(12))
        column.addWidget(self.search)
        column.addWidget(self.hits, 1)
        for part in (*below, self.buttons):
            column.addWidget(part)
        self.search.setFocus()
        self._look("")

    def look_up(self, words: str) -> Sequence[Hit]:
        """Return what is found, the best first; runs off the thread of the windows."""
        raise AssertionError("each picker says what is found")

    def words_of(self, hit: Hit) -> str:
        """Return the line for something found."""
        raise AssertionError("each picker says how it is called")

    def take(self, hit: Hit) -> None:
        """Hand over what was chosen."""
        raise AssertionError("each picker says who gets it")

    def _look(self, words: str) -> None:
        self._context.tasks.read(lambda: self.look_up(words), self._show, key=("picker", id(self)), owner=self)

    def _show(self, found: Sequence[Hit]) -> None:
        self._found = list(found)
        self.hits.clear()
        for hit in self._found:
            QListWidgetItem(self.words_of(hit), self.hits)
        self.hits.setCurrentRow(0)
        self.choose_button.setEnabled(bool(self._found))

    def accept(self) -> None:
        """Hand over what was chosen and close."""
        place = self.hits.currentRow()
        if 0 <= place < len(self._found):
            super().accept()
            self.take(self._found[place])
