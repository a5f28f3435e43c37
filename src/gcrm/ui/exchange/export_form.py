"""What an export asks: which contacts, which format, which fields, for whom. The last choice is proposed again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QVBoxLayout, QWidget

from gcrm.i18n import N_, _, ngettext
from gcrm.services.exchange.out.export import FORMATS, Form
from gcrm.services.exchange.vcard_write import Version
from gcrm.ui.state import WindowState
from gcrm.ui.theme import px
from gcrm.ui.widgets.form_fields import FormField
from gcrm.ui.widgets.safe import PlainLabel

VERSIONS: tuple[Version, ...] = ("3.0", "4.0", "2.1")
TABLES = ("csv", "xlsx", "ods")
_KEY = "export"


@dataclass(frozen=True, slots=True)
class Kind:
    """A format: its name, the ending of its files, and what the question for a file calls them."""

    key: str
    name: str
    ending: str
    files: str


KINDS = (
    Kind("3.0", N_("vCard 3.0 (phones, Outlook, most programs)"), "vcf", N_("Address file (*.vcf)")),
    Kind("4.0", N_("vCard 4.0 (newer programs)"), "vcf", N_("Address file (*.vcf)")),
    Kind("2.1", N_("vCard 2.1 (old phones, car radios)"), "vcf", N_("Address file (*.vcf)")),
    Kind("xlsx", N_("Excel (XLSX)"), "xlsx", N_("Excel workbook (*.xlsx)")),
    Kind("ods", N_("LibreOffice (ODS)"), "ods", N_("OpenDocument sheet (*.ods)")),
    Kind("csv", N_("CSV"), "csv", N_("CSV table (*.csv)")),
    Kind("json", N_("JSON"), "json", N_("JSON file (*.json)")),
    Kind("ldif", N_("LDIF (Thunderbird)"), "ldif", N_("LDIF file (*.ldif)")),
)


class ExportForm(QWidget):
    """The fields of the export window."""

    changed = Signal()

    def __init__(self, chosen: int, columns: Sequence[str], state: WindowState) -> None:
        super().__init__()
        self._columns = tuple(columns)
        self._state = state
        self.what = _combo(())
        if chosen:
            text = ngettext("{count} chosen contact", "{count} chosen contacts", chosen).format(count=chosen)
            self.what.addItem(text, "chosen")
        self.what.addItem(_("The list as it is shown"), "list")
        self.what.addItem(_("All contacts"), "all")
        self.format = _combo([(_(kind.name), kind.key) for kind in KINDS])
        self.fields = _combo([(_("The columns that are shown"), "shown"), (_("All fields"), "all")])
        self.purpose = _combo(
            [(_("A spreadsheet, as people read it"), "spreadsheet"), (_("Another program, exact"), "exchange")]
        )
        self.split = QCheckBox(_("One file for each contact"))
        self.note = PlainLabel("", "meta", wrap=True)
        self._lay_out()
        self._recall()
        for combo in (self.format, self.fields, self.purpose):
            combo.currentIndexChanged.connect(self._show_what_fits)
        self._show_what_fits()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(12))
        self._fields_row = FormField(_("Fields"), self.fields)
        self._purpose_row = FormField(_("For"), self.purpose)
        rows = (FormField(_("What"), self.what), FormField(_("Format"), self.format))
        for row in (*rows, self._fields_row, self._purpose_row, self.split, self.note):
            column.addWidget(row)

    def kind(self) -> Kind:
        """Return the format that is chosen."""
        return KINDS[max(self.format.currentIndex(), 0)]

    def version(self) -> Version | None:
        """Return the version of vCard, None for another format."""
        return next((each for each in VERSIONS if each == self.kind().key), None)

    def is_split(self) -> bool:
        """Tell whether each contact gets a file of its own."""
        return self.version() is not None and self.split.isChecked()

    def form(self) -> Form:
        """Return how a file other than a vCard is written."""
        written = next(each for each in FORMATS if each == self.kind().key)
        columns = None if self.fields.currentData() == "all" else self._columns
        return Form(written, self.purpose.currentData(), columns)

    def remember(self) -> None:
        """Keep what was chosen for the next time."""
        told = (self.kind().key, self.fields.currentData(), self.purpose.currentData())
        self._state.remember_words(_KEY, told)

    def _recall(self) -> None:
        """Choose what was chosen the last time."""
        combos = (self.format, self.fields, self.purpose)
        for combo, word in zip(combos, self._state.recall_words(_KEY), strict=False):
            place = combo.findData(word)
            if place >= 0:
                combo.setCurrentIndex(place)

    def _show_what_fits(self) -> None:
        """Show what there is to choose for the format, and say what will be in the file."""
        key = self.kind().key
        is_all = self.fields.currentData() == "all"
        self.split.setVisible(key in VERSIONS)
        self._fields_row.setVisible(key in (*TABLES, "json"))
        self._purpose_row.setVisible(key in TABLES)
        self.note.setText(_note(key, is_all=is_all, is_exact=self.purpose.currentData() == "exchange"))
        self.changed.emit()


def _combo(choices: Sequence[tuple[str, Any]]) -> QComboBox:
    """Return a box with names and what they stand for."""
    combo = QComboBox()
    for name, value in choices:
        combo.addItem(name, value)
    return combo


def _note(key: str, *, is_all: bool, is_exact: bool) -> str:
    """Return what the file will hold."""
    if key in VERSIONS:
        return _("Names, addresses, numbers, notes and pictures are exported; terms and bank accounts stay here.")
    if key == "ldif":
        return _("Names, two addresses, numbers, birthdays and notes are exported, as Thunderbird has them.")
    if not is_all:
        return _("Each column of the list becomes one of the file, in the same order.")
    if key in TABLES and is_exact:
        return _("Everything is exported, terms and bank accounts too. Importing the file makes the same contacts.")
    return _("Everything is exported, terms and bank accounts too.")
