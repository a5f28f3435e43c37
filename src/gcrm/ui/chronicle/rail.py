"""The chronicle rail: title and filter, the log box, and the entries of a contact below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from gcrm.i18n import _, ngettext
from gcrm.model.follow_up import Step, WorkdayRule
from gcrm.services.activity_types import TypeRow
from gcrm.services.changed import Changed
from gcrm.services.chronicle import ChronicleRow, chronicle
from gcrm.ui.chronicle.entries import PAGE, EntryModel
from gcrm.ui.chronicle.entry_view import EntryView
from gcrm.ui.chronicle.log_box import LogBox
from gcrm.ui.context import Context
from gcrm.ui.draft_keeper import DraftKeeper
from gcrm.ui.dropped_files import (
    DropArea,
    FilesNotNames,
    attach_clipboard,
    attach_files,
    choose_and_attach,
    local_files,
)
from gcrm.ui.follow_up_actions import FollowUpActions
from gcrm.ui.follow_up_bar import FollowUpBar
from gcrm.ui.mail import take_files
from gcrm.ui.theme import icon, px, set_role
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.empty_state import EmptyState
from gcrm.ui.widgets.safe import PlainLabel, literal

READ_ANEW = frozenset({"activity", "appointment", "attachment", "activity_type", "user", "person", "contact_person"})
MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the rail needs besides the entries: who looks, colleagues, types, workdays."""

    me: tuple[int, str]
    colleagues: tuple[tuple[str, int], ...]
    types: tuple[TypeRow, ...]
    is_workday: WorkdayRule


class ChronicleRail(QWidget):
    """Everything that was done and is to be done with one contact."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._contact: int | None = None
        self._types: frozenset[str] | None = None
        self._known_types: tuple[TypeRow, ...] = ()
        self._me = (context.database.user_id, "")
        self._wanted: int | None = None
        set_role(self, "rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(px(260))
        self.setAcceptDrops(True)
        self.keeper = DraftKeeper(context, self)
        self.box = LogBox(context, self.keeper)
        self.model = EntryModel(self)
        self.actions_ = FollowUpActions(context, self)
        self.view = EntryView(self.model, refusal=self.actions_.refusal)
        self.bar = FollowUpBar(self.actions_, self.view, datetime.now)
        self.empty = EmptyState("message-square-plus", _("Nothing logged yet. What you write above appears here."))
        self.filter_button = Button(_("All types"), "flat", "list-filter")
        self.filter_button.setAccessibleName(_("Show types: all"))
        self.filter_button.setMenu(QMenu(self.filter_button))
        self.drop_area = DropArea(self, _("Drop files to attach them"))
        self._lay_out()
        self._connect()
        self._load_surroundings()

    def _lay_out(self) -> None:
        """Place everything as in the picture."""
        head = QHBoxLayout()
        head.addWidget(PlainLabel(_("Chronicle"), "section"), 1)
        head.addWidget(self.filter_button)
        top = QVBoxLayout()
        top.setContentsMargins(px(14), px(12), px(12), px(4))
        top.setSpacing(px(8))
        top.addLayout(head)
        top.addWidget(self.box)
        top.addWidget(self.bar)
        self.list_page = QStackedWidget()
        self.list_page.addWidget(self.view)
        self.list_page.addWidget(self.empty)
        self.body = QStackedWidget()
        self.body.addWidget(self.list_page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(4))
        column.addLayout(top)
        column.addWidget(self.body, 1)

    def _connect(self) -> None:
        """Let the parts speak with each other."""
        self.model.more_wanted.connect(self._load_more)
        self.box.logged.connect(self._on_logged)
        self.actions_.completed.connect(self._on_completed)
        self.view.asked.connect(self._carry_out)
        FilesNotNames(self.box, lambda: self._carry_out("paste", ()))
        self._context.feed.changed.connect(self._on_changed)
        self._minute = QTimer(self)
        self._minute.setInterval(MINUTE_MS)
        self._minute.timeout.connect(self._on_minute)
        self._minute.start()

    # --- what is shown --------------------------------------------------------------------------------------------
    def show_contact(self, contact: int | None) -> None:
        """Show the chronicle of a contact; what was being typed for the former one is kept."""
        if contact == self._contact:
            return
        self._contact = contact
        self._wanted = None
        self.box.show_contact(contact)
        self.bar.dismiss()
        self.close_activity()
        self.model.clear()
        self.view.scrollToTop()
        self._load()

    def contact_id(self) -> int | None:
        """Return the contact that is shown."""
        return self._contact

    def focus_log(self) -> None:
        """Go to the log box; the caret is where it was."""
        self.box.text.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.box.look_again()

    def _load_surroundings(self) -> None:
        """Read who looks, the colleagues, the types and the rule for workdays."""
        from gcrm.services.activity_types import types
        from gcrm.services.moment import office_workdays
        from gcrm.services.user import user_name, users

        database = self._context.database

        def read() -> Surroundings:
            with database.read() as session:
                me = (database.user_id, user_name(session, database.user_id))
                colleagues = tuple((user.name, user.id) for user in users(session))
                return Surroundings(me, colleagues, tuple(types(session)), office_workdays(session))

        self._context.tasks.read(read, self._on_surroundings, key=("rail surroundings", id(self)), owner=self)

    def _on_surroundings(self, found: Surroundings) -> None:
        """Offer types and colleagues."""
        self._me = found.me
        self._known_types = found.types
        self.box.set_types(found.types)
        self.box.follow_up.set_workdays(found.is_workday)
        self.bar.set_workdays(found.is_workday)
        self.bar.set_colleagues(found.colleagues)
        self._fill_filter()
        self._load()

    def _load(self) -> None:
        """Read the entries; a newer wish overtakes an older one."""
        contact, database, types = self._contact, self._context.database, self._types
        if contact is None:
            return
        limit = max(PAGE, self.model.loaded())

        def read() -> list[ChronicleRow]:
            with database.read() as session:
                return chronicle(session, contact, user=database.user_id, types=types, limit=limit)

        self._context.tasks.read(
            read, lambda rows: self._on_rows(contact, rows, limit), self._context.window.fail,
            key=("rail", id(self)), owner=self,
        )  # fmt: skip

    def _on_rows(self, contact: int, rows: list[ChronicleRow], limit: int) -> None:
        """Show what was read; selection and place stay."""
        if contact != self._contact:
            return
        keep, top = self.view.current_activity(), self.view.verticalScrollBar().value()
        full = sum(not row.is_pinned for row in rows) >= limit
        self.model.show(rows, self._me, datetime.now(UTC), has_more=full)
        self.list_page.setCurrentWidget(self.view if rows else self.empty)
        self.view.settle(self._wanted or keep, top)
        self._wanted = None

    def _load_more(self, before: tuple[datetime, int]) -> None:
        """Read the next page."""
        contact, database, types = self._contact, self._context.database, self._types
        if contact is None:
            return

        def read() -> list[ChronicleRow]:
            with database.read() as session:
                return chronicle(session, contact, user=database.user_id, types=types, limit=PAGE, before=before)

        def show(rows: list[ChronicleRow]) -> None:
            if contact == self._contact:
                self.model.extend(rows, datetime.now(UTC), has_more=len(rows) == PAGE)

        self._context.tasks.read(read, show, self._context.window.fail, key=("rail", id(self)), owner=self)

    def _on_logged(self, activity: int) -> None:
        """Bring the new entry into sight."""
        self._wanted = activity
        self._load()

    def _on_changed(self, changed: frozenset[Changed]) -> None:
        """Read anew what changed; the log box is left alone."""
        tables = {change.table for change in changed}
        if tables & {"activity_type", "user", "company"}:
            self._load_surroundings()
        elif any(change.table in READ_ANEW and change.contact in (None, self._contact) for change in changed):
            self._load()

    def _on_minute(self) -> None:
        """Let what falls due turn red."""
        if self.isVisible() and self.model.has_pinned():
            self._load()

    # --- filter ---------------------------------------------------------------------------------------------------
    def _fill_filter(self) -> None:
        """Offer the types as a menu of switches."""
        menu = self.filter_button.menu()
        menu.clear()
        everything = menu.addAction(_("All types"))
        everything.triggered.connect(lambda: self.filter_types(None))
        menu.addSeparator()
        for row in self._known_types:
            action = menu.addAction(icon(row.icon), literal(row.label))
            action.setCheckable(True)
            action.setData(row.key)
            action.setChecked(self._types is not None and row.key in self._types)
            action.toggled.connect(lambda _on: self._on_filter())

    def _on_filter(self) -> None:
        """Show the types that are ticked."""
        actions = self.filter_button.menu().actions()
        chosen = frozenset(str(action.data()) for action in actions if action.isChecked())
        self.filter_types(chosen or None)

    def filter_types(self, types: frozenset[str] | None) -> None:
        """Show entries of these types only; None shows all."""
        self._types = types
        labels = [row.label for row in self._known_types if types and row.key in types]
        text = _("All types")
        if len(labels) == 1:
            text = labels[0]
        elif labels:
            text = ngettext("{count} type", "{count} types", len(labels)).format(count=len(labels))
        self.filter_button.setText(literal(text))
        self.filter_button.setAccessibleName(_("Show types: {types}").format(types=", ".join(labels) or text))
        if types is None:
            self._fill_filter()
        self.model.clear()
        self._load()

    # --- working with entries -------------------------------------------------------------------------------------
    def _carry_out(self, what: str, activities: Sequence[int]) -> None:
        """Do what a key or the menu asked for."""
        if self.actions_.is_refused(what):
            return
        if what == "open":
            self.open_activity(activities[0])
        elif what == "done":
            self.actions_.complete(activities)
        elif what in ("day", "week"):
            self.actions_.postpone(activities, Step(what))
        elif what == "date":
            self.bar.ask_date(activities)
        elif what == "delegate":
            self.bar.ask_colleague(activities)
        elif what == "delete":
            self.actions_.remove(activities)
        elif what == "attach":
            choose_and_attach(self._context, self._contact, activities[0])
        elif what == "paste" and self._contact is not None:
            attach_clipboard(self._context, self._contact, activities[0] if activities else None)

    def activity_at_hand(self) -> int | None:
        """Return the activity that is open beside the customer, else the one the cursor is on."""
        from gcrm.ui.activity_form import ActivityForm

        form = self.body.widget(1)
        return form.files.activity if isinstance(form, ActivityForm) else self.view.current_activity()

    def attach_to_activity(self) -> None:
        """Choose files to keep with the activity at hand."""
        activity = self.activity_at_hand()
        if activity is not None:
            choose_and_attach(self._context, self._contact, activity)

    def _on_completed(self, activity: int, coming: int | None) -> None:
        """Offer the next follow-up where none comes by itself."""
        if coming is None:
            self.bar.offer_next(activity)

    def open_activity(self, activity: int) -> None:
        """Open an activity beside the customer: below the log box, in place of the list."""
        from gcrm.ui.activity_form import ActivityForm
        from gcrm.ui.calendar.form import AppointmentForm

        self.close_activity()
        form: ActivityForm | AppointmentForm
        if self.model.is_appointment(activity):
            form = AppointmentForm(self._context, activity)
        else:
            form = ActivityForm(self._context, activity, self.keeper)
        form.closed.connect(self.close_activity)
        self.body.addWidget(form)
        self.body.setCurrentWidget(form)
        form.focus_first()

    def close_activity(self) -> None:
        """Go back to the list; what was not saved stays a draft."""
        form = self.body.widget(1)
        if form is None:
            return
        focus = QApplication.focusWidget()
        had_focus = focus is not None and form.isAncestorOf(focus)
        self.body.removeWidget(form)
        form.hide()
        form.blockSignals(True)  # what it still saves closes no other one
        form.deleteLater()
        if had_focus:
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- files ----------------------------------------------------------------------------------------------------
    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        may = not self.actions_.refusal("attach")
        if may and self._contact is not None and local_files(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.drop_area.light_up()

    @override
    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.drop_area.hide()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        self.drop_area.hide()
        files = local_files(event.mimeData())
        if self._contact is not None and files:
            point = self.view.viewport().mapFrom(self, event.position().toPoint())
            is_open = self.body.widget(1) is not None
            entry = self.activity_at_hand() if is_open else self.view.activity_at(point)
            if is_open:
                attach_files(self._context, files, self._contact, entry)
            else:
                take_files(self._context, files, self._contact, entry)
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
