"""A date that is typed the way people write it and shown the way their country does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from PySide6.QtCore import QDate, QLocale, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QCalendarWidget, QMenu, QWidget, QWidgetAction
from typing_extensions import override

from gcrm.i18n import _
from gcrm.ui.theme.roles import set_state
from gcrm.ui.widgets.button import IconButton
from gcrm.ui.widgets.side_edit import SideEdit

Parser = Callable[[str], date | None]
_STEPS = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_PageUp: 7, Qt.Key.Key_PageDown: -7}


def format_date(day: date, locale: QLocale | None = None) -> str:
    """Return the short form of the locale, with all four digits of the year."""
    where = locale or QLocale()
    form = where.dateFormat(QLocale.FormatType.ShortFormat)
    if "yyyy" not in form:
        form = form.replace("yy", "yyyy")
    return where.toString(QDate(day.year, day.month, day.day), form)


class DateEdit(SideEdit):
    """A line edit for one date; `parse` understands "23.11.", "2026-11-23", "tomorrow" and so on.

    `changed` carries the new date or None. Up and Down go a day on or back, Page Up and Down a week,
    Alt+Down or F4 opens the calendar. What cannot be understood stays as typed and `has_error` is true.
    """

    changed = Signal(object)

    def __init__(self, parse: Parser, accessible_name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parse = parse
        self._value: date | None = None
        self.setAccessibleName(accessible_name)
        self._calendar_button = IconButton("calendar", _("Open the calendar"), "Alt+Down", role="inline")
        self._calendar_button.clicked.connect(self.open_calendar)
        self.add_trailing(self._calendar_button)
        self.editingFinished.connect(self.commit)

    def value(self) -> date | None:
        """Return the date, None when the field is empty or cannot be understood."""
        return self._value

    def set_value(self, day: date | None) -> None:
        """Show a date without telling anybody."""
        self._value = day
        self.setText(format_date(day, self.locale()) if day else "")
        set_state(self, "invalid", False)

    def has_error(self) -> bool:
        """Whether the text is not a date."""
        return self._value is None and bool(self.text().strip())

    def commit(self) -> None:
        """Read what was typed; the field then shows it in the form of the locale."""
        typed = self.text().strip()
        former = self._value
        if typed and former and typed == format_date(former, self.locale()):
            return
        day = self._parse(typed) if typed else None
        self._value = day
        if day or not typed:
            self.set_value(day)
        set_state(self, "invalid", self.has_error())
        if day != former:
            self.changed.emit(day)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        is_open = key == Qt.Key.Key_F4 or (
            key == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier
        )
        if is_open:
            self.open_calendar()
        elif key in _STEPS:
            self._step(_STEPS[key])
        else:
            super().keyPressEvent(event)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() == Qt.FocusReason.PopupFocusReason:
            self.commit()

    def _step(self, days: int) -> None:
        self.commit()
        self._take((self._value or date.today()) + timedelta(days=days if self._value else 0))

    def _take(self, day: date) -> None:
        former = self._value
        self.set_value(day)
        if day != former:
            self.changed.emit(day)

    def open_calendar(self) -> None:
        """Show a month to choose from below the field."""
        menu = QMenu(self)
        calendar = QCalendarWidget(menu)
        calendar.setAccessibleName(_("Calendar"))
        calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        shown = self._value or date.today()
        calendar.setSelectedDate(QDate(shown.year, shown.month, shown.day))
        action = QWidgetAction(menu)
        action.setDefaultWidget(calendar)
        menu.addAction(action)
        calendar.activated.connect(lambda day: self._take_from(menu, day))
        calendar.clicked.connect(lambda day: self._take_from(menu, day))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))
        calendar.setFocus()

    def _take_from(self, menu: QMenu, day: QDate) -> None:
        menu.close()
        self._take(date(day.year(), day.month(), day.day()))
