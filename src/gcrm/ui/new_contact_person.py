"""The contact person of a new contact: who is known by the typed name is offered, and gets the role when taken."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gcrm.i18n import _
from gcrm.services import known_person
from gcrm.services.known_person import KnownPerson
from gcrm.ui.context import Context
from gcrm.ui.forms.new_contact_form import split_person
from gcrm.ui.known_line import known_line, known_words, said
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.safe import announce


class PersonChoice(QWidget):
    """One line for each known person of the typed name, or the one that was taken. It never stops anybody."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._text = ""
        self._taken: KnownPerson | None = None
        self._found: list[KnownPerson] = []
        self.buttons: list[Button] = []
        self._lines: list[QWidget] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(px(4))
        self.hide()

    def taken(self, text: str) -> KnownPerson | None:
        """Return who was taken, as long as the same name stands in the field."""
        return self._taken if text == self._text else None

    def look(self, text: str) -> None:
        """Look up who is known by a typed name, off the thread of the windows."""
        if text == self._text:
            return
        self._text, self._taken = text, None
        database, name = self._context.database, split_person(text)

        def find() -> list[KnownPerson]:
            with database.read() as session:
                return known_person.named(session, name.first_name, name.last_name)

        self._context.tasks.read(find, self._show, key=("new contact person", id(self)), owner=self)

    def _show(self, found: list[KnownPerson]) -> None:
        self._found = found
        made = [known_line(known, self, partial(self._take, known)) for known in found]
        self._put([line for line, _button in made], [button for _line, button in made])
        if found:
            announce(self, known_words(found[0]))

    def _take(self, known: KnownPerson) -> None:
        """Let a known person be the contact person."""
        self._taken = known
        button = Button(_("No, somebody else"), "flat", on_click=self._give_back, parent=self)
        text = _("{name} becomes the contact person.").format(name=known.full_name)
        self._put([said(text, self, button)], [button])
        button.setFocus()
        announce(self, text)

    def _give_back(self) -> None:
        """Let the typed name be somebody new again."""
        self._taken = None
        self._show(self._found)

    def _put(self, lines: list[QWidget], buttons: list[Button]) -> None:
        for line in self._lines:
            line.hide()
            line.deleteLater()
        self._lines, self.buttons = lines, buttons
        for line in lines:
            self._column.addWidget(line)
        self.setVisible(bool(lines))
