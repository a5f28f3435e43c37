"""The file that calls an appointment off for those who were invited: METHOD:CANCEL (RFC 5546 3.2.5)."""

from __future__ import annotations

from collections.abc import Sequence

from gcrm.model.appointment import Participant
from gcrm.model.appointment_times import is_zone, read_wall
from gcrm.model.base import now
from gcrm.services.booking import Booking
from gcrm.services.exchange.ical_event import Guest, event_lines
from gcrm.services.exchange.ical_export import event_of, whole_bytes
from gcrm.services.exchange.ical_values import Moment


def cancellation(
    booking: Booking, people: Sequence[Participant], organizer: str, sequence: int, *, is_whole: bool = True
) -> bytes:
    """Return the file that tells `people`; the occurrence that `booking` is at, all of it where it is at none.

    `is_whole` tells whether it does not take place at all; else only these people are no longer invited, and then the
    norm forbids to say that it is cancelled.
    """
    activity, appointment = booking.activity, booking.appointment
    event = event_of(activity, appointment, [])
    event.guests = [Guest(one.name or "", one.email or "", one.role or "required", one.answer or "") for one in people]
    event.organizer = event.organizer or organizer
    event.sequence, event.status, event.reminder_minutes = sequence, "cancelled", None
    if booking.occurrence:
        event.original = Moment(booking.occurrence, appointment.zone or "")
        event.rule, event.left_out, event.added = "", [], []
    lines = event_lines(event, [], {}, now())
    if not is_whole:
        lines.remove("STATUS:CANCELLED")
    year = read_wall(event.starts).year
    zones = {name: year for name in (event.zone, event.end_zone) if name and is_zone(name) and name != "UTC"}
    return whole_bytes(lines, zones, {}, "CANCEL")
