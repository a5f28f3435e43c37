"""Printing address labels: on which sheet, from which label on, and what stands on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QRegularExpression, Qt
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from gcrm.i18n import _, ngettext
from gcrm.model.address import PURPOSES
from gcrm.services import settings
from gcrm.services.printing.address_block import CONTENTS
from gcrm.services.printing.label_sheets import LabelSheet
from gcrm.services.printing.labels import LABELS_PER, WITH_SENDER, LabelOptions, PrinterAdjustment
from gcrm.services.printing.ruler import print_ruler
from gcrm.ui.context import Context
from gcrm.ui.printing.adjust import AdjustDialog
from gcrm.ui.printing.built import Built, choice, in_memory
from gcrm.ui.printing.label_job import (
    LabelFacts,
    LabelResult,
    LeftOut,
    Recipients,
    adjustment_of,
    keep_run,
    make_labels,
    read_facts,
)
from gcrm.ui.printing.last_run import keep_last_run, last_run
from gcrm.ui.printing.left_out import LeftOutDialog
from gcrm.ui.printing.printers import Printers
from gcrm.ui.printing.sheet_picture import SheetPicture
from gcrm.ui.printing.shell import PrintDialog
from gcrm.ui.tasks import Progress
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.form_fields import FormField

PDF_PRINTER = "PDF"


class LabelsDialog(PrintDialog):
    """The labels of some contacts. The next free label of each kind of sheet is remembered for the whole office."""

    def __init__(self, context: Context, contacts: Sequence[int], *, printers: Printers | None = None) -> None:
        self.picture = SheetPicture()
        title = _("Print address labels")
        super().__init__(context, "labels", title, _("Address labels"), view=self.picture, printers=printers)
        self._recipients = Recipients(context.database, list(contacts))
        self._facts: LabelFacts | None = None
        self._is_again = False
        self._make_fields()
        self._place_fields()
        self.picture.label_chosen.connect(self._on_clicked)
        self.preview.page_changed.connect(lambda _page: self._mark_page())
        self.first.setFocus()

    def _make_fields(self) -> None:
        self.sheet = choice()
        self.first = QLineEdit()
        self.first.setValidator(QRegularExpressionValidator(QRegularExpression("[0-9]{0,3}"), self))
        self.which = choice()
        self.content = _combo(CONTENTS, self.choices.get("content", ""))
        self.content.setMinimumContentsLength(19)
        self.purpose = _combo(PURPOSES, self.choices.get("purpose", ""))
        former = "household" if self.choices.get("household", False) else ""
        self.per = _combo(LABELS_PER, self.choices.get("per", former))
        self.country = self._box(_("Country only when it differs from mine"), "country", True)
        self.sender_box = self._box(_("Sender line above the address"), "sender", WITH_SENDER)
        self.homeless_button = Button("", "link", on_click=self.show_homeless)
        self.no_mail_button = Button("", "link", on_click=self.show_no_mail)
        self.again_button = Button(_("Print a sheet of the last run again"), "link", on_click=self.load_last_run)
        self.adjust_button = Button(_("Adjust the printer…"), "link", on_click=self.adjust)
        for button in (self.homeless_button, self.no_mail_button):
            button.hide()
        self.again_button.setVisible(last_run(self.choices, self.context.database) is not None)

    def _box(self, text: str, name: str, usual: bool) -> QCheckBox:
        box = QCheckBox(text)
        box.setChecked(self.choices.get(name, usual))
        box.toggled.connect(lambda _on: self.refresh())
        return box

    def _place_fields(self) -> None:
        self.first_field = FormField(
            _("First free label (or click it)"), self.first, hint=_("Or click it on the sheet")
        )
        self.first.setPlaceholderText(_("Or click it on the sheet"))
        self.which_field = FormField(_("Sheets"), self.which)
        self.which_field.hide()
        self.form.addWidget(FormField(_("Label sheet"), self.sheet))
        self._place_row((self.first_field, 3), (self.which_field, 2))
        purpose = FormField(_("Which address"), self.purpose)
        self._place_row((FormField(_("Content"), self.content), 3), (purpose, 2))
        self.form.addWidget(FormField(_("One label per"), self.per))
        checks = QVBoxLayout()
        checks.setSpacing(px(2))
        for box in (self.country, self.sender_box):
            checks.addWidget(box)
        links = QVBoxLayout()
        links.setSpacing(px(2))
        for button in (self.homeless_button, self.no_mail_button, self.again_button, self.adjust_button):
            links.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self.form.addLayout(checks)
        self.form.addLayout(links)

    def _place_row(self, *fields: tuple[QWidget, int]) -> None:
        """Put fields beside each other, in these shares of the width."""
        row = QHBoxLayout()
        row.setSpacing(px(8))
        for field, share in fields:
            row.addWidget(field, share)
        self.form.addLayout(row)

    # --- beginning ----------------------------------------------------------------------------------------------
    def load(self) -> LabelFacts:
        """Read sheets and what was used last."""
        return read_facts(self.context.database)

    def loaded(self, facts: LabelFacts) -> None:
        """Fill the fields; from now on every change makes the labels anew."""
        self._facts = facts
        for sheet in facts.sheets:
            self.sheet.addItem(sheet.title, sheet)
        wanted = facts.sheet.casefold()
        place = next((i for i, s in enumerate(facts.sheets) if wanted in (s.id.casefold(), s.name.casefold())), 0)
        self.sheet.setCurrentIndex(place)
        if not self.first.isModified():
            self._begin_at_next_free()
        self.sheet.currentIndexChanged.connect(self._on_sheet)
        self.first.textEdited.connect(lambda _text: self._on_first())
        for combo in (self.content, self.purpose, self.per, self.which):
            combo.currentIndexChanged.connect(lambda _row: self.refresh())
        self.printer.currentIndexChanged.connect(lambda _row: self.refresh())

    def refresh(self) -> None:
        """Make the labels anew, once the sheets are known and the first label lies on the sheet."""
        if self._facts is None:
            return
        first = self.first_label()
        if first is None:
            sentence = _("Enter a label from 1 to {count}.").format(count=self.label_sheet().count)
            self.first_field.set_error(sentence)
            self.forget_print()
            return
        self.first_field.clear_error()
        self.picture.set_sheet(self.label_sheet(), first)
        super().refresh()

    def label_sheet(self) -> LabelSheet:
        """Return the chosen kind of sheet."""
        chosen: LabelSheet = self.sheet.currentData()
        return chosen

    def first_label(self) -> int | None:
        """Return the first free label, None where what is entered is not on the sheet."""
        typed = self.first.text().strip()
        label = int(typed) if typed else 0
        return label if 1 <= label <= self.label_sheet().count else None

    def _begin_at_next_free(self) -> None:
        """Begin where the last run on this kind of sheet ended."""
        free = self._facts.next_free.get(self.label_sheet().id, 1) if self._facts else 1
        usable = isinstance(free, int) and 1 <= free <= self.label_sheet().count
        self._set_first(free if usable else 1)

    def _set_first(self, label: int) -> None:
        self.first.setText(str(label))
        self.first.selectAll()

    def _on_sheet(self) -> None:
        self._begin_at_next_free()
        self._on_first()

    def _on_first(self) -> None:
        """Begin elsewhere: the run has other sheets now."""
        self._choose_all_sheets()
        self.preview.go(1)
        self.refresh()

    def _on_clicked(self, label: int) -> None:
        self._set_first(label)
        self._on_first()

    def _choose_all_sheets(self) -> None:
        self.which.blockSignals(True)
        self.which.setCurrentIndex(0)
        self.which.blockSignals(False)

    # --- making -------------------------------------------------------------------------------------------------
    def options(self, adjustment: PrinterAdjustment | None = None) -> LabelOptions:
        """Return what is chosen."""
        only = self.which.currentData()
        facts = self._facts
        return LabelOptions(
            home_country=self.context.database.home.country,
            first=self.first_label() or 1,
            content=str(self.content.currentData()),
            per_household=self.per.currentData() == "household",
            country_line="abroad" if self.country.isChecked() else "never",
            sender=facts.sender if facts and self.sender_box.isChecked() else "",
            sheets=frozenset({only}) if only else frozenset(),
            adjustment=adjustment or self.adjustment(),
        )

    def maker(self) -> Callable[[Progress], Built]:
        """Return how the labels are made."""
        source, sheet, options = self._recipients, self.label_sheet(), self.options()
        purpose, every = str(self.purpose.currentData()), self.per.currentData() == "person"
        return lambda progress: make_labels(
            source.of(purpose, every_person=every), sheet, options, len(source.contacts)
        )

    def shown(self, built: Built) -> None:
        """Offer the single sheets, and tell who is left out."""
        result: LabelResult = built.result
        self._offer_sheets(result.sheets)
        count = len(result.homeless)
        text = ngettext("{count} contact has no street — show it", "{count} contacts have no street — show them", count)
        self.homeless_button.setText(text.format(count=count))
        self.homeless_button.setVisible(bool(count))
        count = len(result.no_mail)
        text = ngettext("{count} contact wants no mail — show it", "{count} contacts want no mail — show them", count)
        self.no_mail_button.setText(text.format(count=count))
        self.no_mail_button.setVisible(bool(count))
        self._mark_page()

    def _offer_sheets(self, total: int) -> None:
        """Offer all sheets of the run, or only one of them."""
        if self.which.count() == (total + 1 if total > 1 else 0):
            return
        chosen = self.which.currentData() or 0
        self.which.blockSignals(True)
        self.which.clear()
        if total > 1:
            self.which.addItem(_("All {count} sheets").format(count=total), 0)
            for number in range(1, total + 1):
                self.which.addItem(_("Only sheet {number}").format(number=number), number)
            self.which.setCurrentIndex(max(0, self.which.findData(chosen)))
        self.which.blockSignals(False)
        self.which_field.setVisible(total > 1)

    def _mark_page(self) -> None:
        self.picture.set_number(self.which.currentData() or self.preview.page())

    def verb(self, built: Built) -> str:
        """Return how many labels will come out."""
        if self.which.currentData():
            return _("Print sheet {number}").format(number=self.which.currentData())
        count = built.result.labels
        return ngettext("Print {count} label", "Print {count} labels", count).format(count=count)

    # --- who is left out ----------------------------------------------------------------------------------------
    def show_homeless(self) -> None:
        """List the contacts without an address."""
        if self._built is not None:
            self._show_left_out(_("They have no street or no town."), self._built.result.homeless)

    def show_no_mail(self) -> None:
        """List the contacts that want no mail."""
        if self._built is not None:
            self._show_left_out(_("They do not want to get mail."), self._built.result.no_mail)

    def _show_left_out(self, sentence: str, contacts: tuple[LeftOut, ...]) -> None:
        dialog = LeftOutDialog(self.context, sentence, contacts, self)
        dialog.finished.connect(lambda _result: self._read_again())
        dialog.open()

    def _read_again(self) -> None:
        """Read the addresses anew: they may have been put right meanwhile."""
        self._recipients = Recipients(self.context.database, self._recipients.contacts)
        self.refresh()

    # --- printer ------------------------------------------------------------------------------------------------
    def adjustment(self) -> PrinterAdjustment:
        """Return the adjustment of the chosen printer."""
        return adjustment_of(self._facts.offsets if self._facts else {}, self.printer_name() or PDF_PRINTER)

    def adjust(self) -> None:
        """Correct the chosen printer."""
        dialog = AdjustDialog(self.printer_name() or PDF_PRINTER, self.adjustment(), self)
        dialog.taken.connect(self._take_adjustment)
        dialog.ruler_wanted.connect(self._print_ruler)
        dialog.open()

    def _take_adjustment(self, adjustment: PrinterAdjustment) -> None:
        name, database = self.printer_name() or PDF_PRINTER, self.context.database
        values = {"right": adjustment.right, "down": adjustment.down, "scale": adjustment.scale}
        if self._facts is not None:
            self._facts.offsets[name] = values
        self.context.tasks.write(
            lambda: settings.put(database, "labels.offset", name, values), lambda _nothing: None, self._failed
        )
        self.refresh()

    def _print_ruler(self, adjustment: PrinterAdjustment) -> None:
        """Print the page to measure with, or save it where there is no printer."""
        sheet = self.label_sheet()

        def made(found: tuple[bytes, Any]) -> None:
            if self.has_printer():
                self.print_pdf(found[0], lambda: self.context.window.say(_("Ruler page printed")))
            else:
                self.ask_place(found[0], _("Ruler page"), lambda _path: None)

        self.context.tasks.read(
            lambda: in_memory(lambda path: print_ruler(path, sheet, adjustment)), made, self._failed, owner=self
        )

    # --- afterwards ---------------------------------------------------------------------------------------------
    def after(self, built: Built) -> Callable[[], Any] | None:
        """Note the print and the next free label; a sheet that is only printed again is noted already."""
        run = built.result.run
        if self.which.currentData() or self._is_again or run is None:
            return None
        database, sheet = self.context.database, self.label_sheet()
        return lambda: keep_run(database, sheet, run)

    def remember(self) -> None:
        """Keep the choices and what this run was made of."""
        for name, box in (("country", self.country), ("sender", self.sender_box)):
            self.choices.set(name, box.isChecked())
        self.choices.set("per", str(self.per.currentData()))
        self.choices.set("content", str(self.content.currentData()))
        self.choices.set("purpose", str(self.purpose.currentData()))
        run = (self._recipients.contacts, self.first_label() or 1, self.label_sheet().id)
        keep_last_run(self.choices, self.context.database, *run)

    def load_last_run(self) -> None:
        """Show the last run again, to print one of its sheets once more; nothing is noted then."""
        run = last_run(self.choices, self.context.database)
        if run is None or self._facts is None:
            return
        self._is_again = True
        self.again_button.hide()
        self._recipients = Recipients(self.context.database, run.contacts)
        ids = [sheet.id for sheet in self._facts.sheets]
        if run.sheet in ids:
            self.sheet.blockSignals(True)
            self.sheet.setCurrentIndex(ids.index(run.sheet))
            self.sheet.blockSignals(False)
        self._set_first(run.first)
        self._on_first()


def _combo(choices: Sequence[tuple[str, str]], chosen: str) -> QComboBox:
    """Return a choice of keys with their labels."""
    combo = choice()
    for key, label in choices:
        combo.addItem(_(label), key)
    combo.setCurrentIndex(max(0, combo.findData(chosen)))
    return combo
