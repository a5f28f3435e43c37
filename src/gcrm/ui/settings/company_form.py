"""The form of an own company: every field of the record, the address in the order of its country."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from gcrm.i18n import N_, _
from gcrm.model.address_format import address_format
from gcrm.model.address_format import label as address_label
from gcrm.model.fields import Field, fields_of
from gcrm.model.holidays import regions
from gcrm.model.user import Company
from gcrm.ui.settings.option_editor import country_combo
from gcrm.ui.theme import px
from gcrm.ui.widgets.card import Card
from gcrm.ui.widgets.combo import FilterCombo
from gcrm.ui.widgets.form_fields import FormField
from gcrm.ui.widgets.safe import PlainLabel

LEFT_OUT = ("parent_id",)
NARROW = {"house_number": 3, "postcode": 4}
COLUMNS = 12
REGION_HELP = N_("The region decides the public holidays.")


def address_rows(country: str) -> list[tuple[str, ...]]:
    """Return the rows of the address in the order of a country; the region is always there, for the holidays."""
    known = fields_of(Company)
    rows = [tuple(name for name in row if name in known) for row in address_format(country).rows()]
    if not any("region" in row for row in rows):
        rows[-1] = (*rows[-1], "region")
    return [row for row in rows if row]


def sections(country: str) -> list[tuple[str, list[tuple[str, ...]]]]:
    """Return the cards of the form with their rows; a field that no row names comes last, by itself."""
    found: list[tuple[str, list[tuple[str, ...]]]] = [
        (_("Name and address"), [("name",), *address_rows(country)]),
        (_("Reach"), [("phone", "area_code"), ("email", "web")]),
        (_("Tax"), [("vat_number", "tax_number")]),
    ]
    placed = {name for _title, rows in found for row in rows for name in row} | set(LEFT_OUT)
    found[-1][1].extend((name,) for name in fields_of(Company) if name not in placed)
    return found


class CompanyForm(QWidget):
    """`changed` carries the name of a field and its new value when the field is left."""

    changed = Signal(str, object)

    def __init__(self, values: Mapping[str, Any], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values = dict(values)
        self.fields: dict[str, FormField] = {}
        self.notes: dict[str, PlainLabel] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(px(12))
        for title, rows in sections(self.country()):
            self._column.addWidget(self._card(title, rows))

    def country(self) -> str:
        """Return the country of the company."""
        return str(self._values.get("country") or "DE")

    def values(self) -> dict[str, Any]:
        """Return what the form holds."""
        return dict(self._values)

    def _card(self, title: str, rows: list[tuple[str, ...]]) -> Card:
        card = Card(title)
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(12))
        grid.setVerticalSpacing(px(10))
        for column in range(COLUMNS):
            grid.setColumnStretch(column, 1)
        for line, row in enumerate(rows):
            place = 0
            for name, span in zip(row, spans(row), strict=True):
                grid.addWidget(self._field(name), line, place, 1, span)
                place += span
        card.body.addLayout(grid)
        return card

    def _field(self, name: str) -> QWidget:
        """Return the labelled editor of a field, with room for a remark below."""
        told = fields_of(Company)[name]
        label = address_label(self.country(), name, told.label) if told.group == "address" else _(told.label)
        editor = self._editor(told)
        self.fields[name] = FormField(label, editor, required=told.required, hint=_(told.help))
        self.notes[name] = PlainLabel("", "small", wrap=True)
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(2))
        column.addWidget(self.fields[name])
        column.addWidget(self.notes[name])
        column.addStretch(1)
        self.show_note(name, _(REGION_HELP) if name == "region" else "")
        return box

    def _editor(self, told: Field) -> QWidget:
        value = self._values.get(told.name) or ""
        if told.kind == "country":
            return self._combo(told.name, country_combo(), value)
        known = regions(self.country()) if told.name == "region" else ()
        if known:
            combo = FilterCombo()
            combo.set_choices([("", ""), *((region.name, region.code) for region in known)])
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            combo.setMinimumContentsLength(8)
            return self._combo(told.name, combo, value)
        edit = QLineEdit(str(value))
        edit.editingFinished.connect(lambda: self._take(told.name, edit.text().strip()))
        return edit

    def _combo(self, name: str, combo: FilterCombo, value: Any) -> FilterCombo:
        combo.set_value(value)
        combo.chosen.connect(lambda chosen: self._take(name, chosen or ""))
        return combo

    def _take(self, name: str, value: Any) -> None:
        if value != (self._values.get(name) or ""):
            self._values[name] = value
            self.changed.emit(name, value)

    def show_values(self, values: Mapping[str, Any]) -> None:
        """Show what is kept now; the field that has the focus keeps what is being typed."""
        for name, field in self.fields.items():
            value, editor = values.get(name) or "", field.editor
            if editor.hasFocus() or value == (self._values.get(name) or ""):
                continue
            self._values[name] = value
            if isinstance(editor, FilterCombo):
                editor.set_value(value)
            elif isinstance(editor, QLineEdit):
                editor.setText(str(value))

    def show_note(self, name: str, sentence: str) -> None:
        """Say something about a value below its field, "" for nothing."""
        self.notes[name].setText(sentence)
        self.notes[name].setVisible(bool(sentence))


def spans(row: tuple[str, ...]) -> list[int]:
    """Return how many of the twelve columns each field of a row gets."""
    free = COLUMNS - sum(NARROW.get(name, 0) for name in row if len(row) > 1)
    wide = [name for name in row if name not in NARROW or len(row) == 1]
    share = free // max(1, len(wide))
    found = [NARROW[name] if name in NARROW and len(row) > 1 else share for name in row]
    found[-1] += COLUMNS - sum(found)
    return found
