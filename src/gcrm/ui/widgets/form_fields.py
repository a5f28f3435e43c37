"""A field of a form: its name above, what is wrong with it below."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from gcrm.i18n import _
from gcrm.ui.theme.fonts import px
from gcrm.ui.widgets.invalid import mark_invalid
from gcrm.ui.widgets.safe import PlainLabel, announce, literal
from gcrm.ui.widgets.typed_edit import TypedEdit


class FormField(QWidget):
    """Label above `editor`; the label is the editor's spoken name, an error its spoken description."""

    def __init__(
        self, label: str, editor: QWidget, *, required: bool = False, hint: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.editor = editor
        self._hint = hint
        shown = _("{label} (required)").format(label=label) if required else label
        self.label = PlainLabel(literal(shown), "meta")
        self.label.setBuddy(editor)
        self._error = PlainLabel("", "error", wrap=True)
        self._error.hide()
        editor.setAccessibleName(shown)
        editor.setAccessibleDescription(hint)
        self.setFocusProxy(editor)
        if isinstance(editor, TypedEdit):
            editor.invalid.connect(self._judge)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(4))
        for part in (self.label, editor, self._error):
            layout.addWidget(part)
        if editor.sizePolicy().verticalPolicy() == QSizePolicy.Policy.Fixed:
            layout.addStretch(1)

    def _judge(self, sentence: str) -> None:
        if sentence:
            self.set_error(sentence)
        else:
            self.clear_error()

    def set_error(self, sentence: str) -> None:
        """Show what is wrong and what to do, in words and with a red border; a screen reader speaks it."""
        self._error.setText(sentence)
        self._error.show()
        mark_invalid(self.editor, sentence)
        announce(self.editor, sentence)

    def clear_error(self) -> None:
        """Take the error away."""
        self._error.hide()
        self._error.setText("")
        mark_invalid(self.editor, "", self._hint)

    def error(self) -> str:
        """Return the sentence shown, empty when there is none."""
        return self._error.full_text()
