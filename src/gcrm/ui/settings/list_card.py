"""A card with a list of a few records: add, change, remove, hide and move them; the form opens inside the card."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import Qt, QTimer, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPlainTextEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from gcrm.i18n import _
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import Button, IconButton
from gcrm.ui.widgets.card import Card
from gcrm.ui.widgets.form_fields import FormField
from gcrm.ui.widgets.safe import PlainLabel
from gcrm.ui.widgets.tab_order import tab_as_read
from gcrm.ui.widgets.two_line_list import Line, TwoLineList


class ListCard(Card):
    """`add_wanted`, `change_wanted(key)` and `remove_wanted(key)` ask; `arranged(keys)` tells a new order."""

    add_wanted = Signal()
    change_wanted = Signal(object)
    remove_wanted = Signal(object)
    hide_wanted = Signal(object)
    arranged = Signal(object)

    def __init__(
        self, title: str, add: str, empty: str, *, can_move: bool = False, can_hide: bool = False,
        can_remove: bool = True, add_icon: str = "plus", parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent=parent)
        self._can_move = can_move
        self.list = TwoLineList(title, can_move=can_move, most_rows=14)
        self.empty = PlainLabel(empty, "meta", wrap=True)
        self.add_button = Button(add, icon_name=add_icon, on_click=self.add_wanted.emit)
        self.change_button = IconButton("pencil", _("Change"), "Return", on_click=lambda: self._ask(self.change_wanted))
        self.hide_button = IconButton("eye-off", _("Hide"), on_click=lambda: self._ask(self.hide_wanted))
        self.remove_button = IconButton("trash-2", _("Delete"), "Del", on_click=lambda: self._ask(self.remove_wanted))
        self.up_button = IconButton("arrow-up", _("Move up"), "Alt+Up", on_click=lambda: self.list.move_current(-1))
        self.down_button = IconButton(
            "arrow-down", _("Move down"), "Alt+Down", on_click=lambda: self.list.move_current(1)
        )
        self._lay_out(title)
        self.hide_button.setVisible(can_hide)
        self.remove_button.setVisible(can_remove)
        for button in (self.up_button, self.down_button):
            button.setVisible(can_move)
        self.list.wanted.connect(self.change_wanted)
        self.list.unwanted.connect(self._remove_by_key)
        self.list.arranged.connect(self.arranged)
        self.list.chosen.connect(lambda _key: self._judge_buttons())
        self.form: InlineForm | None = None
        self.set_lines([])

    def _lay_out(self, title: str) -> None:
        head = QHBoxLayout()
        head.setSpacing(px(2))
        head.addWidget(PlainLabel(title, "section"), 1)
        for button in (self.up_button, self.down_button, self.change_button, self.hide_button, self.remove_button):
            head.addWidget(button)
        head.addSpacing(px(6))
        head.addWidget(self.add_button)
        self.body.addLayout(head)
        self.body.addWidget(self.list)
        self.body.addWidget(self.empty)

    def set_lines(self, lines: Iterable[Line]) -> None:
        """Show other records."""
        self.list.set_lines(lines)
        self.list.setVisible(bool(self.list.count()))
        self.empty.setVisible(not self.list.count())
        self._judge_buttons()

    def _judge_buttons(self) -> None:
        """Let the buttons be used where there is something to use them on."""
        row, has_line = self.list.currentRow(), self.list.current() is not None
        for button in (self.change_button, self.hide_button, self.remove_button):
            button.setEnabled(has_line)
        self.up_button.setEnabled(row > 0)
        self.down_button.setEnabled(0 <= row < self.list.count() - 1)

    def _ask(self, signal: SignalInstance) -> None:
        if self.list.current() is not None:
            signal.emit(self.list.current())

    def _remove_by_key(self, key: object) -> None:
        if not self.remove_button.isHidden() and self.remove_button.isEnabled():
            self.remove_wanted.emit(key)

    def open_form(self, form: InlineForm) -> None:
        """Show a form below the list, in place of one that was open."""
        self.close_form()
        self.form = form
        self.body.addWidget(form)
        tab_as_read(self)
        form.closed.connect(self.close_form)
        form.show()
        form.start()
        QTimer.singleShot(0, form, form.come_into_view)

    def close_form(self) -> None:
        """Take the form away; the list has the focus again."""
        if self.form is None:
            return
        had_focus = self.form.isAncestorOf(self.form.window().focusWidget() or self)
        form, self.form = self.form, None
        self.body.removeWidget(form)
        form.hide()
        form.deleteLater()
        if had_focus:
            (self.list if self.list.count() else self.add_button).setFocus()


class InlineForm(QWidget):
    """Fields with one primary button and Cancel. `submit` is called with nothing and keeps what was typed."""

    closed = Signal()

    def __init__(self, verb: str, submit: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields: dict[str, FormField] = {}
        self.error = PlainLabel("", "error", wrap=True)
        self.error.hide()
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(px(12))
        self.grid.setVerticalSpacing(px(10))
        self._submit = submit
        self.submit_button = Button(verb, "primary", on_click=submit)
        buttons = QHBoxLayout()
        buttons.setSpacing(px(6))
        buttons.addStretch(1)
        buttons.addWidget(Button(_("Cancel"), on_click=self.closed.emit))
        buttons.addWidget(self.submit_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, px(8), 0, 0)
        column.setSpacing(px(10))
        column.addLayout(self.grid)
        column.addWidget(self.error)
        column.addLayout(buttons)

    def add_row(self, row: Sequence[tuple[str, str, QWidget]]) -> None:
        """Add fields (name, label, editor) beside each other."""
        line = self.grid.rowCount()
        span = 6 // len(row)
        for place, (name, label, editor) in enumerate(row):
            self.fields[name] = FormField(label, editor)
            self.grid.addWidget(self.fields[name], line, place * span, 1, span)

    def add_wide(self, widget: QWidget) -> None:
        """Add anything over the whole width."""
        self.grid.addWidget(widget, self.grid.rowCount(), 0, 1, 6)

    def start(self) -> None:
        """Put the focus into the first field."""
        first = next(iter(self.fields.values()), None)
        if first is not None:
            first.editor.setFocus()

    def come_into_view(self) -> None:
        """Scroll the page so that the buttons can be seen, and the first field if there is room for both."""
        area = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if area is not None:
            area.ensureWidgetVisible(self.submit_button, 0, px(20))

    def show_error(self, sentence: str, field: str = "") -> None:
        """Say what is wrong: below its field, or below all of them."""
        for known in self.fields.values():
            known.clear_error()
        self.error.hide()
        if field in self.fields:
            self.fields[field].set_error(sentence)
            self.fields[field].editor.setFocus()
        else:
            self.error.setText(sentence)
            self.error.setVisible(bool(sentence))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter keeps what was typed (in a long text with Ctrl only), Esc closes the form and nothing else."""
        focus = self.window().focusWidget()
        with_ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
        elif with_ctrl or not isinstance(focus, QPlainTextEdit | QPushButton):
            self._submit()
