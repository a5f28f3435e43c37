"""The page itself: title, whose page, what is asked, the list, and an activity opened beside it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from gcrm.i18n import _, ngettext
from gcrm.model.follow_up import Step
from gcrm.services.absence import AbsenceRow
from gcrm.services.changed import Changed
from gcrm.services.moment import today_of
from gcrm.ui.context import Context
from gcrm.ui.day_words import long_day, short_day
from gcrm.ui.draft_keeper import DraftKeeper
from gcrm.ui.follow_up_actions import KEYS, FollowUpActions
from gcrm.ui.follow_up_bar import FollowUpBar
from gcrm.ui.narrow_combo import NarrowCombo
from gcrm.ui.theme import px, set_role
from gcrm.ui.today.items import TodayModel, items_of
from gcrm.ui.today.reading import EVERYBODY, Page, read_page
from gcrm.ui.today.view import TodayView
from gcrm.ui.widgets.banner import Banner
from gcrm.ui.widgets.button import native_keys
from gcrm.ui.widgets.empty_state import EmptyState
from gcrm.ui.widgets.safe import PlainLabel

READ_ANEW = frozenset({
    "activity", "appointment", "activity_type", "contact", "person", "user", "absence", "notice", "company",
    "open_item",
})  # fmt: skip
MINUTE_MS = 60_000
BESIDE = 380
Clock = Callable[[], datetime]


def now_here() -> datetime:
    """Return the instant it is, with the zone of this computer."""
    return datetime.now().astimezone()


class TodayPage(QWidget):
    """What is to be done, by keyboard alone or by mouse."""

    def __init__(self, context: Context, parent: QWidget | None = None, clock: Clock = now_here) -> None:
        super().__init__(parent)
        self._context = context
        self._clock = clock
        self._whom = context.database.user_id
        self._page: Page | None = None
        set_role(self, "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title = PlainLabel(_("Today"), "title")
        self.subtitle = PlainLabel("", "meta", elide=True)
        self.whose = NarrowCombo(_("Whose follow-ups"))
        self.whose.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.banner = Banner()
        self.away = PlainLabel("", "meta", wrap=True)
        self.model = TodayModel(self)
        self.actions_ = FollowUpActions(context, self)
        self.view = TodayView(self.model, refusal=self.actions_.refusal)
        self.bar = FollowUpBar(self.actions_, self.view, lambda: clock().replace(tzinfo=None))
        self.empty = EmptyState("sun", _("Nothing due. Enjoy the quiet."))
        self.keys = PlainLabel(_keys_line(), "meta", elide=True)
        self.keeper = DraftKeeper(context, self)
        self._lay_out()
        self._connect()
        self.load()

    def _lay_out(self) -> None:
        """Head, bar and list in a column; an opened activity stands at its right."""
        names = QVBoxLayout()
        names.setSpacing(px(2))
        names.addWidget(self.title)
        names.addWidget(self.subtitle)
        head = QHBoxLayout()
        head.addLayout(names, 1)
        head.addWidget(self.whose, 0, Qt.AlignmentFlag.AlignTop)
        self.body = QStackedWidget()
        self.body.addWidget(self.view)
        self.body.addWidget(self.empty)
        card = QFrame()
        set_role(card, "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(px(2), px(2), px(2), px(6))
        inside.addWidget(self.body)
        column = QVBoxLayout()
        column.setContentsMargins(px(16), px(14), px(16), px(8))
        column.setSpacing(px(10))
        column.addLayout(head)
        for part in (self.banner, self.away, self.bar):
            column.addWidget(part)
        column.addWidget(card, 1)
        column.addWidget(self.keys)
        self.beside = QVBoxLayout()
        self.beside.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(column, 1)
        row.addLayout(self.beside)

    def _connect(self) -> None:
        """Let the parts speak with each other."""
        self.view.asked.connect(self._carry_out)
        self.view.entered_contact.connect(lambda contact: self._context.window.open_contact(contact))
        self.whose.activated.connect(lambda _place: self.show_user(int(self.whose.currentData())))
        self.actions_.completed.connect(self._on_completed)
        self._context.feed.changed.connect(self._on_changed)
        self._minute = QTimer(self)
        self._minute.setInterval(MINUTE_MS)
        self._minute.timeout.connect(lambda: self.load() if self.isVisible() else None)
        self._minute.start()

    # --- what is shown --------------------------------------------------------------------------------------------
    def show_user(self, whom: int) -> None:
        """Show the page of a user, of all for EVERYBODY."""
        self._whom = whom
        self.load()

    def load(self) -> None:
        """Read the page; what is chosen stays."""
        database, whom, now = self._context.database, self._whom, self._clock()
        self._context.tasks.read(
            lambda: read_page(database, whom, now), self._on_page, self._context.window.fail,
            key=("today", id(self)), owner=self,
        )  # fmt: skip

    def _on_page(self, page: Page) -> None:
        """Show what was read; cursor, selection and place stay."""
        self._page = page
        current = self.view.current_item()
        row, keys = self.view.currentIndex().row(), {item.key for item in self.view.chosen()}
        top = self.view.verticalScrollBar().value()
        items = items_of(page)
        if self.model.show(items):
            place = self.model.place(current.key) if current else None
            self.view.put_cursor(place if place is not None else self.model.nearest(max(0, row)))
            if len(keys) > 1:
                self.view.choose_keys(keys)
            self.view.verticalScrollBar().setValue(top)
        self.body.setCurrentWidget(self.view if items else self.empty)
        self.view.setFocusPolicy(Qt.FocusPolicy.StrongFocus if items else Qt.FocusPolicy.NoFocus)
        self.bar.set_workdays(page.is_workday)
        self._fill_users(page)
        self._show_head(page)

    def _show_head(self, page: Page) -> None:
        """Write the line below the title, who is away, and what happened while oneself was."""
        day = today_of(page.now)
        found = page.today
        parts = [long_day(day)]
        if found.overdue.count:
            parts.append(_("{count} overdue").format(count=found.overdue.count))
        parts.append(_("{count} today").format(count=found.today.count))
        parts.append(_("{count} this week").format(count=found.week.count))
        self.subtitle.setText(" · ".join(parts))
        sentences = [self._away_words(row, page) for row in page.away if row.user_id != self._context.database.user_id]
        self.away.setText("\n".join(sentences))
        self.away.setVisible(bool(sentences))
        self._show_return(page)

    def _away_words(self, row: AbsenceRow, page: Page) -> str:
        """Say who is away and who stands in."""
        until = short_day(row.until_on, today_of(page.now))
        if row.deputy_id == self._context.database.user_id:
            return _("You stand in for {name} until {day}.").format(name=row.name, day=until)
        if row.deputy:
            sentence = _("{name} is away until {day}; {deputy} stands in.")
            return sentence.format(name=row.name, day=until, deputy=row.deputy)
        return _("{name} is away until {day}; nobody stands in.").format(name=row.name, day=until)

    def _show_return(self, page: Page) -> None:
        """Offer the summary of an absence that is over."""
        back = page.today.back
        self.banner.clear_buttons()
        if back is None:
            self.banner.hide()
            return
        done = ngettext("{count} follow-up was done", "{count} follow-ups were done", len(back.done))
        left = ngettext("{count} is open", "{count} are open", len(back.open))
        sentence = _("While you were away: {done}, {open}.").format(
            done=done.format(count=len(back.done)), open=left.format(count=len(back.open))
        )
        names = ", ".join(f"{row.contact}: {row.title} ({row.done_by})" for row in back.done[:5])
        self.banner.show_message(f"{sentence}\n{names}" if names else sentence, "info")
        absence = back.absence.id
        self.banner.add_button(_("Put away"), lambda: self._put_away(absence))

    def _put_away(self, absence: int) -> None:
        from gcrm.services.absence import put_away

        database = self._context.database
        self._context.tasks.write(
            lambda: put_away(database, absence), lambda _none: self.load(), self._context.window.fail
        )

    def _fill_users(self, page: Page) -> None:
        """Offer oneself, everybody, and each colleague."""
        me = self._context.database.user_id
        others = [(name, user) for user, name in page.names.items() if user != me]
        self.bar.set_colleagues([(page.names.get(me, ""), me), *others])
        choices = [(_("My follow-ups"), me), (_("Everybody’s follow-ups"), EVERYBODY), *others]
        if [self.whose.itemText(place) for place in range(self.whose.count())] != [text for text, _user in choices]:
            self.whose.clear()
            for text, user in choices:
                self.whose.addItem(text, user)
            self.whose.updateGeometry()
        self.whose.setCurrentIndex(max(0, self.whose.findData(page.whom)))
        self.whose.setVisible(bool(others))

    def _on_changed(self, changed: frozenset[Changed]) -> None:
        """Read anew; what is being typed is left alone."""
        if any(change.table in READ_ANEW for change in changed):
            self.load()

    # --- working it off -------------------------------------------------------------------------------------------
    def _carry_out(self, what: str) -> None:
        """Do what a key, a button or the menu asked for with what is chosen."""
        items = self.view.chosen()
        notices = [item.notice for item in items if item.notice is not None]
        ids = [item.activity for item in items if item.activity is not None and item.kind == "follow_up"]
        if what == "done" and notices:
            self._read_notices(notices)
        if ids and self.actions_.is_refused(what):
            return
        if what == "open":
            opened = [item for item in items if item.activity is not None]
            if opened:
                self.open_activity(opened[0].activity or 0, is_appointment=opened[0].kind == "appointment")
        elif what == "done":
            self.actions_.complete(ids)
        elif what in ("day", "week"):
            self.actions_.postpone(ids, Step(what))
        elif what == "date":
            self.bar.ask_date(ids)
        elif what == "delegate":
            self.bar.ask_colleague(ids)
        elif what == "delete":
            self.actions_.remove(ids)

    def _read_notices(self, notices: list[int]) -> None:
        """Put notices away."""
        from gcrm.services.delegation import mark_read

        database = self._context.database
        self._context.tasks.write(
            lambda: mark_read(database, notices), lambda _none: self.load(), self._context.window.fail
        )

    def _on_completed(self, activity: int, coming: int | None) -> None:
        """Offer the next follow-up where none comes by itself."""
        if coming is None:
            self.bar.offer_next(activity)

    def open_activity(self, activity: int, *, is_appointment: bool = False) -> None:
        """Open an activity, or an appointment, beside the list."""
        from gcrm.ui.activity_form import ActivityForm
        from gcrm.ui.calendar.form import AppointmentForm

        self.close_activity()
        form: ActivityForm | AppointmentForm
        if is_appointment:
            form = AppointmentForm(self._context, activity)
        else:
            form = ActivityForm(self._context, activity, self.keeper)
        form.setFixedWidth(px(BESIDE))
        form.closed.connect(self.close_activity)
        self.beside.addWidget(form)
        form.focus_first()

    def close_activity(self) -> None:
        """Put the opened activity away."""
        item = self.beside.takeAt(0)
        form = item.widget() if item is not None else None
        if form is not None:
            form.hide()
            form.blockSignals(True)  # what it still saves closes no other one
            form.deleteLater()
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.load()
        QTimer.singleShot(0, self, lambda: self.view.setFocus(Qt.FocusReason.OtherFocusReason))


def _keys_line() -> str:
    """Return the keys of the list in one line."""
    known = (
        (native_keys("Enter"), _("contact")),
        (native_keys(KEYS["done"]), _("done")),
        (native_keys(KEYS["day"]), _("one day later")),
        (native_keys(KEYS["week"]), _("next week")),
        (native_keys(KEYS["date"]), _("choose a day")),
        (native_keys(KEYS["delegate"]), _("delegate")),
        (native_keys(KEYS["open"]), _("edit")),
    )
    return " · ".join(_("{keys}: {what}").format(keys=keys, what=what) for keys, what in known)
