"""Buttons. One primary button per window; the others are secondary, flat or an icon."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget
from typing_extensions import override

from gcrm.ui.theme import px
from gcrm.ui.theme.icons import icon
from gcrm.ui.theme.roles import set_role
from gcrm.ui.widgets.safe import set_tip

Kind = Literal["primary", "secondary", "flat", "danger", "link"]
_TINTS: dict[Kind, str] = {
    "primary": "on_accent", "secondary": "text2", "flat": "text2", "danger": "bad", "link": "accent_text",
}  # fmt: skip
_SIDE, _GAP = 12, 4
_KEYPAD = Qt.KeyboardModifier.KeypadModifier


def native_keys(shortcut: QKeySequence | QKeySequence.StandardKey | str) -> str:
    """Return a shortcut the way this system writes it ("Ctrl+K", "⌘K"), empty when there is none."""
    return QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)


def tip_with_keys(name: str, shortcut: QKeySequence | QKeySequence.StandardKey | str | None) -> str:
    """Return "Name (keys)" for a tool tip."""
    keys = native_keys(shortcut) if shortcut is not None else ""
    return f"{name} ({keys})" if keys else name


class Button(QPushButton):
    """A push button 32 high. `text` is a translated verb; "&" in it makes a mnemonic."""

    def __init__(
        self, text: str, kind: Kind = "secondary", icon_name: str = "", *,
        on_click: Callable[[], object] | None = None, parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(text, parent)
        self._icon_name = icon_name
        self.setAutoDefault(False)
        self.set_kind(kind)
        if on_click is not None:
            self.clicked.connect(lambda _checked=False: on_click())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the focus, as Space does; without this it would press the primary one."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & ~_KEYPAD:
            self.click()
            return
        super().keyPressEvent(event)

    @override
    def sizeHint(self) -> QSize:
        """Ask for the same room with the focus: the ring inside a primary button lies where its padding was."""
        hint = super().sizeHint()
        if self.property("role") == "primary":
            words = self.fontMetrics().size(Qt.TextFlag.TextShowMnemonic.value, self.text()).width()
            drawing = self.iconSize().width() + _GAP if not self.icon().isNull() else 0
            hint.setWidth(max(hint.width(), words + drawing + 2 * (px(_SIDE) + 1)))
        return hint

    def set_kind(self, kind: Kind) -> None:
        """Dress the button as primary, secondary, flat, danger or link."""
        set_role(self, kind)
        if self._icon_name:
            self.setIcon(icon(self._icon_name, _TINTS[kind]))


class IconButton(QToolButton):
    """A 32 x 32 button without text; its name is spoken and shown in the tool tip together with its keys."""

    def __init__(
        self, icon_name: str, name: str, shortcut: QKeySequence | QKeySequence.StandardKey | str | None = None, *,
        role: str = "icon", on_click: Callable[[], object] | None = None, parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        if not name:
            raise ValueError("an icon button needs a name")
        self.setIcon(icon(icon_name, on="accent_text"))
        self.setAccessibleName(name)
        set_tip(self, tip_with_keys(name, shortcut))
        set_role(self, role)
        if on_click is not None:
            self.clicked.connect(lambda _checked=False: on_click())
