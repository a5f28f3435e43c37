"""The field that understands when: "tomorrow", "in 2w", "fri 14:00", "23.11.", typed or chosen.

While something is typed, a box below tells what it means. When the field is left it says it itself: "Tue 8 Dec".
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent
from PySide6.QtWidgets import QMenu, QWidget, QWidgetAction
from typing_extensions import override

from gcrm.i18n import _, current_language
from gcrm.model.follow_up import Suggestion, When, WorkdayRule, parse_when, suggest
from gcrm.ui.day_words import short_day, when_words
from gcrm.ui.suggestions import Suggestions
from gcrm.ui.widgets.button import IconButton
from gcrm.ui.widgets.invalid import mark_invalid
from gcrm.ui.widgets.month_view import MonthView
from gcrm.ui.widgets.side_edit import SideEdit

Clock = Callable[[], datetime]
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class FollowUpEdit(SideEdit):
    """A line edit for a follow-up.

    `understood` carries the moment (a When) or None whenever that changes; `submitted` is sent by Enter and Ctrl+Enter.
    """

    understood = Signal(object)
    submitted = Signal()

    def __init__(
        self, name: str = "", hint: str = "", clock: Clock = datetime.now, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._when: When | None = None
        self._typed = ""
        self._is_workday: WorkdayRule | None = None
        self._offered: list[Suggestion] = []
        self.setAccessibleName(name or _("Follow-up"))
        self._mark("")
        self.setPlaceholderText(hint or _("No follow-up"))
        self.setMaxLength(60)
        self.box = Suggestions(self, _("Suggestions"))
        self.box.chosen.connect(self._take)
        self.add_trailing(
            IconButton("chevron-down", _("Choose a day"), "Alt+Down", role="inline", on_click=self._open_all)
        )
        self.textEdited.connect(self._on_typed)

    # --- what it says ---------------------------------------------------------------------------------------------
    def set_workdays(self, rule: WorkdayRule) -> None:
        """Let what counts days skip weekends and holidays."""
        self._is_workday = rule

    def value(self) -> When | None:
        """Return the moment, None when the field is empty or says no moment."""
        return self._when

    def has_error(self) -> bool:
        """Whether something is typed that says no moment."""
        return self._when is None and bool(self.text().strip())

    def set_value(self, when: When | None) -> None:
        """Show a moment."""
        self._typed = ""
        self._learn(when)
        self._show_value()

    def typed(self) -> str:
        """Return what the user typed, to be kept with a draft."""
        return self._typed or self.text()

    def set_typed(self, text: str) -> None:
        """Put a text in as if it were typed, without the box."""
        self._typed = text
        self.setText(text)
        self._learn(self._read(text))
        self._show_value()

    def _read(self, text: str) -> When | None:
        return parse_when(text, self._clock(), current_language(), self._is_workday) if text.strip() else None

    def _learn(self, when: When | None) -> None:
        """Keep what is understood, and tell it when it is new."""
        is_new = when != self._when
        self._when = when
        self._mark("")
        if is_new:
            self.understood.emit(when)

    def _show_value(self) -> None:
        """Say in one form what is understood; mark what is not."""
        if self._when is not None:
            self.setText(when_words(self._when, self._clock().date()))
            self.setCursorPosition(0)
        elif not self._typed.strip():
            self.clear()
        self._mark(self.trouble())

    def trouble(self) -> str:
        """Return why what is typed says no moment, "" when all is well."""
        if not self.has_error():
            return ""
        return _("“{text}” names no day. Try tomorrow, in 2w, fri 14:00 or 23.11.").format(text=self.typed())

    def _mark(self, sentence: str) -> None:
        mark_invalid(self, sentence, _("For example: tomorrow, in 2w, fri 14:00, 23.11."))

    def meaning(self) -> str:
        """Return what is understood in words, with the day it was moved from."""
        return "" if self._when is None else self._words(self._when)

    def _words(self, when: When) -> str:
        today = self._clock().date()
        words = when_words(when, today)
        if when.moved_from is None:
            return words
        return _("{day}, as {free} is free").format(day=words, free=short_day(when.moved_from, today, weekday=True))

    # --- typing and choosing --------------------------------------------------------------------------------------
    def _on_typed(self, text: str) -> None:
        self._typed = text
        self._learn(self._read(text))
        self._offer(text)

    def _offer(self, text: str) -> None:
        """Fill the box."""
        self._offered = suggest(text, self._clock(), current_language(), self._is_workday) if text.strip() else []
        self.box.offer([(offer.text, self._words(offer.when)) for offer in self._offered])

    def _open_all(self) -> None:
        """Offer the usual days, and the calendar."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        if self.box.isVisible():
            self.box.hide()
            return
        self._offered = suggest("", self._clock(), current_language(), self._is_workday)
        rows = [(offer.text, self._words(offer.when)) for offer in self._offered]
        self.box.offer([*rows, (_("Calendar…"), "")])

    def _take(self, row: int) -> None:
        """Take a row of the box."""
        self.box.hide()
        if row >= len(self._offered):
            self.open_calendar()
            return
        offer = self._offered[row]
        self._typed = offer.text
        self._learn(offer.when)
        self._show_value()

    def open_calendar(self) -> None:
        """Show a month to choose from."""
        menu = QMenu(self)
        day = self._when.on if self._when else self._clock().date()
        calendar = MonthView(day, menu)
        action = QWidgetAction(menu)
        action.setDefaultWidget(calendar)
        menu.addAction(action)
        for chosen in (calendar.activated, calendar.clicked):
            chosen.connect(lambda picked: self._take_day(menu, picked))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))
        calendar.setFocus()

    def _take_day(self, menu: QMenu, day: QDate) -> None:
        menu.close()
        self.set_value(When(datetime(day.year(), day.month(), day.day()), all_day=True))

    # --- keys and focus -------------------------------------------------------------------------------------------
    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        with_alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if key == Qt.Key.Key_F4 or (key == Qt.Key.Key_Down and (with_alt or not self.box.isVisible())):
            self._open_all()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self.box.isVisible():
            self.box.move_by(1 if key == Qt.Key.Key_Down else -1)
        elif key == Qt.Key.Key_Escape and self.box.isVisible():
            self.box.hide()
        elif key in _ENTER:
            self._enter()
        else:
            super().keyPressEvent(event)

    def _enter(self) -> None:
        """Take the row gone to, else send what is there."""
        if self.box.current() >= 0:
            self._take(self.box.current())
        else:
            self.box.hide()
            self.submitted.emit()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            if self.box.current() >= 0:
                self._take(self.box.current())
            self._show_value()
        self.box.hide()
        super().focusOutEvent(event)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self.box.hide()
        super().hideEvent(event)
