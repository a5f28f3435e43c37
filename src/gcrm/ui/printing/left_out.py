"""Who gets no label and why; Enter or a double click opens the contact beside, to put it right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from gcrm.i18n import _
from gcrm.ui.context import Context
from gcrm.ui.printing.label_job import LeftOut
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.safe import PlainLabel

CONTACT = Qt.ItemDataRole.UserRole


class LeftOutDialog(QDialog):
    """Lists contacts; the labels are made anew when it is closed."""

    def __init__(self, context: Context, sentence: str, contacts: Sequence[LeftOut], parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Contacts without a label"))
        self.resize(px(420), px(380))
        self._context = context
        self.list = QListWidget()
        self.list.setAccessibleName(sentence)
        self.list.ensurePolished()
        for one in contacts:
            item = QListWidgetItem(one.name)
            item.setData(CONTACT, one.contact)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.itemActivated.connect(self._open)
        self.open_button = Button(_("Open contact"), on_click=self.open_current)
        self.close_button = Button(_("Close"), "primary", on_click=self.accept)
        buttons = QHBoxLayout()
        buttons.addWidget(self.open_button)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(20), px(20), px(20))
        column.setSpacing(px(12))
        column.addWidget(PlainLabel(_("Contacts without a label"), "title"))
        column.addWidget(PlainLabel(sentence, "meta", wrap=True))
        column.addWidget(self.list, 1)
        column.addLayout(buttons)

    def open_current(self) -> None:
        """Open the chosen contact in a window of its own."""
        item = self.list.currentItem()
        if item is not None:
            self._open(item)

    def _open(self, item: QListWidgetItem) -> None:
        self._context.window.open_kindly(int(item.data(CONTACT)), item.text())
