"""A line edit for one value that people write in many ways: read when it is left, then shown in one form."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QWidget

from gcrm.errors import UserError
from gcrm.ui.widgets.invalid import mark_invalid
from gcrm.ui.widgets.side_edit import SideEdit


def place(locale: QLocale) -> tuple[str, str]:
    """Return the language and the country of a locale as the rules of the house want them: ("de", "AT")."""
    language, _underscore, country = locale.name().partition("_")
    return (language, country) if language != "C" else ("en", "")


class TypedEdit(SideEdit):
    """`changed` carries the new value, None when the field was emptied.

    What cannot be read stays as it was typed; `invalid` carries the sentence that says why, "" when it is well again.
    """

    changed = Signal(object)
    invalid = Signal(str)

    def __init__(self, accessible_name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value: Any = None
        self._sentence = ""
        self.setAccessibleName(accessible_name)
        self.editingFinished.connect(self.commit)

    def _read(self, typed: str) -> Any:
        """Return the value of a text that is not empty; UserError when it has none."""
        return typed

    def _show(self, value: Any) -> str:
        """Return the one form of a value."""
        return str(value)

    def value(self) -> Any:
        """Return the value, None when the field is empty or cannot be read."""
        return self._value

    def set_value(self, value: Any) -> None:
        """Show a value without telling anybody."""
        self._value = value
        self.setText("" if value is None else self._show(value))
        self._judge("")

    def has_error(self) -> bool:
        """Whether what was typed cannot be read."""
        return bool(self._sentence)

    def commit(self) -> None:
        """Read what was typed, as leaving the field does."""
        typed = self.text().strip()
        if self._value is not None and typed == self._show(self._value):
            return
        try:
            value = self._read(typed) if typed else None
        except UserError as error:
            self._value = None
            self._judge(error.sentence)
            return
        self._take(value)

    def _take(self, value: Any) -> None:
        former = self._value
        self.set_value(value)
        if value != former:
            self.changed.emit(value)

    def _judge(self, sentence: str) -> None:
        is_new = sentence != self._sentence
        self._sentence = sentence
        if is_new:
            mark_invalid(self, sentence)
            self.invalid.emit(sentence)
