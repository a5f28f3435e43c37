"""The fields of an appointment: how each is read, shown, and written back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from PySide6.QtCore import QLocale, QTimeZone, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLineEdit, QWidget

from gcrm.i18n import _, ngettext
from gcrm.model.activity import Activity
from gcrm.model.appointment import STATUSES, Appointment
from gcrm.model.appointment_times import is_day, read_wall, write_wall
from gcrm.model.parse_date import parse_date
from gcrm.services.activity_types import TypeRow
from gcrm.services.repeats import Repeat
from gcrm.ui.activity_fields import Choice, fill
from gcrm.ui.calendar.people_edit import PeopleEdit
from gcrm.ui.calendar.repeat_edit import RepeatEdit
from gcrm.ui.contact_choice import ContactChoice
from gcrm.ui.context import Context
from gcrm.ui.narrow_combo import NarrowCombo
from gcrm.ui.theme import icon, px
from gcrm.ui.time_edit import TimeEdit
from gcrm.ui.widgets.combo import FilterCombo
from gcrm.ui.widgets.date_edit import DateEdit
from gcrm.ui.widgets.form_fields import FormField
from gcrm.ui.widgets.text_area import TextArea
from gcrm.ui.widgets.typed_edit import place

REMINDERS = (None, 0, 5, 10, 15, 30, 60, 120, 1440, 2880, 10080)
"""Minutes before the beginning that are offered."""


def own_zone() -> str:
    """Return the IANA name of the zone of this computer, UTC where it tells none."""
    return bytes(QTimeZone.systemTimeZoneId().data()).decode("ascii", "replace") or "UTC"


def reminder_words(minutes: int | None) -> str:
    """Return how long before an appointment one is reminded."""
    if minutes is None:
        return _("None")
    if not minutes:
        return _("At the beginning")
    if minutes % 10_080 == 0:
        weeks = minutes // 10_080
        return ngettext("{count} week before", "{count} weeks before", weeks).format(count=weeks)
    if minutes % 1440 == 0:
        days = minutes // 1440
        return ngettext("{count} day before", "{count} days before", days).format(count=days)
    if minutes % 60 == 0:
        hours = minutes // 60
        return ngettext("{count} hour before", "{count} hours before", hours).format(count=hours)
    return ngettext("{count} minute before", "{count} minutes before", minutes).format(count=minutes)


def _day(typed: str) -> date:
    """Read a day as it is typed where this computer stands."""
    return parse_date(typed, *place(QLocale()))


class AppointmentFields(QWidget):
    """All fields, one below the other, two beside each other where they belong together; `edited` tells of changes."""

    edited = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.subject = QLineEdit()
        self.all_day = QCheckBox(_("All day"))
        self.first_day, self.last_day = DateEdit(_day), DateEdit(_day)
        self.begin, self.end = TimeEdit(_("Begins at")), TimeEdit(_("Ends at"))
        self.zone = FilterCombo()
        self.repeats = RepeatEdit()
        self.location = QLineEdit()
        self.contact = ContactChoice(context, _("Contact of the appointment"))
        self.person = NarrowCombo(_("Contact person"))
        self.responsible = NarrowCombo(_("Whose calendar"))
        self.type = NarrowCombo(_("Type"))
        self.reminder = NarrowCombo(_("Reminder"))
        self.status = NarrowCombo(_("Certainty"))
        self.categories = QLineEdit()
        self.is_busy = QCheckBox(_("Show as busy"))
        self.is_private = QCheckBox(_("Private: others see that I am busy"))
        self.people = PeopleEdit(context)
        self.text = TextArea(4)
        self._zone = own_zone()
        self._length = timedelta(hours=1)
        self._was_whole = self._is_led_over = False
        self._shown: dict[str, Any] = {}
        self._lay_out()
        self.all_day.toggled.connect(self._on_all_day)
        for edit in (self.first_day, self.begin):
            edit.changed.connect(lambda _value: self._keep_length())
        self.end.changed.connect(lambda _value: self._end_next_day())
        self.last_day.changed.connect(lambda _value: self._on_last_day())
        self.repeats.kind.activated.connect(lambda _place: self._check_weekday())
        self._tell_changes()

    def _tell_changes(self) -> None:
        """Tell of whatever is typed, chosen or checked."""
        self.text.textChanged.connect(self.edited.emit)
        for line in self.findChildren(QLineEdit):
            line.textChanged.connect(lambda _text: self.edited.emit())
        for combo in self.findChildren(QComboBox):
            combo.currentIndexChanged.connect(lambda _place: self.edited.emit())
        for box in self.findChildren(QCheckBox):
            box.toggled.connect(lambda _on: self.edited.emit())
        for part in (self.people, self.repeats, self.contact):
            part.changed.connect(self.edited.emit)

    def _lay_out(self) -> None:
        """Place the fields."""
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(px(12))
        grid.setVerticalSpacing(px(10))
        self.begin_field, self.end_field = FormField(_("Time"), self.begin), FormField(_("Until"), self.end)
        self.zone_field = FormField(_("Time zone"), self.zone)
        rows: tuple[tuple[QWidget, ...], ...] = (
            (FormField(_("Subject"), self.subject),),
            (FormField(_("Begins"), self.first_day), self.begin_field),
            (FormField(_("Ends"), self.last_day), self.end_field),
            (self.all_day, self.is_busy),
            (FormField(_("Location"), self.location),),
            (FormField(_("Contact"), self.contact),),
            (FormField(_("Contact person"), self.person),),
            (self.repeats,),
            (FormField(_("Reminder"), self.reminder), FormField(_("Certainty"), self.status)),
            (FormField(_("Whose calendar"), self.responsible), FormField(_("Type"), self.type)),
            (FormField(_("Participants"), self.people),),
            (FormField(_("Categories, separated by commas"), self.categories),),
            (self.zone_field,),
            (self.is_private,),
            (FormField(_("Text"), self.text),),
        )
        for line, fields in enumerate(rows):
            for column, field in enumerate(fields):
                grid.addWidget(field, line, column, 1, 2 if len(fields) == 1 else 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)

    # --- times belong together ------------------------------------------------------------------------------------
    def _on_all_day(self, on: bool) -> None:
        """Whole days have no time of day and no zone."""
        for field in (self.begin_field, self.end_field, self.zone_field):
            field.setVisible(not on)
        if not on and self._was_whole and not self.zone.value():
            self.zone.set_value(own_zone())

    def _moments(self) -> tuple[datetime, datetime] | None:
        """Return the wall times in the fields, None while one of them cannot be read."""
        first, last, begin, end = (e.value() for e in (self.first_day, self.last_day, self.begin, self.end))
        if first is None or last is None:
            return None
        if self.all_day.isChecked():
            return datetime.combine(first, time()), datetime.combine(last, time())
        if begin is None or end is None:
            return None
        return datetime.combine(first, begin), datetime.combine(last, end)

    def begin_at(self, moment: datetime) -> None:
        """Move the beginning to a wall time of the zone; it takes as long as before."""
        self._measure()
        self.first_day.set_value(moment.date())
        self.begin.set_value(moment.time())
        self._keep_length()
        self.begin.changed.emit(moment.time())

    def _keep_length(self) -> None:
        """Let the end follow the beginning."""
        first, begin = self.first_day.value(), self.begin.value()
        if first is None or (begin is None and not self.all_day.isChecked()):
            return
        end = datetime.combine(first, begin or time()) + self._length
        self.last_day.set_value(end.date())
        if not self.all_day.isChecked():
            self.end.set_value(end.time())

    def _end_next_day(self) -> None:
        """Let what ends at an earlier time of day than it begins end on the day after, until that is corrected."""
        moments = self._moments()
        if moments is not None:
            days, is_earlier = (moments[1].date() - moments[0].date()).days, moments[1].time() < moments[0].time()
            if is_earlier and not days:
                self._is_led_over = True
                self.last_day.set_value(moments[0].date() + timedelta(days=1))
            elif self._is_led_over and not is_earlier and days == 1:
                self._is_led_over = False
                self.last_day.set_value(moments[0].date())
        self._measure()

    def _on_last_day(self) -> None:
        """Leave the last day where somebody put it."""
        self._is_led_over = False
        self._measure()

    def _measure(self) -> None:
        """Note how long it takes, for when the beginning moves."""
        moments = self._moments()
        if moments is not None and moments[1] >= moments[0]:
            self._length = moments[1] - moments[0]

    def _check_weekday(self) -> None:
        """Check the weekday of the beginning for what repeats weekly."""
        first: date | None = self.first_day.value()
        if first is not None:
            self.repeats.check_day(first.weekday())

    # --- between records and fields -------------------------------------------------------------------------------
    def offer(self, types: Sequence[TypeRow], users: Sequence[Choice], activity: Activity) -> None:
        """Offer types, colleagues and zones."""
        self.type.clear()
        for row in types:
            if row.is_chosen_by_people or row.key == activity.type:
                self.type.addItem(icon(row.icon), row.label, row.key)
        fill(self.responsible, [(_("Nobody"), None), *users], activity.responsible_id)
        fill(self.status, [(_(label), key) for key, label in STATUSES], "confirmed")
        zones = [bytes(name.data()).decode() for name in QTimeZone.availableTimeZoneIds()]
        self.zone.set_choices([(_("Local time of whoever looks"), ""), *((name, name) for name in zones)])

    def offer_persons(self, persons: Sequence[Choice], chosen: int | None) -> None:
        """Offer the persons of the contact."""
        fill(self.person, [(_("None"), None), *persons], chosen)

    def show_records(self, activity: Activity, appointment: Appointment, repeat: Repeat) -> None:
        """Show an appointment."""
        self._zone = appointment.zone or ""
        starts, ends = read_wall(appointment.starts), read_wall(appointment.ends)
        all_day = is_day(appointment.starts)
        self.subject.setText(activity.subject or "")
        self.text.setPlainText(activity.text or "")
        self.first_day.set_value(starts.date())
        self.last_day.set_value((ends - timedelta(days=1)).date() if all_day else ends.date())
        self.begin.set_value(time(9) if all_day else starts.time().replace(second=0))
        self.end.set_value(time(10) if all_day else ends.time().replace(second=0))
        self._was_whole, self._is_led_over = all_day, False
        self.all_day.setChecked(all_day)
        self._on_all_day(all_day)
        self._measure()
        self.zone.set_value(self._zone)
        self.repeats.show_repeat(repeat)
        self.repeats.setVisible(appointment.series_id is None)
        self.location.setText(appointment.location or "")
        self.contact.set_value(activity.contact_id)
        self.type.setCurrentIndex(max(0, self.type.findData(activity.type)))
        offered = list(REMINDERS)
        if appointment.reminder_minutes not in offered:
            offered.append(appointment.reminder_minutes)
        fill(self.reminder, [(reminder_words(each), each) for each in offered], appointment.reminder_minutes)
        self.status.setCurrentIndex(max(0, self.status.findData(appointment.status or "confirmed")))
        self.categories.setText(", ".join(str(name) for name in appointment.categories or ()))
        self.is_busy.setChecked(appointment.is_busy is not False)
        self.is_private.setChecked(bool(activity.is_private))
        self._shown = self.values()

    def values(self) -> dict[str, Any]:
        """Return what stands in the fields, to see what was touched."""
        edits = {"subject": self.subject, "location": self.location, "categories": self.categories}
        typed = {"first_day": self.first_day, "last_day": self.last_day, "begin": self.begin, "end": self.end}
        chosen = {"type": self.type, "responsible": self.responsible, "status": self.status,
                  "reminder": self.reminder, "person": self.person, "kind": self.repeats.kind}  # fmt: skip
        boxes = {"all_day": self.all_day, "is_busy": self.is_busy, "is_private": self.is_private}
        return {
            **{name: edit.text() for name, edit in edits.items()},
            **{name: edit.text() for name, edit in typed.items()},
            **{name: combo.currentData() for name, combo in chosen.items()},
            **{name: box.isChecked() for name, box in boxes.items()},
            "text": self.text.toPlainText(),
            "zone": self.zone.value(),
            "contact": self.contact.value(),
            "days": [box.isChecked() for box in self.repeats.days],
            "until": self.repeats.until.text(),
            "people": self.people.told(),
            "guest": self.people.email.text().strip(),
        }

    def touched(self) -> set[str]:
        """Return the names of what differs from what was shown."""
        now = self.values()
        return {name for name in now if now[name] != self._shown.get(name)}

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Put back what was typed before and never saved."""
        boxes = {"all_day": self.all_day, "is_busy": self.is_busy, "is_private": self.is_private}
        for name, box in boxes.items():
            if name in kept:
                box.setChecked(bool(kept[name]))
        combos = {"type": self.type, "responsible": self.responsible, "status": self.status,
                  "reminder": self.reminder, "person": self.person, "kind": self.repeats.kind}  # fmt: skip
        for name, combo in combos.items():
            if name in kept and combo.findData(kept[name]) >= 0:
                combo.setCurrentIndex(combo.findData(kept[name]))
        edits = {"subject": self.subject, "location": self.location, "categories": self.categories}
        for name, edit in edits.items():
            if name in kept:
                edit.setText(str(kept[name]))
        if "text" in kept:
            self.text.setPlainText(str(kept["text"]))
        if "zone" in kept:
            self.zone.set_value(kept["zone"])
        if "contact" in kept:
            self.contact.set_value(kept["contact"])
        if "people" in kept:
            self.people.restore(kept["people"])
        self.people.email.setText(str(kept.get("guest", "")))
        for place_, box in enumerate(self.repeats.days):
            box.setChecked(bool([*kept.get("days", []), *[box.isChecked()] * 7][place_]))
        typed = {"first_day": self.first_day, "last_day": self.last_day, "begin": self.begin, "end": self.end}
        for name, day in {**typed, "until": self.repeats.until}.items():
            if name in kept:
                day.setText(str(kept[name]))
                day.commit()

    def unreadable(self) -> DateEdit | TimeEdit | None:
        """Return the first field that cannot be read, None when all can."""
        timed = () if self.all_day.isChecked() else (self.begin, self.end)
        edits: tuple[DateEdit | TimeEdit, ...] = (self.first_day, self.last_day, *timed, self.repeats.until)
        for edit in edits:
            edit.commit()
        needed = edits[:-1]
        return next((e for e in edits if e.has_error() or (e in needed and e.value() is None)), None)

    def put_into(self, activity: Activity, appointment: Appointment) -> None:
        """Write the fields into the records; times that were not touched stay as exact as they were."""
        touched = self.touched()
        activity.subject, activity.text = self.subject.text().strip(), self.text.toPlainText()
        activity.contact_id, activity.contact_person_id = self.contact.value(), self.person.currentData()
        activity.type, activity.responsible_id = self.type.currentData(), self.responsible.currentData()
        activity.is_private = self.is_private.isChecked()
        if touched & {"first_day", "last_day", "begin", "end", "all_day", "zone"}:
            self.put_times(appointment)
        appointment.location, appointment.status = self.location.text().strip(), self.status.currentData()
        appointment.is_busy, appointment.reminder_minutes = self.is_busy.isChecked(), self.reminder.currentData()
        names = [name.strip() for name in self.categories.text().split(",")]
        if "categories" in touched:
            appointment.categories = [name for name in names if name]

    def put_times(self, appointment: Appointment) -> None:
        """Write begin, end and zone."""
        moments = self._moments()
        if moments is None:
            return
        if self.all_day.isChecked():
            appointment.starts = write_wall(moments[0].date())
            appointment.ends = write_wall(moments[1].date() + timedelta(days=1))
            appointment.zone = appointment.end_zone = ""
        else:
            zone = self.zone.value()
            appointment.zone = zone if zone is not None else self._zone
            if "zone" in self.touched():
                appointment.end_zone = ""
            appointment.starts, appointment.ends = (write_wall(moment) for moment in moments)
