"""Files that are chosen, dropped or pasted: attaching them off the windows' thread, and the area that lights up."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QEvent, QIODevice, QMimeData, QObject, Qt
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage, QImageWriter, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget
from typing_extensions import override

from gcrm.i18n import _
from gcrm.ui.allowed import say_why_not
from gcrm.ui.context import Context
from gcrm.ui.theme import set_role
from gcrm.ui.theme.icons import SIZE_EMPTY
from gcrm.ui.widgets.file_question import ask_for_files
from gcrm.ui.widgets.icon_label import IconLabel
from gcrm.ui.widgets.safe import PlainLabel

OWN_DRAG = "application/x-gcrm-contacts"
"""Marks contacts that are dragged out of a window of this program, by its process."""


def mark_own(data: QMimeData) -> None:
    """Mark what is dragged, so that no window of this program takes it in again; another office does."""
    data.setData(OWN_DRAG, str(os.getpid()).encode())


def local_files(data: QMimeData) -> list[Path]:
    """Return the files of this computer in what is dragged; a link to a page is none, nor is what we drag ourselves."""
    if data.data(OWN_DRAG).data() == str(os.getpid()).encode():
        return []
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def attach_files(context: Context, files: Sequence[Path], contact: int | None, activity: int | None = None) -> None:
    """Copy files to a contact, or to an activity."""
    from gcrm.services import attachment

    database = context.database

    def write() -> None:
        for file in files:
            attachment.attach_file(database, file, contact_id=contact, activity_id=activity)

    if files and not say_why_not(context, "files.create"):
        context.window.write(write, label=files[0].name)


def choose_and_attach(context: Context, contact: int | None, activity: int | None = None) -> None:
    """Choose files and keep them with a contact, or with an activity."""
    window = context.window
    parent = window if isinstance(window, QWidget) else None
    ask_for_files(parent, _("Attach files"), lambda paths: attach_files(context, paths, contact, activity))


def holds_files() -> bool:
    """Tell whether files or nothing but a picture lie on the clipboard; a text with its picture is a text."""
    data = QGuiApplication.clipboard().mimeData()
    return bool(local_files(data)) or (data.hasImage() and not data.hasText())


def attach_clipboard(context: Context, contact: int | None, activity: int | None = None) -> None:
    """Keep what is on the clipboard with a contact or an activity: files, or a picture."""
    clipboard = QGuiApplication.clipboard()
    paths = local_files(clipboard.mimeData())
    if paths:
        attach_files(context, paths, contact, activity)
    elif clipboard.mimeData().hasImage():
        _attach_picture(context, clipboard.image(), contact, activity)


def _attach_picture(context: Context, image: QImage, contact: int | None, activity: int | None) -> None:
    from gcrm.services import attachment

    database = context.database
    name = _("Picture {moment}.png").format(moment=f"{datetime.now():%Y-%m-%d %H.%M.%S}")

    def write() -> None:
        attachment.attach_bytes(database, _as_png(image), name, contact_id=contact, activity_id=activity)

    if not image.isNull() and not say_why_not(context, "files.create"):
        context.window.write(write, label=name)


def _as_png(image: QImage) -> bytes:
    """Write a picture as PNG; takes its time, so not in the thread of the windows."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())


_DRAGS = (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop)


class FilesNotNames(QObject):
    """Keeps fields from taking the names of files for text: pasted files go to `paste`, dropped ones to the parent."""

    def __init__(self, fields: QWidget, paste: Callable[[], object]) -> None:
        super().__init__(fields)
        self._paste = paste
        for widget in fields.findChildren(QWidget):
            widget.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.matches(QKeySequence.StandardKey.Paste) and holds_files():
                self._paste()
                return True
        elif kind in _DRAGS and isinstance(event, QDropEvent) and local_files(event.mimeData()):
            event.ignore()
            return True
        return super().eventFilter(watched, event)


class DropArea(QFrame):
    """Covers its parent while files are dragged over it."""

    def __init__(self, parent: QWidget, sentence: str) -> None:
        super().__init__(parent)
        set_role(self, "overlay")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        column = QVBoxLayout(self)
        column.addStretch(1)
        column.addWidget(IconLabel("file-up", "accent_text", SIZE_EMPTY), 0, Qt.AlignmentFlag.AlignHCenter)
        text = PlainLabel(sentence, "strong", wrap=True)
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(text)
        column.addStretch(1)
        self.hide()

    def light_up(self) -> None:
        """Cover the whole parent."""
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())
        self.raise_()
        self.show()
