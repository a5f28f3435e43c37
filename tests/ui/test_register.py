"""Every window class of the program stands in the register, so that the gates walk over it; a new one fails here."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

import gcrm.ui
from gcrm.errors import UserError
from gcrm.ui.context import Context
from tests.ui.register import WINDOWS

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


def test_every_window_is_in_the_register(context: Context, qtbot: QtBot) -> None:
    wanted, seen = window_classes(), set()
    for make in WINDOWS.values():
        try:
            window = make(context, None)
        except UserError:  # an earlier window of its kind has put into the office what it needs
            continue
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(window)
        context.tasks.wait_idle()
        seen |= {type(widget) for widget in (window, window.window(), *window.findChildren(QWidget))}
        window.hide()
    assert {cls.__name__ for cls in wanted} >= {"HistoryDialog", "CallPopup", "MainWindow"}
    assert sorted(f"{cls.__module__}.{cls.__name__}" for cls in wanted - seen) == []


def test_the_windows_by_another_name_are_still_there() -> None:
    window_classes()
    assert {cls.__name__ for cls in below(QWidget)} >= set(OTHER_WINDOWS)
