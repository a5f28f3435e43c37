"""The look that every test with windows begins and ends with: light, in the size of the design.

The sheet is never taken off. Qt keeps a list of all widgets it has styled and forgets it when an application loses its
sheet; widgets that were styled before and die later then stay in the new list, and the next switch of the theme dies
with them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTemporaryDir
from PySide6.QtGui import QFont
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from gcrm.ui.theme import Mode, Theme, px, tokens
from gcrm.ui.theme import theme as theme_of_programs


class Drawings:
    """One folder for the drawings of all themes: with folders of their own no two of their sheets are the same."""

    def __init__(self) -> None:
        self._folder = QTemporaryDir()

    def __call__(self) -> QTemporaryDir:
        return self._folder


class Dress:
    """Dresses the application once, and again after every test that changed its look: that costs more than most tests.

    Between tests the font is the system's, from which a theme of a program makes its own.
    """

    def __init__(self, app: QApplication) -> None:
        self._app = app
        self._font = QFont(app.font())
        theme_of_programs.QTemporaryDir = Drawings()  # type: ignore[attr-defined, assignment]  # is called alike
        self.theme = Theme("light", 1.0)
        self.theme.apply(app)
        take_out(app, self.theme)
        self._worn_font, self._sheet = QFont(app.font()), app.styleSheet()
        app.setFont(self._font)
        app.dress = self  # type: ignore[attr-defined]  # only for tests

    def wear(self) -> Theme:
        """Return the theme of the beginning as it is after `apply`."""
        self._app.setFont(self._worn_font)
        return self.theme

    def put_on(self) -> None:
        """Return to the look of the beginning, if it is another now."""
        self.theme._mode, self.theme._scale = Mode.LIGHT, 1.0
        is_on = self.theme._shown == (False, 1.0) and self._app.styleSheet() == self._sheet
        if not is_on or tokens.current() is not tokens.LIGHT or px(100) != 100:
            self.theme._shown = None
            self.theme._request_scheme()
            self.theme._refresh()
        self._app.setFont(self._font)


def take_out(app: QApplication, theme: Theme) -> None:
    """Let a theme no longer follow the system."""
    app.styleHints().colorSchemeChanged.disconnect(theme._refresh)


def delete_windows() -> None:
    """Let go of closed windows, which nobody does without an event loop: a theme would dress all of them again."""
    QCoreApplication.sendPostedEvents(None, int(QEvent.Type.DeferredDelete.value))


def let_go() -> None:
    """Let go of keys and buttons that were held when their window went: the next test would select rows with Ctrl."""
    no_keys, no_buttons = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.NoButton
    if QApplication.keyboardModifiers() != no_keys or QApplication.mouseButtons() != no_buttons:
        nothing = QWidget()
        QTest.mouseRelease(nothing, Qt.MouseButton.LeftButton)


def redress(app: QApplication) -> None:
    """Return to the look of the beginning; a program of its own, that ends with its test, stays as it is."""
    delete_windows()
    dress: Dress | None = getattr(app, "dress", None)
    if dress is not None:
        dress.put_on()


@contextmanager
def worn(app: QApplication) -> Iterator[Theme]:
    """Give the theme of the beginning, of which a test may do what it likes."""
    dress: Dress = app.dress  # type: ignore[attr-defined]  # only for tests
    yield dress.wear()
    redress(app)
