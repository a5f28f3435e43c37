"""What several windows of a team share: a person's name and password, starting the office."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.services.team.logins import SHORTEST
from gcrm.ui.office_chooser import open_beside
from gcrm.ui.theme import px
from gcrm.ui.widgets.form_fields import FormField
from gcrm.ui.widgets.safe import PlainLabel


class PersonFields(QWidget):
    """Name, and a password that is typed twice."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name, self.password, self.again = QLineEdit(), QLineEdit(), QLineEdit()
        for edit in (self.password, self.again):
            edit.setEchoMode(QLineEdit.EchoMode.Password)
        told = _("At least {count} characters, and not your name.").format(count=SHORTEST)
        self.name_field = FormField(_("Your name"), self.name, required=True)
        self.password_field = FormField(_("New password"), self.password, required=True, hint=told)
        self.again_field = FormField(_("Repeat password"), self.again, required=True)
        row = QHBoxLayout()
        row.setSpacing(px(12))
        row.addWidget(self.password_field, 1)
        row.addWidget(self.again_field, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(8))
        column.addWidget(self.name_field)
        column.addLayout(row)
        column.addWidget(PlainLabel(told, "meta", wrap=True))

    def fields(self) -> dict[str, FormField]:
        """Return the fields by the names that errors give them."""
        return {"name": self.name_field, "login": self.name_field, "password": self.password_field}

    def clear_errors(self) -> None:
        """Take all errors away."""
        for field in (self.name_field, self.password_field, self.again_field):
            field.clear_error()

    def is_filled(self) -> bool:
        """Tell whether something was entered in each field, and both passwords are one; else say what is missing."""
        self.clear_errors()
        if not self.name.text().strip():
            return self._wrong(self.name_field, _("Enter your name."))
        if not self.password.text():
            return self._wrong(self.password_field, _("Choose a password."))
        if self.password.text() != self.again.text():
            return self._wrong(self.again_field, _("The two passwords are not the same. Type this one again."))
        return True

    def _wrong(self, field: FormField, sentence: str) -> bool:
        field.set_error(sentence)
        field.editor.setFocus()
        return False


def show_error(error: UserError, fields: dict[str, FormField]) -> bool:
    """Say an error at its field; False where there is none for it."""
    field = fields.get(error.field)
    if field is None:
        return False
    field.set_error(error.sentence)
    field.editor.setFocus()
    return True


def start_office(parent: QWidget, address: str) -> bool:
    """Open an office in a program of its own and close the window of the former one; False where that fails."""
    if not open_beside(parent, address):
        return False
    former = parent.parentWidget()
    if former is not None:
        former.window().close()
    return True
