"""A password for a new backup, typed twice, and only where one is wanted."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.services.backup.lock import check_password
from gcrm.ui.theme import px
from gcrm.ui.widgets.form_fields import FormField
from gcrm.ui.widgets.safe import PlainLabel


class NewPassword(QWidget):
    """A switch, and below it the two fields while it is on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.switch = QCheckBox(_("Protect it with a password"))
        self.password, self.again = password_edit(), password_edit()
        self.password_field = FormField(_("Password"), self.password, required=True)
        self.again_field = FormField(_("Repeat password"), self.again, required=True)
        self.fields = QWidget()
        row = QHBoxLayout()
        row.setSpacing(px(12))
        row.addWidget(self.password_field, 1)
        row.addWidget(self.again_field, 1)
        inner = QVBoxLayout(self.fields)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(px(6))
        inner.addLayout(row)
        told = _("Write it down and keep it elsewhere: without it nobody can read this backup.")
        inner.addWidget(PlainLabel(told, "meta", wrap=True))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(8))
        column.addWidget(self.switch)
        column.addWidget(self.fields)
        self.switch.toggled.connect(self._show_fields)
        self._show_fields(False)

    def _show_fields(self, shown: bool) -> None:
        self.fields.setVisible(shown)
        if shown:
            self.password.setFocus()

    def text(self) -> str:
        """Return the password, "" where none is wanted."""
        return self.password.text() if self.switch.isChecked() else ""

    def is_filled(self) -> bool:
        """Tell whether no password is wanted, or both are one that is long enough; else say what is wrong."""
        for field in (self.password_field, self.again_field):
            field.clear_error()
        if not self.switch.isChecked():
            return True
        try:
            check_password(self.password.text())
        except UserError as problem:
            self.password_field.set_error(problem.sentence)
            self.password.setFocus()
            return False
        if self.password.text() != self.again.text():
            self.again_field.set_error(_("The two passwords are not the same. Type this one again."))
            self.again.setFocus()
            return False
        return True


def password_edit() -> QLineEdit:
    """Return a field that shows dots."""
    edit = QLineEdit()
    edit.setEchoMode(QLineEdit.EchoMode.Password)
    return edit
