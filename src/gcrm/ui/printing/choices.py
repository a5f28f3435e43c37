"""What was chosen last time in the print dialogs, on this computer: an ini file beside that of the windows."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QSettings

from gcrm.paths import config_folder


class Choices:
    """Reads and writes plain values by name; what cannot be read any more counts as not chosen."""

    def __init__(self, dialog: str) -> None:
        self._dialog = dialog
        self._settings = QSettings(str(config_folder() / "printing.ini"), QSettings.Format.IniFormat)

    def get(self, name: str, default: Any) -> Any:
        """Return what was chosen last, `default` when nothing was or it is of another type."""
        raw = self._settings.value(f"{self._dialog}/{name}", "")
        try:
            value = json.loads(str(raw)) if raw else default
        except ValueError:
            return default
        return value if isinstance(value, type(default)) else default

    def set(self, name: str, value: Any) -> None:
        """Remember a choice."""
        self._settings.setValue(f"{self._dialog}/{name}", json.dumps(value))
