"""A look at a picture or a PDF without opening it in another program."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from gcrm.errors import GcrmError
from gcrm.i18n import _
from gcrm.services import attachment
from gcrm.services.attachment import AttachmentRow
from gcrm.services.database import Database
from gcrm.ui.context import Context
from gcrm.ui.file_list import has_preview
from gcrm.ui.theme import color, px
from gcrm.ui.widgets.button import IconButton
from gcrm.ui.widgets.card import Card
from gcrm.ui.widgets.safe import PlainLabel
from gcrm.ui.widgets.safe_browser import read_picture

LARGEST = 40 << 20
"""Bytes of a file that are read for a preview."""
DPI = 110
MOST_PIXELS = 2400
"""Length of the longer side of a picture that is shown; larger ones would take too long to paint."""


@dataclass(frozen=True, slots=True)
class Look:
    """One page of a file as a picture."""

    image: QImage
    page: int = 1
    pages: int = 1


def look_at(database: Database, row: AttachmentRow, page: int) -> Look:
    """Read a file and paint one page of it; any thread. Raises UserError and EnvironmentProblem as reading does."""
    with database.read() as session:
        content = attachment.read_bytes(session, row.id, LARGEST)
    if row.media_type != "application/pdf":
        return Look(_reduced(read_picture(content)))
    from gcrm.services.printing.preview import page_count, render_page

    pages = page_count(content)
    painted = render_page(content, min(page, pages), DPI)
    shape = (painted.width, painted.height, painted.width * 3, QImage.Format.Format_RGB888)
    return Look(QImage(painted.rgb, *shape).copy(), min(page, pages), pages)


def _reduced(image: QImage) -> QImage:
    """Make a photo small enough to be painted at once; done where it is read, not in the thread of the windows."""
    if max(image.width(), image.height()) <= MOST_PIXELS:
        return image
    kept, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    return image.scaled(MOST_PIXELS, MOST_PIXELS, kept, smooth)


class Picture(QWidget):
    """Paints a picture as large as there is room for, never larger than it is."""

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(px(160))

    def show_image(self, image: QImage) -> None:
        """Show another picture."""
        self._image = image
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(px(240), px(320))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._image.isNull():
            return
        ratio = self.devicePixelRatioF()
        natural = QSize(round(self._image.width() / ratio), round(self._image.height() / ratio))
        size = natural.scaled(self.size().boundedTo(natural), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(0, 0, size.width(), size.height())
        place.moveCenter(self.rect().center())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, self._image)
        painter.setPen(color("line"))
        painter.drawRect(place.adjusted(0, 0, -1, -1))
        painter.end()


class FilePreview(Card):
    """Shows the chosen file; pages of a PDF one by one. Hidden where there is nothing to look at."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._row: AttachmentRow | None = None
        self._page = 1
        self.picture = Picture()
        self.name = PlainLabel("", "strong", elide=True)
        self.place = PlainLabel("", "small")
        self.back = IconButton("chevron-left", _("Page before"), on_click=lambda: self._turn(-1))
        self.forth = IconButton("chevron-right", _("Next page"), on_click=lambda: self._turn(1))
        head = QHBoxLayout()
        head.addWidget(self.name, 1)
        for part in (self.back, self.place, self.forth):
            head.addWidget(part)
        column = QVBoxLayout()
        column.addLayout(head)
        column.addWidget(self.picture, 1)
        self.body.addLayout(column, 1)
        self.hide()

    def show_file(self, row: AttachmentRow | None) -> None:
        """Look at a file, or at nothing."""
        self._row, self._page = row, 1
        if row is None or not has_preview(row):
            self.hide()
            return
        self._read()

    def _turn(self, step: int) -> None:
        self._page += step
        self._read()

    def _read(self) -> None:
        row, page, database = self._row, self._page, self._context.database
        if row is not None:
            self._context.tasks.read(
                lambda: look_at(database, row, page), self._show, self._failed, key=("preview", id(self)), owner=self
            )

    def _show(self, look: Look) -> None:
        if self._row is None:
            return
        self._page = look.page
        self.name.setText(self._row.name)
        self.picture.show_image(look.image)
        self.picture.setAccessibleName(_("Preview of {name}").format(name=self._row.name))
        self.place.setText(_("{page} of {pages}").format(page=look.page, pages=look.pages))
        for part in (self.back, self.place, self.forth):
            part.setVisible(look.pages > 1)
        self.back.setEnabled(look.page > 1)
        self.forth.setEnabled(look.page < look.pages)
        self.show()

    def _failed(self, error: GcrmError) -> None:
        """Say in its place why there is no preview."""
        self.name.setText(error.sentence)
        self.picture.show_image(QImage())
        for part in (self.back, self.place, self.forth):
            part.hide()
        self.show()
