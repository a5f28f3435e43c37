"""The page: title and steps through time, the views, whose calendars, and an appointment opened beside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

from PySide6.QtCore import QDate, QLocale, Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QStackedWidget, QTabBar, QVBoxLayout, QWidget, QWidgetAction
from typing_extensions import override

from gcrm.i18n import N_, _
from gcrm.services.calendar_entry import Entry
from gcrm.services.changed import Changed
from gcrm.ui.allowed import Offer
from gcrm.ui.calendar.agenda import Agenda, EntryTable
from gcrm.ui.calendar.arrange import month_range, next_month, week_start
from gcrm.ui.calendar.files import CalendarFiles, calendars_in
from gcrm.ui.calendar.invited import Answering
from gcrm.ui.calendar.menu import open_menu_of
from gcrm.ui.calendar.month_grid import MonthGrid
from gcrm.ui.calendar.opening import Opener
from gcrm.ui.calendar.reading import Shown, read_range
from gcrm.ui.calendar.side import Side
from gcrm.ui.calendar.time_grid import TimeGrid
from gcrm.ui.calendar.words import month_title, range_title
from gcrm.ui.context import Context
from gcrm.ui.theme import px, set_role
from gcrm.ui.widgets.button import Button, IconButton
from gcrm.ui.widgets.month_view import MonthView
from gcrm.ui.widgets.safe import PlainLabel
from gcrm.ui.widgets.tab_order import tab_as_read

READ_ANEW = frozenset({
    "activity", "appointment", "participant", "activity_type", "contact", "person", "user", "company", "open_item",
})  # fmt: skip
VIEWS = (
    ("day", N_("Day")), ("week", N_("Week")), ("month", N_("Month")), ("agenda", N_("Agenda")), ("list", N_("List")),
)  # fmt: skip
AGENDA_DAYS = 28
MINUTE_MS = 60_000
NARROW = 1180
VIEW, LAYERS, PEOPLE = "calendar_view", "calendar_layers", "calendar_people"
Clock = Callable[[], date]


class CalendarPage(QWidget):
    """Appointments by day, week, month, as agenda and list; all of it by keyboard or by mouse."""

    def __init__(self, context: Context, parent: QWidget | None = None, clock: Clock = date.today) -> None:
        super().__init__(parent)
        self._context = context
        self._clock = clock
        self.day = self._today = clock()
        self.shown: Shown | None = None
        set_role(self, "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title = PlainLabel("", "title", elide=True)
        self.tabs = QTabBar()
        self.tabs.setAccessibleName(_("View"))
        self.tabs.setExpanding(False)
        for place, (_key, name) in enumerate(VIEWS):
            self.tabs.addTab(_(name))
            self.tabs.setTabToolTip(place, str(place + 1))
        self.side = Side(context.database.user_id)
        self.week = TimeGrid(_("Calendar"))
        self.month = MonthGrid(_("Calendar"))
        self.agenda = Agenda()
        self.list = EntryTable()
        self.opener = Opener(context, self)
        self.files = CalendarFiles(context, self, self.selected)
        self.answering = Answering(context, self)
        self.setAcceptDrops(True)
        self._lay_out()
        self._put_cursor(self.day)
        self._recall()
        self._connect()
        self.load()

    # --- parts ----------------------------------------------------------------------------------------------------
    def _lay_out(self) -> None:
        """Head, tabs, switches and the view; an opened appointment stands at the right."""
        self.new_button = Button(_("New appointment"), "primary", "plus", on_click=self.new_appointment)
        Offer(self._context, self.new_button, "activities.create")
        self.today_button = Button(_("Today"), on_click=lambda: self.step(0))
        self.back_button = IconButton("chevron-left", _("Earlier"), "PgUp", on_click=lambda: self.step(-1))
        self.on_button = IconButton("chevron-right", _("Later"), "PgDown", on_click=lambda: self.step(1))
        self.jump_button = IconButton("calendar-search", _("Go to a day…"), on_click=self.ask_day)
        self.more_button = IconButton("ellipsis", _("More"), on_click=self.open_menu)
        head = QHBoxLayout()
        head.setSpacing(px(6))
        head.addWidget(self.title, 1)
        steps = (self.today_button, self.back_button, self.on_button, self.jump_button)
        for button in (*steps, self.new_button, self.more_button):
            head.addWidget(button)
        self.body = QStackedWidget()
        for view in (self.week, self.month, self.agenda, self.list):
            self.body.addWidget(view)
        card = QFrame()
        set_role(card, "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(px(2), px(2), px(2), px(2))
        inside.addWidget(self.body)
        lower = QHBoxLayout()
        lower.setSpacing(px(12))
        lower.addWidget(self.side)
        lower.addWidget(card, 1)
        column = QVBoxLayout()
        column.setContentsMargins(px(16), px(14), px(16), px(10))
        column.setSpacing(px(8))
        column.addLayout(head)
        column.addWidget(self.opener.untold)
        column.addWidget(self.opener.unsent)
        column.addWidget(self.tabs)
        column.addLayout(lower, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(column, 1)
        row.addLayout(self.opener.beside)

    def _recall(self) -> None:
        """Show the view, the layers and the calendars of last time."""
        state = self._context.state
        place = state.recall(VIEW)
        self.tabs.setCurrentIndex(place if place is not None and 0 <= place < len(VIEWS) else 1)
        self.side.choose_layers(state.recall_words(LAYERS))
        people = [int(word) for word in state.recall_words(PEOPLE) if word.isdigit()]
        self._people = people or [self._context.database.user_id]

    def _connect(self) -> None:
        """Let the parts speak with each other."""
        self.tabs.currentChanged.connect(self._on_tab)
        for place, (key, _text) in enumerate(VIEWS, 1):
            digit = QShortcut(QKeySequence(str(place)), self.body)
            digit.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            digit.activated.connect(partial(self.show_view, key))
        self.side.changed.connect(self._on_side)
        for view in (self.week, self.month):
            view.opened.connect(self.opener.open)
            view.unwanted.connect(self.opener.delete)
            view.wanted.connect(partial(self._make_in, view))
            view.moved.connect(self.opener.move)
            view.stepped.connect(self.step)
            view.day_wanted.connect(self.show_day)
        for other in (self.agenda, self.list):
            other.opened.connect(self.opener.open)
            other.unwanted.connect(self.opener.delete)
        for each in (self.week, self.month, self.agenda, self.list):
            each.menu_wanted.connect(partial(open_menu_of, self))
        self.opener.closed.connect(self._on_closed)
        self.opener.refused.connect(self.load)
        self.opener.moved.connect(self._on_moved)
        self.opener.opened.connect(lambda: self._make_room(is_open=True))
        self._context.feed.changed.connect(self._on_changed)
        self._context.theme.changed.connect(self.side.repaint_dots)
        self._minute = QTimer(self)
        self._minute.setInterval(MINUTE_MS)
        self._minute.timeout.connect(self._on_minute)
        self._minute.start()

    @property
    def view_name(self) -> str:
        """Return the view that is shown."""
        return VIEWS[self.tabs.currentIndex()][0]

    def view(self) -> TimeGrid | MonthGrid | Agenda | EntryTable:
        """Return the widget of the view that is shown."""
        name = self.view_name
        if name == "month":
            return self.month
        if name == "agenda":
            return self.agenda
        return self.list if name == "list" else self.week

    # --- through time ---------------------------------------------------------------------------------------------
    def range(self) -> tuple[date, date]:
        """Return the first and the last day that are shown."""
        name, first_weekday = self.view_name, QLocale().firstDayOfWeek().value - 1
        if name == "day":
            return self.day, self.day
        if name == "week":
            first = week_start(self.day, first_weekday)
            return first, first + timedelta(days=6)
        if name == "month":
            return month_range(self.day, first_weekday)
        if name == "agenda":
            return self.day, self.day + timedelta(days=AGENDA_DAYS - 1)
        return self.day.replace(day=1), next_month(self.day, 1) - timedelta(days=1)

    def step(self, by: int) -> None:
        """Go on or back by what is shown; 0 is today."""
        if not by:
            self.day = self._clock()
        elif self.view_name in ("month", "list"):
            self.day = next_month(self.day, by)
        else:
            days = {"day": 1, "week": 7}.get(self.view_name, AGENDA_DAYS)
            self.day += timedelta(days=days * by)
        for view in (self.week, self.month):
            first, last = self.range()
            if not by or not first <= view.cursor_at.date() <= last:
                view.cursor_at = datetime.combine(self.day, view.cursor_at.time())
        self.load()

    def show_day(self, day: date) -> None:
        """Show a day by itself."""
        self._put_cursor(day)
        self.tabs.setCurrentIndex(0)
        self.load()

    def show_view(self, name: str) -> None:
        """Show one of VIEWS; the keyboard is there afterwards."""
        self.tabs.setCurrentIndex([key for key, _text in VIEWS].index(name))
        self.view().setFocus(Qt.FocusReason.OtherFocusReason)

    def _put_cursor(self, day: date) -> None:
        """Let a day be the one that is at hand, in whatever view."""
        self.day = day
        for view in (self.week, self.month):
            view.cursor_at = datetime.combine(day, view.cursor_at.time())

    def go_to(self, day: date) -> None:
        """Show a day in the view that is in force."""
        self._put_cursor(day)
        self.load()

    def ask_day(self) -> None:
        """Choose a day in a small calendar."""
        menu = QMenu(self)
        calendar = MonthView(self.day, menu)
        action = QWidgetAction(menu)
        action.setDefaultWidget(calendar)
        menu.addAction(action)

        def take(day: QDate) -> None:
            menu.close()
            self.go_to(date(day.year(), day.month(), day.day()))

        for chosen in (calendar.activated, calendar.clicked):
            chosen.connect(take)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.jump_button.mapToGlobal(self.jump_button.rect().bottomLeft()))
        calendar.setFocus()

    def open_menu(self) -> None:
        """Show what can be done with calendar files."""
        menu = self.files.make_menu(self.range())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.more_button.mapToGlobal(self.more_button.rect().bottomLeft()))

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if calendars_in(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        files = calendars_in(event.mimeData())
        if files:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.files.bring_in(files)

    def _on_tab(self, place: int) -> None:
        """Show another view of the day at which the cursor is; arrows on the tabs go on to the next one."""
        former = self.body.currentWidget()
        if isinstance(former, TimeGrid | MonthGrid):
            self._put_cursor(former.cursor_at.date())
        self._context.state.remember(VIEW, place)
        self.load()
        if self.focusWidget() is not self.tabs:
            self.view().setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_side(self) -> None:
        """Remember whose calendars and which layers are shown."""
        self._people = self.side.chosen_users()
        self._context.state.remember_words(LAYERS, self.side.chosen_layers())
        self._context.state.remember_words(PEOPLE, [str(user) for user in self._people])
        self.load()

    # --- reading --------------------------------------------------------------------------------------------------
    def load(self) -> None:
        """Read what is shown; a newer wish overtakes an older one."""
        first, last = self.range()
        database, users, layers = self._context.database, self._people, self.side.chosen_layers()
        self.title.setText(month_title(self.day) if self.view_name in ("month", "list") else range_title(first, last))
        self._context.tasks.read(
            lambda: read_range(database, first, last, users, layers), self._on_read, self._context.window.fail,
            key=("calendar", id(self)), owner=self,
        )  # fmt: skip

    def _on_read(self, shown: Shown) -> None:
        """Show what was read, with what is being moved where it was moved to."""
        shown = replace(shown, entries=self.opener.as_moved(shown.entries))
        self.shown = shown
        if self.side.show_users(shown.names, shown.chosen):
            QTimer.singleShot(0, self, lambda: tab_as_read(self))  # once the switches stand where they belong
        today, name = self._clock(), self.view_name
        self._today = today
        self.week.colleagues = self.month.colleagues = self.agenda.colleagues = sorted(shown.names)
        if name == "month":
            self.month.month = self.day.month
            self.month.show_entries(shown.entries, shown.chosen, shown.first, 42, today)
        elif name == "agenda":
            self.agenda.show_entries(shown.entries, shown.chosen, shown.first, shown.last, today)
        elif name == "list":
            self.list.show_entries(shown.entries, shown.chosen, shown.first, shown.last, today)
        else:
            days = (shown.last - shown.first).days + 1
            beside = list(shown.chosen.items()) if days == 1 and len(shown.chosen) > 1 else []
            self.week.people = sorted(beside, key=lambda each: (each[0] != self._context.database.user_id, each[1]))
            self.week.show_entries(shown.entries, shown.chosen, shown.first, days, today)
        self.body.setCurrentWidget(self.view())

    def _on_changed(self, changed: frozenset[Changed]) -> None:
        if any(change.table in READ_ANEW for change in changed):
            self.load()

    def _on_minute(self) -> None:
        """Let the line of the clock go on; on another day another one is today."""
        self.week.viewport().update()
        if self._clock() != self._today:
            self.load()

    # --- working --------------------------------------------------------------------------------------------------
    def new_appointment(self) -> None:
        """Make an appointment at the cursor, or at the next full hour."""
        view = self.view()
        if isinstance(view, TimeGrid | MonthGrid):
            view.make_at_cursor()
        else:
            begin = datetime.combine(self.day_at(), datetime.now().time().replace(minute=0, second=0, microsecond=0))
            self.opener.make(begin + timedelta(hours=1), begin + timedelta(hours=2), False)

    def _make_in(self, view: TimeGrid | MonthGrid, begin: datetime, end: datetime, all_day: bool) -> None:
        """Make an appointment in the calendar of the person in whose column it was drawn."""
        self.opener.make(begin, end, all_day, whose=view.whose)

    def day_at(self) -> date:
        """Return the day of what is chosen, or where the cursor is."""
        view, entry = self.view(), self.selected()
        if entry is not None:
            return max(entry.begins.date(), self.range()[0])
        if isinstance(view, TimeGrid | MonthGrid):
            return view.cursor_at.date()
        return (view.day_at if isinstance(view, Agenda) else None) or self.day

    def selected(self) -> Entry | None:
        """Return the entry that is chosen."""
        return self.view().chosen()

    def _on_moved(self, activity: int, begins: datetime) -> None:
        """Keep in sight what was moved, also beyond the days that are shown."""
        view = self.view()
        if not isinstance(view, TimeGrid | MonthGrid):
            return
        view.follow(activity, begins)
        first, last = self.range()
        if first <= begins.date() <= last:
            self.load()
        else:
            self.go_to(begins.date())

    def _on_closed(self) -> None:
        self._make_room(is_open=False)
        self.view().setFocus(Qt.FocusReason.OtherFocusReason)

    def _make_room(self, *, is_open: bool) -> None:
        """Give the days the room of the switches while an appointment is open in a narrow window."""
        self.side.setVisible(not is_open or self.width() >= px(NARROW))

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QTimer.singleShot(0, self, lambda: self.view().setFocus(Qt.FocusReason.OtherFocusReason))
