"""Printing the list as it is shown: its columns, order and filter, in groups if wanted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLineEdit

from gcrm.errors import UserError
from gcrm.i18n import N_, _, ngettext
from gcrm.services import contact_list, settings
from gcrm.services.contact_columns import columns_of
from gcrm.services.contact_list import ContactQuery
from gcrm.services.printing.lists import print_list
from gcrm.services.printing.sources import list_of
from gcrm.ui.context import Context
from gcrm.ui.printing.built import Built, choice, in_memory, language_choice, with_notes
from gcrm.ui.printing.printers import Printers
from gcrm.ui.printing.shell import PrintDialog
from gcrm.ui.tasks import Progress
from gcrm.ui.widgets.form_fields import FormField

ORIENTATIONS = (("auto", N_("As the columns need it")), ("portrait", N_("Portrait")), ("landscape", N_("Landscape")))
GROUPS = ("town", "country", "priority", "responsible", "kind", "language")
TYPING_MS = 250


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the fields need: labels of columns, how many contacts the list has, the office's language."""

    labels: dict[str, str]
    total: int
    language: str


class ListDialog(PrintDialog):
    """Prints the whole list, or the contacts chosen in it."""

    def __init__(self, context: Context, *, printers: Printers | None = None) -> None:
        super().__init__(context, "list", _("Print list"), _("Contacts"), printers=printers)
        self._query: ContactQuery = context.window.current_query()
        self._columns = tuple(context.window.current_columns())
        self._selected = list(context.window.selected_contacts())
        self.heading = QLineEdit(_("Contacts"))
        self.what = choice()
        self.group = choice()
        self.orientation = choice()
        for key, label in ORIENTATIONS:
            self.orientation.addItem(_(label), key)
        self.orientation.setCurrentIndex(max(0, self.orientation.findData(self.choices.get("orientation", "auto"))))
        self.language = language_choice(_("As the program"), self.choices.get("language", ""))
        self.what_field = FormField(_("Contacts"), self.what)
        self.form.addWidget(FormField(_("Title"), self.heading))
        self.form.addWidget(self.what_field)
        self.form.addWidget(FormField(_("In groups by"), self.group))
        self.form.addWidget(FormField(_("Paper"), self.orientation))
        self.form.addWidget(FormField(_("Language of the print"), self.language))
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._typing.timeout.connect(self.refresh)
        self.heading.textEdited.connect(lambda _text: self._typing.start())

    def load(self) -> _Facts:
        """Read the labels of the columns and how many contacts the list has."""
        with self.context.database.read() as session:
            found = columns_of(session, dict.fromkeys((*self._columns, *GROUPS)))
            labels = {c.name: c.label if c.is_custom else _(c.label) for c in found}
            total = contact_list.count(session, self._query)
            return _Facts(labels, total, str(settings.get(session, "print.language")))

    def loaded(self, facts: _Facts) -> None:
        """Fill the choices."""
        whole = ngettext("The whole list ({count} contact)", "The whole list ({count} contacts)", facts.total)
        self.what.addItem(whole.format(count=facts.total), False)
        if len(self._selected) > 1:
            chosen = ngettext("{count} chosen contact", "{count} chosen contacts", len(self._selected))
            self.what.addItem(chosen.format(count=len(self._selected)), True)
            self.what.setCurrentIndex(1 if len(self._selected) < facts.total else 0)
        self.what_field.setVisible(self.what.count() > 1)
        self.group.addItem(_("No groups"), "")
        for name, label in facts.labels.items():
            self.group.addItem(label, name)
        self.group.setCurrentIndex(max(0, self.group.findData(self.choices.get("group", ""))))
        if not self.choices.get("language", "") and facts.language:
            self.language.setCurrentIndex(max(0, self.language.findData(facts.language)))
        for combo in (self.what, self.group, self.orientation, self.language):
            combo.currentIndexChanged.connect(lambda _row: self.refresh())

    def query(self) -> ContactQuery:
        """Return what is printed."""
        return replace(self._query, only=frozenset(self._selected)) if self.what.currentData() else self._query

    def maker(self) -> Callable[[Progress], Built]:
        """Return how the list is made."""
        self._typing.stop()
        database, query, columns = self.context.database, self.query(), self._columns
        title, group = self.heading.text().strip(), str(self.group.currentData() or "")
        orientation, speak = str(self.orientation.currentData()), str(self.language.currentData() or "")

        def make(progress: Progress) -> Built:
            with database.read() as session:
                total = contact_list.count(session, query)
                if not total:
                    raise UserError(_("The list is empty; there is nothing to print. Choose another list."))
                listing = list_of(session, query, columns, title=title, group=group, speak=speak)

                def rows() -> Any:
                    for done, row in enumerate(listing.rows):
                        if done % 100 == 0:
                            progress.report(done, total)
                        yield row

                wanted = replace(listing, rows=rows(), orientation=orientation)
                pdf, result = in_memory(lambda path: print_list(path, wanted))
            return Built(pdf, result.pages, with_notes(_summary(total, len(columns), result.pages), result.replaced))

        return make

    def verb(self, built: Built) -> str:
        """Return how many pages will come out."""
        return ngettext("Print {count} page", "Print {count} pages", built.pages).format(count=built.pages)

    def remember(self) -> None:
        """Keep groups, paper and language."""
        for name, combo in (("group", self.group), ("orientation", self.orientation), ("language", self.language)):
            self.choices.set(name, str(combo.currentData() or ""))


def _summary(contacts: int, columns: int, pages: int) -> str:
    """Say how much it is."""
    parts = (
        ngettext("{count} contact", "{count} contacts", contacts).format(count=contacts),
        ngettext("{count} column", "{count} columns", columns).format(count=columns),
        ngettext("{count} page", "{count} pages", pages).format(count=pages),
    )
    return " · ".join(parts)
