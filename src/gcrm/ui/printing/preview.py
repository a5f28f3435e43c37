"""The preview of a print: one page at a time, painted by PDFium in a reader's thread."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from gcrm.errors import GcrmError
from gcrm.i18n import _
from gcrm.services.printing.preview import page_size, render_page
from gcrm.ui.context import Context
from gcrm.ui.printing.page_view import PageView
from gcrm.ui.printing.printers import to_qimage
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import IconButton
from gcrm.ui.widgets.safe import PlainLabel

ZOOMS = (0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
FIT = 0.0
MOST_DPI = 300.0
INCH = 25.4


class Preview(QWidget):
    """Pages with "page x of y" and zoom. `painted` is sent when a page is on the screen."""

    painted = Signal()
    page_changed = Signal(int)

    def __init__(self, context: Context, view: PageView | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._pdf = b""
        self._pages = 0
        self._page = 1
        self._zoom = FIT
        self.view = view or PageView()
        self.area = QScrollArea()
        self.area.setWidget(self.view)
        self.area.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.area.setAccessibleName(_("Preview"))
        self.area.viewport().installEventFilter(self)
        self.area.viewport().setAutoFillBackground(False)
        self.sentence = PlainLabel("", "meta", wrap=True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sentence.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(6))
        column.addWidget(self.area, 1)
        column.addWidget(self.sentence)
        column.addLayout(self._bar())
        self._show_place()

    def _bar(self) -> QHBoxLayout:
        """Return the row below the page."""
        self.back = IconButton("chevron-left", _("Previous page"), "PgUp", on_click=lambda: self.go(self._page - 1))
        self.forward = IconButton("chevron-right", _("Next page"), "PgDown", on_click=lambda: self.go(self._page + 1))
        self.place = PlainLabel("", "meta")
        smaller = IconButton("zoom-out", _("Smaller"), "Ctrl+-", on_click=lambda: self.zoom_by(-1))
        larger = IconButton("zoom-in", _("Larger"), "Ctrl++", on_click=lambda: self.zoom_by(1))
        fit = IconButton("maximize", _("Fit the page"), "Ctrl+0", on_click=lambda: self.set_zoom(FIT))
        row = QHBoxLayout()
        row.setSpacing(px(4))
        for widget in (self.back, self.place, self.forward):
            row.addWidget(widget)
        row.addStretch(1)
        for widget in (smaller, fit, larger):
            row.addWidget(widget)
        return row

    # --- what is shown ------------------------------------------------------------------------------------------
    def page(self) -> int:
        """Return the page that is shown, from 1."""
        return self._page

    def pages(self) -> int:
        """Return how many pages the print has."""
        return self._pages

    def show_pdf(self, pdf: bytes, pages: int) -> None:
        """Show another print, at the same page if it has it."""
        self._pdf, self._pages = pdf, pages
        self._page = max(1, min(self._page, pages))
        self.sentence.hide()
        self._show_place()
        self.page_changed.emit(self._page)
        self._paint()

    def show_sentence(self, sentence: str) -> None:
        """Show why there is nothing to print, on an empty page."""
        self._pdf, self._pages, self._page = b"", 0, 1
        self.view.set_page(None, self.view.page_size())
        self.sentence.setText(sentence)
        self.sentence.setVisible(bool(sentence))
        self._show_place()

    def go(self, page: int) -> None:
        """Show a page; beyond the ends nothing happens."""
        if 1 <= page <= self._pages and page != self._page:
            self._page = page
            self._show_place()
            self.page_changed.emit(page)
            self._paint()

    def _show_place(self) -> None:
        self.back.setEnabled(self._page > 1)
        self.forward.setEnabled(self._page < self._pages)
        text = _("Page {page} of {pages}").format(page=self._page, pages=self._pages) if self._pages else ""
        self.place.setText(text)

    # --- size ---------------------------------------------------------------------------------------------------
    def set_zoom(self, zoom: float) -> None:
        """Show the page at a factor of its real size, or fitted into the room (FIT)."""
        self._zoom = zoom
        self._size_view()
        self._paint()

    def zoom_by(self, step: int) -> None:
        """Go to the next larger or smaller zoom."""
        now = self._zoom or self.view.paper().width() / self._real_size().width()
        further = [zoom for zoom in ZOOMS if (zoom > now * 1.01 if step > 0 else zoom < now * 0.99)]
        if further:
            self.set_zoom(further[0] if step > 0 else further[-1])

    def _real_size(self) -> QSize:
        """Return the size of the paper at 100 %: 96 pixels an inch."""
        wide, high = self.view.page_size()
        return QSize(px(wide / INCH * 96), px(high / INCH * 96))

    def _size_view(self) -> None:
        room = self.area.viewport().size()
        self.view.resize(room if self._zoom == FIT else self._real_size() * self._zoom)

    def _paint(self) -> None:
        """Ask for the picture of the page in the size that is shown."""
        if not self._pdf:
            return
        pdf, number = self._pdf, self._page
        ratio = self.devicePixelRatioF()
        wide = max(self.view.paper().width(), 50.0) * ratio

        def render() -> tuple[QImage, tuple[float, float]]:
            size = page_size(pdf, number)
            dpi = min(MOST_DPI, wide / size[0] * INCH)
            return to_qimage(render_page(pdf, number, dpi)), size

        self._context.tasks.read(render, self._show, self._failed, key=("preview", id(self)), owner=self)

    def _show(self, painted: tuple[QImage, tuple[float, float]]) -> None:
        image, size = painted
        turned = size != self.view.page_size()
        self.view.set_page(image, size)
        if turned:
            self._size_view()
            self._paint()
        self.painted.emit()

    def _failed(self, error: GcrmError) -> None:
        self.show_sentence(error.sentence)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self._zoom == FIT:
            self._size_view()
        return super().eventFilter(watched, event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._paint()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
        if event.key() in steps:
            self.go(self._page + steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)
