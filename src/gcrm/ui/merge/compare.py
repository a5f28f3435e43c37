"""Contacts side by side: per field the value of each, one of them chosen."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QGridLayout, QHBoxLayout, QRadioButton, QVBoxLayout, QWidget
from typing_extensions import override

from gcrm.i18n import _, ngettext
from gcrm.ui.merge.facts import Facts, Row, Side
from gcrm.ui.theme import px, set_role
from gcrm.ui.widgets.avatar import SIZE_ROW, Avatar
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.chip import Chip
from gcrm.ui.widgets.safe import PlainLabel

LABEL_WIDTH = 140
SIDE_WIDTH = 200


class Choice(QWidget):
    """A value that can be chosen: a round button and the text beside it, which is pressed as well."""

    def __init__(self, text: str, spoken: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button = QRadioButton()
        self.button.setAccessibleName(spoken)
        self.button.setMinimumSize(px(24), px(24))
        self.label = PlainLabel(text or _("empty"), "body" if text else "meta", wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, px(4), 0, px(4))
        row.setSpacing(px(4))
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        self.label.setContentsMargins(0, px(4), 0, 0)
        row.addWidget(self.label, 1, Qt.AlignmentFlag.AlignTop)
        self.setFocusProxy(self.button)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.button.setChecked(True)
        self.button.setFocus()


class SideHead(QWidget):
    """What stands above a column: who it is, and whether it stays or goes."""

    keep_wanted = Signal(int)

    def __init__(self, side: Side, stays: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        names = QVBoxLayout()
        names.setSpacing(px(2))
        name = PlainLabel(side.name, "strong", wrap=True)
        names.addWidget(name)
        if side.detail:
            names.addWidget(PlainLabel(side.detail, "small", wrap=True))
        foot = QHBoxLayout()
        foot.setSpacing(px(6))
        foot.addWidget(Chip(_("Stays"), "ok") if stays else Chip(_("Goes"), "neutral"))
        foot.addStrut(px(28))
        if not stays:
            button = Button(_("Keep this one"), "link", on_click=lambda: self.keep_wanted.emit(side.id))
            button.setAccessibleName(_("Keep “{name}”").format(name=side.name))
            foot.addWidget(button)
        foot.addStretch(1)
        names.addLayout(foot)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(10))
        row.addWidget(Avatar(side.name, SIZE_ROW), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(names, 1)


class Comparison(QWidget):
    """Heads, below them the fields that differ; equal ones are folded away.

    `choices` are what the user chose against the proposal; they outlive a change of the contact that stays.
    """

    keep_wanted = Signal(int)

    def __init__(self, facts: Facts, choices: dict[str, int], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choices = choices
        self._facts = facts
        self._equal: list[QWidget] = []
        self._groups: list[QButtonGroup] = []
        self.cells: dict[tuple[str, int], Choice] = {}
        self.grid = QGridLayout(self)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setHorizontalSpacing(px(16))
        self.grid.setVerticalSpacing(px(2))
        self.grid.setColumnMinimumWidth(0, px(LABEL_WIDTH))
        for column, side in enumerate(facts.sides, 1):
            self._add_head(column, side)
        self._add_line(1)
        for line, row in enumerate(sorted(facts.rows, key=lambda row: row.is_equal), 3):
            self._add_row(line, row)
        self._add_toggle(3 + len(facts.rows))

    def _add_head(self, column: int, side: Side) -> None:
        head = SideHead(side, side.id == self._facts.keep)
        head.keep_wanted.connect(self.keep_wanted)
        self.grid.addWidget(head, 0, column, Qt.AlignmentFlag.AlignTop)
        self.grid.setColumnStretch(column, 1)
        self.grid.setColumnMinimumWidth(column, px(SIDE_WIDTH))

    def _add_line(self, line: int) -> None:
        rule = QFrame()
        set_role(rule, "separator")
        self.grid.setRowMinimumHeight(line, px(12))
        self.grid.addWidget(rule, line, 0, 1, len(self._facts.sides) + 1, Qt.AlignmentFlag.AlignVCenter)

    def _add_row(self, line: int, row: Row) -> None:
        """Add a field: one value for all where they are equal, else one choice per contact."""
        label = PlainLabel(row.label, "meta", wrap=True)
        label.setContentsMargins(0, px(8), 0, 0)
        self.grid.addWidget(label, line, 0, Qt.AlignmentFlag.AlignTop)
        if row.is_equal:
            value = PlainLabel(next(iter(row.texts.values())), wrap=True)
            value.setContentsMargins(px(28), px(8), 0, px(4))
            self.grid.addWidget(value, line, 1, 1, len(self._facts.sides))
            self._equal += [label, value]
            return
        group = QButtonGroup(self)
        self._groups.append(group)
        chosen = self.choices.get(row.name, row.proposal)
        for column, side in enumerate(self._facts.sides, 1):
            text = row.texts.get(side.id, "")
            spoken = f"{row.label}: {text or _('empty')} ({side.name})"
            cell = Choice(text, spoken)
            group.addButton(cell.button, column)
            cell.button.setChecked(side.id == chosen)
            cell.button.toggled.connect(lambda on, row=row, side=side: self._choose(row, side.id) if on else None)
            self.cells[row.name, side.id] = cell
            self.grid.addWidget(cell, line, column, Qt.AlignmentFlag.AlignTop)

    def _choose(self, row: Row, contact: int) -> None:
        if contact == row.proposal:
            self.choices.pop(row.name, None)
        else:
            self.choices[row.name] = contact

    def _add_toggle(self, line: int) -> None:
        """Add the button that shows the equal fields."""
        count = sum(row.is_equal for row in self._facts.rows)
        text = ngettext("Show {count} equal field", "Show {count} equal fields", count).format(count=count)
        self.toggle = Button(text, "link", on_click=lambda: self._show_equal(True))
        self.grid.addWidget(self.toggle, line, 0, 1, 2, Qt.AlignmentFlag.AlignLeft)
        self._show_equal(False)
        self.toggle.setVisible(bool(count))

    def _show_equal(self, shown: bool) -> None:
        for widget in self._equal:
            widget.setVisible(shown)
        self.toggle.setVisible(not shown)
