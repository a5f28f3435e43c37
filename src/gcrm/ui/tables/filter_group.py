"""A group of conditions in the filter: all or any of them, or everything but these; a part may be a group again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from gcrm.i18n import _
from gcrm.ui.tables.filter_lines import ConditionLine, KeptLine, Offers
from gcrm.ui.theme import px, set_role
from gcrm.ui.widgets.button import Button, IconButton
from gcrm.ui.widgets.tab_order import tab_as_read


class ConditionGroup(QFrame):
    """Conditions that are joined; `removable` ones stand inside another group and have a frame."""

    changed = Signal()
    removed = Signal(object)

    def __init__(self, offers: Offers, *, removable: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offers = offers
        self.parts: list[ConditionLine | KeptLine | ConditionGroup] = []
        self.mode = QComboBox()
        self.mode.setAccessibleName(_("How conditions are joined"))
        self.mode.addItem(_("All conditions hold"), "all")
        self.mode.addItem(_("Any condition holds"), "any")
        self.turned = QCheckBox(_("Everything but these"))
        self._body = QVBoxLayout()
        self._body.setSpacing(px(6))
        self._lay_out(removable)
        self.mode.currentIndexChanged.connect(lambda _row: self.changed.emit())
        self.turned.toggled.connect(lambda _on: self.changed.emit())

    def _lay_out(self, removable: bool) -> None:
        """Place head, conditions and the buttons that add more."""
        head = QHBoxLayout()
        head.addWidget(self.mode)
        head.addWidget(self.turned)
        head.addStretch(1)
        if removable:
            set_role(self, "card")
            head.addWidget(IconButton("x", _("Remove this group"), on_click=lambda: self.removed.emit(self)))
        buttons = QHBoxLayout()
        buttons.addWidget(Button(_("Add condition"), "flat", "plus", on_click=self.add_line))
        buttons.addWidget(Button(_("Add group"), "flat", "plus", on_click=self.add_group))
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        margin = px(10) if removable else 0
        column.setContentsMargins(margin, margin, margin, margin)
        column.setSpacing(px(8))
        column.addLayout(head)
        column.addLayout(self._body)
        column.addLayout(buttons)

    def set_offers(self, offers: Offers) -> None:
        """Take what can be compared, once it is known."""
        self._offers = offers

    def add_line(self) -> ConditionLine:
        """Add a condition; its field has the focus."""
        line = ConditionLine(self._offers)
        self._add(line)
        line.field.setFocus()
        return line

    def add_group(self) -> ConditionGroup:
        """Add a group with one condition, joined the other way."""
        group = ConditionGroup(self._offers, removable=True)
        group.mode.setCurrentIndex(1 - self.mode.currentIndex())
        self._add(group)
        group.add_line()
        return group

    def _add(self, part: ConditionLine | KeptLine | ConditionGroup) -> None:
        """Put a part below the others."""
        part.changed.connect(self.changed.emit)
        part.removed.connect(self._remove)
        self.parts.append(part)
        self._body.addWidget(part)
        tab_as_read(self)
        self.changed.emit()

    def _remove(self, part: ConditionLine | KeptLine | ConditionGroup) -> None:
        """Take a part away."""
        self.parts.remove(part)
        self._body.removeWidget(part)
        part.hide()
        part.deleteLater()
        self.changed.emit()

    def show_tree(self, tree: Mapping[str, Any]) -> None:
        """Show a tree of conditions; an empty one as one line to fill in."""
        if "not" in tree:
            self.turned.setChecked(True)
            tree = tree["not"]
        self.mode.setCurrentIndex(1 if "any" in tree else 0)
        inner: list[Mapping[str, Any]] = [tree] if "field" in tree or "not" in tree else []
        for part in tree.get("any") or tree.get("all") or inner:
            self._show_part(part)
        if not self.parts:
            self.add_line()

    def _show_part(self, tree: Mapping[str, Any]) -> None:
        """Show a comparison as a line, anything else as a group."""
        if "field" not in tree:
            group = ConditionGroup(self._offers, removable=True)
            group.show_tree(tree)
            self._add(group)
            return
        line = ConditionLine(self._offers)
        if line.show_tree(tree):
            self._add(line)
            return
        line.deleteLater()
        self._add(KeptLine(self._offers, tree))

    def tree(self) -> dict[str, Any]:
        """Return the tree of what is complete, nothing when there is nothing."""
        parts = [found for part in self.parts if (found := part.tree())]
        if not parts:
            return {}
        joined: dict[str, Any] = {str(self.mode.currentData()): parts}
        return {"not": joined} if self.turned.isChecked() else joined

    def unreadable(self) -> ConditionLine | None:
        """Return the first line whose value cannot be read."""
        return next((found for part in self.parts if (found := part.unreadable()) is not None), None)
