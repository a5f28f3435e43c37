"""The look that every test with windows begins and ends with: light, in the size of the design.

The sheet is never taken off. Qt keeps a list of all widgets it has styled and forgets it when an application loses its
sheet; widgets that were styled before and die later then stay in the new list, and the next switch of the theme dies
with them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from gcrm.ui.theme import Theme


class Dress:
    """Dresses the application once, and again after every test that changed its look."""

    def __init__(self, app: QApplication) -> None:
        self._app = app
        self._font = QFont(app.font())
        self._theme = Theme("light", 1.0)
        self._theme.apply(app)
        take_out(app, self._theme)
        app.setFont(self._font)
        app.dress = self  # type: ignore[attr-defined]  # only for tests

    def put_on(self) -> None:
        """Return to the look of the beginning; the font is the system's, from which a theme makes its own."""
        self._theme._shown = None
        self._theme._request_scheme()
        self._theme._refresh()
        self._app.setFont(self._font)


def take_out(app: QApplication, theme: Theme) -> None:
    """Let a theme no longer follow the system."""
    app.styleHints().colorSchemeChanged.disconnect(theme._refresh)


def delete_windows() -> None:
    """Let go of closed windows, which nobody does without an event loop: a theme would dress all of them again."""
    QCoreApplication.sendPostedEvents(None, int(QEvent.Type.DeferredDelete.value))


def redress(app: QApplication) -> None:
    """Return to the look of the beginning; a program of its own, that ends with its test, stays as it is."""
    delete_windows()
    dress: Dress | None = getattr(app, "dress", None)
    if dress is not None:
        dress.put_on()


@contextmanager
def worn(app: QApplication) -> Iterator[Theme]:
    """Give a theme of which a test may do what it likes."""
    theme = Theme("light", 1.0)
    theme.apply(app)
    yield theme
    take_out(app, theme)
    redress(app)
