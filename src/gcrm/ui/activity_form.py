"""One activity, opened beside the customer: read, changed, done, deleted. What is typed and not saved is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget
from shiboken6 import isValid
from typing_extensions import override

from gcrm.i18n import _
from gcrm.model.activity import Activity
from gcrm.model.custom_field import CustomField
from gcrm.model.follow_up import WorkdayRule
from gcrm.services.activity_types import TypeRow
from gcrm.services.aggregate import Loaded
from gcrm.services.changed import Changed
from gcrm.services.drafts import Draft, activity_key
from gcrm.ui.activity_custom import OWNER, CustomFields
from gcrm.ui.activity_fields import ActivityFields, Choice
from gcrm.ui.activity_files import ActivityFiles
from gcrm.ui.activity_links import ActivityLinks
from gcrm.ui.activity_saving import ActivitySaver, as_read, take_base, typed_over
from gcrm.ui.allowed import Offer, RightsWatch, why_not
from gcrm.ui.context import Context
from gcrm.ui.day_words import clock_time, relative_day
from gcrm.ui.draft_keeper import DraftKeeper
from gcrm.ui.theme import px, set_role
from gcrm.ui.widgets.banner import Banner
from gcrm.ui.widgets.button import Button, IconButton
from gcrm.ui.widgets.message import choose
from gcrm.ui.widgets.safe import PlainLabel


@dataclass(frozen=True, slots=True)
class _Read:
    """What the form needs to begin."""

    loaded: Loaded[Activity]
    types: Sequence[TypeRow]
    users: Sequence[Choice]
    persons: Sequence[Choice]
    names: dict[int, str]
    is_workday: WorkdayRule
    custom: Mapping[str, CustomField]
    is_appointment: bool


class ActivityForm(QWidget):
    """The form of one activity; `closed` is sent when it is done with."""

    closed = Signal()

    def __init__(self, context: Context, activity: int, keeper: DraftKeeper, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._activity = activity
        self._keeper = keeper
        self._loaded: Loaded[Activity] | None = None
        self._is_closing = False
        self._is_saving = False
        self._refusal = ""
        set_role(self, "rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.fields = ActivityFields()
        self.fields.setEnabled(False)
        self.custom = CustomFields(context, self._on_edited)
        self._saver = ActivitySaver(context, self.fields.words)
        self.banner = Banner()
        self.title = PlainLabel(_("Activity"), "section", elide=True)
        self.meta = PlainLabel("", "meta", wrap=True)
        self.files = ActivityFiles(context, activity)
        self.links = ActivityLinks(context, activity)
        self.back_button = IconButton("arrow-left", _("Back to the list"), "Esc", on_click=self.leave)
        self.save_button = Button(_("Save"), "primary", on_click=self.save)
        self.cancel_button = Button(_("Cancel"), on_click=self.leave)
        self.done_button = Button(_("Done"), icon_name="check", on_click=self._complete)
        self.delete_button = IconButton("trash", _("Delete activity"), on_click=self._delete)
        self._lay_out()
        self._watch()
        self._deleting = Offer(context, self.delete_button, "activities.delete")
        context.feed.changed.connect(self._on_fields_changed)
        self._load()
        RightsWatch(context, self._judge, self)

    def _judge(self) -> None:
        """Let an activity that may not be changed be looked at only; what was typed stays and can be copied."""
        refusal = why_not(self._context, "activities.change")
        is_shut = bool(refusal) and not self.touched()
        for part in (self.fields, self.custom):
            part.setEnabled(self._loaded is not None and not is_shut)
        for button in (self.save_button, self.done_button):
            button.setEnabled(not refusal)
        if refusal:
            self.banner.clear_buttons()
            self.banner.show_message(refusal)
        elif self.banner.message() == self._refusal:
            self.banner.hide()
        self._refusal = refusal

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
        for part in (self.banner, self.fields, self.custom, self.files, self.links, self.meta):
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
        buttons.addWidget(self.done_button)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.save_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addWidget(area, 1)
        column.addLayout(buttons)

    def _watch(self) -> None:
        """Notice what is typed; Ctrl+Enter saves from anywhere."""
        fields = self.fields
        fields.text.submitted.connect(self.save)
        fields.follow_up.submitted.connect(self.save)
        for signal in (fields.text.textChanged, fields.subject.textChanged, fields.follow_up.textChanged,
                       fields.day.textChanged, fields.minutes.textChanged, fields.time.textChanged):  # fmt: skip
            signal.connect(self._on_edited)
        for combo in fields.findChildren(QComboBox):
            combo.currentIndexChanged.connect(self._on_edited)
        for box in fields.findChildren(QCheckBox):
            box.toggled.connect(self._on_edited)
        for child in fields.findChildren(QWidget):
            child.installEventFilter(self)
        self.files.watch(self)

    def focus_first(self) -> None:
        """Go to the text as soon as it is there."""
        self.back_button.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- reading --------------------------------------------------------------------------------------------------
    def _load(self) -> None:
        """Read the activity and what can be chosen for it."""
        from gcrm.services import activity, activity_types, booking, contact, contact_columns, moment, user

        database, wanted = self._context.database, self._activity

        def read() -> _Read:
            loaded = activity.load(database, wanted)
            record = loaded.record
            with database.read() as session:
                everybody = user.users(session)
                people = contact.read(session, record.contact_id).persons if record.contact_id else []
                return _Read(
                    loaded, activity_types.types(session), [(row.name, row.id) for row in everybody],
                    [(row.person.full_name, row.id) for row in people],
                    {row.id: row.name for row in everybody}, moment.office_workdays(session),
                    contact_columns.custom_fields(session, OWNER), booking.is_appointment(session, wanted),
                )  # fmt: skip

        self._context.tasks.read(read, self._on_read, self._on_gone, owner=self)

    def _on_gone(self, error: Any) -> None:
        """The activity cannot be shown: say why and go."""
        self._context.window.fail(error)
        self._close()

    def _on_read(self, found: _Read) -> None:
        """Fill the fields, then look whether something was typed before."""
        record = found.loaded.record
        self._loaded = None
        if found.is_appointment:
            from gcrm.ui.calendar.form import open_appointment

            self._close()
            open_appointment(self._context, self._activity)
            return
        self.fields.follow_up.set_workdays(found.is_workday)
        self.fields.show_activity(record, found.types, found.users, found.persons)
        self.custom.show_activity(record, found.custom)
        self._loaded = found.loaded
        self._judge()
        kinds = {row.key: row.label for row in found.types}
        self.title.setText(record.subject or kinds.get(record.type, record.type))
        self.done_button.setVisible(record.state == "open" or (record.state == "missed" and record.done_at is None))
        self.meta.setText(self._history(record, found.names))
        if self.back_button.hasFocus():
            self.fields.text.setFocus(Qt.FocusReason.OtherFocusReason)
        self._keeper.fetch(activity_key(self._activity), self._on_draft, self)

    def _on_fields_changed(self, changed: frozenset[Changed]) -> None:
        """Show user-defined fields that were made or changed meanwhile."""
        from gcrm.services import contact_columns

        if self._loaded is None or not any(change.table == "custom_field" for change in changed):
            return
        database = self._context.database

        def read() -> dict[str, CustomField]:
            with database.read() as session:
                return contact_columns.custom_fields(session, OWNER)

        self._context.tasks.read(read, self.custom.redefine, self._context.window.fail, owner=self)

    def _history(self, record: Activity, names: dict[int, str]) -> str:
        """Say who wrote it and who did it, when."""
        writer = names.get(record.created_by or 0) or _("the program")
        lines = [_("Written: {moment}, {name}").format(moment=_moment(record.created_at), name=writer)]
        if record.done_at is not None and record.follow_up_at is not None:
            who = names.get(record.done_by or 0) or _("nobody")
            lines.append(_("Done: {moment}, {name}").format(moment=_moment(record.done_at), name=who))
        return "\n".join(lines)

    def _on_draft(self, draft: Draft | None) -> None:
        """Bring back what was typed and never saved."""
        values = draft.data.get("fields") if draft is not None else None
        if draft is None or not isinstance(values, dict) or self.touched():
            return
        is_changed = self._loaded is not None and take_base(self._loaded, draft.data.get("base"))
        self.fields.restore(values)
        self.custom.restore(values)
        self.banner.clear_buttons()
        sentence = _("Your unsaved changes are back ({moment}).").format(moment=_moment(draft.saved_at))
        if is_changed:
            more = _("The activity was changed meanwhile; when you save, you choose what stays.")
            sentence = f"{sentence} {more}"
        self.banner.show_message(sentence, "warn")
        self.banner.add_button(_("Discard"), self.discard)

    def touched(self) -> dict[str, Any]:
        """Return the fields that differ from what was shown."""
        return {**self.fields.touched(), **self.custom.touched()}

    # --- writing --------------------------------------------------------------------------------------------------
    def _on_edited(self) -> None:
        """Keep what was touched."""
        if self._loaded is None or self._is_closing:
            return
        touched = self.touched()
        key = activity_key(self._activity)
        if touched:
            contact = self._loaded.record.contact_id
            text = self.fields.text.toPlainText() or self.fields.subject.text()
            kept = {"contact_id": contact, "activity_id": self._activity, "text": text, "fields": touched}
            self._keeper.put(key, {**kept, "base": typed_over(self._loaded, touched)})

    def discard(self) -> None:
        """Show the activity as it is saved, and forget what was typed."""
        self._keeper.forget(activity_key(self._activity))
        self.banner.hide()
        self._load()

    def save(self) -> None:
        """Save what was touched, then close."""
        self._save(completes=False)

    def _save(self, completes: bool) -> None:
        """Save what was touched, once; who has to choose between two values comes back here or closes."""
        if self._loaded is None or self._is_saving or not self._is_valid():
            return
        loaded, touched = self._loaded, self.fields.touched()
        as_read(loaded)
        self.fields.put_into(loaded.record)
        self.custom.put_into(loaded.record)
        colleague = touched.get("responsible")
        if "responsible" in touched and colleague is None:
            loaded.record.responsible_id = None
        self._is_saving = True
        name = self.title.full_text()
        self._saver.save(loaded, name, colleague, completes, self._on_saved, self._on_kept)

    def _on_kept(self) -> None:
        """Go on editing: nothing was saved."""
        self._is_saving = False

    def _is_valid(self) -> bool:
        """Say inline what cannot be read, and go there."""
        for edit in (self.fields.follow_up, self.fields.day, self.fields.time, self.fields.minutes):
            if edit.has_error():
                edit.setFocus(Qt.FocusReason.OtherFocusReason)
                self.banner.show_message(
                    _("“{text}” cannot be read. Correct it, then save.").format(text=edit.text()), "bad"
                )
                return False
        problem = self.custom.problem()
        if problem is not None:
            self.banner.show_message(problem[0], "bad")
            problem[1].setFocus(Qt.FocusReason.OtherFocusReason)
        return problem is None

    def _on_saved(self) -> None:
        """Forget the draft and go."""
        self._keeper.forget(activity_key(self._activity))
        self._close()

    def _complete(self) -> None:
        """Mark as done; what was touched is saved with it."""
        self._save(completes=True)

    def _delete(self) -> None:
        """Delete the activity; undo brings it back."""
        from gcrm.services import activity

        database, wanted = self._context.database, self._activity
        self._context.window.write(lambda: activity.remove(database, [wanted]), lambda _none: self._on_saved())

    # --- leaving --------------------------------------------------------------------------------------------------
    def leave(self) -> None:
        """Close; what was touched is saved, thrown away or gone on with, as the user says."""
        if self._loaded is None or not self.touched():
            self._close()
            return
        verbs = [_("Save"), _("Discard"), _("Keep editing")]
        answer = choose(self, _("Activity"), _("Save the changes of this activity?"), verbs, safe=2)
        if answer == 0:
            self.save()
        elif answer == 1:
            self._on_saved()

    def _close(self) -> None:
        self._is_closing = True
        if isValid(self):  # it may have been put away while it was saved
            self.closed.emit()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        if self._loaded is not None and not self._is_closing:
            self.custom.problem()  # reads what was typed and not left yet
            self._on_edited()
        self._keeper.flush()
        super().hideEvent(event)

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


def _moment(instant: datetime) -> str:
    """Return an instant in words, with its time of day."""
    at = instant.astimezone()
    return f"{relative_day(at.date(), date.today())} {clock_time(at)}"


def open_activity(context: Context, activity: int) -> QDialog:
    """Open an activity in a window of its own that blocks nothing."""
    dialog = QDialog(context.window if isinstance(context.window, QWidget) else None)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(_("Activity"))
    form = ActivityForm(context, activity, DraftKeeper(context, dialog))
    form.closed.connect(dialog.close)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(form)
    dialog.resize(px(440), px(640))
    dialog.show()
    form.focus_first()
    return dialog
