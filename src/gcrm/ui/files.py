"""The files of a contact: choose, drop or paste them, look at them, open them on purpose."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from gcrm.i18n import _
from gcrm.services import attachment
from gcrm.services.contact_page import ContactView
from gcrm.ui.context import Context
from gcrm.ui.widgets.empty_state import EmptyState


class FilesTab(QWidget):
    """The tab Files of the record page."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.empty = EmptyState("paperclip", _("No files yet. Drop them here or choose them."), _("Attach files"))
        column = QVBoxLayout(self)
        column.addWidget(self.empty)

    def show_view(self, view: ContactView) -> None:
        """Show the files of a contact."""


def choose_and_attach(context: Context, contact_id: int) -> None:
    """Choose files and keep them with a contact."""
    window = context.window
    parent = window if isinstance(window, QWidget) else None
    paths, _chosen = QFileDialog.getOpenFileNames(parent, _("Attach files"))
    for path in paths:
        context.window.write(partial(attachment.attach_file, context.database, Path(path), contact_id=contact_id))
