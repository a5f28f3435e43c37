"""The line in the form of an appointment that says who is busy at the same time."""

from __future__ import annotations

from collections.abc import Sequence

from gcrm.i18n import _
from gcrm.services.booking import Booking, times_copy
from gcrm.services.free_busy import Busy, busy
from gcrm.ui.activity_fields import Choice
from gcrm.ui.calendar.form_fields import AppointmentFields
from gcrm.ui.context import Context
from gcrm.ui.day_words import clock_time
from gcrm.ui.widgets.safe import PlainLabel

MOST = 3


class ClashLine(PlainLabel):
    """Empty and hidden as long as everybody is free."""

    def __init__(self, context: Context) -> None:
        super().__init__("", "small", wrap=True, tone="warn")
        self._context = context
        self.hide()

    def look(self, booking: Booking | None, fields: AppointmentFields) -> None:
        """Look for what lies at the time in the fields, in the calendars of all who take part."""
        if booking is None or fields.unreadable() is not None or fields.all_day.isChecked():
            self.hide()
            return
        record, activity = times_copy(booking.appointment), booking.activity.id
        fields.put_times(record)
        combo = fields.responsible
        users: list[Choice] = [(combo.itemText(place), combo.itemData(place)) for place in range(combo.count())]
        people = [combo.currentData(), *(one.user_id for one in fields.people.people)]
        wanted = [user for user in people if user is not None]
        database = self._context.database

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
        self.setText(_("At the same time: {what}").format(what="; ".join(lines)) if lines else "")
        self.setVisible(bool(lines))
