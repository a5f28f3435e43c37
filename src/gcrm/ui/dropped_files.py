"""Files that are dropped on a record: the area that lights up, and attaching them off the thread of the windows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from gcrm.ui.context import Context
from gcrm.ui.theme import set_role
from gcrm.ui.theme.icons import SIZE_EMPTY
from gcrm.ui.widgets.icon_label import IconLabel
from gcrm.ui.widgets.safe import PlainLabel


def local_files(data: QMimeData) -> list[Path]:
    """Return the files of this computer in what is dragged; a link to a page is none."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def attach_files(context: Context, files: Sequence[Path], contact: int, activity: int | None = None) -> None:
    """Copy files to a contact, or to one of its activities."""
    from gcrm.services import attachment

    database = context.database

    def write() -> None:
        for file in files:
            attachment.attach_file(database, file, contact_id=contact, activity_id=activity)

    context.window.write(write)


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
