"""Choose one contact: type a few letters, Down and Enter."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from gcrm.i18n import _
from gcrm.services import contact_list
from gcrm.services.contact_list import ContactRow
from gcrm.ui.context import Context
from gcrm.ui.theme import px, set_role
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.search_edit import SearchEdit

MOST = 50
_ID = int(Qt.ItemDataRole.UserRole)


class ContactPicker(QDialog):
    """A search field over its hits. `take` gets the id of the chosen contact, None for "nobody"."""

    def __init__(
        self, context: Context, title: str, take: Callable[[int | None], object], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._take = take
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.search = SearchEdit(_("Name, phone, city, customer no."), title)
        self.hits = QListWidget()
        set_role(self.hits, "plain")
        self.hits.setAccessibleName(_("Contacts found"))
        self.choose_button = Button(_("Choose"), "primary", on_click=self.accept)
        self.choose_button.setDefault(True)
        buttons = QDialogButtonBox()
        buttons.addButton(self.choose_button, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(Button(_("Cancel"), on_click=self.reject), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.addButton(Button(_("Nobody"), on_click=self._clear), QDialogButtonBox.ButtonRole.ResetRole)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(20), px(20), px(20))
        column.setSpacing(px(12))
        for part in (self.search, self.hits, buttons):
            column.addWidget(part)
        self.resize(px(440), px(420))
        self.search.textChanged.connect(self._look)
        self.search.down_pressed.connect(self.hits.setFocus)
        self.hits.itemActivated.connect(lambda _item: self.accept())
        self.search.setFocus()
        self._look("")

    def _look(self, words: str) -> None:
        database = self._context.database

        def find() -> list[ContactRow]:
            with database.read() as session:
                return contact_list.find(session, words, MOST)[1]

        self._context.tasks.read(find, self._show, key=("contact picker", id(self)), owner=self)

    def _show(self, rows: list[ContactRow]) -> None:
        self.hits.clear()
        for row in rows:
            text = " · ".join(str(part) for part in (row["display_name"], row["town"], row["number"]) if part)
            item = QListWidgetItem(text, self.hits)
            item.setData(_ID, row.id)
        self.hits.setCurrentRow(0)
        self.choose_button.setEnabled(bool(rows))

    def accept(self) -> None:
        """Hand the chosen contact over."""
        item = self.hits.currentItem()
        if item is not None:
            super().accept()
            self._take(int(item.data(_ID)))

    def _clear(self) -> None:
        super().reject()
        self._take(None)


def pick_contact(
    context: Context, title: str, take: Callable[[int | None], object], parent: QWidget | None = None
) -> ContactPicker:
    """Ask for a contact without stopping the program."""
    dialog = ContactPicker(context, title, take, parent)
    dialog.open()
    return dialog
