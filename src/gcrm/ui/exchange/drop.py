"""Address files and folders that are dropped on a window: the whole window lights up, then the import is shown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from gcrm.i18n import _
from gcrm.services.exchange.everything.rules import MANIFEST
from gcrm.ui.allowed import say_why_not, why_not
from gcrm.ui.calendar.files import ENDINGS as CALENDARS
from gcrm.ui.calendar.files import CalendarFiles
from gcrm.ui.context import Context
from gcrm.ui.dropped_files import DropArea
from gcrm.ui.exchange.droppable import importable
from gcrm.ui.mail.keep import keep_mails, mails_in
from gcrm.ui.mail.written import NEEDS


class WindowDrop(QObject):
    """Watches a window. Parts of it that take files themselves (record, chronicle) are asked first by Qt."""

    def __init__(self, window: QWidget, context: Context) -> None:
        super().__init__(window)
        self._context = context
        self._window = window
        self._area = DropArea(window, _("Drop to import contacts, appointments and e-mails"))
        self._mail_area = DropArea(window, _("Drop to keep the e-mails with their contacts"))
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind in (QEvent.Type.DragEnter, QEvent.Type.DragMove) and isinstance(event, QDropEvent | QDragEnterEvent):
            return self._over(event)
        if kind == QEvent.Type.DragLeave:
            self._hide()
        elif kind == QEvent.Type.Drop and isinstance(event, QDropEvent):
            return self._drop(event)
        return super().eventFilter(watched, event)

    def _over(self, event: QDropEvent) -> bool:
        """Light up for files an import takes."""
        files = importable(event.mimeData())
        if not files or why_not(self._context, *_needs(files)):
            return False
        (self._mail_area if len(mails_in(files)) == len(files) else self._area).light_up()
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        return True

    def _drop(self, event: QDropEvent) -> bool:
        """Show what an import of the dropped files would do."""
        self._hide()
        files = importable(event.mimeData())
        if not files or say_why_not(self._context, *_needs(files)):
            return False
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if all(file.suffix.lower() in CALENDARS for file in files):
            CalendarFiles(self._context, self._window).bring_in(files)
        elif len(mails_in(files)) == len(files):
            keep_mails(self._context, files)
        else:
            self._import(files)
        return True

    def _import(self, files: list[Path]) -> None:
        """Show what an import would do; of the export of a whole office an office can be made."""
        context = self._context

        def look() -> Path | None:
            from gcrm.services.exchange.everything.source import is_export

            paths = (file.parent if file.name == MANIFEST else file for file in files)
            return next((path for path in paths if is_export(path)), None)

        def go_on(export: Path | None) -> None:
            from gcrm.ui.exchange.import_dialog import show_import

            if export is not None:
                self._offer_office(export)
            else:
                show_import(context, files)

        context.tasks.read(look, go_on, context.window.fail)

    def _offer_office(self, export: Path) -> None:
        """Offer to make an office of an export."""
        from gcrm.ui.office_chooser import choose_office
        from gcrm.ui.widgets.message import question_box

        sentence = _("“{name}” is the export of a whole office. Make a new office of it; this one stays as it is.")
        title, verb = _("Office from an export"), _("Make an office…")
        box, yes = question_box(self._window, title, sentence.format(name=export.name), verb)

        def answered() -> None:
            if box.clickedButton() is yes:
                choose_office(self._window, self._context.tasks).export.ask_target(export)
            box.deleteLater()

        box.finished.connect(lambda _result: answered())
        box.open()

    def _hide(self) -> None:
        self._area.hide()
        self._mail_area.hide()


def _needs(files: Sequence[Path]) -> tuple[str, ...]:
    """Return the rights that files ask for: mails are kept, everything else is imported."""
    mails = mails_in(files)
    return (*(NEEDS if mails else ()), *(("exchange.create",) if len(mails) < len(files) else ()))
