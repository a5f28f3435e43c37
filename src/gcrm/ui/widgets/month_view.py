"""A month to choose a day from, in the colours of the program."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QToolButton, QWidget

from gcrm.i18n import _
from gcrm.ui.theme.fonts import px
from gcrm.ui.theme.icons import icon
from gcrm.ui.theme.palette import color


class MonthView(QCalendarWidget):
    """Qt's calendar without its own red and black; made anew each time it is opened, so it needs no live switch."""

    def __init__(self, day: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Calendar"))
        self.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.setSelectedDate(QDate(day.year, day.month, day.day))
        self.setMinimumSize(px(288), px(256))
        self._dress_days()
        self._dress_arrow("qt_calendar_prevmonth", "chevron-left", _("Previous month"))
        self._dress_arrow("qt_calendar_nextmonth", "chevron-right", _("Next month"))

    def _dress_days(self) -> None:
        head, weekend = QTextCharFormat(), QTextCharFormat()
        head.setForeground(color("text2"))
        weekend.setForeground(color("text2"))
        self.setHeaderTextFormat(head)
        for day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            self.setWeekdayTextFormat(day, weekend)

    def _dress_arrow(self, part: str, icon_name: str, name: str) -> None:
        button = self.findChild(QToolButton, part)
        if isinstance(button, QToolButton):
            button.setIcon(icon(icon_name))
            button.setAccessibleName(name)
