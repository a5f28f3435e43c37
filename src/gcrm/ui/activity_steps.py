"""Lines of activities that are planned together: when, what kind, what is to be done, who does it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from PySide6.QtCore import Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from gcrm.i18n import _
from gcrm.model.follow_up import When, WorkdayRule
from gcrm.services.activity_sets import MOST_DAYS, MOST_STEPS, PlannedStep, SetStep
from gcrm.services.activity_types import TypeRow
from gcrm.ui.follow_up_edit import FollowUpEdit
from gcrm.ui.settings.option_editor import CalmCombo
from gcrm.ui.theme import icon, px
from gcrm.ui.widgets.button import Button, IconButton
from gcrm.ui.widgets.safe import PlainLabel
from gcrm.ui.widgets.tab_order import tab_as_read

WHEN, KIND, WORDS, WHO, HIGH, REMOVE = range(6)
NARROW, WIDE = 72, 150


@dataclass(frozen=True, slots=True)
class Offered:
    """What can be chosen in a line: types, colleagues by id, and the rule for workdays."""

    types: Sequence[TypeRow]
    users: Sequence[tuple[int, str]]
    is_workday: WorkdayRule


@dataclass(slots=True)
class _Line:
    """The editors of one activity."""

    when: QLineEdit
    kind: CalmCombo
    words: QLineEdit
    who: CalmCombo
    high: QCheckBox
    remove: IconButton = field(init=False)

    def widgets(self) -> tuple[QWidget, ...]:
        """Return the editors in the order of the columns."""
        return (self.when, self.kind, self.words, self.who, self.high, self.remove)


class ActivitySteps(QWidget):
    """A table of lines. With `is_dated` each has a day, else a number of days. `changed` says that one was edited."""

    changed = Signal()

    def __init__(self, offered: Offered, *, is_dated: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offered = offered
        self._is_dated = is_dated
        self._lines: list[_Line] = []
        self._count = 0
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(px(6))
        self.grid.setVerticalSpacing(px(6))
        self.grid.setColumnStretch(WORDS, 1)
        heads = (_("Type"), _("What is to be done"), _("Responsible"), _("High"))
        for column, text in enumerate((_("Day") if is_dated else _("After days"), *heads)):
            self.grid.addWidget(PlainLabel(text, "meta"), 0, column)
        self.add_button = Button(_("Add activity"), "link", on_click=self._add_wanted)
        foot = QHBoxLayout()
        foot.addWidget(self.add_button)
        foot.addStretch(1)
        column_ = QVBoxLayout(self)
        column_.setContentsMargins(0, 0, 0, 0)
        column_.setSpacing(px(6))
        column_.addLayout(self.grid)
        column_.addLayout(foot)

    # --- lines --------------------------------------------------------------------------------------------------
    def show_steps(self, steps: Sequence[SetStep | PlannedStep]) -> None:
        """Show other lines."""
        for line in self._lines:
            self._take_away(line)
        self._lines = []
        for step in steps:
            self._add(step)
        self._settle()

    def _add(self, step: SetStep | PlannedStep) -> _Line:
        self._count += 1
        number = self.grid.rowCount()
        line = _Line(self._when(step), CalmCombo(), QLineEdit(step.text), CalmCombo(), QCheckBox())
        line.remove = IconButton("x", _("Remove activity"), on_click=lambda: self._remove(line))
        for row in self._offered.types:
            if row.is_chosen_by_people or row.key == step.type:
                line.kind.addItem(icon(row.icon), row.label, row.key)
        line.kind.set_value(step.type)
        line.who.addItem(_("Who plans it"), None)
        for user, name in self._offered.users:
            line.who.addItem(name, user)
        line.who.setCurrentIndex(max(0, line.who.findData(step.responsible)))
        line.high.setChecked(step.is_urgent)
        line.high.setMinimumSize(px(24), px(24))
        line.words.setMaxLength(1000)
        line.words.setMinimumWidth(px(130))
        line.when.setFixedWidth(px(WIDE if self._is_dated else NARROW))
        for combo in (line.kind, line.who):
            combo.setMinimumContentsLength(8)
            combo.setMinimumWidth(px(110))
            combo.currentIndexChanged.connect(lambda _place: self.changed.emit())
        line.words.textChanged.connect(lambda _text: self.changed.emit())
        line.high.toggled.connect(lambda _on: self.changed.emit())
        for column, widget in enumerate(line.widgets()):
            self.grid.addWidget(widget, number, column)
            widget.show()  # at once, so that the focus can go there
        self._lines.append(line)
        return line

    def _when(self, step: SetStep | PlannedStep) -> QLineEdit:
        """Return the editor of the day."""
        if isinstance(step, PlannedStep):
            edit = FollowUpEdit()
            edit.set_workdays(self._offered.is_workday)
            edit.set_value(When(datetime.combine(step.on, time()), all_day=True))
            edit.understood.connect(lambda _when: self.changed.emit())
            return edit
        days = QLineEdit(str(step.days))
        days.setValidator(QIntValidator(0, MOST_DAYS, days))
        days.textChanged.connect(lambda _text: self.changed.emit())
        return days

    def _add_wanted(self) -> None:
        """Add a line behind the last one and go there."""
        last = self._lines[-1] if self._lines else None
        step = self._blank(last)
        self._add(step).words.setFocus()
        self._settle()

    def _blank(self, last: _Line | None) -> SetStep | PlannedStep:
        """Return what a new line begins with: the day of the last one."""
        if self._is_dated:
            when = last.when.value() if last is not None and isinstance(last.when, FollowUpEdit) else None
            return PlannedStep("call", "", when.on if when is not None else date.today())
        return SetStep("call", "", int(last.when.text() or 0) if last is not None else 0)

    def _remove(self, line: _Line) -> None:
        place = self._lines.index(line)
        self._lines.remove(line)
        self._take_away(line)
        self._settle()
        near = self._lines[min(place, len(self._lines) - 1)].words if self._lines else self.add_button
        near.setFocus()

    def _take_away(self, line: _Line) -> None:
        for widget in line.widgets():
            self.grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()

    def _settle(self) -> None:
        """Name the editors by their line, and let Tab go through them as they stand."""
        for number, line in enumerate(self._lines, 1):
            heads = (_("Day"), _("Type"), _("What is to be done"), _("Responsible"), _("High priority"))
            for head, widget in zip(heads, line.widgets(), strict=False):
                widget.setAccessibleName(_("{field} of activity {number}").format(field=head, number=number))
            line.remove.setAccessibleName(_("Remove activity {number}").format(number=number))
        self.add_button.setEnabled(len(self._lines) < MOST_STEPS)
        tab_as_read(self)
        self.changed.emit()

    # --- reading ------------------------------------------------------------------------------------------------
    def count(self) -> int:
        """Return how many lines there are."""
        return len(self._lines)

    def set_steps(self) -> tuple[SetStep, ...]:
        """Return the lines as the steps of a set."""
        return tuple(SetStep(*self._what(line), int(line.when.text() or 0), *self._whom(line)) for line in self._lines)

    def planned_steps(self) -> tuple[PlannedStep, ...] | None:
        """Return the lines as what is to be made, None while a line says no day."""
        found = []
        for line, when in self._days():
            if when is None:
                return None
            found.append(PlannedStep(*self._what(line), when.on, *self._whom(line)))
        return tuple(found)

    def go_to_trouble(self) -> None:
        """Put the focus on the first line that says no day."""
        for line, when in self._days():
            if when is None:
                line.when.setFocus()
                return

    def _days(self) -> Iterator[tuple[_Line, When | None]]:
        for line in self._lines:
            yield line, line.when.value() if isinstance(line.when, FollowUpEdit) else None

    def _what(self, line: _Line) -> tuple[str, str]:
        return str(line.kind.currentData()), line.words.text()

    def _whom(self, line: _Line) -> tuple[int | None, bool]:
        return line.who.currentData(), line.high.isChecked()
