"""Printing contact sheets: which sections, in which language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtWidgets import QCheckBox

from gcrm.errors import UserError
from gcrm.i18n import _, ngettext
from gcrm.services import settings
from gcrm.services.printing.contact_sheet import print_contact_sheets
from gcrm.services.printing.for_contact import SECTIONS, SHEET_LOGGED, log_printed, sections_for, sheet_of
from gcrm.ui.context import Context
from gcrm.ui.printing.built import Built, in_memory, language_choice, with_notes
from gcrm.ui.printing.printers import Printers
from gcrm.ui.printing.shell import PrintDialog
from gcrm.ui.tasks import Progress
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.form_fields import FormField
from gcrm.ui.widgets.safe import PlainLabel, literal


class SheetsDialog(PrintDialog):
    """Prints the sheet of each contact; every contact begins a page."""

    def __init__(self, context: Context, contacts: Sequence[int], *, printers: Printers | None = None) -> None:
        title = ngettext("Print contact sheet", "Print contact sheets", len(contacts))
        super().__init__(context, "sheets", title, _("Contact sheet"), printers=printers)
        self._contacts = list(contacts)
        chosen = self.choices.get("sections", list(SECTIONS))
        self.form.addWidget(PlainLabel(_("Sections"), "section"))
        self.boxes: dict[str, QCheckBox] = {}
        for key, label in sections_for(context.database.rights).items():
            box = QCheckBox(literal(_(label)))
            box.setChecked(key in chosen)
            box.toggled.connect(lambda _on: self.refresh())
            self.boxes[key] = box
            self.form.addWidget(box)
        self.all_button = Button(_("Choose all"), "link", on_click=self.choose_all)
        self.form.addWidget(self.all_button)
        self.form.addSpacing(px(4))
        self.language = language_choice(_("Contact's language"), self.choices.get("language", ""))
        self.language.currentIndexChanged.connect(lambda _row: self.refresh())
        self.form.addWidget(FormField(_("Language of the print"), self.language))

    def choose_all(self) -> None:
        """Tick every section."""
        for box in self.boxes.values():
            box.blockSignals(True)
            box.setChecked(True)
            box.blockSignals(False)
        self.refresh()

    def sections(self) -> list[str]:
        """Return the keys of the ticked sections."""
        return [key for key, box in self.boxes.items() if box.isChecked()]

    def load(self) -> Any:
        """Read the language that the office wants, unless one was chosen here before."""
        with self.context.database.read() as session:
            return settings.get(session, "print.language")

    def loaded(self, facts: Any) -> None:
        """Choose the office's language where nothing was chosen yet."""
        if not self.choices.get("language", "") and facts:
            self.language.blockSignals(True)
            self.language.setCurrentIndex(max(0, self.language.findData(facts)))
            self.language.blockSignals(False)

    def maker(self) -> Callable[[Progress], Built]:
        """Return how the sheets are made."""
        database, contacts, sections = self.context.database, self._contacts, self.sections()
        speak = self.language.currentData() or None

        def make(progress: Progress) -> Built:
            database.rights.require("contacts", "print")
            if not contacts:
                raise UserError(_("Choose a contact to print."))
            if not sections:
                raise UserError(_("Tick at least one section."))
            with database.read() as session:

                def sheets() -> Any:
                    for done, contact in enumerate(contacts):
                        progress.report(done, len(contacts))
                        yield sheet_of(session, contact, user=database.user_id, sections=sections, speak=speak)

                pdf, result = in_memory(lambda path: print_contact_sheets(path, sheets()))
            return Built(pdf, result.pages, with_notes(_summary(len(contacts), result.pages), result.replaced))

        return make

    def verb(self, built: Built) -> str:
        """Return how many pages will come out."""
        return ngettext("Print {count} page", "Print {count} pages", built.pages).format(count=built.pages)

    def after(self, built: Built) -> Callable[[], Any]:
        """Note the print in the chronicle of each contact."""
        database, contacts = self.context.database, self._contacts
        return lambda: log_printed(database, contacts, SHEET_LOGGED)

    def remember(self) -> None:
        """Keep sections and language."""
        self.choices.set("sections", self.sections())
        self.choices.set("language", str(self.language.currentData() or ""))


def _summary(contacts: int, pages: int) -> str:
    """Say how much it is."""
    first = ngettext("{count} contact", "{count} contacts", contacts).format(count=contacts)
    second = ngettext("{count} page", "{count} pages", pages).format(count=pages)
    return f"{first} · {second}"
