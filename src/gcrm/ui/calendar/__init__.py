"""The calendar: day, week, month, agenda and list, colleagues side by side, and the form of an appointment."""

from gcrm.ui.calendar.page import CalendarPage

__all__ = ["CalendarPage"]
