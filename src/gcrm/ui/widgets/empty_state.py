"""What an empty list shows: an icon, one sentence, one button, one link."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gcrm.ui.theme.fonts import px
from gcrm.ui.theme.icons import SIZE_EMPTY
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.icon_label import IconLabel
from gcrm.ui.widgets.safe import PlainLabel


class EmptyState(QWidget):
    """`button` and `link` are there only when their text is given; connect their `clicked`."""

    def __init__(
        self, icon_name: str, sentence: str, button: str = "", link: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(px(20), px(20), px(20), px(20))
        self._layout.setSpacing(px(12))
        self._layout.addStretch(1)
        self.sentence = PlainLabel(sentence, "meta", wrap=True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._layout.addWidget(IconLabel(icon_name, "text3", SIZE_EMPTY), 0, Qt.AlignmentFlag.AlignHCenter)
        self._layout.addWidget(self.sentence)
        self.button = self._add(Button(button, "primary")) if button else None
        self.link = self._add(Button(link, "link")) if link else None
        self._layout.addStretch(2)

    def _add(self, button: Button) -> Button:
        self._layout.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        return button
