"""Saving the list that is shown under a name; it then stands in the sidebar."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from gcrm.errors import GcrmError, UserError
from gcrm.i18n import _
from gcrm.services import contact_list
from gcrm.ui.context import Context
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.form_fields import FormField
from gcrm.ui.widgets.safe import PlainLabel


class SaveListDialog(QDialog):
    """Asks for the name, and whether colleagues see the list."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Save this list"))
        self.name = QLineEdit()
        self.field = FormField(_("Name of the list"), self.name, required=True)
        self.shared = QCheckBox(_("Colleagues see it too"))
        self.shared.setChecked(True)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(Button(_("Cancel"), on_click=self.close))
        save = Button(_("Save list"), "primary", on_click=self.save)
        save.setDefault(True)
        buttons.addWidget(save)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(20), px(20), px(20))
        column.setSpacing(px(12))
        column.addWidget(PlainLabel(_("Save this list"), "title"))
        column.addWidget(self.field)
        column.addWidget(self.shared)
        column.addLayout(buttons)
        self.setMinimumWidth(px(380))
        self.name.setFocus()

    def save(self) -> None:
        """Save filter, order and columns under the name."""
        name = self.name.text().strip()
        if not name:
            self.field.set_error(_("Give the list a name."))
            self.name.setFocus()
            return
        window, database = self._context.window, self._context.database
        query, columns = window.current_query(), window.current_columns()
        user = None if self.shared.isChecked() else database.user_id

        def write() -> int:
            return contact_list.save_filter(database, name, query, columns, user_id=user)

        self._context.tasks.write(write, lambda _saved: self.close(), self._failed, owner=self)

    def _failed(self, error: GcrmError) -> None:
        """Keep what was typed and say why it was not saved."""
        if isinstance(error, UserError):
            self.field.set_error(error.sentence)
        else:
            self._context.window.fail(error)


def save_list(context: Context) -> SaveListDialog:
    """Ask under which name the list shall be saved."""
    dialog = SaveListDialog(context, context.window if isinstance(context.window, QWidget) else None)
    dialog.open()
    return dialog
