"""The settings: one page per file of this folder. A page registers itself by its constant PAGE, see pages.py."""

from __future__ import annotations

from gcrm.ui.settings.window import SettingsWindow, open_settings

__all__ = ["SettingsWindow", "open_settings"]
