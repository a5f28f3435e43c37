"""How one printer has to be corrected for labels: offset and scale, found with the ruler page."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDoubleSpinBox, QHBoxLayout, QVBoxLayout, QWidget

from gcrm.i18n import _
from gcrm.services.printing.labels import PrinterAdjustment
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.form_fields import FormField
from gcrm.ui.widgets.safe import PlainLabel

FARTHEST = 20.0
"""Millimetres; a printer that is further off has the wrong paper."""


def _spin(value: float, lowest: float, highest: float, step: float, decimals: int, suffix: str) -> QDoubleSpinBox:
    spin = QDoubleSpinBox()
    spin.setRange(lowest, highest)
    spin.setSingleStep(step)
    spin.setDecimals(decimals)
    spin.setSuffix(suffix)
    spin.setValue(value)
    spin.lineEdit().setTextMargins(px(8), 0, 0, 0)
    return spin


class AdjustDialog(QDialog):
    """`taken` carries the new PrinterAdjustment, `ruler_wanted` the one to print the ruler page with."""

    taken = Signal(object)
    ruler_wanted = Signal(object)

    def __init__(self, printer: str, now: PrinterAdjustment, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Adjust the printer"))
        self.setMinimumWidth(px(420))
        self.right = _spin(now.right, -FARTHEST, FARTHEST, 0.5, 1, " mm")
        self.down = _spin(now.down, -FARTHEST, FARTHEST, 0.5, 1, " mm")
        self.scale = _spin(now.scale * 100, 90, 110, 0.1, 2, " %")
        self.ruler_button = Button(_("Print ruler page"), "secondary", "ruler", on_click=self._ruler)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(20), px(20), px(20))
        column.setSpacing(px(12))
        column.addWidget(PlainLabel(_("Adjust the printer"), "title"))
        column.addWidget(PlainLabel(_("For labels on {printer}").format(printer=printer), "meta", wrap=True))
        hint = _("Print the ruler page, hold it against a label sheet, and enter how far the outlines are off.")
        column.addWidget(PlainLabel(hint, wrap=True))
        for label, spin in ((_("To the right"), self.right), (_("Down"), self.down), (_("Size"), self.scale)):
            column.addWidget(FormField(label, spin))
        column.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        take = Button(_("Save adjustment"), "primary", on_click=self._take)
        take.setDefault(True)
        row = QHBoxLayout()
        row.setSpacing(px(6))
        row.addWidget(self.ruler_button)
        row.addStretch(1)
        row.addWidget(Button(_("Cancel"), on_click=self.reject))
        row.addWidget(take)
        return row

    def adjustment(self) -> PrinterAdjustment:
        """Return what is entered."""
        return PrinterAdjustment(self.right.value(), self.down.value(), round(self.scale.value() / 100, 4))

    def _ruler(self) -> None:
        self.ruler_wanted.emit(self.adjustment())

    def _take(self) -> None:
        self.taken.emit(self.adjustment())
        self.accept()
