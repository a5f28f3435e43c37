"""One group: its name, what it may do in each module, and which sensitive fields it sees."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QVBoxLayout, QWidget
from typing_extensions import override

from gcrm.i18n import _
from gcrm.model.rights import ACTIONS, FIELD_GROUPS, MODULES
from gcrm.ui.theme import px
from gcrm.ui.widgets.flow import FlowLayout
from gcrm.ui.widgets.form_fields import FormField
from gcrm.ui.widgets.safe import PlainLabel, literal


@dataclass(frozen=True, slots=True)
class Draft:
    """A group as it stands in the form: `id` 0 for a new one, `key` "" for an own one."""

    id: int = 0
    key: str = ""
    name: str = ""
    rights: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()


class RightsForm(QWidget):
    """`changed` tells that something was ticked or typed. The page places `name_field`, with its buttons beside it.

    Whoever may do anything in a module must see it: the boxes follow each other.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = Draft()
        self._is_filling = False
        self.name = QLineEdit()
        self.name_field = FormField(_("Name of the group"), self.name)
        self.boxes: dict[str, QCheckBox] = {}
        self.fields: dict[str, QCheckBox] = {}
        self._lines = QVBoxLayout()
        self._lines.setSpacing(px(4))
        for module, (label, actions) in MODULES.items():
            named = {f"{module}.{action}": _(ACTIONS[action]) for action in actions}
            self._add_line(_(label), named, self.boxes)
        self._add_line(_("Sees also"), {key: _(told.label) for key, told in FIELD_GROUPS.items()}, self.fields)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._lines)
        self.name.textEdited.connect(lambda _text: self.changed.emit())
        self._fit()

    def _add_line(self, label: str, named: dict[str, str], into: dict[str, QCheckBox]) -> None:
        """Add a module with a box for each action; a screen reader hears the module with each."""
        holder = QWidget()
        flow = FlowLayout(holder)
        for key, word in named.items():
            box = QCheckBox(literal(word))
            box.setAccessibleName(f"{label}: {word}")
            box.toggled.connect(lambda on, key=key: self._on_toggled(key, on))
            into[key] = box
            flow.addWidget(box)
        self._lines.addWidget(PlainLabel(label, "strong", wrap=True))
        self._lines.addWidget(holder)
        self._lines.addSpacing(px(6))

    def _fit(self) -> None:
        """Let equal words stand below each other: the boxes of the rights are as wide as the widest."""
        widest = max(box.sizeHint().width() for box in self.boxes.values())
        for box in self.boxes.values():
            box.setMinimumWidth(widest)

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of the size of text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self.boxes:
            self._fit()

    # --- what stands in it --------------------------------------------------------------------------------------
    def show_draft(self, draft: Draft, *, is_fixed: bool) -> None:
        """Show a group; `is_fixed`: it is to be looked at only."""
        self._shown = draft
        self._is_filling = True
        self.name_field.clear_error()
        if self.name.text() != draft.name:
            self.name.setText(draft.name)
        self.name.setEnabled(not draft.key and not is_fixed)
        for key, box in self.boxes.items():
            box.setChecked(key in draft.rights)
            box.setEnabled(not is_fixed)
        for key, box in self.fields.items():
            box.setChecked(key not in draft.hidden)
            box.setEnabled(not is_fixed)
        self._is_filling = False

    def draft(self) -> Draft:
        """Return what stands in the form."""
        rights = frozenset(key for key, box in self.boxes.items() if box.isChecked())
        hidden = frozenset(key for key, box in self.fields.items() if not box.isChecked())
        name = self._shown.name if self._shown.key else self.name.text()
        return Draft(self._shown.id, self._shown.key, name, rights, hidden)

    def _on_toggled(self, key: str, on: bool) -> None:
        """Tick "see" with anything else of its module, and take all of them with it."""
        if self._is_filling:
            return
        module, _dot, action = key.partition(".")
        sees = self.boxes.get(f"{module}.see")
        if sees is not None and action != "see" and on:
            sees.setChecked(True)
        if action == "see" and not on:
            for other, box in self.boxes.items():
                if other.startswith(f"{module}."):
                    box.setChecked(False)
        self.changed.emit()
