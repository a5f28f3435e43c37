"""The Today page: what is overdue, due today and this week, birthdays, loose ends, notices."""

from gcrm.ui.today.page import TodayPage

__all__ = ["TodayPage"]
