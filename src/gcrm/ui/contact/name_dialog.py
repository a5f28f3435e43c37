"""A small window that asks for one name."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QVBoxLayout, QWidget

from gcrm.i18n import _
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.form_fields import FormField


class NameDialog(QDialog):
    """Title, one field, and a button with the verb; empty names are refused at the field."""

    def __init__(
        self, parent: QWidget | None, title: str, label: str, verb: str, take: Callable[[str], object], text: str = ""
    ) -> None:
        super().__init__(parent)
        self._take = take
        self.setWindowTitle(title)
        self.edit = QLineEdit(text)
        self.field = FormField(label, self.edit)
        self.accept_button = Button(verb, "primary", on_click=self.accept)
        self.accept_button.setDefault(True)
        buttons = QDialogButtonBox()
        buttons.addButton(self.accept_button, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(Button(_("Cancel"), on_click=self.reject), QDialogButtonBox.ButtonRole.RejectRole)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(20), px(20), px(20))
        column.setSpacing(px(16))
        column.addWidget(self.field)
        column.addWidget(buttons)
        self.setMinimumWidth(px(360))
        self.edit.selectAll()
        self.edit.setFocus()

    def accept(self) -> None:
        """Hand the name over and close."""
        name = self.edit.text().strip()
        if not name:
            self.field.set_error(_("Enter a name."))
            self.edit.setFocus()
            return
        super().accept()
        self._take(name)


def ask_name(
    parent: QWidget | None, title: str, label: str, verb: str, take: Callable[[str], object], text: str = ""
) -> NameDialog:
    """Ask for a name without stopping the program; `take` gets it."""
    from PySide6.QtCore import Qt

    dialog = NameDialog(parent, title, label, verb, take, text)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog
