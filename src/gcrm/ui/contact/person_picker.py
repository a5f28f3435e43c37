"""Choose a person who is known: type a few letters, say what the person does here, Enter."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QLineEdit, QWidget
from typing_extensions import override

from gcrm.i18n import _
from gcrm.services import known_person
from gcrm.services.known_person import KnownPerson
from gcrm.ui.context import Context
from gcrm.ui.search_picker import SearchPicker
from gcrm.ui.theme import px
from gcrm.ui.widgets.form_fields import FormField
from gcrm.ui.widgets.search_edit import SearchEdit

Take = Callable[[KnownPerson, str], object]


class PersonPicker(SearchPicker[KnownPerson]):
    """Also asks for the function at this contact; `take` gets the chosen person and the function.

    Those who are persons of the contact `here` already are not offered.
    """

    def __init__(self, context: Context, here: int, take: Take, parent: QWidget | None = None) -> None:
        search = SearchEdit(_("Name or organisation"), _("Search people"))
        super().__init__(context, _("Choose a person who is known"), search, _("People found"), parent)
        self._here = here
        self._take = take
        self.function = QLineEdit()
        self.resize(px(520), px(460))
        self.begin(FormField(_("Function here"), self.function))

    @override
    def look_up(self, words: str) -> list[KnownPerson]:
        with self._context.database.read() as session:
            found = known_person.find(session, words)
        return [known for known in found if self._here not in known.contacts]

    @override
    def words_of(self, hit: KnownPerson) -> str:
        return " · ".join((hit.full_name, *hit.roles))

    @override
    def take(self, hit: KnownPerson) -> None:
        self._take(hit, self.function.text().strip())


def pick_person(context: Context, here: int, take: Take, parent: QWidget | None = None) -> PersonPicker:
    """Ask for a known person without stopping the program."""
    dialog = PersonPicker(context, here, take, parent)
    dialog.open()
    return dialog
