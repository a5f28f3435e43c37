"""The fields of the activity form: how each is read from an activity, shown, and written back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from PySide6.QtCore import QLocale
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLineEdit, QWidget
from typing_extensions import override

from gcrm.i18n import N_, _
from gcrm.model.activity import DIRECTIONS, Activity
from gcrm.model.follow_up import When
from gcrm.model.parse_date import parse_date
from gcrm.model.recurrence import Recurrence, Unit, decode
from gcrm.services.activity_types import TypeRow
from gcrm.services.moment import instant_of, wall_of, when_of
from gcrm.ui.follow_up_edit import FollowUpEdit
from gcrm.ui.narrow_combo import NarrowCombo
from gcrm.ui.theme import icon, px
from gcrm.ui.time_edit import MinutesEdit, TimeEdit
from gcrm.ui.widgets.date_edit import DateEdit
from gcrm.ui.widgets.form_fields import FormField
from gcrm.ui.widgets.text_area import TextArea
from gcrm.ui.widgets.typed_edit import place

WITH_DIRECTION = ("call", "letter", "email")
# What "Repeats" offers: number and unit in words. A recurrence of another kind is offered as well while it is set.
REPEATS = (
    (1, Unit.DAY, N_("Every day")),
    (1, Unit.WEEK, N_("Every week")),
    (2, Unit.WEEK, N_("Every 2 weeks")),
    (1, Unit.MONTH, N_("Every month")),
    (2, Unit.MONTH, N_("Every 2 months")),
    (3, Unit.MONTH, N_("Every 3 months")),
    (6, Unit.MONTH, N_("Every 6 months")),
    (1, Unit.YEAR, N_("Every year")),
)
_OTHERS = {
    Unit.DAY: N_("Every {count} days"),
    Unit.WEEK: N_("Every {count} weeks"),
    Unit.MONTH: N_("Every {count} months"),
    Unit.YEAR: N_("Every {count} years"),
}
Choice = tuple[str, Any]


def repeat_words(every: int, unit: Unit) -> str:
    """Return a recurrence in words."""
    known = {(count, step): text for count, step, text in REPEATS}
    return _(known.get((every, unit), _OTHERS[unit])).format(count=every)


def fill(combo: QComboBox, choices: Sequence[Choice], value: Any) -> None:
    """Offer choices and choose the one with this value."""
    combo.clear()
    for text, data in choices:
        combo.addItem(text, data)
    combo.setCurrentIndex(max(0, combo.findData(value)))


class ActivityFields(QWidget):
    """All fields of one activity, one below the other, two beside each other where it is wide."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.type = NarrowCombo(_("Type"))
        self.direction = NarrowCombo(_("Direction"))
        self.subject = QLineEdit()
        self.text = TextArea(5)
        self.day = DateEdit(lambda typed: parse_date(typed, *place(QLocale()), prefer="past"))
        self.time = TimeEdit(_("Time"))
        self.minutes = MinutesEdit(_("Duration"))
        self.person = NarrowCombo(_("Contact person"))
        self.responsible = NarrowCombo(_("Responsible"))
        self.follow_up = FollowUpEdit(hint=_("None"))
        self.repeats = NarrowCombo(_("Repeats"))
        self.is_high = QCheckBox(_("High priority"))
        self.is_private = QCheckBox(_("Private: only I see it"))
        self._shown: dict[str, Any] = {}
        self._lay_out()
        self.follow_up.understood.connect(lambda when: self.repeats.setEnabled(when is not None))
        self.type.currentIndexChanged.connect(lambda _place: self._show_direction())

    def _lay_out(self) -> None:
        """Place the fields."""
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(px(12))
        self._grid.setVerticalSpacing(px(10))
        self._columns = 0
        self.setMinimumWidth(px(160))
        self._direction_field = FormField(_("Direction"), self.direction)
        self._rows: tuple[tuple[QWidget, ...], ...] = (
            (FormField(_("Subject"), self.subject),),
            (FormField(_("Text"), self.text),),
            (FormField(_("Follow-up"), self.follow_up), FormField(_("Repeats"), self.repeats)),
            (FormField(_("Type"), self.type), self._direction_field),
            (FormField(_("Responsible"), self.responsible), FormField(_("Contact person"), self.person)),
            (FormField(_("Date"), self.day), FormField(_("Time"), self.time)),
            (FormField(_("Duration in minutes"), self.minutes),),
            (self.is_high,),
            (self.is_private,),
        )
        self._arrange(2)

    def _arrange(self, columns: int) -> None:
        """Put the fields into one column or two."""
        if columns == self._columns:
            return
        self._columns = columns
        line = 0
        for fields in self._rows:
            for column, field in enumerate(fields):
                self._grid.removeWidget(field)
                if columns == 1:
                    self._grid.addWidget(field, line + column, 0)
                else:
                    self._grid.addWidget(field, line, column, 1, 2 if len(fields) == 1 else 1)
            line += len(fields) if columns == 1 else 1
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1 if columns == 2 else 0)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        pairs = (field for fields in self._rows if len(fields) == 2 for field in fields)
        needed = 2 * max(field.minimumSizeHint().width() for field in pairs) + px(12)
        self._arrange(2 if needed <= self.width() else 1)

    def _show_direction(self) -> None:
        """Only what comes in or goes out has a direction."""
        has_direction = self.type.currentData() in WITH_DIRECTION or bool(self.direction.currentData())
        self._direction_field.setVisible(has_direction)

    # --- between activity and fields ------------------------------------------------------------------------------
    def show_activity(
        self, activity: Activity, types: Sequence[TypeRow], users: Sequence[Choice], persons: Sequence[Choice]
    ) -> None:
        """Show an activity."""
        self.type.clear()
        for row in types:
            if row.is_chosen_by_people or row.key == activity.type:
                self.type.addItem(icon(row.icon), row.label, row.key)
        self.type.setCurrentIndex(max(0, self.type.findData(activity.type)))
        fill(self.direction, [(_(label) or _("None"), key) for key, label in DIRECTIONS], activity.direction)
        fill(self.responsible, [(_("Nobody"), None), *users], activity.responsible_id)
        fill(self.person, [(_("None"), None), *persons], activity.contact_person_id)
        self._fill_repeats(decode(activity.recurrence))
        at = activity.at.astimezone()
        self.subject.setText(activity.subject)
        self.text.setPlainText(activity.text)
        self.day.set_value(at.date())
        self.time.set_value(at.time().replace(second=0, microsecond=0))
        self.minutes.set_value(round(activity.seconds / 60) if activity.seconds else None)
        self.follow_up.set_value(when_of(activity.follow_up_at, activity.follow_up_all_day))
        self.repeats.setEnabled(activity.follow_up_at is not None)
        self.is_high.setChecked(activity.priority == "high")
        self.is_private.setChecked(activity.is_private)
        self._show_direction()
        self._shown = self.values()

    def _fill_repeats(self, recurrence: Recurrence | None) -> None:
        """Offer the recurrences in words."""
        offered = [(every, unit) for every, unit, _text in REPEATS]
        now = (recurrence.every, recurrence.unit) if recurrence else None
        if now is not None and now not in offered:
            offered.append(now)
        self.repeats.clear()
        self.repeats.addItem(_("Once"))
        for every, unit in offered:
            self.repeats.addItem(repeat_words(every, unit), f"{every} {unit.value}")
        self.repeats.setCurrentIndex(offered.index(now) + 1 if now is not None else 0)

    def values(self) -> dict[str, Any]:
        """Return what stands in the fields as JSON values, for drafts and to see what was touched."""
        day = self.day.value()
        return {
            "type": self.type.currentData(),
            "direction": self.direction.currentData(),
            "subject": self.subject.text(),
            "text": self.text.toPlainText(),
            "day": day.isoformat() if day else self.day.text(),
            "time": self.time.text(),
            "minutes": self.minutes.text(),
            "person": self.person.currentData(),
            "responsible": self.responsible.currentData(),
            "follow_up": self.follow_up.typed(),
            "repeats": self.repeats.currentData(),
            "is_high": self.is_high.isChecked(),
            "is_private": self.is_private.isChecked(),
        }

    def touched(self) -> dict[str, Any]:
        """Return the fields that differ from what was shown."""
        return {name: value for name, value in self.values().items() if value != self._shown.get(name)}

    def restore(self, kept: dict[str, Any]) -> None:
        """Put back what was typed before and never saved."""
        for name, combo in (
            ("type", self.type), ("direction", self.direction), ("person", self.person),
            ("responsible", self.responsible), ("repeats", self.repeats),
        ):  # fmt: skip
            if name in kept and combo.findData(kept[name]) >= 0:
                combo.setCurrentIndex(combo.findData(kept[name]))
        if "subject" in kept:
            self.subject.setText(str(kept["subject"]))
        if "text" in kept:
            self.text.setPlainText(str(kept["text"]))
        for name, edit in (("day", self.day), ("time", self.time), ("minutes", self.minutes)):
            if name in kept:
                edit.setText(str(kept[name]))
                edit.commit()
        if "follow_up" in kept:
            self.follow_up.set_typed(str(kept["follow_up"]))
        self.is_high.setChecked(bool(kept.get("is_high", self.is_high.isChecked())))
        self.is_private.setChecked(bool(kept.get("is_private", self.is_private.isChecked())))

    def words(self, name: str, value: Any) -> str:
        """Return the words for a value of a field that keeps a key, as they are offered here; "" for others."""
        combos = {
            "type": self.type, "contact_person_id": self.person, "responsible_id": self.responsible,
        }  # fmt: skip
        if name in combos:
            return combos[name].itemText(combos[name].findData(value))
        if name != "recurrence":
            return ""
        recurrence = decode(str(value or ""))
        return repeat_words(recurrence.every, recurrence.unit) if recurrence else _("Once")

    def put_into(self, activity: Activity) -> None:
        """Write the touched fields into an activity; the responsible user is left to delegation."""
        from gcrm.services.activity import set_follow_up

        touched = self.touched()
        for name, attribute in (
            ("type", "type"), ("direction", "direction"), ("subject", "subject"), ("text", "text"),
            ("person", "contact_person_id"), ("is_private", "is_private"),
        ):  # fmt: skip
            if name in touched:
                setattr(activity, attribute, touched[name])
        if {"day", "time"} & touched.keys():
            activity.at = self._instant(wall_of(activity.at, False))
        if "minutes" in touched:
            activity.seconds = (self.minutes.value() or 0) * 60 or None
        if "is_high" in touched:
            activity.priority = "high" if touched["is_high"] else ""
        if {"follow_up", "repeats"} & touched.keys():
            when = self.follow_up.value()
            set_follow_up(activity, when, self._recurrence(when))

    def _instant(self, before: datetime) -> datetime:
        """Return the instant in the fields for day and time."""
        day: date = self.day.value() or before.date()
        at: time = self.time.value() or before.time()
        return instant_of(When(datetime.combine(day, at), all_day=False))

    def _recurrence(self, when: When | None) -> Recurrence | None:
        """Return the recurrence chosen, beginning with the follow-up."""
        from gcrm.services.activity import repeat_every

        chosen = self.repeats.currentData()
        if when is None or not chosen:
            return None
        every, _blank, unit = str(chosen).partition(" ")
        return repeat_every(when, int(every), Unit(unit))
