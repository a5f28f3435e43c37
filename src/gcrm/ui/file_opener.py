"""Opening kept files in other programs, only when somebody asks for it, and taking back what was saved there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, QTimer, QUrl
from PySide6.QtGui import QDesktopServices

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.services.attachment import AttachmentRow
from gcrm.services.opened_files import OpenedFiles, Stored
from gcrm.ui.context import Context

POLL_MS = 3000
_LINK_SCHEMES = ("http://", "https://", "ftp://", "ftps://", "sftp://", "smb://")


class FileOpener(QObject):
    """Hands copies to the operating system; looks every three seconds whether one that is edited was saved."""

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._opened: OpenedFiles | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self.poll)
        app = QCoreApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(self.close)

    def _files(self) -> OpenedFiles:
        """Return the copies; their folder is made by the first one."""
        if self._opened is None:
            self._opened = OpenedFiles(self._context.database)
        return self._opened

    def look(self, row: AttachmentRow) -> None:
        """Open a read-only copy of a file, or the place of a link."""
        if row.is_link:
            self._open_link(row)
        else:
            self._run(row, lambda files, session: files.copy_to_look_at(session, row.id))

    def edit(self, row: AttachmentRow) -> None:
        """Open a copy that may be changed; each save in the other program becomes a new version."""
        self._run(row, lambda files, session: files.copy_to_edit(session, row.id))
        self._timer.start()

    def _run(self, row: AttachmentRow, copy: Callable[[OpenedFiles, Any], Path]) -> None:
        database = self._context.database

        def work() -> Path:
            with database.read() as session:
                return copy(self._files(), session)

        self._context.tasks.read(work, self._hand_over, self._context.window.fail, label=row.name, owner=self)

    def _hand_over(self, path: Path) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    def _open_link(self, row: AttachmentRow) -> None:
        """Open where a linked file lies; a program is refused there too."""
        if row.is_program:
            sentence = _("“{name}” is a program. Programs are never started from here.")
            self._context.window.fail(UserError(sentence.format(name=row.name)))
            return
        is_address = row.link.lower().startswith(_LINK_SCHEMES)
        QDesktopServices.openUrl(QUrl(row.link) if is_address else QUrl.fromLocalFile(row.link))

    def poll(self) -> None:
        """Store what was saved in other programs since the last look."""
        if self._opened is not None and self._opened.editing:
            self._context.tasks.write(self._opened.poll, self._stored, self._context.window.fail, owner=self)

    def _stored(self, stored: list[Stored]) -> None:
        for found in stored:
            self._context.window.say(_("New version of “{name}” kept").format(name=found.name), undo=True)

    def close(self) -> None:
        """Delete the copies that are no longer needed."""
        self._timer.stop()
        opened, self._opened = self._opened, None
        if opened is not None:
            opened.close()
