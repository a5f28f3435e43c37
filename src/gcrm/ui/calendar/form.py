"""One appointment, opened beside the calendar or the customer: read, changed, deleted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget
from shiboken6 import isValid
from typing_extensions import override

from gcrm.errors import GcrmError
from gcrm.i18n import _
from gcrm.services.appointment import Booking, Scope
from gcrm.services.drafts import Draft, appointment_key
from gcrm.ui.allowed import Offer
from gcrm.ui.calendar.clash import ClashLine
from gcrm.ui.calendar.form_fields import AppointmentFields, own_zone
from gcrm.ui.calendar.form_reading import FormRead, Start, read_form, read_persons
from gcrm.ui.calendar.invited import InvitedLine
from gcrm.ui.calendar.saving import AppointmentSaver
from gcrm.ui.calendar.scope import ask_scope
from gcrm.ui.calendar.telling import offer_to_tell
from gcrm.ui.context import Context
from gcrm.ui.draft_keeper import DraftKeeper, forget_draft
from gcrm.ui.theme import px, set_role
from gcrm.ui.widgets.banner import Banner
from gcrm.ui.widgets.button import Button, IconButton
from gcrm.ui.widgets.message import choose
from gcrm.ui.widgets.safe import PlainLabel

if TYPE_CHECKING:
    from gcrm.services.mail.notices import Notice


class AppointmentForm(QWidget):
    """The form of one appointment, or of a new one (`activity` None); `closed` is sent when it is done with."""

    closed = Signal()

    def __init__(
        self, context: Context, activity: int | None, *, occurrence: str = "", start: Start | None = None,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._context = context
        self._activity = activity
        self._occurrence = occurrence
        self._start = start
        self._booking: Booking | None = None
        self._is_saving = False
        self._is_closing = False
        self._keeper = DraftKeeper(context, self)
        self._key = appointment_key(activity, occurrence)
        set_role(self, "rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.fields = AppointmentFields(context)
        self.fields.setEnabled(False)
        self.banner = Banner()
        self.invited = InvitedLine(context)
        self.clash = ClashLine(context, self.fields)
        self.title = PlainLabel(_("Appointment") if activity else _("New appointment"), "section", elide=True)
        self.back_button = IconButton("arrow-left", _("Back to the calendar"), "Esc", on_click=self.leave)
        self.delete_button = IconButton("trash", _("Delete appointment"), on_click=self._delete)
        if activity is None:
            self.delete_button.hide()
        self.save_button = Button(_("Save"), "primary", on_click=self.save)
        Offer(context, self.save_button, "activities.change" if activity else "activities.create")
        Offer(context, self.delete_button, "activities.delete")
        self.cancel_button = Button(_("Cancel"), on_click=self.leave)
        self._lay_out()
        self._watch()
        self._load()

    def _lay_out(self) -> None:
        """Head, fields that scroll, buttons."""
        head = QHBoxLayout()
        head.setContentsMargins(px(8), px(4), px(12), 0)
        head.addWidget(self.back_button)
        head.addWidget(self.title, 1)
        head.addWidget(self.delete_button)
        content = QWidget()
        content.setMinimumWidth(px(160))
        set_role(content, "content")
        inner = QVBoxLayout(content)
        inner.setContentsMargins(px(14), px(4), px(14), px(8))
        inner.setSpacing(px(10))
        for part in (self.banner, self.invited, self.clash, self.fields):
            inner.addWidget(part)
        inner.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(content)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(px(14), px(4), px(12), px(8))
        buttons.setSpacing(px(6))
        buttons.addStretch(1)
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.save_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addWidget(area, 1)
        column.addLayout(buttons)

    def _watch(self) -> None:
        """Ctrl+Enter saves from anywhere; other times are looked at for clashes, another contact for its persons."""
        fields = self.fields
        fields.text.submitted.connect(self.save)
        for edit in (fields.first_day, fields.last_day, fields.begin, fields.end):
            edit.changed.connect(lambda _value: self._look_for_clashes())
        fields.responsible.activated.connect(lambda _place: self._look_for_clashes())
        fields.people.changed.connect(self._look_for_clashes)
        fields.contact.changed.connect(self._read_persons)
        self.clash.free.connect(fields.begin_at)
        fields.edited.connect(self._on_edited)
        self.invited.answered.connect(self._load)
        for child in fields.findChildren(QWidget):
            child.installEventFilter(self)

    def focus_first(self) -> None:
        """Go to the subject."""
        self.fields.subject.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- reading --------------------------------------------------------------------------------------------------
    def _load(self, *, keeps: bool = True) -> None:
        """Read the appointment and what can be chosen for it; what is typed already stays, or goes."""
        database, wanted, occurrence = self._context.database, self._activity, self._occurrence
        start, zone = self._start, own_zone()
        self._context.tasks.read(
            lambda: read_form(database, wanted, occurrence, start, zone), partial(self._on_read, keeps), self._on_gone,
            owner=self,
        )  # fmt: skip

    def _on_gone(self, error: GcrmError) -> None:
        """The appointment cannot be shown: say why and go."""
        self._context.window.fail(error)
        self.closed.emit()

    def _on_read(self, keeps: bool, found: FormRead) -> None:
        """Fill the fields."""
        booking, typed = found.booking, self._typed() if keeps else {}
        self._booking = None  # nothing of what follows is typed by anybody
        self.fields.offer(found.types, found.users, booking.activity)
        self.fields.offer_persons(found.persons, booking.activity.contact_person_id)
        colleagues = [(name, int(user)) for name, user in found.users]
        self.fields.people.show_people(booking.participants, colleagues)
        self.fields.show_records(booking.activity, booking.appointment, found.repeat)
        self.fields.setEnabled(True)
        self._booking = booking
        self.invited.show_invitation(self._activity, found.invited_by)
        if self._activity is not None:
            self.title.setText(booking.activity.subject or _("Appointment"))
        if booking.is_series:
            self.banner.clear_buttons()
            self.banner.show_message(_("This appointment repeats; when you save, you choose how many change."), "info")
        self.focus_first()
        self._look_for_clashes()
        if typed:
            self._restore(typed)
        else:
            self._keeper.fetch(self._key, self._on_draft, self)

    def _on_draft(self, draft: Draft | None) -> None:
        """Bring back what was typed and never saved."""
        values = draft.data.get("fields") if draft is not None else None
        if not isinstance(values, dict) or self.fields.touched():
            return
        self._restore(values)
        self.banner.clear_buttons()
        self.banner.show_message(_("Your unsaved changes are back."), "warn")
        self.banner.add_button(_("Discard"), self.discard)

    def _restore(self, typed: Mapping[str, Any]) -> None:
        """Put back what was typed before."""
        self.fields.restore(typed)
        if "contact" in typed:
            self._read_persons(typed.get("person"))

    def _typed(self) -> dict[str, Any]:
        """Return what was touched since it was read."""
        touched = self.fields.touched() if self._booking is not None else ()
        return {name: value for name, value in self.fields.values().items() if name in touched}

    def _on_edited(self) -> None:
        """Keep what was touched."""
        values = self._typed()
        if not values or self._is_closing:
            return
        kept = {
            "activity_id": self._activity,
            "occurrence": self._occurrence,
            "contact_id": self.fields.contact.value(),
        }
        self._keeper.put(self._key, {**kept, "text": self.fields.subject.text(), "fields": values})

    def discard(self) -> None:
        """Show the appointment as it is saved, and forget what was typed."""
        self._keeper.forget(self._key)
        self.banner.hide()
        self._load(keeps=False)

    def _close(self) -> None:
        """Go, and forget what was typed: it was saved or is not wanted."""
        self._is_closing = True
        self._keeper.forget(self._key)
        self.closed.emit()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self._on_edited()
        self._keeper.flush()
        super().hideEvent(event)

    def _read_persons(self, person: int | None = None) -> None:
        """Offer the persons of another contact, and choose one of them."""
        database, chosen = self._context.database, self.fields.contact.value()
        show = partial(self.fields.offer_persons, chosen=person)
        self._context.tasks.read(
            lambda: read_persons(database, chosen), show, self._context.window.fail, key=("persons", id(self)),
            owner=self,
        )  # fmt: skip

    def _look_for_clashes(self) -> None:
        """Say who is busy at that time."""
        self.clash.look(self._booking)

    # --- writing --------------------------------------------------------------------------------------------------
    def save(self) -> None:
        """Save; of a series, as far as the user says."""
        if self._booking is None or self._is_saving:
            return
        self.fields.people.take_typed()
        edit = self.fields.unreadable()
        if edit is not None:
            edit.setFocus(Qt.FocusReason.OtherFocusReason)
            self.banner.clear_buttons()
            sentence = _("Enter a day and a time that can be read, then save.")
            self.banner.show_message(sentence, "bad")
            return
        if not self.fields.subject.text().strip():
            self.fields.subject.setFocus(Qt.FocusReason.OtherFocusReason)
            self.banner.show_message(_("Enter a subject, then save."), "bad")
            return
        scope: Scope | None = Scope.ALL
        if self._booking.is_series and self._booking.occurrence and self.fields.touched():
            sentence = _("“{title}” repeats.").format(title=self.title.full_text())
            is_as_before = self.fields.repeats.chosen() is None  # how it repeats is nothing of one alone
            scope = ask_scope(self, _("Save appointment"), sentence, can_be_one=is_as_before)
        if scope is not None:
            self._write(self._booking, scope)

    def _write(self, booking: Booking, scope: Scope) -> None:
        """Write what was edited, off the window's thread."""
        self.fields.put_into(booking.activity, booking.appointment)
        booking.participants[:] = self.fields.people.people
        self._is_saving = True
        saver = AppointmentSaver(self._context, self._on_saved, self._on_failed)
        saver.save(booking, scope, self.fields.repeats.chosen(), self.title.full_text())

    def _on_saved(self, found: list[Notice], is_written: bool) -> None:
        """Say so and go, if this form is still there; who is invited may have to be told."""
        self._is_saving = False
        self._context.window.say(_("Appointment saved"), undo=is_written)
        if isValid(self):
            self._close()
        else:
            forget_draft(self._context, self._key)
        offer_to_tell(self._context, found)

    def _on_failed(self, error: GcrmError | None) -> None:
        """Go on editing: nothing was saved. None: the person chose to."""
        self._is_saving = False
        if error is not None and not isValid(self):
            self._context.window.fail(error)  # what was typed is a draft
        elif error is not None:
            self.banner.clear_buttons()
            self.banner.show_message(error.sentence, "bad")

    def _delete(self) -> None:
        """Delete the appointment; undo brings it back."""
        if self._booking is None or self._activity is None:
            return
        from gcrm.services.mail import notices

        scope: Scope | None = Scope.ALL
        if self._booking.is_series and self._booking.occurrence:
            name = self.title.full_text()
            scope = ask_scope(self, _("Delete appointment"), _("“{title}” repeats.").format(title=name))
        if scope is None:
            return
        database, wanted, chosen, occurrence = self._context.database, self._activity, scope, self._booking.occurrence
        self._context.window.write(lambda: notices.remove(database, wanted, chosen, occurrence), self._on_deleted)

    def _on_deleted(self, found: list[Notice]) -> None:
        """Go; who is invited may have to be told."""
        if isValid(self):
            self._close()
        offer_to_tell(self._context, found)

    # --- leaving --------------------------------------------------------------------------------------------------
    def leave(self) -> None:
        """Close; what was touched is saved, thrown away or gone on with, as the user says."""
        if self._booking is None or not self.fields.touched():
            self._close()
            return
        verbs = [_("Save"), _("Discard"), _("Keep editing")]
        answer = choose(self, _("Appointment"), _("Save the changes of this appointment?"), verbs, safe=2)
        if answer == 0:
            self.save()
        elif answer == 1:
            self._close()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.save()
                return True
        return super().eventFilter(watched, event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)


def next_hour(contact: int | None = None) -> Start:
    """Return the next full hour, to begin an appointment with."""
    begin = datetime.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return Start(begin, begin + timedelta(hours=1), contact=contact)


def open_appointment(
    context: Context, activity: int | None = None, *, occurrence: str = "", start: Start | None = None
) -> QDialog:
    """Open an appointment, or a new one, in a window of its own that blocks nothing."""
    dialog = QDialog(context.window if isinstance(context.window, QWidget) else None)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(_("Appointment") if activity else _("New appointment"))
    form = AppointmentForm(context, activity, occurrence=occurrence, start=start)
    form.closed.connect(dialog.close)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(form)
    dialog.resize(px(460), px(720))
    dialog.show()
    form.focus_first()
    return dialog
