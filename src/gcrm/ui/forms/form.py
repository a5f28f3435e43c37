"""A form: rows of field names, each field with its name above and what is wrong or worth knowing below."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gcrm.ui.forms.binding import Input, kept_value
from gcrm.ui.forms.editors import Handle, make_handle
from gcrm.ui.theme import px
from gcrm.ui.widgets.form_fields import FormField
from gcrm.ui.widgets.safe import PlainLabel


class HintField(FormField):
    """A field that can also say something helpful, in a quiet colour."""

    def __init__(self, handle: Handle, *, required: bool = False) -> None:
        super().__init__(handle.entry.shown_label, handle.widget, required=required)
        # With a proxy, Qt would stop at the box as well once the order of the editors is told.
        self.setFocusProxy(None)  # type: ignore[arg-type]  # Qt takes "none"; the stubs forgot it
        self.handle = handle
        self._said = PlainLabel("", "small", wrap=True)
        self._said.hide()
        layout = self.layout()
        if layout is not None:
            layout.addWidget(self._said)

    def say(self, sentence: str, *, bad: bool = False) -> None:
        """Show a hint, nothing when the sentence is empty."""
        self._said.setText(sentence)
        self._said.set_tone("bad" if bad else "")
        self._said.setVisible(bool(sentence))

    def said(self) -> str:
        """Return the hint shown."""
        return self._said.full_text()


class Form(QWidget):
    """Fields by name. `typed` carries the name of the field that was changed by hand or by `fill`."""

    typed = Signal(str)

    def __init__(self, entries: Iterable[Input], rows: Sequence[Sequence[tuple[str, int]]]) -> None:
        super().__init__()
        self.fields: dict[str, HintField] = {}
        for entry in entries:
            self._add(entry)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(px(10))
        self.arrange(rows)

    def _add(self, entry: Input) -> None:
        handle = make_handle(entry)
        field = HintField(handle, required=entry.field.required)
        field.setParent(self)
        field.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        handle.widget.setMinimumWidth(px(40))
        handle.on_typed(lambda *_typed, name=entry.name: self._on_typed(name))
        self.fields[entry.name] = field

    def _on_typed(self, name: str) -> None:
        self.fields[name].clear_error()
        self.typed.emit(name)

    def arrange(self, rows: Sequence[Sequence[tuple[str, int]]]) -> None:
        """Put the fields into rows of (name, share of the width); the others are hidden. Tab goes in this order."""
        while (former := self._column.takeAt(0)) is not None:
            line = former.layout()
            while line is not None and line.takeAt(0) is not None:
                pass
        for row in rows:
            line = QHBoxLayout()
            line.setSpacing(px(12))
            for name, share in row:
                line.addWidget(self.fields[name], share, Qt.AlignmentFlag.AlignTop)
            self._column.addLayout(line)
        shown = [name for row in rows for name, _share in row]
        for name, field in self.fields.items():
            field.setVisible(name in shown)
        widgets = [self.fields[name].handle.widget for name in shown]
        for earlier, later in pairwise(widgets):
            QWidget.setTabOrder(earlier, later)

    def handle(self, name: str) -> Handle:
        """Return the editor of a field."""
        return self.fields[name].handle

    def value(self, name: str) -> Any:
        """Return what a field holds, in the form in which it is kept."""
        handle = self.handle(name)
        return kept_value(handle.entry, handle.read())

    def values(self) -> dict[str, Any]:
        """Return what all fields hold."""
        return {name: self.value(name) for name in self.fields}

    def fill(self, values: Mapping[str, Any]) -> None:
        """Write values into fields; names that the form does not have are left out."""
        for name, value in values.items():
            if name in self.fields:
                self.handle(name).write(value)

    def problem(self) -> str:
        """Return the name of the first field whose text cannot be read, "" when all is well."""
        for name, field in self.fields.items():
            sentence = field.handle.problem() if field.isVisibleTo(self) else ""
            if sentence:
                field.set_error(sentence)
                return name
        return ""

    def focus(self, name: str) -> None:
        """Put the cursor into a field."""
        self.handle(name).select()
