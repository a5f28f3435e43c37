"""A contact as a value of a form: a button with its name that asks for another one."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from gcrm.i18n import _
from gcrm.services.contact_data import names_of
from gcrm.ui.contact_picker import pick_contact
from gcrm.ui.context import Context
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.safe import literal


class ContactChoice(Button):
    """`changed` says that another contact, or none, was chosen."""

    changed = Signal()

    def __init__(self, context: Context, title: str, parent: QWidget | None = None) -> None:
        super().__init__(_("Choose contact"), icon_name="user", on_click=self.choose, parent=parent)
        self._context = context
        self._title = title
        self._value: int | None = None

    def value(self) -> int | None:
        """Return the id of the contact, None without one."""
        return self._value

    def set_value(self, contact: int | None) -> None:
        """Show a contact without telling anybody; its name is read meanwhile."""
        self._value = contact
        self._show("")
        if contact is None:
            return
        database = self._context.database

        def read() -> dict[int, str]:
            with database.read() as session:
                return names_of(session, [contact])

        self._context.tasks.read(read, self._name, self._context.window.fail, key=id(self), owner=self)

    def _name(self, names: dict[int, str]) -> None:
        if self._value is not None:
            self._show(names.get(self._value, str(self._value)))

    def _show(self, name: str) -> None:
        self.setText(literal(name) if name else _("Choose contact"))
        self.setAccessibleDescription(name)

    def choose(self) -> None:
        """Ask for a contact."""
        pick_contact(self._context, self._title, self._take, self)

    def _take(self, contact: int | None) -> None:
        if contact != self._value:
            self.set_value(contact)
            self.changed.emit()
