"""What a widget is, told to the style sheet by dynamic properties.

Roles of buttons: primary, flat, icon, nav, link. Of labels: title, section, caption, small, meta, key_figure,
error, chip-ok, chip-warn, chip-bad, chip-info, chip-neutral. Of frames: card, rail, sidebar, overlay, banner-*.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractScrollArea, QWidget


def set_role(widget: QWidget, role: str) -> None:
    """Say what a widget is; the style sheet does the rest."""
    set_state(widget, "role", role)


def set_state(widget: QWidget, name: str, value: str | bool) -> None:
    """Set a property that the style sheet looks at, and dress the widget anew when it changed.

    What was never shown is dressed when it is, once; only lists measure their rows before.
    """
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    is_dressed = widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished)
    if not is_dressed and not isinstance(widget, QAbstractScrollArea):
        return
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()
