"""A message inside the window, pushed into the layout: connection lost, conflict, duplicate found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from gcrm.i18n import _
from gcrm.ui.theme.fonts import px
from gcrm.ui.theme.roles import set_role
from gcrm.ui.widgets.button import Button, IconButton
from gcrm.ui.widgets.icon_label import IconLabel
from gcrm.ui.widgets.safe import PlainLabel, announce

BannerKind = Literal["ok", "warn", "bad", "info"]
_ICONS: dict[BannerKind, str] = {
    "ok": "circle-check", "warn": "triangle-alert", "bad": "circle-alert", "info": "info",
}  # fmt: skip


class Banner(QFrame):
    """Hidden until `show_message`. Colour, icon and words all carry its kind; a screen reader speaks it."""

    def __init__(self, kind: BannerKind = "info", *, dismissable: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = IconLabel(_ICONS[kind], kind)
        self._text = PlainLabel("", wrap=True)
        self._buttons: list[Button] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(px(12), px(7), px(8), px(7))
        self._row.setSpacing(px(8))
        self._row.addWidget(self._icon)
        self._row.addWidget(self._text, 1)
        self._dismiss = IconButton("x", _("Dismiss"), on_click=self.hide)
        self._row.addWidget(self._dismiss)
        if not dismissable:
            self._dismiss.hide()
        self._set_kind(kind)
        self.hide()

    def _set_kind(self, kind: BannerKind) -> None:
        set_role(self, f"banner-{kind}")
        self._icon.set_icon(_ICONS[kind], kind)

    def show_message(self, text: str, kind: BannerKind = "info") -> None:
        """Show one or two sentences, in place of what was shown before."""
        self._set_kind(kind)
        self._text.setText(text)
        self.setAccessibleName(text)
        self.show()
        announce(self, text)

    def message(self) -> str:
        """Return the sentences shown."""
        return self._text.full_text()

    def add_button(self, text: str, on_click: Callable[[], object]) -> Button:
        """Offer a way out ("Retry", "Open it")."""
        button = Button(text, on_click=on_click)
        self._row.insertWidget(self._row.count() - 1, button)
        self._buttons.append(button)
        return button

    def clear_buttons(self) -> None:
        """Take all offered ways out away again."""
        for button in self._buttons:
            self._row.removeWidget(button)
            button.deleteLater()
        self._buttons.clear()
