"""Choose one contact: type a few letters, Down and Enter."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QDialogButtonBox, QWidget
from typing_extensions import override

from gcrm.i18n import _
from gcrm.services import contact_list
from gcrm.services.contact_list import ContactRow
from gcrm.ui.context import Context
from gcrm.ui.search_picker import SearchPicker
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.search_edit import SearchEdit

MOST = 50


class ContactPicker(SearchPicker[ContactRow]):
    """`take` gets the id of the chosen contact, None for "nobody"."""

    def __init__(
        self, context: Context, title: str, take: Callable[[int | None], object], parent: QWidget | None = None
    ) -> None:
        search = SearchEdit(_("Name, phone, city, customer no."), title)
        super().__init__(context, title, search, _("Contacts found"), parent)
        self._take = take
        self.buttons.addButton(Button(_("Nobody"), on_click=self._clear), QDialogButtonBox.ButtonRole.ResetRole)
        self.resize(px(440), px(420))
        self.begin()

    @override
    def look_up(self, words: str) -> list[ContactRow]:
        with self._context.database.read() as session:
            return contact_list.find(session, words, MOST)[1]

    @override
    def words_of(self, hit: ContactRow) -> str:
        return " · ".join(str(part) for part in (hit["display_name"], hit["town"], hit["number"]) if part)

    @override
    def take(self, hit: ContactRow) -> None:
        self._take(hit.id)

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
