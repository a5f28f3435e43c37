"""The windows of the calendar for the register: the page in its views, and the form of an appointment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from PySide6.QtWidgets import QWidget
from sqlalchemy import select

from gcrm.model.appointment import Participant
from gcrm.model.contact import Contact
from gcrm.model.user import User
from gcrm.services import appointment
from gcrm.ui.context import Context

Factory = Callable[[Context, QWidget | None], QWidget]
MONDAY = date(2026, 11, 23)
_WEEK: tuple[tuple[int, int, int, str, dict[str, Any]], ...] = (
    (0, 9, 60, "Weekly planning", {"rule": "FREQ=WEEKLY;BYDAY=MO"}),
    (0, 9, 120, "Gate for hall 3", {"location": "Torgauer Straße 12 b"}),
    (0, 13, 30, "Call the forwarder", {}),
    (1, 10, 90, "Offer Albrecht", {"status": "tentative", "location": "Hauptstraße 7, Leipzig"}),
    (2, 8, 480, "Trade fair", {}),
    (3, 15, 45, "Dentist", {"is_private": True}),
    (4, 11, 15, "Photo", {"is_busy": False}),
)


def fill(context: Context) -> int:
    """Make a week of appointments for two people; return the first with a contact."""
    database = context.database
    with database.read() as session:
        contact = session.scalars(select(Contact.id).order_by(Contact.id)).first()
        users = list(session.scalars(select(User.id).order_by(User.id)))
    made = []
    bruno = Participant(name="Bruno", email="bruno@office.example", answer="accepted")
    anna = Participant(name="Anna", email="anna@office.example", user_id=database.user_id)
    for place, (day, hour, minutes, subject, more) in enumerate(_WEEK):
        begin = datetime.combine(MONDAY + timedelta(days=day), datetime.min.time()).replace(hour=hour)
        end = begin + timedelta(minutes=minutes)
        made.append(
            appointment.book(
                database, begin.isoformat(), end.isoformat(), subject=subject, zone="UTC", reminder_minutes=15,
                contact_id=contact if place in (1, 3) else None, responsible_id=users[place % 2 % len(users)],
                participants=[bruno, anna] if place == 1 else [],
                organizer="albrecht@example.com" if place == 1 else "",
                **more,
            )
        )  # fmt: skip
    appointment.book(database, "2026-11-25", "2026-11-28", subject="Fair in Köln")
    return made[1]


def calendar(view: str, width: int = 1040) -> Factory:
    def make(context: Context, parent: QWidget | None) -> QWidget:
        from gcrm.ui.calendar.page import VIEWS, CalendarPage

        fill(context)
        page = CalendarPage(context, parent, clock=lambda: MONDAY + timedelta(days=1))
        page.resize(width, 760)
        page.tabs.setCurrentIndex([key for key, _name in VIEWS].index(view))
        return page

    return make


def form(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.calendar.form import AppointmentForm

    made = AppointmentForm(context, fill(context), parent=parent)
    made.resize(380, 1100)
    return made


WINDOWS_OF_CALENDAR: dict[str, Factory] = {
    "calendar, week": calendar("week"),
    "calendar, month": calendar("month"),
    "calendar, agenda": calendar("agenda"),
    "appointment": form,
}
