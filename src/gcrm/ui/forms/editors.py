"""Which editor a kind of field has. To give a kind another one: a function here and its name in _MAKERS.

Every editor is reached through a `Handle`, so that forms need not know what kind of widget it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtCore import QLocale, QObject
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QAbstractScrollArea, QLineEdit, QPlainTextEdit, QWidget
from typing_extensions import override

from gcrm.i18n import _, current_language
from gcrm.model import user_field
from gcrm.model.fold import fold
from gcrm.model.parse import parse_date
from gcrm.services import showing
from gcrm.ui.forms.binding import Input
from gcrm.ui.theme import px
from gcrm.ui.widgets.combo import FilterCombo
from gcrm.ui.widgets.date_edit import DateEdit
from gcrm.ui.widgets.money_edit import MoneyEdit
from gcrm.ui.widgets.typed_edit import TypedEdit, place

LANGUAGES = ("de", "en", "pt", "fr", "es", "it", "nl", "pl", "cs", "da", "sv", "tr")
_FIRST_COUNTRIES = ("DE", "AT", "CH", "PT", "BR", "GB", "US")


@dataclass(slots=True)
class Handle:
    """An editor: its widget and how its value is read and written; `problem` says why what was typed has no value."""

    entry: Input
    widget: QWidget
    read: Callable[[], Any]
    write: Callable[[Any], None]
    on_typed: Callable[[Callable[[], object]], object]
    problem: Callable[[], str] = str

    def select(self) -> None:
        """Put the cursor into the editor with everything chosen, so that typing replaces it."""
        self.widget.setFocus()
        edit = self.widget.lineEdit() if isinstance(self.widget, FilterCombo) else self.widget
        if isinstance(edit, QLineEdit):
            edit.selectAll()

    def typed(self) -> str:
        """Return the text that stands in the editor, whether or not it can be read."""
        if isinstance(self.widget, FilterCombo):
            return self.widget.currentText()
        if isinstance(self.widget, QPlainTextEdit):
            return self.widget.toPlainText()
        return self.widget.text() if isinstance(self.widget, QLineEdit) else ""

    def retype(self, text: str) -> None:
        """Put a text that was typed before back into the editor, the cursor behind it."""
        if isinstance(self.widget, FilterCombo):
            place = self.widget.findText(text)
            if place >= 0:
                self.widget.set_value(self.widget.itemData(place))
            else:
                self.widget.setEditText(text)
        elif isinstance(self.widget, QPlainTextEdit):
            self.widget.setPlainText(text)
            self.widget.moveCursor(QTextCursor.MoveOperation.End)
        elif isinstance(self.widget, QLineEdit):
            self.widget.setText(text)

    @property
    def is_long(self) -> bool:
        """Tell whether Enter belongs to the text."""
        return isinstance(self.widget, QAbstractScrollArea)


class _Sentence(QObject):
    """Remembers what a typed edit said last about what was typed."""

    def __init__(self, edit: TypedEdit) -> None:
        super().__init__(edit)
        self.text = ""
        self._edit = edit
        edit.invalid.connect(self._take)

    def _take(self, sentence: str) -> None:
        self.text = sentence

    def judge(self) -> str:
        """Read what was typed now; return why it cannot be read."""
        self._edit.commit()
        return self.text


class CustomEdit(TypedEdit):
    """A line for a user-defined value: read and shown by the rules of its kind."""

    def __init__(self, entry: Input, parent: QWidget | None = None) -> None:
        super().__init__(entry.shown_label, parent)
        self._entry = entry

    @override
    def _read(self, typed: str) -> Any:
        if self._entry.definition is None:
            return typed
        return user_field.parse(self._entry.definition, typed, self._entry.where)

    @override
    def _show(self, value: Any) -> str:
        if self._entry.definition is None:
            return str(value)
        return user_field.show(self._entry.definition, value, self._entry.where)


def make_handle(entry: Input, parent: QWidget | None = None) -> Handle:
    """Return the editor of a field, holding its present value and carrying its name."""
    kind = entry.field.kind
    maker = _CUSTOM.get(kind, _custom_line) if entry.definition is not None else _MAKERS.get(kind, _line)
    handle = maker(entry, parent)
    handle.widget.setAccessibleName(entry.shown_label)
    handle.write(entry.value)
    return handle


def _line(entry: Input, parent: QWidget | None) -> Handle:
    edit = QLineEdit(parent)
    return Handle(
        entry, edit, lambda: edit.text().strip(), lambda value: edit.setText("" if value is None else str(value)),
        edit.textChanged.connect,
    )  # fmt: skip


def _long(entry: Input, parent: QWidget | None) -> Handle:
    edit = QPlainTextEdit(parent)
    edit.setTabChangesFocus(True)
    edit.setMinimumHeight(px(96))
    return Handle(
        entry, edit, lambda: edit.toPlainText().strip(), lambda value: edit.setPlainText(value or ""),
        edit.textChanged.connect,
    )  # fmt: skip


def _typed(entry: Input, edit: TypedEdit) -> Handle:
    return Handle(entry, edit, edit.value, edit.set_value, edit.textChanged.connect, _Sentence(edit).judge)


def _day(text: str) -> date:
    return parse_date(text, *place(QLocale()))


def _date(entry: Input, parent: QWidget | None) -> Handle:
    return _typed(entry, DateEdit(_day, entry.shown_label, parent))


def _money(entry: Input, parent: QWidget | None) -> Handle:
    return _typed(entry, MoneyEdit(entry.currency or "EUR", 2, entry.shown_label, parent))


def _percent(entry: Input, parent: QWidget | None) -> Handle:
    return _typed(entry, MoneyEdit("%", 2, entry.shown_label, parent))


def _number(entry: Input, parent: QWidget | None) -> Handle:
    return _typed(entry, MoneyEdit("", 2, entry.shown_label, parent))


def _combo(entry: Input, parent: QWidget | None, choices: list[tuple[str, Any]]) -> Handle:
    combo = FilterCombo(entry.shown_label, parent)
    if entry.value not in (None, "") and entry.value not in [data for _text, data in choices]:
        choices.append((str(entry.value), entry.value))
    combo.set_choices(choices)
    combo.setMinimumContentsLength(6)
    combo.setSizeAdjustPolicy(FilterCombo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    return Handle(entry, combo, lambda: _meant(combo), combo.set_value, combo.editTextChanged.connect)


def _meant(combo: FilterCombo) -> Any:
    """Return the choice that the typed text stands for: the entry of this name, or the only one that holds it."""
    typed = fold(combo.currentText())
    texts = [fold(combo.itemText(place)) for place in range(combo.count())]
    found = [place for place, text in enumerate(texts) if text == typed]
    if not found and typed:
        found = [place for place, text in enumerate(texts) if typed in text]
    return combo.itemData(found[0]) if len(found) == 1 else combo.value()


def _choice(entry: Input, parent: QWidget | None) -> Handle:
    return _combo(entry, parent, [(_(label), value) for value, label in entry.field.choices])


def _yes_no(entry: Input, parent: QWidget | None) -> Handle:
    return _combo(entry, parent, [(_("Yes"), True), (_("No"), False)])


def _record(entry: Input, parent: QWidget | None) -> Handle:
    return _combo(entry, parent, [(_("Nobody"), None), *entry.choices])


def _country(entry: Input, parent: QWidget | None) -> Handle:
    from gcrm.model.country import countries

    names = dict(countries(current_language()))
    first = [(names[code], code) for code in _FIRST_COUNTRIES if code in names]
    rest = [(name, code) for code, name in names.items() if code not in _FIRST_COUNTRIES]
    return _combo(entry, parent, [("", ""), *first, *rest])


def _language(entry: Input, parent: QWidget | None) -> Handle:
    return _combo(entry, parent, [("", ""), *((showing.language_name(code), code) for code in LANGUAGES)])


def _custom_line(entry: Input, parent: QWidget | None) -> Handle:
    return _typed(entry, CustomEdit(entry, parent))


def _custom_choice(entry: Input, parent: QWidget | None) -> Handle:
    choices = entry.definition.choices if entry.definition else ()
    return _combo(entry, parent, [("", None), *((choice, choice) for choice in choices)])


def _custom_yes_no(entry: Input, parent: QWidget | None) -> Handle:
    return _combo(entry, parent, [("", None), (_("Yes"), True), (_("No"), False)])


_MAKERS: dict[str, Callable[[Input, QWidget | None], Handle]] = {
    "long_text": _long,
    "number": _number,
    "money": _money,
    "percent": _percent,
    "date": _date,
    "yes_no": _yes_no,
    "choice": _choice,
    "record": _record,
    "country": _country,
    "language": _language,
}
_CUSTOM: dict[str, Callable[[Input, QWidget | None], Handle]] = {
    "long_text": _long,
    "date": _date,
    "yes_no": _custom_yes_no,
    "choice": _custom_choice,
}
