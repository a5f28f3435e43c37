"""The editors for the value of a filter's comparison, by what the comparison needs.

An editor reads what was typed at any moment: the value as the filter keeps it (services/filter_values.py), None while
there is nothing, UserError with a sentence when it cannot be read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget
from typing_extensions import override

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.model.parse import parse_date, parse_decimal
from gcrm.model.show import decimal_mark
from gcrm.services.filter_values import as_days, as_number
from gcrm.ui.widgets.combo import FilterCombo
from gcrm.ui.widgets.date_edit import DateEdit
from gcrm.ui.widgets.typed_edit import TypedEdit, place

Needs = Literal["nothing", "text", "choice", "date", "number", "amount", "days"]
Choices = Sequence[tuple[str, Any]]
LONG_LIST = 12
"""Choices from which on a list can be typed into."""


@dataclass(slots=True)
class ValueEditor:
    """An editor: its widget, how its value is read and written, and how to hear of changes.

    `write` says whether the value could be shown.
    """

    widget: QWidget
    read: Callable[[], Any]
    write: Callable[[Any], bool]
    on_changed: Callable[[Callable[[], object]], object]


class NumberEdit(TypedEdit):
    """A number typed with comma or point; `places` is the most decimal places, None for any.

    It is shown without groups of thousands: "1.000" would have two meanings where any places may follow.
    """

    def __init__(self, places: int | None, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._places = places

    @override
    def _read(self, typed: str) -> Decimal:
        return parse_decimal(typed, *place(self.locale()), self._places)

    @override
    def _show(self, value: Any) -> str:
        return f"{Decimal(value):f}".replace(".", decimal_mark(*place(self.locale())))


def make_editor(needs: Needs, choices: Choices = ()) -> ValueEditor:
    """Return an editor for what a comparison needs; it carries its spoken name."""
    made = _choice(choices) if needs == "choice" else _MAKERS[needs]()
    made.widget.setAccessibleName(_("Value"))
    return made


def _text() -> ValueEditor:
    edit = QLineEdit()
    return ValueEditor(edit, lambda: edit.text().strip() or None, _into(edit), _heard(edit))


def _heard(edit: QLineEdit) -> Callable[[Callable[[], object]], object]:
    return lambda told: edit.textChanged.connect(lambda _text: told())


def _into(edit: QLineEdit) -> Callable[[Any], bool]:
    """Return what writes any value as the text it is."""

    def write(value: Any) -> bool:
        edit.setText("" if value is None else str(value))
        return True

    return write


def _typed(edit: TypedEdit, read: Callable[[str], Any], parsed: Callable[[Any], Any]) -> ValueEditor:
    """Return an editor for a value that people write in many ways: `read` takes their text, `parsed` a filter's value.

    What cannot be read stands there as it was kept, so that it can be mended.
    """

    def write(value: Any) -> bool:
        try:
            edit.set_value(None if value in (None, "") else parsed(value))
        except UserError:
            edit.setText(str(value))
        return True

    def now() -> Any:
        text = edit.text().strip()
        return read(text) if text else None

    return ValueEditor(edit, now, write, _heard(edit))


def _day(text: str) -> date:
    return parse_date(text, *place(QLocale()))


def _date() -> ValueEditor:
    edit = DateEdit(_day, "")
    made = _typed(edit, lambda text: _day(text).isoformat(), lambda value: _day(str(value)))
    write = made.write
    made.write = lambda value: "T" not in str(value) and write(value)
    return made


def _plain(number: Decimal) -> int | str:
    """Return a number as a filter keeps it."""
    return int(number) if number == number.to_integral_value() else str(number)


def _number(places: int | None) -> ValueEditor:
    where = place(QLocale())
    return _typed(NumberEdit(places), lambda text: _plain(as_number(parse_decimal(text, *where, places))), as_number)


def _days() -> ValueEditor:
    where = place(QLocale())
    return _typed(NumberEdit(0), lambda text: as_days(parse_decimal(text, *where, 0)), as_days)


def _choice(choices: Choices) -> ValueEditor:
    """Return a list to choose from; a long one can be typed into."""
    if len(choices) > LONG_LIST:
        long = FilterCombo()
        long.set_choices(choices)
        long.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

        def write_long(value: Any) -> bool:
            long.set_value(value)
            return bool(long.value() == value)

        return ValueEditor(long, long.value, write_long, lambda told: long.chosen.connect(lambda _data: told()))
    combo = QComboBox()
    for label, data in choices:
        combo.addItem(label, data)

    def write(value: Any) -> bool:
        found = combo.findData(value)
        combo.setCurrentIndex(max(0, found))
        return found >= 0

    return ValueEditor(
        combo, combo.currentData, write, lambda told: combo.currentIndexChanged.connect(lambda _row: told())
    )


def _nothing() -> ValueEditor:
    empty = QWidget()
    return ValueEditor(empty, lambda: "", lambda _value: True, lambda _told: None)


_MAKERS: dict[Needs, Callable[[], ValueEditor]] = {
    "nothing": _nothing,
    "text": _text,
    "date": _date,
    "number": lambda: _number(None),
    "amount": lambda: _number(2),
    "days": _days,
}
