"""The editor of each kind of option. To give a new kind an editor: a function here and its name in _MAKERS."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, SignalInstance
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget
from typing_extensions import override

from gcrm.errors import UserError
from gcrm.i18n import _, current_language
from gcrm.model.country import countries
from gcrm.model.parse import parse_decimal
from gcrm.services.settings import Option
from gcrm.ui.widgets.combo import FilterCombo
from gcrm.ui.widgets.safe import literal
from gcrm.ui.widgets.typed_edit import TypedEdit, place

_CLOCK = re.compile(r"(\d{1,2})(?:[:.h ]?(\d{2}))?\s*(?:h|uhr)?", re.IGNORECASE)


@dataclass(slots=True)
class Editor:
    """A widget for one option: how its value is read and written, and the signal that it was changed."""

    widget: QWidget
    read: Callable[[], Any]
    write: Callable[[Any], None]
    changed: SignalInstance
    shows_label: bool = False


class CalmCombo(QComboBox):
    """A choice that the mouse wheel does not change by accident while a page is scrolled."""

    def __init__(self, accessible_name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(accessible_name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def set_value(self, value: Any) -> None:
        """Choose the entry with this data; one that is not offered is added as it is."""
        if self.findData(value) < 0 and value not in (None, ""):
            self.addItem(str(value), value)
        self.setCurrentIndex(self.findData(value))


class WholeEdit(TypedEdit):
    """A whole number, shown without group marks: a port is 1012 in every country."""

    @override
    def _read(self, typed: str) -> int:
        try:
            return int(parse_decimal(typed, *place(self.locale()), 0))
        except OverflowError:
            raise UserError(_("This number is too large.")) from None


class TimeEdit(TypedEdit):
    """A time of day, typed as 7, 730, 7:30 or 7.30 and kept as "07:30"."""

    @override
    def _read(self, typed: str) -> str:
        compact = typed.replace(" ", "")
        found = _CLOCK.fullmatch(compact if len(compact) != 3 or not compact.isdigit() else f"0{compact}")
        hour, minute = (int(found[1]), int(found[2] or 0)) if found else (99, 0)
        if hour > 23 or minute > 59:
            raise UserError(_("“{text}” is no time. Type it as 07:30.").format(text=typed))
        return f"{hour:02}:{minute:02}"


def make_editor(option: Option, choices: list[tuple[str, Any]] | None = None) -> Editor:
    """Return the editor of an option, named by its label; `choices` (text, value) make it a choice."""
    editor = _choice_of(choices) if choices is not None else _MAKERS.get(option.kind, _text)(option)
    editor.widget.setAccessibleName(_(option.label))
    editor.widget.setAccessibleDescription(_(option.help))
    return editor


def _text(option: Option) -> Editor:
    edit = QLineEdit()
    edit.setMaxLength(253)
    return Editor(edit, lambda: edit.text().strip(), lambda value: edit.setText(str(value)), edit.editingFinished)


def _choice(option: Option) -> Editor:
    return _choice_of([(_(label), value) for value, label in option.choices])


def _choice_of(choices: list[tuple[str, Any]]) -> Editor:
    combo = CalmCombo()
    for label, value in choices:
        combo.addItem(label, value)
    return Editor(combo, combo.currentData, combo.set_value, combo.activated)


def _yes_no(option: Option) -> Editor:
    box = QCheckBox(literal(_(option.label)))
    return Editor(box, box.isChecked, box.setChecked, box.clicked, shows_label=True)


def _number(option: Option) -> Editor:
    edit = WholeEdit()

    def read() -> Any:
        is_empty = edit.value() is None and not edit.has_error()
        return option.default if is_empty else edit.value()

    return Editor(edit, read, edit.set_value, edit.changed)


def _time(option: Option) -> Editor:
    edit = TimeEdit()
    return Editor(edit, edit.value, edit.set_value, edit.changed)


def _country(option: Option) -> Editor:
    combo = country_combo()
    return Editor(combo, combo.value, combo.set_value, combo.chosen)


def country_combo() -> FilterCombo:
    """Return a choice of all countries in the language in force."""
    combo = FilterCombo(_("Country"))
    combo.set_choices([(name, code) for code, name in countries(current_language())])
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(8)
    return combo


_MAKERS: dict[str, Callable[[Option], Editor]] = {
    "text": _text,
    "host": _text,
    "choice": _choice,
    "yes_no": _yes_no,
    "number": _number,
    "time": _time,
    "country": _country,
}
