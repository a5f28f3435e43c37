"""Copies of kept files: to look at in another program, and to save elsewhere."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from gcrm.i18n import _
from gcrm.services.attachment import AttachmentRow
from gcrm.services.file_safety import safe_name
from gcrm.ui.context import Context
from gcrm.ui.file_opener import FileOpener, opener_of
from gcrm.ui.widgets.file_question import ask_where, documents


class FileCopies:
    """Hands copies out; questions belong to `parent`."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        self._context = context
        self._parent = parent

    @property
    def opener(self) -> FileOpener:
        """Return what hands copies to other programs."""
        return opener_of(self._context)

    def look(self, row: AttachmentRow) -> None:
        """Open a read-only copy, or the place of a link."""
        self.opener.look(row)

    def save_as(self, row: AttachmentRow) -> None:
        """Ask where to, then write a file there."""
        from gcrm.services.opened_files import save_as

        context = self._context

        def save_to(target: Path) -> None:
            def save() -> None:
                with context.database.read() as session:
                    save_as(session, row.id, target)

            said = _("Saved as {file}").format(file=target.name)
            context.tasks.read(save, lambda _result: context.window.say(said), context.window.fail, label=row.name)

        ask_where(self._parent, _("Save as"), save_to, Path(documents()) / safe_name(row.name))
