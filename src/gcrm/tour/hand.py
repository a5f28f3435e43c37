"""The hand of the tour: keys, clicks, waiting for what shall happen, and pictures of what is seen."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEventLoop, QMessageLogContext, QPoint, Qt, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QFileDialog, QLineEdit, QWidget

from gcrm.i18n import _
from gcrm.tour.error import TourError

T = TypeVar("T")
W = TypeVar("W", bound=QWidget)
PATIENCE_MS = 60_000
LOOK_MS = 15


HARMLESS = ("This plugin does not support",)
"""What Qt says about a platform without windows."""


def silence_platform() -> None:
    """Let Qt say everything but what an offscreen platform always says."""

    def hear(kind: QtMsgType, place: QMessageLogContext, text: str) -> None:
        if not text.startswith(HARMLESS):
            print(text, file=sys.stderr)

    qInstallMessageHandler(hear)


def wait_for(found: Callable[[], T | None], what: str) -> T:
    """Let the program run until something is there (and true), and return it. Raises TourError after a minute."""
    loop = QEventLoop()
    result: list[T] = []

    def look() -> None:
        value = found()
        if value:
            result.append(value)
            loop.quit()

    eye, end = QTimer(), QTimer()
    eye.timeout.connect(look)
    end.setSingleShot(True)
    end.timeout.connect(loop.quit)
    eye.start(LOOK_MS)
    end.start(PATIENCE_MS)
    loop.exec()
    eye.stop()
    end.stop()
    if not result:
        raise TourError(_("This did not happen: {what}.").format(what=what))
    return result[0]


def pause(milliseconds: int) -> None:
    """Let the program run for a moment, so that everything is painted."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def must(condition: object, what: str) -> None:
    """Raise TourError unless something is as it shall be."""
    if not condition:
        raise TourError(_("This is not as it shall be: {what}.").format(what=what))


def given(value: T | None, what: str) -> T:
    """Return what must be there. Raises TourError when it is not."""
    if value is None:
        raise TourError(_("This is not as it shall be: {what}.").format(what=what))
    return value


def type_text(widget: QWidget, text: str) -> None:
    """Type into a field, key by key."""
    widget.setFocus(Qt.FocusReason.OtherFocusReason)
    QTest.keyClicks(widget, text)


def press(widget: QWidget, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key."""
    QTest.keyClick(widget, key, modifiers)


def click(button: QAbstractButton) -> None:
    """Click a button as soon as it can be pressed."""
    wait_for(lambda: button.isVisible() and button.isEnabled(), _("the button “{name}”").format(
        name=button.text()))  # fmt: skip
    QTest.mouseClick(button, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(8, button.height() // 2))


def window_of(kind: type[W], what: str) -> W:
    """Return the newest visible window of a kind, as soon as there is one."""

    def look() -> W | None:
        shown = [each for each in QApplication.topLevelWidgets() if isinstance(each, kind) and each.isVisible()]
        return shown[-1] if shown else None

    return wait_for(look, what)


def choose_file(dialog: QDialog, path: Path) -> None:
    """Answer the question for a file."""

    def look() -> QFileDialog | None:
        return next((each for each in dialog.findChildren(QFileDialog) if each.isVisible()), None)

    asked: QFileDialog = wait_for(look, _("the question for a file"))
    name = given(asked.findChild(QLineEdit, "fileNameEdit"), _("the question has a field for the name"))
    name.selectAll()
    type_text(name, str(path))
    press(name, Qt.Key.Key_Return)
