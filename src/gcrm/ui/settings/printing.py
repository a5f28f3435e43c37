"""Printing: language of prints, label sheet, and how far each printer is off."""

from __future__ import annotations

from typing import Any

from PySide6.QtPrintSupport import QPrinterInfo
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from gcrm.i18n import N_, _
from gcrm.paths import data_folder
from gcrm.services import settings
from gcrm.services.printing.dates import format_measure
from gcrm.services.printing.label_sheets import own_sheets, shipped_sheets
from gcrm.services.printing.labels import PrinterAdjustment
from gcrm.services.settings import Option
from gcrm.ui.printing.adjust import AdjustDialog
from gcrm.ui.printing.label_job import adjustment_of
from gcrm.ui.settings.list_card import ListCard
from gcrm.ui.settings.option_page import OptionPage
from gcrm.ui.settings.page import Entry, Page
from gcrm.ui.widgets.two_line_list import Line

OFFSETS = "labels.offset"
SHEET = "labels.sheet"


class PrintingPage(OptionPage):
    """The options of printing, then every printer of this computer with its correction for labels."""

    @override
    def build(self) -> None:
        self.add_options()
        self._offsets: dict[str, Any] = {}
        self.printers = ListCard(
            _("Printers and labels"), _("Adjust the printer"), _("This computer has no printer."), add_icon="ruler"
        )
        self.printers.change_button.hide()
        self.column.addWidget(self.printers)
        self.printers.add_wanted.connect(lambda: self.adjust(self.printers.list.current()))
        self.printers.change_wanted.connect(self.adjust)
        self.printers.remove_wanted.connect(self._forget)
        self.add_target("offset", self.printers.list)

    @override
    def choices_for(self, option: Option) -> list[tuple[str, Any]] | None:
        return [] if option.key == SHEET else None

    @override
    def load(self) -> None:
        """Read the values, and the label sheets with those of the office's own folder."""
        database = self.context.database

        def read() -> tuple[list[tuple[str, Any]], dict[str, Any]]:
            sheets = (*own_sheets(data_folder() / "labels")[0], *shipped_sheets())
            with database.read() as session:
                return [(sheet.title, sheet.id) for sheet in sheets], settings.read_all(session, database.user_id)

        self.read(read, lambda found: self._show(*found))

    def _show(self, sheets: list[tuple[str, Any]], values: dict[str, Any]) -> None:
        self.rows[SHEET].offer(sheets)
        self.show_values(values)

    @override
    def show_values(self, values: dict[str, Any]) -> None:
        super().show_values(values)
        self._offsets = dict(values[OFFSETS])
        names = list(dict.fromkeys([*QPrinterInfo.availablePrinterNames(), *self._offsets]))
        self.printers.set_lines(Line(name, name, self._words(name), "printer") for name in names)
        self.printers.add_button.setEnabled(bool(names))

    def _words(self, printer: str) -> str:
        """Return how a printer is corrected."""
        if printer not in self._offsets:
            return _("Not adjusted")
        kept = adjustment_of(self._offsets, printer)
        words = _("{right} mm to the right, {down} mm down, {scale} %")
        scale = format_measure(round(kept.scale * 100, 2))
        return words.format(right=format_measure(kept.right), down=format_measure(kept.down), scale=scale)

    def adjust(self, printer: object) -> AdjustDialog | None:
        """Correct a printer; the ruler page is printed from the label window, where the sheet is chosen."""
        if not isinstance(printer, str):
            return None
        window = self.window()
        dialog = AdjustDialog(
            printer, adjustment_of(self._offsets, printer), window if isinstance(window, QWidget) else None
        )
        dialog.ruler_button.hide()
        dialog.taken.connect(lambda adjustment: self._keep(printer, adjustment))
        dialog.open()
        return dialog

    def _keep(self, printer: str, adjustment: PrinterAdjustment) -> None:
        database = self.context.database
        values = {"right": adjustment.right, "down": adjustment.down, "scale": adjustment.scale}
        self.write(
            lambda: settings.put(database, OFFSETS, printer, values),
            _("Printer “{name}” adjusted").format(name=printer),
            lambda _nothing: self.load(),
        )

    def _forget(self, printer: str) -> None:
        """Correct a printer no more."""
        database = self.context.database
        sentence = _("Printer “{name}” is not adjusted any more").format(name=printer)
        self.write(lambda: settings.put(database, OFFSETS, printer, None), sentence, lambda _nothing: self.load())


PAGE = Page(
    "printing", N_("Printing"), "printer", 80, PrintingPage, groups=("print",),
    entries=(Entry("offset", N_("Printers and labels"), N_("Adjust the printer, offset of labels, millimetres")),),
)  # fmt: skip
