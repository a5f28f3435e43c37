"""Printing: language of prints, label sheet, and how far each printer is off."""

from __future__ import annotations

from gcrm.i18n import N_
from gcrm.ui.settings.option_page import OptionPage
from gcrm.ui.settings.page import Page

PAGE = Page("printing", N_("Printing"), "printer", 80, OptionPage, groups=("print",))
