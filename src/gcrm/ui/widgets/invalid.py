"""A field whose text cannot be read says so by its border, by an icon in it where it has room, and in words."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from gcrm.ui.theme.roles import set_state
from gcrm.ui.widgets.side_edit import SideEdit


def mark_invalid(editor: QWidget, sentence: str, otherwise: str = "") -> None:
    """Mark what cannot be read, with the reason; "" takes the mark away, and `otherwise` is spoken again."""
    set_state(editor, "invalid", bool(sentence))
    editor.setAccessibleDescription(sentence or otherwise)
    if isinstance(editor, SideEdit):
        editor.show_trouble(sentence)
