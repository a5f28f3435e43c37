"""Saved lists: keeping the list that is shown under a name, and managing those that stand in the sidebar."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gcrm.errors import GcrmError, UserError
from gcrm.i18n import _
from gcrm.services import contact_list
from gcrm.services.changed import Changed
from gcrm.ui.context import Context
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import Button, IconButton
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


class ManageListsDialog(QDialog):
    """Renames, orders and removes saved lists; every change is saved at once and can be undone."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._saved: list[int] = []
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Saved lists"))
        self.resize(px(420), px(420))
        self.list = QListWidget()
        self.list.setAccessibleName(_("Saved lists"))
        self.list.setEditTriggers(QListWidget.EditTrigger.EditKeyPressed | QListWidget.EditTrigger.DoubleClicked)
        buttons = QHBoxLayout()
        buttons.addWidget(IconButton("arrow-up", _("Move up"), "Alt+Up", on_click=lambda: self.move_current(-1)))
        buttons.addWidget(IconButton("arrow-down", _("Move down"), "Alt+Down", on_click=lambda: self.move_current(1)))
        buttons.addWidget(Button(_("Rename"), on_click=self.rename))
        buttons.addWidget(Button(_("Remove"), "danger", on_click=self.remove))
        buttons.addStretch(1)
        buttons.addWidget(Button(_("Close"), "primary", on_click=self.close))
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(20), px(20), px(20))
        column.setSpacing(px(12))
        column.addWidget(PlainLabel(_("Saved lists"), "title"))
        column.addWidget(self.list, 1)
        column.addLayout(buttons)
        for keys, by in (("Alt+Up", -1), ("Alt+Down", 1)):
            QShortcut(QKeySequence(keys), self, lambda by=by: self.move_current(by))
        self.list.itemChanged.connect(self._on_renamed)
        context.feed.changed.connect(self._on_changed)
        self.load()

    def load(self) -> None:
        """Read the lists."""
        database = self._context.database

        def read() -> list[tuple[int, str]]:
            with database.read() as session:
                return [(saved.id, saved.name) for saved in contact_list.saved_filters(session, database.user_id)]

        self._context.tasks.read(read, self._show, self._context.window.fail, key=id(self), owner=self)

    def _show(self, lists: list[tuple[int, str]]) -> None:
        """Show the lists; the cursor stays where it was."""
        self._saved = [saved for saved, _name in lists]
        names = [name for _saved, name in lists]
        row = self.list.currentRow()
        self.list.blockSignals(True)
        self.list.clear()
        for name in names:
            item = QListWidgetItem(name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            self.list.addItem(item)
        self.list.blockSignals(False)
        self.list.setCurrentRow(min(max(row, 0), len(names) - 1))

    def _on_changed(self, changed: frozenset[Changed]) -> None:
        """Read anew when a list changed."""
        if any(change.table == "saved_filter" for change in changed):
            self.load()

    def rename(self) -> None:
        """Edit the name of the list the cursor is on."""
        item = self.list.currentItem()
        if item is not None:
            self.list.editItem(item)

    def _on_renamed(self, item: QListWidgetItem) -> None:
        """Save a new name."""
        saved, name, database = self._saved[self.list.row(item)], item.text(), self._context.database
        self._context.window.write(lambda: contact_list.change_filter(database, saved, name=name))

    def remove(self) -> None:
        """Remove the list the cursor is on."""
        row, database = self.list.currentRow(), self._context.database
        if row >= 0:
            saved = self._saved[row]
            self._context.window.write(lambda: contact_list.remove_filter(database, saved))

    def move_current(self, by: int) -> None:
        """Move a list up or down in the sidebar."""
        row, database = self.list.currentRow(), self._context.database
        if 0 <= row + by < len(self._saved):
            order = list(self._saved)
            order[row], order[row + by] = order[row + by], order[row]
            self.list.setCurrentRow(row + by)
            self._context.window.write(lambda: contact_list.order_filters(database, order))


def manage_lists(context: Context) -> ManageListsDialog:
    """Open the saved lists."""
    dialog = ManageListsDialog(context, context.window if isinstance(context.window, QWidget) else None)
    dialog.open()
    return dialog


def save_list(context: Context) -> SaveListDialog:
    """Ask under which name the list shall be saved."""
    dialog = SaveListDialog(context, context.window if isinstance(context.window, QWidget) else None)
    dialog.open()
    return dialog
