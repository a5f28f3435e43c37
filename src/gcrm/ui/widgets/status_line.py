"""The line at the bottom: what was done last, and the way back; at the right end how old the newest backup is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gcrm.i18n import _
from gcrm.ui.theme.fonts import px
from gcrm.ui.widgets.button import Button, tip_with_keys
from gcrm.ui.widgets.safe import PlainLabel, announce, set_tip


class StatusLine(QWidget):
    """One sentence and, when there is a way back, an Undo button beside it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._undo: Callable[[], object] | None = None
        self._text = PlainLabel("", "meta", elide=True)
        self.undo_button = Button(_("Undo"), "link", on_click=self._run)
        set_tip(self.undo_button, tip_with_keys(_("Undo"), QKeySequence.StandardKey.Undo))
        self.undo_button.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(px(8), 0, px(8), 0)
        row.setSpacing(px(4))
        row.addWidget(self._text)
        row.addWidget(self.undo_button)
        row.addStretch(1)
        self._aside = PlainLabel("", "meta")
        row.addWidget(self._aside)

    def show_message(self, text: str, undo: Callable[[], object] | None = None) -> None:
        """Say what was done; `undo` takes it back when the button is pressed."""
        self._undo = undo
        self._text.setText(text)
        self.undo_button.setVisible(undo is not None)
        announce(self, text)

    def show_aside(self, text: str, tip: str = "") -> None:
        """Show a few words at the right end, quietly: nothing is spoken unless somebody looks there."""
        self._aside.setText(text)
        set_tip(self._aside, tip)

    def aside(self) -> str:
        """Return the words at the right end."""
        return self._aside.full_text()

    def message(self) -> str:
        """Return the sentence shown."""
        return self._text.full_text()

    def _run(self) -> None:
        undo, self._undo = self._undo, None
        self.undo_button.hide()
        if undo is not None:
            undo()
