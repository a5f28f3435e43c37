"""The earlier versions of a file: when, by whom; to open, to save elsewhere, to make the newest one again."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from gcrm.i18n import _
from gcrm.services import attachment
from gcrm.services.attachment import AttachmentRow
from gcrm.ui.allowed import Offer
from gcrm.ui.context import Context
from gcrm.ui.file_copies import FileCopies
from gcrm.ui.file_list import FileTable
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.safe import PlainLabel


class FileVersions(QDialog):
    """Lists all versions, the newest first; that one is what the contact's list shows."""

    def __init__(self, context: Context, row: AttachmentRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._file = row.id
        self._copies = FileCopies(context, self)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Earlier versions"))
        self.resize(px(600), px(400))
        self.table = FileTable()
        self.table.setAccessibleName(_("Versions"))
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.open_button = Button(_("Open"), icon_name="external-link", on_click=self.look)
        self.save_button = Button(_("Save as…"), icon_name="download", on_click=self.save_as)
        self.restore_button = Button(_("Restore"), "primary", "undo-2", on_click=self.restore)
        self._restoring = Offer(context, self.restore_button, "files.create")
        self._saving = Offer(context, self.save_button, "files.export")
        self._lay_out(row.name)
        self.table.doubleClicked.connect(lambda _index: self.look())
        self.table.selectionModel().selectionChanged.connect(lambda *_changed: self._on_chosen())
        self._on_chosen()
        self._read()

    def _lay_out(self, name: str) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(px(6))
        for button in (self.open_button, self.save_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(Button(_("Close"), on_click=self.close))
        buttons.addWidget(self.restore_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(20), px(20), px(20))
        column.setSpacing(px(12))
        column.addWidget(PlainLabel(name, "title", elide=True))
        column.addWidget(self.table, 1)
        column.addLayout(buttons)

    def _read(self) -> None:
        database, wanted = self._context.database, self._file

        def read() -> list[AttachmentRow]:
            with database.read() as session:
                return attachment.versions(session, wanted, user=database.user_id)

        self._context.tasks.read(read, self._show, self._context.window.fail, owner=self)

    def _show(self, rows: list[AttachmentRow]) -> None:
        self.table.files.set_rows(rows)
        if rows:
            self.table.selectRow(min(1, len(rows) - 1))
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def chosen(self) -> AttachmentRow | None:
        """Return the version the cursor is on."""
        found = self.table.chosen()
        return found[0] if found else None

    def _on_chosen(self) -> None:
        row = self.chosen()
        self.open_button.setEnabled(row is not None)
        self._saving.set_open(row is not None)
        self._restoring.set_open(row is not None and row.id != self._file)

    def look(self) -> None:
        """Open a read-only copy of the chosen version."""
        row = self.chosen()
        if row is not None:
            self._copies.look(row)

    def save_as(self) -> None:
        """Write the chosen version to where the person wants it."""
        row = self.chosen()
        if row is not None:
            self._copies.save_as(row)

    def restore(self) -> None:
        """Make the chosen version the newest one again; the others stay."""
        row, database = self.chosen(), self._context.database
        if row is not None and row.id != self._file:
            wanted = row.id
            self._context.window.write(lambda: attachment.restore(database, wanted))
            self.close()
