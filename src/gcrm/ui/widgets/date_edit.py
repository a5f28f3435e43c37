"""A date that is typed the way people write it and shown the way their country does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMenu, QWidget, QWidgetAction
from typing_extensions import override

from gcrm.i18n import _
from gcrm.model.show import format_date
from gcrm.ui.widgets.button import IconButton
from gcrm.ui.widgets.month_view import MonthView
from gcrm.ui.widgets.typed_edit import TypedEdit, place

Parser = Callable[[str], date]
_STEPS = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_PageUp: 7, Qt.Key.Key_PageDown: -7}


class DateEdit(TypedEdit):
    """A line edit for one date; `parse` understands "23.11.", "2026-11-23", "tomorrow" or raises UserError.

    Up and Down go a day on or back, Page Up and Page Down a week, Alt+Down or F4 opens the calendar.
    """

    def __init__(self, parse: Parser, accessible_name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(accessible_name, parent)
        self._parse = parse
        button = IconButton("calendar", _("Open the calendar"), "Alt+Down", role="inline", on_click=self.open_calendar)
        self.add_trailing(button)

    @override
    def _read(self, typed: str) -> date:
        return self._parse(typed)

    @override
    def _show(self, value: Any) -> str:
        return format_date(value, *place(self.locale()), "short")

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        with_alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if key == Qt.Key.Key_F4 or (key == Qt.Key.Key_Down and with_alt):
            self.open_calendar()
        elif key in _STEPS:
            self._step(_STEPS[Qt.Key(key)])
        else:
            super().keyPressEvent(event)

    def _step(self, days: int) -> None:
        """Go some days on; an empty field begins with today, one that cannot be read is left alone."""
        self.commit()
        if self._value is not None:
            self._take(self._value + timedelta(days=days))
        elif not self.text().strip():
            self._take(date.today())

    def open_calendar(self) -> None:
        """Show a month to choose from below the field."""
        menu = QMenu(self)
        calendar = MonthView(self._value or date.today(), menu)
        calendar.setLocale(self.locale())
        action = QWidgetAction(menu)
        action.setDefaultWidget(calendar)
        menu.addAction(action)
        for chosen in (calendar.activated, calendar.clicked):
            chosen.connect(lambda day: self._take_from(menu, day))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))
        calendar.setFocus()

    def _take_from(self, menu: QMenu, day: QDate) -> None:
        menu.close()
        self._take(date(day.year(), day.month(), day.day()))
