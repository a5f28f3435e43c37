"""Office: what holds for everybody who works in it and has no page of its own."""

from __future__ import annotations

from gcrm.i18n import N_
from gcrm.ui.settings.option_page import OptionPage
from gcrm.ui.settings.page import Page

PAGE = Page("office", N_("Office"), "house", 25, OptionPage, groups=("office",))
