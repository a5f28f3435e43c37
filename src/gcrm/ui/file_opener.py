"""Opening kept files in other programs, only when somebody asks for it, and taking back what was saved there."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from typing_extensions import override

from gcrm.i18n import _
from gcrm.services.attachment import AttachmentRow
from gcrm.services.changed import Changed
from gcrm.services.linked_files import is_address, names_program, path_to_open, refusal
from gcrm.services.opened_files import OpenedFiles, Stored
from gcrm.ui.context import Context

POLL_MS = 3000


class FileOpener(QObject):
    """Hands copies to the operating system; looks every three seconds whether one that is edited was saved.

    There is one for an office (`opener_of`): two would both store what was saved.
    """

    def __init__(self, context: Context) -> None:
        super().__init__(context.tasks)
        self._context = context
        self._opened: OpenedFiles | None = None
        self._making = threading.Lock()
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self.poll)
        if isinstance(context.window, QObject):
            context.window.installEventFilter(self)
        app = QCoreApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(self.close)
        context.feed.changed.connect(self._on_changed)

    def _on_changed(self, changed: frozenset[Changed]) -> None:
        """Leave no copies to look at behind when somebody is erased."""
        if self._opened is not None and any(change.table == "erasure" for change in changed):
            self._context.tasks.read(self._opened.drop_looked_at, lambda _gone: None, self._context.window.fail)

    def serves(self, context: Context) -> bool:
        """Tell whether these are the copies of an office."""
        return self._context.database is context.database

    def _files(self) -> OpenedFiles:
        """Return the copies, from any thread."""
        with self._making:
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

    def hand(self, name: str, write: Callable[[Any, Path], object]) -> None:
        """Open a file that is made for another program; `write` gets a session and where to."""
        database = self._context.database

        def work() -> Path:
            with database.read() as session:
                return self._files().made_to_look_at(name, lambda path: write(session, path))

        self._context.tasks.read(work, self._hand_over, self._context.window.fail, label=name, owner=self)

    def _run(self, row: AttachmentRow, copy: Callable[[OpenedFiles, Any], Path]) -> None:
        database = self._context.database

        def work() -> Path:
            with database.read() as session:
                return copy(self._files(), session)

        self._context.tasks.read(work, self._hand_over, self._context.window.fail, label=row.name, owner=self)

    def _hand_over(self, path: Path) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    def _open_link(self, row: AttachmentRow) -> None:
        """Open where a linked file lies; a program is refused there too, whatever the link is called."""
        if not is_address(row.link):
            self._context.tasks.read(
                lambda: path_to_open(row.name, row.link), self._hand_over, self._context.window.fail, label=row.name,
                owner=self,
            )  # fmt: skip
        elif names_program(row.link):
            self._context.window.fail(refusal(row.name))
        else:
            QDesktopServices.openUrl(QUrl(row.link))

    # --- what was saved elsewhere ---------------------------------------------------------------------------------
    def poll(self) -> None:
        """Store what was saved in other programs since the last look."""
        if self._opened is not None and self._opened.editing:
            self._context.tasks.write(self._opened.poll, self._stored, self._context.window.fail, owner=self)

    def take_up(self) -> None:
        """Store what was saved in other programs while gCRM was not running, or just before it ended suddenly."""

        def work() -> list[Stored]:
            files = self._files()
            files.take_up()
            return files.poll(at_once=True)

        self._context.tasks.write(work, self._taken_up, self._context.window.fail, owner=self)

    def _taken_up(self, stored: list[Stored]) -> None:
        self._stored(stored)
        if self._opened is not None and self._opened.editing:
            self._timer.start()

    def _stored(self, stored: list[Stored]) -> None:
        for found in stored:
            self._context.window.say(_("New version of “{name}” kept").format(name=found.name), undo=True)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look once more when the main window is closed; the end of the program waits for writers."""
        if event.type() == QEvent.Type.Close and self._opened is not None and self._opened.editing:
            files = self._opened
            self._context.tasks.write(lambda: files.poll(at_once=True), self._stored, self._context.window.fail)
        return super().eventFilter(watched, event)

    def close(self) -> None:
        """Delete the copies that are no longer needed."""
        self._timer.stop()
        opened, self._opened = self._opened, None
        if opened is not None:
            opened.close()


def opener_of(context: Context) -> FileOpener:
    """Return the opener of an office, made when it is first asked for; it lives as long as the tasks."""
    for opener in context.tasks.findChildren(FileOpener):
        if opener.serves(context):
            return opener
    return FileOpener(context)
