"""Reminders: when they stay silent."""

from __future__ import annotations

from gcrm.i18n import N_
from gcrm.ui.settings.option_page import OptionPage
from gcrm.ui.settings.page import Page

PAGE = Page("reminders", N_("Reminders"), "bell", 90, OptionPage, groups=("focus", "reminders"), keys=("reminders.",))
