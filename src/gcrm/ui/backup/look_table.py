"""A contact side by side: as it is in the backup, as it is today, and what of it is taken over."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from gcrm.i18n import N_, _, ngettext
from gcrm.services.showing import show_instant
from gcrm.ui.backup.sides import Section, SideRow, Sides, State
from gcrm.ui.theme import px, set_role
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.card import Card
from gcrm.ui.widgets.chip import Chip, ChipKind
from gcrm.ui.widgets.icon_label import IconLabel
from gcrm.ui.widgets.safe import PlainLabel

STATES: dict[State, tuple[str, str, ChipKind]] = {
    "changed": (N_("Changed"), "pencil", "warn"),
    "gone": (N_("Missing today"), "circle-minus", "bad"),
    "added": (N_("Added since"), "circle-plus", "info"),
    "same": (N_("The same"), "equal", "neutral"),
}
"""What a state is called, its icon, and its colour."""
LABEL_WIDTH, MARK_WIDTH = 170, 130


class StateMark(QWidget):
    """The state of a line: an icon and a word."""

    def __init__(self, state: State, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        word, name, kind = STATES[state]
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(6))
        row.addWidget(IconLabel(name, kind))
        row.addWidget(Chip(_(word), kind))
        row.addStretch(1)


class LookTable(QWidget):
    """A card for each kind of records. `chosen` says that something else is to be taken over."""

    chosen = Signal()

    def __init__(self, sides: Sides, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sides = sides
        self.boxes: dict[SideRow, QCheckBox] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, px(8), 0)
        self._column.setSpacing(px(12))
        set_role(self, "content")
        self._same = sum(row.state == "same" for section in sides.sections for row in section.rows)
        for section in sides.sections:
            if any(row.state != "same" for row in section.rows):
                self._column.addWidget(self._card(section, with_same=False))
        text = ngettext("Show {count} that is the same", "Show {count} that are the same", self._same)
        self.toggle = Button(text.format(count=self._same), "link", on_click=self.show_same)
        if not self._same:
            self.toggle.hide()
        self._column.addWidget(self.toggle, 0, Qt.AlignmentFlag.AlignLeft)
        self._column.addStretch(1)

    def show_same(self) -> None:
        """Show also what is as it was, below the rest."""
        self.toggle.hide()
        for section in self.sides.sections:
            if any(row.state == "same" for row in section.rows):
                self._column.insertWidget(self._column.count() - 1, self._card(section, with_same=True))

    def _card(self, section: Section, *, with_same: bool) -> Card:
        """Return the card of a section: what differs, or what is the same."""
        card = Card(section.title)
        table = QWidget()
        grid = QGridLayout(table)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(px(16))
        grid.setVerticalSpacing(px(6))
        grid.setColumnMinimumWidth(1, px(LABEL_WIDTH))
        grid.setColumnMinimumWidth(2, px(MARK_WIDTH))
        for column in (3, 4):
            grid.setColumnStretch(column, 1)
        day = show_instant(self.sides.compared.at.astimezone())
        for column, text in ((3, _("In the backup of {day}").format(day=day)), (4, _("Today"))):
            grid.addWidget(PlainLabel(text, "caption"), 0, column)
        line = 1
        for row in section.rows:
            if (row.state == "same") == with_same:
                if line > 1:
                    self._add_rule(grid, line)
                self._add_row(grid, line + 1, row)
                line += 2
        card.body.addWidget(table)
        return card

    def _add_rule(self, grid: QGridLayout, line: int) -> None:
        rule = QFrame()
        set_role(rule, "separator")
        grid.addWidget(rule, line, 0, 1, 5)

    def _add_row(self, grid: QGridLayout, line: int, row: SideRow) -> None:
        top = Qt.AlignmentFlag.AlignTop
        if row.places:
            box = QCheckBox()
            box.setMinimumSize(px(24), px(24))
            state = _(STATES[row.state][0])
            told = ", ".join(part for part in (row.label, row.detail, state, row.then) if part)
            box.setAccessibleName(_("Take over: {what}").format(what=told))
            box.toggled.connect(lambda _on: self.chosen.emit())
            self.boxes[row] = box
            grid.addWidget(box, line, 0, top)
        about = QVBoxLayout()
        about.setSpacing(px(2))
        about.setContentsMargins(0, px(3), 0, 0)
        about.addWidget(PlainLabel(row.label, "meta", wrap=True))
        if row.detail:
            about.addWidget(PlainLabel(row.detail, "small", wrap=True))
        grid.addLayout(about, line, 1, top)
        grid.addWidget(StateMark(row.state), line, 2, top)
        for column, text in ((3, row.then), (4, row.now)):
            value = PlainLabel(text or _("empty"), "body" if text else "meta", wrap=True)
            value.setContentsMargins(0, px(3), 0, 0)
            grid.addWidget(value, line, column, top)

    # --- choosing -----------------------------------------------------------------------------------------------
    def choose_all(self, wanted: bool = True, *, fixed: bool = False) -> None:
        """Choose everything or nothing; with `fixed` that cannot be changed."""
        for box in self.boxes.values():
            box.setChecked(wanted)
            box.setEnabled(not fixed)

    def choose(self, label: str) -> None:
        """Choose the lines with this label."""
        for row, box in self.boxes.items():
            if row.label == label:
                box.setChecked(True)

    def wanted(self) -> frozenset[int]:
        """Return the differences that are to be taken over: all of a contact that is gone."""
        if self.sides.compared.is_gone:
            return frozenset(range(len(self.sides.compared.differences)))
        return frozenset(place for row, box in self.boxes.items() if box.isChecked() for place in row.places)

    def count(self) -> int:
        """Return how many lines are chosen."""
        return sum(box.isChecked() for box in self.boxes.values())
