"""The window that reminds: it never takes the keyboard, and stays until every reminder is answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QGraphicsDropShadowEffect, QHBoxLayout, QMenu, QVBoxLayout, QWidget
from typing_extensions import override

from gcrm.i18n import _, ngettext
from gcrm.services.booking import PLANNED
from gcrm.services.moment import today_of, wall_of
from gcrm.services.today import TodayRow
from gcrm.ui.allowed import Offer, shut, why_not
from gcrm.ui.context import Context
from gcrm.ui.day_words import clock_time, relative_day
from gcrm.ui.theme import px, set_role
from gcrm.ui.theme.tokens import SHADOW
from gcrm.ui.widgets.button import Button, IconButton
from gcrm.ui.widgets.icon_label import IconLabel
from gcrm.ui.widgets.safe import PlainLabel, announce

WIDTH = 380
EDGE = 16
SHOWN = 3
"""Reminders that are shown one by one; more are told as a number."""


def due_words(row: TodayRow, now: datetime) -> str:
    """Return when a follow-up is due."""
    if row.follow_up_at is None:
        return ""
    at = wall_of(row.follow_up_at, row.follow_up_all_day)
    day = relative_day(at.date(), today_of(now))
    return day if row.follow_up_all_day else f"{day} {clock_time(at)}"


def _sentence(row: TodayRow, now: datetime) -> str:
    """Return a reminder as it is spoken."""
    return ", ".join(part for part in (row.contact, row.text or row.title, due_words(row, now)) if part)


class ReminderPopup(QWidget):
    """Shows reminders; `answered` carries what to do (open, done, 10, 60, tomorrow, dismiss) and the rows meant."""

    answered = Signal(str, list)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        flags = Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint
        super().__init__(parent, flags)
        for attribute in (
            Qt.WidgetAttribute.WA_ShowWithoutActivating,
            Qt.WidgetAttribute.WA_TranslucentBackground,
            Qt.WidgetAttribute.WA_MacAlwaysShowToolWindow,
        ):
            self.setAttribute(attribute)
        self._context = context
        self._rows: list[TodayRow] = []
        self._now = datetime.now().astimezone()
        self.title = PlainLabel("", "section", elide=True)
        self.more = PlainLabel("", "meta")
        self.today_button = Button(_("Show all"), "link", on_click=self._show_all)
        self.close_button = IconButton("x", _("Dismiss all"), on_click=lambda: self._answer("dismiss", self._rows))
        self._lay_out()

    def _lay_out(self) -> None:
        """A head, the reminders, and how many more there are."""
        self._frame = QFrame()
        set_role(self._frame, "overlay")
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(px(EDGE) * 1.5)
        shadow.setOffset(0, px(4))
        shadow.setColor(QColor(SHADOW))
        self._frame.setGraphicsEffect(shadow)
        head = QHBoxLayout()
        head.setSpacing(px(8))
        head.addWidget(IconLabel("bell", "warn", 18))
        head.addWidget(self.title, 1)
        head.addWidget(self.close_button)
        self._list = QVBoxLayout()
        self._list.setSpacing(px(12))
        foot = QHBoxLayout()
        foot.addWidget(self.more)
        foot.addWidget(self.today_button)
        foot.addStretch(1)
        column = QVBoxLayout(self._frame)
        column.setContentsMargins(px(16), px(10), px(12), px(14))
        column.setSpacing(px(8))
        column.addLayout(head)
        column.addLayout(self._list)
        column.addLayout(foot)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(px(EDGE), px(EDGE), px(EDGE), px(EDGE))
        outer.addWidget(self._frame)

    # --- showing --------------------------------------------------------------------------------------------------
    def rows(self) -> list[TodayRow]:
        """Return the reminders that are shown."""
        return list(self._rows) if self.isVisible() else []

    def show_rows(self, rows: Sequence[TodayRow], now: datetime) -> None:
        """Show reminders, without taking the keyboard; new ones are spoken."""
        if list(rows) == self._rows and self.isVisible():
            return
        known = {row.id for row in self._rows} if self.isVisible() else set()
        self._rows, self._now = list(rows), now
        self._fill()
        self.show()
        self.raise_()
        spoken = "; ".join(_sentence(row, now) for row in self._rows[:SHOWN] if row.id not in known)
        if spoken:
            announce(self, f"{self.title.full_text()}: {spoken}")

    def _fill(self) -> None:
        """Show the reminders there are now."""
        count = len(self._rows)
        text = ngettext("Reminder", "{count} reminders", count).format(count=count)
        self.title.setText(text)
        self.setWindowTitle(text)
        self.setAccessibleName(text)
        self._clear()
        for row in self._rows[:SHOWN]:
            self._list.addWidget(self._card(row, self._now))
        hidden = count - SHOWN
        self.more.setText(ngettext("and {count} more", "and {count} more", hidden).format(count=hidden))
        self.more.setVisible(hidden > 0)
        self.today_button.setVisible(hidden > 0)
        self._fit()

    def _clear(self) -> None:
        while (item := self._list.takeAt(0)) is not None:
            if (card := item.widget()) is not None:
                card.hide()
                card.deleteLater()

    def _card(self, row: TodayRow, now: datetime) -> QWidget:
        """Return one reminder with its buttons."""
        card = QWidget()
        column = QVBoxLayout(card)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(2))
        column.addWidget(PlainLabel(row.contact or row.title, "strong", elide=True))
        what = " ".join((row.text or row.title)[:300].split())
        column.addWidget(PlainLabel(what or row.label, elide=True))
        column.addWidget(PlainLabel(due_words(row, now), "meta", tone="bad" if row.is_overdue else ""))
        buttons = QHBoxLayout()
        buttons.setContentsMargins(0, px(4), 0, 0)
        buttons.setSpacing(px(6))
        is_only = len(self._rows) == 1
        is_appointment = row.state == PLANNED
        answers = [(_("Open"), "open"), (_("Dismiss"), "dismiss") if is_appointment else (_("Done"), "done")]
        for text, what_to_do in answers:
            button = Button(text, "primary" if is_only and what_to_do == "open" else "secondary")
            button.setAccessibleName(f"{text}: {row.contact or row.title}")
            button.clicked.connect(partial(self._answer, what_to_do, [row]))
            if what_to_do == "done":
                Offer(self._context, button, "activities.change")
            buttons.addWidget(button)
        if not is_appointment:
            buttons.addWidget(self._later(row))
        buttons.addStretch(1)
        column.addLayout(buttons)
        return card

    def _later(self, row: TodayRow) -> Button:
        """Return the button that reminds again later."""
        button = Button(_("Later"))
        button.setAccessibleName(_("Later") + f": {row.contact or row.title}")
        menu = QMenu(button)
        for text, what in ((_("In 10 minutes"), "10"), (_("In 1 hour"), "60"), (_("Tomorrow"), "tomorrow")):
            action = menu.addAction(text, partial(self._answer, what, [row]))
            if what == "tomorrow":
                shut(action, why_not(self._context, "activities.change"))
        button.setMenu(menu)
        return button

    # --- answering ------------------------------------------------------------------------------------------------
    def _answer(self, what: str, rows: Sequence[TodayRow], _checked: bool = False) -> None:
        """Tell what was answered; what is answered goes at once."""
        meant = list(rows)
        self._rows = [row for row in self._rows if row not in meant]
        if self._rows:
            self._fill()
        else:
            self.hide()
        self.answered.emit(what, meant)

    def _show_all(self) -> None:
        """Show the Today page, where all of them stand."""
        self._context.window.open_section("today")
        self._answer("dismiss", self._rows)

    def _fit(self) -> None:
        """Take the height that is needed, in the upper right corner: the pop-ups of calls stand in the lower one."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
        self.setFixedWidth(px(WIDTH) + 2 * px(EDGE))
        self.adjustSize()
        window = self._context.window
        screen = window.screen() if isinstance(window, QWidget) else QApplication.primaryScreen()
        corner = screen.availableGeometry().topRight()
        self.move(corner - QPoint(self.width() - 1, 0))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._answer("dismiss", self._rows)
        else:
            super().keyPressEvent(event)
