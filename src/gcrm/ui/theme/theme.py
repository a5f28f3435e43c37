"""Dresses the application, and dresses it anew when the system or the user changes light, dark or size."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTemporaryDir, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from gcrm.errors import EnvironmentProblem
from gcrm.i18n import _
from gcrm.ui.theme import fonts, tokens
from gcrm.ui.theme.palette import make_palette
from gcrm.ui.theme.sheet import make_sheet, write_drawings


class Mode(StrEnum):
    """What the user chose: follow the system, or always one of the two."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


_SCHEMES = {
    Mode.SYSTEM: Qt.ColorScheme.Unknown,
    Mode.LIGHT: Qt.ColorScheme.Light,
    Mode.DARK: Qt.ColorScheme.Dark,
}


class Theme(QObject):
    """The look of the program. `changed` is sent after every switch, for whoever caches what it painted.

    `scale` multiplies the design's 13 px; None takes it from the size of the system's own font.
    """

    changed = Signal()

    def __init__(self, mode: Mode | str = Mode.SYSTEM, scale: float | None = None) -> None:
        super().__init__()
        self._mode = Mode(mode)
        self._scale = scale
        self._app: QApplication | None = None
        self._system_font = QFont()
        self._shown: tuple[bool, float] | None = None
        self._folder = QTemporaryDir()
        if not self._folder.isValid():
            raise EnvironmentProblem(
                _("The folder for temporary files cannot be written. Free some space and start again."),
                details=self._folder.errorString(),
            )

    @property
    def mode(self) -> Mode:
        """What the user chose."""
        return self._mode

    @property
    def is_dark(self) -> bool:
        """Whether the dark colours are on screen."""
        return tokens.current().is_dark

    def apply(self, app: QApplication) -> None:
        """Dress `app` and follow the system from now on; call once, before the first window."""
        self._app = app
        self._system_font = QFont(app.font())
        if not app.styleSheet():  # whoever has one was dressed before
            app.setStyle("Fusion")
        app.styleHints().colorSchemeChanged.connect(self._refresh)
        self._request_scheme()
        self._refresh()

    def set_mode(self, mode: Mode | str) -> None:
        """Switch to light, dark or what the system says, at once in all windows."""
        self._mode = Mode(mode)
        self._request_scheme()
        self._refresh()

    def set_scale(self, scale: float | None) -> None:
        """Set all text and lengths to `scale` times the design, None for the system's size."""
        self._scale = scale
        self._refresh()

    def _request_scheme(self) -> None:
        """Ask the platform for title bars and native dialogs of the same kind."""
        if self._app is not None:
            self._app.styleHints().setColorScheme(_SCHEMES[self._mode])

    def _wants_dark(self, app: QApplication) -> bool:
        if self._mode is Mode.SYSTEM:
            return app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return self._mode is Mode.DARK

    def _refresh(self) -> None:
        """Tokens, then size, palette and sheet; nothing when all is as it should be."""
        app = self._app
        if app is None:
            return
        scale = self._scale or fonts.system_scale(self._system_font)
        wanted = (self._wants_dark(app), scale)
        if wanted == self._shown:
            return
        self._shown = wanted
        shown = tokens.DARK if wanted[0] else tokens.LIGHT
        tokens.set_current(shown)
        fonts.set_scale(scale)
        self._dress(app, shown, fonts.base_font(self._system_font, scale))
        self.changed.emit()

    def _dress(self, app: QApplication, shown: tokens.Tokens, font: QFont) -> None:
        if app.font() != font:
            app.setFont(font)
        app.setPalette(make_palette(shown))
        drawings = write_drawings(shown, Path(self._folder.path()))
        sheet = make_sheet(shown, font, drawings)
        if app.styleSheet() != sheet:  # every widget is styled anew, also by the same sheet
            app.setStyleSheet(sheet)
