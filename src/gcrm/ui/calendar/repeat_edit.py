"""How an appointment repeats: the kind, the weekdays, and the day it ends on."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from gcrm.i18n import _, ngettext
from gcrm.model.parse_date import parse_date
from gcrm.services.repeats import KINDS, OTHER, WITH_DAYS, Repeat
from gcrm.ui.calendar.words import weekday_name
from gcrm.ui.narrow_combo import NarrowCombo
from gcrm.ui.theme import px
from gcrm.ui.widgets.date_edit import DateEdit
from gcrm.ui.widgets.flow import FlowLayout
from gcrm.ui.widgets.form_fields import FormField
from gcrm.ui.widgets.typed_edit import place


class RepeatEdit(QWidget):
    """`changed` says that something else was chosen."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._repeat = Repeat()
        self.kind = NarrowCombo(_("Repeats"))
        self.until = DateEdit(lambda typed: parse_date(typed, *place(QLocale())))
        self.days = [QCheckBox(weekday_name(number)) for number in range(7)]
        for number, box in enumerate(self.days):
            box.setAccessibleName(weekday_name(number, "wide"))
            box.toggled.connect(lambda _on: self.changed.emit())
        self._weekdays = QWidget()
        flow = FlowLayout(self._weekdays)
        for box in self.days:
            flow.addWidget(box)
        self._until_field = FormField(_("Ends on (empty: never)"), self.until)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(8))
        for part in (FormField(_("Repeats"), self.kind), self._weekdays, self._until_field):
            column.addWidget(part)
        self.kind.currentIndexChanged.connect(lambda _place: self._on_kind())
        self.until.changed.connect(lambda _day: self.changed.emit())

    def show_repeat(self, repeat: Repeat) -> None:
        """Show how a series repeats."""
        self._repeat = repeat
        self.kind.blockSignals(True)
        self.kind.clear()
        for key, text in KINDS:
            self.kind.addItem(_(text), key)
        if self._repeat.kind == OTHER:
            self.kind.addItem(_("By a rule of its own"), OTHER)
        self.kind.setCurrentIndex(self.kind.findData(self._repeat.kind))
        self.kind.blockSignals(False)
        for number, box in enumerate(self.days):
            box.setChecked(number in self._repeat.days)
        self.until.set_value(self._repeat.until)
        self._arrange()

    def _on_kind(self) -> None:
        self._arrange()
        self.changed.emit()

    def _arrange(self) -> None:
        """Show what goes with the kind."""
        kind = self.kind.currentData()
        self._weekdays.setVisible(kind in WITH_DAYS)
        self._until_field.setVisible(bool(kind) and kind != OTHER)
        count = self._repeat.count if kind == self._repeat.kind else 0
        hint = ngettext("{count} time", "{count} times", count).format(count=count) if count else ""
        self.until.setPlaceholderText(hint)

    def check_day(self, weekday: int) -> None:
        """Check the day on which the appointment begins, where none is checked."""
        if not any(box.isChecked() for box in self.days):
            self.days[weekday].setChecked(True)

    def chosen(self) -> Repeat | None:
        """Return the repetition that is chosen, None where it is the one that was shown."""
        kind = str(self.kind.currentData() or "")
        days = tuple(number for number, box in enumerate(self.days) if box.isChecked()) if kind in WITH_DAYS else ()
        until = self.until.value() if kind else None
        chosen = Repeat(kind, days, until, self._repeat.count if kind == self._repeat.kind and not until else 0)
        return None if kind == OTHER or chosen == self._repeat else chosen
