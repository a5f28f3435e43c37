"""Letting the work of a window come to its end: reads and writes, and what they set off."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from gcrm.ui.context import Context


def settle(context: Context) -> None:
    """Turn the event loop until nothing is under way any more."""
    app = QApplication.instance()
    assert app is not None
    for _turn in range(5):
        context.tasks.wait_idle()
        app.processEvents()
