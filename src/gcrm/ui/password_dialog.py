"""Asks for the password of an office on a server, when none is kept or the server refuses it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from gcrm.i18n import _
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.form_fields import FormField
from gcrm.ui.widgets.safe import PlainLabel

Take = Callable[[str, bool], object]


class PasswordDialog(QDialog):
    """`sentence` says which office it is and what is wrong; `take` gets the password, and whether to keep it.

    Where this computer has no store for passwords, keeping is not offered.
    """

    def __init__(self, sentence: str, has_store: bool, take: Take, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._take = take
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Password of the office"))
        self.sentence = PlainLabel(sentence, wrap=True)
        self.edit = QLineEdit()
        self.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.field = FormField(_("Password"), self.edit, required=True)
        self.keep = QCheckBox(_("Keep it in the password store of this computer"))
        self.keep.setChecked(has_store)
        self.no_store = PlainLabel(
            _("This computer has no store for passwords, so gCRM asks each time it starts."), "meta", wrap=True
        )
        (self.no_store if has_store else self.keep).hide()
        self.open_button = Button(_("Open office"), "primary", on_click=self.accept)
        self.open_button.setDefault(True)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(Button(_("Cancel"), on_click=self.reject))
        buttons.addWidget(self.open_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(20), px(20), px(20))
        column.setSpacing(px(12))
        column.addWidget(PlainLabel(_("Password of the office"), "title"))
        for widget in (self.sentence, self.field, self.keep, self.no_store):
            column.addWidget(widget)
        column.addStretch(1)
        column.addLayout(buttons)
        self.setMinimumWidth(px(440))
        self.edit.setFocus()

    def accept(self) -> None:
        """Hand the password over and close."""
        password = self.edit.text()
        if not password:
            self.field.set_error(_("Enter the password."))
            self.edit.setFocus()
            return
        super().accept()
        self._take(password, self.keep.isChecked())


def ask_password(parent: QWidget, sentence: str, has_store: bool, take: Take) -> PasswordDialog:
    """Ask without stopping the program."""
    dialog = PasswordDialog(sentence, has_store, take, parent)
    dialog.open()
    return dialog
