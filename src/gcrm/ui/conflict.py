"""Two people changed the same field: both values and who, and a choice for each field. Or one put it in the trash."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QMessageBox,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from gcrm.errors import ConflictError, FieldConflict, GcrmError
from gcrm.i18n import _
from gcrm.model.fields import fields_of
from gcrm.model.registry import class_of
from gcrm.services import showing
from gcrm.services.aggregate import Key
from gcrm.ui.contact.layout import scrolling
from gcrm.ui.context import Context
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.message import question_box
from gcrm.ui.widgets.safe import PlainLabel, announce, literal

Chosen = frozenset[tuple[Key, str]]
Words = Callable[[str, Any], str]


def no_words(_name: str, _value: Any) -> str:
    """Know no words of its own for the value of a field."""
    return ""


def describe(conflict: FieldConflict, words: Words = no_words) -> tuple[str, str, str]:
    """Return the label of a field and the two values in words; `words` knows those of fields that keep a key."""
    told = fields_of(class_of(conflict.record[0])).get(conflict.field)
    label = _(told.label) if told is not None else conflict.field

    def text(value: Any) -> str:
        if told is None or value in (None, "", [], {}):
            return words(conflict.field, value) or _("(empty)")
        if isinstance(value, dict):
            return ", ".join(str(part) for part in value.values())
        return words(conflict.field, value) or showing.show(value, told.kind, told.choices)

    return label, text(conflict.mine), text(conflict.theirs)


class ConflictDialog(QDialog):
    """One row per field: mine, theirs. Nothing is written before the choice, and Cancel keeps what was typed."""

    def __init__(
        self, name: str, error: ConflictError, chosen: Callable[[Chosen, Chosen], object],
        given_up: Callable[[], object], parent: QWidget | None = None, words: Words = no_words,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._conflicts = error.conflicts
        self._words = words
        self._chosen = chosen
        self._given_up = given_up
        self._groups: list[QButtonGroup] = []
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Two people changed the same field"))
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(20), px(20), px(20))
        column.setSpacing(px(12))
        column.addWidget(PlainLabel(name, "title", elide=True))
        column.addWidget(PlainLabel(error.sentence, wrap=True))
        column.addWidget(scrolling(self._table()), 1)
        column.addWidget(self._buttons())
        self.setMinimumWidth(px(520))
        announce(self, error.sentence)

    def _table(self) -> QWidget:
        table = QWidget()
        grid = QGridLayout(table)
        grid.setHorizontalSpacing(px(16))
        grid.setVerticalSpacing(px(8))
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        who = ", ".join(dict.fromkeys(conflict.who for conflict in self._conflicts))
        for place, text in enumerate((_("Field"), _("Mine"), who)):
            grid.addWidget(PlainLabel(text, "caption"), 0, place)
        for row, conflict in enumerate(self._conflicts, 1):
            label, mine, theirs = describe(conflict, self._words)
            grid.addWidget(PlainLabel(label, "meta"), row, 0)
            group = QButtonGroup(table)
            for place, (text, whose) in enumerate(((mine, _("Mine")), (theirs, conflict.who))):
                choice = QRadioButton(literal(text))
                choice.setAccessibleName(f"{label}, {whose}: {text}")
                group.addButton(choice, place)
                grid.addWidget(choice, row, place + 1)
            group.button(0).setChecked(True)
            self._groups.append(group)
        grid.setRowStretch(len(self._conflicts) + 1, 1)
        return table

    def _buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox()
        self.save_button = Button(_("Save choice"), "primary", on_click=self.accept)
        self.save_button.setDefault(True)
        buttons.addButton(self.save_button, QDialogButtonBox.ButtonRole.AcceptRole)
        cancel = Button(_("Keep editing"), on_click=self.reject)
        buttons.addButton(cancel, QDialogButtonBox.ButtonRole.RejectRole)
        return buttons

    def choose(self, row: int, mine: bool) -> None:
        """Choose my value or the other's for one field."""
        self._groups[row].button(0 if mine else 1).setChecked(True)

    def accept(self) -> None:
        """Save with what was chosen."""
        mine: set[tuple[Key, str]] = set()
        theirs: set[tuple[Key, str]] = set()
        for conflict, group in zip(self._conflicts, self._groups, strict=True):
            (mine if group.checkedId() == 0 else theirs).add((conflict.record, conflict.field))
        super().accept()
        self._chosen(frozenset(mine), frozenset(theirs))

    def reject(self) -> None:
        """Go back to the editor."""
        super().reject()
        self._given_up()


def open_conflict(
    context: Context, name: str, error: ConflictError, chosen: Callable[[Chosen, Chosen], object],
    given_up: Callable[[], object], words: Words = no_words,
) -> ConflictDialog:  # fmt: skip
    """Ask which values stay; `chosen` gets the fields that stay mine and those that stay theirs."""
    window = context.window
    dialog = ConflictDialog(name, error, chosen, given_up, window if isinstance(window, QWidget) else None, words)
    dialog.open()
    return dialog


def open_trashed(
    context: Context, error: GcrmError, restored: Callable[[], object], given_up: Callable[[], object]
) -> QMessageBox:
    """Say that the contact is in the trash, and offer to take it out with what was typed."""
    window = context.window
    box, yes = question_box(
        window if isinstance(window, QWidget) else None, _("The contact is in the trash"), error.sentence,
        _("Restore and save"), otherwise=_("Keep editing"),
    )  # fmt: skip
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.finished.connect(lambda _result: restored() if box.clickedButton() is yes else given_up())
    box.open()
    return box
