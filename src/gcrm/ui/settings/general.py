"""General: language, colours, size of text, questions."""

from __future__ import annotations

from typing import Any

from typing_extensions import override

from gcrm.i18n import N_, _
from gcrm.services.settings import Option
from gcrm.ui.settings.option_page import OptionPage
from gcrm.ui.settings.page import Page
from gcrm.ui.widgets.banner import Banner

SIZES = (0, 90, 100, 110, 125, 150, 175, 200)


class GeneralPage(OptionPage):
    """How the program looks and speaks for the user who works."""

    @override
    def build(self) -> None:
        self.note = Banner()
        self.column.addWidget(self.note)
        self.add_options()

    @override
    def choices_for(self, option: Option) -> list[tuple[str, Any]] | None:
        if option.key != "ui.scale":
            return None
        return [(_("{count} %").format(count=size) if size else _("As the computer"), size) for size in SIZES]

    @override
    def keep(self, option: Option, value: Any) -> None:
        super().keep(option, value)
        if option.key == "ui.language":
            self.note.show_message(_("The new language is used from the next start of gCRM."))


PAGE = Page("general", N_("General"), "settings", 10, GeneralPage, groups=("appearance",))
