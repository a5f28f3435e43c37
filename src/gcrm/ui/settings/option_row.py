"""One option in a line: its label with an explanation, and the editor beside it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QWidget
from typing_extensions import override

from gcrm.i18n import _
from gcrm.services import settings
from gcrm.services.settings import Option
from gcrm.ui.settings.option_editor import make_editor
from gcrm.ui.theme import px
from gcrm.ui.widgets.invalid import mark_invalid
from gcrm.ui.widgets.safe import PlainLabel, announce
from gcrm.ui.widgets.typed_edit import TypedEdit

EDITOR_WIDTH, WIDEST_EDITOR = 240, 340


class OptionRow(QWidget):
    """`changed` carries the new value once it can be kept; what is wrong with a value stands below it."""

    changed = Signal(object)

    def __init__(
        self, option: Option, choices: list[tuple[str, Any]] | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.option = option
        self.editor = make_editor(option, choices)
        self._help = "" if choices is not None else _(option.help)  # it explains values that choices have words for
        self._kept: Any = option.default
        self.editor.write(option.default)
        self.error = PlainLabel("", "error", wrap=True)
        self.error.hide()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, px(4), 0, px(4))
        grid.setHorizontalSpacing(px(16))
        grid.setVerticalSpacing(px(2))
        grid.setColumnStretch(0, 1)
        self._lay_out(grid)
        self.setFocusProxy(self.editor.widget)
        self.editor.changed.connect(lambda *_value: self.commit())
        if isinstance(self.editor.widget, TypedEdit):
            self.editor.widget.invalid.connect(self.show_error)

    def _lay_out(self, grid: QGridLayout) -> None:
        """A check box carries its label; other editors stand at the right of it."""
        if self.editor.shows_label:
            grid.addWidget(self.editor.widget, 0, 0, 1, 2)
        else:
            label = PlainLabel(_(self.option.label), wrap=True)
            label.setBuddy(self.editor.widget)
            grid.addWidget(label, 0, 0, Qt.AlignmentFlag.AlignVCenter)
            self._fit()
            grid.addWidget(self.editor.widget, 0, 1, Qt.AlignmentFlag.AlignTop)
        if self._help:
            help_text = PlainLabel(self._help, "small", wrap=True)
            help_text.setContentsMargins(px(28) if self.editor.shows_label else 0, 0, 0, 0)
            grid.addWidget(help_text, 1, 0, 1, 2)
        grid.addWidget(self.error, 2, 0, 1, 2)

    def _fit(self) -> None:
        """Make the editor as wide as the others, or as the longest of its choices."""
        widget, width = self.editor.widget, px(EDITOR_WIDTH)
        if isinstance(widget, QComboBox):
            texts = (widget.fontMetrics().horizontalAdvance(widget.itemText(row)) for row in range(widget.count()))
            width = min(px(WIDEST_EDITOR), max(width, px(56) + max(texts, default=0)))
        if not self.editor.shows_label and widget.minimumWidth() != width:
            widget.setFixedWidth(width)

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of the size of text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._fit()

    def value(self) -> Any:
        """Return what the editor holds."""
        return self.editor.read()

    def set_value(self, value: Any) -> None:
        """Show what is kept; what is being typed at this moment stays."""
        is_typed = self.editor.widget.hasFocus() and self.value() != self._kept
        self._kept = value
        if not is_typed:
            self.editor.write(value)
            self.show_error("")

    def offer(self, choices: list[tuple[str, Any]]) -> None:
        """Offer other choices (text, value); the chosen one stays."""
        widget, chosen = self.editor.widget, self.value()
        if isinstance(widget, QComboBox):
            widget.clear()
            for text, value in choices:
                widget.addItem(text, value)
            self.editor.write(chosen)
            self._fit()

    def commit(self) -> None:
        """Tell the new value when it differs from the kept one and is fit to be kept."""
        value = self.value()
        if value == self._kept:
            self.show_error("")
            return
        sentence = settings.problem(self.option, value)
        self.show_error(sentence)
        if not sentence:
            self._kept = value
            self.changed.emit(value)

    def show_error(self, sentence: str) -> None:
        """Say what is wrong with the value, "" for nothing."""
        self.error.setText(sentence)
        self.error.setVisible(bool(sentence))
        mark_invalid(self.editor.widget, sentence, self._help)
        if sentence:
            announce(self.editor.widget, sentence)
