"""The classes of windows: those that the program has, and those that a window of the register holds."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

from PySide6.QtWidgets import QDialog, QMainWindow, QWidget

import gcrm.ui

KINDS = (QDialog, QMainWindow)
# Windows that are none of these kinds, but stand by themselves.
OTHER_WINDOWS = ("CallPopup", "ReminderPopup")


def below(kind: type[QWidget]) -> Iterator[type[QWidget]]:
    """Yield the classes of the program below a class of Qt."""
    for found in kind.__subclasses__():
        if found.__module__.startswith("gcrm.ui"):
            yield found
        yield from below(found)


def window_classes() -> set[type[QWidget]]:
    """Return the classes of windows, all modules of the windows loaded; those that others are made of left out."""
    for module in pkgutil.walk_packages(gcrm.ui.__path__, "gcrm.ui."):
        importlib.import_module(module.name)
    found = {cls for kind in KINDS for cls in below(kind)}
    found |= {cls for cls in below(QWidget) if cls.__name__ in OTHER_WINDOWS}
    return {cls for cls in found if not any(True for _sub in below(cls))}


def classes_in(window: QWidget) -> set[type[QWidget]]:
    """Return the classes of a window and of everything in it."""
    return {type(widget) for widget in (window, window.window(), *window.findChildren(QWidget))}
