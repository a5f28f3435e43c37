"""A bar and what is being done, beside each other, for windows that do one long thing."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from gcrm.i18n import _
from gcrm.ui.theme.fonts import px
from gcrm.ui.widgets.safe import PlainLabel


class ProgressLine(QWidget):
    """A bar and what is being done; hidden while nothing is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Progress"))
        self.bar.setFixedWidth(px(160))
        self.step = PlainLabel("", "meta", elide=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(10))
        row.addWidget(self.bar)
        row.addWidget(self.step, 1)
        self.hide()

    def begin(self, text: str) -> None:
        """Show that something begins."""
        self.report(0, 0, text)
        self.show()

    def report(self, done: int, total: int, text: str) -> None:
        """Show how far it is."""
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        if text:
            self.step.setText(text)
