"""A value that turns into its editor in place: click, Enter or F2 opens, Enter or leaving saves, Esc gives up.

What stands in an open editor is a draft on the disk until it is saved or given up, and comes back when the editor is
opened again (ui/contact/typed.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QEnterEvent, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from gcrm.errors import GcrmError
from gcrm.i18n import _
from gcrm.model.checks.finding import Finding
from gcrm.model.contact import Contact
from gcrm.services.aggregate import Loaded
from gcrm.ui.contact.rows import Host, RowSpec
from gcrm.ui.contact.value_view import ValueView
from gcrm.ui.forms import Handle, kept_value, make_handle
from gcrm.ui.forms.hints import sentence_of
from gcrm.ui.theme import icon, px
from gcrm.ui.widgets.button import IconButton
from gcrm.ui.widgets.invalid import mark_invalid
from gcrm.ui.widgets.safe import PlainLabel, announce, literal, set_tip

CHECK_AFTER_MS = 250
_STAYS_OPEN = (
    Qt.FocusReason.PopupFocusReason,
    Qt.FocusReason.ActiveWindowFocusReason,
    Qt.FocusReason.MenuBarFocusReason,
)
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class ValueRow(QWidget):
    """One row. `moved` asks for the editor of the next (1) or former (-1) row, `closed` says that editing ended."""

    moved = Signal(int)
    closed = Signal()

    def __init__(self, host: Host, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._host = host
        self.spec = RowSpec("", "", "")
        self._handles: list[Handle] = []
        self._fields: QWidget | None = None
        self._is_saving = False
        self._opened_with: list[str] = []
        self._refused: list[str] | None = None
        self._draft = ""
        self.seen: Loaded[Contact] | None = None
        self.view = ValueView()
        self.view.clicked.connect(self._activate)
        self.menu_button = IconButton("ellipsis", _("More"), role="inline", on_click=self._open_menu, parent=self)
        keep = self.menu_button.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self.menu_button.setSizePolicy(keep)
        self.menu_button.hide()
        self._hint = PlainLabel("", "small", wrap=True)
        self._hint.hide()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(CHECK_AFTER_MS)
        self._timer.timeout.connect(self._check)
        for part in (self.view, self.menu_button):
            part.installEventFilter(self)
        self._lay_out()

    def _lay_out(self) -> None:
        self._line = QHBoxLayout()
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(px(4))
        self._line.addWidget(self.view, 1)
        self._line.addWidget(self.menu_button, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(2))
        column.addLayout(self._line)
        column.addWidget(self._hint)

    # --- showing ------------------------------------------------------------------------------------------------
    def set_spec(self, spec: RowSpec) -> None:
        """Show another row; an open editor is left alone when it is the same row, closed otherwise."""
        if self.is_editing() and spec.key != self.spec.key:
            self.leave_off()
        self.spec = spec
        self.view.set_tone(spec.tone)
        self.view.show_value(spec.label, spec.text, spec.note, spec.blank)
        if spec.help:
            self.view.setAccessibleDescription(" ".join(part for part in (spec.note, spec.help) if part))
        set_tip(self.view, spec.help)
        self.view.set_plain(not spec.can_edit and spec.opens is None)
        self.menu_button.setAccessibleName(_("More for {name}").format(name=spec.label or spec.text))
        self._show_menu_button()

    def is_editing(self) -> bool:
        """Tell whether the editor is open."""
        return self._fields is not None

    def is_saving(self) -> bool:
        """Tell whether what the editor holds is on its way into the database."""
        return self._is_saving

    def focus_editor(self) -> None:
        """Give the keyboard to the open editor."""
        if self._handles:
            self._handles[0].widget.setFocus()

    def _activate(self) -> None:
        if self.spec.opens is not None:
            self.spec.opens()
        else:
            self.open_editor()

    # --- editing ------------------------------------------------------------------------------------------------
    def open_editor(self) -> bool:
        """Turn the value into its editor; False when it has none."""
        if self.is_editing() or not self.spec.can_edit:
            return self.is_editing()
        self._fields = QWidget(self)
        lines = _lines(self._fields, 2 if self.spec.first_line else 1)
        self._handles = [make_handle(entry, self._fields) for entry in self.spec.inputs]
        for place, handle in enumerate(self._handles):
            self._fit(handle)
            lines[0 if place < self.spec.first_line else -1].addWidget(handle.widget, handle.entry.stretch)
            handle.widget.installEventFilter(self)
            handle.on_typed(lambda *_typed: self._on_typed())
        if self.spec.assist is not None:
            self.spec.assist(self._handles)
        self._opened_with = self.texts()
        self.seen = self._host.seen()
        self.view.hide()
        self._line.insertWidget(0, self._fields, 1)
        self._fields.show()
        self._show_menu_button()
        first = self._handles[min(self.spec.focus_input, len(self._handles) - 1)]
        first.select()
        self._refused = None
        self._say(self.spec.help)
        self._timer.start()
        fields = self._fields
        self._host.typed_before(self.spec.key, lambda kept: self._take_back(fields, kept))
        return True

    def texts(self) -> list[str]:
        """Return what stands in the editors, as it was typed."""
        return [handle.typed() for handle in self._handles]

    def _on_typed(self) -> None:
        """Look at what is typed, and keep it where it differs from what was there."""
        self._timer.start()
        texts = self.texts()
        if texts != self._opened_with:
            label = self.spec.label or self.spec.inputs[0].shown_label
            self._draft = self._host.keep_typed(self, self.spec.key, label, texts, {})
        else:
            self._drop_draft()

    def _drop_draft(self) -> None:
        draft, self._draft = self._draft, ""
        if draft:
            self._host.forget_typed(draft)

    def _take_back(self, fields: QWidget, kept: Mapping[str, Any]) -> None:
        """Put back what was typed before and never saved; not over something typed meanwhile."""
        texts = kept.get("texts")
        if fields is not self._fields or not isinstance(texts, list) or len(texts) != len(self._handles):
            return
        if self.texts() == self._opened_with and texts != self._opened_with:
            for handle, text in zip(self._handles, texts, strict=True):
                handle.retype(str(text))
            self._say(_("Your unsaved text is back. Esc discards it."))

    def _fit(self, handle: Handle) -> None:
        """Share the width by the stretch of the inputs; where there are several, each says in itself what it is."""
        policy = handle.widget.sizePolicy()
        handle.widget.setSizePolicy(QSizePolicy.Policy.Ignored, policy.verticalPolicy())
        handle.widget.setMinimumWidth(px(48))
        edit = handle.widget.lineEdit() if isinstance(handle.widget, QComboBox) else handle.widget
        if isinstance(edit, QLineEdit) and len(self.spec.inputs) > 1:
            edit.setPlaceholderText(handle.entry.shown_label)

    def values(self) -> list[Any]:
        """Return what the editors hold, in the form in which it is kept."""
        return [kept_value(handle.entry, handle.read()) for handle in self._handles]

    def commit(self, move: int = 0) -> None:
        """Save what was typed and close; what cannot be read stays open with the reason."""
        if not self.is_editing() or self._is_saving:
            return
        for handle in self._handles:
            sentence = handle.problem()
            if sentence:
                self._complain(sentence, handle)
                return
        values = self.values()
        before = [kept_value(handle.entry, handle.entry.value) for handle in self._handles]
        change = self.spec.change(values) if self.spec.change is not None and values != before else None
        if change is None:
            self._finish(move)
            return
        self._is_saving = True
        if move:
            self.moved.emit(move)
        fields, draft = self._fields, self._draft
        self._host.commit(
            change, lambda: self._saved(fields, draft), lambda error: self._failed(fields, error), self.seen
        )

    def _saved(self, fields: QWidget | None, draft: str) -> None:
        """Forget the draft, also when the row shows something else by now."""
        if draft:
            self._host.forget_typed(draft)
        if self._fields is fields and fields is not None:
            self._is_saving = False
            self._finish(0)

    def _failed(self, fields: QWidget | None, error: GcrmError) -> None:
        """Keep the editor open with what was typed; where it is closed by now, the draft stays."""
        if self._fields is fields and fields is not None:
            self._is_saving = False
            self._complain(error.sentence, self._handles[0])

    def _complain(self, sentence: str, handle: Handle) -> None:
        self._refused = self.texts()
        mark_invalid(handle.widget, sentence)
        self._say(sentence, bad=True)
        announce(self, sentence)
        if self._has_focus():  # who has gone on typing elsewhere keeps the keyboard
            handle.widget.setFocus()

    def _finish(self, move: int) -> None:
        had_focus = self._has_focus()
        self._close()
        if move:
            self.moved.emit(move)
        elif had_focus:
            self.view.setFocus()

    def revert(self) -> None:
        """Give up what was typed."""
        had_focus = self._has_focus()
        self._close()
        if had_focus:
            self.view.setFocus()

    def leave_off(self) -> None:
        """Close the editor because something else is shown; what was typed stays a draft until it is saved."""
        self._draft = ""
        self._close()

    def _close(self) -> None:
        if self._fields is None:
            return
        self._timer.stop()
        self._is_saving = False
        self._drop_draft()
        fields, self._fields, self._handles = self._fields, None, []
        self._line.removeWidget(fields)
        self.view.show()
        focus = QApplication.focusWidget()
        if focus is not None and fields.isAncestorOf(focus):
            self.view.setFocus()
        fields.hide()
        fields.deleteLater()
        self._say("")
        self._show_menu_button()
        self.closed.emit()

    def _has_focus(self) -> bool:
        focus = QApplication.focusWidget()
        return focus is not None and (focus is self or self.isAncestorOf(focus))

    # --- hints --------------------------------------------------------------------------------------------------
    def _check(self) -> None:
        """Look at what is typed, off the GUI thread."""
        judge = self.spec.judge
        if judge is None or not self.is_editing():
            return
        values = self.values()
        self._host.run_check(lambda: judge(values), self._show_finding, ("check", id(self)))

    def _show_finding(self, finding: Finding) -> None:
        """Show what was found of what is typed; a reason why just that was refused stays."""
        if self.is_editing() and self.texts() != self._refused:
            self._say(sentence_of(finding) or self.spec.help, bad=finding.level == "error")

    def _say(self, sentence: str, *, bad: bool = False) -> None:
        self._hint.setText(sentence)
        self._hint.set_tone("bad" if bad else "")
        self._hint.setVisible(bool(sentence))

    # --- keys, focus, menu --------------------------------------------------------------------------------------
    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched in (self.view, self.menu_button):
            if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
                QTimer.singleShot(0, self, self._show_menu_button)
            return False
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event)
        if event.type() == QEvent.Type.FocusOut and isinstance(event, QFocusEvent):
            self._focus_out(event.reason())
        return False

    def _focus_out(self, reason: Qt.FocusReason) -> None:
        if reason not in _STAYS_OPEN:
            QTimer.singleShot(0, self, self._leave)

    def _key(self, event: QKeyEvent) -> bool:
        """Take the keys that end editing; everything else is the editor's."""
        handle = next((handle for handle in self._handles if handle.widget.hasFocus()), None)
        with_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() == Qt.Key.Key_Escape:
            self.revert()
            return True
        if event.key() in _ENTER and (with_control or handle is None or not handle.is_long):
            self.commit()
            return True
        if event.key() == Qt.Key.Key_Tab and handle is self._handles[-1]:
            self.commit(1)
            return True
        if event.key() == Qt.Key.Key_Backtab and handle is self._handles[0]:
            self.commit(-1)
            return True
        return False

    def _leave(self) -> None:
        if self.is_editing() and not self._has_focus() and QApplication.activePopupWidget() is None:
            self.commit()

    def _show_menu_button(self) -> None:
        wanted = bool(self.spec.commands) and (self.underMouse() or self._has_focus())
        self.menu_button.setVisible(wanted)

    @override
    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        QTimer.singleShot(0, self, self._show_menu_button)

    @override
    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        QTimer.singleShot(0, self, self._show_menu_button)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.spec.commands and not self.is_editing():
            self._open_menu(event.globalPos())

    def _open_menu(self, where: QPoint | None = None) -> None:
        menu = QMenu(self)
        for command in self.spec.commands:
            action = menu.addAction(icon(command.icon), literal(command.text))
            action.triggered.connect(lambda _checked=False, run=command.run: run())
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(where or self.menu_button.mapToGlobal(self.menu_button.rect().bottomLeft()))


def _lines(parent: QWidget, count: int) -> list[QHBoxLayout]:
    """Return lines for editors, one below the other."""
    column = QVBoxLayout(parent)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(px(4))
    lines = [QHBoxLayout() for _line in range(count)]
    for line in lines:
        line.setSpacing(px(6))
        column.addLayout(line)
    return lines
