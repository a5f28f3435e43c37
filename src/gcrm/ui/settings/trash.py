"""Trash: when it is emptied by itself."""

from __future__ import annotations

from gcrm.i18n import N_
from gcrm.ui.settings.option_page import OptionPage
from gcrm.ui.settings.page import Page

PAGE = Page("trash", N_("Trash"), "trash-2", 100, OptionPage, keys=("trash.",))
