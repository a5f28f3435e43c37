"""The line in the form of an appointment that says who is busy at the same time, and finds when all are free."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gcrm.i18n import _
from gcrm.model.appointment_times import in_zone
from gcrm.services.booking import Booking, times_copy
from gcrm.services.free_busy import Busy, busy, first_free
from gcrm.ui.activity_fields import Choice
from gcrm.ui.calendar.form_fields import AppointmentFields
from gcrm.ui.context import Context
from gcrm.ui.day_words import clock_time
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.safe import PlainLabel

MOST = 3


class ClashLine(QWidget):
    """Hidden as long as everybody is free. `free` carries the next moment at which all are, in the form's zone."""

    free = Signal(object)

    def __init__(self, context: Context, fields: AppointmentFields, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._fields = fields
        self._booking: Booking | None = None
        self.label = PlainLabel("", "small", wrap=True, tone="warn")
        self.next_button = Button(_("Next free time"), "link", on_click=self.find_free)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(2))
        column.addWidget(self.label)
        column.addWidget(self.next_button)
        self.hide()

    def _people(self) -> list[int]:
        """Return all colleagues who take part."""
        users = [self._fields.responsible.currentData(), *(one.user_id for one in self._fields.people.people)]
        return [user for user in users if user is not None]

    def look(self, booking: Booking | None) -> None:
        """Look for what lies at the time in the fields, in the calendars of all who take part."""
        fields = self._fields
        self._booking = booking
        if booking is None or fields.unreadable() is not None or fields.all_day.isChecked():
            self.hide()
            return
        record, activity = times_copy(booking.appointment), booking.activity.id
        fields.put_times(record)
        combo = fields.responsible
        users: list[Choice] = [(combo.itemText(place), combo.itemData(place)) for place in range(combo.count())]
        database, wanted = self._context.database, self._people()

        def read() -> list[Busy]:
            begin, end = record.here()
            with database.read() as session:
                return busy(session, database.user_id, wanted, begin, end, but=activity)

        self._context.tasks.read(
            read, lambda found: self._show(found, users), self._context.window.fail, key=id(self), owner=self
        )

    def _show(self, found: Sequence[Busy], users: Sequence[Choice]) -> None:
        """Name what lies at the same time."""
        names = {user: name for name, user in users if user is not None}
        lines = []
        for span in found[:MOST]:
            who = names.get(span.user_id, "") if span.user_id else ""
            when = f"{clock_time(span.begins)} – {clock_time(span.ends)}"
            lines.append(" · ".join(part for part in (who, when, span.title) if part))
        self.label.setText(_("At the same time: {what}").format(what="; ".join(lines)) if lines else "")
        self.setVisible(bool(lines))

    def find_free(self) -> None:
        """Look for the next moment at which all who take part are free for as long."""
        if self._booking is None or self._fields.unreadable() is not None:
            return
        record, activity = times_copy(self._booking.appointment), self._booking.activity.id
        self._fields.put_times(record)
        database, wanted = self._context.database, self._people()

        def read() -> datetime | None:
            begin, end = record.here()
            minutes = max(15, int((end - begin) / timedelta(minutes=1)))
            with database.read() as session:
                found = first_free(session, database.user_id, wanted, begin, minutes=minutes, but=activity)
            return None if found is None else in_zone(found.astimezone(), record.zone or "")

        self._context.tasks.read(read, self._on_found, self._context.window.fail, owner=self)

    def _on_found(self, moment: datetime | None) -> None:
        """Hand the moment over."""
        if moment is None:
            self._context.window.say(
                _("Within a month there is no time at which all are free. Choose fewer participants.")
            )
        else:
            self.free.emit(moment)
