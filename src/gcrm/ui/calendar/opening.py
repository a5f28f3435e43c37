"""What is done with entries of the calendar: opened beside it, made, moved and deleted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gcrm.errors import GcrmError
from gcrm.i18n import _
from gcrm.services.appointment import Scope
from gcrm.services.calendar_entry import Entry, order
from gcrm.ui.activity_form import ActivityForm
from gcrm.ui.allowed import say_why_not
from gcrm.ui.calendar.called_off import UnsentBanner
from gcrm.ui.calendar.form import AppointmentForm
from gcrm.ui.calendar.form_fields import own_zone
from gcrm.ui.calendar.form_reading import Start
from gcrm.ui.calendar.scope import ask_scope
from gcrm.ui.calendar.telling import UntoldBanner, offer_to_tell
from gcrm.ui.context import Context
from gcrm.ui.draft_keeper import DraftKeeper
from gcrm.ui.tasks import Task
from gcrm.ui.theme import px

BESIDE = 380
OF_CONTACTS = ("birthday", "due", "overdue")
"""Kinds of entries that open their contact."""


@dataclass(frozen=True, slots=True)
class _Move:
    """A move that is being written."""

    task: Task
    key: str
    begin: datetime
    end: datetime
    all_day: bool

    def of(self, entry: Entry) -> Entry:
        """Return an entry where it is moved to."""
        return replace(entry, begins=self.begin, ends=self.end, is_all_day=self.all_day)


class Opener(QObject):
    """Carries out what a view asks for; `beside` is where forms stand, `untold` and `unsent` say who is not told."""

    closed = Signal()
    opened = Signal()
    refused = Signal()
    moved = Signal(int, object)

    def __init__(self, context: Context, page: QWidget) -> None:
        super().__init__(page)
        self._context = context
        self._page = page
        self.form: QWidget | None = None
        self.beside = QVBoxLayout()
        self.beside.setContentsMargins(0, 0, 0, 0)
        self.keeper = DraftKeeper(context, page)
        self.untold = UntoldBanner(context)
        self.unsent = UnsentBanner(context)
        self._moves: list[_Move] = []
        context.tasks.ended.connect(self._on_ended)

    # --- opening --------------------------------------------------------------------------------------------------
    def open(self, entry: Entry) -> None:
        """Open what stands behind an entry."""
        if entry.kind in OF_CONTACTS and entry.contact_id is not None:
            self._context.window.open_contact(entry.contact_id)
        elif entry.kind == "busy":
            self._context.window.say(_("This appointment is private. Ask its owner what it is."))
        elif entry.activity_id is not None:
            self._put(self._form_of(entry, entry.activity_id))

    def _form_of(self, entry: Entry, activity: int) -> AppointmentForm | ActivityForm:
        """Return the form of an entry."""
        if entry.kind == "follow_up":
            return ActivityForm(self._context, activity, self.keeper)
        occurrence = entry.original if entry.is_series else ""
        return AppointmentForm(self._context, activity, occurrence=occurrence)

    def make(self, begin: datetime, end: datetime, all_day: bool, *, whose: int | None = None) -> None:
        """Open the form of a new appointment; whoever may make none is told why."""
        if say_why_not(self._context, "activities.create"):
            self.refused.emit()
            return
        self._put(AppointmentForm(self._context, None, start=Start(begin, end, all_day, whose=whose)))

    def _put(self, form: AppointmentForm | ActivityForm) -> None:
        """Show a form at the right, in place of the one that is there."""
        self.close()
        self.form = form
        form.setFixedWidth(px(BESIDE))
        form.closed.connect(self.close)
        self.beside.addWidget(form)
        self.opened.emit()
        form.focus_first()

    def close(self) -> None:
        """Put the form away."""
        form, self.form = self.form, None
        if form is not None:
            self.beside.removeWidget(form)
            form.hide()
            form.blockSignals(True)  # what it still saves closes no other one
            form.deleteLater()
            self.closed.emit()

    # --- changing -------------------------------------------------------------------------------------------------
    def move(self, entry: Entry, begin: datetime, end: datetime, all_day: bool) -> None:
        """Move an appointment to other moments, or to whole days, as it was dragged."""
        if entry.activity_id is None:
            return
        if say_why_not(self._context, "activities.change"):
            self.refused.emit()
            return
        scope: Scope | None = Scope.ALL
        if entry.is_series:
            scope = ask_scope(self._page, _("Move appointment"), _("“{title}” repeats.").format(title=entry.title))
        if scope is None:
            self.refused.emit()
            return
        from gcrm.services.mail import notices

        database, activity, chosen = self._context.database, entry.activity_id, scope
        occurrence, zone = entry.original if entry.is_series else "", own_zone()

        def work() -> tuple[int, list[int]]:
            return notices.move(database, activity, occurrence, begin, end, chosen, all_day=all_day, zone=zone)

        task = self._context.tasks.write(work, lambda told: self._on_moved(told, begin, entry.title), self._on_failed)
        self._moves.append(_Move(task, entry.key, begin, end, all_day))

    def as_moved(self, entries: list[Entry]) -> list[Entry]:
        """Return entries that were read where they will stand when all moves under way are done."""
        ahead = {move.key: move for move in self._moves}  # the latest of each
        return sorted((ahead[one.key].of(one) if one.key in ahead else one for one in entries), key=order)

    def _on_ended(self, task: Task) -> None:
        """Note that a move is over; what did not succeed is shown where it stands."""
        if any(move.task is task for move in self._moves):
            self._moves = [move for move in self._moves if move.task is not task]
            if task.error is not None:
                self.refused.emit()

    def _on_moved(self, moved: tuple[int, list[int]], begin: datetime, title: str) -> None:
        """Say that it is done; the calendar is read anew by the change. Who is invited is told when all is moved."""
        activity, invited = moved
        self._context.window.say(_("Appointment moved"), undo=True)
        self.moved.emit(activity, begin)
        if invited:
            self.untold.remember(invited, title)

    def _on_failed(self, error: GcrmError) -> None:
        """Say why it stays where it was."""
        self._context.window.fail(error)

    def delete(self, entry: Entry) -> None:
        """Delete an entry; undo brings it back."""
        if entry.activity_id is None or entry.kind not in ("appointment", "follow_up"):
            return
        if say_why_not(self._context, "activities.delete"):
            return
        from gcrm.services import activity
        from gcrm.services.mail import notices

        database, wanted = self._context.database, entry.activity_id
        if entry.kind == "follow_up":
            self._context.window.write(lambda: activity.remove(database, [wanted]))
            return
        scope: Scope | None = Scope.ALL
        if entry.is_series:
            scope = ask_scope(self._page, _("Delete appointment"), _("“{title}” repeats.").format(title=entry.title))
        if scope is not None:
            chosen, occurrence = scope, entry.original if entry.is_series else ""
            self._context.window.write(
                lambda: notices.remove(database, wanted, chosen, occurrence), partial(offer_to_tell, self._context)
            )
