"""White boxes with a thin line, in which a record tells its facts."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from gcrm.i18n import _
from gcrm.ui.theme.fonts import px
from gcrm.ui.theme.roles import set_role
from gcrm.ui.widgets.button import IconButton
from gcrm.ui.widgets.safe import PlainLabel


class Card(QFrame):
    """A card with a title, an optional pencil, and what the caller puts into `body`."""

    edit_requested = Signal()

    def __init__(self, title: str = "", *, editable: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "card")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(px(16), px(14), px(16), px(14))
        outer.setSpacing(px(8))
        self.edit_button: IconButton | None = None
        if title:
            outer.addLayout(self._head(title, editable))
        self.body = QVBoxLayout()
        self.body.setSpacing(px(6))
        outer.addLayout(self.body)

    def _head(self, title: str, editable: bool) -> QHBoxLayout:
        head = QHBoxLayout()
        self.title = PlainLabel(title, "section")
        head.addWidget(self.title, 1)
        if editable:
            self.edit_button = IconButton("pencil", _("Edit {title}").format(title=title), parent=self)
            self.edit_button.clicked.connect(self.edit_requested)
            head.addWidget(self.edit_button)
        return head

    def set_rows(self, rows: Iterable[tuple[str, str]]) -> None:
        """Show name and value pairs below each other, in place of those shown before."""
        while (old := self.body.takeAt(0)) is not None:
            if (widget := old.widget()) is not None:
                widget.deleteLater()
        table = QWidget()
        grid = QGridLayout(table)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(px(12))
        grid.setVerticalSpacing(px(6))
        grid.setColumnStretch(1, 1)
        for line, (name, value) in enumerate(rows):
            grid.addWidget(PlainLabel(name, "meta"), line, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(PlainLabel(value, wrap=True), line, 1, Qt.AlignmentFlag.AlignTop)
        self.body.addWidget(table)


class KeyFigureCard(QFrame):
    """A caption and one large number; the tone "bad" is for money overdue."""

    def __init__(self, caption: str, value: str = "", tone: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "card")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(14), px(10), px(14), px(10))
        layout.setSpacing(px(2))
        self._caption = PlainLabel(caption, "caption", elide=True)
        self._value = PlainLabel(value, "key_figure", elide=True, tone=tone)
        layout.addWidget(self._caption)
        layout.addWidget(self._value)

    def set_caption(self, caption: str) -> None:
        """Show a number of something else."""
        self._caption.setText(caption)

    def set_value(self, value: str, tone: str = "") -> None:
        """Show another number."""
        self._value.setText(value)
        self._value.set_tone(tone)
