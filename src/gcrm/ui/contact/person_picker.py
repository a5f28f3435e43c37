"""Choose a person who is known: type a few letters, say what the person does here, Enter."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from gcrm.i18n import _
from gcrm.services import known_person
from gcrm.services.known_person import KnownPerson
from gcrm.ui.context import Context
from gcrm.ui.theme import px, set_role
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.form_fields import FormField
from gcrm.ui.widgets.search_edit import SearchEdit

Take = Callable[[KnownPerson, str], object]


def words_of(known: KnownPerson) -> str:
    """Return the name with everything the person is known for."""
    return " · ".join((known.full_name, *known.roles))


class PersonPicker(QDialog):
    """A search field over its hits, and the function at this contact. `take` gets the chosen person and the function.

    Those who are persons of the contact `here` already are not offered.
    """

    def __init__(self, context: Context, here: int, take: Take, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._here = here
        self._take = take
        self._found: list[KnownPerson] = []
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Choose a person who is known"))
        self.search = SearchEdit(_("Name or organisation"), _("Search people"))
        self.hits = QListWidget()
        set_role(self.hits, "plain")
        self.hits.setAccessibleName(_("People found"))
        self.function = QLineEdit()
        self.choose_button = Button(_("Choose"), "primary", on_click=self.accept)
        self.choose_button.setDefault(True)
        buttons = QDialogButtonBox()
        buttons.addButton(self.choose_button, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(Button(_("Cancel"), on_click=self.reject), QDialogButtonBox.ButtonRole.RejectRole)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(20), px(20), px(20))
        column.setSpacing(px(12))
        column.addWidget(self.search)
        column.addWidget(self.hits, 1)
        column.addWidget(FormField(_("Function here"), self.function))
        column.addWidget(buttons)
        self.resize(px(520), px(460))
        self.search.textChanged.connect(self._look)
        self.search.down_pressed.connect(self.hits.setFocus)
        self.hits.itemActivated.connect(lambda _item: self.accept())
        self.search.setFocus()
        self._look("")

    def _look(self, words: str) -> None:
        database = self._context.database

        def find() -> list[KnownPerson]:
            with database.read() as session:
                return known_person.find(session, words)

        self._context.tasks.read(find, self._show, key=("person picker", id(self)), owner=self)

    def _show(self, found: list[KnownPerson]) -> None:
        self._found = [known for known in found if self._here not in known.contacts]
        self.hits.clear()
        for known in self._found:
            QListWidgetItem(words_of(known), self.hits)
        self.hits.setCurrentRow(0)
        self.choose_button.setEnabled(bool(self._found))

    def accept(self) -> None:
        """Hand the chosen person over."""
        place = self.hits.currentRow()
        if 0 <= place < len(self._found):
            super().accept()
            self._take(self._found[place], self.function.text().strip())


def pick_person(context: Context, here: int, take: Take, parent: QWidget | None = None) -> PersonPicker:
    """Ask for a known person without stopping the program."""
    dialog = PersonPicker(context, here, take, parent)
    dialog.open()
    return dialog
